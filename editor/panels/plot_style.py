"""How plots are dressed, in the theme's colours. Importing pyqtgraph costs half a second, so panels do it late."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from editor.theme import TEXT_SMALL, Theme, font


def plot_pen(color: QColor, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A line one pixel wide however near the view is; wider ones are twenty times slower on many points."""
    pen = QPen(color, 1.0, style)
    pen.setCosmetic(True)
    return pen


def dress_plot(plot: Any, theme: Theme, sides: tuple[str, ...] = ("left", "bottom")) -> None:
    """Gives a PlotWidget its ground, and its axes their colours and type."""
    plot.setBackground(theme.surface)
    for side in sides:
        axis = plot.getPlotItem().getAxis(side)
        axis.setPen(plot_pen(theme.line))
        # The grid belongs to the axes, and the curves in front of it.
        axis.setZValue(-1000)
        axis.setTextPen(plot_pen(theme.muted))
        axis.setTickFont(font(TEXT_SMALL, tabular=True))
        axis.setStyle(tickLength=-4, tickTextOffset=6, maxTickLevel=0)
        axis.label.setFont(font(TEXT_SMALL))
        axis.enableAutoSIPrefix(False)
