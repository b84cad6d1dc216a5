"""Measures of nodes, ports and wires, in pixels at 100 %; where the ports of a node stand."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainterPath

from editor.theme import RADIUS, TEXT_BODY, font
from engine.graph import AFTER, DONE, OpDeclaration, Operation, OutputPort, PortKind

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


def node_geometry(op: Operation, is_collapsed: bool = False, is_down: bool = False) -> NodeGeometry:
    """Where the ports of an operation stand.

    A single port stands in the middle of the header, so that chains of nodes are straight; several stand in rows
    under it, with their names. Those of a collapsed node lie upon each other in the middle of its title line. Where
    values flow down, inputs are spread over the upper edge and outputs over the lower one.
    """
    declaration = op.declaration
    wired = {port: len(sources) for port, sources in op.wiring.items() if sources}
    wired_outputs = frozenset(
        source.port
        for target in op.graph.successors(op)
        for sources in target.wiring.values()
        for source in sources
        if source.op is op
    )
    given = None if declaration.outputs_for is None else declaration.output_ports(op.attributes)
    key = (id(declaration), given, op.phase, is_collapsed, is_down, *wired.items(), wired_outputs)
    known = _geometries.get(key)
    if known is None:
        if len(_geometries) >= _MOST_GEOMETRIES:
            _geometries.clear()
        ports = declaration.outputs if given is None else given
        inputs = _input_ports(declaration, wired)
        outputs = _output_ports(ports, declaration.gives_step, wired_outputs)
        make = _upright_geometry if is_down else _new_geometry
        known = declaration, make(inputs, outputs, op.phase, is_collapsed)
        _geometries[key] = known
    return known[1]


#: Most nodes of a large graph have the ports of another one. With each geometry stands the declaration that its key
#: names, which is so kept from giving its id away.
_geometries: dict[tuple[object, ...], tuple[OpDeclaration, NodeGeometry]] = {}
_MOST_GEOMETRIES = 4096


def _new_geometry(
    inputs: Sequence[_Unplaced], outputs: Sequence[_Unplaced], phase: str, is_collapsed: bool
) -> NodeGeometry:
    left, right = sides(phase)
    if is_collapsed:
        middle = COLLAPSED_HEIGHT / 2
        ports = (*_merged(inputs, QPointF(left, middle)), *_merged(outputs, QPointF(right, middle)))
        return NodeGeometry(ports, COLLAPSED_HEIGHT, True)
    rows = max((len(side) for side in (inputs, outputs) if len(side) > 1), default=0)
    height = HEADER_HEIGHT + (rows * ROW_HEIGHT + ROWS_PADDING if rows else 0)
    return NodeGeometry((*_placed(inputs, left), *_placed(outputs, right)), height)


def _upright_geometry(
    inputs: Sequence[_Unplaced], outputs: Sequence[_Unplaced], phase: str, is_collapsed: bool
) -> NodeGeometry:
    upper, lower = (outputs, inputs) if phase == "backward" else (inputs, outputs)
    if is_collapsed:
        middle = NODE_WIDTH / 2
        ports = (*_merged(upper, QPointF(middle, 0)), *_merged(lower, QPointF(middle, COLLAPSED_HEIGHT)))
        return NodeGeometry(ports, COLLAPSED_HEIGHT, True, True)
    frame = upright_frame(len(upper), len(lower))
    ports = (*_spread(upper, frame, is_upper=True), *_spread(lower, frame, is_upper=False))
    return replace(frame, ports=ports)


def upright_frame(upper: int, lower: int) -> NodeGeometry:
    """A box with so many ports at its upper and lower edges, without the ports: only room for their names."""
    header_top = NAMES_HEIGHT if upper > 1 else 0.0
    body = header_top + HEADER_HEIGHT + (NAMES_HEIGHT if lower > 1 else 0.0)
    return NodeGeometry((), body, False, True, header_top)


def upright_place(place: int, count: int, frame: NodeGeometry, is_upper: bool) -> tuple[QPointF, QRectF]:
    """Where one of the ports at an edge stands, and its name."""
    width = NODE_WIDTH / count
    x = (place + 0.5) * width
    top = NAMES_HEIGHT / 4 if is_upper else frame.body_height - NAMES_HEIGHT
    room = QRectF(x - width / 2 + 2, top, width - 4, NAMES_HEIGHT - 4)
    return QPointF(x, 0.0 if is_upper else frame.full_height), room


def _spread(ports: Sequence[_Unplaced], frame: NodeGeometry, is_upper: bool) -> list[Port]:
    found: list[Port] = []
    for place, port in enumerate(ports):
        center, room = upright_place(place, len(ports), frame, is_upper)
        found.append(
            Port(
                port.key,
                port.kind,
                center,
                port.is_optional,
                port.is_variadic,
                port.is_wired,
                1 < len(ports) <= MOST_UPRIGHT_NAMES,
                name_room=room,
            )
        )
    return found


def sides(phase: str) -> tuple[float, float]:
    """Where the inputs and the outputs of a box stand: the backward pass of a training step flows to the left."""
    return (NODE_WIDTH, 0.0) if phase == "backward" else (0.0, NODE_WIDTH)


@dataclass(frozen=True, slots=True)
class _Unplaced:
    key: PortKey
    kind: PortKind
    is_optional: bool
    is_variadic: bool
    is_wired: bool


def _input_ports(declaration: OpDeclaration, wired: Mapping[str, int]) -> list[_Unplaced]:
    shown = [port for port in declaration.inputs if not port.for_programs or port.name in wired]
    if declaration.takes_steps or AFTER.name in wired:
        shown.append(AFTER)
    ports: list[_Unplaced] = []
    for port in shown:
        count = wired.get(port.name, 0)
        for slot in range(count + 1 if port.variadic else 1):
            # The place after the last wire of a variadic port may always stay free.
            is_optional = port.optional or slot > 0
            key = PortKey(True, port.name, slot)
            ports.append(_Unplaced(key, port.kind, is_optional, port.variadic, slot < count))
    return ports


def _output_ports(declared: Sequence[OutputPort], gives_step: bool, wired: Collection[str]) -> list[_Unplaced]:
    shown = [port for port in declared if not port.for_programs or port.name in wired]
    if gives_step or DONE.name in wired:
        shown.append(DONE)
    return [_Unplaced(PortKey(False, port.name, 0), port.kind, False, False, port.name in wired) for port in shown]


def _placed(ports: Sequence[_Unplaced], x: float) -> list[Port]:
    is_named = len(ports) > 1
    return [
        Port(
            port.key,
            port.kind,
            QPointF(x, HEADER_HEIGHT + (row + 0.5) * ROW_HEIGHT if is_named else HEADER_HEIGHT / 2),
            port.is_optional,
            port.is_variadic,
            port.is_wired,
            is_named,
        )
        for row, port in enumerate(ports)
    ]


def _merged(ports: Sequence[_Unplaced], center: QPointF) -> list[Port]:
    return [
        Port(port.key, port.kind, center, port.is_optional, port.is_variadic, port.is_wired, is_named=False)
        for port in ports
    ]


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
