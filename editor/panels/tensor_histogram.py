"""How the elements of a tensor are distributed, as bars."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TEXT_SMALL, ThemeManager, current_theme, font
from engine.debugger.tensors.excerpts import Distribution
from engine.debugger.tensors.statistics import Histogram, TensorStatistics
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]

_NOTHING = Histogram(np.zeros(0, np.int64), np.zeros(0))
#: Room at the left for the largest count.
_LEFT = 56


class TensorHistogram(QWidget):
    """A bar for each bin; the count of each is told on hover."""

    excerpt_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram = _NOTHING
        self._is_log = False
        #: Backward for gradients.
        self.is_gradient = False
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Histogram of the tensor"))
        ThemeManager.instance().changed.connect(self.update)

    def excerpt(self) -> Distribution:
        return Distribution()

    def show_excerpt(self, figures: TensorStatistics, excerpt: Distribution, histogram: Histogram) -> None:
        self._histogram = histogram
        self.update()

    def clear(self) -> None:
        self._histogram = _NOTHING
        self.update()

    def set_log(self, is_log: bool) -> None:
        """A logarithmic axis of counts, on which rare values can be seen beside frequent ones."""
        self._is_log = is_log
        self.update()

    # --- places --------------------------------------------------------------------------------------------------

    @property
    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, SPACE_M, -SPACE_L, -(SPACE_M + SPACE_L + SPACE_XS))

    def heights(self) -> Array:
        """The height of each bar as a share of the room; on a log axis an empty bin has none."""
        counts = self._histogram.counts.astype(np.float64)
        if self._is_log:
            counts = np.log10(1 + 9 * counts)
        largest = counts.max(initial=0.0)
        return counts / largest if largest else counts

    def bar_rect(self, place: int) -> QRectF:
        """Where the bar of a bin is painted."""
        area, count = self._area, len(self._histogram.counts)
        width = area.width() / max(count, 1)
        height = self.heights()[place] * area.height()
        gap = 1.0 if width > 3 else 0.0
        return QRectF(area.left() + place * width, area.bottom() - height, width - gap, height)

    def text_at(self, point: QPointF) -> str:
        """Range and count of the bin at a point; "" beside the bars."""
        area, counts = self._area, self._histogram.counts
        if not len(counts) or not area.contains(point):
            return ""
        place = min(int((point.x() - area.left()) / area.width() * len(counts)), len(counts) - 1)
        first, last = self._histogram.edges[place : place + 2]
        return self.tr("{first} to {last}: {count}").format(
            first=format_number(first, 5), last=format_number(last, 5), count=int(counts[place])
        )

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.surface)
        painter.setFont(font(TEXT_SMALL, tabular=True))
        area, counts = self._area, self._histogram.counts
        painter.setPen(theme.muted)
        if not len(counts):
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("No finite numbers"))
            painter.end()
            return
        color = theme.backward if self.is_gradient else theme.forward
        for place in range(len(counts)):
            painter.fillRect(self.bar_rect(place), color)
        painter.setPen(theme.line)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(theme.muted)
        left = QRectF(0, area.top() - SPACE_S, _LEFT - SPACE_S, 2 * SPACE_S)
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(int(counts.max())))
        self._paint_edges(painter, area)
        painter.end()

    def _paint_edges(self, painter: QPainter, area: QRectF) -> None:
        """The first and the last edge, and 0 or the middle between them where there is room."""
        edges = self._histogram.edges
        first, last = float(edges[0]), float(edges[-1])
        middle = 0.0 if first < 0 < last else first + (last - first) / 2
        share = (middle - first) / (last - first) if np.isfinite(last - first) else 0.5
        wide = painter.fontMetrics().horizontalAdvance("-0.0000e-00") + SPACE_S
        line = QRectF(area.left(), area.bottom() + SPACE_XS, area.width(), SPACE_L)
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | top, format_number(first, 4))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | top, format_number(last, 4))
        x = area.left() + share * area.width()
        if area.left() + 1.5 * wide < x < area.right() - 1.5 * wide:
            place = QRectF(x - wide / 2, line.top(), wide, line.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | top, format_number(middle, 4))

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        QToolTip.showText(event.globalPosition().toPoint() + QPoint(0, SPACE_S), self.text_at(event.position()), self)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()
