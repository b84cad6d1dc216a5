"""The canvas: shows a document's graph, and is edited with pointer and keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from editor.canvas import keys, op_drop
from editor.canvas.area_item import AreaItem
from editor.canvas.arranging import toggle_collapsed
from editor.canvas.box_item import BoxItem
from editor.canvas.camera import ZOOM_STEP
from editor.canvas.flow_item import FlowAnimation
from editor.canvas.geometry import HEADER_HEIGHT, NODE_WIDTH, snapped
from editor.canvas.gesture_view import GestureView
from editor.canvas.gestures import KeyboardWire
from editor.canvas.gestures.drag_point import toggle_point
from editor.canvas.gestures.wire_under import wires_under
from editor.canvas.gradient_marks import BoxVerdict, GradientMarks
from editor.canvas.heat import Heat
from editor.canvas.hints import EmptyMessage
from editor.canvas.hover import tensor_at
from editor.canvas.keeping_in_sight import KeepingInSight
from editor.canvas.laying_out import LayingOut
from editor.canvas.node_item import NodeItem
from editor.canvas.scene import Hit
from editor.canvas.spotlight import Spotlight
from editor.canvas.step_mark import StepMarks
from editor.canvas.stop_mark import StopMarks
from editor.canvas.wire_highlight import WireHighlight
from editor.canvas.wire_item import WireItem, WireMark
from editor.commands import Area, Reroute
from editor.document import Document
from editor.layouts.arrangement import Unit
from editor.run.step_view import StepOperation
from editor.step_times import PhaseTimes
from editor.theme import ThemeManager
from editor.wire_id import WireId
from engine.debugger.tensors.step_picture import StepPicture
from engine.graph import EngineError, Problem

Array = np.ndarray[Any, np.dtype[Any]]

#: How long a word at the lower edge stays that needs no answer, in milliseconds.
_STATUS_TIME = 3000


class GraphView(GestureView):
    """The canvas of one document."""

    #: Names of the selected nodes.
    selection_changed = Signal(list)
    zoom_changed = Signal(float)
    #: What was typed where nothing else takes it: the palette is to be opened with it.
    typed = Signal(str)
    #: The key of an entry of the palette that is no operation, and the place in the scene at which it was dropped.
    entry_dropped = Signal(str, QPointF)
    #: The key of any entry of the palette, the place in the scene at which it was dropped, and the WireId there.
    entry_dropped_on_wire = Signal(str, QPointF, object)

    def __init__(self, document: Document, theme_manager: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(document, theme_manager, parent)
        self._is_running = False
        self.flow = FlowAnimation(self.graph_scene)
        self._heat = Heat(self.graph_scene)
        self._gradient_marks = GradientMarks(self.graph_scene)
        self._step_marks = StepMarks(self.graph_scene)
        self.stop_marks = StopMarks(self.graph_scene)
        self.spotlight = Spotlight(self.graph_scene)
        self._highlight = WireHighlight(self.graph_scene)
        self._empty_message = EmptyMessage(self)
        #: The wire that something from the palette is held over.
        self._drop_wire: WireItem | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Graph"))
        self.setAccessibleDescription(
            self.tr(
                "Ctrl and arrow keys select a neighbour, arrow keys move the selection, C wires from the selected "
                "node, Tab or typing its name adds a node, Enter edits a node or folds and unfolds blocks, "
                "Delete deletes, Ctrl and Delete joins what flowed through, shift and K takes a knife for wires, "
                "H collapses."
            )
        )
        self.laying_out = LayingOut(document, self.moving, self)
        self.laying_out.whole_placed.connect(self.fit)
        self.camera.zoom_changed.connect(self.zoom_changed)
        self.graph_scene.selection_changed.connect(self._tell_selection)
        self.graph_scene.pictured_changed.connect(self._show_emptiness)
        document.replaced.connect(self.fit)
        KeepingInSight(document.undo_stack, self.graph_scene, self.camera, self.fit)
        self._show_emptiness()

    # --- what it shows -------------------------------------------------------------------------------------------

    def set_values(self, values: Mapping[str, Array | None]) -> None:
        """Shows present values of nodes; None is "not computed". Painted together, some 30 times a second."""
        self.graph_scene.values.set_values(values)

    def show_picture(self, step: StepPicture | None) -> None:
        """Shows the picture of a training step on nodes and wires, the latest only; None: there is none any more.

        Where it follows the one before it by a step of the cursor, tensors flow.
        """
        self.graph_scene.values.set_step(step)

    def show_on_wires(self, values: bool, gradients: bool) -> None:
        """Chooses what of a step wires show; with neither they show shapes."""
        self.graph_scene.values.show_on_wires(values, gradients)

    def mark_values_stale(self, names: Iterable[str] | None = None) -> None:
        """Greys the values of some nodes, or all: they no longer follow from the graph."""
        self.graph_scene.values.mark_stale(names)

    def show_heat(self, times: Mapping[str, PhaseTimes]) -> None:
        """Shows what nodes take of a training step, by name; nothing when there are no times."""
        self._heat.show(times)

    def show_step(self, latest: StepOperation | None, next_one: StepOperation | None) -> None:
        """Marks the node that was computed last in a training step and the one that comes next; None for none."""
        self._step_marks.show(latest, next_one)

    def show_verdicts(self, verdicts: Mapping[str, BoxVerdict]) -> None:
        """Shows what a check of gradients has found at nodes, by name; nothing when there is none."""
        self._gradient_marks.show(verdicts)

    def set_running(self, is_running: bool) -> None:
        """Says that a run begins or ends; at the beginning the nodes' bars light up once."""
        begins = is_running and not self._is_running
        self._is_running = is_running
        self.set_changing(is_running)
        self._still_flow()
        if begins and not self.camera.is_motion_reduced:
            self.graph_scene.sweep_once()

    def set_motion_reduced(self, is_reduced: bool) -> None:
        """Whether the view jumps to where it is sent instead of moving there, and tensors do not flow."""
        self.camera.is_motion_reduced = is_reduced
        self._still_flow()

    def _still_flow(self) -> None:
        # At full speed there is nothing that the eye could follow.
        self.flow.is_still = self._is_running or self.camera.is_motion_reduced
        if self.flow.is_still:
            self.flow.end()

    def reveal_problem(self, problem: Problem) -> None:
        """Selects the node that a problem is about and brings it into view."""
        if problem.node in self.graph_scene.nodes:
            self.reveal(problem.node)

    def reveal(self, name: str) -> None:
        """Shows a node, and takes the keys."""
        self.show_node(name)
        self.setFocus()

    def show_node(self, name: str) -> None:
        """Selects a node, unfolds the blocks that it is in, and brings it into view."""
        around = self.graph_scene.blocks.scopes.around(self.graph_scene.blocks.scopes.scope_of(name))
        hiding = [scope for scope in around if scope in self.document.folded]
        if hiding:
            self.document.set_folded(hiding, False)
        self.select([name])
        self.center_on(name)

    def show_found(self, names: Collection[str] | None, current: str = "") -> None:
        """Lets nodes stand out from all others, one of them more; None lets everything be as it is."""
        self.spotlight.show(names, current)
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF | Any) -> None:
        self.spotlight.paint(painter, self.camera.visible_rect, self.zoom, self._theme)
        super().drawForeground(painter, rect)

    def offer_repairs(self, name: str) -> bool:
        """Offers what would mend a node whose inputs do not fit each other; False where nothing would."""
        item = self.graph_scene.item_showing(name)
        return self.repairs.offer_for_node(name, self.mapFromScene(item.box.bottomLeft()))

    # --- selection -----------------------------------------------------------------------------------------------

    def select(self, names: Iterable[str]) -> None:
        """Selects these nodes and nothing else."""
        self.graph_scene.select_only(names)

    def select_all(self) -> None:
        scene = self.graph_scene
        scene.select_only(scene.nodes, scene.wire_plan.seen(), scene.annotations.all())

    def selected_nodes(self) -> list[str]:
        return self.graph_scene.selected_names()

    def selected_scope(self) -> str | None:
        """The scope whose block or frame is selected, when nothing outside of it is."""
        return self.graph_scene.blocks.selected_scope()

    def selected_units(self) -> list[Unit]:
        """What is selected, each block, frame and node as one."""
        scene = self.graph_scene
        scopes = scene.blocks.selected_scopes()
        inside = {name for scope in scopes for name in scene.blocks.scopes.by_name[scope].members}
        nodes = [name for name in scene.selected_names() if name not in inside]
        return [*(Unit(scope, True) for scope in scopes), *(Unit(name, False) for name in nodes)]

    def selected_tensor(self) -> tuple[str, int] | None:
        """The node and the output of the one node, block or wire that is selected; None for nothing or several."""
        items = self.graph_scene.selectedItems()
        item = items[0] if len(items) == 1 else None
        if isinstance(item, WireItem):
            return tensor_at(self.document, Hit(wire=item))
        return tensor_at(self.document, Hit(item)) if isinstance(item, BoxItem) else None

    def arrange(self) -> None:
        """Lays out the selection anew, or the whole graph when nothing is selected."""
        self.cancel_gesture()
        self.laying_out.arrange(self.selected_units() or None)

    def toggle_fold(self) -> None:
        """Enters the selected node's body, or unfolds the selected blocks, or folds the frames around the selection."""
        blocks = self.graph_scene.blocks
        selected = self.selected_nodes()
        if len(selected) == 1 and self.document.operation(selected[0]).declaration.has_bodies:
            self.enter_wanted.emit(selected[0])
            return
        folded = [name for name, item in blocks.items.items() if item.isSelected()]
        if folded:
            self.document.set_folded(folded, False)
            return
        frames = [name for name, item in blocks.frames.items() if item.isSelected()]
        around = [blocks.scopes.scope_of(name) for name in selected]
        scopes = frames or list(dict.fromkeys(scope for scope in around if scope))
        if scopes:
            self.document.set_folded(scopes, True)

    def _fold_or_edit(self) -> None:
        """Folds or enters what is selected; a node with nothing to fold is edited in its place."""
        blocks, selected = self.graph_scene.blocks, self.selected_nodes()
        item = self.graph_scene.item_showing(selected[0]) if len(selected) == 1 else None
        if (
            isinstance(item, NodeItem)
            and not blocks.scopes.scope_of(selected[0])
            and not self.document.operation(selected[0]).declaration.has_bodies
        ):
            self.node_editor.open(item.name)
        elif not self.enter_block():
            self.toggle_fold()

    def enter_block(self) -> bool:
        """Enters the selected instance of a reusable block; False where none is selected."""
        scope = self.selected_scope()
        if scope is None or scope not in self.document.model.instances or scope not in self.document.folded:
            return False
        self.document.enter(scope)
        return True

    def fold_all(self) -> None:
        """Shows every scope as one block."""
        self.document.set_folded(self.graph_scene.blocks.scopes.names, True)
        self.fit()

    def unfold_all(self) -> None:
        """Shows all nodes."""
        self.document.set_folded(self.graph_scene.blocks.scopes.names, False)
        self.fit()

    def selected_wires(self) -> list[WireId]:
        return self.graph_scene.selected_wires()

    def lone_wire(self) -> WireId | None:
        """The wire that is selected, when nothing else is."""
        items = self.graph_scene.selectedItems()
        return items[0].wire if len(items) == 1 and isinstance(items[0], WireItem) else None

    def middle_of(self, wire: WireId) -> QPointF:
        """Where the middle of a wire is in the scene."""
        return self.graph_scene.wires[wire].path.pointAtPercent(0.5)

    def toggle_route_point(self) -> None:
        """Adds a point to the selected wire where the pointer is on it, else at its middle; takes one away there."""
        wire = self.lone_wire()
        if wire is None:
            return
        item = self.graph_scene.wires[wire]
        place = self.scene_position_at_pointer()
        if place is None or self.graph_scene.hit(place, self.zoom).wire is not item:
            place = self.middle_of(wire)
        toggle_point(self._tools, item, place)

    def straighten_wires(self) -> None:
        """Takes the points of the selected wires away, as one undo step."""
        with self.document.one_step(self.tr("Straighten wires")):
            for wire in self.selected_wires():
                self.document.do(Reroute(self.document, wire, ()))

    def delete_selection(self) -> None:
        """Deletes the selected nodes and wires, as one undo step."""
        self.cancel_gesture()
        self.document.delete(self.selected_nodes(), self.selected_wires(), self.selected_areas())

    def selected_areas(self) -> list[Area]:
        """The frames and notes that are selected."""
        return self.graph_scene.annotations.selected()

    def _tell_selection(self) -> None:
        self.selection_changed.emit(self.selected_nodes())

    # --- looking around ------------------------------------------------------------------------------------------

    def center_on(self, name: str) -> None:
        self.camera.center_on(self.graph_scene.item_showing(name).box.center())

    def bring_into_view(self, name: str) -> None:
        """Moves to a node, or the block that it is in, unless it can be seen."""
        self._bring_into_view(self.graph_scene.item_showing(name))

    def bring_all_into_view(self, names: Iterable[str]) -> None:
        """Moves to the middle of nodes, or the blocks that they are in, unless all of them can be seen."""
        rect = self.graph_scene.graph_rect(names)
        visible = self.camera.visible_rect
        if visible.contains(rect):
            return
        if rect.width() > visible.width() or rect.height() > visible.height():
            self._fit(rect)
        else:
            self.camera.center_on(rect.center())

    def _bring_into_view(self, item: BoxItem | AreaItem) -> None:
        if not self.camera.visible_rect.contains(item.box):
            self.camera.center_on(item.box.center())

    def fit(self) -> None:
        """Shows the whole graph."""
        self._fit(self.graph_scene.graph_rect())

    def fit_selection(self) -> None:
        """Shows the selected nodes, or the whole graph when none are."""
        self._fit(self.graph_scene.graph_rect(self.selected_nodes() or None))

    def _fit(self, rect: QRectF) -> None:
        if rect.isEmpty():
            self.camera.show(QPointF(), 1.0)
        else:
            self.camera.fit(rect)

    def zoom_in(self) -> None:
        self.camera.zoom_to(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.camera.zoom_to(self.zoom / ZOOM_STEP)

    def zoom_reset(self) -> None:
        self.camera.zoom_to(1.0)

    def scene_position_at_pointer(self) -> QPointF | None:
        """Where the pointer is in the scene; None while it is not over the canvas."""
        return None if self._pointer is None else self.mapToScene(self._pointer.point.toPoint())

    def free_place_in_view(self) -> QPointF:
        """A place for a new node near the middle of what is seen, on no other node."""
        return op_drop.free_place(self.graph_scene, op_drop.place_under(self.camera.center))

    def free_place_at(self, position: QPointF) -> QPointF:
        """That place, where the person wants a new node; one beside it when a node is there already."""
        scene = self.graph_scene
        return op_drop.free_place(scene, position) if op_drop.is_on_a_node(scene, position) else position

    def _show_emptiness(self) -> None:
        self._empty_message.setVisible(not self.graph_scene.nodes and not self.graph_scene.annotations.all())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.camera.refit()
        self._empty_message.fill(self.rect())

    def sizeHint(self) -> QSize:
        return QSize(900, 600)

    # --- keys ----------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab opens the palette (or goes on in a gesture); shift and Tab leaves the canvas."""
        return False if forwards or isinstance(self._gesture, KeyboardWire) else super().focusNextPrevChild(forwards)

    def event(self, event: QEvent) -> bool:
        """While nothing is selected, what is typed is no shortcut of the window, except a capital letter's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            text = keys.typed_text(event)
            if text and not text.isupper() and self._is_idle and not self.graph_scene.selectedItems():
                event.accept()
                return True
        return super().event(event)

    @property
    def _is_idle(self) -> bool:
        return self._gesture is None and self._press is None

    def _press_letter(self, event: QKeyEvent) -> bool:
        text = keys.typed_text(event)
        if text:
            self.typed.emit(text)
        return bool(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            if self._gesture is not None or self._press is not None:
                self.cancel_gesture()
            elif self.laying_out.is_running:
                self.laying_out.cancel()
            elif not self.put_knife_away():
                if self.document.entered and not self.graph_scene.selectedItems():
                    self.document.leave()
                else:
                    self.select([])
        elif isinstance(self._gesture, KeyboardWire):
            self._press_in_keyboard_wire(self._gesture, event)
        elif self._is_idle and not self._press_key(key, event) and not self._press_letter(event):
            super().keyPressEvent(event)

    def _press_in_keyboard_wire(self, gesture: KeyboardWire, event: QKeyEvent) -> None:
        if not gesture.press(event):
            return
        self._take_gesture()
        gesture.finish_by_key()

    def _press_key(self, key: Qt.Key, event: QKeyEvent) -> bool:
        """Does what a key asks for outside of gestures; returns whether it asked for something."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if key in keys.DIRECTIONS:
            self._press_arrow(keys.DIRECTIONS[key], event.modifiers())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.matches(QKeySequence.StandardKey.ZoomIn):
            self.zoom_in()
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.zoom_out()
        elif key == Qt.Key.Key_0 and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.zoom_reset()
        elif not plain:
            return False
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_selection()
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_F and self.graph_scene.selectedItems():
            self.fit_selection()
        elif key == Qt.Key.Key_Tab:
            self._ask_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            tensor = None if self.selected_nodes() else self.selected_tensor()
            areas = self.graph_scene.annotations.selected_items()
            if len(areas) == 1 and not self.selected_nodes():
                self.area_editor.open(areas[0])
            elif tensor is None:
                self._fold_or_edit()
            else:
                self.look_wanted.emit(*tensor)
        elif key == Qt.Key.Key_C and self.graph_scene.selectedItems():
            self._begin_keyboard_wire()
        elif key == Qt.Key.Key_H and self.selected_nodes():
            toggle_collapsed(self.graph_scene)
        elif key == Qt.Key.Key_Space:
            self._is_space_down = True
            self._update_cursor()
        else:
            return False
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_down = False
            self._update_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._is_space_down = False
        if isinstance(self._gesture, KeyboardWire):
            self.cancel_gesture()
        super().focusOutEvent(event)

    def _press_arrow(self, direction: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        selected = self.selected_nodes()
        if (selected or self.selected_areas()) and not modifiers & Qt.KeyboardModifier.ControlModifier:
            is_large = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            keys.nudge_selection(self.graph_scene, direction, keys.LARGE_NUDGE if is_large else keys.NUDGE)
            return
        areas = self.graph_scene.annotations.selected_items()
        if selected or areas:
            last = self.graph_scene.item_showing(selected[-1]) if selected else areas[-1]
            item = keys.neighbour(self.graph_scene, keys.stop_point(last), direction, last)
        else:
            item = keys.nearest(self.graph_scene, self.camera.center)
        if item is not None:
            self.graph_scene.select_items({item})
            self._bring_into_view(item)

    def _ask_palette(self) -> None:
        point = self.viewport().rect().center() if self._pointer is None else self._pointer.point.toPoint()
        self.palette_wanted.emit(self.viewport().mapToGlobal(point), snapped(self.mapToScene(point)), None)

    def _begin_keyboard_wire(self) -> None:
        selected = self.selected_nodes()
        if not selected:
            self._tools.status.show_below(self.tr("Select a node first: C wires from its output."))
            QTimer.singleShot(3000, self._tools.status, self._tools.status.hide)
            return
        node = self.graph_scene.item_showing(selected[0])
        gesture = KeyboardWire(self._tools, node)
        if gesture.has_output:
            self._hover.set_hit(Hit())
            self._gesture = gesture
            gesture.begin()
        else:
            self.refused.emit(
                self.tr("{name} has no outputs.").format(name=node.name),
                self.viewport().mapToGlobal(self.mapFromScene(node.box.center())),
            )

    # --- dropping operations -------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._accept_operation(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._accept_operation(event)
        self._mark_drop_wire(self._wire_at(event) if event.isAccepted() else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark_drop_wire(None)
        event.accept()

    def _wire_at(self, event: QDropEvent) -> WireItem | None:
        """The wire into which what is dropped would be put."""
        place = op_drop.place_under(self.mapToScene(event.position().toPoint()))
        return next(wires_under(self.graph_scene, QRectF(place, QSizeF(NODE_WIDTH, HEADER_HEIGHT))), None)

    def _mark_drop_wire(self, wire: WireItem | None) -> None:
        """Lights up the wire into which what is dragged would be put."""
        if self._drop_wire is not None:
            self._drop_wire.set_mark(WireMark.NONE)
        if wire is not None:
            wire.set_mark(WireMark.TARGET)
        self._drop_wire = wire

    def _accept_operation(self, event: QDropEvent) -> None:
        if op_drop.entry_in(event.mimeData()) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        key = op_drop.entry_in(event.mimeData())
        if key is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        place = op_drop.place_under(self.mapToScene(event.position().toPoint()))
        wire = self._wire_at(event)
        self._mark_drop_wire(None)
        if wire is not None:
            self.entry_dropped_on_wire.emit(key, place, wire.wire)
            return
        if ":" in key:
            self.entry_dropped.emit(key, place)
            return
        try:
            name = self.document.add_node(key, (place.x(), place.y()))
        except EngineError as error:
            self.refused.emit(str(error), self.viewport().mapToGlobal(event.position().toPoint()))
            return
        self.select([name])
        self.setFocus()
