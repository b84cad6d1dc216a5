"""The probes of a canvas: which tensors are pinned, and where their cards stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Signal
from shiboken6 import isValid

from editor.canvas.geometry import STRIP_HEIGHT
from editor.canvas.probe_item import HEIGHT, WIDTH, ProbeItem, Reading
from engine.debugger.tensors.tensor_name import TensorName

if TYPE_CHECKING:
    from editor.canvas.node_item import NodeItem
    from editor.canvas.scene import GraphScene

_GAP = 12.0
#: How many cards away a free place is looked for.
_MOST_STEPS = 6
_SIZE = QSizeF(WIDTH, HEIGHT)


class Pinned(NamedTuple):
    """A tensor that is pinned, and where its card stands beside the node's upper left corner."""

    tensor: TensorName
    offset: tuple[float, float]


class Probes(QObject):
    """Keeps a card at each node; what is pinned at a node that is removed comes back with it."""

    changed = Signal()
    """Others are pinned, or a card was moved."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._pinned: dict[TensorName, QPointF] = {}
        self.items: dict[TensorName, ProbeItem] = {}
        document = scene.document
        document.node_renamed.connect(self._rename)
        # After the scene, which makes and removes the items of nodes then.
        document.nodes_removed.connect(self._follow)
        document.nodes_added.connect(self._follow)

    # --- what is pinned ------------------------------------------------------------------------------------------

    @property
    def pinned(self) -> list[Pinned]:
        return [Pinned(tensor, (offset.x(), offset.y())) for tensor, offset in self._pinned.items()]

    @property
    def shown(self) -> list[TensorName]:
        """The tensors whose cards stand at a node of the graph."""
        return list(self.items)

    def pin(self, tensor: TensorName) -> None:
        """Puts a card at the node, where it covers no node and no other card."""
        if tensor in self._pinned or tensor.node not in self._scene.nodes:
            return
        self._pinned[tensor] = self._free_place(self._scene.nodes[tensor.node])
        self._follow()
        self.changed.emit()

    def unpin(self, tensor: TensorName) -> None:
        if self._pinned.pop(tensor, None) is not None:
            self._follow()
            self.changed.emit()

    def restore(self, pinned: Iterable[Pinned]) -> None:
        """Shows these and no others."""
        self._drop(list(self.items))
        self._pinned = {each.tensor: QPointF(*each.offset) for each in pinned}
        self._follow()

    def put_down(self, item: ProbeItem) -> None:
        """A card stays where it was moved to."""
        self._pinned[item.tensor] = item.pos()
        self.changed.emit()

    def _free_place(self, node: NodeItem) -> QPointF:
        """The nearest free place under the node and its value or above it; under it where there is none near."""
        cards = [item.box for item in self.items.values()]
        # Nodes with their values, which they may not have yet.
        strips = (0.0 if item.value is not None else STRIP_HEIGHT for item in self._scene.shown())
        boxes = (item.box.adjusted(0, 0, 0, strip) for item, strip in zip(self._scene.shown(), strips, strict=True))
        taken = [*cards, *boxes]
        below, above = node.geometry.body_height + STRIP_HEIGHT + _GAP, -(HEIGHT + _GAP)
        places = [
            QPointF(0, first + way * step * (HEIGHT + _GAP / 2))
            for step in range(_MOST_STEPS)
            for first, way in ((below, 1), (above, -1))
        ]
        for place in places:
            box = QRectF(node.pos() + place, _SIZE)
            if not any(box.intersects(other) for other in taken):
                return place
        return places[0]

    # --- what they show ------------------------------------------------------------------------------------------

    def show(self, readings: Mapping[TensorName, Reading]) -> None:
        for tensor, reading in readings.items():
            if tensor in self.items:
                self.items[tensor].show_reading(reading)

    def mark_stale(self) -> None:
        for item in self.items.values():
            item.mark_stale()

    def forget(self) -> None:
        for item in self.items.values():
            item.forget()

    # --- following the document ----------------------------------------------------------------------------------

    def _follow(self, *_: object) -> None:
        """Gives every node that is there its cards."""
        nodes = self._scene.nodes
        gone = [
            tensor
            for tensor, item in self.items.items()
            if tensor not in self._pinned or not isValid(item) or item.parentItem() is not nodes.get(tensor.node)
        ]
        self._drop(gone)
        for tensor, offset in self._pinned.items():
            if tensor.node in nodes and tensor not in self.items:
                item = ProbeItem(tensor, nodes[tensor.node])
                item.setPos(offset)
                self.items[tensor] = item

    def _drop(self, tensors: Iterable[TensorName]) -> None:
        for tensor in tensors:
            item = self.items.pop(tensor)
            # A card goes with the item of its node.
            if isValid(item) and item.scene() is not None:
                item.scene().removeItem(item)

    def _rename(self, old: str, new: str) -> None:
        def renamed(tensor: TensorName) -> TensorName:
            return TensorName(new, tensor.output, tensor.kind) if tensor.node == old else tensor

        self._pinned = {renamed(tensor): offset for tensor, offset in self._pinned.items()}
        self.items = {renamed(tensor): item for tensor, item in self.items.items()}
        for tensor, item in self.items.items():
            if item.tensor != tensor:
                item.rename(new)
        self.changed.emit()
