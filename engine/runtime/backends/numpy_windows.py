"""Windows over numpy arrays: padding, the elements at one place of all windows, and the order of the axes.

Inside the functions of this backend that slide windows, the channels always stand last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from ...ops.windows import Windows

Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]
Step = Callable[..., Array]


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
    """Room for samples with what is added around them; the surroundings are written once."""

    def __init__(self, shape: Shape, windows: Windows, dtype: np.dtype[Any], fill: Any = 0) -> None:
        sizes = tuple(
            size + before + behind
            for size, before, behind in zip(windows.size, windows.before, windows.behind, strict=True)
        )
        self.inside = (
            slice(None),
            *(slice(b, b + size) for b, size in zip(windows.before, windows.size, strict=True)),
            slice(None),
        )
        self.room: Array = np.full((shape[0], *sizes, shape[-1]), fill, dtype)

    def around(self, x: Array) -> Array:
        """The samples with their surroundings; there may be fewer than there is room for."""
        room = self.room[: len(x)]
        room[self.inside] = x
        return room


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


def sum_neighbours(x: Array, radius: int, out: Array | None = None) -> Array:
    """The sum over ``radius`` elements before and behind each along the last axis, and itself."""
    total = np.empty(x.shape, x.dtype) if out is None else out
    np.copyto(total, x)
    for distance in range(1, min(radius, x.shape[-1] - 1) + 1):
        total[..., distance:] += x[..., :-distance]
        total[..., :-distance] += x[..., distance:]
    return total
