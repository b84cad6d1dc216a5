"""Leading a wire through points."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from editor.canvas.geometry import snapped
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.routed_path import place_for_point
from editor.canvas.tools import Pointer, Tools
from editor.canvas.wire_item import WireItem
from editor.commands import Reroute


class DragPoint(Gesture):
    """Drags a point of a wire, or draws a new one out of it; it stands on the grid, unless Ctrl is held."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls_at_edge = True

    def __init__(self, tools: Tools, item: WireItem, point: int | None) -> None:
        """``point`` is the number of a point of the wire; None makes a new one."""
        super().__init__(tools)
        self._item = item
        self._point = point

    def start(self, pointer: Pointer) -> None:
        self._points = list(self._item.points)
        if self._point is None:
            self._point = place_for_point([self._item.start, *self._points, self._item.end], pointer.scene)
            self._points.insert(self._point, pointer.scene)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        assert self._point is not None
        is_free = bool(pointer.modifiers & Qt.KeyboardModifier.ControlModifier)
        self._points[self._point] = pointer.scene if is_free else snapped(pointer.scene)
        self._item.set_points(self._points)

    def finish(self, pointer: Pointer) -> None:
        reroute(self.tools, self._item, self._points)

    def cancel(self) -> None:
        if self._item.scene() is not None:
            self.tools.scene.place_wire(self._item)


def toggle_point(tools: Tools, item: WireItem, place: QPointF) -> None:
    """Takes away the point of a wire at a place, or adds one there."""
    points = list(item.points)
    at = item.point_at(place, tools.camera.zoom)
    if at is None:
        points.insert(place_for_point([item.start, *points, item.end], place), snapped(place))
    else:
        del points[at]
    reroute(tools, item, points)


def reroute(tools: Tools, item: WireItem, points: list[QPointF]) -> None:
    """Leads the wire through these points, as one undo step."""
    document = tools.document
    document.do(Reroute(document, item.wire, [(point.x(), point.y()) for point in points]))
