"""How an entry looks in a list: its mark, its name with the letters that were searched for, and what it does."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.adding.preferences import Preferences
from editor.adding.search import Finding
from editor.marks import paint_mark
from editor.panels.marked_text import draw_elided, draw_marked
from editor.panels.palette_model import finding_of
from editor.theme import RADIUS, SPACE_S, SPACE_XS, TEXT_BODY, TEXT_SMALL, current_theme, font

GROUP_ROW = 28
ENTRY_ROW = 44
_MARK_WIDTH = 28
_MARK_SIZE = 16
_STAR_WIDTH = 28
#: A star's points around its middle, from the top: five outer ones and five between them.
_STAR = QPolygonF(
    [
        QPointF(0, -6.5),
        QPointF(1.9, -2.1),
        QPointF(6.5, -1.8),
        QPointF(3, 1.3),
        QPointF(4.1, 5.8),
        QPointF(0, 3.4),
        QPointF(-4.1, 5.8),
        QPointF(-3, 1.3),
        QPointF(-6.5, -1.8),
        QPointF(-1.9, -2.1),
    ]
)


class PaletteDelegate(QStyledItemDelegate):
    """Rows of two lines with the star of a favourite at their end, and groups as section headings."""

    def __init__(self, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._favourites = set(preferences.favourites)
        preferences.changed.connect(lambda: self._read(preferences))

    def _read(self, preferences: Preferences) -> None:
        self._favourites = set(preferences.favourites)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, GROUP_ROW if finding_of(index) is None else ENTRY_ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        # The row's ground in its states, as the style sheet has it; the writing is done here.
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        finding = finding_of(index)
        if finding is None:
            painter.setFont(font(TEXT_SMALL, QFont.Weight.DemiBold))
            painter.setPen(current_theme().muted)
            draw_elided(painter, option.rect.adjusted(SPACE_XS, 0, -SPACE_S, 0), name)
            # A group cannot be selected: a line around it says that the keys go there.
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(current_theme().accent, 2))
                painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -SPACE_XS, -1), RADIUS, RADIUS)
        else:
            is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            self._paint_entry(painter, option.rect, finding, is_hovered)
        painter.restore()

    def _paint_entry(self, painter: QPainter, rect: QRect, finding: Finding, is_hovered: bool) -> None:
        theme, entry = current_theme(), finding.entry
        mark = QRectF(rect.left() + SPACE_XS, rect.top(), _MARK_WIDTH, rect.height())
        mark = QRectF(mark.left(), mark.center().y() - _MARK_SIZE / 2, _MARK_WIDTH, _MARK_SIZE)
        paint_mark(painter, mark, entry.mark, theme, entry.symbol)
        is_favourite = entry.key in self._favourites
        room = _STAR_WIDTH if is_favourite or is_hovered else SPACE_S
        words = rect.adjusted(SPACE_XS + _MARK_WIDTH + SPACE_S, 0, -room, 0)
        name_line = QRect(words.left(), words.top() + SPACE_XS, words.width(), 20)
        title_letters = () if finding.alias else finding.letters
        end = draw_marked(painter, name_line, entry.title, title_letters, TEXT_BODY, theme.text)
        if finding.alias:
            rest = name_line.adjusted(end - name_line.left() + SPACE_S, 0, 0, 0)
            draw_marked(painter, rest, finding.alias, finding.letters, TEXT_SMALL, theme.muted)
        painter.setFont(font(TEXT_SMALL))
        painter.setPen(theme.muted)
        draw_elided(painter, QRect(words.left(), name_line.bottom() + 1, words.width(), 16), entry.description)
        if is_favourite or is_hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.accent if is_favourite else theme.muted, 1.25))
            painter.setBrush(theme.accent if is_favourite else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_STAR.translated(QRectF(star_rect(rect)).center()))


def star_rect(row: QRect) -> QRect:
    """Where the star of an entry's row is."""
    return QRect(QPoint(row.right() - _STAR_WIDTH, row.top()), QSize(_STAR_WIDTH, row.height()))
