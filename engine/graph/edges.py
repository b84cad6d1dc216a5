"""The wires of a graph as edges between operations, to be followed from where they begin."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .operation import Operation
from .order import Ranks
from .output import Output

if TYPE_CHECKING:
    import networkx as nx


class Wire(NamedTuple):
    """A connection: what flows, and the port (and place in a variadic port) where it ends."""

    source: Output
    target: Operation
    port: str
    slot: int


class Edges(Protocol):
    """What a graph needs to follow its wires; operations themselves know only what is wired to them."""

    def add(self, op: Operation) -> None:
        """Takes in an operation without wires."""

    def remove(self, op: Operation) -> None:
        """Gives up an operation with all its wires."""

    def wire(self, source: Output, target: Operation, port: str, slot: int) -> None: ...

    def unwire(self, source: Output, target: Operation, port: str, slot: int) -> None: ...

    def successors(self, op: Operation) -> Iterable[Operation]:
        """The operations that wires lead to, each once, those wired first first."""

    def predecessors(self, op: Operation) -> Iterable[Operation]:
        """The operations that wires come from, each once."""

    def leads_to(self, start: Operation, goal: Operation) -> bool:
        """Whether wires lead from one operation to another, or it is the same."""

    def settle_ranks(self) -> None:
        """Makes sure that ranks grow along every wire."""


#: Where a wire ends: the input port, and the place in it.
Key = tuple[str, int]
#: By operation and neighbour, the edges between them: the attributes of each by its key.
Neighbours = dict[Operation, dict[Operation, dict[Key, dict[str, Output]]]]


class NetworkxEdges:
    """Edges in the dictionaries of a ``networkx.MultiDiGraph``, kept without networkx itself.

    Its nodes are operations; an edge has the key ``(input port, slot)`` and the attribute ``output``, what flows
    along it. What follows a node and what it follows share the edges between them. An import of networkx takes longer
    than a small program trains, so that it waits until an algorithm of it is needed.
    """

    def __init__(self) -> None:
        self._nodes: dict[Operation, dict[str, Any]] = {}
        self._successors: Neighbours = {}
        self._predecessors: Neighbours = {}
        self._ranks = Ranks(self.successors, self.predecessors)

    @cached_property
    def nx(self) -> nx.MultiDiGraph[Operation]:
        """The same dictionaries as a graph for networkx's algorithms, which sees every change and makes none."""
        import networkx  # late: see above

        view: nx.MultiDiGraph[Operation] = networkx.freeze(networkx.MultiDiGraph())
        # As networkx makes its own views, in networkx.graphviews.generic_graph_view.
        view._node = self._nodes  # type: ignore[attr-defined]
        view._succ = self._successors  # type: ignore[attr-defined]
        view._pred = self._predecessors  # type: ignore[attr-defined]
        return view

    def add(self, op: Operation) -> None:
        self._nodes[op] = {}
        self._successors[op] = {}
        self._predecessors[op] = {}

    def remove(self, op: Operation) -> None:
        del self._nodes[op]
        for successor in self._successors.pop(op):
            del self._predecessors[successor][op]
        for predecessor in self._predecessors.pop(op):
            del self._successors[predecessor][op]

    def wire(self, source: Output, target: Operation, port: str, slot: int) -> None:
        following = self._successors[source.op]
        if target not in following:
            following[target] = self._predecessors[target][source.op] = {}
        following[target][port, slot] = {"output": source}
        self._ranks.wired(source.op, target)

    def unwire(self, source: Output, target: Operation, port: str, slot: int) -> None:
        edges = self._successors[source.op][target]
        del edges[port, slot]
        if not edges:
            del self._successors[source.op][target]
            del self._predecessors[target][source.op]

    def successors(self, op: Operation) -> Iterable[Operation]:
        return self._successors[op]

    def predecessors(self, op: Operation) -> Iterable[Operation]:
        return self._predecessors[op]

    def leads_to(self, start: Operation, goal: Operation) -> bool:
        self._ranks.settle(self._nodes)
        return self._ranks.leads_to(start, goal)

    def settle_ranks(self) -> None:
        self._ranks.settle(self._nodes)
