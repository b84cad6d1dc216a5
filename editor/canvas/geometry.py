"""Measures of nodes, ports and wires, in pixels at 100 %."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainterPath

from editor.theme import RADIUS, TEXT_BODY, font
from engine.graph import PortKind

NODE_WIDTH = 160.0
#: Name and operation.
HEADER_HEIGHT = 44.0
#: The name alone.
COLLAPSED_HEIGHT = 28.0
ROW_HEIGHT = 20.0
#: Under the last row of ports.
ROWS_PADDING = 4.0
#: A line of ports' names at the upper or the lower edge, and how many names there is room for.
NAMES_HEIGHT = 20.0
MOST_UPRIGHT_NAMES = 4
STRIP_HEIGHT = 24.0
BAR_WIDTH = 4.0
#: From a node's edge to what is written in it.
PADDING = 12.0

PORT_RADIUS = 5.0
OPTIONAL_PORT_RADIUS = 3.5
#: A port that a dragged wire may be dropped on.
LEGAL_PORT_RADIUS = 6.5
#: How near to a port's middle a press counts as on the port.
PORT_REACH = 12.0
#: How much further than its box a node is painted: half a port, the outline, the shadow.
PAINT_MARGIN = 12.0

#: How far a wire swings out beside its ends at most, and how far above and below them it and its labels are painted.
WIRE_SWING = 160.0
WIRE_MARGIN = 40.0

#: Around what is in an unfolded block, and the strip with its title above that.
FRAME_PADDING = 20.0
FRAME_TITLE = 30.0

GRID = 10.0
DOT_GRID = 20.0

#: Below these zooms less is painted.
SMALL_TEXT_ZOOM = 0.5
OVERVIEW_ZOOM = 0.3
#: Up to so many nodes are painted one by one from further away, too, with their names.
FEW_NODES = 100
#: From here nothing written can be read.
FAINT_ZOOM = 0.15
WIRE_SHAPE_ZOOM = 0.7
#: More than a person can scroll to.
EVERYWHERE = QRectF(-200_000, -200_000, 400_000, 400_000)


class Depth(enum.IntEnum):
    """What lies above what."""

    #: From here on, the small ones before the large ones.
    DRAWN_FRAME = -200
    #: An inner frame lies one above the one around it, from here on.
    FRAME = -100
    WIRE = 0
    ACTIVE_WIRE = 1
    WIRE_LABEL = 2
    NOTE = 3
    NODE = 4
    SELECTED_NODE = 5
    #: What runs along wires.
    FLOW = 6


class PortKey(NamedTuple):
    """A port of a node. ``slot`` counts the places of a variadic input; it is 0 elsewhere."""

    is_input: bool
    name: str
    slot: int


@dataclass(frozen=True, slots=True)
class Port:
    """A port as it is drawn: where, how, and whether a wire is at it."""

    key: PortKey
    kind: PortKind
    #: In the node's coordinates.
    center: QPointF
    is_optional: bool
    is_variadic: bool
    is_wired: bool
    #: Whether its name stands beside it; else it is told on hover.
    is_named: bool
    #: What it is called when that is not its key's name.
    title: str = ""
    #: Where its name stands, in the node's coordinates; None for beside it.
    name_room: QRectF | None = None

    @property
    def label(self) -> str:
        """What stands beside it: a variadic port is named once, at its first place."""
        return self.title or (self.key.name if self.key.slot == 0 else "")


@dataclass(frozen=True, slots=True)
class NodeGeometry:
    """The ports of a node and the height of what is above its value strip."""

    ports: tuple[Port, ...]
    body_height: float
    #: Whether only its title line is shown: no ports by themselves, and no value strip.
    is_collapsed: bool = False
    #: Whether values flow from top to bottom: its ports are at its upper and lower edges.
    is_down: bool = False
    #: Where the name and the operation are written, from the top.
    header_top: float = 0.0

    @property
    def least_height(self) -> float:
        """Without a value. Where ports are at the lower edge, they must not jump when a value comes."""
        return self.full_height if self.is_down else self.body_height

    _by_key: dict[PortKey, Port] = field(init=False, repr=False, compare=False)

    @property
    def full_height(self) -> float:
        """With the value strip, whether there is a value yet or not."""
        return self.body_height + (0.0 if self.is_collapsed else STRIP_HEIGHT)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {port.key: port for port in self.ports})

    def port(self, key: PortKey) -> Port | None:
        return self._by_key.get(key)


def wire_path(
    start: QPointF, end: QPointF, leaves_left: bool = False, arrives_right: bool = False, is_down: bool = False
) -> QPainterPath:
    """One cubic curve that leaves to the right and arrives from the left, or the other way round.

    With ``is_down`` it leaves downwards and arrives from above: left is up then, and right is down.
    """
    along, aside = end.x() - start.x(), abs(end.y() - start.y())
    if is_down:
        along, aside = end.y() - start.y(), abs(end.x() - start.x())
    along = -along if leaves_left else along
    if leaves_left is not arrives_right:
        # Both ends are at the same side of their boxes: the curve swings out there.
        reach = min(24 + aside / 4 + abs(along) / 4, 120)
    elif along >= 0:
        reach = max(along / 2, min(24 + aside / 4, 80))
    else:
        # Backwards, the curve swings out as far as it is long, but no further than one would look for it.
        reach = min(40 - along / 2, WIRE_SWING)
    path = QPainterPath(start)
    leaving = -reach if leaves_left else reach
    arriving = reach if arrives_right else -reach
    if is_down:
        path.cubicTo(start + QPointF(0, leaving), end + QPointF(0, arriving), end)
    else:
        path.cubicTo(start + QPointF(leaving, 0), end + QPointF(arriving, 0), end)
    return path


def snapped(point: QPointF) -> QPointF:
    """The nearest point of the grid that nodes stand on."""
    return QPointF(round(point.x() / GRID) * GRID, round(point.y() / GRID) * GRID)


@cache
def body_path(width: float, height: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, width, height), RADIUS, RADIUS)
    return path


@cache
def bar_path(height: float) -> QPainterPath:
    """The bar at a node's left, inside its rounded corners."""
    bar = QPainterPath()
    bar.addRect(QRectF(0, 0, BAR_WIDTH, height))
    return body_path(NODE_WIDTH, height).intersected(bar)


@cache
def strip_path(top: float, height: float) -> QPainterPath:
    """The value strip of a node of this height, inside its rounded corners."""
    strip = QPainterPath()
    strip.addRect(QRectF(0, top, NODE_WIDTH, height - top))
    return body_path(NODE_WIDTH, height).intersected(strip)


@cache
def canvas_font(size: int = TEXT_BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The interface font for text that is zoomed: tabular digits, and no hinting, so that widths scale."""
    result = font(size, weight, tabular=True)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result
