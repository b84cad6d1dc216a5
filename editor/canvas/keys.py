"""Keys that move the selection, and the selection to a neighbour; and what is typed on the canvas."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from editor.canvas.box_item import BoxItem
from editor.canvas.drawn_frame_item import DrawnFrameItem
from editor.canvas.geometry import GRID
from editor.canvas.note_item import NoteItem
from editor.canvas.scene import GraphScene
from editor.commands import AreaChange

#: What the selection can be moved to.
Stop = BoxItem | DrawnFrameItem | NoteItem

DIRECTIONS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
#: How far an arrow key moves the selection, and how far with shift.
NUDGE = GRID
LARGE_NUDGE = 4 * GRID


def nudge_selection(scene: GraphScene, direction: QPointF, distance: float) -> None:
    """Moves the selection and what lies in selected frames; nudges that follow each other fast are undone together."""
    offset = direction * distance
    names, items = scene.annotations.carried()
    places = {name: scene.nodes[name].pos() + offset for name in names}
    areas: list[AreaChange] = [
        (item.area, replace(item.area, left=item.area.left + offset.x(), top=item.area.top + offset.y()))
        for item in items
    ]
    scene.document.move_nodes({name: (place.x(), place.y()) for name, place in places.items()}, True, areas)


def neighbour(scene: GraphScene, start: QPointF, direction: QPointF, without: Stop | None = None) -> Stop | None:
    """What one would say is next in a direction, node, frame or note: near, and not far to the side."""
    best: Stop | None = None
    least = float("inf")
    for item in _stops(scene):
        offset = stop_point(item) - start
        along = QPointF.dotProduct(offset, direction)
        aside = abs(offset.x() * direction.y()) + abs(offset.y() * direction.x())
        if item is not without and along > 0 and along + 2 * aside < least:
            best, least = item, along + 2 * aside
    return best


def nearest(scene: GraphScene, point: QPointF) -> Stop | None:
    """The node, frame or note that is nearest to a point."""
    return min(_stops(scene), key=lambda item: (stop_point(item) - point).manhattanLength(), default=None)


def stop_point(item: Stop) -> QPointF:
    """Where the keyboard finds something: its middle, or that of a frame's title."""
    return item.title_box.center() if isinstance(item, DrawnFrameItem) else item.box.center()


def _stops(scene: GraphScene) -> list[Stop]:
    return [*scene.shown(), *scene.annotations.all()]


def typed_text(event: QKeyEvent) -> str:
    """The letter, digit or sign that a key types; "" for other keys and those held with Ctrl, Alt or Meta."""
    modifiers = Qt.KeyboardModifier
    held = event.modifiers() & (modifiers.ControlModifier | modifiers.AltModifier | modifiers.MetaModifier)
    # Some keyboards type @ or [ with AltGr, which is told as both.
    is_plain = not held or held == modifiers.ControlModifier | modifiers.AltModifier
    text = event.text()
    return text if is_plain and text.strip() and text.isprintable() else ""
