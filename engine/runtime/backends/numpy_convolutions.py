"""Convolution on numpy: the windows are laid out as a matrix, group by group of samples, and multiplied.

Each function here is called when a plan is made, with the shapes, and gives the function that the plan calls; the
work arrays are allocated then. Inside, the channels always stand last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...ops.windows import Windows
from .numpy_parts import MOST_PARTS, Group, Part, by_group, largest_group, rooms_for, run_products
from .numpy_patches import Blocks, Elements, FilterMatrix, Patches, cheapest, patches
from .numpy_windows import Array, Padding, Shape, Step, channels_last, given_back, with_channels_last

#: The sums that the parts of a batch make for a filter's gradient have no more elements than this, all together.
_SUMS = 1 << 21


class _InOrder:
    """Arrays of one shape with their channels last and without gaps: as they come, or copied."""

    def __init__(self, shape: Shape, dtype: np.dtype[Any], last: bool) -> None:
        self._shape, self._dtype, self._last = shape, dtype, last

    @cached_property
    def work(self) -> Array:
        return np.empty(self._shape, self._dtype)

    def of(self, array: Array) -> Array:
        if self._last and array.flags.c_contiguous:
            return array
        np.copyto(self.work, channels_last(array, self._last))
        return self.work


def _zeros(shape: Shape, dtype: np.dtype[Any]) -> Step:
    """The result where there is nothing to sum."""

    def step(_: Array, __: Array, out: Array | None = None) -> Array:
        result = np.empty(shape, dtype) if out is None else out
        result.fill(0)
        return result

    return step


def _only_finite(make: Callable[[Blocks], Step], blocks: Blocks, place: int) -> Step:
    """A step that takes blocks of one window when the array at that place among its arguments is not finite.

    In wider blocks elements meet zeros of the filter's matrix, and infinity times zero is not zero.
    """
    step = make(blocks)
    if blocks.width == 1:
        return step

    @cache
    def exact() -> Step:
        return make(blocks.single())

    def checked(*arrays: Array) -> Array:
        # The sum tells it in one pass; where finite numbers add up to infinity, exact blocks are right too.
        is_finite = np.isfinite(np.add.reduce(arrays[place], None))
        result: Array = step(*arrays) if is_finite else exact()(*arrays)
        return result

    return checked


def convolution(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """Each window's sum of products with the filter (window…, channels, channels of the result)."""
    x_shape = with_channels_last(x_shape, last)
    channels, outputs = filter_shape[-2:]
    shape = (x_shape[0], *windows.count, outputs)
    if 0 in (*x_shape, *filter_shape, *shape):
        return _zeros(shape if last else (shape[0], outputs, *windows.count), dtype)

    def make(blocks: Blocks) -> Step:
        parts, filters = blocks.cut(x_shape[0]), FilterMatrix(blocks, dtype)
        source, target = _InOrder(x_shape, dtype, last), _InOrder(shape, dtype, last)
        rooms = rooms_for(parts, lambda: patches(blocks, x_shape[1:], dtype, parts))

        def step(x: Array, weights: Array, out: Array | None = None) -> Array:
            given, matrix = source.of(x), filters.of(weights)
            result = target.work if not last else np.empty(shape, dtype) if out is None else out

            def multiply(group: Group, room: Elements | Patches) -> None:
                np.matmul(room.of(given, group), matrix, blocks.rows_of(result, group))

            run_products(by_group(multiply), parts, rooms)
            return result if last else given_back(result, last, out)

        return step

    return _only_finite(make, cheapest(windows, channels, outputs, dtype), 0)


def convolution_to_filter(
    windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool
) -> Step:
    """The gradient of a convolution to its filter: the windows' elements times what arrives for each window."""
    x_shape = with_channels_last(x_shape, last)
    channels, outputs = filter_shape[-2:]
    shape = (x_shape[0], *windows.count, outputs)
    if 0 in (*x_shape, *filter_shape, *shape):
        return _zeros(filter_shape, dtype)
    blocks = cheapest(windows, channels, outputs, dtype)
    size = (blocks.depth, blocks.columns)
    parts = blocks.cut(x_shape[0], max(1, min(MOST_PARTS, _SUMS // prod(size))))
    source, arriving = _InOrder(x_shape, dtype, last), _InOrder(shape, dtype, last)
    rooms = rooms_for(parts, lambda: (patches(blocks, x_shape[1:], dtype, parts), np.empty(size, dtype)))
    sums, total = np.empty((len(parts), *size), dtype), np.empty(size, dtype)
    moved = blocks.filters_in(total)
    numbered = list(enumerate(parts))

    def step(x: Array, gradient: Array, out: Array | None = None) -> Array:
        given, arrived = source.of(x), arriving.of(gradient)

        def multiply(part: tuple[int, Part], room: tuple[Elements | Patches, Array]) -> None:
            number, groups = part
            laid_out, share = room
            for place, group in enumerate(groups):
                product = share if place else sums[number]
                np.matmul(laid_out.of(given, group).T, blocks.rows_of(arrived, group), product)
                if place:
                    np.add(sums[number], share, sums[number])

        run_products(multiply, numbered, rooms)
        np.add.reduce(sums, 0, out=total)
        result: Array = np.add.reduce(moved, 0, out=out)
        return result

    return step


def convolution_to_input(
    windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool
) -> Step:
    """The gradient of a convolution to what it slides over.

    With stride 1 it is also a convolution, of the gradient with the filter turned around. Where that costs more, and
    with other strides, each block's share is added at its place.
    """
    channels, outputs = filter_shape[-2:]
    if 0 in (*x_shape, *filter_shape, *windows.count):
        return _zeros(x_shape, dtype)
    scattered = cheapest(windows, channels, outputs, dtype, scattering=True)
    back = _turned_around(windows)
    if back is not None:
        gathered = cheapest(back, outputs, channels, dtype)
        if gathered.cost_of_gathering() <= scattered.cost_of_scattering():
            return _by_convolution(back, x_shape, filter_shape, dtype, last)
    x_shape = with_channels_last(x_shape, last)
    return _only_finite(lambda blocks: _by_addition(blocks, x_shape, outputs, dtype, last), scattered, 1)


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


class _Shares:
    """Room for the shares of some samples' blocks, and for the samples that they are added to."""

    def __init__(self, blocks: Blocks, sample: Shape, dtype: np.dtype[Any], samples: int, rows: int) -> None:
        self._blocks = blocks
        self._padding = Padding((samples, *sample), blocks.windows, dtype)
        room = self._padding.room
        self._shares = np.empty((samples * rows * prod(blocks.count[1:]), blocks.depth), dtype)
        batch, *apart, item = room.strides
        steps = tuple(apart)
        shape, between = (samples, *blocks.count, blocks.run), (batch, *blocks.steps_between(steps), item)
        places = as_strided(room, (*blocks.outer, *shape), (*blocks.steps_within(steps), *between))
        shares = self._shares.reshape(samples, rows, *blocks.count[1:], *blocks.outer, blocks.run)
        # Neighbouring blocks overlap: what is added at once are those that do not.
        apart_by = -(-blocks.span // (blocks.width * blocks.windows.strides[-1]))
        axes = len(blocks.count)
        self._pairs = []
        for place in np.ndindex(blocks.outer):
            share = shares[(slice(None),) * (1 + axes) + place]
            for first in range(min(apart_by, blocks.count[-1])):
                chosen = (..., slice(first, None, apart_by), slice(None))
                self._pairs.append((places[place][chosen], share[chosen]))

    def add(self, arriving: Array, matrix: Array, group: Group, target: Array) -> None:
        """Adds up the shares of the group's blocks, and copies the sums to their place in the batch."""
        count, rows = group.samples, group.last - group.first
        np.matmul(arriving, matrix.T, self._shares[: len(arriving)])
        room = self._padding.room[:count]
        if group.first == 0:
            room.fill(0)
        for place, share in self._pairs:
            part = place[:count, group.first : group.last]
            np.add(part, share[:count, :rows], part)
        if group.last == self._blocks.count[0]:
            np.copyto(target[group.start : group.stop], room[self._padding.inside])


def _by_addition(blocks: Blocks, x_shape: Shape, outputs: int, dtype: np.dtype[Any], last: bool) -> Step:
    parts, filters = blocks.cut(x_shape[0]), FilterMatrix(blocks, dtype)
    shape = (x_shape[0], *blocks.windows.count, outputs)
    arriving = _InOrder(shape, dtype, last)
    rooms = rooms_for(parts, lambda: _Shares(blocks, x_shape[1:], dtype, *largest_group(parts)))

    def step(weights: Array, gradient: Array, out: Array | None = None) -> Array:
        result = np.empty(x_shape if last else (x_shape[0], x_shape[-1], *x_shape[1:-1]), dtype) if out is None else out
        arrived, matrix, target = arriving.of(gradient), filters.of(weights), channels_last(result, last)

        def add(group: Group, room: _Shares) -> None:
            room.add(blocks.rows_of(arrived, group), matrix, group, target)

        run_products(by_group(add), parts, rooms)
        return result

    return step
