"""What of the selection is moved as one: nodes, blocks, and frames with what lies in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.annotations import Item
from editor.canvas.box_item import BoxItem
from editor.canvas.drawn_frame_item import DrawnFrameItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.scene import GraphScene
from editor.commands import AreaChange, MoveNodes


@dataclass(frozen=True)
class Movable:
    """A box in scene coordinates, and the nodes, frames and notes that move with it."""

    box: QRectF
    names: frozenset[str]
    areas: tuple[Item, ...] = ()


def selected_movables(scene: GraphScene) -> list[Movable]:
    """What is selected, without what lies in something else that is."""
    found: list[Movable] = []
    for item in scene.selectedItems():
        if isinstance(item, BoxItem | FrameItem):
            found.append(Movable(item.box, frozenset(item.members)))
        elif isinstance(item, DrawnFrameItem):
            names, areas = scene.annotations.contents(item)
            found.append(Movable(item.box, frozenset(names), (item, *areas)))
        elif item in scene.annotations.notes:
            found.extend(Movable(note.box, frozenset(), (note,)) for note in scene.annotations.notes if note is item)
    # Only these can hold others: of ten thousand selected nodes, not each is compared with each.
    holders = [one for one in found if len(one.names) + len(one.areas) > 1]
    outermost = [one for one in found if not any(_holds(other, one) for other in holders if other is not one)]
    # By place, so that the same selection always gives the same order.
    return sorted(outermost, key=lambda one: (one.box.left(), one.box.top()))


def _holds(other: Movable, one: Movable) -> bool:
    return other.names.issuperset(one.names) and set(other.areas).issuperset(one.areas)


def move_command(scene: GraphScene, movables: Sequence[Movable], offsets: Sequence[QPointF]) -> MoveNodes:
    """The step that moves each of them."""
    places: dict[str, tuple[float, float]] = {}
    areas: list[AreaChange] = []
    for movable, offset in zip(movables, offsets, strict=True):
        for name in movable.names:
            place = scene.nodes[name].pos() + offset
            places[name] = (place.x(), place.y())
        for item in movable.areas:
            area = item.area
            areas.append((area, replace(area, left=area.left + offset.x(), top=area.top + offset.y())))
    return MoveNodes(scene.document, places, False, areas)
