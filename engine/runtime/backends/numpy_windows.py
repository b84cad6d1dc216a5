"""Convolution on numpy: strided views of a padded copy, and one matrix product.

Each function here is called when a plan is made, with the shapes, and gives the function that the plan calls; the
work arrays are allocated then. Inside, the channels always stand last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
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
#: The same for what is added to the places that one place of all windows looks at.
_SHARES = 1 << 16
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


def _pieces(samples: int, elements: int, limit: int) -> list[tuple[int, int]]:
    """Where to cut a batch, so that a piece with so many elements for each sample has no more than ``limit``."""
    most = max(1, limit // max(1, elements))
    return [(start, min(start + most, samples)) for start in range(0, samples, most)]


class _Columns:
    """The windows of a tensor as the rows of a matrix, some samples at a time."""

    def __init__(self, windows: Windows, x_shape: Shape, dtype: np.dtype[Any], last: bool) -> None:
        self._windows = windows
        self._padding = Padding(x_shape, windows, dtype)
        channels = x_shape[-1]
        self.rows = prod(windows.count)
        self.depth = prod(windows.window) * channels
        self._pieces = _pieces(x_shape[0], self.rows * self.depth, _COLUMNS)
        self._most = max((stop - start for start, stop in self._pieces), default=0)
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
    """The gradient of a convolution to what it slides over.

    With stride 1 that is a convolution of the gradient with the filter turned around. Else, and where the gradient
    has many more channels, each window's share is added at its place.
    """
    back = _turned_around(windows)
    if back is not None and filter_shape[-1] <= 2 * filter_shape[-2]:
        return _by_convolution(back, x_shape, filter_shape, dtype, last)
    return _by_addition(windows, with_channels_last(x_shape, last), filter_shape, dtype, last)


def _turned_around(windows: Windows) -> Windows | None:
    """The windows over the result that lead back to what was slid over; None where there are none."""
    if any(stride != 1 for stride in windows.strides):
        return None
    reaches = [(width - 1) * dilation for width, dilation in zip(windows.window, windows.dilations, strict=True)]
    before = tuple(reach - b for reach, b in zip(reaches, windows.before, strict=True))
    behind = tuple(
        size + reach - count - b
        for size, reach, count, b in zip(windows.size, reaches, windows.count, before, strict=True)
    )
    if min(*before, *behind, 0) < 0:
        return None
    return replace(windows, size=windows.count, before=before, behind=behind, count=windows.size)


def _by_convolution(back: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    *window, channels, outputs = filter_shape
    shape = (x_shape[0], *back.size, outputs) if last else (x_shape[0], outputs, *back.size)
    forward = convolution(back, shape, (*window, outputs, channels), dtype, last)
    turned = (slice(None, None, -1),) * len(window)

    def step(weights: Array, gradient: Array, out: Array | None = None) -> Array:
        return forward(gradient, weights[turned].swapaxes(-1, -2), out)

    return step


def _by_addition(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    channels, outputs = filter_shape[-2:]
    padding = Padding(x_shape, windows, dtype)
    rows = prod(windows.count)
    pieces = _pieces(x_shape[0], rows * channels, _SHARES)
    largest = max((stop - start for start, stop in pieces), default=0)
    room, shares = np.empty(padding.shape, dtype), np.empty((largest, *windows.count, channels), dtype)
    places = list(offsets(windows))

    def step(weights: Array, gradient: Array, out: Array | None = None) -> Array:
        arriving = channels_last(gradient, last).reshape(-1, outputs)
        room.fill(0)
        for start, stop in pieces:
            part, share = arriving[start * rows : stop * rows], shares[: stop - start]
            flat = share.reshape(-1, channels)
            for place, index in places:
                np.matmul(part, weights[place].T, flat)
                target = room[start:stop][index]
                np.add(target, share, target)
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
