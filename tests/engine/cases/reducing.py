"""Cases of activations, reductions, running sums and losses beyond the first ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .basic import along_axis, reduction, softmax
from .elementwise import each
from .kit import FLOATS, Array, Case, Draw, OpCases, axis_of, numbers, shape, unary


def leaky(draw: Draw, dtype: str) -> Case:
    return Case({"x": numbers(draw, dtype, shape(draw))[0]}, {"alpha": draw(st.sampled_from([0.25, 0.5, 1.5]))})


def running(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, minimum=1))[0]
    return Case(
        {"x": x}, {"axis": axis_of(draw, x.ndim), "exclusive": draw(st.booleans()), "reverse": draw(st.booleans())}
    )


def run_up(x: Array, axis: int, exclusive: bool, reverse: bool, times: bool) -> Array:
    """By definition: each place takes together those before it."""
    rows = np.moveaxis(x, axis, -1)
    result = np.empty_like(rows)
    for i in range(rows.shape[-1]):
        part = rows[..., i + exclusive :] if reverse else rows[..., : i + (not exclusive)]
        result[..., i] = (np.prod if times else np.sum)(part, -1, dtype=x.dtype)
    return np.moveaxis(result, -1, axis)


def flattened(draw: Draw, dtype: str) -> Case:
    case = reduction(draw, dtype)
    return Case(case.inputs, {"axis": case.attributes["axis"]})


def flatten(x: Array, axis: tuple[int, ...] | None) -> Array:
    taken = set(range(x.ndim)) if axis is None else {a % x.ndim for a in axis}
    kept = [i for i in range(x.ndim) if i not in taken]
    rows = [x[place].ravel() for place in _places(x.shape, kept)]
    return np.array(rows).reshape([*(x.shape[i] for i in kept), -1])


def _places(shape: tuple[int, ...], kept: list[int]) -> list[tuple[Any, ...]]:
    found = []
    for at in np.ndindex(*(shape[i] for i in kept)):
        chosen = dict(zip(kept, at, strict=True))
        found.append(tuple(chosen.get(i, slice(None)) for i in range(len(shape))))
    return found


def unflattened(draw: Draw, dtype: str) -> Case:
    case = flattened(draw, dtype)
    x = case.inputs["x"]
    return Case({"x": flatten(x, **case.attributes), "like": x}, case.attributes)


def unflatten(x: Array, like: Array, axis: tuple[int, ...] | None) -> Array:
    places = flatten(np.arange(like.size).reshape(like.shape), axis)
    result = np.empty(like.size, x.dtype)
    result[places.ravel()] = x.ravel()
    return result.reshape(like.shape)


def labelled_rows(draw: Draw, dtype: str) -> Case:
    size = shape(draw, minimum=1, least=1)
    logits = numbers(draw, dtype, size)[0]
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = generator.integers(0, size[-1], size[:-1]).astype(draw(st.sampled_from(["int32", "int64"])))
    return Case({"labels": labels, "logits": logits}, {})


def ones_at_labels(draw: Draw, dtype: str) -> Case:
    case = labelled_rows(draw, dtype)
    return Case({"x": case.inputs["labels"], "like": case.inputs["logits"]}, {})


def at_label(labels: Array, logits: Array) -> Array:
    parts = softmax(logits)
    flat = [-math.log(parts[(*at, label)]) for at, label in np.ndenumerate(labels)]
    return np.array(flat).reshape(labels.shape)


def one_hot_like(x: Array, like: Array) -> Array:
    result = np.zeros_like(like)
    for at, label in np.ndenumerate(x):
        result[(*at, label)] = 1
    return result


def found_place(draw: Draw, dtype: str) -> Case:
    case = along_axis(draw, dtype)
    return Case(case.inputs, case.attributes | {"output_type": draw(st.sampled_from(["int32", "int64"]))})


def selu(x: float) -> float:
    return 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x))


CASES: dict[str, OpCases] = {
    "Relu6": OpCases(unary(low=-3.0, high=9.1), lambda x: np.clip(x, 0, 6)),
    "LeakyRelu": OpCases(leaky, lambda x, alpha: np.where(x > 0, x, x * alpha), FLOATS),
    "Elu": OpCases(unary(), each(lambda x: x if x > 0 else math.expm1(x)), FLOATS),
    "Selu": OpCases(unary(), each(selu), FLOATS),
    "Softplus": OpCases(unary(), each(lambda x: math.log(1 + math.exp(x))), FLOATS),
    "Softsign": OpCases(unary(), each(lambda x: x / (1 + abs(x))), FLOATS),
    "Cumsum": OpCases(running, lambda x, **how: run_up(x, times=False, **how)),
    "Cumprod": OpCases(running, lambda x, **how: run_up(x, times=True, **how)),
    "ReduceProd": OpCases(reduction, lambda x, axis, keepdims: np.prod(x, axis, x.dtype, keepdims=keepdims)),
    "ReduceMin": OpCases(reduction, lambda x, axis, keepdims: np.min(x, axis, keepdims=keepdims)),
    "ReduceAll": OpCases(reduction, lambda x, axis, keepdims: np.all(x, axis, keepdims=keepdims), ("bool",)),
    "ReduceAny": OpCases(reduction, lambda x, axis, keepdims: np.any(x, axis, keepdims=keepdims), ("bool",)),
    "ReduceEuclideanNorm": OpCases(
        reduction, lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis, keepdims=keepdims)), FLOATS
    ),
    "ReduceLogSumExp": OpCases(
        reduction, lambda x, axis, keepdims: np.log(np.sum(np.exp(x), axis, keepdims=keepdims)), FLOATS
    ),
    "FlattenReduced": OpCases(flattened, flatten),
    "UnflattenReduced": OpCases(unflattened, unflatten),
    "L2Loss": OpCases(unary(), lambda x: np.sum(x * x) / 2, FLOATS),
    "ArgMax": OpCases(found_place, lambda x, axis, output_type: np.argmax(x, axis).astype(output_type)),
    "ArgMin": OpCases(found_place, lambda x, axis, output_type: np.argmin(x, axis).astype(output_type)),
    "LogSoftmax": OpCases(along_axis, lambda x, axis: np.log(softmax(x, axis)), FLOATS),
    "SparseSoftmaxCrossEntropyWithLogits": OpCases(labelled_rows, at_label, FLOATS),
    "OneHotLike": OpCases(ones_at_labels, one_hot_like, FLOATS),
}
TESTED_ELSEWHERE: set[str] = set()
