"""The share of a node in a step's time: a bar in the colours of the phases, and the figure."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QPainter

from editor.panels.bar_delegate import BAR_HEIGHT, BarDelegate
from editor.panels.profile_model import ROW_ROLE, ProfileRow
from editor.step_times import phase_colors
from editor.theme import current_theme


class ShareDelegate(BarDelegate):
    """The longest bar fills the column; the figure stands before it, so that figures stand below each other."""

    figure_width = 56.0

    def paint_bar(self, painter: QPainter, room: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        row: ProfileRow = index.data(ROW_ROLE)
        left, top = room.left(), room.center().y() - BAR_HEIGHT / 2
        for time, color in zip(row.times, phase_colors(current_theme()), strict=True):
            width = room.width() * row.level * (time / row.times.total if row.times.total else 0.0)
            painter.fillRect(QRectF(left, top, width, BAR_HEIGHT), color)
            left += width
