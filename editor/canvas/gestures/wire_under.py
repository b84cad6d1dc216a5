"""The wire under a node that is being dragged, into which it would be put."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt

from editor.canvas.geometry import HEADER_HEIGHT, NODE_WIDTH
from editor.canvas.scene import GraphScene
from editor.canvas.wire_item import WireItem, WireMark
from editor.commands import Splice
from editor.wire_id import WireId

#: How near a wire must run to the middle of the node's header, in pixels at 100 %.
_REACH = QPointF(NODE_WIDTH / 4, HEADER_HEIGHT / 2)


class WireUnder:
    """Lights the wire up while the node is over it; asks once about each wire whether the node fits."""

    def __init__(self, scene: GraphScene, judge: Callable[[WireId], Splice | None]) -> None:
        self._scene = scene
        self._judge = judge
        self._answers: dict[WireId, Splice | None] = {}
        self._item: WireItem | None = None

    @property
    def splice(self) -> Splice | None:
        """How the node would be put into the wire; None where it is over none that it fits."""
        return None if self._item is None else self._answers[self._item.wire]

    def look_under(self, box: QRectF) -> None:
        """The node has come to stand here."""
        self._mark(next((item for item in wires_under(self._scene, box) if self._fits(item.wire)), None))

    def close(self) -> None:
        self._mark(None)

    def _fits(self, wire: WireId) -> bool:
        if wire not in self._answers:
            self._answers[wire] = self._judge(wire)
        return self._answers[wire] is not None

    def _mark(self, item: WireItem | None) -> None:
        if item is not self._item:
            if self._item is not None:
                self._item.set_mark(WireMark.NONE)
            if item is not None:
                item.set_mark(WireMark.TARGET)
            self._item = item


def wires_under(scene: GraphScene, box: QRectF) -> Iterator[WireItem]:
    """The wires that run through the middle of a node's header."""
    middle = QPointF(box.center().x(), box.top() + HEADER_HEIGHT / 2)
    around = QRectF(middle - _REACH, middle + _REACH)
    scene.make_items_in(around)
    for item in scene.items(around, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
        if isinstance(item, WireItem) and item.isVisible() and item.shape().intersects(around):
            yield item
