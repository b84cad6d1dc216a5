"""A plane of a tensor in colours, in as many cells as there is room for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from editor.heat_strip import heat_colors
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TEXT_SMALL, Theme, ThemeManager, current_theme, font
from engine.debugger.tensors.excerpts import CoarsePlane, Region, element_index, plane_shape
from engine.debugger.tensors.statistics import TensorStatistics
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]

MOST_CELLS = 256
_LARGEST_CELL = 40.0
_SCALE_HEIGHT = 8
_SCALE_WIDTH = 200
_WHEEL_ZOOM = math.log(1.2) / 120
_LEAST_SEEN = 2.0
_KEY_ZOOM = 1.4
#: How far the arrow keys move, as shares of what is seen.
_ARROWS = {
    Qt.Key.Key_Left: (-0.25, 0.0),
    Qt.Key.Key_Right: (0.25, 0.0),
    Qt.Key.Key_Up: (0.0, -0.25),
    Qt.Key.Key_Down: (0.0, 0.25),
}


class TensorHeatmap(QWidget):
    """The wheel zooms, dragging moves, a click asks why an element is what it is, a double click shows all again."""

    excerpt_changed = Signal()
    element_clicked = Signal(int, int)
    """Row and column in the plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leading: tuple[int, ...] = ()
        self._figures: TensorStatistics | None = None
        self._excerpt = CoarsePlane(Region(), MOST_CELLS, MOST_CELLS)
        self._values: Array = np.zeros((0, 0))
        self._image: tuple[Theme, QImage] | None = None
        #: What of the plane is seen: x and y are columns and rows.
        self._seen = QRectF()
        self._pressed: QPointF | None = None
        self._has_moved = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Heatmap of the tensor"))
        ThemeManager.instance().changed.connect(self.update)

    # --- what is shown -------------------------------------------------------------------------------------------

    def excerpt(self) -> CoarsePlane:
        """What is to be fetched for what is seen."""
        if self._figures is None:
            return CoarsePlane(Region(self.leading), MOST_CELLS, MOST_CELLS)
        seen = self._seen
        row, column = math.floor(seen.top()), math.floor(seen.left())
        region = Region(self.leading, row, column, math.ceil(seen.bottom()) - row, math.ceil(seen.right()) - column)
        return CoarsePlane(region, MOST_CELLS, MOST_CELLS)

    def show_excerpt(self, figures: TensorStatistics, excerpt: CoarsePlane, values: Array) -> None:
        """Shows what has come."""
        is_other = self._figures is None or self._figures.shape != figures.shape
        self._figures, self._excerpt, self._values = figures, excerpt, values
        self._image = None
        if is_other:
            self.show_all()
        self.update()

    def clear(self) -> None:
        self._figures = None
        self._values = np.zeros((0, 0))
        self._image = None
        self.update()

    def show_all(self) -> None:
        """The whole plane."""
        if self._figures is not None:
            rows, columns = plane_shape(self._figures.shape)
            self._see(QRectF(0, 0, columns, rows))

    def _see(self, seen: QRectF) -> None:
        assert self._figures is not None
        rows, columns = plane_shape(self._figures.shape)
        width = min(max(seen.width(), min(_LEAST_SEEN, columns)), columns)
        height = min(max(seen.height(), min(_LEAST_SEEN, rows)), rows)
        left = min(max(seen.left(), 0.0), columns - width)
        top = min(max(seen.top(), 0.0), rows - height)
        before = self.excerpt()
        self._seen = QRectF(left, top, width, height)
        if self.excerpt() != before:
            self.excerpt_changed.emit()
        self.update()

    # --- places --------------------------------------------------------------------------------------------------

    @property
    def _is_wide(self) -> bool:
        """Whether there is more room beside the plane than under it."""
        return self.width() > 2 * self.height()

    @property
    def _room(self) -> QRectF:
        """Where the plane may be painted; the scale is under it, or beside it."""
        room = QRectF(self.rect()).adjusted(SPACE_M, SPACE_M, -SPACE_M, -SPACE_M)
        if self._is_wide:
            return room.adjusted(0, 0, -(_SCALE_WIDTH + SPACE_L), 0)
        return room.adjusted(0, 0, 0, -(SPACE_M + _SCALE_HEIGHT + SPACE_L))

    @property
    def _area(self) -> QRectF:
        """Where the plane is painted: cells are square while there is room, and not larger than can be taken in."""
        room = self._room
        if self._seen.isEmpty():
            return QRectF(room.topLeft(), QSize(0, 0))
        cell = min(room.width() / self._seen.width(), room.height() / self._seen.height(), _LARGEST_CELL)
        width = cell * self._seen.width()
        height = cell * self._seen.height()
        # A long row or column would be a hairline: it is as thick as it takes to be seen.
        return QRectF(
            room.left(), room.top(), max(width, min(room.width(), SPACE_L)), max(height, min(room.height(), SPACE_L))
        )

    def element_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column at a point of the widget; None beside the plane."""
        area = self._area
        if self._figures is None or not area.contains(point) or area.isEmpty():
            return None
        x = self._seen.left() + (point.x() - area.left()) / area.width() * self._seen.width()
        y = self._seen.top() + (point.y() - area.top()) / area.height() * self._seen.height()
        rows, columns = plane_shape(self._figures.shape)
        return min(int(y), rows - 1), min(int(x), columns - 1)

    def text_at(self, point: QPointF) -> str:
        """Index and value at a point; where elements share a cell, how many, and the largest magnitude among them."""
        place = self.element_at(point)
        if place is None or self._figures is None:
            return ""
        down, across = self._excerpt.steps(self._figures.shape)
        row, column = (place[0] - self._excerpt.region.row) // down, (place[1] - self._excerpt.region.column) // across
        if not (0 <= row < self._values.shape[0] and 0 <= column < self._values.shape[1]):
            return ""
        value = format_number(self._values[row, column], 7)
        index = list(element_index(self._figures.shape, self.leading, *place))
        if down * across == 1:
            return f"{index}  {value}" if index else value
        return self.tr("near {index}: largest of {count}: {value}").format(
            index=index, count=down * across, value=value
        )

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.surface)
        if self._figures is not None and self._values.size:
            area = self._area
            region = self._excerpt.region
            down, across = self._excerpt.steps(self._figures.shape)
            scale_x, scale_y = area.width() / self._seen.width(), area.height() / self._seen.height()
            target = QRectF(
                area.left() + (region.column - self._seen.left()) * scale_x,
                area.top() + (region.row - self._seen.top()) * scale_y,
                self._values.shape[1] * across * scale_x,
                self._values.shape[0] * down * scale_y,
            )
            painter.save()
            painter.setClipRect(area)
            painter.drawImage(target, self._picture(theme))
            painter.restore()
            self._paint_scale(painter, theme)
        painter.end()

    @property
    def _largest(self) -> float:
        figures = self._figures
        if figures is None or figures.minimum is None or figures.maximum is None:
            return 0.0
        return max(abs(float(figures.minimum)), abs(float(figures.maximum)))

    def _picture(self, theme: Theme) -> QImage:
        if self._image is None or self._image[0] is not theme:
            # With the largest element of the whole tensor at the end, colours mean the same at every zoom.
            colors = heat_colors(np.append(self._values.ravel(), self._largest), theme)[:-1]
            rows, columns = self._values.shape
            image = QImage(colors.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
            self._image = (theme, image)
        return self._image[1]

    def _paint_scale(self, painter: QPainter, theme: Theme) -> None:
        """What the colours mean: from the negative of the largest magnitude over 0 to that."""
        area = self._area
        place = (
            QPointF(area.right() + SPACE_L, area.top())
            if self._is_wide
            else QPointF(area.left(), area.bottom() + SPACE_M)
        )
        bar = QRectF(place.x(), place.y(), min(self.width() - 2 * SPACE_M, _SCALE_WIDTH), _SCALE_HEIGHT)
        colors = heat_colors(np.linspace(-1, 1, 101), theme)
        painter.drawImage(bar, QImage(colors.tobytes(), 101, 1, 404, QImage.Format.Format_RGB32).copy())
        painter.setFont(font(TEXT_SMALL, tabular=True))
        painter.setPen(theme.muted)
        text = QRectF(bar.left(), bar.bottom() + SPACE_XS, bar.width(), SPACE_L)
        largest = format_number(self._largest, 4)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, f"-{largest}")
        painter.drawText(text, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "0")
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, largest)

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    # --- the mouse -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._has_moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            text = self.text_at(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if text else Qt.CursorShape.ArrowCursor)
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(0, SPACE_S), text, self)
            return
        moved = event.position() - self._pressed
        if self._has_moved or moved.manhattanLength() > SPACE_XS:
            self._has_moved = True
            area = self._area
            if not area.isEmpty():
                x, y = moved.x() / area.width() * self._seen.width(), moved.y() / area.height() * self._seen.height()
                self._see(self._seen.translated(-x, -y))
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.element_at(event.position())
        if self._pressed is not None and not self._has_moved and place is not None:
            self.element_clicked.emit(*place)
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()

    def wheelEvent(self, event: QWheelEvent) -> None:
        area = self._area
        if self._figures is None or area.isEmpty():
            return
        share_x = min(max((event.position().x() - area.left()) / area.width(), 0.0), 1.0)
        share_y = min(max((event.position().y() - area.top()) / area.height(), 0.0), 1.0)
        self._zoom(math.exp(-event.angleDelta().y() * _WHEEL_ZOOM), share_x, share_y)
        event.accept()

    def _zoom(self, factor: float, x: float, y: float) -> None:
        """Shows ``factor`` times as much; what is at these shares of the plane's width and height stays there."""
        seen = self._seen
        width, height = seen.width() * factor, seen.height() * factor
        left, top = seen.left() + x * (seen.width() - width), seen.top() + y * (seen.height() - height)
        self._see(QRectF(left, top, width, height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, arrows move, Home shows all."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if self._figures is None:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(1 / _KEY_ZOOM, 0.5, 0.5)
        elif event.key() == Qt.Key.Key_Minus:
            self._zoom(_KEY_ZOOM, 0.5, 0.5)
        elif event.key() == Qt.Key.Key_Home:
            self.show_all()
        elif step is not None:
            self._see(self._seen.translated(step[0] * self._seen.width(), step[1] * self._seen.height()))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()
