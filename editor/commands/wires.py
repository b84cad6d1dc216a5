"""Making, moving and cutting wires. Whether a wire may be made is asked before, in the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from editor.wire_id import WireId
from engine.graph import Graph, Operation, Output
from engine.model import Point

from .command import DocumentCommand, Host
from .edits import Edit, SetInputs, output_of, rewired
from .routes import route_edits
from .words import translate


class Connect(DocumentCommand):
    """Wires an output to a port, in the place of the wire that is there unless the port is variadic."""

    def __init__(
        self, host: Host, source: str, source_port: str, target: str, target_port: str, slot: int | None
    ) -> None:
        graph = host.model.graph
        op = graph.operation(target)
        wired = with_wire(op, target_port, output_of(graph, (source, source_port)), slot)
        text = translate("Commands", "Connect {source} to {target}").format(source=source, target=target)
        super().__init__(host, text, [rewired(op, target_port, wired)])


class Rewire(DocumentCommand):
    """Moves the end of a wire to another port, or to another place at a variadic one."""

    def __init__(self, host: Host, wire: WireId, target: str, target_port: str, slot: int | None) -> None:
        text = translate("Commands", "Reconnect {source} to {target}").format(source=wire.source, target=target)
        super().__init__(host, text, rewire_edits(host.model.graph, wire, target, target_port, slot))


class Disconnect(DocumentCommand):
    """Takes wires away."""

    def __init__(self, host: Host, wires: Iterable[WireId]) -> None:
        chosen = list(dict.fromkeys(wires))
        if len(chosen) == 1:
            text = translate("Commands", "Disconnect {source} from {target}").format(
                source=chosen[0].source, target=chosen[0].target
            )
        else:
            count = len(chosen)
            text = translate("Commands", "Disconnect %n wires", "", count)
        super().__init__(host, text, disconnect_edits(host.model.graph, chosen))


class Reroute(DocumentCommand):
    """Leads a wire through other points, in pixels at 100 %; none lead it straight."""

    def __init__(self, host: Host, wire: WireId, points: Sequence[Point]) -> None:
        text = translate("Commands", "Reroute the wire from {source} to {target}").format(
            source=wire.source, target=wire.target
        )
        super().__init__(host, text, route_edits(host.model, {wire: points}))


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
