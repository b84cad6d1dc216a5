"""A contribution: the figure, and a bar from the middle; positive to the right, negative to the left."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.panels.contribution_model import SHARE_ROLE
from editor.theme import SPACE_S, TEXT_BODY, current_theme, font

_BAR_HEIGHT = 6.0
_FIGURE_WIDTH = 92.0


class ContributionDelegate(QStyledItemDelegate):
    """The longest bar reaches the edge. Of what is not a number the bar has the colour of errors."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        theme = current_theme()
        room = QRectF(option.rect).adjusted(SPACE_S, 0, -SPACE_S, 0)
        painter.save()
        painter.setFont(font(TEXT_BODY, tabular=True))
        painter.setPen(theme.text)
        figure = QRectF(room.left(), room.top(), _FIGURE_WIDTH, room.height())
        painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        bar = room.adjusted(_FIGURE_WIDTH + SPACE_S, 0, 0, 0)
        share = float(index.data(SHARE_ROLE) or 0.0)
        if text and bar.width() > SPACE_S:
            middle, top = bar.center().x(), bar.center().y() - _BAR_HEIGHT / 2
            painter.fillRect(QRectF(middle - 0.5, bar.top() + 4, 1, bar.height() - 8), theme.line)
            if math.isnan(share):
                painter.fillRect(QRectF(bar.left(), top, bar.width(), _BAR_HEIGHT), theme.error)
            else:
                width = abs(share) * bar.width() / 2
                left = middle if share > 0 else middle - width
                color = theme.forward if share > 0 else theme.backward
                painter.fillRect(QRectF(left, top, width, _BAR_HEIGHT), color)
        painter.restore()
