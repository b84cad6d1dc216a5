"""Making wires with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen

from editor.canvas.block_geometry import End
from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import Port, wire_path
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.port_painter import PortLook
from editor.canvas.tools import Tools
from editor.canvas.wiring import check_ends, connect_ends, proposed_wire
from editor.commands.wire_checks import repairs_for
from editor.theme import Theme

_NEXT = (Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Down)
_PREVIOUS = (Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Up)
_FINISH = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyboardWire(Gesture):
    """Goes through the inputs that an output may be wired to, the nearest first; Enter makes the wire.

    C goes on to the next output of the node; R goes through the inputs that a repair would make fit.
    """

    def __init__(self, tools: Tools, node: BoxItem) -> None:
        super().__init__(tools)
        self._node = node
        self._outputs = [port for port in node.geometry.ports if not port.key.is_input]
        self._output = 0
        self._targets: list[tuple[BoxItem, Port]] = []
        self._chosen = -1
        #: Why the chosen input is refused as it is; "" for one that may be wired.
        self._refusal = ""
        self._painted = QRectF()

    @property
    def has_output(self) -> bool:
        return bool(self._outputs)

    def begin(self) -> None:
        """Starts at the first output and its nearest legal target."""
        self._choose_output(0)

    def press(self, event: QKeyEvent) -> bool:
        """Answers a key; returns whether it is the one that finishes."""
        key = event.key()
        if key in _FINISH:
            return True
        if key in _NEXT:
            self._step(1)
        elif key in _PREVIOUS:
            self._step(-1)
        elif key == Qt.Key.Key_R:
            self._step(1, repairs=True)
        elif key == Qt.Key.Key_C:
            self._choose_output(self._output + 1)
        return False

    def cancel(self) -> None:
        self._show_target(PortLook.NORMAL)
        self.tools.status.hide()
        self.tools.repaint(self._painted)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        ends = self._ends()
        if ends is not None:
            painter.setPen(QPen(theme.accent, 2, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(wire_path(*ends, is_down=self.tools.scene.is_down))

    def _choose_output(self, output: int) -> None:
        self._show_target(PortLook.NORMAL)
        self._output = output % len(self._outputs)
        start = self._node.pos() + self._port.center

        def distance(target: tuple[BoxItem, Port]) -> float:
            return (target[0].pos() + target[1].center - start).manhattanLength()

        nodes = self.tools.scene.shown()
        inputs = [(item, port) for item in nodes for port in item.geometry.ports if port.key.is_input]
        self._targets = sorted(inputs, key=distance)
        self._chosen = -1
        self._step(1)

    @property
    def _port(self) -> Port:
        return self._outputs[self._output]

    @property
    def _source(self) -> End:
        return self._node.ends_of(self._port)[0]

    def _step(self, direction: int, repairs: bool = False) -> None:
        """On to the next port that is legal, or would be with a repair; only those on the way are asked about."""
        self._show_target(PortLook.NORMAL)
        self._refusal = ""
        count = len(self._targets)
        index = self._chosen
        for _ in range(count):
            index = (index + direction) % count
            item, port = self._targets[index]
            verdict = check_ends(self.tools.document, self._source, item.ends_of(port))
            if (self._can_be_repaired(item, port) and not verdict) if repairs else verdict:
                self._chosen, self._refusal = index, verdict.reason
                break
        self._show_target(PortLook.TARGET)
        self._announce()
        ends = self._ends()
        bounds = (
            QRectF()
            if ends is None
            else wire_path(*ends, is_down=self.tools.scene.is_down).controlPointRect().adjusted(-8, -8, 8, 8)
        )
        self.tools.repaint(bounds.united(self._painted))
        self._painted = bounds

    def _can_be_repaired(self, item: BoxItem, port: Port) -> bool:
        wire = proposed_wire(self.tools.document, self._source, item.ends_of(port), None)
        return wire is not None and bool(repairs_for(self.tools.document, wire))

    def _show_target(self, look: PortLook) -> None:
        if self._chosen >= 0:
            item, port = self._targets[self._chosen]
            item.set_port_looks({port.key: look} if look is PortLook.TARGET else {})

    def _announce(self) -> None:
        output = self._node.name if len(self._outputs) == 1 else f"{self._node.name} {self._port.label}"
        if self._chosen < 0:
            text = QCoreApplication.translate(
                "KeyboardWire", "There is nothing that {output} could be wired to. Esc ends this."
            ).format(output=output)
        elif self._refusal:
            item, port = self._targets[self._chosen]
            text = QCoreApplication.translate(
                "KeyboardWire",
                "{output} does not fit {target} {port} yet. Enter offers repairs, R goes on, Esc ends this.",
            ).format(output=output, target=item.name, port=port.label or port.key.name)
        else:
            item, port = self._targets[self._chosen]
            text = QCoreApplication.translate(
                "KeyboardWire",
                "Wire {output} to {target} {port}? Enter connects, Tab goes on, R shows what a repair would make fit, "
                "Esc ends this.",
            ).format(output=output, target=item.name, port=port.label or port.key.name)
        self.tools.status.show_below(text)
        if self._chosen >= 0:
            item, port = self._targets[self._chosen]
            place = item.pos() + port.center
            if not self.tools.camera.visible_rect.contains(place):
                self.tools.camera.center_on(place)

    def finish_by_key(self) -> None:
        """Makes the wire to the target that is shown."""
        target = self._targets[self._chosen] if self._chosen >= 0 else None
        self.cancel()
        if target is not None:
            item, port = target
            wire = proposed_wire(self.tools.document, self._source, item.ends_of(port), None)
            if self._refusal and wire is not None:
                self.tools.refuse_wire(self._refusal, self.tools.camera.to_screen(item.pos() + port.center), wire)
            else:
                connect_ends(self.tools.document, self._source, item.ends_of(port))

    def _ends(self) -> tuple[QPointF, QPointF] | None:
        if self._chosen < 0:
            return None
        item, port = self._targets[self._chosen]
        return self._node.pos() + self._port.center, item.pos() + port.center
