"""The names of a plot's curves, each beside a piece of its line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from editor.panels.section import clear_layout
from editor.theme import SPACE_XS, set_style

#: More names than this are told by their number; all of them are in the tooltip.
_MOST_NAMES = 6
_NAME_WIDTH = 120


class PlotLegend(QWidget):
    """A row of names; empty until it is filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_XS)
        self.names: list[str] = []

    def fill(self, entries: Sequence[tuple[str, QPen]]) -> None:
        """Shows these names and pens in place of those that are there."""
        clear_layout(self._row)
        self.names = [name for name, _ in entries]
        for name, pen in entries[:_MOST_NAMES]:
            sample, label = QLabel(self), QLabel(self)
            sample.setPixmap(line_sample(pen, self.devicePixelRatio()))
            label.setText(label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH))
            label.setToolTip(name)
            set_style(label, role="caption")
            self._row.addWidget(sample)
            self._row.addWidget(label)
            self._row.addSpacing(SPACE_XS)
        if len(entries) > _MOST_NAMES:
            rest = QLabel(self.tr("+ %n more", "", len(entries) - _MOST_NAMES), self)
            rest.setToolTip("\n".join(self.names[_MOST_NAMES:]))
            set_style(rest, role="caption")
            self._row.addWidget(rest)


def line_sample(pen: QPen, ratio: float) -> QPixmap:
    """A piece of a curve's line."""
    size = QSize(20, 12)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(pen)
    painter.drawLine(QLineF(0, 6.5, 20, 6.5))
    painter.end()
    return pixmap
