"""Dropping an entry of the palette: what is dropped, and where its node comes to stand."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, QRectF

from editor.canvas.geometry import DOT_GRID, HEADER_HEIGHT, NODE_WIDTH, ROW_HEIGHT, snapped
from editor.canvas.scene import GraphScene
from editor.palette_mime import PALETTE_MIME_TYPE

#: The room that a new node is given, whatever its ports.
_SPACE = QRectF(0, 0, NODE_WIDTH, HEADER_HEIGHT + 3 * ROW_HEIGHT).adjusted(-DOT_GRID, -DOT_GRID, DOT_GRID, DOT_GRID)


def entry_in(mime: QMimeData) -> str | None:
    """The key of the palette's entry that is dragged; None when it is something else."""
    if not mime.hasFormat(PALETTE_MIME_TYPE):
        return None
    return bytes(mime.data(PALETTE_MIME_TYPE).data()).decode("utf-8", "replace")


def place_under(pointer: QPointF) -> QPointF:
    """Where a dropped node stands: the middle of its header under the pointer, on the grid."""
    return snapped(pointer - QPointF(NODE_WIDTH / 2, HEADER_HEIGHT / 2))


def is_on_a_node(scene: GraphScene, place: QPointF) -> bool:
    """Whether the header of a new node there would cover another node."""
    return bool(scene.node_items_in(QRectF(place.x(), place.y(), NODE_WIDTH, HEADER_HEIGHT)))


def free_place(scene: GraphScene, start: QPointF) -> QPointF:
    """``start``, or the place nearest to it, in growing squares around it, where a new node stands on no other."""
    for ring in range(50):
        offsets = [
            (x, y) for x in range(-ring, ring + 1) for y in range(-ring, ring + 1) if max(abs(x), abs(y)) == ring
        ]
        for x, y in sorted(offsets, key=lambda offset: (abs(offset[0]) + abs(offset[1]), -offset[0], -offset[1])):
            place = start + QPointF(x * _SPACE.width() / 2, y * _SPACE.height() / 2)
            if not scene.node_items_in(_SPACE.translated(place)):
                return snapped(place)
    return start
