"""Convolution and pooling on numpy: strided views of a padded copy, and one matrix product.

Each function here is called when a plan is made, with the shapes, and gives the function that the plan calls; the
work arrays are allocated then. Inside, the channels always stand last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...ops.windows import Windows

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]
Step = Callable[..., Array]

#: The windows of so many elements are laid out at a time: the copy then stays in the processor's cache.
_COLUMNS = 1 << 19
_FEW_CHANNELS = 4


def channels_last(array: Array, last: bool) -> Array:
    """A view with the channels as the last axis of an array in which they stand there or at place 1."""
    return array if last else np.moveaxis(array, 1, -1)


def with_channels_last(shape: Shape, last: bool) -> Shape:
    return shape if last else (shape[0], *shape[2:], shape[1])


def given_back(inner: Array, last: bool, out: Array | None) -> Array:
    """A copy of an array with its channels last, in the order of axes that is wanted."""
    turned = inner if last else np.moveaxis(inner, -1, 1)
    if out is None:
        return turned.copy()
    np.copyto(out, turned)
    return out


class Padding:
    """A tensor with what is added around it; the surroundings are written once."""

    def __init__(self, shape: Shape, windows: Windows, dtype: np.dtype[Any], fill: Any = 0) -> None:
        sizes = tuple(
            max(size + before + behind, 0)
            for size, before, behind in zip(windows.size, windows.before, windows.behind, strict=True)
        )
        self.shape: Shape = (shape[0], *sizes, shape[-1])
        self.is_needed = sizes != windows.size
        self.inside = (
            slice(None),
            *(slice(b, b + size) for b, size in zip(windows.before, windows.size, strict=True)),
            slice(None),
        )
        self._room = np.full(self.shape, fill, dtype) if self.is_needed else None

    def around(self, x: Array) -> Array:
        """x with its surroundings."""
        if self._room is None:
            return x
        self._room[self.inside] = x
        return self._room


def offsets(windows: Windows) -> Iterator[tuple[Shape, tuple[slice, ...]]]:
    """For each place in a window, in order: the place, and the index of its elements in all windows."""
    for place in product(*(range(width) for width in windows.window)):
        index = tuple(
            slice(at * dilation, at * dilation + (count - 1) * stride + 1 if count else 0, stride)
            for at, dilation, count, stride in zip(
                place, windows.dilations, windows.count, windows.strides, strict=True
            )
        )
        yield place, (slice(None), *index, slice(None))


class _Columns:
    """The windows of a tensor as the rows of a matrix, some samples at a time."""

    def __init__(self, windows: Windows, x_shape: Shape, dtype: np.dtype[Any], last: bool) -> None:
        self._windows = windows
        self._padding = Padding(x_shape, windows, dtype)
        channels = x_shape[-1]
        self.rows = prod(windows.count)
        self.depth = prod(windows.window) * channels
        self._most = max(1, min(x_shape[0], _COLUMNS // max(1, self.rows * self.depth)))
        starts = range(0, x_shape[0], self._most)
        self._pieces = [(start, min(start + self._most, x_shape[0])) for start in starts]
        # What is copied in one go should be long: a window's row of channels, or, where these are few, the elements
        # that one place in the window sees along a row of the tensor.
        self._by_place = not last or channels < _FEW_CHANNELS
        size = (self.depth, self._most * self.rows)
        self._matrix = np.empty(size if self._by_place else size[::-1], dtype)

    def pieces(self, x: Array) -> Iterator[tuple[slice, Array]]:
        """Which rows, and the rows; each piece is overwritten by the next."""
        windows, padded = self._windows, self._padding.around(x)
        batch, *steps, channel = padded.strides
        between = [step * stride for step, stride in zip(steps, windows.strides, strict=True)]
        within = [step * dilation for step, dilation in zip(steps, windows.dilations, strict=True)]
        for start, stop in self._pieces:
            count, part = stop - start, padded[start:stop]
            if self._by_place:
                shape = (*windows.window, part.shape[-1], count, *windows.count)
                view = as_strided(part, shape, (*within, channel, batch, *between))
                room = self._matrix.reshape(*windows.window, part.shape[-1], self._most, *windows.count)
                np.copyto(room[(slice(None),) * (len(within) + 1) + (slice(count),)], view)
                matrix = self._matrix[:, : count * self.rows].T
            else:
                shape = (count, *windows.count, *windows.window, part.shape[-1])
                view = as_strided(part, shape, (batch, *between, *within, channel))
                matrix = self._matrix[: count * self.rows]
                np.copyto(matrix.reshape(shape), view)
            yield slice(start * self.rows, stop * self.rows), matrix


def convolution(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """Each window's sum of products with the filter (window…, channels, channels of the result)."""
    x_shape = with_channels_last(x_shape, last)
    columns = _Columns(windows, x_shape, dtype, last)
    outputs = filter_shape[-1]
    shape = (x_shape[0], *windows.count, outputs)
    work = None if last else np.empty(shape, dtype)

    def step(x: Array, weights: Array, out: Array | None = None) -> Array:
        result = np.empty(shape, dtype) if work is None and out is None else out if work is None else work
        assert result is not None
        flat, matrix = result.reshape(-1, outputs), weights.reshape(columns.depth, outputs)
        for rows, part in columns.pieces(channels_last(x, last)):
            np.matmul(part, matrix, flat[rows])
        return result if last else given_back(result, last, out)

    return step


def convolution_to_input(
    windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool
) -> Step:
    """The gradient of a convolution to what it slides over: each window's share is added at its place."""
    x_shape = with_channels_last(x_shape, last)
    channels, outputs = filter_shape[-2:]
    padding = Padding(x_shape, windows, dtype)
    shape = (x_shape[0], *windows.count, channels)
    work, room = np.empty(shape, dtype), np.empty(padding.shape, dtype)
    flat = work.reshape(-1, channels)
    places = list(offsets(windows))

    def step(weights: Array, gradient: Array, out: Array | None = None) -> Array:
        rows = channels_last(gradient, last).reshape(-1, outputs)
        room.fill(0)
        for place, index in places:
            np.matmul(rows, weights[place].T, flat)
            target = room[index]
            np.add(target, work, target)
        return given_back(room[padding.inside], last, out)

    return step


def convolution_to_filter(
    windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool
) -> Step:
    """The gradient of a convolution to its filter: the windows' elements times what arrives for each window."""
    columns = _Columns(windows, with_channels_last(x_shape, last), dtype, last)
    outputs = filter_shape[-1]
    share = np.empty((columns.depth, outputs), dtype)

    def step(x: Array, gradient: Array, out: Array | None = None) -> Array:
        result = np.empty(filter_shape, dtype) if out is None else out
        total = result.reshape(columns.depth, outputs)
        total.fill(0)
        arriving = channels_last(gradient, last).reshape(-1, outputs)
        for rows, part in columns.pieces(channels_last(x, last)):
            np.add(total, np.matmul(part.T, arriving[rows], share), total)
        return result

    return step


def sum_neighbours(x: Array, radius: int, out: Array | None = None) -> Array:
    """The sum over ``radius`` elements before and behind each along the last axis, and itself."""
    total = np.empty(x.shape, x.dtype) if out is None else out
    np.copyto(total, x)
    for distance in range(1, min(radius, x.shape[-1] - 1) + 1):
        total[..., distance:] += x[..., :-distance]
        total[..., :-distance] += x[..., distance:]
    return total
