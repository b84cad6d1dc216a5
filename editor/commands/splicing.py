"""Putting a node that is there into a wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from editor.wire_id import WireId
from engine.graph import DONE, InputPort, Operation, PortKind
from engine.graph.wiring import kind_refusal

from .command import DocumentCommand, Host
from .edits import Edit, Editable, Position, output_of, place_edits
from .trial import new_problem
from .wire_checks import exists
from .wiring_draft import WiringDraft
from .words import translate


class Splice(NamedTuple):
    """A node in a wire: the ports at which the wire then ends and begins."""

    name: str
    wire: WireId
    input_port: str
    output_port: str


def find_splice(document: Editable, name: str, wire: WireId) -> Splice | None:
    """How a node goes into a wire: by its first free input that fits, if none of its outputs is wired.

    None where it does not: for its ports, for a circle, or for shapes and dtypes anywhere in the graph.
    """
    graph = document.model.graph
    if name not in graph or name in (wire.source, wire.target) or not exists(graph, wire):
        return None
    op = graph.operation(name)
    output = next((tensor for tensor in op.outputs if tensor.kind is not PortKind.STEP), None)
    target = graph.operation(wire.target)
    declared = target.declaration.input_port(wire.target_port)
    if wire.source_port == DONE.name or output is None or declared is None or any(graph.wires_out_of(op)):
        return None
    if kind_refusal(output, target, declared) or graph.would_cycle(op, target):
        return None
    source = output_of(graph, (wire.source, wire.source_port))
    if graph.would_cycle(source.op, op):
        return None
    for port in _free_ports(op):
        splice = Splice(name, wire, port.name, output.port)
        if not kind_refusal(source, op, port):
            edits = _draft(document, splice).edits()
            if new_problem(document, edits, new=name) is None:
                return splice
    return None


class InsertIntoWire(DocumentCommand):
    """Puts a node into a wire, and nodes to their places: what a drag onto the wire does."""

    def __init__(self, host: Host, splice: Splice, places: Mapping[str, Position]) -> None:
        text = translate("Commands", "Insert {name} between {source} and {target}").format(
            name=splice.name, source=splice.wire.source, target=splice.wire.target
        )
        edits: list[Edit] = [*place_edits(host.model, places), *_draft(host, splice).edits()]
        super().__init__(host, text, edits)


def _draft(document: Editable, splice: Splice) -> WiringDraft:
    draft, wire = WiringDraft(document.model.graph), splice.wire
    draft.at(splice.name, splice.input_port).append((wire.source, wire.source_port))
    draft.at(wire.target, wire.target_port)[wire.slot] = (splice.name, splice.output_port)
    return draft


def _free_ports(op: Operation) -> list[InputPort]:
    """Inputs with room for a wire, those that need one first."""
    free = [port for port in op.declaration.inputs if port.variadic or not op.inputs_of(port.name)]
    return sorted((port for port in free if port.kind is not PortKind.STEP), key=lambda port: port.optional)
