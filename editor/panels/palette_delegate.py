"""How an entry looks in a list: its mark, its name, and what it does."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.marks import paint_mark
from editor.panels.palette_model import entry_of
from editor.theme import SPACE_S, SPACE_XS, TEXT_BODY, TEXT_SMALL, current_theme, font

_ROW = 28
TWO_LINE_ROW = 44
_MARK_WIDTH = 28
_MARK_SIZE = 16


class PaletteDelegate(QStyledItemDelegate):
    """Rows of one line (mark and name) or of two (the description under the name); groups as section headings."""

    def __init__(self, two_lines: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._two_lines = two_lines

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, TWO_LINE_ROW if self._two_lines else _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        # The row's ground in its states, as the style sheet has it; the writing is done here.
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        entry = entry_of(index)
        theme = current_theme()
        if entry is None:
            painter.setFont(font(TEXT_SMALL, QFont.Weight.DemiBold))
            painter.setPen(theme.muted)
            _draw_elided(painter, option.rect.adjusted(SPACE_XS, 0, -SPACE_S, 0), name)
            painter.restore()
            return
        mark = QRectF(option.rect.left() + SPACE_XS, option.rect.top(), _MARK_WIDTH, option.rect.height())
        mark = QRectF(mark.left(), mark.center().y() - _MARK_SIZE / 2, _MARK_WIDTH, _MARK_SIZE)
        paint_mark(painter, mark, entry.mark, theme, entry.symbol)
        words = option.rect.adjusted(SPACE_XS + _MARK_WIDTH + SPACE_S, 0, -SPACE_S, 0)
        name_line = words
        if self._two_lines:
            name_line = QRect(words.left(), words.top() + SPACE_XS, words.width(), 20)
            painter.setFont(font(TEXT_SMALL))
            painter.setPen(theme.muted)
            line = QRect(words.left(), name_line.bottom() + 1, words.width(), 16)
            _draw_elided(painter, line, entry.description)
        painter.setFont(font(TEXT_BODY))
        painter.setPen(theme.text)
        _draw_elided(painter, name_line, name)
        painter.restore()


def _draw_elided(painter: QPainter, rect: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
