"""The series that are plotted over epochs, with their points, by run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.run.measuring import Measured
from engine.debugger.series import Series

Array = np.ndarray[Any, np.dtype[Any]]

#: Points of one curve; of more, every second one of the older half is given up.
_MOST_POINTS = 1 << 15


class Curve(NamedTuple):
    """A series with its points: epochs ascend, values are as many."""

    series: Series
    epochs: Array
    values: Array


class SeriesCurves(QObject):
    """Which series are plotted, in order. Points belong to the run that is present; another run has its own."""

    changed = Signal()
    """Another series, or others' points."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.series: list[Series] = []
        self._points: dict[Series, dict[float, float]] = {}
        self._kept: dict[int, dict[Series, dict[float, float]]] = {}
        self._run = 0

    def add(self, series: Series) -> None:
        """Plots a series from now on."""
        if series not in self.series:
            self.series.append(series)
            self.changed.emit()

    def remove(self, series: Series) -> None:
        if series in self.series:
            self.series.remove(series)
            for points in (self._points, *self._kept.values()):
                points.pop(series, None)
            self.changed.emit()

    def clear(self) -> None:
        """Another document."""
        self.series = []
        self._points = {}
        self._kept = {}
        self.changed.emit()

    def show_run(self, number: int) -> None:
        """Shows the points of another run."""
        if number != self._run:
            self._kept[self._run] = self._points
            self._run = number
            self._points = self._kept.pop(number, {})
            self.changed.emit()

    def forget_points(self) -> None:
        """The present run begins anew."""
        self._points = {}
        self.changed.emit()

    def take(self, series: Iterable[Series], measured: Measured) -> None:
        """Adds points of these series."""
        for place, each in enumerate(series):
            if each not in self.series:
                continue
            points = self._points.setdefault(each, {})
            for epoch, values in zip(measured.epochs, measured.values, strict=True):
                points[epoch] = values[place]
            if len(points) > _MOST_POINTS:
                self._points[each] = _thinned(points)
        self.changed.emit()

    def curves(self) -> list[Curve]:
        """All series, those without points too."""
        return [self._curve(series) for series in self.series]

    def _curve(self, series: Series) -> Curve:
        points = self._points.get(series, {})
        epochs = np.array(sorted(points), np.float64)
        return Curve(series, epochs, np.array([points[epoch] for epoch in epochs.tolist()], np.float64))

    def missing(self, epochs: Iterable[int]) -> list[int]:
        """Those of some epochs at which a series has no point."""
        return [epoch for epoch in epochs if any(epoch not in self._points.get(each, {}) for each in self.series)]


def _thinned(points: dict[float, float]) -> dict[float, float]:
    epochs = sorted(points)
    half = len(epochs) // 2
    return {epoch: points[epoch] for epoch in (*epochs[:half:2], *epochs[half:])}
