"""A view of a graph scene that paints in the right detail and turns what the pointer does into gestures."""

from __future__ import annotations

import math
import time
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QHelpEvent,
    QInputEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QSinglePointEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from editor.canvas.area_editor import AreaEditor
from editor.canvas.background import Background
from editor.canvas.banded_repaint import BandedRepaint
from editor.canvas.block_item import BlockItem
from editor.canvas.camera import Camera
from editor.canvas.geometry import FAINT_ZOOM, FEW_NODES, OVERVIEW_ZOOM, snapped
from editor.canvas.gestures import CutWires, Gesture, KeyboardWire, Pan
from editor.canvas.hints import Hint
from editor.canvas.hover import Hover, tensor_at
from editor.canvas.moving import Moving
from editor.canvas.node_editor import NodeEditor
from editor.canvas.node_item import NodeItem
from editor.canvas.overview import Overview
from editor.canvas.paint_ahead import PaintAhead
from editor.canvas.pointing import Press, figure_at
from editor.canvas.repairs import Repairs
from editor.canvas.scene import GraphScene, Hit
from editor.canvas.scrolling import covers_of, rectangles_of, scroll_around
from editor.canvas.snapping import Snapping
from editor.canvas.tools import Pointer, Tools
from editor.canvas.zoom_preview import ZoomPreview
from editor.commands import ProposedWire
from editor.document import Document
from editor.theme import Theme, ThemeManager

#: Zoom per eighth of a degree that the wheel turns; a notch (120) zooms by a fifth.
_WHEEL_ZOOM = math.log(1.2) / 120
#: How near to the edge a dragged thing scrolls the view, and how fast at most, in pixels (per 16 ms).
_EDGE = 24
_EDGE_SPEED = 14.0


class GestureView(QGraphicsView):
    """Shows a scene and carries out what is done with the pointer; one gesture at a time."""

    #: Place on the screen, place for the new node in the scene, and where a wire was begun or None:
    #: the node, its port, and whether that is an input.
    palette_wanted = Signal(QPoint, QPointF, object)
    #: The node and the number of its output whose tensor the person wants to look at.
    look_wanted = Signal(str, int)
    #: The TensorName of a probe that the person wants to look at.
    probe_opened = Signal(object)
    #: The pointer rests on a tensor: its figures are to be told by ``show_figures``.
    figures_wanted = Signal()
    #: The name of a node whose body the person wants to see.
    enter_wanted = Signal(str)
    #: The name of a node, and the index of the element, whose figure on the node was clicked.
    number_clicked = Signal(str, tuple)
    #: Why something was refused, and where on the screen it was tried.
    refused = Signal(str, QPoint)

    def __init__(self, document: Document, theme_manager: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._theme = theme_manager.theme
        self.graph_scene = GraphScene(document, self)
        self.setScene(self.graph_scene)
        self.camera = Camera(self)
        self._background = Background()
        self._overview = Overview(self.graph_scene)
        self._preview = ZoomPreview(self)
        self._ahead = PaintAhead(self)
        self._keeps_preview = False
        self._bands = BandedRepaint(self.viewport())
        self._changes_constantly = False
        self._hover = Hover(self.graph_scene)
        self.repairs = Repairs(document, self, theme_manager)
        self.snapping = Snapping()
        self._tools = Tools(
            document,
            self.graph_scene,
            self.camera,
            Hint(self, theme_manager, edge="error"),
            Hint(self, theme_manager),
            self.refused.emit,
            self._refuse_wire,
            self.palette_wanted.emit,
            self._repaint,
            self.snapping,
        )
        self.area_editor = AreaEditor(self, document)
        self.node_editor = NodeEditor(self, document, theme_manager)
        self.camera.about_to_zoom.connect(self.node_editor.cancel)
        self.moving = Moving(self.graph_scene, lambda: self.camera.is_motion_reduced)
        self._gesture: Gesture | None = None
        self._press: Press | None = None
        #: Where the pointer is; None while it is elsewhere.
        self._pointer: Pointer | None = None
        self._is_space_down = False
        self._has_knife = False
        self._edge_timer = QTimer(self, interval=16)
        self._edge_timer.timeout.connect(self._scroll_at_edge)

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.viewport().setMouseTracking(True)
        # Every pixel is painted: scrolling may move what is there.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

        theme_manager.changed.connect(self._set_theme)
        self.camera.about_to_zoom.connect(self._preview.about_to_zoom)
        self.graph_scene.repaint_wanted.connect(self._repaint_changed)
        self.graph_scene.pictured_changed.connect(self._repaint_overview)
        # What comes between a gesture's start and its end ends it.
        document.undo_stack.indexChanged.connect(self.cancel_gesture)
        document.replaced.connect(self.cancel_gesture)
        self.repairs.refused.connect(lambda reason: self.refused.emit(reason, QCursor.pos()))

    @property
    def zoom(self) -> float:
        """Pixels per scene unit: 1 is 100 %."""
        return self.camera.zoom

    @property
    def pixel_scale(self) -> float:
        """Pixels of the screen for each unit of the scene."""
        return self.zoom * self.devicePixelRatioF()

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._preview.end()
        self.resetCachedContent()
        self.viewport().update()

    def _refuse_wire(self, reason: str, place: QPoint, wire: ProposedWire) -> None:
        """Tells why a wire is refused, and offers what would make it legal."""
        self.refused.emit(reason, place)
        self.repairs.offer_for_wire(wire, reason, self.mapFromGlobal(place))

    def _repaint(self, rect: QRectF) -> None:
        self.viewport().update(self._area_of(rect))

    def _area_of(self, rect: QRectF) -> QRect:
        return self.viewportTransform().mapRect(rect).toAlignedRect().adjusted(-3, -3, 3, 3)

    def _repaint_changed(self, rect: QRectF) -> None:
        if self._changes_constantly and not self.is_far:
            self._bands.add(self._area_of(rect))
        else:
            self._repaint(rect)

    def set_changing(self, constantly: bool) -> None:
        """While large parts change all the time, they are painted in bands, so that each frame takes little time."""
        if self._changes_constantly and not constantly:
            self._bands.stop()
            self.viewport().update()
        self._changes_constantly = constantly

    @property
    def is_far(self) -> bool:
        """Whether the overview is painted instead of the items."""
        return self.zoom < (OVERVIEW_ZOOM if self.graph_scene.shown_count > FEW_NODES else FAINT_ZOOM)

    def _repaint_overview(self) -> None:
        if self.is_far:
            self.viewport().update()

    # --- painting ------------------------------------------------------------------------------------------------

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        covers = covers_of(self.viewport())
        if covers.isEmpty():
            super().scrollContentsBy(dx, dy)
            return
        mode = self.viewportUpdateMode()
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        super().scrollContentsBy(dx, dy)
        self.setViewportUpdateMode(mode)
        scroll_around(self.viewport(), covers, dx, dy)

    def paintEvent(self, event: QPaintEvent) -> None:
        is_far = self.is_far
        part = self.mapToScene(event.rect()).boundingRect()
        if not is_far and not self._preview.is_on and self._ahead.is_ready(part):
            start = time.perf_counter()
            self.graph_scene.make_items_in(part)
            super().paintEvent(event)
            self._keeps_preview = False
            if event.region() == QRegion(self.viewport().rect()):
                self._preview.note_full_paint(time.perf_counter() - start)
            return
        painter = QPainter(self.viewport())
        # After a scroll these are stripes at the edges, in which little of a large graph lies.
        for area in rectangles_of(event.region()):
            painter.resetTransform()
            painter.setClipRect(area)
            painter.fillRect(area, self._theme.canvas)
            painter.setTransform(self.viewportTransform())
            self._overview.paint(painter, self._theme, self.mapToScene(area.adjusted(-2, -2, 2, 2)).boundingRect())
        painter.setClipping(False)
        # The kept picture stays until all is ready that takes its place.
        self._keeps_preview = not is_far and (self._preview.is_on or self._keeps_preview)
        if self._keeps_preview:
            self._preview.paint(painter)
        self.drawForeground(painter, self.camera.visible_rect)
        painter.end()

    def paint_overview(self, painter: QPainter) -> None:
        """Paints all of the graph as it is seen from far away, in scene coordinates."""
        self._overview.paint(painter, self._theme)

    def drawBackground(self, painter: QPainter, rect: QRectF | Any) -> None:
        self._background.paint(painter, QRectF(rect), self.zoom, self._theme)

    def drawForeground(self, painter: QPainter, rect: QRectF | Any) -> None:
        if self._gesture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._gesture.paint(painter, self._theme)

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
        elif self._has_knife:
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        elif self._is_space_down:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            is_on_figure = (
                self._pointer is not None and figure_at(self._hover.hit, self._pointer, self.zoom) is not None
            )
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_on_figure else self._hover.cursor)

    # --- the mouse -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.moving.finish()
        self.repairs.card.close_card()
        pointer = self._pointer = self._pointer_of(event)
        if isinstance(self._gesture, KeyboardWire) or event.button() == Qt.MouseButton.RightButton:
            self.cancel_gesture()
        if self._gesture is not None or self._press is not None:
            return
        if self._begin_cutting(event, pointer):
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._is_space_down):
            self._begin(Pan(self._tools), pointer)
        elif left:
            self._press = Press(self._tools, pointer, self._hit(pointer))
        elif event.button() == Qt.MouseButton.RightButton:
            # A menu is about what is under the pointer.
            hit = self._hit(pointer)
            item = hit.node or hit.wire or hit.frame or hit.area
            if item is not None and not item.isSelected():
                self.graph_scene.select_items({item})

    def take_knife(self) -> None:
        """The next drag cuts the wires that it crosses; Esc puts the knife away."""
        self.cancel_gesture()
        self._has_knife = True
        self._tools.status.show_below(self.tr("Drag across wires to cut them. Esc puts the knife away."))
        self._update_cursor()

    def put_knife_away(self) -> bool:
        """Returns whether it was in the hand."""
        had_knife, self._has_knife = self._has_knife, False
        if had_knife:
            self._tools.status.hide()
            self._update_cursor()
        return had_knife

    def _begin_cutting(self, event: QMouseEvent, pointer: Pointer) -> bool:
        """Cuts with the knife in the hand, or with the right button and ctrl. Returns whether it does."""
        is_right = event.button() == Qt.MouseButton.RightButton
        if not (self._has_knife if event.button() == Qt.MouseButton.LeftButton else is_right and _has_ctrl(event)):
            return False
        self.put_knife_away()
        self._begin(CutWires(self._tools), pointer)
        return True

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
            number = press.clicked_number
            if number is not None:
                self.number_clicked.emit(*number)
        elif self._gesture is not None and not isinstance(self._gesture, KeyboardWire) and not event.buttons():
            gesture = self._take_gesture()
            if gesture is not None:
                gesture.finish(pointer)
        self._hover.set_hit(self._hit(pointer))
        self._update_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointer_of(event)
        hit = self._hit(pointer)
        if event.button() != Qt.MouseButton.LeftButton or self._is_space_down or hit.port is not None:
            self.mousePressEvent(event)
        elif hit.probe is not None:
            self.probe_opened.emit(hit.probe.tensor)
        elif isinstance(hit.node, BlockItem) and hit.node.name in self.document.model.instances:
            self.document.enter(hit.node.name)
        elif isinstance(hit.node, BlockItem):
            self.document.set_folded([hit.node.name], False)
        elif hit.node is not None and self.document.operation(hit.node.name).declaration.has_bodies:
            self.enter_wanted.emit(hit.node.name)
        elif hit.frame is not None:
            self.document.set_folded([hit.frame.name], True)
        elif hit.area is not None and not hit.edges:
            self.area_editor.open(hit.area)
        elif hit.wire is not None or (hit.node is not None and hit.node.is_on_strip(pointer.scene)):
            tensor = tensor_at(self.document, hit)
            if tensor is not None:
                self.look_wanted.emit(*tensor)
        elif isinstance(hit.node, NodeItem):
            self.node_editor.open_at(hit.node.name, pointer.scene)
        elif hit == Hit():
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
                self.figures_wanted.emit()
            return True
        if isinstance(event, QContextMenuEvent) and _has_ctrl(event):
            # The right button with ctrl cuts wires.
            event.accept()
            return True
        if event.type() == QEvent.Type.Leave:
            self._pointer = None if self._gesture is None else self._pointer
            self._hover.set_hit(Hit())
        elif event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            return self._native_gesture(event)
        return super().viewportEvent(event)

    def hovered_tensor(self) -> tuple[str, int] | None:
        """The node and the output whose figures are told while the pointer rests there; None for nothing."""
        return tensor_at(self.document, self._hover.hit) if QToolTip.isVisible() else None

    def show_figures(self, tensor: tuple[str, int], text: str) -> None:
        """Shows figures (rich text) of the tensor that the pointer rests on, if it still does."""
        if tensor == self.hovered_tensor():
            self._hover.show_figures(tensor, text, self.viewport())

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers that part or close zoom."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.camera.zoom_at(event.position(), 1 + event.value())
        return True


def _has_ctrl(event: QInputEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _push(before: float, behind: float) -> float:
    """How far to move the picture along an axis, for a pointer so far from the two edges."""
    if before < _EDGE:
        return min((_EDGE - before) / 2, _EDGE_SPEED)
    return -min((_EDGE - behind) / 2, _EDGE_SPEED) if behind < _EDGE else 0.0
