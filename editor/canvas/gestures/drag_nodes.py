"""Moving nodes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.geometry import snapped
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.tools import Pointer, Tools


class DragNodes(Gesture):
    """Moves the selected nodes: the one that was grabbed stands on the grid, unless Ctrl is held.

    The scene shows the move; the document is told once, at the end.
    """

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls_at_edge = True

    def __init__(self, tools: Tools, grabbed: BoxItem | FrameItem) -> None:
        super().__init__(tools)
        self._anchor = QPointF()
        self._grabbed_at = grabbed.pos()
        self._origins: dict[str, QPointF] = {}
        self._offset = QPointF()

    def start(self, pointer: Pointer) -> None:
        self._anchor = pointer.scene
        nodes = self.tools.scene.nodes
        self._origins = {name: nodes[name].pos() for name in self.tools.scene.selected_names()}
        for item in self._shown():
            item.set_dragged(True)

    def _shown(self) -> set[BoxItem]:
        """The nodes and blocks that move."""
        scene = self.tools.scene
        return {scene.item_showing(name) for name in self._origins if name in scene.nodes}

    def move(self, pointer: Pointer) -> None:
        origin = self._grabbed_at
        place = origin + pointer.scene - self._anchor
        if not pointer.modifiers & Qt.KeyboardModifier.ControlModifier:
            place = snapped(place)
        offset = place - origin
        if offset != self._offset:
            self._offset = offset
            self.tools.scene.move_items({name: point + offset for name, point in self._origins.items()})

    def finish(self, pointer: Pointer) -> None:
        self._put_down()
        if not self._offset.isNull():
            places = {name: point + self._offset for name, point in self._origins.items()}
            self.tools.document.move_nodes({name: (place.x(), place.y()) for name, place in places.items()})

    def cancel(self) -> None:
        self._put_down()
        self.tools.scene.move_items(
            {name: point for name, point in self._origins.items() if name in self.tools.scene.nodes}
        )

    def _put_down(self) -> None:
        for item in self._shown():
            item.set_dragged(False)
