"""Pooling on numpy: all windows' elements at one place make a *plane*, an array without gaps; it loops over these.

As for convolutions, each function is called when a plan is made and gives the function that the plan calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import prod
from typing import Any, TypeVar

import numpy as np

from ...ops.windows import Windows
from ..parallel import run_parts
from .numpy_parts import Group, Part, by_group, cut, largest_group, rooms_for
from .numpy_windows import Array, Padding, Shape, Step, offsets

_PlanesKind = TypeVar("_PlanesKind")

#: The time for one element of one window, in multiplications of a matrix product; and where maxima are sought.
_WORK, _MAXIMA_WORK = 15, 25


class _Form:
    """The shapes of a pooling and the cuts of its batch.

    With the channels at place 1 each channel is taken for a sample of its own.
    """

    def __init__(self, windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool, work: int) -> None:
        self.windows, self.dtype = windows, dtype
        batch, channels = (shape[:1], shape[-1:]) if last else (shape[:2], ())
        self.shape: Shape = shape
        self.pooled: Shape = (*batch, *windows.count, *channels)
        self.samples, self.channels = prod(batch), prod(channels)
        self.sample: Shape = (*windows.size, self.channels)
        self.pooled_sample: Shape = (*windows.count, self.channels)
        self.places = prod(windows.window)
        elements = self.places * prod(self.pooled_sample)
        self.parts: list[Part] = cut(self.samples, 1, elements, work * self.samples * elements)
        #: Whether no element lies in two windows.
        self.is_disjoint = all(
            stride >= (width - 1) * dilation + 1
            for stride, width, dilation in zip(windows.strides, windows.window, windows.dilations, strict=True)
        )
        #: Whether each element lies in exactly one window.
        self.is_partition = windows.strides == windows.window and all(
            count * stride == before + size + behind
            for count, stride, before, size, behind in zip(
                windows.count, windows.strides, windows.before, windows.size, windows.behind, strict=True
            )
        )

    def samples_of(self, x: Array) -> Array:
        """What the windows lie over, as (samples, …, channels) without gaps."""
        return np.ascontiguousarray(x).reshape(self.samples, *self.sample)

    def pooled_of(self, y: Array) -> Array:
        """What there is one of for each window, as (samples, …, channels) without gaps."""
        return np.ascontiguousarray(y).reshape(self.samples, *self.pooled_sample)

    def rooms(self, make: Callable[[_Form, int], _PlanesKind]) -> list[_PlanesKind]:
        """What each thread works in, for as many samples as the largest group has."""
        most, _ = largest_group(self.parts)
        return rooms_for(self.parts, lambda: make(self, most))


class _Planes:
    """The elements at each place of the windows over some samples: (places, samples, windows…, channels)."""

    def __init__(self, form: _Form, samples: int, fill: Any = 0) -> None:
        windows, self._form, self._most = form.windows, form, samples
        is_padded = any((*windows.before, *windows.behind))
        self._padding = Padding((samples, *form.sample), windows, form.dtype, fill) if is_padded else None
        self._room = np.empty(form.places * samples * prod(form.pooled_sample), form.dtype)
        # A run of channels is copied as one item without a meaning: many times faster than a loop over each.
        run = form.channels * form.dtype.itemsize
        self._item = np.dtype(f"V{run}") if form.channels > 1 else form.dtype
        sizes = [
            size + before + behind
            for size, before, behind in zip(windows.size, windows.before, windows.behind, strict=True)
        ]
        steps = [run * prod(sizes[axis + 1 :]) for axis in range(len(sizes))]
        self._strides = (
            *(step * dilation for step, dilation in zip(steps, windows.dilations, strict=True)),
            run * prod(sizes),
            *(step * stride for step, stride in zip(steps, windows.strides, strict=True)),
        )

    def _items_at_places(self, samples: Array) -> Array:
        """A view of samples in C order, padded ones where there is padding, as (window…, samples, windows…)."""
        windows = self._form.windows
        shape = (*windows.window, len(samples), *windows.count)
        return np.ndarray(shape, self._item, samples.data, strides=self._strides)

    def _items(self, planes: Array) -> Array:
        windows, samples = self._form.windows, planes.shape[1]
        return planes.view(self._item).reshape(*windows.window, samples, *windows.count)

    def empty(self, samples: int) -> Array:
        """The planes for so many samples, with what was last in them."""
        shape = (self._form.places, samples, *self._form.pooled_sample)
        return self._room[: prod(shape)].reshape(shape)

    def of(self, samples: Array) -> Array:
        planes = self.empty(len(samples))
        if self._padding is not None:
            samples = self._padding.around(samples)
        np.copyto(self._items(planes), self._items_at_places(samples))
        return planes

    @cached_property
    def _sums(self) -> Padding:
        """Where elements are added up that may fall on what is added around."""
        return Padding((self._most, *self._form.sample), self._form.windows, self._form.dtype)

    def put_back(self, planes: Array, target: Array) -> None:
        """The way back: each element to its place, and added up where windows overlap."""
        sums = target if self._padding is None else self._sums.room[: len(target)]
        if not self._form.is_partition:
            sums.fill(0)
        if self._form.is_disjoint:
            targets, items = self._items_at_places(sums), self._items(planes)
            for place in np.ndindex(self._form.windows.window):  # in one call the loops would be a window's width long
                np.copyto(targets[place], items[place])
        else:
            for (_, index), plane in zip(offsets(self._form.windows), planes, strict=True):
                part = sums[index]
                np.add(part, plane, part)
        if self._padding is not None:
            np.copyto(target, sums[self._padding.inside])


class _MaximaPlanes(_Planes):
    """Planes of which the largest elements are sought; what is added around never is one."""

    def __init__(self, form: _Form, samples: int) -> None:
        dtype = form.dtype
        super().__init__(form, samples, -np.inf if dtype.kind == "f" else np.iinfo(dtype).min)
        shape = (samples, *form.pooled_sample)
        self._maxima, self._earlier = np.empty(shape, dtype), np.empty(shape, bool)
        self._marks = np.empty((form.places, *shape), bool)

    def marks(self, samples: Array) -> Array:
        """For each place, in which windows the largest element stands there: the first of equal ones.

        In a window with a NaN it stands nowhere.
        """
        planes, count = self.of(samples), len(samples)
        maxima = self._maxima[:count]
        _largest(planes, maxima)
        marks, earlier = self._marks[:, :count], self._earlier[:count]
        np.equal(planes, maxima, marks)
        np.copyto(earlier, marks[0])
        for mark in marks[1:]:
            np.greater(mark, earlier, mark)
            np.logical_or(earlier, mark, earlier)
        return marks


def _largest(planes: Array, out: Array) -> None:
    np.maximum.reduce(planes, 0, out=out)


def max_pooling(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The largest element of each window; what is added around never is."""
    form = _Form(windows, shape, dtype, last, _WORK)
    rooms = form.rooms(_MaximaPlanes)

    def step(x: Array, out: Array | None = None) -> Array:
        result = np.empty(form.pooled, dtype) if out is None else out
        samples, pooled = form.samples_of(x), form.pooled_of(result)

        def pool(group: Group, room: _Planes) -> None:
            _largest(room.of(samples[group.start : group.stop]), pooled[group.start : group.stop])

        run_parts(by_group(pool), form.parts, rooms)
        return result

    return step


def max_pooling_places(windows: Windows, shape: Shape, dtype: np.dtype[Any]) -> Callable[..., tuple[Array, Array]]:
    """The largest element of each window, and its place in its sample, counted through; channels last."""
    form = _Form(windows, shape, dtype, last=True, work=_MAXIMA_WORK)
    rooms, pool = form.rooms(_MaximaPlanes), max_pooling(windows, shape, dtype, last=True)
    numbers = np.arange(prod(shape[1:])).reshape(1, *shape[1:])
    grid = (
        _Planes(_Form(windows, numbers.shape, numbers.dtype, last=True, work=_MAXIMA_WORK), 1).of(numbers)
        if numbers.size
        else numbers
    )

    def step(x: Array, out: Array | None = None, places: Array | None = None) -> tuple[Array, Array]:
        found = np.empty(form.pooled, np.int64) if places is None else places
        found.fill(0)
        samples = form.samples_of(x)

        def find(group: Group, room: _MaximaPlanes) -> None:
            target = found[group.start : group.stop]
            for numbered, mark in zip(grid, room.marks(samples[group.start : group.stop]), strict=True):
                np.copyto(target, numbered, where=mark)

        run_parts(by_group(find), form.parts, rooms)
        return pool(x, out), found

    return step


def put_at_maxima(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The gradient of :func:`max_pooling`: each window's share is added where its largest element stands.

    The share's bits are multiplied by 0 or 1: that is exact for NaN and infinity too, and faster than a mask.
    """
    form = _Form(windows, shape, dtype, last, _MAXIMA_WORK)
    rooms, bits = form.rooms(_MaximaPlanes), np.dtype(f"u{dtype.itemsize}")

    def step(x: Array, gradient: Array, out: Array | None = None) -> Array:
        result = np.empty(shape, dtype) if out is None else out
        samples, arriving, target = form.samples_of(x), form.pooled_of(gradient).view(bits), form.samples_of(result)

        def put(group: Group, room: _MaximaPlanes) -> None:
            marks, planes = room.marks(samples[group.start : group.stop]), room.empty(group.samples)
            np.multiply(arriving[group.start : group.stop], marks, planes.view(bits))
            room.put_back(planes, target[group.start : group.stop])

        run_parts(by_group(put), form.parts, rooms)
        return result

    return step


def take_at_maxima(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The elements of a second tensor that stand where the largest ones of each window of the first stand."""
    form = _Form(windows, shape, dtype, last, _MAXIMA_WORK)
    bits = np.dtype(f"u{dtype.itemsize}")
    rooms = list(zip(form.rooms(_MaximaPlanes), form.rooms(_Planes), strict=True))

    def step(x: Array, elements: Array, out: Array | None = None) -> Array:
        result = np.empty(form.pooled, dtype) if out is None else out
        samples, others, target = form.samples_of(x), form.samples_of(elements), form.pooled_of(result).view(bits)

        def take(group: Group, room: tuple[_MaximaPlanes, _Planes]) -> None:
            deciding, taking = room
            marks = deciding.marks(samples[group.start : group.stop])
            planes = taking.of(others[group.start : group.stop]).view(bits)
            np.multiply(planes, marks, planes)
            np.bitwise_or.reduce(planes, 0, out=target[group.start : group.stop])

        run_parts(by_group(take), form.parts, rooms)
        return result

    return step


def _counts(windows: Windows, dtype: np.dtype[Any]) -> Array:
    """How many elements of the tensor lie in each window, as (windows…, 1)."""
    ones = np.ones((1, *windows.size, 1), dtype)
    padded = Padding(ones.shape, windows, dtype).around(ones)
    total = np.zeros((*windows.count, 1), dtype)
    for _, index in offsets(windows):
        total += padded[index][0]
    return total


def mean_pooling(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The mean of each window, over those of its elements that lie in the tensor."""
    form, counts = _Form(windows, shape, dtype, last, _WORK), _counts(windows, dtype)
    rooms = form.rooms(_Planes)

    def step(x: Array, out: Array | None = None) -> Array:
        result = np.empty(form.pooled, dtype) if out is None else out
        samples, pooled = form.samples_of(x), form.pooled_of(result)

        def pool(group: Group, room: _Planes) -> None:
            target = pooled[group.start : group.stop]
            np.add.reduce(room.of(samples[group.start : group.stop]), 0, out=target)
            np.true_divide(target, counts, target)

        run_parts(by_group(pool), form.parts, rooms)
        return result

    return step


def mean_pooling_to_input(windows: Windows, shape: Shape, dtype: np.dtype[Any], last: bool) -> Step:
    """The gradient of :func:`mean_pooling`: each window's share is spread over its elements."""
    form, counts = _Form(windows, shape, dtype, last, _WORK), _counts(windows, dtype)
    rooms = form.rooms(_Planes)

    def step(gradient: Array, out: Array | None = None) -> Array:
        result = np.empty(shape, dtype) if out is None else out
        arriving, target = form.pooled_of(gradient), form.samples_of(result)

        def spread(group: Group, room: _Planes) -> None:
            planes = room.empty(group.samples)
            np.true_divide(arriving[group.start : group.stop], counts, planes)
            room.put_back(planes, target[group.start : group.stop])

        run_parts(by_group(spread), form.parts, rooms)
        return result

    return step
