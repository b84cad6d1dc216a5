"""A folded block: its ports, which stand for the wires that cross its border."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from PySide6.QtCore import QPointF

from editor.canvas.geometry import (
    HEADER_HEIGHT,
    MOST_UPRIGHT_NAMES,
    ROW_HEIGHT,
    ROWS_PADDING,
    NodeGeometry,
    Port,
    PortKey,
)
from editor.canvas.node_geometry import sides, upright_frame, upright_place
from engine.graph import Graph, Operation, PortKind
from engine.ops.stand_ins import BLOCK_INPUT

#: More ports on a side than this stand closer, without their names.
_MOST_ROWS = 12


class End(NamedTuple):
    """A port of a node inside, where a wire that crosses the border ends or begins."""

    node: str
    key: PortKey


@dataclass(frozen=True, slots=True)
class BlockGeometry:
    """The ports of a block, and what they stand for."""

    geometry: NodeGeometry
    #: An output stands for one inside; an input for all those inside that the same output is wired to.
    ends: dict[PortKey, tuple[End, ...]]
    #: The other way round.
    ports: dict[End, PortKey]


@dataclass
class _Crossing:
    kind: PortKind
    ends: list[End]
    is_wired: bool = True
    #: Whether it has a name of its own, which is always shown.
    has_name: bool = False


def block_geometry(
    graph: Graph, members: Iterable[str], is_down: bool = False, named: Iterable[Operation] = ()
) -> BlockGeometry:
    """The ports of the block with these nodes, in the order of the nodes inside.

    ``named`` are the ports of a reusable block, which it shows first, whether they are wired or not.
    """
    ops = [graph.operation(name) for name in members]
    inside = set(ops)
    inputs: dict[PortKey, _Crossing] = {}
    outputs: dict[PortKey, _Crossing] = {}
    own = {op.name for op in named}
    for op in named:
        side, name = (inputs, "x") if op.type == BLOCK_INPUT else (outputs, "output")
        key = PortKey(side is inputs, f"{op.name}:{name}", 0)
        end = End(op.name, PortKey(side is inputs, name, 0))
        side[key] = _Crossing(PortKind.TENSOR, [end], bool(op.inputs_of("x")) if side is inputs else True, True)
    for op in ops:
        for wire in graph.wires_into(op):
            if wire.source.op not in inside and not (op.name in own and wire.port == "x"):
                key = PortKey(True, f"{wire.source.op.name}:{wire.source.port}", 0)
                crossing = inputs.setdefault(key, _Crossing(wire.source.kind, []))
                crossing.ends.append(End(op.name, PortKey(True, wire.port, wire.slot)))
        for wire in graph.wires_out_of(op):
            if wire.target not in inside:
                key = PortKey(False, f"{op.name}:{wire.source.port}", 0)
                end = End(op.name, PortKey(False, wire.source.port, 0))
                outputs.setdefault(key, _Crossing(wire.source.kind, [end]))
    phases = {op.phase for op in ops}
    phase = phases.pop() if len(phases) == 1 else "forward"
    geometry = (_upright if is_down else _sideways)(graph, inputs, outputs, phase)
    ends = {key: tuple(crossing.ends) for key, crossing in (inputs | outputs).items()}
    return BlockGeometry(geometry, ends, {end: key for key, inner in ends.items() for end in inner})


def _sideways(
    graph: Graph, inputs: dict[PortKey, _Crossing], outputs: dict[PortKey, _Crossing], phase: str
) -> NodeGeometry:
    rows = max(len(side) if len(side) > 1 or _is_named(side) else 0 for side in (inputs, outputs))
    height = HEADER_HEIGHT + (min(rows, _MOST_ROWS) * ROW_HEIGHT + ROWS_PADDING if rows else 0)
    left, right = sides(phase)
    return NodeGeometry((*_placed(graph, inputs, left), *_placed(graph, outputs, right)), height)


def _upright(
    graph: Graph, inputs: dict[PortKey, _Crossing], outputs: dict[PortKey, _Crossing], phase: str
) -> NodeGeometry:
    upper, lower = (outputs, inputs) if phase == "backward" else (inputs, outputs)
    frame = upright_frame(len(upper), len(lower))
    ports: list[Port] = []
    for crossings, is_upper in ((upper, True), (lower, False)):
        is_named = (len(crossings) > 1 or _is_named(crossings)) and len(crossings) <= MOST_UPRIGHT_NAMES
        for place, (key, crossing) in enumerate(crossings.items()):
            center, room = upright_place(place, len(crossings), frame, is_upper)
            title = _name_of(graph, crossing.ends[0])
            ports.append(Port(key, crossing.kind, center, False, False, crossing.is_wired, is_named, title, room))
    return replace(frame, ports=tuple(ports))


def _placed(graph: Graph, crossings: dict[PortKey, _Crossing], x: float) -> list[Port]:
    if len(crossings) == 1 and not _is_named(crossings):
        middles = [HEADER_HEIGHT / 2]
    else:
        step = ROW_HEIGHT * min(1.0, _MOST_ROWS / max(len(crossings), 1))
        middles = [HEADER_HEIGHT + (row + 0.5) * step for row in range(len(crossings))]
    is_named = (len(crossings) > 1 or _is_named(crossings)) and len(crossings) <= _MOST_ROWS
    placed: list[Port] = []
    for (key, crossing), y in zip(crossings.items(), middles, strict=True):
        title = _name_of(graph, crossing.ends[0])
        placed.append(Port(key, crossing.kind, QPointF(x, y), False, False, crossing.is_wired, is_named, title))
    return placed


def _is_named(crossings: Mapping[PortKey, _Crossing]) -> bool:
    """Whether they are ports of a reusable block, whose names say what they are for."""
    return any(crossing.has_name for crossing in crossings.values())


def _name_of(graph: Graph, end: End) -> str:
    """What stands beside a port: the node inside, in short, with its port where it has several."""
    name, op = end.node.rpartition("/")[2], graph.operation(end.node)
    count = len(op.declaration.inputs) if end.key.is_input else len(op.outputs)
    return f"{name} {end.key.name}" if count > 1 else name
