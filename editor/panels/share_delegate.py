"""The share of a node in a step's time: a bar in the colours of the phases, and the figure."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.panels.profile_model import ROW_ROLE, ProfileRow
from editor.step_times import phase_colors
from editor.theme import SPACE_S, TEXT_BODY, current_theme, font

_BAR_HEIGHT = 6.0
_FIGURE_WIDTH = 56.0


class ShareDelegate(QStyledItemDelegate):
    """The longest bar fills the column; the figure stands before it, so that figures stand below each other."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        row: ProfileRow = index.data(ROW_ROLE)
        theme = current_theme()
        room = QRectF(option.rect).adjusted(SPACE_S, 0, -SPACE_S, 0)
        painter.save()
        painter.setFont(font(TEXT_BODY, tabular=True))
        painter.setPen(theme.text)
        figure = QRectF(room.left(), room.top(), _FIGURE_WIDTH, room.height())
        painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        bar = room.adjusted(_FIGURE_WIDTH + SPACE_S, 0, 0, 0)
        left = bar.left()
        for time, color in zip(row.times, phase_colors(theme), strict=True):
            width = bar.width() * row.level * (time / row.times.total if row.times.total else 0.0)
            painter.fillRect(QRectF(left, bar.center().y() - _BAR_HEIGHT / 2, width, _BAR_HEIGHT), color)
            left += width
        painter.restore()
