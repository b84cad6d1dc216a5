"""What data says of the named sizes of a graph: B is 4, because x has 4 rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..graph import Operation, Problem, Severity
from ..graph.symbolic.dimensions import Dimensions
from ..graph.symbolic.expression import Expression, size_text
from ..model import RunSettings


def step_shapes(run: RunSettings, shapes: Mapping[Operation, tuple[int, ...]]) -> dict[Operation, tuple[int, ...]]:
    """The shapes in which data reaches the graph in a training step, when it has these ``shapes`` as a whole."""
    cut = {}
    for op, shape in shapes.items():
        rows = max(shape[0] - run.held_back, 0) if shape else 0
        cut[op] = (min(run.batch_size or rows, rows), *shape[1:]) if shape else shape
    return cut


class DataSize(NamedTuple):
    """The number that data gives a symbol, and the first placeholder whose data does."""

    size: int
    node: str


class DataSizes:
    """The numbers that stand for symbols in the data of a graph's placeholders, and where they contradict each other.

    ``shapes`` are those in which the data reaches the graph, by placeholder.
    """

    def __init__(self, dimensions: Dimensions, shapes: Mapping[Operation, tuple[int, ...]]) -> None:
        self._dimensions = dimensions
        self._shapes = shapes
        #: By symbol.
        self._found: dict[str, DataSize] = {}
        #: Node, axis, and the sentence for each contradiction.
        self._contradictions: list[tuple[str, int, Problem]] = []
        for is_symbol in (True, False):  # what is expressed by symbols is known once these are
            for op, shape in shapes.items():
                self._take_in(op, shape, is_symbol)

    def by_symbol(self) -> dict[str, DataSize]:
        """The numbers by symbol."""
        return dict(self._found)

    def problems(self, apart_from: Iterable[str] = ()) -> list[Problem]:
        """The contradictions; ``apart_from`` are nodes of whose number of rows something was said already."""
        spoken_of = set(apart_from)
        return [problem for node, axis, problem in self._contradictions if axis or node not in spoken_of]

    def _take_in(self, op: Operation, shape: tuple[int, ...], is_symbol: bool) -> None:
        sizes = self._dimensions.sizes(op.output) or ()
        for axis, (size, number) in enumerate(zip(sizes, shape, strict=False)):
            if isinstance(size, Expression) and size.is_symbol:
                (symbol,) = size.symbols
                if not is_symbol:
                    continue
                known = self._found.setdefault(symbol, DataSize(number, op.name))
                if known.size != number:
                    self._contradict(op, axis, size, known.size, known.node)
            elif not is_symbol and isinstance(size, Expression) and size.symbols <= self._found.keys():
                due = size.value({symbol: self._found[symbol].size for symbol in size.symbols})
                if due != number:
                    self._contradict(op, axis, size, due, self._found[min(size.symbols)].node)
            elif not is_symbol and isinstance(size, int) and size != number:
                self._contradict(op, axis, size, size, "")

    def _contradict(self, op: Operation, axis: int, size: Expression | int, due: int, node: str) -> None:
        shape = self._shapes[op]
        written = self._dimensions.written_shape(op.output)
        is_declared = bool(node) and self._declared(op, axis) and self._declared(op, axis) in self._names_of(node)
        if 1 in (due, shape[axis]) and not is_declared:
            return  # it is broadcast
        here = f"Its shape is {written}, and its data has {shape}"
        if node:
            other = self._dimensions.written_shape(op.graph.operation(node).output)
            there = f"but {node} is {other}, and its data has {self._shapes[op.graph.operation(node)]}"
            word = size_text(size, self._dimensions.names)
            sentence = f"{here}, {there}: {word} would be {due}, not {shape[axis]}. Change the data or the names."
        else:
            sentence = (
                f"{here}: the graph takes {due} along axis {axis}, not {shape[axis]}. Change the data or the graph."
            )
        severity = Severity.ERROR if is_declared else Severity.WARNING
        self._contradictions.append((op.name, axis, Problem(sentence, op.name, severity=severity)))

    @staticmethod
    def _declared(op: Operation, axis: int) -> str | None:
        names = getattr(op.attributes["shape"], "names", ())
        return names[axis] if axis < len(names) else None

    def _names_of(self, node: str) -> tuple[str | None, ...]:
        op = next(op for op in self._shapes if op.name == node)
        return tuple(getattr(op.attributes["shape"], "names", ()))
