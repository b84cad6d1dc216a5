"""Pooling on numpy: one pass over the windows' elements for each place in a window.

As for convolutions, each function is called when a plan is made and gives the function that the plan calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from ...ops.windows import Windows
from .numpy_windows import Array, Padding, Shape, Step, channels_last, given_back, offsets, with_channels_last


class _Maxima:
    """The largest element of each window, and where it stands: the first where several are equal."""

    def __init__(self, windows: Windows, shape: Shape, dtype: np.dtype[Any]) -> None:
        self.padding = Padding(shape, windows, dtype, -np.inf if dtype.kind == "f" else np.iinfo(dtype).min)
        self.shape: Shape = (shape[0], *windows.count, shape[-1])
        self._indices = [index for _, index in offsets(windows)]

    def largest(self, padded: Array, target: Array) -> None:
        np.copyto(target, padded[self._indices[0]])
        for index in self._indices[1:]:
            np.maximum(target, padded[index], out=target)

    def places(self, padded: Array, work: tuple[Array, Array, Array]) -> Iterator[tuple[tuple[slice, ...], Array]]:
        """For each place in a window its index, and for which windows the largest element stands there."""
        maxima, is_open, here = work
        self.largest(padded, maxima)
        is_open.fill(True)
        for index in self._indices:
            np.equal(padded[index], maxima, here)
            np.logical_and(here, is_open, here)
            np.logical_xor(is_open, here, is_open)
            yield index, here

    def work(self, dtype: np.dtype[Any]) -> tuple[Array, Array, Array]:
        """Arrays for :meth:`places` to work in."""
        return np.empty(self.shape, dtype), np.empty(self.shape, bool), np.empty(self.shape, bool)


def max_pooling(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The largest element of each window; what is added around never is."""
    maxima = _Maxima(windows, with_channels_last(shape, last), dtype)

    def step(x: Array, out: Array | None = None) -> Array:
        if out is None:
            out = np.empty(_turned(maxima.shape, last), dtype)
        maxima.largest(maxima.padding.around(channels_last(x, last)), channels_last(out, last))
        return out

    return step


def _turned(shape: Shape, last: bool) -> Shape:
    return shape if last else (shape[0], shape[-1], *shape[1:-1])


def max_pooling_places(windows: Windows, shape: Shape, dtype: np.dtype[Any]) -> Callable[..., tuple[Array, Array]]:
    """The largest element of each window, and its place in its sample, counted through; channels last."""
    maxima = _Maxima(windows, shape, dtype)
    work = maxima.work(dtype)
    numbers = np.arange(prod(shape[1:])).reshape(1, *shape[1:])
    grid = Padding((1, *shape[1:]), windows, numbers.dtype).around(numbers)

    def step(x: Array, out: Array | None = None, places: Array | None = None) -> tuple[Array, Array]:
        found = np.zeros(maxima.shape, np.int64) if places is None else places
        for index, here in maxima.places(maxima.padding.around(x), work):
            np.copyto(found, grid[index], where=here)
        if out is None:
            return work[0].copy(), found
        np.copyto(out, work[0])
        return out, found

    return step


def put_at_maxima(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The gradient of :func:`max_pooling`: each window's share is added where its largest element stands.

    The share's bits are multiplied by 0 or 1: that is exact for NaN and infinity too, and faster than a mask.
    """
    maxima = _Maxima(windows, with_channels_last(shape, last), dtype)
    work, room, bits = maxima.work(dtype), np.empty(maxima.padding.shape, dtype), np.dtype(f"u{dtype.itemsize}")
    share = np.empty(maxima.shape, dtype)

    def step(x: Array, gradient: Array, out: Array | None = None) -> Array:
        room.fill(0)
        arriving = channels_last(gradient, last).view(bits)
        for index, here in maxima.places(maxima.padding.around(channels_last(x, last)), work):
            np.multiply(arriving, here, share.view(bits))
            target = room[index]
            np.add(target, share, target)
        return given_back(room[maxima.padding.inside], last, out)

    return step


def take_at_maxima(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The elements of a second tensor that stand where the largest ones of each window of the first stand."""
    shape = with_channels_last(shape, last)
    maxima, padding = _Maxima(windows, shape, dtype), Padding(shape, windows, dtype)
    work = maxima.work(dtype)

    def step(x: Array, elements: Array, out: Array | None = None) -> Array:
        if out is None:
            out = np.empty(_turned(maxima.shape, last), dtype)
        target = channels_last(out, last)
        target.fill(0)
        source = padding.around(channels_last(elements, last))
        for index, here in maxima.places(maxima.padding.around(channels_last(x, last)), work):
            np.copyto(target, source[index], where=here)
        return out

    return step


def _counts(windows: Windows, dtype: np.dtype[Any]) -> Array:
    """How many elements of the tensor lie in each window, as (1, windows…, 1)."""
    shape = (1, *windows.size, 1)
    padding = Padding(shape, windows, dtype)
    padded = padding.around(np.ones(shape, dtype))
    total = np.zeros((1, *windows.count, 1), dtype)
    for _, index in offsets(windows):
        total += padded[index]
    return total


def mean_pooling(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The mean of each window, over those of its elements that lie in the tensor."""
    shape = with_channels_last(shape, last)
    padding, counts = Padding(shape, windows, dtype), _counts(windows, dtype)
    result = (shape[0], *windows.count, shape[-1])
    (_, first), *others = offsets(windows)

    def step(x: Array, out: Array | None = None) -> Array:
        padded = padding.around(channels_last(x, last))
        if out is None:
            out = np.empty(_turned(result, last), dtype)
        target = channels_last(out, last)
        np.copyto(target, padded[first])
        for _, index in others:
            np.add(target, padded[index], target)
        np.true_divide(target, counts, target)
        return out

    return step


def mean_pooling_to_input(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The gradient of :func:`mean_pooling`: each window's share is spread over its elements."""
    shape = with_channels_last(shape, last)
    padding, counts = Padding(shape, windows, dtype), _counts(windows, dtype)
    room = np.empty(padding.shape, dtype)
    share = np.empty((shape[0], *windows.count, shape[-1]), dtype)
    indices = [index for _, index in offsets(windows)]

    def step(gradient: Array, out: Array | None = None) -> Array:
        room.fill(0)
        np.true_divide(channels_last(gradient, last), counts, share)
        for index in indices:
            target = room[index]
            np.add(target, share, target)
        return given_back(room[padding.inside], last, out)

    return step
