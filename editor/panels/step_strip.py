"""The operations of a training step in their order, as a strip: what has been carried out is filled."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from pyqtgraph.Qt import internals
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from editor.panels.strip_scale import StripScale
from editor.phases import phase_color, phase_name
from editor.run.step_view import StepOperation
from editor.theme import RADIUS, SPACE_L, SPACE_S, SPACE_XS, TEXT_SMALL, Theme, ThemeManager, current_theme, font, mix
from engine.graph import get_declaration

_TITLE_HEIGHT = 24
_CELL_HEIGHT = 32
#: Room at both ends, where the cursor stands before the first and after the last operation.
_MARGIN = SPACE_L
_HEIGHT = _TITLE_HEIGHT + _CELL_HEIGHT + SPACE_S
#: Cells narrower than this, in pixels, run together; from these on there is room for a symbol, and for a name.
_LEAST_CELL = 4.0
_SYMBOL_CELL = 20.0
_NAME_CELL = 56.0
#: How much of its phase's colour an operation has that is still to come.
_FAINT = 0.16
_ZOOM_STEP = 1.25


class PhaseSpan(NamedTuple):
    """Neighbouring operations of one phase: from ``start`` to before ``stop``."""

    phase: str
    start: int
    stop: int


class StepStrip(QWidget):
    """One cell for each operation; the cursor stands between two of them.

    Clicking an operation goes to where it has just been carried out. The arrow keys, the wheel and a drag move the
    cursor; Ctrl and the wheel, or + and -, zoom; with Shift the wheel scrolls.
    """

    wanted = Signal(int)
    """The person wants the cursor to stand where so many operations have been carried out."""
    phase_wanted = Signal(int)
    """The person wants to step over a phase, forward (1) or back (-1)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations: tuple[StepOperation, ...] = ()
        self.spans: list[PhaseSpan] = []
        self.done = 0
        #: Whether a run goes on at full speed, so that no operation is the present one.
        self._is_running = False
        self._hovered: int | None = None
        self._scale = StripScale()
        self._symbols: dict[str, str] = {}
        #: What the wheel has turned since the last operation, in its smallest units.
        self._turned = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Operations of the training step"))
        ThemeManager.instance().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def operations(self) -> tuple[StepOperation, ...]:
        return self._operations

    def show_step(self, operations: tuple[StepOperation, ...], done: int, is_running: bool = False) -> None:
        """Shows the operations of a step, ``done`` of them carried out; while a run goes on, none is marked."""
        if operations is not self._operations:
            self._operations = operations
            self.spans = _spans(operations)
            self._fit_scale()
        self.done, self._is_running = done, is_running
        if not is_running:
            self._scale.show(done)
        self._tell_screen_reader()
        self.update()

    def fit(self) -> None:
        """Shows the whole step."""
        self._scale.fit()
        self.update()

    def cell_rect(self, number: int) -> QRectF:
        """Where an operation's cell stands in the widget."""
        left = _MARGIN + self._scale.left_of(number)
        return QRectF(left, _TITLE_HEIGHT, self._scale.cell, _CELL_HEIGHT)

    def _fit_scale(self) -> None:
        self._scale.set_size(len(self._operations), self.width() - 2 * _MARGIN)

    def _tell_screen_reader(self) -> None:
        if 0 < self.done <= len(self._operations):
            self.setAccessibleDescription(self._describe(self.done - 1))
        else:
            self.setAccessibleDescription(self.tr("Before the first operation"))

    def _describe(self, number: int) -> str:
        operation = self._operations[number]
        return self.tr("{type} of {node}, {phase}").format(
            type=operation.type, node=operation.node, phase=phase_name(operation.phase)
        )

    def _symbol(self, op_type: str) -> str:
        """What stands for an operation in a narrow cell."""
        if op_type not in self._symbols:
            declaration = get_declaration(op_type)
            self._symbols[op_type] = declaration.symbol if declaration is not None else ""
        return self._symbols[op_type]

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current_theme()
        painter.setClipRect(QRectF(_MARGIN - 9, 0, self.width() - 2 * _MARGIN + 18, self.height()))
        for span in self.spans:
            self._paint_span(painter, span, theme)
        if self._scale.cell >= _SYMBOL_CELL:
            self._paint_texts(painter, theme)
        if self._operations and not self._is_running:
            self._paint_cursor(painter, theme)
        if self.hasFocus():
            painter.setClipping(False)
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _paint_span(self, painter: QPainter, span: PhaseSpan, theme: Theme) -> None:
        color = phase_color(span.phase, theme)
        faint = mix(theme.surface, color, _FAINT)
        done = 0 if self._is_running else self.done
        for start, stop, ground in (
            (span.start, min(max(done, span.start), span.stop), color),
            (min(max(done, span.start), span.stop), span.stop, faint),
        ):
            if start < stop:
                painter.fillRect(self._area(start, stop), ground)
        visible = self._scale.visible
        if self._scale.cell >= _LEAST_CELL:
            first, last = max(span.start, visible.start), min(span.stop, visible.stop)
            self._paint_gaps(painter, range(first + 1, last), theme)
        if self._hovered is not None and span.start <= self._hovered < span.stop:
            painter.setPen(QPen(color, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell_rect(self._hovered).adjusted(1, 1, -1, -1))
        self._paint_title(painter, span, color)

    def _area(self, start: int, stop: int) -> QRectF:
        """The cells from ``start`` to before ``stop``, as far as they can be seen."""
        left = max(self._scale.left_of(start), -_MARGIN)
        right = min(self._scale.left_of(stop), self._scale.room + _MARGIN)
        return QRectF(_MARGIN + left, _TITLE_HEIGHT, max(right - left, 0.0), _CELL_HEIGHT)

    def _paint_gaps(self, painter: QPainter, cells: range, theme: Theme) -> None:
        """Thin lines of the ground before each of these cells."""
        if not cells:
            return
        gaps = internals.PrimitiveArray(QRectF, 4)
        gaps.resize(len(cells))
        numbers = gaps.ndarray()
        numbers[:, 0] = [_MARGIN + self._scale.left_of(cell) - 0.5 for cell in cells]
        numbers[:, 1:] = (_TITLE_HEIGHT, 1.0, _CELL_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawRects(*gaps.drawargs())

    def _paint_title(self, painter: QPainter, span: PhaseSpan, color: QColor) -> None:
        """The phase's name over its part, moved to where it can be seen; nothing where it has no room."""
        area = self._area(span.start, span.stop)
        area = area.intersected(QRectF(_MARGIN, _TITLE_HEIGHT, self._scale.room, _CELL_HEIGHT))
        bold = font(TEXT_SMALL, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        name = phase_name(span.phase)
        counted = self.tr("{phase} · {count}").format(phase=name, count=f"{span.stop - span.start:,}")
        text = next((each for each in (counted, name) if metrics.horizontalAdvance(each) <= area.width()), "")
        painter.setPen(color)
        painter.setFont(bold)
        painter.drawText(QRectF(area.left(), 0, area.width(), _TITLE_HEIGHT - 4), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_texts(self, painter: QPainter, theme: Theme) -> None:
        small = font(TEXT_SMALL)
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        room = self._scale.cell - SPACE_S
        for number in self._scale.visible:
            operation = self._operations[number]
            text = self._symbol(operation.type)
            if self._scale.cell >= _NAME_CELL:
                text = operation.meaning or operation.node
                text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            elif metrics.horizontalAdvance(text) > room + SPACE_XS:
                continue
            painter.setPen(theme.accent_text if number < self.done and not self._is_running else theme.text)
            painter.drawText(self.cell_rect(number), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cursor(self, painter: QPainter, theme: Theme) -> None:
        """A line between what has been carried out and what comes next, with a head above it."""
        x = round(_MARGIN + self._scale.left_of(self.done)) + 0.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(x - 2, _TITLE_HEIGHT - 3, 4, _CELL_HEIGHT + 6), theme.surface)
        painter.fillRect(QRectF(x - 1, _TITLE_HEIGHT - 4, 2, _CELL_HEIGHT + 8), theme.text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.surface, 1))
        painter.setBrush(theme.text)
        tip = _TITLE_HEIGHT + 2.0
        painter.drawPolygon(QPolygonF([QPointF(x - 6, tip - 9), QPointF(x + 6, tip - 9), QPointF(x, tip)]))

    # --- the mouse -----------------------------------------------------------------------------------------------

    def _want(self, done: int) -> None:
        done = min(max(done, 0), len(self._operations))
        if self._operations and done != self.done:
            self.wanted.emit(done)

    def _done_at(self, x: float) -> int:
        return self._scale.cell_at(x - _MARGIN) + 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._want(self._done_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._want(self._done_at(x))
        self._hover(self._scale.cell_at(x - _MARGIN))

    def _hover(self, cell: int | None) -> None:
        hovered = cell if cell is not None and 0 <= cell < len(self._operations) else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._scale.zoom(_ZOOM_STEP ** (turn / 120), event.position().x() - _MARGIN)
            self.update()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().y() == 0:
            self._scale.scroll(-turn)
            self.update()
        else:
            self._turned += turn
            notches, self._turned = int(self._turned / 120), self._turned - int(self._turned / 120) * 120
            # Away from the person is back, as the wheel scrolls lists.
            self._want(self.done - notches)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._scale.cell_at(event.pos().x() - _MARGIN)
            if 0 <= cell < len(self._operations):
                QToolTip.showText(event.globalPos(), self.tooltip_of(cell), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tooltip_of(self, number: int) -> str:
        """What is told of an operation: what it is, of which node, in which phase."""
        place = self.tr("Operation {number} of {count}").format(
            number=f"{number + 1:,}", count=f"{len(self._operations):,}"
        )
        operation = self._operations[number]
        meaning = f"\n{operation.meaning}" if operation.meaning else ""
        return f"{self._describe(number)}{meaning}\n{place} · {operation.name}"

    # --- keys ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                if control:
                    self.phase_wanted.emit(way)
                else:
                    self._want(self.done + way)
            case Qt.Key.Key_Home:
                self._want(0)
            case Qt.Key.Key_End:
                self._want(len(self._operations))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom_at_cursor(_ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self._zoom_at_cursor(1 / _ZOOM_STEP)
            case Qt.Key.Key_0:
                self.fit()
            case _:
                super().keyPressEvent(event)

    def _zoom_at_cursor(self, factor: float) -> None:
        self._scale.zoom(factor, self._scale.left_of(self.done))
        self._scale.show(self.done)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_scale()
        self._scale.show(self.done)


def _spans(operations: tuple[StepOperation, ...]) -> list[PhaseSpan]:
    spans, start = [], 0
    for phase, group in groupby(operations, key=lambda operation: operation.phase):
        stop = start + sum(1 for _ in group)
        spans.append(PhaseSpan(phase, start, stop))
        start = stop
    return spans
