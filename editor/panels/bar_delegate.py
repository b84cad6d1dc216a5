"""A cell with a figure and a bar behind it; the figures of a column stand below each other."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from editor.theme import SPACE_S, TEXT_BODY, current_theme, font

BAR_HEIGHT = 6.0


class BarDelegate(QStyledItemDelegate):
    """Paints the figure, in a width that is the column's own; subclasses paint the bar in the room that is left."""

    figure_width: float

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        room = QRectF(option.rect).adjusted(SPACE_S, 0, -SPACE_S, 0)
        painter.save()
        painter.setFont(font(TEXT_BODY, tabular=True))
        painter.setPen(current_theme().text)
        figure = QRectF(room.left(), room.top(), self.figure_width, room.height())
        painter.drawText(figure, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        if text:
            self.paint_bar(painter, room.adjusted(self.figure_width + SPACE_S, 0, 0, 0), index)
        painter.restore()

    def paint_bar(self, painter: QPainter, room: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        """The bar of a cell that has a figure."""
        raise NotImplementedError
