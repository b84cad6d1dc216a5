"""Where on a wire what it carries can be written: beside nodes, not on them, nor on what stands at other wires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from editor.canvas.wire_label import LABEL_WIDTHS, LabelPlace

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene
    from editor.canvas.wire_item import WireItem

#: How far along a wire, the best first.
_SHARES = (0.5, 0.62, 0.38, 0.74, 0.26, 0.86, 0.14)
#: The same for the wires of an output that leads to many nodes: near those, where they have parted.
_FAN_SHARES = (0.74, 0.62, 0.84, 0.5, 0.38)
_FAN = 3
#: So many of the other wires at its ends are looked at.
_NEIGHBOURS = 40


class WirePlaces:
    """Finds places for the labels of a scene's wires, one after the other, in the order in which they are seen."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene

    def find(self, wire: WireItem) -> LabelPlace | None:
        """The best place at a wire that is free; None when there is none."""
        source, target = wire.wire.source, wire.wire.target
        neighbours = self._scene.made_wires_of(source), self._scene.made_wires_of(target)
        fan = sum(other.source == source for other in self._scene.wires_of(source))
        taken = [place.area() for other in _first(neighbours, wire) if (place := other.known_place) is not None]
        points = [wire.path.pointAtPercent(share) for share in (_FAN_SHARES if fan > _FAN else _SHARES)]
        for width in LABEL_WIDTHS:
            for point in points:
                place = LabelPlace(point, width)
                area = place.area()
                if not any(area.intersects(other) for other in taken) and not self._scene.node_items_in(area):
                    return place
        return None


def _first(groups: tuple[list[WireItem], list[WireItem]], wire: WireItem) -> Iterator[WireItem]:
    """Some of the other wires that are drawn."""
    for group in groups:
        for count, other in enumerate(group):
            if count == _NEIGHBOURS:
                break
            if other is not wire and other.isVisible():
                yield other
