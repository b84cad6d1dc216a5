"""Resizing frames and notes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt

from editor.canvas.area_item import AreaItem, Edge, edge_cursor
from editor.canvas.geometry import snapped
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.tools import Pointer, Tools
from editor.commands import ChangeAreas

_FREE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class ResizeArea(Gesture):
    """Moves an edge or a corner; it comes to lie on the grid, unless Ctrl or Alt is held."""

    scrolls_at_edge = True

    def __init__(self, tools: Tools, item: AreaItem, edges: Edge) -> None:
        super().__init__(tools)
        self._item = item
        self._edges = edges
        self._before = item.box
        self._anchor = QPointF()
        self.cursor = edge_cursor(edges)

    def start(self, pointer: Pointer) -> None:
        self._anchor = pointer.scene

    def move(self, pointer: Pointer) -> None:
        self._item.set_box(self._moved(pointer.scene - self._anchor, not pointer.modifiers & _FREE))

    def _moved(self, offset: QPointF, is_on_grid: bool) -> QRectF:
        box, edges = QRectF(self._before), self._edges
        top_left, bottom_right = box.topLeft() + offset, box.bottomRight() + offset
        if is_on_grid and self.tools.snapping.to_grid:
            top_left, bottom_right = snapped(top_left), snapped(bottom_right)
        least_width, least_height = self._item.least_width, self._item.least_height
        if edges & Edge.LEFT:
            box.setLeft(min(top_left.x(), box.right() - least_width))
        if edges & Edge.RIGHT:
            box.setRight(max(bottom_right.x(), box.left() + least_width))
        if edges & Edge.TOP:
            box.setTop(min(top_left.y(), box.bottom() - least_height))
        if edges & Edge.BOTTOM:
            box.setBottom(max(bottom_right.y(), box.top() + least_height))
        return box

    def finish(self, pointer: Pointer) -> None:
        box, area = self._item.box, self._item.area
        self._item.set_box(self._before)
        after = replace(area, left=box.left(), top=box.top(), width=box.width(), height=box.height())
        document = self.tools.document
        text = QCoreApplication.translate("Commands", "Resize a frame or note")
        document.do(ChangeAreas(document, text, [(area, after)]))

    def cancel(self) -> None:
        self._item.set_box(self._before)
