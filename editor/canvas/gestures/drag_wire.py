"""Making, moving and taking away wires with the pointer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from editor.canvas.block_geometry import End
from editor.canvas.block_item import BlockItem
from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import (
    FEW_NODES,
    HEADER_HEIGHT,
    NODE_WIDTH,
    OVERVIEW_ZOOM,
    STRIP_HEIGHT,
    Port,
    PortKey,
    snapped,
    wire_path,
)
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.gestures.legal_ports import LegalPorts
from editor.canvas.tools import Pointer, Tools
from editor.canvas.wire_item import WireItem
from editor.canvas.wiring import check_ends, check_rewire_ends, connect_ends, proposed_wire, rewire_ends
from editor.commands import ProposedWire
from editor.theme import Theme, mix
from engine.graph import Verdict

#: How near the pointer must come to a legal port for the wire to snap to it, in pixels on the screen.
SNAP_DISTANCE = 24.0
#: How near to an illegal one for its reason to be told.
_REASON_DISTANCE = 12.0


@dataclass(frozen=True)
class _Landing:
    """Where the wire would end if it were let go now."""

    node: BoxItem | None = None
    port: Port | None = None
    reason: str = ""
    #: The port that was refused, with its node; None where that is not one.
    refused: tuple[BoxItem, Port] | None = None


class DragWire(Gesture):
    """Drags a wire from an output, from a free input, or by its end at an input.

    Over a legal port it snaps, over a node's box it takes the first free port that fits. Let go over nothing, a new
    wire asks for the palette, and one that was there before is taken away.
    """

    cursor = Qt.CursorShape.CrossCursor
    scrolls_at_edge = True

    def __init__(self, tools: Tools, node: BoxItem, port: Port, picked_up: WireItem | None = None) -> None:
        """``node`` and ``port`` are where the drag begins; ``picked_up`` is the wire whose end is there."""
        super().__init__(tools)
        self._picked_up = picked_up
        if picked_up is None:
            self._held = list(node.ends_of(port))
        else:
            self._held = [End(picked_up.wire.source, PortKey(False, picked_up.wire.source_port, 0))]
        #: The item that the drag begins at.
        self._begin = self.tools.scene.item_showing(self._held[0].node)
        self._wants_input = not self._held[0].key.is_input
        self._tip = QPointF()
        self._landing = _Landing()
        self._ports: LegalPorts | None = None
        self._painted = QRectF()

    # --- the gesture ---------------------------------------------------------------------------------------------

    def start(self, pointer: Pointer) -> None:
        self._ports = LegalPorts(self.tools.scene, self._judge, self._wants_input)
        if self._picked_up is not None:
            self._picked_up.hide()
            self.tools.scene.pictured_changed.emit()
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        assert self._ports is not None
        if self.tools.scene.shown_count <= FEW_NODES or self.tools.camera.zoom >= OVERVIEW_ZOOM:
            self._ports.look_at(self.tools.camera.visible_rect, pointer.scene)
        self._landing = self._find_landing(pointer)
        node, port = self._landing.node, self._landing.port
        self._ports.set_target((node, port) if node is not None and port is not None else None)
        self._tip = pointer.scene if node is None or port is None else node.pos() + port.center
        if self._landing.reason:
            self.tools.reason.show_at(pointer.point.toPoint(), self._landing.reason)
        else:
            self.tools.reason.hide()
        bounds = wire_path(*self._ends(), is_down=self.tools.scene.is_down).controlPointRect().adjusted(-8, -8, 8, 8)
        self.tools.repaint(bounds.united(self._painted))
        self._painted = bounds

    def finish(self, pointer: Pointer) -> None:
        landing = self._landing
        self._end()
        if landing.reason:
            wire = None if landing.refused is None else self._proposed(*landing.refused)
            if wire is None:
                self.tools.refuse(landing.reason, pointer.screen)
            else:
                self.tools.refuse_wire(landing.reason, pointer.screen, wire)
        elif landing.node is not None and landing.port is not None:
            verdict = self._connect(landing.node, landing.port)
            if not verdict:
                self.tools.refuse(verdict.reason, pointer.screen)
        elif self._picked_up is not None:
            self.tools.document.disconnect([self._picked_up.wire])
        else:
            self._ask_palette(pointer.screen, pointer.scene)

    def cancel(self) -> None:
        self._end()

    def _end(self) -> None:
        if self._ports is not None:
            self._ports.close()
        if self._picked_up is not None:
            self._picked_up.show()
            self.tools.scene.pictured_changed.emit()
        self.tools.reason.hide()
        self.tools.repaint(self._painted)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        is_refused = bool(self._landing.reason)
        has_landed = self._landing.port is not None
        color = theme.accent if has_landed else mix(theme.canvas, theme.muted, 0.5 if is_refused else 1.0)
        style = Qt.PenStyle.DashLine if is_refused else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, 2, style, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(wire_path(*self._ends(), is_down=self.tools.scene.is_down))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(self._tip, 3.5, 3.5)

    # --- asking the document -------------------------------------------------------------------------------------

    def _judge(self, item: BoxItem, port: Port) -> Verdict:
        """Whether the wire may end at a port of the side it looks for."""
        document, ends = self.tools.document, item.ends_of(port)
        if self._picked_up is not None:
            return check_rewire_ends(document, self._picked_up.wire, ends)
        if self._wants_input:
            return check_ends(document, self._held[0], ends)
        return check_ends(document, ends[0], self._held)

    def _connect(self, item: BoxItem, port: Port) -> Verdict:
        document, ends = self.tools.document, item.ends_of(port)
        if self._picked_up is not None:
            wire = self._picked_up.wire
            if End(wire.target, PortKey(True, wire.target_port, wire.slot)) in ends:
                return Verdict(True)
            return rewire_ends(document, wire, ends)
        if self._wants_input:
            return connect_ends(document, self._held[0], ends)
        return connect_ends(document, ends[0], self._held)

    def _proposed(self, item: BoxItem, port: Port) -> ProposedWire | None:
        """The wire that would end at a port."""
        document, ends = self.tools.document, item.ends_of(port)
        moved = None if self._picked_up is None else self._picked_up.wire
        if self._wants_input:
            return proposed_wire(document, self._held[0], ends, moved)
        return proposed_wire(document, ends[0], self._held, moved) if len(ends) == 1 else None

    # --- landing -------------------------------------------------------------------------------------------------

    def _find_landing(self, pointer: Pointer) -> _Landing:
        assert self._ports is not None
        snap = SNAP_DISTANCE / self.tools.camera.zoom
        ports = self._ports

        def order(found: tuple[BoxItem, Port, float]) -> tuple[float, bool, bool]:
            item, port, distance = found
            # Of ports that lie upon each other, one that is legal and free comes first.
            return distance, not ports.verdict(item, port), port.is_wired

        for item, port, distance in sorted(self._ports_near(pointer.scene, snap), key=order):
            verdict = self._ports.verdict(item, port)
            if verdict:
                return _Landing(item, port)
            # Right on an illegal port, a legal one beside it is not what is meant.
            if distance <= _REASON_DISTANCE / self.tools.camera.zoom:
                return _Landing(reason=verdict.reason, refused=(item, port))
        below = self.tools.scene.node_at(pointer.scene)
        return _Landing() if below is None or below is self._begin else self._landing_in(below)

    def _ports_near(self, point: QPointF, reach: float) -> list[tuple[BoxItem, Port, float]]:
        """The ports within reach on the side where the wire may end, with their distances."""
        assert self._ports is not None
        found: list[tuple[BoxItem, Port, float]] = []
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for item in self.tools.scene.node_items_in(around):
            for port in self._ports.candidates(item):
                offset = item.pos() + port.center - point
                distance = (offset.x() ** 2 + offset.y() ** 2) ** 0.5
                if distance <= reach:
                    found.append((item, port, distance))
        return found

    def _landing_in(self, item: BoxItem) -> _Landing:
        """The port that a wire dropped on a node's box takes."""
        assert self._ports is not None
        candidates = self._ports.candidates(item)
        if isinstance(item, BlockItem):
            text = QCoreApplication.translate(
                "DragWire", "Drop the wire on a port of {name}, or unfold it to see all of its nodes."
            )
            return _Landing(reason=text.format(name=item.name))
        if self._wants_input:
            free = self.tools.document.free_port_for(self._held[0].node, self._held[0].key.name, item.name)
            fitting = [port for port in candidates if port.key.name == free]
            # The free place of a variadic port is its last.
            if fitting:
                return _Landing(item, fitting[-1])
        else:
            fitting = [port for port in candidates if self._ports.verdict(item, port)]
            if fitting:
                return _Landing(item, fitting[0])
        return self._why_not(item, candidates)

    def _why_not(self, item: BoxItem, candidates: list[Port]) -> _Landing:
        assert self._ports is not None
        # Of several ports, a free one is what is meant.
        for port in sorted(candidates, key=lambda port: port.is_wired):
            verdict = self._ports.verdict(item, port)
            if not verdict:
                return _Landing(reason=verdict.reason, refused=(item, port))
        if not candidates:
            text = (
                QCoreApplication.translate("DragWire", "{name} has no inputs.")
                if self._wants_input
                else QCoreApplication.translate("DragWire", "{name} has no outputs.")
            )
        else:
            text = QCoreApplication.translate(
                "DragWire", "All inputs of {name} are wired; drop the wire on the one that it shall replace."
            )
        return _Landing(reason=text.format(name=item.name))

    # --- where ---------------------------------------------------------------------------------------------------

    def _ends(self) -> tuple[QPointF, QPointF]:
        fixed = self.tools.scene.port_position(*self._held[0]) or self._tip
        return (fixed, self._tip) if self._wants_input else (self._tip, fixed)

    def _ask_palette(self, screen: QPoint, scene: QPointF) -> None:
        held = self._held[0]
        # The new node's first port comes to lie under the pointer.
        if self.tools.scene.is_down:
            port = QPointF(NODE_WIDTH / 2, 0 if self._wants_input else HEADER_HEIGHT + STRIP_HEIGHT)
        else:
            port = QPointF(0 if self._wants_input else NODE_WIDTH, HEADER_HEIGHT / 2)
        place = snapped(scene - port)
        self.tools.ask_palette(screen, place, (held.node, held.key.name, held.key.is_input))
