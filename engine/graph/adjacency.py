"""Which operation is wired to which: the dictionaries of a ``networkx.MultiDiGraph``, kept without networkx itself.

An import of networkx takes longer than a small program trains, so that it waits until an algorithm of it is needed.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

    from .operation import Operation, Output

#: Where a wire ends: the input port, and the place in it.
Key = tuple[str, int]
#: By operation and neighbour, the edges between them: the attributes of each by its key.
Neighbours = dict["Operation", dict["Operation", dict[Key, dict[str, "Output"]]]]


class Adjacency:
    """Nodes and edges in networkx's layout: what follows a node and what it follows share the edges between them.

    An edge has the attribute ``output``, the :class:`~engine.graph.operation.Output` that flows along it.
    """

    def __init__(self) -> None:
        self.nodes: dict[Operation, dict[str, Any]] = {}
        self.successors: Neighbours = {}
        self.predecessors: Neighbours = {}

    def add_node(self, op: Operation) -> None:
        self.nodes[op] = {}
        self.successors[op] = {}
        self.predecessors[op] = {}

    def remove_node(self, op: Operation) -> None:
        """Takes a node and its edges away."""
        del self.nodes[op]
        for successor in self.successors.pop(op):
            del self.predecessors[successor][op]
        for predecessor in self.predecessors.pop(op):
            del self.successors[predecessor][op]

    def add_edge(self, source: Operation, target: Operation, key: Key, output: Output) -> None:
        following = self.successors[source]
        if target not in following:
            following[target] = self.predecessors[target][source] = {}
        following[target][key] = {"output": output}

    def remove_edge(self, source: Operation, target: Operation, key: Key) -> None:
        edges = self.successors[source][target]
        del edges[key]
        if not edges:
            del self.successors[source][target]
            del self.predecessors[target][source]

    def has_path(self, source: Operation, target: Operation) -> bool:
        """Whether edges lead from one node to another; looked for from both ends, where there is less to look at."""
        if source is target:
            return True
        after, before = {source}, {target}
        newly_after, newly_before = {source}, {target}
        while newly_after and newly_before:
            if len(newly_after) <= len(newly_before):
                newly_after = {found for op in newly_after for found in self.successors[op]} - after
                after |= newly_after
                met = not newly_after.isdisjoint(before)
            else:
                newly_before = {found for op in newly_before for found in self.predecessors[op]} - before
                before |= newly_before
                met = not newly_before.isdisjoint(after)
            if met:
                return True
        return False

    @cached_property
    def as_networkx(self) -> nx.MultiDiGraph[Operation]:
        """The same dictionaries as a graph for networkx's algorithms, which sees every change and makes none."""
        import networkx as nx  # late: see above

        view: nx.MultiDiGraph[Operation] = nx.freeze(nx.MultiDiGraph())
        # As networkx makes its own views, in networkx.graphviews.generic_graph_view.
        view._node = self.nodes  # type: ignore[attr-defined]
        view._succ = self.successors  # type: ignore[attr-defined]
        view._pred = self.predecessors  # type: ignore[attr-defined]
        return view
