"""Making, moving and cutting wires. Whether a wire may be made is asked before, in the document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from editor.wire_id import WireId
from engine.model import Point

from .command import DocumentCommand, Host
from .edits import output_of, rewired
from .routes import route_edits
from .wire_edits import disconnect_edits, rewire_edits, with_wire
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
