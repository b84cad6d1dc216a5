"""Texts in rows of lists: with the letters that were searched for in bold, and elided."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from editor.theme import font


def draw_marked(painter: QPainter, rect: QRect, text: str, letters: Sequence[int], size: int, color: QColor) -> int:
    """Draws a text with some of its letters bold, elided at the end; returns where it ends."""
    plain, bold = font(size), font(size, QFont.Weight.Bold)
    chosen, left = set(letters), rect.left()
    painter.setPen(color)
    for is_bold, run in _runs(text, chosen):
        painter.setFont(bold if is_bold else plain)
        metrics = QFontMetrics(painter.font())
        room = rect.right() - left
        if room <= 0:
            break
        shown = metrics.elidedText(run, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRect(left, rect.top(), room, rect.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            shown,
        )
        left += metrics.horizontalAdvance(shown)
        if shown != run:
            break
    return left


def _runs(text: str, chosen: set[int]) -> list[tuple[bool, str]]:
    """The text in pieces of letters that are all chosen or all not."""
    runs: list[tuple[bool, str]] = []
    for place, letter in enumerate(text):
        is_chosen = place in chosen
        if runs and runs[-1][0] is is_chosen:
            runs[-1] = (is_chosen, runs[-1][1] + letter)
        else:
            runs.append((is_chosen, letter))
    return runs


def draw_elided(painter: QPainter, rect: QRect, text: str) -> None:
    """Draws a text in the painter's font, elided at the end."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
