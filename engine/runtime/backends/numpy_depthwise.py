"""Convolutions that keep the channels apart, on numpy: one pass over some samples for each place in a window.

As for other convolutions, each function is called when a plan is made and gives the function that the plan calls.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...ops.windows import Windows
from ..parallel import run_parts
from .numpy_parts import Group, Part, by_group, cut, largest_group, rooms_for
from .numpy_windows import Array, Padding, Shape, Step, channels_last, offsets, with_channels_last

#: The time for one element of one window, in multiplications of a matrix product.
_WORK = 15


class _Form:
    """The shapes that all three functions work with; the result's channels are split into (channels, copies)."""

    def __init__(self, windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> None:
        self.windows, self.dtype, self.last = windows, dtype, last
        self.samples, *sample = with_channels_last(x_shape, last)
        self.sample: Shape = tuple(sample)
        self.channels, self.copies = filter_shape[-2:]
        self.result_sample: Shape = (*windows.count, self.channels, self.copies)
        self.shape: Shape = (
            (self.samples, *windows.count, self.channels * self.copies)
            if last
            else (self.samples, self.channels * self.copies, *windows.count)
        )
        elements = prod(self.result_sample)
        self.parts: list[Part] = cut(self.samples, 1, elements, _WORK * self.samples * elements * prod(windows.window))
        self.places = list(offsets(windows))

    def x(self, array: Array) -> Array:
        """What the filter slides over as (samples, …, channels)."""
        return channels_last(array, self.last)

    def split(self, result: Array) -> Array:
        """A view of a result without gaps as (samples, windows…, channels, copies)."""
        if self.last:
            return result.reshape(self.samples, *self.result_sample)
        apart = result.reshape(self.samples, self.channels, self.copies, *self.windows.count)
        return np.moveaxis(apart, (1, 2), (-2, -1))

    def rooms(self) -> list[_Room]:
        """What each thread works in."""
        samples, _ = largest_group(self.parts)
        return rooms_for(self.parts, lambda: _Room(self, samples))


class _Room:
    """Arrays for some samples with their surroundings and for products."""

    def __init__(self, form: _Form, samples: int) -> None:
        self.padding = Padding((samples, *form.sample), form.windows, form.dtype)
        self.products = np.empty((samples, *form.result_sample), form.dtype)
        self.shares = np.empty((samples, *form.result_sample[:-1]), form.dtype)


def depthwise(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """Each window's sum of products with the filter (window…, channels, copies), channel by channel."""
    form = _Form(windows, x_shape, filter_shape, dtype, last)
    rooms = form.rooms()

    def step(x: Array, weights: Array, out: Array | None = None) -> Array:
        result = np.empty(form.shape, dtype) if out is None else out
        samples, target = form.x(x), form.split(result)

        def slide(group: Group, room: _Room) -> None:
            padded = room.padding.around(samples[group.start : group.stop])
            total, products = target[group.start : group.stop], room.products[: group.samples]
            total.fill(0)
            for place, index in form.places:
                np.add(total, np.multiply(padded[index][..., None], weights[place], products), total)

        run_parts(by_group(slide), form.parts, rooms)
        return result

    return step


def depthwise_to_input(windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The gradient of :func:`depthwise` to what it slides over."""
    form = _Form(windows, x_shape, filter_shape, dtype, last)
    rooms = form.rooms()

    def step(weights: Array, gradient: Array, out: Array | None = None) -> Array:
        result = np.empty(x_shape, dtype) if out is None else out
        target, arriving = form.x(result), form.split(gradient)

        def spread(group: Group, room: _Room) -> None:
            arrived, padded = arriving[group.start : group.stop], room.padding.room[: group.samples]
            products, share = room.products[: group.samples], room.shares[: group.samples]
            padded.fill(0)
            for place, index in form.places:
                if form.copies == 1:
                    np.multiply(arrived[..., 0], weights[place][:, 0], share)
                else:
                    np.add.reduce(np.multiply(arrived, weights[place], products), -1, out=share)
                part = padded[index]
                np.add(part, share, part)
            np.copyto(target[group.start : group.stop], padded[room.padding.inside])

        run_parts(by_group(spread), form.parts, rooms)
        return result

    return step


def depthwise_to_filter(
    windows: Windows, x_shape: Shape, filter_shape: Shape, dtype: np.dtype[Any], last: bool
) -> Step:
    """The gradient of :func:`depthwise` to its filter."""
    form = _Form(windows, x_shape, filter_shape, dtype, last)
    rooms, groups = form.rooms(), list(enumerate(group for part in form.parts for group in part))
    sums = np.empty((len(groups), *filter_shape), dtype)
    summed = tuple(range(1 + len(windows.count)))

    def step(x: Array, gradient: Array, out: Array | None = None) -> Array:
        samples, arriving = form.x(x), form.split(gradient)

        def multiply(numbered: tuple[int, Group], room: _Room) -> None:
            number, group = numbered
            padded = room.padding.around(samples[group.start : group.stop])
            arrived, products = arriving[group.start : group.stop], room.products[: group.samples]
            for place, index in form.places:
                np.multiply(padded[index][..., None], arrived, products)
                np.add.reduce(products, summed, out=sums[number][place])

        run_parts(multiply, groups, rooms)
        result: Array = np.add.reduce(sums, 0, out=out)
        return result

    return step
