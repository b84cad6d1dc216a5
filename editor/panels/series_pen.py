"""The look of each plotted series, by its place among them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from editor.theme import Theme

_DASHES = (Qt.PenStyle.DashLine, Qt.PenStyle.DashDotDotLine, Qt.PenStyle.DotLine)


def series_pen(number: int, theme: Theme) -> QPen:
    """The pen of the series in this place: own colour and, where colours come again, own dashes.

    Runs have solid lines, and the first metric dashes in the colour that comes last here.
    """
    colors = (theme.backward, theme.forward, theme.error, theme.warning, theme.update)
    pen = QPen(QColor(colors[number % len(colors)]), 1.0, _DASHES[number // len(colors) % len(_DASHES)])
    pen.setCosmetic(True)
    return pen
