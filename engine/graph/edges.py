"""The wires of a graph as edges between operations, to be followed from where they begin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import networkx as nx

from .operation import Operation
from .order import Ranks
from .output import Output


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


class NetworkxEdges:
    """Edges as a ``networkx.MultiDiGraph``.

    Its nodes are operations; an edge has the key ``(input port, slot)`` and the attribute ``output``, what flows
    along it.
    """

    def __init__(self) -> None:
        self.nx: nx.MultiDiGraph[Operation] = nx.MultiDiGraph()
        self._ranks = Ranks(self.nx.successors, self.nx.predecessors)

    def add(self, op: Operation) -> None:
        self.nx.add_node(op)

    def remove(self, op: Operation) -> None:
        self.nx.remove_node(op)

    def wire(self, source: Output, target: Operation, port: str, slot: int) -> None:
        self.nx.add_edge(source.op, target, key=(port, slot), output=source)
        self._ranks.wired(source.op, target)

    def unwire(self, source: Output, target: Operation, port: str, slot: int) -> None:
        self.nx.remove_edge(source.op, target, key=(port, slot))

    def successors(self, op: Operation) -> Iterable[Operation]:
        return self.nx.successors(op)

    def predecessors(self, op: Operation) -> Iterable[Operation]:
        return self.nx.predecessors(op)

    def leads_to(self, start: Operation, goal: Operation) -> bool:
        self._ranks.settle(self.nx)
        return self._ranks.leads_to(start, goal)

    def settle_ranks(self) -> None:
        self._ranks.settle(self.nx)
