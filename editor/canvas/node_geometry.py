"""Where the ports of a node stand: at its sides, or at its edges where values flow down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from editor.canvas.geometry import (
    COLLAPSED_HEIGHT,
    HEADER_HEIGHT,
    MOST_UPRIGHT_NAMES,
    NAMES_HEIGHT,
    NODE_WIDTH,
    ROW_HEIGHT,
    ROWS_PADDING,
    NodeGeometry,
    Port,
    PortKey,
)
from engine.graph import AFTER, DONE, OpDeclaration, Operation, OutputPort, PortKind


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
