"""What a wire carries, written at it: the value above the line, and below it the gradient that flows back."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from editor.canvas.geometry import canvas_font
from editor.canvas.tensor_text import DIGITS, picture_shape_text, single_text
from editor.canvas.value_display import STALE_OPACITY
from editor.heat_strip import heat_image
from editor.theme import TEXT_SMALL, Theme
from engine.debugger.tensors.tensor_picture import TensorPicture, TensorState

_TEXT_HEIGHT = 14.0
_HEAT_HEIGHT = 4.0
_HEAT_WIDTH = 32.0
#: Between the line and what is written.
_FROM_LINE = 4.0
_PADDING = 4.0
#: From the line to the far edge of a label.
LABEL_HEIGHT = _FROM_LINE + _HEAT_HEIGHT + _TEXT_HEIGHT
#: The widths that a label may have to do with, the best first.
LABEL_WIDTHS = (72.0, 56.0, 40.0, 28.0)


class LabelPlace(NamedTuple):
    """Where on its wire a label stands."""

    #: A point of the wire.
    center: QPointF
    #: How wide the label may be.
    room: float

    def area(self) -> QRectF:
        """What a value and a gradient take there."""
        return QRectF(self.center.x() - self.room / 2, self.center.y() - LABEL_HEIGHT, self.room, 2 * LABEL_HEIGHT)


class TensorLabel:
    """One tensor at a wire; text and colours are made when they are first painted."""

    def __init__(self, picture: TensorPicture, is_gradient: bool) -> None:
        self.picture = picture
        self.is_gradient = is_gradient
        self._text: tuple[float, str] | None = None
        self._heat: tuple[Theme, QImage] | None = None

    def text(self, room: float) -> str:
        """The number with as many digits as there is room for, or the shape; "" where even that does not fit."""
        if self._text is None or self._text[0] != room:
            self._text = (room, _fitting_text(self.picture, room - _PADDING))
        return self._text[1]

    @property
    def has_heat(self) -> bool:
        """Whether it is not one number, so that colours show its elements."""
        return not single_text(self.picture)

    def paint(self, painter: QPainter, place: LabelPlace, theme: Theme) -> None:
        text = self.text(place.room)
        width = _text_width(text)
        heat_height = _HEAT_HEIGHT if self.has_heat else 0.0
        if self.has_heat:
            width = max(width, min(_HEAT_WIDTH, place.room - _PADDING))
        height = heat_height + (_TEXT_HEIGHT if text else 0.0)
        top = place.center.y() + (_FROM_LINE if self.is_gradient else -_FROM_LINE - height)
        ground = QRectF(place.center.x() - width / 2 - _PADDING / 2, top, width + _PADDING, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.canvas)
        painter.drawRoundedRect(ground, 3, 3)
        inner = ground.adjusted(_PADDING / 2, 0, -_PADDING / 2, 0)
        if heat_height:
            # The colours lie along the line, the shape beyond them.
            heat_top = inner.top() if self.is_gradient else inner.bottom() - heat_height
            painter.setOpacity(STALE_OPACITY if self.picture.state is TensorState.STALE else 1.0)
            painter.drawImage(QRectF(inner.left(), heat_top, inner.width(), heat_height), self._heat_image(theme))
            painter.setOpacity(1.0)
        if text:
            text_top = inner.bottom() - _TEXT_HEIGHT if self.is_gradient else inner.top()
            painter.setPen(self._color(theme))
            painter.setFont(canvas_font(TEXT_SMALL))
            line = QRectF(inner.left(), text_top, inner.width(), _TEXT_HEIGHT)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _color(self, theme: Theme) -> QColor:
        if self.picture.state is not TensorState.COMPUTED:
            return theme.disabled
        if self.picture.has_nan or self.picture.has_inf:
            return theme.error
        return theme.backward if self.is_gradient else theme.text

    def _heat_image(self, theme: Theme) -> QImage:
        if self._heat is None or self._heat[0] is not theme:
            self._heat = (theme, heat_image(self.picture.elements, theme))
        return self._heat[1]


def _fitting_text(picture: TensorPicture, room: float) -> str:
    """The number with as many digits as fit, or the shape, ``4×10`` where ``[4, 10]`` is too wide; "" if neither is."""
    if single_text(picture):
        texts = [single_text(picture, digits) for digits in range(DIGITS, 0, -1)]
    else:
        texts = [picture_shape_text(picture)]
        if len(picture.shape) > 1:  # one size by itself would look like a value
            texts.append("×".join(map(str, picture.shape)))
    return next((text for text in texts if _text_width(text) <= room), "")


@lru_cache(maxsize=4096)
def _text_width(text: str) -> float:
    return _metrics().horizontalAdvance(text) if text else 0.0


@cache
def _metrics() -> QFontMetricsF:
    return QFontMetricsF(canvas_font(TEXT_SMALL))
