"""Where nodes and blocks stand: frames around unfolded scopes, room for them, and automatic layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF

from editor.canvas.block_geometry import BlockGeometry, End, block_geometry
from editor.canvas.geometry import (
    FRAME_PADDING,
    FRAME_TITLE,
    NODE_WIDTH,
    NodeGeometry,
    PortKey,
)
from editor.canvas.node_geometry import node_geometry
from editor.layouts.layering import Link, Size
from editor.layouts.layout import Place
from editor.layouts.task import LayoutTask
from editor.scopes import WHOLE, Scopes, named_ports
from engine.graph import Wire
from engine.model import FlowDirection, Model

Position = tuple[float, float]


#: Work that is done in steps: each yields what is to be laid out, and is sent the places.
Steps = Generator[LayoutTask, list[Place], None]


class Unit(NamedTuple):
    """What is laid out as one: a node, or a scope as a block or a frame."""

    name: str
    is_scope: bool


class Rect(NamedTuple):
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


class Arrangement:
    """A model's picture, with places that can be tried out; the model itself is not changed.

    A folded block stands where the frame around its nodes would begin, so that folding moves nothing inside.
    """

    def __init__(self, model: Model, direction: FlowDirection | None = None) -> None:
        """``direction`` stands in the place of the model's own."""
        self._model = model
        self._graph = model.graph
        self._is_down = (model.direction if direction is None else direction) is FlowDirection.DOWN
        self._collapsed = model.collapsed
        self.places: dict[str, Position] = dict(model.positions)
        self.folded = set(model.folded)
        self.scopes = Scopes(op.name for op in model.graph.get_operations())
        self._nodes: dict[str, NodeGeometry] = {}
        self._blocks: dict[str, BlockGeometry] = {}
        self._links: dict[str, list[tuple[Unit, Unit, Wire]]] | None = None

    # --- what there is -------------------------------------------------------------------------------------------

    def units_in(self, scope: str = WHOLE) -> list[Unit]:
        """The nodes and scopes directly inside a scope, or of the whole."""
        found = self.scopes.by_name[scope]
        return [*(Unit(name, False) for name in found.nodes), *(Unit(name, True) for name in found.scopes)]

    def members(self, unit: Unit) -> list[str]:
        return self.scopes.by_name[unit.name].members if unit.is_scope else [unit.name]

    def rect(self, unit: Unit) -> Rect:
        """The room of a node or block with its value strip, or of a frame with its title."""
        if not unit.is_scope:
            x, y = self.places.get(unit.name, (0.0, 0.0))
            return Rect(x, y, NODE_WIDTH, self._node(unit.name).full_height)
        rects = [self.rect(inner) for inner in self.units_in(unit.name)]
        left = min(rect.left for rect in rects) - FRAME_PADDING
        top = min(rect.top for rect in rects) - FRAME_PADDING - FRAME_TITLE
        if unit.name in self.folded:
            return Rect(left, top, NODE_WIDTH, self._block(unit.name).geometry.full_height)
        right = max(rect.right for rect in rects) + FRAME_PADDING
        return Rect(left, top, right - left, max(rect.bottom for rect in rects) + FRAME_PADDING - top)

    def _node(self, name: str) -> NodeGeometry:
        if name not in self._nodes:
            self._nodes[name] = node_geometry(self._graph.operation(name), name in self._collapsed, self._is_down)
        return self._nodes[name]

    def _block(self, scope: str) -> BlockGeometry:
        if scope not in self._blocks:
            ports = named_ports(self._model, scope)
            self._blocks[scope] = block_geometry(self._graph, self.scopes.by_name[scope].members, self._is_down, ports)
        return self._blocks[scope]

    def move(self, unit: Unit, dx: float, dy: float) -> None:
        for name in self.members(unit):
            x, y = self.places.get(name, (0.0, 0.0))
            self.places[name] = (x + dx, y + dy)

    # --- folding -------------------------------------------------------------------------------------------------

    def set_folded(self, scope: str, is_folded: bool) -> None:
        """Folds or unfolds a scope. What stands to the right of it and below makes room, or comes near again."""
        around = self.scopes.around(scope)
        before = [self.rect(Unit(name, True)) for name in around]
        if is_folded:
            self.folded.add(scope)
        else:
            self.folded.discard(scope)
        for name, old in zip(around, before, strict=True):
            new = self.rect(Unit(name, True))
            self._make_room(name, old, new)

    def _make_room(self, scope: str, old: Rect, new: Rect) -> None:
        """Shifts what begins beyond the old right edge to the right, and what else begins below it down."""
        dx, dy = new.width - old.width, new.height - old.height
        beside = [unit for unit in self.units_in(self.scopes.by_name[scope].parent) if unit != Unit(scope, True)]
        rects = {unit: self.rect(unit) for unit in beside}
        beyond = {unit for unit, rect in rects.items() if rect.left >= old.right}
        below = _pushed(rects, beyond, old.bottom, max(dx, 0.0))
        moves = {unit: (dx if unit in beyond else 0.0, dy if unit in below else 0.0) for unit in rects}
        if dx < 0 or dy < 0:
            # Coming near must not bring one upon the other.
            closer = [_shifted(rect, *moves[unit]) for unit, rect in rects.items()]
            if _count_overlaps([*closer, new]) > _count_overlaps([*rects.values(), new]):
                return
        for unit, (x, y) in moves.items():
            self.move(unit, x, y)

    # --- layout --------------------------------------------------------------------------------------------------

    def arrange(self, scope: str = WHOLE, units: Iterable[Unit] | None = None, with_blocks: bool = False) -> None:
        """Lays out what is directly in a scope, or only some of it, and what is in the frames there.

        The upper left corner stays where it is. ``with_blocks`` lays out the insides of folded blocks, too.
        """
        self.carry_out(self.arranging(scope, units, with_blocks))

    def arranging(self, scope: str = WHOLE, units: Iterable[Unit] | None = None, with_blocks: bool = False) -> Steps:
        """As :meth:`arrange`, step by step: what is to be laid out is yielded, and the places are sent back."""
        chosen = self.units_in(scope) if units is None else list(units)
        if not chosen:
            return
        old = [self.rect(unit) for unit in chosen if self._is_placed(unit)]
        left, top = min((rect.left for rect in old), default=0.0), min((rect.top for rect in old), default=0.0)
        for unit in chosen:
            if unit.is_scope and (with_blocks or unit.name not in self.folded):
                yield from self.arranging(unit.name, with_blocks=with_blocks)
        rects = [self.rect(unit) for unit in chosen]
        places = yield LayoutTask(
            [Size(rect.width, rect.height) for rect in rects], self._links_among(chosen, rects), self._is_down
        )
        for unit, rect, (x, y) in zip(chosen, rects, places, strict=True):
            self.move(unit, left + x - rect.left, top + y - rect.top)

    @staticmethod
    def carry_out(steps: Steps) -> None:
        """Does all of the work here and now."""
        try:
            task = next(steps)
            while True:
                task = steps.send(task.places())
        except StopIteration:
            return

    def place_below(self, names: Sequence[str], left: float, top: float) -> None:
        """Lays out nodes, whatever scopes they are in, from a corner on."""
        sizes = [Size(NODE_WIDTH, self._node(name).full_height) for name in names]
        number = {name: index for index, name in enumerate(names)}
        links = [
            Link(number[wire.source.op.name], number[wire.target.name], sizes[0].height / 4, sizes[0].height / 4)
            for wire in self._graph.wires()
            if wire.source.op.name in number and wire.target.name in number
        ]
        places = LayoutTask(sizes, links, self._is_down).places()
        for name, (x, y) in zip(names, places, strict=True):
            self.places[name] = (left + x, top + y)

    def _is_placed(self, unit: Unit) -> bool:
        return any(name in self.places for name in self.members(unit))

    def arrange_some(self, units: Sequence[Unit]) -> None:
        """Lays out some units, those of each scope by themselves; a single one is a frame to be laid out inside."""
        self.carry_out(self.arranging_some(units))

    def arranging_some(self, units: Sequence[Unit]) -> Steps:
        """As :meth:`arrange_some`, step by step."""
        groups: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            groups[self._parent(unit)].append(unit)
        for scope, group in groups.items():
            if len(group) > 1:
                yield from self.arranging(scope, group)
            elif group[0].is_scope and group[0].name not in self.folded:
                yield from self.arranging(group[0].name)

    def _links_among(self, units: Sequence[Unit], rects: Sequence[Rect]) -> list[Link]:
        number = {unit: index for index, unit in enumerate(units)}
        parent = self._parent(units[0])
        links: dict[Link, None] = {}
        for source, target, wire in self._links_in(parent):
            if source in number and target in number:
                a, b = number[source], number[target]
                begin = self._port_at(source, End(wire.source.op.name, PortKey(False, wire.source.port, 0)), rects[a])
                end = self._port_at(target, End(wire.target.name, PortKey(True, wire.port, wire.slot)), rects[b])
                links[Link(a, b, begin, end)] = None
        return list(links)

    def _parent(self, unit: Unit) -> str:
        return self.scopes.by_name[unit.name].parent if unit.is_scope else self.scopes.scope_of(unit.name)

    def _links_in(self, scope: str) -> list[tuple[Unit, Unit, Wire]]:
        """The wires between different units directly in a scope."""
        if self._links is None:
            chains = {
                name: [
                    Unit(name, False),
                    *(Unit(around, True) for around in self.scopes.around(self.scopes.scope_of(name))),
                ]
                for name in self.scopes.by_name[WHOLE].members
            }
            self._links = defaultdict(list)
            for wire in self._graph.wires():
                source, target = chains[wire.source.op.name], chains[wire.target.name]
                a, b = len(source) - 1, len(target) - 1
                while source[a] == target[b] and a and b:
                    a, b = a - 1, b - 1
                self._links[self._parent(source[a])].append((source[a], target[b], wire))
        return self._links.get(scope, [])

    def _port_at(self, unit: Unit, end: End, rect: Rect) -> float:
        """How far below a unit's top a wire leaves or arrives, at the node or at the block that stands for it.

        Where values flow down: how far from its left edge.
        """
        shown = next((scope for scope in self._between(end.node, unit) if scope in self.folded), None)
        if shown is None:
            port = self._node(end.node).port(end.key)
            corner = self.places.get(end.node, (0.0, 0.0))
        else:
            block = self._block(shown)
            port = block.geometry.port(block.ports[end])
            around = rect if shown == unit.name else self.rect(Unit(shown, True))
            corner = (around.left, around.top)
        center = QPointF() if port is None else port.center
        return corner[0] - rect.left + center.x() if self._is_down else corner[1] - rect.top + center.y()

    def _between(self, node: str, unit: Unit) -> list[str]:
        """The scopes around a node within a unit, the unit itself first."""
        if not unit.is_scope:
            return []
        around = self.scopes.around(self.scopes.scope_of(node))
        return around[: around.index(unit.name) + 1][::-1]


def _pushed(rects: dict[Unit, Rect], beyond: set[Unit], bottom: float, dx: float) -> set[Unit]:
    """What goes down: what begins below and is not shifted to the right, and what that would come to lie upon."""
    below = {unit for unit, rect in rects.items() if unit not in beyond and rect.top >= bottom}
    placed = {unit: _shifted(rect, dx, 0.0) if unit in beyond else rect for unit, rect in rects.items()}
    waiting = list(below)
    while waiting:
        pushing = placed[waiting.pop()]
        for unit in beyond - below:
            rect = placed[unit]
            if rect.top >= max(bottom, pushing.bottom) and rect.left < pushing.right and pushing.left < rect.right:
                below.add(unit)
                waiting.append(unit)
    return below


def _shifted(rect: Rect, dx: float, dy: float) -> Rect:
    return rect._replace(left=rect.left + dx, top=rect.top + dy)


def _count_overlaps(rects: Sequence[Rect]) -> int:
    ordered = sorted(rects)
    count = 0
    for index, rect in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.left >= rect.right:
                break
            count += other.top < rect.bottom and rect.top < other.bottom
    return count
