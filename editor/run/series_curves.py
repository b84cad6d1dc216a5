"""The series that are plotted over epochs, with their points, by run."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.run.measuring import Measured
from engine.debugger.tensors.series import Series

Array = np.ndarray[Any, np.dtype[Any]]

#: Points of one curve; of more, every second one of the older half is given up.
_MOST_POINTS = 1 << 13


class Curve(NamedTuple):
    """A series with its points: epochs ascend, values are as many."""

    series: Series
    epochs: Array
    values: Array


class Points:
    """Numbers by ascending epochs; mostly, but not always, they come in that order."""

    def __init__(self) -> None:
        self.epochs: list[float] = []
        self.values: list[float] = []

    def put(self, epoch: float, value: float) -> None:
        """Adds a point, in place of one that is there in that epoch."""
        place = bisect_left(self.epochs, epoch)
        if place < len(self.epochs) and self.epochs[place] == epoch:
            self.values[place] = value
            return
        self.epochs.insert(place, epoch)
        self.values.insert(place, value)
        if len(self.epochs) > _MOST_POINTS:
            half = _MOST_POINTS // 2
            self.epochs[:half] = self.epochs[:half:2]
            self.values[:half] = self.values[:half:2]


class SeriesCurves(QObject):
    """Which series are plotted, in order. Points belong to the run that is present; another run has its own."""

    changed = Signal()
    """Another series, or others' points."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.series: list[Series] = []
        self._points: dict[Series, Points] = {}
        self._kept: dict[int, dict[Series, Points]] = {}
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
            points = self._points.setdefault(each, Points())
            for epoch, values in zip(measured.epochs, measured.values, strict=True):
                points.put(epoch, values[place])
        self.changed.emit()

    def curves(self) -> list[Curve]:
        """All series, those without points too."""
        return [self._curve(series) for series in self.series]

    def _curve(self, series: Series) -> Curve:
        points = self._points.get(series, Points())
        return Curve(series, np.array(points.epochs, np.float64), np.array(points.values, np.float64))

    @property
    def has_points(self) -> bool:
        """Whether there is anything to draw."""
        return any(points.epochs for points in self._points.values())

    def missing(self, epochs: Iterable[int]) -> list[int]:
        """Those of some epochs at which a series has no point."""
        known = [set(self._points.get(each, Points()).epochs) for each in self.series]
        return [epoch for epoch in epochs if any(epoch not in each for each in known)]
