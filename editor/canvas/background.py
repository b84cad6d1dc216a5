"""The dots behind the graph."""

from __future__ import annotations

import math

import numpy as np
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.geometry import DOT_GRID
from editor.theme import Theme

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
        xs = np.arange(math.floor(rect.left() / DOT_GRID), math.ceil(rect.right() / DOT_GRID) + 1) * DOT_GRID
        ys = np.arange(math.floor(rect.top() / DOT_GRID), math.ceil(rect.bottom() / DOT_GRID) + 1) * DOT_GRID
        self._dots.resize(xs.size * ys.size)
        memory = self._dots.ndarray().reshape(ys.size, xs.size, 2)
        memory[:, :, 0] = xs
        memory[:, :, 1] = ys[:, np.newaxis]
        color = QColor(theme.grid_dot)
        color.setAlphaF(min(strength, 1.0))
        pen = QPen(color, _DOT_SIZE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)
        pen.setCosmetic(True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawPoints(*self._dots.drawargs())
