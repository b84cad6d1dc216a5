"""Parts of a tensor that are small enough to be shown: rows of it, a coarser picture of a plane, its histogram.

A plane is what the last two axes span, at given indices of the others. A vector is a plane of one column, a scalar
one of one element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .statistics import MOST_BINS, Histogram, histogram

Array = np.ndarray[Any, np.dtype[Any]]


class Excerpt(Protocol):
    """A part of a tensor."""

    def take(self, array: Array) -> Any:
        """That part, as an array of its own that may be kept."""
        ...


def plane_shape(shape: Sequence[int]) -> tuple[int, int]:
    """Rows and columns of each plane of a tensor."""
    if len(shape) < 2:
        return (shape[0] if shape else 1, 1)
    return (shape[-2], shape[-1])


def plane_of(array: Array, leading: Sequence[int]) -> Array:
    """The plane [rows, columns] at these indices of the axes before the last two; too large ones mean the last."""
    if array.ndim < 2:
        return array.reshape(-1, 1)
    sizes = array.shape[:-2]
    if 0 in sizes:
        return array.reshape(-1, array.shape[-1])[:0]
    places = [*leading, *[0] * len(sizes)][: len(sizes)]
    plane: Array = array[tuple(min(max(place, 0), size - 1) for place, size in zip(places, sizes, strict=True))]
    return plane


def element_index(shape: Sequence[int], leading: Sequence[int], row: int, column: int) -> tuple[int, ...]:
    """The index in a tensor of an element of one of its planes."""
    return (*leading, row, column)[: len(shape)] if len(shape) < 2 else (*leading, row, column)


@dataclass(frozen=True, slots=True)
class Region:
    """Some rows and columns of a plane: [rows, columns], fewer where the plane ends."""

    leading: tuple[int, ...] = ()
    row: int = 0
    column: int = 0
    rows: int = 1 << 62
    columns: int = 1 << 62

    def take(self, array: Array) -> Array:
        plane = plane_of(array, self.leading)
        return plane[self.row : self.row + self.rows, self.column : self.column + self.columns].copy()


@dataclass(frozen=True, slots=True)
class CoarsePlane:
    """A region in at most so many cells each way. A cell has the element of largest magnitude; NaN counts as that."""

    region: Region
    most_rows: int
    most_columns: int

    def take(self, array: Array) -> Array:
        values = self.region.take(array)
        if values.dtype.kind == "O" or not values.size:
            return np.zeros((0, 0))
        values = values.astype(np.float64)
        return _extreme(_extreme(values, 0, self.most_rows), 1, self.most_columns)

    def steps(self, shape: Sequence[int]) -> tuple[int, int]:
        """How many rows and columns of a tensor of this shape share a cell (the last one may have fewer)."""
        rows, columns = plane_shape(shape)
        rows = min(self.region.rows, max(rows - self.region.row, 0))
        columns = min(self.region.columns, max(columns - self.region.column, 0))
        return _step(rows, self.most_rows), _step(columns, self.most_columns)


@dataclass(frozen=True, slots=True)
class Strip:
    """All elements one after the other, in at most so many cells; each has the one of largest magnitude."""

    most_cells: int

    def take(self, array: Array) -> Array:
        if array.dtype.kind == "O":
            return np.zeros(0)
        return _extreme(array.reshape(-1).astype(np.float64), 0, self.most_cells)


@dataclass(frozen=True, slots=True)
class Whole:
    """All of it, to be saved."""

    def take(self, array: Array) -> Array:
        return array.copy()


@dataclass(frozen=True, slots=True)
class Distribution:
    """The histogram of all elements."""

    most_bins: int = MOST_BINS

    def take(self, array: Array) -> Histogram:
        return histogram(array, self.most_bins)


def _step(size: int, most: int) -> int:
    return max(-(-size // most), 1)


def _extreme(values: Array, axis: int, most: int) -> Array:
    step = _step(values.shape[axis], most)
    if step == 1:
        return values
    starts = np.arange(0, values.shape[axis], step)
    with np.errstate(invalid="ignore"):
        greatest = np.maximum.reduceat(values, starts, axis=axis)
        least = np.minimum.reduceat(values, starts, axis=axis)
        return np.where(-least > greatest, least, greatest)
