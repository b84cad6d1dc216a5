"""The edits that make, move and cut wires."""

from __future__ import annotations

from collections.abc import Iterable

from editor.wire_id import WireId
from engine.graph import Graph, Operation, Output

from .edits import Edit, SetInputs, output_of, rewired


def with_wire(target: Operation, port: str, source: Output, slot: int | None) -> list[Output]:
    """What is wired to a port once ``source`` is, too."""
    declared = target.declaration.input_port(port)
    if declared is None or not declared.variadic:
        return [source]
    wired = list(target.inputs_of(port))
    wired.insert(len(wired) if slot is None else slot, source)
    return wired


def without_wire(target: Operation, wire: WireId) -> list[Output]:
    """What stays wired to the port at which ``wire`` ends."""
    wired = list(target.inputs_of(wire.target_port))
    del wired[wire.slot]
    return wired


def rewire_edits(graph: Graph, wire: WireId, target: str, target_port: str, slot: int | None) -> list[Edit]:
    """``slot`` counts the wires that stay at the port: it is the wire's place when all is done."""
    old_target, new_target = graph.operation(wire.target), graph.operation(target)
    source = output_of(graph, (wire.source, wire.source_port))
    staying = without_wire(old_target, wire)
    if (wire.target, wire.target_port) == (target, target_port):
        staying.insert(len(staying) if slot is None else slot, source)
        edit = rewired(old_target, target_port, staying)
        return [edit] if edit.before != edit.after else []
    return [
        rewired(old_target, wire.target_port, staying),
        rewired(new_target, target_port, with_wire(new_target, target_port, source, slot)),
    ]


def disconnect_edits(graph: Graph, wires: Iterable[WireId]) -> list[SetInputs]:
    """The edits that take wires away, one for each port."""
    slots: dict[tuple[str, str], set[int]] = {}
    for wire in wires:
        slots.setdefault((wire.target, wire.target_port), set()).add(wire.slot)
    edits = []
    for (name, port), gone in slots.items():
        target = graph.operation(name)
        staying = [source for slot, source in enumerate(target.inputs_of(port)) if slot not in gone]
        edits.append(rewired(target, port, staying))
    return edits
