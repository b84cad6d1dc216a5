"""The items of a document's nodes and wires. Shows what the document says; decides nothing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from editor.canvas.annotations import Annotations
from editor.canvas.area_item import NO_EDGE, AreaItem, Edge
from editor.canvas.block_geometry import End
from editor.canvas.block_item import BlockItem
from editor.canvas.blocks import Blocks
from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.geometry import EVERYWHERE, PORT_REACH, NodeGeometry, Port, PortKey
from editor.canvas.item_store import ItemStore
from editor.canvas.node_geometry import node_geometry
from editor.canvas.node_item import NodeItem
from editor.canvas.node_text import tensor_shape_text
from editor.canvas.plan import ORIGIN, Look, NodePlan, WireEnd, WirePlan
from editor.canvas.probe_item import ProbeItem
from editor.canvas.probes import Probes
from editor.canvas.routes import SceneRoutes
from editor.canvas.step_mark import BoxStep
from editor.canvas.values import SceneValues
from editor.canvas.wire_item import WireItem
from editor.canvas.wire_places import WirePlaces
from editor.document import Document
from editor.marks import MarkKind
from editor.theme import MOTION_MS
from editor.wire_id import WireId
from engine.graph import DONE, Problem, Tensor
from engine.model import FlowDirection

#: From this many changed items on, one rectangle around them all is repainted instead of each.
_MANY = 40


class Hit(NamedTuple):
    """What lies at a point: a port with its node or block, one of these, a wire, a frame's title, or nothing."""

    node: BoxItem | None = None
    port: Port | None = None
    wire: WireItem | None = None
    frame: FrameItem | None = None
    probe: ProbeItem | None = None
    #: A note, or a drawn frame's title or edge; and the edges of it that are taken hold of.
    area: AreaItem | None = None
    edges: Edge = NO_EDGE
    #: The number of the wire's point that is there.
    point: int | None = None


class GraphScene(QGraphicsScene):
    """Follows a document's signals, and finds what lies where."""

    #: The nodes or wires that are selected are others now, or have other names.
    selection_changed = Signal()
    #: Nodes or wires came, went, moved or changed their look: a picture of the whole is old.
    pictured_changed = Signal()
    #: [name]: the nodes of what lies under the pointer now.
    hovered_changed = Signal(list)
    #: A rectangle that is to be painted again at once, in scene coordinates.
    repaint_wanted = Signal(QRectF)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        #: Their items are made when they are seen, or asked for.
        self.nodes: ItemStore[str, NodeItem] = ItemStore(self._make_node)
        self.wires: ItemStore[WireId, WireItem] = ItemStore(self._make_wire)
        self.node_plan = NodePlan()
        self.wire_plan = WirePlan(self.node_plan)
        self.blocks = Blocks(self)
        #: What the present training step has to do with nodes, while a run stands still.
        self.steps: dict[str, BoxStep] = {}
        #: Whether blocks may have other nodes or ports since they were brought up to date.
        self._are_blocks_old = False
        #: Whether a selected node has another name, which is told once all names are.
        self._is_selection_renamed = False
        self._wires_of: defaultdict[str, dict[WireId, None]] = defaultdict(dict)
        self._geometries: dict[str, NodeGeometry] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._were_hidden: set[str] = set()
        #: Nodes that came with the command that is being told of: what is known of them is as new as their wires.
        self._newest: set[str] = set()
        self._lifted: list[BoxItem | WireItem] = []
        self.values = SceneValues(self)
        self.routes = SceneRoutes(self)
        self._places = WirePlaces(self)
        #: What is brought out because the pointer is elsewhere on what it belongs to.
        self._marked: set[BoxItem] = set()
        self._sweep = QVariantAnimation(self, duration=4 * MOTION_MS, startValue=0.0, endValue=1.0)
        self._sweep.valueChanged.connect(self._move_sweep)
        self._sweep.finished.connect(lambda: self._move_sweep(None))
        self.selectionChanged.connect(self._tell_selection)
        document.wires_removed.connect(self._remove_wires)
        document.nodes_removed.connect(self._remove_nodes)
        document.node_renamed.connect(self._rename_node)
        document.nodes_added.connect(self._add_nodes)
        document.wires_added.connect(self._add_wires)
        document.nodes_moved.connect(self.place_nodes)
        document.nodes_changed.connect(self._refresh_nodes)
        document.sizes_changed.connect(self._refresh_nodes)
        document.folding_changed.connect(self._let_blocks_grow_old)
        document.entered_changed.connect(self._show_entered)
        document.edited.connect(self._follow_blocks)
        document.field_changed.connect(self._follow_field)
        document.problems_changed.connect(self._show_problems)
        document.replaced.connect(self.rebuild)
        self.annotations = Annotations(self)
        self.rebuild()
        self.probes = Probes(self)

    # --- finding -------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, zoom: float) -> Hit:
        """What a press at a point would take hold of, the topmost first, ports before boxes before wires."""
        reach = PORT_REACH
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        self.make_items_in(around)
        items = self.items(around, Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.DescendingOrder)
        for item in items:
            if isinstance(item, ProbeItem) and item.box.contains(point):
                return Hit(probe=item)
            if isinstance(item, BoxItem):
                port = item.port_at(point)
                if port is not None:
                    return Hit(item, port)
                if item.box.contains(point):
                    return Hit(item)
        note, edges = self.annotations.note_at(point, zoom)
        if note is not None:
            return Hit(area=note, edges=edges)
        # The band around a wire is as wide on the screen at every zoom.
        half = max(0.0, 5 / zoom - 5)
        band = QRectF(point.x() - half, point.y() - half, 2 * half + 0.1, 2 * half + 0.1)
        if half > 0:
            self.make_items_in(band)
        for item in items if half == 0 else self.items(band):
            if isinstance(item, WireItem) and item.shape().intersects(band):
                return Hit(wire=item, point=item.point_at(point, zoom))
        frame = self.blocks.frame_at(point)
        if frame is not None:
            return Hit(frame=frame)
        drawn, edges = self.annotations.frame_at(point, zoom)
        return Hit(area=drawn, edges=edges)

    def node_at(self, point: QPointF) -> BoxItem | None:
        """The topmost node or block whose box holds a point."""
        self.make_items_in(QRectF(point, QSizeF(0, 0)))
        return next((item for item in self.items(point) if isinstance(item, BoxItem)), None)

    def node_items_in(self, rect: QRectF) -> list[BoxItem]:
        """The nodes and blocks whose boxes touch a rectangle."""
        self._make_nodes_in(rect)
        found = self.items(rect, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
        return [item for item in found if isinstance(item, BoxItem) and item.box.intersects(rect)]

    def shown(self) -> list[BoxItem]:
        """The nodes that are seen, in the order in which they were made, then the blocks."""
        return list(self.blocks.shown())

    def wires_of(self, name: str) -> Collection[WireId]:
        """The wires at a node."""
        return self._wires_of[name].keys()

    def made_wires_of(self, name: str) -> list[WireItem]:
        """The items of a node's wires, as far as they have been made."""
        made = self.wires.made
        return [made[wire] for wire in self._wires_of[name] if wire in made]

    def wire_at(self, name: str, port: PortKey) -> WireItem | None:
        """The wire that ends at an input port."""
        end = (name, port.name, port.slot)
        return next((self.wires[wire] for wire in self._wires_of[name] if wire[2:] == end), None)

    @property
    def shown_count(self) -> int:
        """How many nodes and blocks are seen."""
        return self.blocks.shown_count

    def port_position(self, name: str, key: PortKey) -> QPointF | None:
        """Where a wire to a node's port is drawn to: that port, or the one of the block that the node is in."""
        if self.blocks.standing_for(name) is not None:
            return self.blocks.end_position(End(name, key))
        item = self.nodes.get(name)
        return None if item is None else item.port_position(key)

    def graph_rect(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around nodes (around their blocks, where they are folded), or all; empty for none."""
        if names is None:
            rect = self.node_plan.around()
            others: Iterable[BoxItem | FrameItem | AreaItem] = [
                *self.blocks.items.values(),
                *self.blocks.frames.values(),
                *self.annotations.all(),
            ]
        else:
            hidden_in = {name: self.blocks.standing_for(name) for name in names}
            rect = self.node_plan.around(name for name, block in hidden_in.items() if block is None)
            others = [block for block in hidden_in.values() if block is not None]
        for item in others:
            rect = rect.united(item.box)
        return rect

    def item_showing(self, name: str) -> BoxItem:
        """The node, or the block that it is folded into."""
        return self.blocks.standing_for(name) or self.nodes[name]

    # --- selection -----------------------------------------------------------------------------------------------

    def selected_names(self) -> list[str]:
        """The selected nodes and those in selected blocks and frames, in the order in which they were made.

        Nodes that a change takes away are not among them, although their items go after their wires'.
        """
        chosen = (item for item in self.selectedItems() if isinstance(item, BoxItem | FrameItem))
        selected = {name for item in chosen for name in item.members}
        graph = self.document.graph
        return [name for name in self.nodes if name in selected and name in graph] if selected else []

    def selected_wires(self) -> list[WireId]:
        return [item.wire for item in self.selectedItems() if isinstance(item, WireItem)]

    def select_only(self, names: Iterable[str], wires: Iterable[WireId] = (), areas: Iterable[AreaItem] = ()) -> None:
        """Selects these and nothing else; names that are not there are passed over."""
        wanted: set[QGraphicsItem] = {self.item_showing(name) for name in names if name in self.nodes}
        wanted.update(self.wires[wire] for wire in wires if wire in self.wires)
        wanted.update(areas)
        self.select_items(wanted)

    def mark_hovered(self, names: Iterable[str]) -> None:
        """Brings out nodes as if the pointer were on them: it is on what they belong to."""
        marked = {self.item_showing(name) for name in names if name in self.nodes}
        for item in self._marked - marked:
            item.set_hovered(False)
        for item in marked - self._marked:
            item.set_hovered(True)
        self._marked = marked

    def select_items(self, wanted: set[QGraphicsItem]) -> None:
        """Selects these and nothing else."""
        with self.one_selection():
            for item in set(self.selectedItems()) - wanted:
                item.setSelected(False)
            for item in wanted:
                item.setSelected(True)

    @contextmanager
    def one_selection(self) -> Iterator[None]:
        """A with block whose changes of the selection are told once."""
        before = set(self.selectedItems())
        was_blocked = self.blockSignals(True)
        try:
            yield
        finally:
            self.blockSignals(was_blocked)
            if set(self.selectedItems()) != before:
                self._tell_selection()

    def _tell_selection(self) -> None:
        for item in self._lifted:
            item.set_lifted(False)
        selected = [item for item in self.selectedItems() if isinstance(item, BoxItem | WireItem)]
        # Lifting costs a new order of drawing; of a large selection nothing is hidden that matters.
        self._lifted = selected if len(selected) <= _MANY else []
        for item in self._lifted:
            item.set_lifted(True)
        self.pictured_changed.emit()
        self.selection_changed.emit()

    # --- following the document ----------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Begins again with what the document holds now."""
        had_selection = bool(self.selectedItems())
        self.values.clear()
        self._marked.clear()
        with self.one_selection():
            self.blocks.clear()
            for item in (*self.wires.made.values(), *self.nodes.made.values()):
                self.removeItem(item)
        self.nodes.clear()
        self.wires.clear()
        self.node_plan.clear()
        self.wire_plan.clear()
        self.wire_plan.is_down = self.is_down
        self._wires_of.clear()
        self._geometries.clear()
        self._problems.clear()
        self._add_nodes(self.document.names())
        self._add_wires(self.document.wires())
        self._follow_blocks()
        if had_selection:
            self.selection_changed.emit()

    def _add_nodes(self, names: list[str]) -> None:
        self.nodes.add(names)
        for name in names:
            self.node_plan.put(name, *self.document.position(name))
            self._read_geometry(name)
        self._newest.update(names)
        self._keep_order()
        self._fit_index()
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _read_geometry(self, name: str) -> bool:
        """Takes over what is seen of a node. Returns whether its ports stand elsewhere than before."""
        op = self.document.operation(name)
        before = self._geometries.get(name)
        geometry = node_geometry(op, name in self.document.model.collapsed, self.is_down)
        self._geometries[name] = geometry
        item = self.nodes.made.get(name)
        if item is not None:
            item.refresh(op, geometry)
        height = geometry.least_height if item is None else item.height
        self.node_plan.set_look(name, geometry.full_height, height, Look(MarkKind(op.kind.value), op.phase))
        return geometry is not before

    def _keep_order(self) -> None:
        """Nodes that come back by undo stand again where the document lists them."""
        order = self.document.names()
        if list(self.nodes) != order:
            self.nodes.put_in_order(order)

    def _remove_nodes(self, names: list[str]) -> None:
        with self.one_selection():
            for name in names:
                self.values.forget_node(name)
                self._wires_of.pop(name, None)
                self._problems.pop(name, None)
                del self._geometries[name]
                self.node_plan.remove(name)
                item = self.nodes.remove(name)
                if item is not None:
                    self.removeItem(item)
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _add_wires(self, wires: list[WireId]) -> None:
        self.wires.add(wires)
        self.wire_plan.put(wires)
        for wire in wires:
            self._wires_of[wire.source][wire] = None
            self._wires_of[wire.target][wire] = None
        self._refresh_ports({end for wire in wires for end in (wire.source, wire.target)} - self._newest)
        self._plan_wires(wires)
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _remove_wires(self, wires: list[WireId]) -> None:
        with self.one_selection():
            for wire in wires:
                self.wire_plan.remove(wire)
                self._wires_of[wire.source].pop(wire, None)
                self._wires_of[wire.target].pop(wire, None)
                item = self.wires.remove(wire)
                if item is not None:
                    self.removeItem(item)
        graph = self.document.graph
        self._refresh_ports({end for wire in wires for end in (wire.source, wire.target) if end in graph})
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _rename_node(self, old: str, new: str) -> None:
        self.nodes.rename(old, new)
        self.node_plan.rename(old, new)
        self._geometries[new] = self._geometries.pop(old)
        if old in self._problems:
            self._problems[new] = self._problems.pop(old)
        touched = self._wires_of.pop(old, {})
        renamed = {wire: wire.renamed(old, new) for wire in touched}
        self._wires_of[new] = dict.fromkeys(renamed.values())
        for wire, now in renamed.items():
            self.wires.exchange(wire, now)
            self.wire_plan.rename(wire, now)
            other = wire.target if wire.source == old else wire.source
            if other != old:
                del self._wires_of[other][wire]
                self._wires_of[other][now] = None
            if now in self.wires.made:
                self.wires.made[now].wire = now
        self.values.rename_node(old, new)
        # Of several that are renamed in one step, this one may have its next name already.
        if new in self.document.graph:
            self._read_geometry(new)
        self.blocks.rename_node(old, new)
        self._let_blocks_grow_old()
        item = self.nodes.made.get(new)
        self._is_selection_renamed |= item is not None and item.isSelected()

    def _let_blocks_grow_old(self) -> None:
        self._are_blocks_old = True

    def _show_entered(self) -> None:
        """Shows nothing but the instance of a block that is entered, or everything again."""
        self.select_items(set())
        self._let_blocks_grow_old()
        self._follow_blocks()
        for area in self.annotations.all():
            area.setVisible(not self.document.entered)

    def _follow_blocks(self) -> None:
        """Brings blocks and frames up to date, once a command has told all that it changed."""
        self._newest.clear()
        if not self._are_blocks_old:
            return
        is_renamed, self._is_selection_renamed = self._is_selection_renamed, False
        self._are_blocks_old = False
        selected = self.selected_names()
        was_selected = set(self.selectedItems())
        scopes = [(item.name, item.members) for item in was_selected if isinstance(item, BlockItem | FrameItem)]
        if self.blocks.follow():
            self.node_plan.hide(self.blocks.hidden)
            self._plan_hidden_wires()
            self.values.show_on_blocks()
        self._forget_label_places()
        self._show_problems()
        lost = was_selected - set(self.selectedItems())
        if lost:
            # What was selected is inside a block now, or the block has given way to what is in it.
            found = (self.blocks.find(name, members) for name, members in scopes)
            changed = [scope for scope in found if scope is not None]
            inside = {name for scope in changed for name in scope.members}
            rest = [self.item_showing(name) for name in selected if name in self.nodes and name not in inside]
            self.select_items({*changed, *rest})
        elif is_renamed:
            self.selection_changed.emit()
        self._fit_index()
        self.pictured_changed.emit()

    def place_nodes(self, names: Iterable[str]) -> None:
        """Puts nodes where the document has them."""
        self.move_items({name: QPointF(*self.document.position(name)) for name in names})
        self._forget_label_places()
        self._fit_index()

    def _refresh_nodes(self, names: list[str]) -> None:
        self._refresh_ports(set(names))
        for name in names:
            for item in self.made_wires_of(name):
                item.forget_label()
                if item.wire.target in self.nodes.made:
                    self.nodes.made[item.wire.target].forget_broadcasts()
        self.pictured_changed.emit()

    def _refresh_ports(self, names: set[str]) -> None:
        for name in names:
            # While several changes are told one after another, a name may be known only later.
            if name in self.nodes and name in self.document.graph and self._read_geometry(name):
                self._plan_wires(self._wires_of[name])

    @property
    def is_down(self) -> bool:
        """Whether values flow from top to bottom."""
        return self.document.model.direction is FlowDirection.DOWN

    def _follow_field(self, field: str) -> None:
        if field == "direction":
            self.wire_plan.is_down = self.is_down
            self._refresh_ports(set(self.nodes))
            self._let_blocks_grow_old()
        elif field == "collapsed":
            collapsed = self.document.model.collapsed
            drawn = {name for name, geometry in self._geometries.items() if geometry.is_collapsed}
            names = (drawn ^ collapsed) & self._geometries.keys()
            self._refresh_ports(names)
            self.blocks.place(names)
            self._forget_label_places()
            self._fit_index()
            self.pictured_changed.emit()

    def _show_problems(self) -> None:
        before, self._problems = self._problems, {}
        for problem in self.document.problems:
            self._problems.setdefault(problem.node, []).append(problem)
        for name in before.keys() | self._problems.keys():
            if name in self.nodes.made:
                self.nodes.made[name].set_problems(self._problems.get(name, ()))
        for block in self.blocks.items.values():
            block.set_problems([problem for name in block.members for problem in self._problems.get(name, ())])
        self.pictured_changed.emit()

    def names_with_problems(self) -> list[str]:
        """The nodes that are seen and have problems."""
        hidden = self.blocks.hidden
        return [name for name in self._problems if name in self.nodes and name not in hidden]

    def _label_of(self, wire: WireId) -> str:
        output = self.document.operation(wire.source).output_named(wire.source_port)
        return tensor_shape_text(output) if isinstance(output, Tensor) else ""

    def _plan_wires(self, wires: Iterable[WireId]) -> None:
        """Works out where wires begin and end, and whether they are seen."""
        standing_for, is_outside = self.blocks.standing_for, self.blocks.is_outside
        shown: dict[WireId, bool] = {}
        ends: dict[WireId, tuple[WireEnd, WireEnd]] = {}
        for wire in wires:
            block = standing_for(wire.source)
            is_seen = block is None or block is not standing_for(wire.target)
            shown[wire] = is_seen and not (is_outside(wire.source) or is_outside(wire.target))
            start = self._end_of(wire.source, PortKey(False, wire.source_port, 0))
            end = self._end_of(wire.target, PortKey(True, wire.target_port, wire.slot))
            if start is not None and end is not None:
                ends[wire] = start, end
        self.wire_plan.show(shown)
        self.wire_plan.place(ends)
        for wire in shown.keys() & self.wires.made.keys():
            item = self.wires.made[wire]
            item.setVisible(shown[wire])
            if wire in ends:
                self.place_wire(item)

    def _end_of(self, name: str, key: PortKey) -> WireEnd | None:
        """Where a wire ends; None while the node has no such port (any more)."""
        if self.blocks.standing_for(name) is not None:
            point = self.blocks.end_position(End(name, key))
            return None if point is None else WireEnd(ORIGIN, point.x(), point.y())
        port = self._geometries[name].port(key)
        return None if port is None else WireEnd(self.node_plan.of[name], port.center.x(), port.center.y())

    def place_wire(self, item: WireItem) -> None:
        """Draws a wire from where to where it goes now."""
        wire = item.wire
        start, end = self.wire_plan.ends_of(wire)
        leaves_back, arrives_back = self._is_at_left(wire.source, start), not self._is_at_left(wire.target, end)
        item.set_ends(start, end, leaves_back, arrives_back, self.is_down)
        item.set_points(self.routes.points_of(wire))

    def _is_at_left(self, name: str, point: QPointF) -> bool:
        """Whether a wire's end stands at the left of the box that it is at; at its top where values flow down."""
        block = self.blocks.standing_for(name)
        if block is not None:
            middle = block.box.center()
            return point.y() < middle.y() if self.is_down else point.x() < middle.x()
        left, top, width, height = self.node_plan.boxes[self.node_plan.of[name]].tolist()
        return bool(point.y() < top + height / 2 if self.is_down else point.x() < left + width / 2)

    def _plan_hidden_wires(self) -> None:
        """Works out again where the wires of nodes in blocks are, and of those that were in blocks."""
        hidden = set(self.blocks.hidden)
        names = hidden | self._were_hidden
        self._plan_wires({wire for name in names for wire in self._wires_of.get(name, ())})
        self._were_hidden = hidden

    # --- making items --------------------------------------------------------------------------------------------

    def make_items_in(self, rect: QRectF, end: float | None = None) -> bool:
        """Makes the items of all that may be painted in a rectangle, until a time of ``perf_counter`` if one is given.

        Returns whether all are there.
        """
        self._make_nodes_in(rect)
        for wire in self.wire_plan.touched_by(rect):
            self.wires[wire]
            if end is not None and time.perf_counter() > end:
                return False
        return True

    def _make_nodes_in(self, rect: QRectF) -> None:
        for name in self.node_plan.touched_by(rect):
            self.nodes[name]

    def _make_node(self, name: str) -> NodeItem:
        item = NodeItem(self.document.operation(name), self._geometries[name])
        item.setPos(self.node_plan.position(name))
        item.set_problems(self._problems.get(name, ()))
        item.set_scope(self.blocks.scopes.scope_of(name))
        item.setVisible(self.blocks.standing_for(name) is None)
        self.node_plan.has_item[self.node_plan.of[name]] = True
        self.addItem(item)
        return item

    def _make_wire(self, wire: WireId) -> WireItem:
        item = WireItem(wire, self._label_of, self.values.on_wire, self._places.find)
        item.is_step = wire.source_port == DONE.name
        item.set_carrying(self.values.are_on_wires)
        item.phase = self.document.operation(wire.source).phase
        self.place_wire(item)
        row = self.wire_plan.of[wire]
        item.setVisible(bool(self.wire_plan.is_seen[row]))
        self.wire_plan.has_item[row] = True
        self.addItem(item)
        return item

    # --- moving --------------------------------------------------------------------------------------------------

    def move_items(self, positions: dict[str, QPointF]) -> None:
        """Moves the picture of nodes with their wires; the document is not told."""
        self.node_plan.move(positions)
        touched: dict[WireItem, None] = {}
        for name, position in positions.items():
            item = self.nodes.made.get(name)
            if item is not None:
                item.setPos(position)
            touched.update(dict.fromkeys(self.made_wires_of(name)))
        for wire_item in touched:
            self.place_wire(wire_item)
        for block in self.blocks.place(positions):
            self._plan_wires({wire for name in block.members for wire in self._wires_of[name]})
        self.pictured_changed.emit()

    def _forget_label_places(self) -> None:
        """Nodes stand elsewhere, so that what is written at wires may have to."""
        for item in self.wires.made.values():
            item.forget_place()

    def _fit_index(self) -> None:
        """Gives the search tree the rectangle that it divides: that of the nodes, with room to spare."""
        rect = self.graph_rect()
        if not self.sceneRect().contains(rect) or self.sceneRect().isEmpty():
            spare = max(1000.0, rect.width() / 2, rect.height() / 2)
            self.setSceneRect(rect.adjusted(-spare, -spare, spare, spare))
        self.values.labels.fit(self.sceneRect())

    # --- painting again ------------------------------------------------------------------------------------------

    def repaint_items(self, items: Sequence[QGraphicsItem]) -> None:
        """Paints items again: a few each by itself, many as one rectangle around them all."""
        if len(items) < _MANY:
            for item in items:
                item.update()
            return
        rect = QRectF()
        for item in items:
            rect = rect.united(item.sceneBoundingRect())
        self.repaint_wanted.emit(rect)

    def render(  # type: ignore[override]
        self, painter: QPainter, target: QRectF, source: QRectF, *args: Qt.AspectRatioMode
    ) -> None:
        """Paints a part of the scene, whether its items were made before or not."""
        self.make_items_in(source)
        super().render(painter, target, source, *args)

    def repaint_all(self) -> None:
        """Paints everything again."""
        self.repaint_wanted.emit(EVERYWHERE)

    # --- running -------------------------------------------------------------------------------------------------

    def sweep_once(self) -> None:
        """Lets a light run down the nodes' bars once: a run has begun."""
        self._sweep.stop()
        self._sweep.start()

    def _move_sweep(self, share: float | None) -> None:
        # What is folded away while the light runs down must not keep it.
        made = [*self.nodes.made.values(), *self.blocks.items.values()]
        for item in made:
            item.sweep = share
        self.repaint_items([item for item in made if item.isVisible()])
