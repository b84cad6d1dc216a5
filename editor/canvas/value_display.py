"""A node's value as its strip shows it: a number, or shape and heat strip."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from editor.canvas.geometry import NODE_WIDTH, PADDING, canvas_font
from editor.canvas.node_text import shape_text
from editor.theme import TEXT_BODY, TEXT_SMALL, TEXT_TITLE, Theme, mix
from engine.graph import TensorShape
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]

#: Arrays of at most this many elements are written out where there is room.
_WRITTEN_ELEMENTS = 4
_HEAT_CELLS = 24
_HEAT_HEIGHT = 10.0
_GAP = 8.0
NOT_COMPUTED = "–"


class ValueDisplay:
    """Text and colours of one value, made when it is first painted."""

    def __init__(self) -> None:
        self.array: Array | None = None
        self.is_stale = False
        self._text: str | None = None
        self._heat: tuple[Theme, QImage] | None = None

    def set_array(self, array: Array | None) -> None:
        self.array = array
        self.is_stale = False
        self._text = None
        self._heat = None

    @property
    def text(self) -> str:
        """What stands in the strip: figures, else the shape, else a dash."""
        if self._text is None:
            self._text = _strip_text(self.array)
        return self._text

    @property
    def shows_figures(self) -> bool:
        """Whether the text is the value itself, so that no heat strip is needed."""
        return self.array is None or self.text != shape_text(TensorShape(self.array.shape))

    def paint(self, painter: QPainter, strip: QRectF, theme: Theme, is_distant: bool = False) -> None:
        """Paints into the strip's rectangle, whose ground is painted already; larger and less from a distance."""
        room = strip.adjusted(PADDING, 0, -PADDING, 0)
        is_muted = self.is_stale or self.array is None
        if self.shows_figures:
            painter.setFont(canvas_font(TEXT_TITLE if is_distant else TEXT_BODY))
            painter.setPen(theme.disabled if is_muted else theme.text)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._figures(is_distant)
            )
            return
        left = room.left()
        if not is_distant:
            painter.setFont(canvas_font(TEXT_SMALL))
            painter.setPen(theme.disabled if self.is_stale else theme.muted)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text)
            left += QFontMetricsF(canvas_font(TEXT_SMALL)).horizontalAdvance(self.text) + _GAP
        heat = QRectF(QPointF(left, strip.center().y() - _HEAT_HEIGHT / 2), room.bottomRight())
        heat.setHeight(_HEAT_HEIGHT)
        painter.setOpacity(0.35 if self.is_stale else 1.0)
        painter.drawImage(heat, self._heat_image(theme))
        painter.setOpacity(1.0)

    def _figures(self, is_distant: bool) -> str:
        """From a distance, figures without brackets when there is one, so that it fits in large type."""
        if is_distant and self.array is not None and self.array.size == 1:
            return format_number(self.array.ravel()[0], 4)
        return self.text

    def _heat_image(self, theme: Theme) -> QImage:
        if self._heat is None or self._heat[0] is not theme:
            assert self.array is not None
            self._heat = (theme, heat_image(self.array, theme))
        return self._heat[1]


def _strip_text(array: Array | None) -> str:
    if array is None:
        return NOT_COMPUTED
    if array.ndim == 0:
        return format_number(array[()], 4)
    if 0 < array.size <= _WRITTEN_ELEMENTS:
        brackets = array.ndim
        numbers = ", ".join(format_number(item, 4) for item in array.ravel())
        is_one_row = array.size == array.shape[-1]
        text = f"{'[' * brackets}{numbers}{']' * brackets}"
        if is_one_row and QFontMetricsF(canvas_font()).horizontalAdvance(text) <= NODE_WIDTH - 2 * PADDING:
            return text
    return shape_text(TensorShape(array.shape))


def heat_image(array: Array, theme: Theme, cells: int = _HEAT_CELLS) -> QImage:
    """A row of cells from blue (the most negative) over the ground (0) to orange (the most positive).

    Each cell shows the element of largest magnitude among those that share it; what is not finite has the error
    colour.
    """
    values = array.astype(np.float64).ravel()
    if values.size == 0:
        values = np.zeros(1)
    if values.size > cells:
        values = np.array([part[np.argmax(_magnitude(part))] for part in np.array_split(values, cells)])
    finite = np.isfinite(values)
    largest = np.max(np.abs(values[finite]), initial=0.0)
    shares = np.where(finite, values, 0.0) / (largest or 1.0)
    ground = mix(theme.canvas, theme.text, 0.06)
    image = QImage(values.size, 1, QImage.Format.Format_RGB32)
    for cell, share in enumerate(shares):
        color = _heat_color(float(share), ground, theme) if finite[cell] else theme.error
        image.setPixelColor(cell, 0, color)
    return image


def _magnitude(values: Array) -> Array:
    """NaN counts as the largest, so that it is never hidden behind a number."""
    return np.nan_to_num(np.abs(values), nan=np.inf, posinf=np.inf)


def _heat_color(share: float, ground: QColor, theme: Theme) -> QColor:
    return mix(ground, theme.backward if share > 0 else theme.forward, abs(share))
