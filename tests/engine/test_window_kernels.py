"""The kernels that slide windows: their numbers, the same bits on any number of threads, and no arrays at each step."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from engine.ops.windows import Windows, known_windows
from engine.runtime.backends import numpy_namespace as xp
from engine.runtime.backends import numpy_parts
from engine.runtime.backends.numpy_parts import cut
from engine.runtime.backends.numpy_patches import cheapest
from engine.runtime.parallel import set_thread_count


@dataclass(frozen=True)
class Form:
    """A tensor, a window over its spatial axes, and how it moves."""

    shape: tuple[int, ...]
    window: tuple[int, ...]
    stride: int = 1
    padding: str = "SAME"
    dilation: int = 1
    last: bool = True

    def windows(self) -> Windows:
        rank = len(self.window)

        def spread(value: int) -> tuple[int, ...]:
            inner = (value,) * rank
            return (1, *inner, 1) if self.last else (1, 1, *inner)

        attributes = {
            "strides": spread(self.stride),
            "dilations": spread(self.dilation),
            "padding": self.padding,
            "data_format": ("NHWC" if self.last else "NCHW"),
        }
        return known_windows(attributes, self.shape, self.window)

    @property
    def channels(self) -> int:
        return self.shape[-1 if self.last else 1]

    def result(self, channels: int) -> tuple[int, ...]:
        count = self.windows().count
        return (self.shape[0], *count, channels) if self.last else (self.shape[0], channels, *count)


FORMS = {
    "few channels": Form((9, 12, 12, 1), (5, 5)),
    "valid": Form((6, 14, 14, 6), (5, 5), padding="VALID"),
    "strided": Form((7, 11, 9, 5), (3, 3), stride=2),
    "further apart than wide": Form((5, 9, 10, 2), (2, 2), stride=3),
    "dilated": Form((5, 10, 9, 3), (3, 2), dilation=2, padding="VALID"),
    "elements": Form((8, 6, 6, 4), (1, 1)),
    "side by side": Form((8, 8, 8, 3), (2, 2), stride=2),
    "channels first": Form((6, 3, 8, 9), (3, 3), last=False),
    "channels first, strided": Form((6, 2, 9, 9), (3, 3), stride=2, last=False),
    "one axis": Form((8, 15, 3), (4,), stride=1),
    "one axis, strided": Form((8, 15, 3), (4,), stride=2, padding="VALID"),
    "three axes": Form((4, 5, 4, 6, 2), (2, 3, 3)),
    "a single sample": Form((1, 12, 12, 3), (3, 3)),
}
OUTPUTS = 4
FLOAT = np.dtype("float32")


def numbers(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(FLOAT)


def ties(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Numbers many of which are equal."""
    return np.random.default_rng(seed).integers(0, 4, shape).astype(FLOAT)


def call_of(kind: str, form: Form):
    """The step of a kind, and its inputs."""
    windows, shape, c, last = form.windows(), form.shape, form.channels, form.last
    x, y = numbers(shape, 1), numbers(form.result(OUTPUTS), 2)
    weights, apart = numbers((*form.window, c, OUTPUTS), 3), numbers((*form.window, c, 2), 4)
    pooled = numbers(form.result(c), 5)
    if kind.startswith("convolution"):
        step = getattr(xp, kind)(windows, shape, weights.shape, FLOAT, last)
        return step, {"": (x, weights), "_to_input": (weights, y), "_to_filter": (x, y)}[kind[11:]]
    if kind.startswith("depthwise"):
        step = getattr(xp, kind)(windows, shape, apart.shape, FLOAT, last)
        split = numbers(form.result(2 * c), 6)
        return step, {"": (x, apart), "_to_input": (apart, split), "_to_filter": (x, split)}[kind[9:]]
    step = getattr(xp, kind)(windows, shape, FLOAT, last)
    inputs = {
        "max_pooling": (ties(shape, 7),),
        "put_at_maxima": (ties(shape, 7), pooled),
        "take_at_maxima": (ties(shape, 7), x),
        "mean_pooling": (x,),
        "mean_pooling_to_input": (pooled,),
    }
    return step, inputs[kind]


KINDS = (
    "convolution",
    "convolution_to_input",
    "convolution_to_filter",
    "depthwise",
    "depthwise_to_input",
    "depthwise_to_filter",
    "max_pooling",
    "put_at_maxima",
    "take_at_maxima",
    "mean_pooling",
    "mean_pooling_to_input",
)


class Slow:
    """The same in plain loops over all windows and all their elements, in float64."""

    def __init__(self, form: Form) -> None:
        self.form, self.windows = form, form.windows()

    def last(self, x: np.ndarray) -> np.ndarray:
        x = x.astype(np.float64)
        return x if self.form.last else np.moveaxis(x, 1, -1)

    def back(self, x: np.ndarray) -> np.ndarray:
        return x if self.form.last else np.moveaxis(x, -1, 1)

    def places(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
        """Each window, each place in it, and the element there; what lies outside is left out."""
        w = self.windows
        for window in np.ndindex(w.count):
            for place in np.ndindex(w.window):
                at = tuple(
                    i * s + j * d - b
                    for i, j, s, d, b in zip(window, place, w.strides, w.dilations, w.before, strict=True)
                )
                if all(0 <= i < size for i, size in zip(at, w.size, strict=True)):
                    yield window, place, at

    def zeros(self, sizes: tuple[int, ...], channels: tuple[int, ...]) -> np.ndarray:
        return np.zeros((self.form.shape[0], *sizes, *channels))

    def convolution(self, x, weights):
        x, y = self.last(x), self.zeros(self.windows.count, (OUTPUTS,))
        for window, place, at in self.places():
            y[(slice(None), *window)] += x[(slice(None), *at)] @ weights[place]
        return self.back(y)

    def convolution_to_input(self, weights, y):
        y, x = self.last(y), self.zeros(self.windows.size, (self.form.channels,))
        for window, place, at in self.places():
            x[(slice(None), *at)] += y[(slice(None), *window)] @ weights[place].T
        return self.back(x)

    def convolution_to_filter(self, x, y):
        x, y = self.last(x), self.last(y)
        weights = np.zeros((*self.form.window, self.form.channels, OUTPUTS))
        for window, place, at in self.places():
            weights[place] += x[(slice(None), *at)].T @ y[(slice(None), *window)]
        return weights

    def depthwise(self, x, weights):
        x, y = self.last(x), self.zeros(self.windows.count, weights.shape[-2:])
        for window, place, at in self.places():
            y[(slice(None), *window)] += x[(slice(None), *at)][..., None] * weights[place]
        return self.back(y.reshape(*y.shape[:-2], -1))

    def depthwise_to_input(self, weights, y):
        y, x = self.last(y), self.zeros(self.windows.size, (self.form.channels,))
        y = y.reshape(*y.shape[:-1], *weights.shape[-2:])
        for window, place, at in self.places():
            x[(slice(None), *at)] += (y[(slice(None), *window)] * weights[place]).sum(-1)
        return self.back(x)

    def depthwise_to_filter(self, x, y):
        x, y = self.last(x), self.last(y)
        y = y.reshape(*y.shape[:-1], self.form.channels, -1)
        weights = np.zeros((*self.form.window, *y.shape[-2:]))
        for window, place, at in self.places():
            weights[place] += (x[(slice(None), *at)][..., None] * y[(slice(None), *window)]).sum(0)
        return weights

    def maxima(self, x: np.ndarray) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """For each window, sample and channel where the first largest element stands."""
        best: dict[tuple[int, ...], tuple[int, ...]] = {}
        for window, _, at in self.places():
            for sample, channel in np.ndindex(x.shape[0], x.shape[-1]):
                here, where = (sample, *window, channel), (sample, *at, channel)
                if here not in best or x[where] > x[best[here]]:
                    best[here] = where
        yield from best.items()

    def max_pooling(self, x):
        x, y = self.last(x), self.zeros(self.windows.count, (self.form.channels,))
        for here, where in self.maxima(x):
            y[here] = x[where]
        return self.back(y)

    def put_at_maxima(self, x, y):
        x, y, out = self.last(x), self.last(y), self.zeros(self.windows.size, (self.form.channels,))
        for here, where in self.maxima(x):
            out[where] += y[here]
        return self.back(out)

    def take_at_maxima(self, x, others):
        x, others, out = self.last(x), self.last(others), self.zeros(self.windows.count, (self.form.channels,))
        for here, where in self.maxima(x):
            out[here] = others[where]
        return self.back(out)

    def counts(self) -> np.ndarray:
        counts = np.zeros((*self.windows.count, 1))
        for window, _, _ in self.places():
            counts[window] += 1
        return counts

    def mean_pooling(self, x):
        x, y = self.last(x), self.zeros(self.windows.count, (self.form.channels,))
        for window, _, at in self.places():
            y[(slice(None), *window)] += x[(slice(None), *at)]
        return self.back(y / self.counts())

    def mean_pooling_to_input(self, y):
        y, x = self.last(y) / self.counts(), self.zeros(self.windows.size, (self.form.channels,))
        for window, _, at in self.places():
            x[(slice(None), *at)] += y[(slice(None), *window)]
        return self.back(x)


@pytest.fixture
def small_cuts(monkeypatch):
    """Small batches are cut into parts, groups and rows as large ones are; on two threads."""
    monkeypatch.setattr(numpy_parts, "_WORTH", 500)
    monkeypatch.setattr(numpy_parts, "_CACHE", 2000)
    set_thread_count(2)
    yield
    set_thread_count(None)


@pytest.fixture
def small_buffers():
    """numpy's loops over arrays with gaps and between dtypes make buffers of up to 8,192 elements; here, of 64."""
    before = np.setbufsize(64)
    yield
    np.setbufsize(before)


@pytest.mark.usefixtures("small_cuts")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_those_of_plain_loops_and_the_same_bits_on_one_thread_and_two(kind, form):
    step, inputs = call_of(kind, FORMS[form])
    expected = getattr(Slow(FORMS[form]), kind)(*inputs)
    first = step(*inputs)
    np.testing.assert_allclose(first, expected, rtol=1e-4, atol=1e-4)
    out = np.empty(first.shape, FLOAT)
    for count in (1, 2, 2, 2):
        set_thread_count(count)
        step, _ = call_of(kind, FORMS[form])
        out.fill(np.nan)
        assert step(*inputs, out) is out
        assert out.tobytes() == first.tobytes()


@pytest.mark.parametrize("kind", ["convolution", "convolution_to_input", "convolution_to_filter", "put_at_maxima"])
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_the_other_dtypes(kind, dtype):
    form = FORMS["valid"]
    _, inputs = call_of(kind, form)
    filters = [] if kind == "put_at_maxima" else [(*form.window, form.channels, OUTPUTS)]
    step = getattr(xp, kind)(form.windows(), form.shape, *filters, np.dtype(dtype), True)
    result = step(*(array.astype(dtype) for array in inputs))
    assert result.dtype == dtype
    tolerance = 0.5 if dtype == "float16" else 1e-9
    np.testing.assert_allclose(result, getattr(Slow(form), kind)(*inputs), rtol=tolerance / 10, atol=tolerance)


@pytest.mark.usefixtures("small_cuts", "small_buffers")
@pytest.mark.parametrize("form", ["valid", "strided", "side by side", "few channels", "elements"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_arrays_are_made_at_a_step(kind, form):
    chosen = FORMS[form]
    step, inputs = call_of(kind, Form((64, *chosen.shape[1:]), chosen.window, chosen.stride, chosen.padding))
    out = step(*inputs).copy()
    step(*inputs, out)
    tracemalloc.start()
    try:
        step(*inputs, out)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        step(*inputs, out)
        grown = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert grown < 8_000 < max(array.nbytes for array in inputs)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("form", ["few channels", "valid", "one axis", "channels first"])
def test_what_is_not_finite_is_seen_by_the_windows_over_it_alone(form, value):
    chosen = FORMS[form]
    with np.errstate(all="ignore"):
        step, (x, weights) = call_of("convolution", chosen)
        x[(1, *(min(3, size - 1) for size in x.shape[1:]))] = value
        np.testing.assert_allclose(step(x, weights), Slow(chosen).convolution(x, weights), rtol=1e-4, atol=1e-4)
        step, (weights, y) = call_of("convolution_to_input", chosen)
        y[(1, *[3] * (y.ndim - 1))] = value
        expected = Slow(chosen).convolution_to_input(weights, y)
        np.testing.assert_allclose(step(weights, y), expected, rtol=1e-4, atol=1e-4)


def test_thin_filters_take_windows_together_and_wide_ones_do_not():
    def width(form: Form, outputs: int) -> int:
        return cheapest(form.windows(), form.channels, outputs, FLOAT).width

    assert width(Form((64, 28, 28, 1), (5, 5)), 6) > 1
    assert width(Form((64, 28, 28, 64), (3, 3)), 128) == 1


def test_a_window_with_nan_gives_its_gradient_to_no_element():
    x = np.array([[1, np.nan], [3, 2]], FLOAT).reshape(1, 2, 2, 1)
    windows = Form(x.shape, (2, 2), 2).windows()
    put = xp.put_at_maxima(windows, x.shape, FLOAT, True)
    assert not put(x, np.ones((1, 1, 1, 1), FLOAT)).any()
    assert np.isnan(xp.max_pooling(windows, x.shape, FLOAT, True)(x)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_empty_batches(kind):
    form = Form((0, 6, 6, 3), (3, 3))
    step, inputs = call_of(kind, form)
    result = step(*inputs)
    assert result.size == 0 or not result.any()
    assert step(*inputs, result) is result


def test_cuts_cover_each_row_of_each_sample_once():
    for samples, rows, elements, work in [
        (64, 28, 280, 10**8),
        (7, 500, 4000, 10**9),
        (1, 3, 10, 10),
        (9, 1, 10**6, 10**7),
    ]:
        groups = [group for part in cut(samples, rows, elements, work) for group in part]
        covered = [(s, r) for g in groups for s in range(g.start, g.stop) for r in range(g.first, g.last)]
        assert sorted(covered) == [(s, r) for s in range(samples) for r in range(rows)]
        assert all(group.samples == 1 or group.last - group.first == rows for group in groups)
