"""Cases of convolutions, pooling and biases, by their definitions: one product or element at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.graph import TensorShape

from .kit import FLOATS, NUMBERS, Array, Case, Draw, OpCases, numbers

LAYOUTS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def is_last(attributes: dict[str, Any]) -> bool:
    return str(attributes["data_format"]).endswith("C")


def last(x: Array, attributes: dict[str, Any]) -> Array:
    return x if is_last(attributes) else np.moveaxis(x, 1, -1)


def back(x: Array, attributes: dict[str, Any]) -> Array:
    return x if is_last(attributes) else np.moveaxis(x, -1, 1)


class Geometry:
    """Where the windows of a case lie, worked out for itself."""

    def __init__(self, attributes: dict[str, Any], size: tuple[int, ...], window: tuple[int, ...]) -> None:
        rank = len(size)
        start = 1 if is_last(attributes) else 2
        places = slice(start, start + rank)
        ones = (1,) * (rank + 2)
        self.size, self.window = size, window
        self.strides = attributes["strides"][places]
        self.dilations = attributes.get("dilations", ones)[places]
        reaches = [(w - 1) * d + 1 for w, d in zip(window, self.dilations, strict=True)]
        if attributes["padding"] == "SAME":
            self.count = tuple(-(-n // s) for n, s in zip(size, self.strides, strict=True))
            totals = [
                max((c - 1) * s + r - n, 0) for c, s, r, n in zip(self.count, self.strides, reaches, size, strict=True)
            ]
            self.before = [total // 2 for total in totals]
        else:
            pairs = [(0, 0)] * rank
            if attributes["padding"] == "EXPLICIT":
                flat = attributes["explicit_paddings"]
                pairs = list(zip(flat[::2], flat[1::2], strict=True))[places]
            self.before = [pair[0] for pair in pairs]
            self.count = tuple(
                (n + sum(pair) - r) // s + 1 for n, pair, r, s in zip(size, pairs, reaches, self.strides, strict=True)
            )

    def places(self) -> Iterator[tuple[tuple[int, ...], list[tuple[tuple[int, ...], tuple[int, ...]]]]]:
        """For each window its place in the result, and the places in it with those in the tensor they look at."""
        for o in np.ndindex(*self.count):
            inside = []
            for w in np.ndindex(*self.window):
                at = tuple(
                    i * s + j * d - b
                    for i, s, j, d, b in zip(o, self.strides, w, self.dilations, self.before, strict=True)
                )
                if all(0 <= i < n for i, n in zip(at, self.size, strict=True)):
                    inside.append((w, at))
            yield o, inside


def of(o: tuple[int, ...]) -> tuple[Any, ...]:
    return (slice(None), *o)


def drawn_geometry(draw: Draw, rank: int, dilated: bool, explicit: bool) -> tuple[dict[str, Any], Geometry, Any]:
    """Attributes, and the windows over some size; the last is how a shape is put into the order of axes."""
    largest = 4 if rank < 3 else 3
    layout = draw(st.sampled_from(LAYOUTS[rank]))
    size = tuple(draw(st.integers(2, largest)) for _ in range(rank))
    window = tuple(draw(st.integers(1, 2 if rank == 3 else min(n, 3))) for n in size)
    strides = tuple(draw(st.integers(1, 2)) for _ in range(rank))
    dilations = tuple(
        draw(st.integers(1, 2)) if dilated and 2 * (w - 1) < n else 1 for n, w in zip(size, window, strict=True)
    )

    def every(values: tuple[int, ...]) -> tuple[int, ...]:
        return (1, *values, 1) if layout.endswith("C") else (1, 1, *values)

    padding = draw(st.sampled_from(["SAME", "VALID", "EXPLICIT"] if explicit else ["SAME", "VALID"]))
    attributes: dict[str, Any] = {"strides": every(strides), "padding": padding, "data_format": layout}
    if dilated:
        attributes["dilations"] = every(dilations)
    if padding == "EXPLICIT":
        flat = [draw(st.integers(0, 2)) for _ in range(2 * rank)]
        attributes["explicit_paddings"] = (0, 0, *flat, 0, 0) if layout.endswith("C") else (0, 0, 0, 0, *flat)

    def arranged(batch: int, sizes: tuple[int, ...], channels: int) -> tuple[int, ...]:
        return (batch, *sizes, channels) if layout.endswith("C") else (batch, channels, *sizes)

    return attributes, Geometry(attributes, size, window), arranged


def convolved(rank: int, wanted: tuple[str, ...], names: tuple[str, ...]) -> Callable[[Draw, str], Case]:
    """Inputs called ``names``, each of the shape of the x, filter or result (of ``wanted``) of a convolution."""

    def make(draw: Draw, dtype: str) -> Case:
        attributes, geometry, arranged = drawn_geometry(draw, rank, dilated=True, explicit=rank == 2)
        batch, channels, outputs = (draw(st.integers(1, 2)) for _ in range(3))
        shapes = {
            "x": arranged(batch, geometry.size, channels),
            "filter": (*geometry.window, channels, outputs),
            "result": arranged(batch, geometry.count, outputs),
        }
        arrays = numbers(draw, dtype, *(shapes[each] for each in wanted))
        if "value" in names:
            attributes["output_shape"] = TensorShape(shapes["x"])
        return Case(dict(zip(names, arrays, strict=True)), attributes)

    return make


def convolve(x: Array, f: Array, **attributes: Any) -> Array:
    x = last(x, attributes)
    geometry = Geometry(attributes, x.shape[1:-1], f.shape[:-2])
    result = np.zeros((x.shape[0], *geometry.count, f.shape[-1]), x.dtype)
    for o, inside in geometry.places():
        for w, at in inside:
            result[of(o)] += x[of(at)] @ f[w]
    return back(result, attributes)


def to_input(like: Array, f: Array, g: Array, **attributes: Any) -> Array:
    like, g = last(like, attributes), last(g, attributes)
    geometry = Geometry(attributes, like.shape[1:-1], f.shape[:-2])
    result = np.zeros_like(like)
    for o, inside in geometry.places():
        for w, at in inside:
            result[of(at)] += g[of(o)] @ f[w].T
    return back(result, attributes)


def to_filter(x: Array, like: Array, g: Array, **attributes: Any) -> Array:
    x, g = last(x, attributes), last(g, attributes)
    geometry = Geometry(attributes, x.shape[1:-1], like.shape[:-2])
    result = np.zeros_like(like)
    for o, inside in geometry.places():
        for w, at in inside:
            result[w] += x[of(at)].T @ g[of(o)]
    return result


def depthwise_case(wanted: tuple[str, ...], names: tuple[str, ...]) -> Callable[[Draw, str], Case]:
    def make(draw: Draw, dtype: str) -> Case:
        attributes, geometry, arranged = drawn_geometry(draw, 2, dilated=True, explicit=True)
        batch, channels, copies = (draw(st.integers(1, 2)) for _ in range(3))
        shapes = {
            "x": arranged(batch, geometry.size, channels),
            "filter": (*geometry.window, channels, copies),
            "result": arranged(batch, geometry.count, channels * copies),
        }
        return Case(dict(zip(names, numbers(draw, dtype, *(shapes[e] for e in wanted)), strict=True)), attributes)

    return make


def as_full_filter(f: Array) -> Array:
    """The filter of an ordinary convolution that does the same: zeros from each channel to those of the others."""
    *window, channels, copies = f.shape
    full = np.zeros((*window, channels, channels, copies), f.dtype)
    for c in range(channels):
        full[..., c, c, :] = f[..., c, :]
    return full.reshape(*window, channels, channels * copies)


def depthwise_to_filter(x: Array, like: Array, g: Array, **attributes: Any) -> Array:
    full = to_filter(x, as_full_filter(like), g, **attributes).reshape(*like.shape[:-1], like.shape[-2], like.shape[-1])
    return np.stack([full[..., c, c, :] for c in range(like.shape[-2])], -2)


def turned(value: Array, f: Array, output_shape: TensorShape, **attributes: Any) -> Array:
    return to_input(np.zeros(output_shape.known(), value.dtype), f, value, **attributes)


def pooled(rank: int, *names: str) -> Callable[[Draw, str], Case]:
    """Inputs called ``names``: "value" and "like" of the shape of what is pooled, "gradient" of that of the result."""

    def make(draw: Draw, dtype: str) -> Case:
        attributes, geometry, arranged = drawn_geometry(draw, rank, dilated=False, explicit=False)
        attributes["ksize"] = (1, *geometry.window, 1) if is_last(attributes) else (1, 1, *geometry.window)
        batch, channels = draw(st.integers(1, 2)), draw(st.integers(1, 2))
        whole, small = arranged(batch, geometry.size, channels), arranged(batch, geometry.count, channels)
        arrays = numbers(draw, dtype, *(small if name == "small" else whole for name in names))
        ports = ["gradient" if name in ("small", "whole") else name for name in names]
        return Case(dict(zip(ports, arrays, strict=True)), attributes)

    return make


def pools(x: Array, attributes: dict[str, Any]) -> Iterator[tuple[Any, int, int, list[tuple[int, ...]]]]:
    """Each window's place in the result, for each sample and channel, and the places it looks at."""
    rank = x.ndim - 2
    start = 1 if is_last(attributes) else 2
    geometry = Geometry(attributes, x.shape[1:-1], attributes["ksize"][start : start + rank])
    for o, inside in geometry.places():
        for n in range(x.shape[0]):
            for c in range(x.shape[-1]):
                yield o, n, c, [(n, *at, c) for _, at in inside]


def pooled_shape(x: Array, attributes: dict[str, Any]) -> tuple[int, ...]:
    places = [o for o, *_ in pools(x, attributes)]
    return (x.shape[0], *(max(sizes) + 1 for sizes in zip(*places, strict=True)), x.shape[-1])


def max_pool(value: Array, **attributes: Any) -> Array:
    x = last(value, attributes)
    result = np.zeros(pooled_shape(x, attributes), x.dtype)
    for o, n, c, inside in pools(x, attributes):
        result[(n, *o, c)] = max(x[at] for at in inside)
    return back(result, attributes)


def put_at_maxima(value: Array, gradient: Array, **attributes: Any) -> Array:
    x, g = last(value, attributes), last(gradient, attributes)
    result = np.zeros_like(x)
    for o, n, c, inside in pools(x, attributes):
        result[max(inside, key=lambda at: x[at])] += g[(n, *o, c)]
    return back(result, attributes)


def take_at_maxima(value: Array, gradient: Array, **attributes: Any) -> Array:
    x, g = last(value, attributes), last(gradient, attributes)
    result = np.zeros(pooled_shape(x, attributes), x.dtype)
    for o, n, c, inside in pools(x, attributes):
        result[(n, *o, c)] = g[max(inside, key=lambda at: x[at])]
    return back(result, attributes)


def mean_pool(value: Array, **attributes: Any) -> Array:
    x = last(value, attributes)
    result = np.zeros(pooled_shape(x, attributes), x.dtype)
    for o, n, c, inside in pools(x, attributes):
        result[(n, *o, c)] = sum(x[at] for at in inside) / len(inside)
    return back(result, attributes)


def mean_to_input(like: Array, gradient: Array, **attributes: Any) -> Array:
    x, g = last(like, attributes), last(gradient, attributes)
    result = np.zeros_like(x)
    for o, n, c, inside in pools(x, attributes):
        for at in inside:
            result[at] += g[(n, *o, c)] / len(inside)
    return back(result, attributes)


def biased(*names: str) -> Callable[[Draw, str], Case]:
    def make(draw: Draw, dtype: str) -> Case:
        shape = tuple(draw(st.lists(st.integers(1, 3), min_size=2, max_size=4)))
        layout = draw(st.sampled_from(["NHWC", "NCHW"]))
        channels = shape[-1] if layout == "NHWC" else shape[1]
        arrays = numbers(draw, dtype, shape, (channels,))
        return Case(dict(zip(names, arrays, strict=True)), {"data_format": layout})

    return make


def add_bias(value: Array, bias: Array, data_format: str) -> Array:
    return value + bias if data_format == "NHWC" else np.moveaxis(np.moveaxis(value, 1, -1) + bias, -1, 1)


def sum_to_bias(gradient: Array, like: Array, data_format: str) -> Array:
    turned = gradient if data_format == "NHWC" else np.moveaxis(gradient, 1, -1)
    return np.asarray(turned.reshape(-1, like.size).sum(0, gradient.dtype))


def neighbours(x: Array, depth_radius: int) -> Array:
    result = np.zeros_like(x)
    for c in range(x.shape[-1]):
        result[..., c] = x[..., max(c - depth_radius, 0) : c + depth_radius + 1].sum(-1)
    return result


def local_response(draw: Draw, dtype: str) -> Case:
    size = tuple(draw(st.integers(1, 3)) for _ in range(3))
    x = numbers(draw, dtype, (*size, draw(st.integers(1, 5))))[0]
    choice = {name: draw(st.sampled_from([0.5, 0.75, 1.0])) for name in ("bias", "alpha", "beta")}
    return Case({"x": x}, {"depth_radius": draw(st.integers(0, 3)), **choice})


def divided_by_neighbours(x: Array, depth_radius: int, bias: float, alpha: float, beta: float) -> Array:
    return np.asarray(x / (bias + alpha * neighbours(x**2, depth_radius)) ** beta)


CASES: dict[str, OpCases] = {
    "LRN": OpCases(local_response, divided_by_neighbours, FLOATS),
    "SumNeighbours": OpCases(
        lambda draw, dtype: Case(
            {"x": numbers(draw, dtype, (2, draw(st.integers(1, 5))))[0]}, {"depth_radius": draw(st.integers(0, 5))}
        ),
        neighbours,
        FLOATS,
    ),
    "BiasAdd": OpCases(biased("value", "bias"), add_bias),
    "BiasAddGrad": OpCases(biased("gradient", "like"), sum_to_bias),
}
for rank in (1, 2, 3):
    CASES |= {
        f"Conv{rank}D": OpCases(convolved(rank, ("x", "filter"), ("input", "filter")), convolve, FLOATS),
        f"Conv{rank}DBackpropInput": OpCases(
            convolved(rank, ("x", "filter", "result"), ("like", "filter", "gradient")), to_input, FLOATS
        ),
        f"Conv{rank}DBackpropFilter": OpCases(
            convolved(rank, ("x", "filter", "result"), ("input", "like", "gradient")), to_filter, FLOATS
        ),
        f"Conv{rank}DTranspose": OpCases(convolved(rank, ("result", "filter"), ("value", "filter")), turned, FLOATS),
    }
for rank, suffix in ((1, "1D"), (2, ""), (3, "3D")):
    CASES |= {
        f"MaxPool{suffix}": OpCases(pooled(rank, "value"), max_pool, NUMBERS),
        f"MaxPool{suffix}Grad": OpCases(pooled(rank, "value", "small"), put_at_maxima, FLOATS),
        f"MaxPool{suffix}GradGrad": OpCases(pooled(rank, "value", "whole"), take_at_maxima, FLOATS),
        f"AvgPool{suffix}": OpCases(pooled(rank, "value"), mean_pool, FLOATS),
        f"AvgPool{suffix}Grad": OpCases(pooled(rank, "like", "small"), mean_to_input, FLOATS),
    }

CASES |= {
    "DepthwiseConv2dNative": OpCases(
        depthwise_case(("x", "filter"), ("input", "filter")),
        lambda x, f, **attributes: convolve(x, as_full_filter(f), **attributes),
        FLOATS,
    ),
    "DepthwiseConv2dNativeBackpropInput": OpCases(
        depthwise_case(("x", "filter", "result"), ("like", "filter", "gradient")),
        lambda like, f, g, **attributes: to_input(like, as_full_filter(f), g, **attributes),
        FLOATS,
    ),
    "DepthwiseConv2dNativeBackpropFilter": OpCases(
        depthwise_case(("x", "filter", "result"), ("input", "like", "gradient")), depthwise_to_filter, FLOATS
    ),
}

TESTED_ELSEWHERE = {"FusedBatchNorm", "MaxPoolWithArgmax"}
