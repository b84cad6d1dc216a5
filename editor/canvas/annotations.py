"""The frames and notes of a scene."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.area_item import NO_EDGE, Edge
from editor.canvas.drawn_frame_item import DrawnFrameItem
from editor.canvas.geometry import Depth
from editor.canvas.note_item import NoteItem
from editor.commands import Area
from engine.model import Frame, Note

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene

Item = DrawnFrameItem | NoteItem
AnyItem = TypeVar("AnyItem", DrawnFrameItem, NoteItem)
AnyArea = TypeVar("AnyArea", Frame, Note)


class Annotations:
    """Follows the frames and notes of the scene's document."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        #: In the order in which the document has them.
        self.frames: list[DrawnFrameItem] = []
        self.notes: list[NoteItem] = []
        scene.document.field_changed.connect(self._follow_field)
        scene.document.replaced.connect(self.follow)
        self.follow()

    # --- finding -------------------------------------------------------------------------------------------------

    def all(self) -> list[Item]:
        """All frames and notes."""
        return [*self.frames, *self.notes]

    def note_at(self, point: QPointF, zoom: float) -> tuple[NoteItem | None, Edge]:
        """The topmost note at a point, and the edges that are taken hold of there."""
        return _topmost(self.notes, point, zoom)

    def frame_at(self, point: QPointF, zoom: float) -> tuple[DrawnFrameItem | None, Edge]:
        """The topmost frame whose title or edge is at a point, and the edges that are taken hold of there."""
        return _topmost(self.frames, point, zoom)

    def items_in(self, rect: QRectF) -> list[Item]:
        """The notes that a rectangle touches, and the frames that lie in it as a whole."""
        frames = [item for item in self.frames if rect.contains(item.box)]
        return [*frames, *(item for item in self.notes if rect.intersects(item.box))]

    def selected_items(self) -> list[Item]:
        return [item for item in self.all() if item.isSelected()]

    def selected(self) -> list[Area]:
        """The frames and notes that are selected."""
        return [item.area for item in self.selected_items()]

    def items_of(self, areas: Iterable[Area]) -> list[Item]:
        """The items of frames and notes; those that are not there are passed over."""
        wanted = set(areas)
        return [item for item in self.all() if item.area in wanted]

    def carried(self) -> tuple[list[str], list[Item]]:
        """What a move of the selection takes along: nodes, frames and notes that lie in selected frames go, too."""
        names, items = self._scene.selected_names(), self.selected_items()
        frames = [item for item in items if isinstance(item, DrawnFrameItem)]
        if not frames:
            return names, items
        moving, carried = set(names), set(items)
        for frame in frames:
            inside, areas = self.contents(frame)
            moving.update(inside)
            carried.update(areas)
        return [name for name in self._scene.nodes if name in moving], [item for item in self.all() if item in carried]

    def contents(self, frame: DrawnFrameItem) -> tuple[list[str], list[Item]]:
        """The nodes, and the other frames and notes, that lie in a frame as a whole."""
        box = frame.box
        names = self._scene.node_plan.inside(box)
        for block in self._scene.blocks.items.values():
            names += block.members if box.contains(block.box) else ()
        return names, [item for item in self.all() if item is not frame and box.contains(item.box)]

    # --- following -----------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Brings frames and notes up to date with the document's."""
        model = self._scene.document.model
        self.frames = self._kept(self.frames, model.frames, DrawnFrameItem)
        self.notes = self._kept(self.notes, model.notes, NoteItem)
        # A small frame is seen in a large one, whichever was drawn first.
        for place, frame in enumerate(sorted(self.frames, key=lambda item: -item.area.width * item.area.height)):
            frame.setZValue(Depth.DRAWN_FRAME + place / 10_000)
        for place, note in enumerate(self.notes):
            note.setZValue(Depth.NOTE + place / 10_000)
        self._scene.pictured_changed.emit()

    def _follow_field(self, field: str) -> None:
        if field in ("frames", "notes"):
            with self._scene.one_selection():
                self.follow()

    def _kept(
        self, items: Sequence[AnyItem], areas: Sequence[AnyArea], make: Callable[[AnyArea], AnyItem]
    ) -> list[AnyItem]:
        """The items for areas: each keeps its own where that is there; others take over what is new, in order."""
        waiting = list(items)
        found: list[AnyItem | None] = []
        for area in areas:
            item = next((item for item in waiting if item.area == area), None)
            if item is not None:
                waiting.remove(item)
            found.append(item)
        # One is changed at a time, or one for one: what is left over on both sides belongs together.
        reused = iter(list(waiting) if len(waiting) == found.count(None) else [])
        result: list[AnyItem] = []
        for area, item in zip(areas, found, strict=True):
            if item is None:
                item = next(reused, None)
                if item is None:
                    item = make(area)
                    self._scene.addItem(item)
                else:
                    waiting.remove(item)
            item.show_area(area)
            result.append(item)
        for item in waiting:
            self._scene.removeItem(item)
        return result


def _topmost(items: Sequence[AnyItem], point: QPointF, zoom: float) -> tuple[AnyItem | None, Edge]:
    for item in sorted(items, key=lambda item: -item.zValue()):
        edges = item.edges_at(point, zoom)
        if edges or item.takes_hold_at(point):
            return item, edges
    return None, NO_EDGE
