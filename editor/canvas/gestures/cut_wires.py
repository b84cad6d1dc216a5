"""Cutting wires with a line drawn across them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from editor.canvas.gestures.gesture import Gesture
from editor.canvas.tools import Pointer
from editor.canvas.wire_item import WireItem, WireMark
from editor.theme import Theme

#: How far the knife moves before its line gets another corner, in pixels on the screen.
_STEP = 3.0


class CutWires(Gesture):
    """The wires that the line crosses light up, and are taken away when the button is released."""

    cursor = Qt.CursorShape.CrossCursor

    def start(self, pointer: Pointer) -> None:
        self._line = QPainterPath(pointer.scene)
        self._last = pointer.scene
        #: In the order in which they are crossed.
        self._crossed: dict[WireItem, None] = {}

    def move(self, pointer: Pointer) -> None:
        way = pointer.scene - self._last
        if way.manhattanLength() * self.tools.camera.zoom < _STEP:
            return
        cut = QPainterPath(self._last)
        cut.lineTo(pointer.scene)
        self._line.lineTo(pointer.scene)
        around = cut.boundingRect().adjusted(-1, -1, 1, 1)
        self.tools.scene.make_items_in(around)
        for item in self.tools.scene.items(around, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
            if isinstance(item, WireItem) and item.isVisible() and item.is_crossed_by(self._last, pointer.scene):
                self._crossed[item] = None
                item.set_mark(WireMark.DOOMED)
        self._last = QPointF(pointer.scene)
        self.tools.repaint(self._line.boundingRect().adjusted(-4, -4, 4, 4))

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        crossed = [item.wire for item in self._crossed]
        self.cancel()
        self.tools.document.disconnect(crossed)

    def cancel(self) -> None:
        for item in self._crossed:
            if item.scene() is not None:
                item.set_mark(WireMark.NONE)
        self._crossed = {}
        self.tools.repaint(QRectF(self._line.boundingRect()).adjusted(-4, -4, 4, 4))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QPen(theme.error, 1.5 / self.tools.camera.zoom, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._line)
