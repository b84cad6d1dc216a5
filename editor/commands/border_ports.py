"""Ports for the wires that cross the border of a block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from editor.canvas.geometry import NODE_WIDTH
from editor.wire_id import WireId
from engine.blocks.contents import prefixes, scope_of
from engine.graph import AFTER, DONE, Operation, OperationRecord, Output, PortKind, Tensor, get_declaration
from engine.ops.stand_ins import BLOCK_INPUT, BLOCK_OUTPUT, BLOCK_PORTS

from .block_state import BlockState
from .edits import Edit, InsertNodes, NodeState, Position, rewired
from .names import FreeNames

#: Between a port that is made and what stands nearest to it.
_GAP = 60.0


def add_border_ports(state: BlockState, names: Iterable[str]) -> list[Edit]:
    """Leads the wires at these nodes through ports wherever they cross the border of an instance.

    Wires that say an order, and those by which a variable is changed, carry no value: they cross as they are. Returns
    the edits that were made.
    """
    ports = _BorderPorts(state)
    graph = state.graph
    wires: dict[WireId, None] = {}
    for name in names:
        if name in graph:
            op = graph.operation(name)
            wires.update((WireId.of(wire), None) for wire in (*graph.wires_into(op), *graph.wires_out_of(op)))
    for wire in sorted(wires, key=lambda wire: (graph.operation(wire.target).number, wire.target_port, wire.slot)):
        ports.lead(wire)
    return ports.made


class _BorderPorts:
    def __init__(self, state: BlockState) -> None:
        self._state = state
        self._free_names = FreeNames(state.graph)
        self.made: list[Edit] = []

    def lead(self, wire: WireId) -> None:
        """Gives a wire the ports that it needs."""
        graph = self._state.graph
        target = graph.operation(wire.target)
        declared = target.declaration.input_port(wire.target_port)
        if wire.source_port == DONE.name or wire.target_port == AFTER.name or declared is None:
            return
        if declared.kind is PortKind.VARIABLE:
            return
        around = [prefix for prefix in prefixes(wire.source) if prefix in self._state.instances]
        into = [prefix for prefix in prefixes(wire.target) if prefix in self._state.instances]
        common = sum(1 for first, second in zip(around, into, strict=False) if first == second)
        first = graph.operation(wire.source).output_named(wire.source_port)
        assert first is not None
        source: Output = first
        for scope in reversed(around[common:]):
            if not self._is_port(source.op, BLOCK_OUTPUT, scope):
                source = self._output_port(scope, source)
        entered = into[common:]
        if entered and self._is_port(target, BLOCK_INPUT, entered[-1]):
            entered = entered[:-1]
        for scope in entered:
            source = self._input_port(scope, source, target)
        if source is not first:
            sources = list(target.inputs_of(wire.target_port))
            sources[wire.slot] = source
            self._do(rewired(target, wire.target_port, sources))

    def _is_port(self, op: Operation, kind: str, scope: str) -> bool:
        return op.type == kind and scope_of(op.name, self._state.instances) == scope

    def _output_port(self, scope: str, source: Output) -> Output:
        for op in source.consumers() if isinstance(source, Tensor) else ():
            if self._is_port(op, BLOCK_OUTPUT, scope):
                return op.output
        return self._add(scope, BLOCK_OUTPUT, "output", source, source.op)

    def _input_port(self, scope: str, source: Output, target: Operation) -> Output:
        for op in source.consumers() if isinstance(source, Tensor) else ():
            if self._is_port(op, BLOCK_INPUT, scope):
                return op.output
        named = source.op.name.rpartition("/")[2]
        return self._add(scope, BLOCK_INPUT, "input" if source.op.type in BLOCK_PORTS else named, source, target)

    def _add(self, scope: str, kind: str, base: str, source: Output, beside: Operation) -> Output:
        graph = self._state.graph
        declaration = get_declaration(kind)
        assert declaration is not None
        name = self._free_names.for_new(f"{scope}/{base}")
        record = OperationRecord(declaration, name, declaration.default_attributes(), graph.next_number, "", {})
        place = self._place(scope, kind, beside)
        self._do(InsertNodes((NodeState(record, place),), self._state.document.folder))
        port = graph.operation(name)
        self._do(rewired(port, "x", [source]))
        return port.output

    def _place(self, scope: str, kind: str, beside: Operation) -> Position:
        """On the left of everything inside for an input, on the right for an output, on a height with its node."""
        positions = self._state.model.positions
        places = [place for name, place in positions.items() if name.startswith(f"{scope}/")]
        y = positions.get(beside.name, (0.0, 0.0))[1]
        ports = [op for op in self._of_kind(scope, kind) if op.name in positions]
        if ports:
            x = positions[ports[0].name][0]
        elif kind == BLOCK_INPUT:
            x = min((place[0] for place in places), default=0.0) - NODE_WIDTH - _GAP
        else:
            x = max((place[0] for place in places), default=0.0) + NODE_WIDTH + _GAP
        taken = {positions[op.name] for op in ports}
        while (x, y) in taken:
            y += _GAP
        return x, y

    def _of_kind(self, scope: str, kind: str) -> Sequence[Operation]:
        return [
            op
            for op in self._state.graph.get_operations()
            if op.name.startswith(f"{scope}/") and self._is_port(op, kind, scope)
        ]

    def _do(self, edit: Edit) -> None:
        self._state.carry_out(edit)
        self.made.append(edit)
