"""Wires from and to ports of the canvas, each of which may stand for several ports of nodes in a folded block."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from editor.canvas.block_geometry import End
from editor.canvas.geometry import PortKey
from editor.commands import ProposedWire
from editor.document import Document
from editor.wire_id import WireId
from engine.graph import AFTER, Verdict


def check_ends(document: Document, source: End, targets: Sequence[End]) -> Verdict:
    """Whether an output may be wired to all of these inputs, and why not."""
    for target in targets:
        verdict = document.check_connect(*_arguments(document, source, target))
        if not verdict:
            return verdict
    return Verdict(True)


def connect_ends(document: Document, source: End, targets: Sequence[End]) -> Verdict:
    """Wires an output to all of these inputs, as one undo step."""
    with document.one_step(_step_text(source)):
        for target in targets:
            verdict = document.connect(*_arguments(document, source, target))
            if not verdict:
                return verdict
    return Verdict(True)


def check_rewire_ends(document: Document, wire: WireId, targets: Sequence[End]) -> Verdict:
    """Whether the wire's end may be moved to the first of these inputs, and its source be wired to the others."""
    first, *others = targets
    verdict = document.check_rewire(wire, first.node, first.key.name, _slot(document, first))
    return verdict and check_ends(document, _source(wire), others)


def rewire_ends(document: Document, wire: WireId, targets: Sequence[End]) -> Verdict:
    """Does what :func:`check_rewire_ends` asks about, as one undo step."""
    first, *others = targets
    if not others:
        return document.rewire(wire, first.node, first.key.name, _slot(document, first))
    with document.one_step(_step_text(_source(wire))):
        verdict = document.rewire(wire, first.node, first.key.name, _slot(document, first))
        return verdict and connect_ends(document, _source(wire), others)


def proposed_wire(document: Document, source: End, targets: Sequence[End], moved: WireId | None) -> ProposedWire | None:
    """The wire that a person wants, new or ``moved``; None where a port stands for several."""
    if len(targets) != 1:
        return None
    target = targets[0]
    return ProposedWire(*_arguments(document, source, target), moved)


def _source(wire: WireId) -> End:
    return End(wire.source, PortKey(False, wire.source_port, 0))


def _arguments(document: Document, source: End, target: End) -> tuple[str, str, str, str, int | None]:
    return source.node, source.key.name, target.node, target.key.name, _slot(document, target)


def _slot(document: Document, end: End) -> int | None:
    """A wire dropped on a variadic port takes the place it is dropped on."""
    port = document.operation(end.node).declaration.input_port(end.key.name)
    is_variadic = end.key.name == AFTER.name or (port is not None and port.variadic)
    return end.key.slot if is_variadic else None


def _step_text(source: End) -> str:
    return QCoreApplication.translate("Wiring", "Wire {name}").format(name=source.node)
