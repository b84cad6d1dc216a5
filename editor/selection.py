"""Which nodes belong to a selection: what it follows from, what follows from it, and what is like it."""

from __future__ import annotations

from collections.abc import Iterable

from engine.graph import Graph, Operation
from engine.graph.walk import postorder


def upstream(graph: Graph, names: Iterable[str]) -> list[str]:
    """The nodes and all that they are computed from, in the order in which they were made."""
    return _in_order(graph, postorder(_operations(graph, names), graph.predecessors))


def downstream(graph: Graph, names: Iterable[str]) -> list[str]:
    """The nodes and all that is computed from them."""
    return _in_order(graph, postorder(_operations(graph, names), graph.successors))


def connected(graph: Graph, names: Iterable[str]) -> list[str]:
    """The nodes and all that wires lead to from them, in either direction."""

    def neighbours(op: Operation) -> Iterable[Operation]:
        return (*graph.predecessors(op), *graph.successors(op))

    return _in_order(graph, postorder(_operations(graph, names), neighbours))


def of_same_type(graph: Graph, names: Iterable[str]) -> list[str]:
    """All nodes whose operation is that of one of these."""
    types = {op.type for op in _operations(graph, names)}
    return [op.name for op in graph.get_operations() if op.type in types]


def all_others(graph: Graph, names: Iterable[str]) -> list[str]:
    """All nodes but these."""
    chosen = set(names)
    return [op.name for op in graph.get_operations() if op.name not in chosen]


def _operations(graph: Graph, names: Iterable[str]) -> list[Operation]:
    return [graph.operation(name) for name in names]


def _in_order(graph: Graph, ops: Iterable[Operation]) -> list[str]:
    return [op.name for op in sorted(ops, key=lambda op: op.number)]
