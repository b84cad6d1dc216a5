"""A node's value as its strip shows it: a number, or shape and heat strip."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from editor.canvas.geometry import NODE_WIDTH, PADDING, canvas_font
from editor.canvas.node_text import ValueAge
from editor.canvas.tensor_text import picture_shape_text, row_text, single_text
from editor.heat_strip import heat_image
from editor.theme import TEXT_BODY, TEXT_SMALL, TEXT_TITLE, Theme
from engine.debugger.tensors.tensor_picture import NOT_COMPUTED, TensorPicture, TensorState

Array = np.ndarray[Any, np.dtype[Any]]

#: One number of a row of them.
_FIGURE = re.compile(r"[^\[\], ]+")
_HEAT_HEIGHT = 10.0
_GAP = 8.0
#: How strong the heat of a value is that belongs to what was before.
STALE_OPACITY = 0.35


class ValueDisplay:
    """Text and colours of one value, made when it is first painted."""

    def __init__(self) -> None:
        self.picture = NOT_COMPUTED
        #: All of it, where it was given; a picture holds all of a small one.
        self.whole: Array | None = None
        #: Whether the graph was edited since.
        self.is_outdated = False
        self._figures: str | None = None
        self._heat: tuple[Theme, QImage] | None = None

    def show(self, picture: TensorPicture, array: Array | None = None) -> None:
        """Takes another value; ``array`` is the whole of it where that is known."""
        self.picture = picture
        self.whole = array
        self.is_outdated = False
        self._figures = None
        self._heat = None

    @property
    def array(self) -> Array | None:
        """The whole value, where it is known."""
        return self.picture.array() if self.whole is None else self.whole

    @property
    def age(self) -> ValueAge:
        if self.is_outdated:
            return ValueAge.BEFORE_EDIT
        return ValueAge.EARLIER_STEP if self.picture.state is TensorState.STALE else ValueAge.PRESENT

    @property
    def is_stale(self) -> bool:
        """Whether it belongs to an earlier step, or to the graph before an edit."""
        return self.age is not ValueAge.PRESENT

    @property
    def text(self) -> str:
        """What stands in the strip: figures, else the shape, else a dash."""
        return self.figures or picture_shape_text(self.picture)

    @property
    def figures(self) -> str:
        """The value itself, so that no heat strip is needed, or the dash; "" where there is no room for it."""
        if self._figures is None:
            self._figures = _figures_of(self.picture)
        return self._figures

    def paint(self, painter: QPainter, strip: QRectF, theme: Theme, is_distant: bool = False) -> None:
        """Paints into the strip's rectangle, whose ground is painted already; larger and less from a distance."""
        room = strip.adjusted(PADDING, 0, -PADDING, 0)
        is_muted = self.is_stale or self.picture.state is TensorState.NOT_COMPUTED
        if self.figures:
            painter.setFont(canvas_font(TEXT_TITLE if is_distant else TEXT_BODY))
            painter.setPen(theme.disabled if is_muted else theme.text)
            # From a distance, without brackets when there is one number, so that it fits in large type.
            figures = (is_distant and single_text(self.picture)) or self.figures
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, figures)
            return
        left = room.left()
        if not is_distant:
            painter.setFont(canvas_font(TEXT_SMALL))
            painter.setPen(theme.disabled if self.is_stale else theme.muted)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text)
            left += QFontMetricsF(canvas_font(TEXT_SMALL)).horizontalAdvance(self.text) + _GAP
        heat = QRectF(QPointF(left, strip.center().y() - _HEAT_HEIGHT / 2), room.bottomRight())
        heat.setHeight(_HEAT_HEIGHT)
        painter.setOpacity(STALE_OPACITY if self.is_stale else 1.0)
        painter.drawImage(heat, self._heat_image(theme))
        painter.setOpacity(1.0)

    def number_at(self, x: float, is_distant: bool = False) -> int | None:
        """Which element's figure stands at ``x``, counted from the strip's left edge; None beside figures.

        Of a value that is a single number, its own wherever on the strip.
        """
        if self.picture.state is TensorState.NOT_COMPUTED or not self.figures:
            return None
        if len(self.picture.elements) == 1:
            return 0
        metrics = QFontMetricsF(canvas_font(TEXT_TITLE if is_distant else TEXT_BODY))
        left = NODE_WIDTH - PADDING - metrics.horizontalAdvance(self.figures)
        for place, figure in enumerate(_FIGURE.finditer(self.figures)):
            start, end = (left + metrics.horizontalAdvance(self.figures[:spot]) for spot in figure.span())
            if start <= x <= end:
                return place
        return None

    def _heat_image(self, theme: Theme) -> QImage:
        if self._heat is None or self._heat[0] is not theme:
            self._heat = (theme, heat_image(self.picture.elements, theme))
        return self._heat[1]


def _figures_of(picture: TensorPicture) -> str:
    if picture.state is TensorState.NOT_COMPUTED or not picture.shape:
        return single_text(picture)
    text = row_text(picture)
    return text if QFontMetricsF(canvas_font()).horizontalAdvance(text) <= NODE_WIDTH - 2 * PADDING else ""
