"""What a dragged box clings to: the grid, and the edges and middles of the boxes around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF

from editor.canvas.geometry import snapped

#: How near on the screen an edge or a middle comes to another before it clings to it, in pixels.
REACH = 6.0
#: How far a guide stands out beyond the boxes that it joins, in pixels at 100 %.
_OVERHANG = 8.0


@dataclass
class Snapping:
    """What a person has chosen that things cling to."""

    to_grid: bool = True
    to_neighbours: bool = True


class Neighbours:
    """Boxes that stand still while another one is dragged."""

    def __init__(self, boxes: Sequence[Sequence[float]]) -> None:
        """``boxes`` are left, top, width and height of each."""
        left, top, width, height = np.array(boxes, np.float64).reshape(-1, 4).T
        #: float64 (boxes, 6)
        self._lines = np.stack([left, left + width / 2, left + width, top, top + height / 2, top + height], axis=1)

    def snap(self, box: QRectF, reach: float) -> tuple[float | None, float | None, list[QLineF]]:
        """How far a box moves along x and y to be in line with a neighbour; None where none is within reach.

        The guides run along the edges and middles that are in line then.
        """
        own = np.array([box.left(), box.center().x(), box.right(), box.top(), box.center().y(), box.bottom()])
        dx, dy = self._nearest(own, slice(0, 3), reach), self._nearest(own, slice(3, 6), reach)
        own[:3] += dx or 0.0
        own[3:] += dy or 0.0
        guides = [] if dx is None else self._guides(own, 0)
        return dx, dy, guides + ([] if dy is None else self._guides(own, 3))

    def _nearest(self, own: np.ndarray, along: slice, reach: float) -> float | None:
        offsets = (self._lines[:, along] - own[along]).ravel()
        if offsets.size == 0:
            return None
        best = float(offsets[np.abs(offsets).argmin()])
        return best if abs(best) <= reach else None

    def _guides(self, own: np.ndarray, first: int) -> list[QLineF]:
        """A line along each edge or middle, from ``first`` on, that is in line with a neighbour's: to the nearest."""
        across = 3 - first
        guides: list[QLineF] = []
        for place in range(first, first + 3):
            in_line = self._lines[np.abs(self._lines[:, place] - own[place]) < 0.01]
            if not len(in_line):
                continue
            middle = own[across + 1]
            nearest = in_line[np.abs(in_line[:, across + 1] - middle).argmin()]
            begin = min(nearest[across], own[across]) - _OVERHANG
            end = max(nearest[across + 2], own[across + 2]) + _OVERHANG
            at = own[place]
            guides.append(QLineF(at, begin, at, end) if first == 0 else QLineF(begin, at, end, at))
        return guides


def cling(box: QRectF, neighbours: Neighbours | None, to_grid: bool, reach: float) -> tuple[QPointF, list[QLineF]]:
    """Where a box's corner comes to lie, and the guides that show why: a neighbour goes before the grid."""
    dx, dy, guides = (None, None, []) if neighbours is None else neighbours.snap(box, reach)
    corner = box.topLeft()
    nearest = snapped(corner) if to_grid else corner
    x = nearest.x() if dx is None else corner.x() + dx
    y = nearest.y() if dy is None else corner.y() + dy
    return QPointF(x, y), guides
