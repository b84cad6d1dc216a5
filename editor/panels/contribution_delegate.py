"""A contribution: the figure, and a bar from the middle; positive to the right, negative to the left."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QPainter

from editor.panels.bar_delegate import BAR_HEIGHT, BarDelegate
from editor.panels.contribution_model import SHARE_ROLE
from editor.theme import SPACE_S, current_theme


class ContributionDelegate(BarDelegate):
    """The longest bar reaches the edge. Of what is not a number the bar has the colour of errors."""

    figure_width = 92.0

    def paint_bar(self, painter: QPainter, room: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        if room.width() <= SPACE_S:
            return
        theme = current_theme()
        share = float(index.data(SHARE_ROLE) or 0.0)
        middle, top = room.center().x(), room.center().y() - BAR_HEIGHT / 2
        painter.fillRect(QRectF(middle - 0.5, room.top() + 4, 1, room.height() - 8), theme.line)
        if math.isnan(share):
            painter.fillRect(QRectF(room.left(), top, room.width(), BAR_HEIGHT), theme.error)
            return
        width = abs(share) * room.width() / 2
        left = middle if share > 0 else middle - width
        color = theme.forward if share > 0 else theme.backward
        painter.fillRect(QRectF(left, top, width, BAR_HEIGHT), color)
