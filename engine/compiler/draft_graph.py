"""The graph that the passes of the compiler rewrite."""

from __future__ import annotations

from collections.abc import Iterable

from ..graph import Graph, Operation, Output
from ..graph.walk import postorder


class ConsumerCounts:
    """Edges as little more than the operations that each one's outputs are wired to: for graphs that live briefly."""

    def __init__(self) -> None:
        #: By operation, those that its outputs are wired to, and by how many wires.
        self._consumers: dict[Operation, dict[Operation, int]] = {}

    def add(self, op: Operation) -> None:
        self._consumers[op] = {}

    def remove(self, op: Operation) -> None:
        del self._consumers[op]
        for source in self.predecessors(op):
            self._consumers[source].pop(op, None)

    def wire(self, source: Output, target: Operation, port: str, slot: int) -> None:
        consumers = self._consumers[source.op]
        consumers[target] = consumers.get(target, 0) + 1

    def unwire(self, source: Output, target: Operation, port: str, slot: int) -> None:
        consumers = self._consumers[source.op]
        consumers[target] -= 1
        if not consumers[target]:
            del consumers[target]

    def successors(self, op: Operation) -> Iterable[Operation]:
        return self._consumers[op]

    def predecessors(self, op: Operation) -> Iterable[Operation]:
        return dict.fromkeys(source.op for source in op.sources)

    def leads_to(self, start: Operation, goal: Operation) -> bool:
        return start in postorder([goal], self.predecessors)

    def settle_ranks(self) -> None:
        for place, op in enumerate(postorder(self._consumers, self.predecessors)):
            op.rank = float(place)


class DraftGraph(Graph):
    """A copy of what is compiled: a graph like the person's, that is asked for little and thrown away."""

    new_edges = ConsumerCounts
