"""The epochs of a run as a ruler, with the cursor on it and marks where the run has stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from editor.theme import RADIUS, SPACE_L, SPACE_S, TEXT_SMALL, Theme, ThemeManager, current_theme, font
from engine.debugger.moment import Moment

_MARGIN = SPACE_L
_HEIGHT = 40
_LINE_Y = 28.0
_LABEL_Y = 14.0
_TICK = 5.0
#: The least distance between two labels, in pixels.
_LABEL_ROOM = 64.0
#: A mini-batch that is narrower than this, in pixels, cannot be pointed at: a drag goes by epochs then.
_LEAST_BATCH = 3.0
#: How near to a mark the pointer must be to be on it.
_MARK_REACH = 5.0


@dataclass(frozen=True, slots=True)
class StopMark:
    """A moment at which the run has stopped."""

    moment: Moment
    #: Why, as a sentence.
    reason: str


class RunRuler(QWidget):
    """Epochs from the first of the run to the last one it has come to. A click or a drag wants the cursor there."""

    wanted = Signal(object)
    """The Moment that the person wants to see: the beginning of a mini-batch, or the furthest one there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = Moment(0, 0, 0)
        self._last = Moment(0, 0, 0)
        self._cursor: Moment | None = None
        self._batches = 1
        self._operations = 1
        self.marks: tuple[StopMark, ...] = ()
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Epochs of the run"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        ThemeManager.instance().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_run(self, first: Moment, last: Moment, cursor: Moment | None, batches: int, operations: int) -> None:
        """Shows a run from its first to its furthest moment; ``cursor`` is None while it goes on at full speed.

        ``batches`` is how many an epoch has, ``operations`` how many a mini-batch's step has.
        """
        self._first, self._last, self._cursor = first, max(first, last), cursor
        self._batches, self._operations = max(batches, 1), max(operations, 1)
        if cursor is not None:
            self.setAccessibleDescription(self.tr("Epoch {epoch}").format(epoch=cursor.epoch))
        self.update()

    def show_marks(self, marks: Sequence[StopMark]) -> None:
        """Shows where the run has stopped."""
        self.marks = tuple(marks)
        self.update()

    def x_of(self, moment: Moment) -> float:
        """Where a moment stands in the widget."""
        return _MARGIN + (self._epochs(moment) - self._first.epoch) * self._epoch_width

    def _epochs(self, moment: Moment) -> float:
        """A moment in epochs."""
        return moment.epoch + (moment.batch + moment.operation / self._operations) / self._batches

    @property
    def _end(self) -> float:
        """The last epoch on the ruler: that in which the run stands, to its end."""
        last = self._last
        return max(last.epoch + (1 if last.batch or last.operation else 0), self._first.epoch + 1)

    @property
    def _epoch_width(self) -> float:
        return max(self.width() - 2 * _MARGIN, 1) / (self._end - self._first.epoch)

    def moment_at(self, x: float) -> Moment:
        """The moment that is meant by a place, within what the run has come by."""
        at = self._first.epoch + (x - _MARGIN) / self._epoch_width
        if self._epoch_width / self._batches >= _LEAST_BATCH:
            batches = floor(at * self._batches)
            meant = Moment(batches // self._batches, batches % self._batches, 0)
        else:
            meant = Moment(floor(at), 0, 0)
        return min(max(meant, self._first), self._last)

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current_theme()
        self._paint_ticks(painter, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        reached = self.x_of(self._last)
        painter.fillRect(QRectF(_MARGIN, _LINE_Y - 2, self.width() - 2 * _MARGIN, 4), theme.line)
        painter.fillRect(QRectF(_MARGIN, _LINE_Y - 2, reached - _MARGIN, 4), theme.muted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self.marks:
            self._paint_mark(painter, mark, theme)
        if self._cursor is not None:
            self._paint_cursor(painter, self.x_of(self._cursor), theme)
        if self.hasFocus():
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _paint_ticks(self, painter: QPainter, theme: Theme) -> None:
        small = font(TEXT_SMALL, tabular=True)
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        painter.setPen(theme.muted)
        step = _round_step(_LABEL_ROOM / self._epoch_width)
        end = floor(self._end)
        for epoch in range(-(-self._first.epoch // step) * step, end + 1, step):
            x = self.x_of(Moment(epoch, 0, 0))
            text = f"{epoch:,}"
            width = metrics.horizontalAdvance(text)
            painter.fillRect(QRectF(round(x), _LINE_Y - 2 - _TICK, 1, _TICK), theme.outline)
            left = min(max(x - width / 2, SPACE_S), self.width() - width - SPACE_S)
            painter.drawText(QPointF(left, _LABEL_Y), text)

    def _paint_mark(self, painter: QPainter, mark: StopMark, theme: Theme) -> None:
        """A diamond: told apart from the cursor by its shape as well."""
        x = self.x_of(mark.moment)
        painter.setPen(QPen(theme.surface, 1.5))
        painter.setBrush(theme.error)
        corners = ((x, _LINE_Y - 6), (x + 6, _LINE_Y), (x, _LINE_Y + 6), (x - 6, _LINE_Y))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    def _paint_cursor(self, painter: QPainter, x: float, theme: Theme) -> None:
        painter.setPen(QPen(theme.surface, 1))
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(QRectF(x - 4, _LINE_Y - 9, 8, 18), 3, 3)

    # --- the mouse and keys --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        mark = self._mark_at(event.position().x())
        if mark is not None:
            self._want(mark.moment)
        else:
            self._is_dragging = True
            self._want(self.moment_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._want(self.moment_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moment = self._cursor or self._last
        # Within an epoch, the epoch back from here is the one that it is in.
        inside = bool(moment.batch or moment.operation)
        epochs = {
            Qt.Key.Key_Left: moment.epoch - (0 if inside else 1),
            Qt.Key.Key_Right: moment.epoch + 1,
            Qt.Key.Key_PageUp: moment.epoch - 10,
            Qt.Key.Key_PageDown: moment.epoch + 10,
            Qt.Key.Key_Home: self._first.epoch,
            Qt.Key.Key_End: self._last.epoch + 1,
        }
        if event.key() in epochs:
            self._want(min(max(Moment(epochs[Qt.Key(event.key())], 0, 0), self._first), self._last))
        else:
            super().keyPressEvent(event)

    def _want(self, moment: Moment) -> None:
        if moment != self._cursor:
            self.wanted.emit(moment)

    def _mark_at(self, x: float) -> StopMark | None:
        near = [mark for mark in self.marks if abs(self.x_of(mark.moment) - x) <= _MARK_REACH]
        return min(near, key=lambda mark: abs(self.x_of(mark.moment) - x), default=None)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tooltip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tooltip_at(self, x: float) -> str:
        """What a click at a place would go to."""
        mark = self._mark_at(x)
        moment = self.moment_at(x) if mark is None else mark.moment
        place = self.tr("Epoch {epoch}, batch {batch} of {batches}").format(
            epoch=f"{moment.epoch:,}", batch=moment.batch + 1, batches=self._batches
        )
        if mark is None:
            return place
        return f"{place}\n{mark.reason}"


def _round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below ``least``."""
    if least <= 1:
        return 1
    power = 10 ** floor(log10(least))
    return int(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least))
