"""Selecting what a rectangle touches."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.area_item import AreaItem
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.tools import Pointer, Tools
from editor.theme import Theme
from editor.wire_id import WireId


class RubberBand(Gesture):
    """Selects the nodes and notes in a rectangle, the wires whose both ends are, and frames that are as a whole.

    Shift adds them to what was selected. With ctrl what was selected and lies in the rectangle is selected no more,
    and what was not, is.
    """

    scrolls_at_edge = True

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._anchor = QPointF()
        self._rect = QRectF()
        self._before: tuple[list[str], list[WireId], list[AreaItem]] = ([], [], [])
        self._keys = Qt.KeyboardModifier.NoModifier

    def start(self, pointer: Pointer) -> None:
        self._anchor = pointer.scene
        scene = self.tools.scene
        self._before = (scene.selected_names(), scene.selected_wires(), [*scene.annotations.selected_items()])
        self._keys = pointer.modifiers
        if not self._keys & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            self.tools.scene.select_only([])

    def move(self, pointer: Pointer) -> None:
        old = self._rect
        self._rect = QRectF(self._anchor, pointer.scene).normalized()
        self.tools.repaint(old.united(self._rect))
        items = self.tools.scene.node_items_in(self._rect)
        names = {name for item in items for name in item.members}
        wires = {wire for name in names for wire in self._inner_wires(name, names)}
        areas: set[AreaItem] = set(self.tools.scene.annotations.items_in(self._rect))
        if self._keys & Qt.KeyboardModifier.ShiftModifier:
            names |= set(self._before[0])
            wires |= set(self._before[1])
            areas |= set(self._before[2])
        elif self._keys & Qt.KeyboardModifier.ControlModifier:
            names ^= set(self._before[0])
            wires ^= set(self._before[1])
            areas ^= set(self._before[2])
        self.tools.scene.select_only(names, wires, areas)

    def _inner_wires(self, name: str, names: set[str]) -> list[WireId]:
        return [wire for wire in self.tools.scene.wires_of(name) if wire.source in names and wire.target in names]

    def finish(self, pointer: Pointer) -> None:
        self.tools.repaint(self._rect)

    def cancel(self) -> None:
        self.tools.scene.select_only(*self._before)
        self.tools.repaint(self._rect)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        fill = QColor(theme.accent)
        fill.setAlphaF(0.10)
        pen = QPen(theme.accent, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRect(self._rect)
