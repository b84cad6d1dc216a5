"""Moving nodes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.geometry import snapped
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.gestures.wire_under import WireUnder
from editor.canvas.tools import Pointer, Tools
from editor.commands import InsertIntoWire
from editor.commands.splicing import find_splice


class DragNodes(Gesture):
    """Moves the selected nodes: the one that was grabbed stands on the grid, unless Ctrl is held.

    A single node that is let go on a wire into which it fits is put into the wire.

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
        self._wire: WireUnder | None = None

    def start(self, pointer: Pointer) -> None:
        self._anchor = pointer.scene
        nodes = self.tools.scene.nodes
        self._origins = {name: nodes[name].pos() for name in self.tools.scene.selected_names()}
        for item in self._shown():
            item.set_dragged(True)
        if len(self._origins) == 1:
            (name,) = self._origins
            self._wire = WireUnder(self.tools.scene, lambda wire: find_splice(self.tools.document, name, wire))

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
            if self._wire is not None:
                (item,) = self._shown()
                self._wire.look_under(item.box)

    def finish(self, pointer: Pointer) -> None:
        splice = None if self._wire is None else self._wire.splice
        self._put_down()
        if self._offset.isNull():
            return
        moved = {name: point + self._offset for name, point in self._origins.items()}
        places = {name: (place.x(), place.y()) for name, place in moved.items()}
        if splice is None:
            self.tools.document.move_nodes(places)
        else:
            self.tools.document.do(InsertIntoWire(self.tools.document, splice, places))

    def cancel(self) -> None:
        self._put_down()
        self.tools.scene.move_items(
            {name: point for name, point in self._origins.items() if name in self.tools.scene.nodes}
        )

    def _put_down(self) -> None:
        for item in self._shown():
            item.set_dragged(False)
        if self._wire is not None:
            self._wire.close()
