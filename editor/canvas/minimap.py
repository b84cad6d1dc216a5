"""The whole graph small in a corner of the canvas, with a frame around what is seen; a press goes there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from editor.canvas.gesture_view import GestureView
from editor.theme import RADIUS, SPACE_M, SPACE_S, Theme, ThemeManager

_SIZE = QSize(208, 136)
#: Of a canvas that is smaller than so many times the map, it would cover too much.
_ROOM = 2.5
#: How long after the last change the picture is painted anew, in milliseconds.
_DELAY = 120
#: A map of few nodes does not draw them larger.
_MOST_SCALE = 0.125
#: How much of the ground lies over what is not seen on the canvas.
_VEIL = 0.45


class Minimap(QWidget):
    """Its picture is painted once after each change; the frame alone follows the view."""

    def __init__(self, view: GestureView) -> None:
        super().__init__(view)
        self._view = view
        self._is_wanted = True
        #: The graph, and the same under a veil: what is not seen on the canvas.
        self._picture = QPixmap()
        self._veiled = QPixmap()
        self._source = QRectF()
        self.setFixedSize(_SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # The canvas under it need not be painted while it scrolls.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Minimap"))
        # By keyboard one moves on the canvas itself.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._follow)
        view.graph_scene.pictured_changed.connect(self._grow_old)
        view.horizontalScrollBar().valueChanged.connect(self.update)
        view.verticalScrollBar().valueChanged.connect(self.update)
        view.camera.zoom_changed.connect(self.update)
        ThemeManager.instance().changed.connect(self._grow_old)
        view.installEventFilter(self)
        self.hide()
        self._place()

    def set_wanted(self, is_wanted: bool) -> None:
        """Whether the person wants it; it is shown where there is room and something to see."""
        self._is_wanted = is_wanted
        self._show_or_hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self._view.size()
        self.move(room.width() - _SIZE.width() - SPACE_M, room.height() - _SIZE.height() - SPACE_M)
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        room = self._view.size()
        has_room = room.width() >= _ROOM * _SIZE.width() and room.height() >= _ROOM * _SIZE.height()
        is_shown = self._is_wanted and has_room and bool(self._view.graph_scene.nodes)
        if is_shown and not self.isVisibleTo(self._view):
            self._paint_picture()
        self.setVisible(is_shown)

    # --- the picture ---------------------------------------------------------------------------------------------

    def _grow_old(self) -> None:
        # While changes go on, as while something is dragged, it waits for their end.
        self._timer.start()

    def _follow(self) -> None:
        self._show_or_hide()
        if self.isVisibleTo(self._view):
            self._paint_picture()

    def _paint_picture(self) -> None:
        """Paints the graph as from far away, as large as it fits."""
        self._source = self._view.graph_scene.graph_rect()
        ratio = self.devicePixelRatio()
        self._picture = QPixmap(_SIZE * ratio)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(ThemeManager.instance().theme.canvas)
        painter = QPainter(self._picture)
        painter.save()
        painter.translate(self._offset())
        painter.scale(self._scale(), self._scale())
        self._view.paint_overview(painter)
        painter.restore()
        painter.end()
        theme = ThemeManager.instance().theme
        veil = QColor(theme.canvas)
        veil.setAlphaF(_VEIL)
        self._veiled = _in_a_frame(self._picture, theme, veil)
        self._picture = _in_a_frame(self._picture, theme)
        self.update()

    def _scale(self) -> float:
        wide = (self.width() - 2 * SPACE_S) / max(self._source.width(), 1.0)
        high = (self.height() - 2 * SPACE_S) / max(self._source.height(), 1.0)
        return min(wide, high, _MOST_SCALE)

    def _offset(self) -> QPointF:
        """Where the scene's origin lies in the map."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        return middle - self._source.center() * self._scale()

    @property
    def frame(self) -> QRectF:
        """What is seen on the canvas, in the map's own pixels."""
        seen = self._view.camera.visible_rect
        scale, offset = self._scale(), self._offset()
        return QRectF(seen.topLeft() * scale + offset, seen.size() * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Painted at every step of a pan: pictures alone, nothing that has to be cut to shape.
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._veiled)
        frame = self.frame.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setClipRect(frame)
        painter.drawPixmap(0, 0, self._picture)
        painter.setClipping(False)
        painter.setPen(QPen(ThemeManager.instance().theme.accent, 1.5))
        painter.drawRect(frame)
        painter.end()

    # --- going there ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def _go_to(self, point: QPointF) -> None:
        """Brings what lies under a point of the map to the middle of the canvas, at once: the hand is on it."""
        if self._source.isEmpty():
            return
        self._view.camera.jump_to((point - self._offset()) / self._scale())


def _in_a_frame(picture: QPixmap, theme: Theme, veil: QColor | None = None) -> QPixmap:
    """The picture with round corners and a line around it, and a colour laid over it."""
    framed = QPixmap(picture.size())
    framed.setDevicePixelRatio(picture.devicePixelRatio())
    framed.fill(theme.canvas)
    area = QRectF(QPointF(), picture.deviceIndependentSize()).adjusted(0.5, 0.5, -0.5, -0.5)
    shape = QPainterPath()
    shape.addRoundedRect(area, RADIUS, RADIUS)
    painter = QPainter(framed)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(shape)
    painter.drawPixmap(0, 0, picture)
    if veil is not None:
        painter.fillRect(area, veil)
    painter.setClipping(False)
    painter.setPen(QPen(theme.line, 1))
    painter.drawPath(shape)
    painter.end()
    return framed
