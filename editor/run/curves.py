"""Curves over epochs that stay within a number of points however long the run is."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Rows at either end that are never thinned.
EXACT_ROWS = 1000
_FIRST_ALLOCATION = 4096
#: Dense rows that are thinned to the extremes of one curve: two rows.
_ROWS_PER_BUCKET = 16


class Curves:
    """Rows of an epoch and one value per curve, in ascending epochs.

    Up to ``limit`` rows everything is kept. Beyond, stretches of epochs in the middle are replaced by the rows in
    which any curve has its least or greatest value, so that a plot keeps every peak; the first and the last 1000
    rows stay whole. All stretches are about equally long, and grow as the run does.
    """

    def __init__(self, curve_count: int, limit: int = 1 << 20) -> None:
        self._curve_count = curve_count
        self._limit = max(limit // curve_count, 8 * EXACT_ROWS)
        self._columns: list[Array] = [np.empty(_FIRST_ALLOCATION) for _ in range(1 + curve_count)]
        self._count = 0
        #: Rows from EXACT_ROWS to here have been thinned to stretches of ``_bucket`` epochs.
        self._thinned_until = EXACT_ROWS
        self._bucket = _ROWS_PER_BUCKET * curve_count

    def __len__(self) -> int:
        return self._count

    @property
    def columns(self) -> list[Array]:
        """The epochs, then each curve: read-only views that later appends leave as they are."""
        views = [column[: self._count] for column in self._columns]
        for view in views:
            view.flags.writeable = False
        return views

    def rows(self) -> Array:
        """All rows as a matrix: epoch, then the curves."""
        return np.column_stack(self.columns)

    def append(self, rows: Array) -> None:
        """Adds rows (n, 1 + curves) whose epochs follow those that are there."""
        step = self._limit // 4
        for start in range(0, len(rows), step):
            self._append_some(rows[start : start + step])

    def _append_some(self, rows: Array) -> None:
        if self._count + len(rows) > self._limit:
            self._thin()
        count = self._count + len(rows)
        if count > len(self._columns[0]):
            size = min(max(count, 2 * len(self._columns[0])), self._limit)
            self._columns = [self._resized(column, size) for column in self._columns]
        for column, values in zip(self._columns, rows.T, strict=True):
            column[self._count : count] = values
        self._count = count

    def _resized(self, column: Array, size: int) -> Array:
        new = np.empty(size)
        new[: self._count] = column[: self._count]
        return new

    def _thin(self) -> None:
        """Thins the rows that came since the last time, and the older ones when they have become too many."""
        recent_end = self._count - EXACT_ROWS
        keep = np.ones(self._count, bool)
        keep[self._thinned_until : recent_end] = self._extremes(self._thinned_until, recent_end, self._bucket)
        thinned = slice(EXACT_ROWS, EXACT_ROWS + int(np.count_nonzero(keep[EXACT_ROWS:recent_end])))
        self._keep(keep)
        self._thinned_until = thinned.stop
        if thinned.stop - thinned.start > self._limit // 2:
            keep = np.ones(self._count, bool)
            keep[thinned] = self._extremes(thinned.start, thinned.stop, 4 * self._curve_count)
            self._thinned_until = EXACT_ROWS + int(np.count_nonzero(keep[thinned]))
            self._keep(keep)
            self._bucket *= 2

    def _extremes(self, start: int, stop: int, size: int) -> Array:
        """Which of the rows from ``start`` to ``stop`` are an extreme of any curve among ``size`` neighbours."""
        keep = np.zeros(stop - start, bool)
        whole = (stop - start) // size * size
        keep[whole:] = True  # a last, shorter stretch stays as it is
        first = np.arange(0, whole, size)
        for column in self._columns[1:]:
            values = column[start : start + whole].reshape(-1, size)
            least, greatest = np.nan_to_num(values, nan=np.inf), np.nan_to_num(values, nan=-np.inf)
            keep[first + least.argmin(axis=1)] = True
            keep[first + greatest.argmax(axis=1)] = True
        return keep

    def _keep(self, keep: Array) -> None:
        kept = np.flatnonzero(keep)
        for number, column in enumerate(self._columns):
            new = np.empty(len(column))
            np.take(column, kept, out=new[: len(kept)])
            self._columns[number] = new
        self._count = len(kept)
