"""Windows as the rows of a matrix, so that a convolution is one matrix product.

Windows that lie side by side share most of what they look at. A row of the matrix holds a whole *block* of them: all
that ``width`` neighbouring windows see, each element once. The filter's matrix then has a column for each result of
the block, with the filter moved along and zeros where a window does not look. That is more to multiply but less to
copy, and the product is of a form in which matrix libraries are fast: filters of 6 or 16 channels make thin ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...ops.windows import Windows
from .numpy_parts import MOST_PARTS, Group, Part, cut, largest_group
from .numpy_windows import Array, Padding, Shape

#: What things cost, in multiplications of a large matrix product (48 in a nanosecond): measured with float32.
_COPY, _COPY_ELEMENT = 100, 4  #: a contiguous run copied, and each of its elements
_ADD, _ADD_ELEMENT = 960, 12  #: a contiguous run added, and each of its elements
_THIN_ROWS, _THIN_COLUMNS = 10, 8  #: a product costs as if the matrix had so many more rows and columns


class Blocks:
    """The form of the matrices for windows that are taken together by ``width``."""

    def __init__(self, windows: Windows, channels: int, outputs: int, width: int) -> None:
        self.windows, self.channels, self.width = windows, channels, width
        self._outputs = outputs
        is_dense = windows.dilations[-1] == 1
        #: The axes of a window along which its elements do not lie side by side, and how many positions do.
        self.outer: Shape = windows.window[:-1] if is_dense else windows.window
        self.span = (width - 1) * windows.strides[-1] + windows.window[-1] if is_dense else 1
        self.run = self.span * channels
        #: The size of the filter's matrix: a block's elements, and its results.
        self.depth, self.columns = prod(self.outer) * self.run, width * outputs
        #: How many blocks there are along each axis; along one axis they are all in a row of their own.
        rows = windows.count[:-1] or (1,)
        self.count: Shape = (*rows, windows.count[-1] // width)

    def rows_of(self, result: Array, group: Group) -> Array:
        """The group's blocks in a result with its channels last and without gaps, as the rows of a matrix."""
        rows = result.reshape(len(result), self.count[0], -1)
        return rows[group.start : group.stop, group.first : group.last].reshape(-1, self.columns)

    def cut(self, samples: int, most: int = MOST_PARTS) -> list[Part]:
        """The parts of a batch whose windows are laid out in blocks."""
        work = samples * prod(self.count) * self.depth * self.columns
        return cut(samples, self.count[0], prod(self.count[1:]) * self.depth, work, most)

    def cost_of_gathering(self) -> int:
        """About what a convolution costs for one sample, in multiplications."""
        copying = prod(self.outer) * (_COPY + _COPY_ELEMENT * self.run)
        return prod(self.count) * (self._product() + copying) + _COPY_ELEMENT * self.depth * self.columns

    def cost_of_scattering(self) -> int:
        """About what it costs to add each block's share at its places, for one sample."""
        adding = prod(self.outer) * (_ADD + _ADD_ELEMENT * self.run)
        return prod(self.count) * (self._product() + adding) + _COPY_ELEMENT * self.depth * self.columns

    def single(self) -> Blocks:
        """Blocks of one window each."""
        return Blocks(self.windows, self.channels, self._outputs, 1)

    def steps_between(self, steps: tuple[int, ...]) -> tuple[int, ...]:
        """How far blocks lie apart along the axes of ``count``, from how far neighbouring elements do."""
        *rows, in_a_row = (step * stride for step, stride in zip(steps, self.windows.strides, strict=True))
        return (*(rows or [0]), in_a_row * self.width)

    def steps_within(self, steps: tuple[int, ...]) -> tuple[int, ...]:
        """How far a block's runs of elements lie apart along the axes of ``outer``."""
        apart = (step * dilation for step, dilation in zip(steps, self.windows.dilations, strict=True))
        return tuple(apart)[: len(self.outer)]

    def _product(self) -> int:
        return (self.depth + _THIN_ROWS) * (self.columns + _THIN_COLUMNS)

    def filters_in(self, matrix: Array) -> Array:
        """The places in a filter's matrix at which the filter stands, as (width, *filter's shape); a view."""
        windows, row = self.windows, self.columns * matrix.itemsize
        axes = (*windows.window[:-1], max(self.span, windows.window[-1]))
        steps = [prod(axes[axis + 1 :]) * self.channels * row for axis in range(len(axes))]
        moved = windows.strides[-1] * steps[-1] + self._outputs * matrix.itemsize
        shape = (self.width, *windows.window, self.channels, self._outputs)
        return as_strided(matrix, shape, (moved, *steps, row, matrix.itemsize))


def cheapest(windows: Windows, channels: int, outputs: int, dtype: np.dtype[Any], scattering: bool = False) -> Blocks:
    """The blocks with which a convolution costs least; of one window each where no library multiplies the dtype."""
    count = windows.count[-1]
    is_single = windows.dilations[-1] != 1 or windows.window[-1] == 1 or dtype.char not in "fd"
    widths = (1,) if is_single else (width for width in range(1, count + 1) if count % width == 0)
    choices = [Blocks(windows, channels, outputs, width) for width in widths]
    return min(choices, key=Blocks.cost_of_scattering if scattering else Blocks.cost_of_gathering)


class FilterMatrix:
    """A filter (window…, channels, outputs) as the matrix of a block."""

    def __init__(self, blocks: Blocks, dtype: np.dtype[Any]) -> None:
        self._blocks, self._dtype = blocks, dtype

    @cached_property
    def _matrix(self) -> Array:
        return np.zeros((self._blocks.depth, self._blocks.columns), self._dtype)

    @cached_property
    def _places(self) -> Array:
        return self._blocks.filters_in(self._matrix)

    def of(self, weights: Array) -> Array:
        if self._blocks.width == 1 and weights.flags.c_contiguous:
            return weights.reshape(self._blocks.depth, -1)
        np.copyto(self._places, weights)
        return self._matrix


class Elements:
    """Windows of one element each, one over each element: a batch without gaps is their matrix already."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks

    def of(self, x: Array, group: Group) -> Array:
        rows = x.reshape(len(x), self._blocks.count[0], -1)
        return rows[group.start : group.stop, group.first : group.last].reshape(-1, self._blocks.channels)


class Patches:
    """The blocks of some samples as the rows of a matrix; each call of :meth:`of` overwrites the last one's."""

    def __init__(self, blocks: Blocks, sample: Shape, dtype: np.dtype[Any], samples: int, rows: int) -> None:
        """For samples of that shape, so many of them and no more than so many rows of blocks at a time."""
        self._count = blocks.count
        self._padding = Padding((samples, *sample), blocks.windows, dtype)
        # A run of elements is copied as one item without a meaning: many times faster than a loop over each.
        item = np.dtype(f"V{blocks.run * dtype.itemsize}")
        room = self._padding.room
        batch, *apart, _ = room.strides
        steps = tuple(apart)
        strides = (batch, *blocks.steps_between(steps), *blocks.steps_within(steps))
        self._seen = np.ndarray((samples, *blocks.count, *blocks.outer), item, room.data, strides=strides)
        self._matrix = np.empty((samples * rows * prod(blocks.count[1:]), blocks.depth), dtype)
        self._items = self._matrix.view(item).reshape(-1, *blocks.outer)

    def of(self, x: Array, group: Group) -> Array:
        """The matrix for the group's blocks in x, a batch with its channels last."""
        if group.first == 0:
            self._padding.around(x[group.start : group.stop])
        seen = self._seen[: group.samples, group.first : group.last]
        size = prod(seen.shape[: 1 + len(self._count)])
        np.copyto(self._items[:size].reshape(seen.shape), seen)
        return self._matrix[:size]


def patches(blocks: Blocks, sample: Shape, dtype: np.dtype[Any], parts: Sequence[Part]) -> Elements | Patches:
    """What gives the matrix for each group of the parts of a batch."""
    windows = blocks.windows
    if {*windows.window, *windows.strides} == {1} and windows.size == windows.count:
        return Elements(blocks)
    return Patches(blocks, sample, dtype, *largest_group(parts))
