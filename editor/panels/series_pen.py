"""The look of each plotted series, by its place among them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from editor.theme import Theme

_DASHES = (Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


def series_pen(number: int, theme: Theme) -> QPen:
    """The pen of the series in this place: own colour and, where colours come again, own dashes."""
    colors = (theme.update, theme.backward, theme.forward, theme.error, theme.warning)
    pen = QPen(QColor(colors[number % len(colors)]), 1.0, _DASHES[number // len(colors) % len(_DASHES)])
    pen.setCosmetic(True)
    return pen
