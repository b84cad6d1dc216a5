"""What can be asked of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from .edges import Edges, NetworkxEdges, Wire
from .errors import GraphError
from .inference import infer_specs
from .operation import Operation, Tensor
from .output import Output
from .problems import Problem
from .suggest import instead
from .wiring import missing_ports

if TYPE_CHECKING:
    import networkx as nx

    from .symbolic.dimensions import Dimensions


class GraphLookup:
    """The half of a graph that finds; :class:`~engine.graph.graph.Graph` adds what changes it."""

    def __init__(self, edges: Edges) -> None:
        self._edges = edges
        self._operations: dict[str, Operation] = {}
        #: Whether ``_operations`` stands in the order of making, as everything that lists operations wants it.
        self._is_in_order = True
        #: How many operations have each name, in lower case: names are made unique without regard to case.
        self._spellings: dict[str, int] = {}
        self._next_number = 0

    @property
    def nx(self) -> nx.MultiDiGraph[Operation]:
        """The graph as networkx's algorithms take it, always as it is now; it cannot be changed through this.

        Its nodes and edges are those of :class:`~engine.graph.edges.NetworkxEdges`.
        """
        assert isinstance(self._edges, NetworkxEdges), "only a graph that is being compiled has other edges"
        return self._edges.nx

    def get_operations(self) -> list[Operation]:
        """All operations in the order in which they were made."""
        if not self._is_in_order:
            self._operations = dict(sorted(self._operations.items(), key=lambda item: item[1].number))
            self._is_in_order = True
        return list(self._operations.values())

    def made_since(self, number: int) -> list[Operation]:
        """The operations whose number is not below this one, in the order in which they were made."""
        if not self._is_in_order:
            self.get_operations()
        latest = takewhile(lambda op: op.number >= number, reversed(self._operations.values()))
        return list(latest)[::-1]

    def __len__(self) -> int:
        return len(self._operations)

    def __contains__(self, name: object) -> bool:
        return name in self._operations

    @property
    def next_number(self) -> int:
        """The number that the next operation gets: its place in the order of making."""
        return self._next_number

    def operation(self, name: str) -> Operation:
        """The operation with this name. Raises GraphError when there is none."""
        op = self._operations.get(name)
        if op is None:
            hint = (
                instead(name, [op.name for op in self.get_operations()], limit=3)
                if self._operations
                else "; the graph is empty"
            )
            raise GraphError(f"There is no node called {name!r}{hint}.")
        return op

    def get_operation_by_name(self, name: str) -> Operation:
        """As :meth:`operation`; raises KeyError with TensorFlow's words."""
        if name not in self._operations:
            raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
        return self._operations[name]

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor called ``operation:index``. Raises ValueError for another form, KeyError for an unknown one."""
        op_name, separator, index = name.rpartition(":")
        if not separator or not index.isdigit():
            raise ValueError(
                f"The name {name!r} refers to an Operation, not a Tensor. "
                'Tensor names must be of the form "<op_name>:<output_index>".'
            )
        op = self._operations.get(op_name)
        if op is None or int(index) >= len(op.outputs):
            raise KeyError(f"The name {name!r} refers to a Tensor which does not exist.")
        return op.outputs[int(index)]

    def wires(self) -> Iterator[Wire]:
        """Every wire of the graph."""
        for op in self.get_operations():
            yield from self.wires_into(op)

    def wires_into(self, op: Operation) -> Iterator[Wire]:
        """The wires that end at an operation, port by port."""
        for port, sources in op.connected_ports():
            for slot, source in enumerate(sources):
                yield Wire(source, op, port, slot)

    def wires_from(self, output: Output) -> Iterator[Wire]:
        """The wires that begin at an output."""
        return (wire for wire in self.wires_out_of(output.op) if wire.source is output)

    def wires_out_of(self, op: Operation) -> Iterator[Wire]:
        """The wires that begin at any output of an operation."""
        for target in self._edges.successors(op):
            # Of what takes thousands of wires, as a Group may, most come from elsewhere.
            for port, sources in target.connected_ports():
                for slot, source in enumerate(sources):
                    if source.op is op:
                        yield Wire(source, target, port, slot)

    def successors(self, op: Operation) -> Iterable[Operation]:
        """The operations that an operation's wires lead to, each once."""
        return self._edges.successors(op)

    def predecessors(self, op: Operation) -> Iterable[Operation]:
        """The operations that an operation's wires come from, each once."""
        return self._edges.predecessors(op)

    def ancestors(self, ops: Iterable[Operation]) -> set[Operation]:
        """The operations and everything they depend on."""
        found: set[Operation] = set(ops)
        stack = list(found)
        while stack:
            for op in self._edges.predecessors(stack.pop()):
                if op not in found:
                    found.add(op)
                    stack.append(op)
        return found

    def would_cycle(self, source: Operation, target: Operation) -> bool:
        """Whether a wire from ``source`` to ``target`` would close a circle."""
        return self._edges.leads_to(target, source)

    def settle_ranks(self) -> None:
        """Makes sure that the operations' ranks grow along every wire."""
        self._edges.settle_ranks()

    def problems(self, dimensions: Dimensions | None = None) -> list[Problem]:
        """What is wrong with the operations and their wires, node by node; with the names of solved sizes."""
        found: list[Problem] = []
        for op in self.get_operations():
            if op.is_unknown:
                found.append(Problem(f"This version has no operation called {op.type}; delete or replace it.", op.name))
            if op.problem is not None:
                found.append(op.problem if dimensions is None else _named_problem(op, dimensions))
            for port in missing_ports(op):
                found.append(Problem(f"Nothing is wired to '{port.name}'; connect it.", op.name, port.name))
        return found


def _named_problem(op: Operation, dimensions: Dimensions) -> Problem:
    """What inference finds wrong with an operation, said with the names of sizes."""
    problem = infer_specs(op, dimensions=dimensions)[1] or op.problem
    assert problem is not None
    return problem
