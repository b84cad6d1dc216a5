"""The graph that every contender is given, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

#: The room of a node and what is around it.
WIDTH, HEIGHT = 240, 110
#: How many rows up or down a wire leads, at most.
_ASIDE = 4
#: How many wires skip columns, and how many columns at most.
_LONG_SHARE, _LONG = 0.05, 5


@dataclass(frozen=True)
class Sample:
    """Nodes with one output each; those of the first column have no inputs, all others two."""

    #: Of each node, the left top corner.
    places: list[tuple[float, float]]
    #: Of each node, the nodes before it that its inputs come from.
    sources: list[tuple[int, ...]]


def sample(nodes: int) -> Sample:
    """Nodes in columns, each wired to two of the column before near to it, as a layout leaves them.

    One wire in twenty skips columns. The whole is about twice as wide as high.
    """
    random = Random(0)
    rows = max(2, round(nodes**0.5))
    places = [(float(node // rows * WIDTH), float(node % rows * HEIGHT)) for node in range(nodes)]

    def source(node: int) -> int:
        column, row = divmod(node, rows)
        back = random.randint(1, _LONG) if random.random() < _LONG_SHARE else 1
        aside = min(max(row + random.randint(-_ASIDE, _ASIDE), 0), rows - 1)
        return int(max(column - back, 0) * rows + aside)

    sources: list[tuple[int, ...]] = [() if node < rows else (source(node), source(node)) for node in range(nodes)]
    return Sample(places, sources)
