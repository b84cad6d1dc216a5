"""Convolutions that keep the channels apart, on numpy: one pass over all windows for each place in a window.

As for other convolutions, each function is called when a plan is made and gives the function that the plan calls.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...ops.windows import Windows
from .numpy_windows import Array, Padding, Shape, Step, channels_last, given_back, offsets, with_channels_last


class _Parts:
    """The arrays that all three functions work with, and the axis of the channels split into (channels, copies)."""

    def __init__(self, windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> None:
        self._last = last
        self.padding = Padding(with_channels_last(x_shape, last), windows, dtype)
        self.places = list(offsets(windows))
        self.shape: Shape = (x_shape[0], *windows.count, *filter_shape[-2:])
        self.work = np.empty(self.shape, dtype)

    def around(self, x: Array) -> Array:
        return self.padding.around(channels_last(x, self._last))

    def split(self, gradient: Array) -> Array:
        """A gradient of the result as (batch, windows…, channels, copies)."""
        return channels_last(gradient, self._last).reshape(self.shape)


def depthwise(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """Each window's sum of products with the filter (window…, channels, copies), channel by channel."""
    parts = _Parts(windows, x_shape, filter_shape, dtype, last)
    total = np.empty(parts.shape, dtype)

    def step(x: Array, weights: Array, out: Array | None = None) -> Array:
        padded = parts.around(x)
        total.fill(0)
        for place, index in parts.places:
            np.add(total, np.multiply(padded[index][..., None], weights[place], parts.work), total)
        return given_back(total.reshape(*parts.shape[:-2], -1), last, out)

    return step


def depthwise_to_input(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The gradient of :func:`depthwise` to what it slides over."""
    parts = _Parts(windows, x_shape, filter_shape, dtype, last)
    room, share = np.empty(parts.padding.shape, dtype), np.empty(parts.shape[:-1], dtype)

    def step(weights: Array, gradient: Array, out: Array | None = None) -> Array:
        arriving = parts.split(gradient)
        room.fill(0)
        for place, index in parts.places:
            np.sum(np.multiply(arriving, weights[place], parts.work), -1, out=share)
            target = room[index]
            np.add(target, share, target)
        return given_back(room[parts.padding.inside], last, out)

    return step


def depthwise_to_filter(
    windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool
) -> Step:
    """The gradient of :func:`depthwise` to its filter."""
    parts = _Parts(windows, x_shape, filter_shape, dtype, last)
    summed = tuple(range(len(parts.shape) - 2))

    def step(x: Array, gradient: Array, out: Array | None = None) -> Array:
        result = np.empty(filter_shape, dtype) if out is None else out
        padded, arriving = parts.around(x), parts.split(gradient)
        for place, index in parts.places:
            np.sum(np.multiply(padded[index][..., None], arriving, parts.work), summed, out=result[place])
        return result

    return step
