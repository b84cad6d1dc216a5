"""The canvas: shows a document's graph, and turns pointer and keys into gestures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSinglePointEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from editor.canvas import keys, op_drop
from editor.canvas.background import Background
from editor.canvas.camera import ZOOM_STEP, Camera
from editor.canvas.geometry import OVERVIEW_ZOOM, snapped
from editor.canvas.gestures import Gesture, KeyboardWire, Pan
from editor.canvas.hints import EmptyMessage, Hint
from editor.canvas.hover import Hover
from editor.canvas.overview import Overview
from editor.canvas.pointing import Press
from editor.canvas.scene import GraphScene, Hit
from editor.canvas.tools import Pointer, Tools
from editor.document import Document
from editor.theme import Theme, ThemeManager
from editor.wire_id import WireId
from engine.graph import EngineError, Problem

Array = np.ndarray[Any, np.dtype[Any]]

#: Zoom per eighth of a degree that the wheel turns; a notch (120) zooms by a fifth.
_WHEEL_ZOOM = math.log(1.2) / 120
#: How near to the edge a dragged thing scrolls the view, and how fast at most, in pixels (per 16 ms).
_EDGE = 24
_EDGE_SPEED = 14.0


class GraphView(QGraphicsView):
    """The canvas of one document."""

    #: Names of the selected nodes.
    selection_changed = Signal(list)
    #: Place on the screen, place for the new node in the scene, and the (node, port) to wire it to or None.
    palette_wanted = Signal(QPoint, QPointF, object)
    #: Why something was refused, and where on the screen it was tried.
    refused = Signal(str, QPoint)
    zoom_changed = Signal(float)

    def __init__(self, document: Document, theme_manager: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._theme = theme_manager.theme
        self.graph_scene = GraphScene(document, self)
        self.setScene(self.graph_scene)
        self.camera = Camera(self)
        self._background = Background()
        self._overview = Overview(self.graph_scene)
        self._hover = Hover(self.graph_scene)
        self._empty_message = EmptyMessage(self)
        self._tools = Tools(
            document,
            self.graph_scene,
            self.camera,
            Hint(self, theme_manager, edge="error"),
            Hint(self, theme_manager),
            self.refused.emit,
            self.palette_wanted.emit,
            self._repaint,
        )
        self._gesture: Gesture | None = None
        self._press: Press | None = None
        #: Where the pointer is; None while it is elsewhere.
        self._pointer: Pointer | None = None
        self._is_space_down = False
        self._is_running = False
        self._edge_timer = QTimer(self, interval=16)
        self._edge_timer.timeout.connect(self._scroll_at_edge)

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.viewport().setMouseTracking(True)
        # Every pixel is painted: scrolling may move what is there.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Graph"))
        self.setAccessibleDescription(
            self.tr(
                "Ctrl and arrow keys select a neighbour, arrow keys move the selection, C wires from the selected "
                "node, Tab adds a node, Delete deletes."
            )
        )

        theme_manager.changed.connect(self._set_theme)
        self.camera.zoom_changed.connect(self.zoom_changed)
        self.graph_scene.selection_changed.connect(self._tell_selection)
        self.graph_scene.repaint_wanted.connect(self._repaint)
        self.graph_scene.pictured_changed.connect(self._show_picture)
        # What comes between a gesture's start and its end ends it.
        document.undo_stack.indexChanged.connect(self.cancel_gesture)
        document.replaced.connect(self.cancel_gesture)
        document.replaced.connect(self.fit)
        self._show_picture()

    # --- what it shows -------------------------------------------------------------------------------------------

    def set_values(self, values: Mapping[str, Array | None]) -> None:
        """Shows present values of nodes; None is "not computed". Painted together, some 30 times a second."""
        self.graph_scene.set_values(dict(values))

    def mark_values_stale(self, names: Iterable[str] | None = None) -> None:
        """Greys the values of some nodes, or all: they no longer follow from the graph."""
        self.graph_scene.mark_values_stale(names)

    def set_running(self, is_running: bool) -> None:
        """Says that a run begins or ends; at the beginning the nodes' bars light up once."""
        begins = is_running and not self._is_running
        self._is_running = is_running
        if begins and not self.camera.is_motion_reduced:
            self.graph_scene.sweep_once()

    def set_motion_reduced(self, is_reduced: bool) -> None:
        """Whether the view jumps to where it is sent instead of moving there."""
        self.camera.is_motion_reduced = is_reduced

    def reveal_problem(self, problem: Problem) -> None:
        """Selects the node that a problem is about and brings it into view."""
        if problem.node in self.graph_scene.nodes:
            self.select([problem.node])
            self.center_on(problem.node)
            self.setFocus()

    # --- selection -----------------------------------------------------------------------------------------------

    def select(self, names: Iterable[str]) -> None:
        """Selects these nodes and nothing else."""
        self.graph_scene.select_only(names)

    def select_all(self) -> None:
        self.graph_scene.select_only(self.graph_scene.nodes, self.graph_scene.wires)

    def selected_nodes(self) -> list[str]:
        return self.graph_scene.selected_names()

    def selected_wires(self) -> list[WireId]:
        return self.graph_scene.selected_wires()

    def delete_selection(self) -> None:
        """Deletes the selected nodes and wires, as one undo step."""
        self.cancel_gesture()
        self.document.delete(self.selected_nodes(), self.selected_wires())

    def _tell_selection(self) -> None:
        self.selection_changed.emit(self.selected_nodes())

    # --- looking around ------------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Pixels per scene unit: 1 is 100 %."""
        return self.camera.zoom

    def center_on(self, name: str) -> None:
        self.camera.center_on(self.graph_scene.nodes[name].box.center())

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
        return op_drop.free_place(self.graph_scene, self.camera.center)

    def _show_picture(self) -> None:
        self._empty_message.setVisible(not self.graph_scene.nodes)
        if self.zoom < OVERVIEW_ZOOM:
            self.viewport().update()

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.resetCachedContent()
        self.viewport().update()

    def _repaint(self, rect: QRectF) -> None:
        area = self.viewportTransform().mapRect(rect).toAlignedRect().adjusted(-3, -3, 3, 3)
        self.viewport().update(area)

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.zoom >= OVERVIEW_ZOOM:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.canvas)
        painter.setTransform(self.viewportTransform())
        self._overview.paint(painter, self._theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.drawForeground(painter, self.camera.visible_rect)
        painter.end()

    def drawBackground(self, painter: QPainter, rect: QRectF | Any) -> None:
        self._background.paint(painter, QRectF(rect), self.zoom, self._theme)

    def drawForeground(self, painter: QPainter, rect: QRectF | Any) -> None:
        if self._gesture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._gesture.paint(painter, self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._empty_message.fill(self.rect())

    def sizeHint(self) -> QSize:
        return QSize(900, 600)

    # --- gestures ------------------------------------------------------------------------------------------------

    @property
    def gesture(self) -> Gesture | None:
        """What the person is doing right now."""
        return self._gesture

    def cancel_gesture(self, *_: object) -> None:
        """Ends what the person is doing, with nothing changed."""
        self._press = None
        gesture = self._take_gesture()
        if gesture is not None:
            gesture.cancel()

    def _begin(self, gesture: Gesture, pointer: Pointer) -> None:
        QToolTip.hideText()
        self._hover.set_hit(Hit())
        self._gesture = gesture
        gesture.start(pointer)
        self._update_cursor()
        if gesture.scrolls_at_edge:
            self._edge_timer.start()

    def _take_gesture(self) -> Gesture | None:
        """The gesture, which is over for the view from here on."""
        gesture, self._gesture = self._gesture, None
        self._edge_timer.stop()
        self._update_cursor()
        return gesture

    def _scroll_at_edge(self) -> None:
        if self._gesture is None or self._pointer is None:
            return
        point, area = self._pointer.point, QRectF(self.viewport().rect())
        x = _push(point.x() - area.left(), area.right() - point.x())
        y = _push(point.y() - area.top(), area.bottom() - point.y())
        if x or y:
            self.camera.pan_by(x, y)
            self._pointer = self._pointer_at(point, self._pointer.screen, self._pointer.modifiers)
            self._gesture.move(self._pointer)

    def _pointer_of(self, event: QSinglePointEvent) -> Pointer:
        return self._pointer_at(event.position(), event.globalPosition().toPoint(), event.modifiers())

    def _pointer_at(self, point: QPointF, screen: QPoint, modifiers: Qt.KeyboardModifier) -> Pointer:
        inverse, _ = self.viewportTransform().inverted()
        return Pointer(point, inverse.map(point), screen, modifiers)

    def _hit(self, pointer: Pointer) -> Hit:
        return self.graph_scene.hit(pointer.scene, self.zoom)

    def _update_cursor(self) -> None:
        if self._gesture is not None and self._gesture.cursor is not None:
            self.viewport().setCursor(self._gesture.cursor)
        elif self._is_space_down:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.viewport().setCursor(self._hover.cursor)

    # --- the mouse -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer = self._pointer_of(event)
        if isinstance(self._gesture, KeyboardWire) or event.button() == Qt.MouseButton.RightButton:
            self.cancel_gesture()
        if self._gesture is not None or self._press is not None:
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._is_space_down):
            self._begin(Pan(self._tools), pointer)
        elif left:
            self._press = Press(self._tools, pointer, self._hit(pointer))
        elif event.button() == Qt.MouseButton.RightButton:
            # A menu is about what is under the pointer.
            node = self._hit(pointer).node
            if node is not None and not node.isSelected():
                self.select([node.name])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer = self._pointer_of(event)
        if self._press is not None and self._press.has_moved(pointer):
            press, self._press = self._press, None
            self._begin(press.gesture(), press.pointer)
        if isinstance(self._gesture, KeyboardWire) or (self._gesture is None and self._press is None):
            self._hover.set_hit(self._hit(pointer))
            self._update_cursor()
        elif self._gesture is not None:
            self._gesture.move(pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer = self._pointer_of(event)
        if self._press is not None and event.button() == Qt.MouseButton.LeftButton:
            press, self._press = self._press, None
            press.click()
        elif self._gesture is not None and not isinstance(self._gesture, KeyboardWire) and not event.buttons():
            gesture = self._take_gesture()
            if gesture is not None:
                gesture.finish(pointer)
        self._hover.set_hit(self._hit(pointer))
        self._update_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer_of(event)
        if event.button() == Qt.MouseButton.LeftButton and self._hit(pointer) == Hit() and not self._is_space_down:
            self.palette_wanted.emit(pointer.screen, snapped(pointer.scene), None)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms around the pointer; two fingers on a trackpad pan, and zoom with ctrl."""
        is_trackpad = not event.pixelDelta().isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_trackpad and not zooms:
            self.camera.pan_by(event.pixelDelta().x(), event.pixelDelta().y())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not zooms:
            self.camera.pan_by(event.angleDelta().y() or event.angleDelta().x(), 0)
        else:
            self.camera.zoom_at(event.position(), math.exp(event.angleDelta().y() * _WHEEL_ZOOM))
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self._gesture is None and self._press is None:
                self._hover.show_tooltip(event.globalPos(), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._pointer = None if self._gesture is None else self._pointer
            self._hover.set_hit(Hit())
        elif event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            return self._native_gesture(event)
        return super().viewportEvent(event)

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers that part or close zoom."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.camera.zoom_at(event.position(), 1 + event.value())
        return True

    # --- keys ----------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab opens the palette (or goes on in a gesture); shift and Tab leaves the canvas."""
        return False if forwards or isinstance(self._gesture, KeyboardWire) else super().focusNextPrevChild(forwards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            if self._gesture is not None or self._press is not None:
                self.cancel_gesture()
            else:
                self.select([])
        elif isinstance(self._gesture, KeyboardWire):
            self._press_in_keyboard_wire(self._gesture, event)
        elif self._gesture is None and self._press is None and not self._press_key(key, event):
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
        elif key == Qt.Key.Key_F:
            self.fit_selection()
        elif key == Qt.Key.Key_Tab:
            self._ask_palette()
        elif key == Qt.Key.Key_C:
            self._begin_keyboard_wire()
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
        if selected and not modifiers & Qt.KeyboardModifier.ControlModifier:
            is_large = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            keys.nudge_selection(self.graph_scene, direction, keys.LARGE_NUDGE if is_large else keys.NUDGE)
            return
        if selected:
            start = self.graph_scene.nodes[selected[-1]].box.center()
            item = keys.neighbour(self.graph_scene, start, direction, selected[-1])
        else:
            item = keys.nearest(self.graph_scene, self.camera.center)
        if item is not None:
            self.select([item.name])
            if not self.camera.visible_rect.contains(item.box):
                self.center_on(item.name)

    def _ask_palette(self) -> None:
        point = self.viewport().rect().center() if self._pointer is None else self._pointer.point.toPoint()
        self.palette_wanted.emit(self.viewport().mapToGlobal(point), snapped(self.mapToScene(point)), None)

    def _begin_keyboard_wire(self) -> None:
        selected = self.selected_nodes()
        if not selected:
            self._tools.status.show_below(self.tr("Select a node first: C wires from its output."))
            QTimer.singleShot(3000, self._tools.status, self._tools.status.hide)
            return
        node = self.graph_scene.nodes[selected[0]]
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

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        event.accept()

    def _accept_operation(self, event: QDropEvent) -> None:
        if op_drop.operation_in(event.mimeData()) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        op_type = op_drop.operation_in(event.mimeData())
        if op_type is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        place = op_drop.place_under(self.mapToScene(event.position().toPoint()))
        try:
            name = self.document.add_node(op_type, (place.x(), place.y()))
        except EngineError as error:
            self.refused.emit(str(error), self.viewport().mapToGlobal(event.position().toPoint()))
            return
        self.select([name])
        self.setFocus()


def _push(before: float, behind: float) -> float:
    """How far to move the picture along an axis, for a pointer so far from the two edges."""
    if before < _EDGE:
        return min((_EDGE - before) / 2, _EDGE_SPEED)
    return -min((_EDGE - behind) / 2, _EDGE_SPEED) if behind < _EDGE else 0.0
