"""The look of each run's curve, by its place among the colours."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from editor.panels.plot_style import plot_pen
from editor.theme import Theme

_COLORS = 6
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine)


def run_color(place: int, theme: Theme) -> QColor:
    colors = (theme.accent, theme.backward, theme.update, theme.error, theme.warning, theme.muted)
    return colors[place % _COLORS]


def run_pen(place: int, theme: Theme) -> QPen:
    """Colours come again with dashes."""
    return plot_pen(run_color(place, theme), _DASHES[place // _COLORS % len(_DASHES)])
