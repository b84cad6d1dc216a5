"""The items of a document's nodes and wires. Shows what the document says; decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from editor.canvas.annotations import Annotations
from editor.canvas.area_item import NO_EDGE, AreaItem, Edge
from editor.canvas.block_geometry import End
from editor.canvas.block_item import BlockItem
from editor.canvas.blocks import Blocks
from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.geometry import EVERYWHERE, PORT_REACH, Port, PortKey
from editor.canvas.node_item import NodeItem
from editor.canvas.node_text import shape_text
from editor.canvas.probe_item import ProbeItem
from editor.canvas.probes import Probes
from editor.canvas.step_mark import BoxStep
from editor.canvas.values import SceneValues
from editor.canvas.wire_item import WireItem
from editor.canvas.wire_places import WirePlaces
from editor.document import Document
from editor.theme import MOTION_MS
from editor.wire_id import WireId
from engine.graph import DONE, Tensor

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
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[WireId, WireItem] = {}
        self.blocks = Blocks(self)
        #: What the present training step has to do with nodes, while a run stands still.
        self.steps: dict[str, BoxStep] = {}
        #: Whether blocks may have other nodes or ports since they were brought up to date.
        self._are_blocks_old = False
        #: Whether a selected node has another name, which is told once all names are.
        self._is_selection_renamed = False
        self._wires_of: defaultdict[str, set[WireItem]] = defaultdict(set)
        self._lifted: list[BoxItem | WireItem] = []
        self.values = SceneValues(self)
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
        document.folding_changed.connect(self._let_blocks_grow_old)
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
        for item in items if half == 0 else self.items(band):
            if isinstance(item, WireItem) and item.shape().intersects(band):
                return Hit(wire=item)
        frame = self.blocks.frame_at(point)
        if frame is not None:
            return Hit(frame=frame)
        drawn, edges = self.annotations.frame_at(point, zoom)
        return Hit(area=drawn, edges=edges)

    def node_at(self, point: QPointF) -> BoxItem | None:
        """The topmost node or block whose box holds a point."""
        return next((item for item in self.items(point) if isinstance(item, BoxItem)), None)

    def node_items_in(self, rect: QRectF) -> list[BoxItem]:
        """The nodes and blocks whose boxes touch a rectangle."""
        found = self.items(rect, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
        return [item for item in found if isinstance(item, BoxItem) and item.box.intersects(rect)]

    def shown(self) -> list[BoxItem]:
        """The nodes that are seen, in the order in which they were made, then the blocks."""
        return list(self.blocks.shown())

    def wire_items_of(self, name: str) -> set[WireItem]:
        return self._wires_of[name]

    def wire_at(self, name: str, port: PortKey) -> WireItem | None:
        """The wire that ends at an input port."""
        return next(
            (
                item
                for item in self._wires_of[name]
                if (item.wire.target, item.wire.target_port, item.wire.slot) == (name, port.name, port.slot)
            ),
            None,
        )

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
        rect = QRectF()
        for item in self.shown() if names is None else {self.item_showing(name) for name in names}:
            rect = rect.united(item.box)
        if names is None:
            for frame in (*self.blocks.frames.values(), *self.annotations.all()):
                rect = rect.united(frame.box)
        return rect

    def item_showing(self, name: str) -> BoxItem:
        """The node, or the block that it is folded into."""
        return self.blocks.standing_for(name) or self.nodes[name]

    # --- selection -----------------------------------------------------------------------------------------------

    def selected_names(self) -> list[str]:
        """The selected nodes and those in selected blocks and frames, in the order in which they were made."""
        chosen = (item for item in self.selectedItems() if isinstance(item, BoxItem | FrameItem))
        selected = {name for item in chosen for name in item.members}
        return [name for name in self.nodes if name in selected] if selected else []

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
            for item in (*self.wires.values(), *self.nodes.values()):
                self.removeItem(item)
        self.nodes.clear()
        self.wires.clear()
        self._wires_of.clear()
        self._add_nodes(self.document.names())
        self._add_wires(self.document.wires())
        self._follow_blocks()
        if had_selection:
            self.selection_changed.emit()

    def _add_nodes(self, names: list[str]) -> None:
        for name in names:
            item = NodeItem(self.document.operation(name), name in self.document.model.collapsed)
            item.setPos(*self.document.position(name))
            self.nodes[name] = item
            self.addItem(item)
        self._keep_order()
        self._fit_index()
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _keep_order(self) -> None:
        """Nodes that come back by undo stand again where the document lists them."""
        order = self.document.names()
        if list(self.nodes) != order:
            self.nodes = {name: self.nodes[name] for name in order if name in self.nodes}

    def _remove_nodes(self, names: list[str]) -> None:
        with self.one_selection():
            for name in names:
                self.values.forget_node(name)
                self._wires_of.pop(name, None)
                self.removeItem(self.nodes.pop(name))
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _add_wires(self, wires: list[WireId]) -> None:
        self._refresh_ports({end for wire in wires for end in (wire.source, wire.target)})
        for wire in wires:
            item = WireItem(wire, self._label_of(wire), self.values.on_wire, self._places.find)
            item.is_step = wire.source_port == DONE.name
            item.set_carrying(self.values.are_on_wires)
            item.phase = self.document.operation(wire.source).phase
            self.wires[wire] = item
            self._wires_of[wire.source].add(item)
            self._wires_of[wire.target].add(item)
            self._place_wire(item)
            self.addItem(item)
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _remove_wires(self, wires: list[WireId]) -> None:
        with self.one_selection():
            for wire in wires:
                item = self.wires.pop(wire)
                self._wires_of[wire.source].discard(item)
                self._wires_of[wire.target].discard(item)
                self.removeItem(item)
        graph = self.document.graph
        self._refresh_ports({end for wire in wires for end in (wire.source, wire.target) if end in graph})
        self._let_blocks_grow_old()
        self.pictured_changed.emit()

    def _rename_node(self, old: str, new: str) -> None:
        self.nodes = {new if name == old else name: item for name, item in self.nodes.items()}
        touched = self._wires_of.pop(old, set())
        self._wires_of[new] = touched
        for item in touched:
            del self.wires[item.wire]
            item.wire = item.wire.renamed(old, new)
            self.wires[item.wire] = item
        self.values.rename_node(old, new)
        # Of several that are renamed in one step, this one may have its next name already.
        if new in self.document.graph:
            self.nodes[new].refresh(self.document.operation(new), new in self.document.model.collapsed)
        self.blocks.rename_node(old, new)
        self._let_blocks_grow_old()
        self._is_selection_renamed |= self.nodes[new].isSelected()

    def _let_blocks_grow_old(self) -> None:
        self._are_blocks_old = True

    def _follow_blocks(self) -> None:
        """Brings blocks and frames up to date, once a command has told all that it changed."""
        if not self._are_blocks_old:
            return
        is_renamed, self._is_selection_renamed = self._is_selection_renamed, False
        self._are_blocks_old = False
        selected = self.selected_names()
        was_selected = set(self.selectedItems())
        scopes = [(item.name, item.members) for item in was_selected if isinstance(item, BlockItem | FrameItem)]
        if self.blocks.follow():
            for item in self.wires.values():
                self._place_wire(item)
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
            for item in self._wires_of[name]:
                item.set_label(self._label_of(item.wire))
        self.pictured_changed.emit()

    def _refresh_ports(self, names: set[str]) -> None:
        for name in names:
            item = self.nodes.get(name)
            # While several changes are told one after another, a name may be known only later.
            if item is not None and name in self.document.graph:
                item.refresh(self.document.operation(name), name in self.document.model.collapsed)
                for wire in self._wires_of[name]:
                    self._place_wire(wire)

    def _follow_field(self, field: str) -> None:
        if field == "collapsed":
            collapsed = self.document.model.collapsed
            names = {name for name, item in self.nodes.items() if item.geometry.is_collapsed is not (name in collapsed)}
            self._refresh_ports(names)
            self.blocks.place(names)
            self._forget_label_places()
            self._fit_index()
            self.pictured_changed.emit()

    def _show_problems(self) -> None:
        by_node = defaultdict(list)
        for problem in self.document.problems:
            by_node[problem.node].append(problem)
        for name, item in self.nodes.items():
            item.set_problems(by_node[name])
        for block in self.blocks.items.values():
            block.set_problems([problem for name in block.members for problem in by_node[name]])
        self.pictured_changed.emit()

    def _label_of(self, wire: WireId) -> str:
        output = self.document.operation(wire.source).output_named(wire.source_port)
        return shape_text(output.spec.shape) if isinstance(output, Tensor) else ""

    def _place_wire(self, item: WireItem) -> None:
        wire = item.wire
        start = self.port_position(wire.source, PortKey(False, wire.source_port, 0))
        end = self.port_position(wire.target, PortKey(True, wire.target_port, wire.slot))
        if start is not None and end is not None:
            is_left = start.x() < self.item_showing(wire.source).box.center().x()
            is_right = end.x() > self.item_showing(wire.target).box.center().x()
            item.set_ends(start, end, is_left, is_right)
        block = self.blocks.standing_for(wire.source)
        item.setVisible(block is None or block is not self.blocks.standing_for(wire.target))

    def move_items(self, positions: dict[str, QPointF]) -> None:
        """Moves the picture of nodes with their wires; the document is not told."""
        touched: set[WireItem] = set()
        for name, position in positions.items():
            self.nodes[name].setPos(position)
            touched |= self._wires_of[name]
        self.blocks.place(positions)
        for item in touched:
            self._place_wire(item)
        self.pictured_changed.emit()

    def _forget_label_places(self) -> None:
        """Nodes stand elsewhere, so that what is written at wires may have to."""
        for item in self.wires.values():
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
        for item in (*self.nodes.values(), *self.blocks.items.values()):
            item.sweep = share
        self.repaint_items(list(self.shown()))
