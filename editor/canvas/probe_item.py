"""A probe: a small card on the canvas that shows one tensor of a node, whatever the node itself shows."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.geometry import NODE_WIDTH, SMALL_TEXT_ZOOM, Depth, body_path, canvas_font
from editor.heat_strip import heat_image
from editor.tensor_text import name_text, shape_text
from editor.theme import TEXT_BODY, TEXT_SMALL, Theme, current_theme
from engine.debugger.moment import Moment
from engine.debugger.tensors.statistics import TensorStatistics
from engine.debugger.tensors.tensor_name import Kind, TensorName
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]

WIDTH, HEIGHT = NODE_WIDTH, 64.0
_PADDING = 8.0
_CLOSE = 16.0
_HEAT_HEIGHT = 8.0
#: Points of the small curve.
_REMEMBERED = 80
#: Cells of the heat strip.
CELLS = 36


class Reading(NamedTuple):
    """What a probe shows: figures and elements are None while nothing is computed."""

    moment: Moment
    figures: TensorStatistics | None = None
    #: As many numbers as stand for the elements in the heat strip.
    elements: Array | None = None


class ProbeItem(QGraphicsItem):
    """Belongs to a node's item, with which it moves, comes and goes."""

    def __init__(self, tensor: TensorName, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.tensor = tensor
        self.reading: Reading | None = None
        self.is_stale = False
        self.is_hovered = False
        self._curve: deque[tuple[Moment, float]] = deque(maxlen=_REMEMBERED)
        self._heat: tuple[Theme, QImage] | None = None
        self.setZValue(Depth.SELECTED_NODE + 1)

    # --- what it shows -------------------------------------------------------------------------------------------

    def show_reading(self, reading: Reading) -> None:
        """Shows what has come. A moment before the last one begins the small curve anew."""
        self.reading = reading
        self.is_stale = False
        self._heat = None
        if reading.figures is not None and (number := _curve_number(reading.figures)) is not None:
            if self._curve and reading.moment <= self._curve[-1][0]:
                kept = [point for point in self._curve if point[0] < reading.moment]
                self._curve = deque(kept, maxlen=_REMEMBERED)
            self._curve.append((reading.moment, number))
        self.update()

    def mark_stale(self) -> None:
        """What it shows belongs to the graph before an edit."""
        self.is_stale = self.reading is not None
        self.update()

    def forget(self) -> None:
        """Another run begins."""
        self.reading = None
        self._curve.clear()
        self.update()

    def rename(self, node: str) -> None:
        self.tensor = TensorName(node, self.tensor.output, self.tensor.kind)
        self.update()

    @property
    def curve(self) -> list[float]:
        """The numbers of the small curve: of a scalar its value, of others their norms."""
        return [number for _, number in self._curve]

    @property
    def text(self) -> str:
        """The number of a scalar; else the shape; a dash for what is not computed."""
        figures = None if self.reading is None else self.reading.figures
        if figures is None:
            return "–"
        if figures.size == 1 and figures.mean is not None:
            return format_number(figures.mean, 5)
        if figures.size == 1 and (figures.nan_count or figures.infinity_count):
            return "nan" if figures.nan_count else "inf"
        return shape_text(figures.shape)

    # --- places --------------------------------------------------------------------------------------------------

    @property
    def box(self) -> QRectF:
        """In scene coordinates."""
        return QRectF(self.scenePos().x(), self.scenePos().y(), WIDTH, HEIGHT)

    def is_on_close(self, scene_point: QPointF) -> bool:
        """Whether a point is on the cross that removes it."""
        return self._close_box.contains(scene_point - self.scenePos())

    @property
    def _close_box(self) -> QRectF:
        return QRectF(WIDTH - _CLOSE - 4, 4, _CLOSE, _CLOSE)

    def set_hovered(self, is_hovered: bool) -> None:
        if is_hovered != self.is_hovered:
            self.is_hovered = is_hovered
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(-1, -1, WIDTH + 2, HEIGHT + 2)

    # --- painting ------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = current_theme()
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.backward if self.tensor.kind is Kind.GRADIENT else theme.forward
        painter.setPen(QPen(theme.outline if self.is_hovered else color, 1))
        painter.setBrush(theme.raised)
        painter.drawPath(body_path(WIDTH, HEIGHT))
        if zoom < SMALL_TEXT_ZOOM:
            return
        painter.setFont(canvas_font(TEXT_SMALL))
        painter.setPen(color)
        name = QRectF(_PADDING, 4, WIDTH - 2 * _PADDING - _CLOSE, 16)
        metrics = QFontMetricsF(canvas_font(TEXT_SMALL))
        elided = metrics.elidedText(name_text(self.tensor), Qt.TextElideMode.ElideMiddle, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.setOpacity(0.4 if self.is_stale else 1.0)
        self._paint_tensor(painter, theme)
        self._paint_curve(painter, theme)
        painter.setOpacity(1.0)
        if self.is_hovered:
            self._paint_close(painter, theme)

    def _paint_tensor(self, painter: QPainter, theme: Theme) -> None:
        figures = None if self.reading is None else self.reading.figures
        is_number = figures is None or figures.size == 1
        painter.setFont(canvas_font(TEXT_BODY if is_number else TEXT_SMALL))
        is_bad = figures is not None and bool(figures.nan_count or figures.infinity_count)
        painter.setPen(theme.error if is_bad else theme.disabled if figures is None else theme.text)
        line = QRectF(_PADDING, 20, WIDTH - 2 * _PADDING, 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text)
        if is_number or self.reading is None or self.reading.elements is None:
            return
        left = _PADDING + QFontMetricsF(canvas_font(TEXT_SMALL)).horizontalAdvance(self.text) + _PADDING
        strip = QRectF(left, 29 - _HEAT_HEIGHT / 2, WIDTH - _PADDING - left, _HEAT_HEIGHT)
        if self._heat is None or self._heat[0] is not theme:
            self._heat = (theme, heat_image(list(self.reading.elements), theme))
        painter.drawImage(strip, self._heat[1])

    def _paint_curve(self, painter: QPainter, theme: Theme) -> None:
        numbers = np.array(self.curve)
        numbers = numbers[np.isfinite(numbers)]
        if len(numbers) < 2:
            return
        area = QRectF(_PADDING, 42, WIDTH - 2 * _PADDING, 16)
        least, greatest = float(numbers.min()), float(numbers.max())
        # Halves, so that the range of the largest numbers does not overflow.
        span = (greatest / 2 - least / 2) or 1.0
        shares = (numbers / 2 - least / 2) / span if greatest > least else np.full(len(numbers), 0.5)
        across = area.width() / (len(numbers) - 1)
        points = [
            QPointF(area.left() + place * across, area.bottom() - share * area.height())
            for place, share in enumerate(shares)
        ]
        painter.setPen(QPen(theme.muted, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))

    def _paint_close(self, painter: QPainter, theme: Theme) -> None:
        cross = self._close_box.adjusted(5, 5, -5, -5)
        painter.setPen(QPen(theme.text, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())


def _curve_number(figures: TensorStatistics) -> float | None:
    """Of a scalar its value, of others the norm; None where it has no finite element."""
    number = figures.mean if figures.size == 1 else figures.norm
    return None if number is None else float(number)
