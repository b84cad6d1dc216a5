"""Moving nodes, frames and notes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from editor.canvas.area_item import AreaItem
from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.gestures.wire_under import WireUnder
from editor.canvas.snapping import REACH, Neighbours, cling
from editor.canvas.tools import Pointer, Tools
from editor.commands import AreaChange, InsertIntoWire
from editor.commands.splicing import find_splice
from editor.theme import Theme


class DragNodes(Gesture):
    """Moves what is selected, and what lies in selected frames as the drag begins.

    What was grabbed clings to its neighbours, with guides that show it, and to the grid: Alt suspends both, Ctrl the
    grid. A single node that is let go on a wire into which it fits is put into the wire. The scene shows the move; the
    document is told once, at the end.
    """

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls_at_edge = True

    def __init__(self, tools: Tools, grabbed: BoxItem | FrameItem | AreaItem) -> None:
        super().__init__(tools)
        self._grabbed = grabbed
        self._anchor = QPointF()
        self._grabbed_at = grabbed.box
        self._origins: dict[str, QPointF] = {}
        self._areas: dict[AreaItem, QRectF] = {}
        self._offset = QPointF()
        self._wire: WireUnder | None = None
        self._neighbours: Neighbours | None = None
        self._guides: list[QLineF] = []

    def start(self, pointer: Pointer) -> None:
        self._anchor = pointer.scene
        scene = self.tools.scene
        names, areas = scene.annotations.carried()
        self._origins = {name: scene.nodes[name].pos() for name in names}
        self._areas = {item: item.box for item in areas}
        moving = self._shown()
        for item in moving:
            item.set_dragged(True)
        if len(self._origins) == 1 and not self._areas and self.tools.document.may_change:
            (name,) = self._origins
            self._wire = WireUnder(scene, lambda wire: find_splice(self.tools.document, name, wire))
        if self.tools.snapping.to_neighbours:
            near = scene.node_plan.boxes_near(self.tools.camera.visible_rect, names)
            others: list[BoxItem | AreaItem] = [item for item in scene.blocks.items.values() if item not in moving]
            others += [item for item in scene.annotations.all() if item not in self._areas]
            boxes = [tuple(near_box) for near_box in near.tolist()] + [_numbers(item.box) for item in others]
            self._neighbours = Neighbours(boxes)

    def _shown(self) -> set[BoxItem]:
        """The nodes and blocks that move."""
        scene = self.tools.scene
        return {scene.item_showing(name) for name in self._origins if name in scene.nodes}

    def move(self, pointer: Pointer) -> None:
        box = self._grabbed_at.translated(pointer.scene - self._anchor)
        is_free = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        to_grid = self.tools.snapping.to_grid and not pointer.modifiers & Qt.KeyboardModifier.ControlModifier
        neighbours = None if is_free else self._neighbours
        place, guides = cling(box, neighbours, to_grid and not is_free, REACH / self.tools.camera.zoom)
        self._show_guides(guides)
        offset = place - self._grabbed_at.topLeft()
        if offset != self._offset:
            self._offset = offset
            self._show(offset)
            if self._wire is not None:
                (item,) = self._shown()
                self._wire.look_under(item.box)

    def _show(self, offset: QPointF) -> None:
        for item, box in self._areas.items():
            item.set_box(box.translated(offset))
        nodes = self.tools.scene.nodes
        self.tools.scene.move_items({name: point + offset for name, point in self._origins.items() if name in nodes})

    def _show_guides(self, guides: list[QLineF]) -> None:
        if guides == self._guides:
            return
        for guide in (*self._guides, *guides):
            self.tools.repaint(QRectF(guide.p1(), guide.p2()).normalized())
        self._guides = guides

    def paint(self, painter: QPainter, theme: Theme) -> None:
        pen = QPen(theme.accent, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self._guides)

    def finish(self, pointer: Pointer) -> None:
        splice = None if self._wire is None else self._wire.splice
        self._put_down()
        if self._offset.isNull():
            return
        dx, dy = self._offset.x(), self._offset.y()
        places = {name: (point.x() + dx, point.y() + dy) for name, point in self._origins.items()}
        if splice is not None:
            self.tools.document.do(InsertIntoWire(self.tools.document, splice, places))
        else:
            areas: list[AreaChange] = [
                (item.area, replace(item.area, left=item.area.left + dx, top=item.area.top + dy))
                for item in self._areas
            ]
            self.tools.document.move_nodes(places, areas=areas)

    def cancel(self) -> None:
        self._put_down()
        self._show(QPointF())

    def _put_down(self) -> None:
        self._show_guides([])
        for item in self._shown():
            item.set_dragged(False)
        if self._wire is not None:
            self._wire.close()


def _numbers(box: QRectF) -> tuple[float, float, float, float]:
    return box.left(), box.top(), box.width(), box.height()
