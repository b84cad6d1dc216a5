"""The lines of plotted series in the plot of the loss, at its right axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg

from editor.panels.series_pen import series_pen
from editor.run.series_curves import Curve
from editor.theme import Theme, ThemeManager

#: Beyond this the plot's own arithmetic would overflow; not drawn.
_LARGEST_DRAWN = 1e150


class SeriesLines:
    """One line for each series in a view of the plot."""

    def __init__(self, view: pg.ViewBox) -> None:
        self._view = view
        self._lines: list[Any] = []

    def __len__(self) -> int:
        return len(self._lines)

    def show(self, curves: Sequence[Curve]) -> None:
        """Draws these and no others; anything not finite is a gap."""
        while len(self._lines) > len(curves):
            self._view.removeItem(self._lines.pop())
        while len(self._lines) < len(curves):
            line = pg.PlotDataItem()
            line.setDownsampling(auto=True, method="peak")
            self._view.addItem(line)
            self._lines.append(line)
        for line, curve in zip(self._lines, curves, strict=True):
            with np.errstate(invalid="ignore"):
                heights = np.where(np.abs(curve.values) < _LARGEST_DRAWN, curve.values, np.nan)
            line.setData(curve.epochs, heights, connect="finite")
        self.dress(ThemeManager.instance().theme)

    def dress(self, theme: Theme) -> None:
        for number, line in enumerate(self._lines):
            line.setPen(series_pen(number, theme))

    @property
    def drawn(self) -> list[tuple[list[float], list[float]]]:
        """Epochs and heights of each line as they are drawn."""
        found = []
        for line in self._lines:
            epochs, heights = line.getOriginalDataset()
            found.append(([], []) if epochs is None else (list(map(float, epochs)), list(map(float, heights))))
        return found
