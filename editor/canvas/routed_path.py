"""The curve of a wire that is led through points."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath


def routed_path(
    start: QPointF,
    points: Sequence[QPointF],
    end: QPointF,
    leaves_left: bool = False,
    arrives_right: bool = False,
    is_down: bool = False,
) -> QPainterPath:
    """A smooth curve through all points: level at its ends, and elsewhere towards where it goes on.

    With ``is_down`` it is upright at its ends: left is up, and right is down.
    """
    forward = QPointF(0, 1) if is_down else QPointF(1, 0)
    stops = [start, *points, end]
    directions = [-forward if leaves_left else forward]
    directions += [_direction(before, after) for before, after in zip(stops, stops[2:], strict=False)]
    directions.append(-forward if arrives_right else forward)
    path = QPainterPath(start)
    for place in range(len(stops) - 1):
        here, there = stops[place], stops[place + 1]
        reach = QLineF(here, there).length() / 3
        path.cubicTo(here + directions[place] * reach, there - directions[place + 1] * reach, there)
    return path


def place_for_label(path: QPainterPath) -> QPointF:
    """The middle of the longest piece between two points of a routed path."""
    longest, middle = -1.0, QPointF()
    for number in range(1, path.elementCount(), 3):
        here, first, second, there = (_element(path, number + step) for step in (-1, 0, 1, 2))
        length = QLineF(here, there).length()
        if length > longest:
            longest, middle = length, (here + (first + second) * 3 + there) / 8
    return middle


def _element(path: QPainterPath, number: int) -> QPointF:
    element = path.elementAt(number)
    return QPointF(element.x, element.y)


def place_for_point(stops: Sequence[QPointF], point: QPointF) -> int:
    """Between which of the stops, ends included, a further point leads the wire the least out of its way.

    The number is that of the point among those on the wire.
    """

    def detour(place: int) -> float:
        here, there = stops[place], stops[place + 1]
        return QLineF(here, point).length() + QLineF(point, there).length() - QLineF(here, there).length()

    return min(range(len(stops) - 1), key=detour)


def _direction(before: QPointF, after: QPointF) -> QPointF:
    """The unit vector from one point to another; level where they are the same."""
    length = QLineF(before, after).length()
    return (after - before) / length if length else QPointF(1, 0)
