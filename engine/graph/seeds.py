"""The seeds of random operations, as TensorFlow derives them from the graph's seed and the operation's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .operation import Operation

if TYPE_CHECKING:
    from .graph import Graph

#: The graph's seed where a program gives one to the operation only.
DEFAULT_GRAPH_SEED = 87654321
#: Seeds are kept below this number.
_SEED_LIMIT = 2**31 - 1


def new_seeds(graph: Graph, own_seed: int | None) -> dict[str, Any]:
    """The attributes ``seed`` and ``seed2`` of an operation that a program adds to the graph now.

    With a seed of the graph's and none of its own, the operation's is how many such operations came before it. With
    neither, the session's seed decides the numbers. Bodies of loops and branches count with the graph around them.
    """
    graph = graph.outermost
    if graph.seed is None:
        return {"seed": None if own_seed is None else int(own_seed) % _SEED_LIMIT, "seed2": None}
    if own_seed is None:
        own_seed = graph.seeds_given
        graph.seeds_given += 1
    seeds = int(graph.seed) % _SEED_LIMIT, int(own_seed) % _SEED_LIMIT
    # TensorFlow's kernels take two zeros for no seed at all, and its fronts avoid them in this way.
    return {"seed": seeds[0], "seed2": seeds[1] if any(seeds) else _SEED_LIMIT}


def seeds_of(op: Operation) -> tuple[int, int] | None:
    """The two seeds that decide an operation's numbers; None when it has none."""
    seed, seed2 = op.attributes.get("seed"), op.attributes.get("seed2")
    if seed is None:
        return None
    return (DEFAULT_GRAPH_SEED, int(seed)) if seed2 is None else (int(seed), int(seed2))
