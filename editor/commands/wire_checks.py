"""May a wire be made, or moved? Nothing here changes the document."""

from __future__ import annotations

from collections.abc import Iterable

from editor.wire_id import WireId
from engine.graph import AFTER, DONE, EngineError, Graph, Operation, Output, Verdict, check_connect
from engine.graph.connect import ALLOWED
from engine.graph.wiring import kind_refusal
from engine.repairs import Repair, repairs_of_wire

from .edits import Editable, SourceName, output_of, rewired
from .repairing import ProposedWire
from .trial import new_problem, tried
from .wire_edits import with_wire, without_wire


def check_new(document: Editable, source: SourceName, target: str, target_port: str, slot: int | None) -> Verdict:
    """Whether a wire may be made."""
    graph = document.model.graph
    try:
        output, op = output_of(graph, source), graph.operation(target)
        verdict = check_connect(graph, output, op, target_port, slot)
        return verdict if verdict else _check_with_blocks(document, verdict, output, op, target_port, slot)
    except EngineError as error:
        return Verdict(False, str(error))


def _check_with_blocks(
    document: Editable, refusal: Verdict, output: Output, op: Operation, port: str, slot: int | None
) -> Verdict:
    """The verdict once blocks have taken their sizes from the new wire, where there are any that could."""
    model = document.model
    declared = op.declaration.input_port(port)
    if not model.instances or declared is None or kind_refusal(output, op, declared):
        return refusal
    if output in op.inputs_of(port) or model.graph.would_cycle(output.op, op):
        return refusal
    edit = rewired(op, port, with_wire(op, port, output, slot))
    return ALLOWED if new_problem(document, [edit], op.name) is None else refusal


def check_moved(document: Editable, wire: WireId, target: str, target_port: str, slot: int | None) -> Verdict:
    """Whether a wire may be moved to another port, asked of the graph as it is without the wire."""
    graph = document.model.graph
    if not exists(graph, wire):
        return Verdict(False, f"The wire from {wire.source} to {wire.target} is not there any more.")
    if (wire.target, wire.target_port) == (target, target_port):
        return ALLOWED
    op = graph.operation(wire.target)
    removal = rewired(op, wire.target_port, without_wire(op, wire))
    with tried(document, [removal]):
        return check_new(document, (wire.source, wire.source_port), target, target_port, slot)


def repairs_for(document: Editable, wire: ProposedWire) -> list[Repair]:
    """What would make a wire legal that is refused for shapes or dtypes; nothing where it is not."""
    graph = document.model.graph
    if wire.moved is None:
        return _repairs(graph, wire)
    if not exists(graph, wire.moved):
        return []
    op = graph.operation(wire.moved.target)
    removal = rewired(op, wire.moved.target_port, without_wire(op, wire.moved))
    with tried(document, [removal]):
        return _repairs(graph, wire)


def _repairs(graph: Graph, wire: ProposedWire) -> list[Repair]:
    try:
        source, target = output_of(graph, (wire.source, wire.source_port)), graph.operation(wire.target)
    except EngineError:
        return []
    return repairs_of_wire(graph, source, target, wire.target_port, wire.slot)


def free_port(document: Editable, source: SourceName, target: str) -> str | None:
    """The first port of a node at which a wire may be made without taking another's place."""
    op = document.model.graph.operation(target)
    ports = (AFTER,) if source[1] == DONE.name else op.declaration.inputs
    for port in ports:
        if (port.variadic or not op.inputs_of(port.name)) and check_new(document, source, target, port.name, None):
            return port.name
    return None


def exists(graph: Graph, wire: WireId) -> bool:
    if wire.target not in graph:
        return False
    wired = graph.operation(wire.target).inputs_of(wire.target_port)
    return 0 <= wire.slot < len(wired) and (wired[wire.slot].op.name, wired[wire.slot].port) == wire[:2]


def existing(graph: Graph, wires: Iterable[WireId]) -> list[WireId]:
    """Those of the wires that are there, each once."""
    return [wire for wire in dict.fromkeys(wires) if exists(graph, wire)]
