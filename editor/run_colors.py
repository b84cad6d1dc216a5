"""The look of each run's curve, by its place among the colours."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from editor.theme import Theme

_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine)


def run_color(place: int, theme: Theme) -> QColor:
    colors = (theme.accent, theme.backward, theme.update, theme.error, theme.warning, theme.muted)
    return colors[place % len(colors)]


def run_pen(place: int, theme: Theme) -> QPen:
    """Colours come again with dashes. The pen is one pixel wide at every scale: wider ones are slow."""
    pen = QPen(run_color(place, theme), 1.0, _DASHES[place // 6 % len(_DASHES)])
    pen.setCosmetic(True)
    return pen
