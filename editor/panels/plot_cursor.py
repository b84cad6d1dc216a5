"""The line in a plot over epochs that stands where the run stands, and can be dragged."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from editor.theme import Theme


class PlotCursor(QObject):
    """A vertical line in the plot; clicking into the plot, or dragging the line, wants it elsewhere."""

    wanted = Signal(float)
    """The epoch that the person points at."""

    def __init__(self, plot: Any, item: Any, parent: QObject) -> None:
        """``plot`` is the PlotWidget, ``item`` its PlotItem."""
        super().__init__(parent)
        self._item = item
        self.line = pg.InfiniteLine(angle=90, movable=True)
        self.line.hide()
        item.addItem(self.line, ignoreBounds=True)
        self.line.sigDragged.connect(lambda line: self.wanted.emit(float(line.value())))
        plot.scene().sigMouseClicked.connect(self._click)

    def show_at(self, epoch: float | None) -> None:
        """Puts the line at an epoch; None takes it away. While it is dragged it stays under the hand."""
        self.line.setVisible(epoch is not None)
        if epoch is not None and not self.line.moving:
            self.line.setPos(epoch)

    def dress(self, theme: Theme) -> None:
        """Takes the theme's colours on."""
        self.line.setPen(_pen(theme.text, 1))
        self.line.setHoverPen(_pen(theme.accent, 2))

    def _click(self, event: Any) -> None:
        view = self._item.getViewBox()
        is_inside = view.sceneBoundingRect().contains(event.scenePos())
        if event.button() == Qt.MouseButton.LeftButton and not event.double() and is_inside:
            self.wanted.emit(float(view.mapSceneToView(event.scenePos()).x()))


def _pen(color: QColor, width: int) -> Any:
    return pg.mkPen(color, width=width)
