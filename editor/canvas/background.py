"""The dots behind the graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from editor.canvas.geometry import DOT_GRID
from editor.theme import Theme

Array = np.ndarray[Any, np.dtype[Any]]

_DOT_SIZE = 2.0
#: Distance between dots on the screen, in pixels, at which they are gone and from which they have their full colour.
_GONE, _FULL = 7.0, 14.0


class Background:
    """Paints the canvas colour and a dot at every second grid point; the dots fade when zoomed out."""

    def __init__(self) -> None:
        self._dots = internals.PrimitiveArray(QPointF, 2)

    def paint(self, painter: QPainter, rect: QRectF, zoom: float, theme: Theme) -> None:
        """Paints a rectangle of the scene."""
        painter.fillRect(rect, theme.canvas)
        strength = (DOT_GRID * zoom - _GONE) / (_FULL - _GONE)
        if strength <= 0:
            return
        color = QColor(theme.grid_dot)
        color.setAlphaF(min(strength, 1.0))
        transform = painter.worldTransform()
        area = transform.mapRect(rect).toAlignedRect()
        left = _grid(rect.left(), rect.right()) * transform.m11() + transform.dx() - area.left()
        row = self._row(area.width(), left, color, painter.deviceTransform().m11() / transform.m11())
        painter.save()
        painter.resetTransform()
        # One row is painted from its points and then copied: thousands of points take longer than all else.
        for y in (_grid(rect.top(), rect.bottom()) * transform.m22() + transform.dy()).tolist():
            painter.drawPixmap(QPointF(area.left(), round(y) - _DOT_SIZE / 2), row)
        painter.restore()

    def _row(self, width: int, places: Array, color: QColor, ratio: float) -> QPixmap:
        """Dots at these places, in pixels of the widget; a screen may have several pixels for each of those."""
        picture = QPixmap(QSize(max(math.ceil(width * ratio), 1), math.ceil(_DOT_SIZE * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        self._dots.resize(places.size)
        memory = self._dots.ndarray()
        memory[:, 0], memory[:, 1] = np.round(places), _DOT_SIZE / 2
        painter = QPainter(picture)
        painter.setPen(QPen(color, _DOT_SIZE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawPoints(*self._dots.drawargs())
        painter.end()
        return picture


def _grid(first: float, last: float) -> Array:
    """The grid lines between two coordinates of the scene."""
    return np.arange(math.floor(first / DOT_GRID), math.ceil(last / DOT_GRID) + 1) * DOT_GRID
