"""Cases of the elementwise functions beyond the first ones: Python's own mathematics, number by number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .kit import FLOATS, NUMBERS, Array, Case, Draw, OpCases, binary, broadcast_shapes, numbers, shape, unary

INTEGERS = ("int32", "int64")


def each(function: Callable[..., Any]) -> Callable[..., Array]:
    """The function of numbers applied to each of the elements, in float64 (exact for whole numbers)."""

    def of_arrays(*arrays: Array) -> Array:
        spread = np.broadcast_arrays(*arrays)
        flat = [function(*(item.item() for item in row)) for row in zip(*(a.ravel() for a in spread), strict=True)]
        return np.array(flat).reshape(spread[0].shape)

    return of_arrays


def divided(draw: Draw, dtype: str) -> Case:
    """Quotients of floats keep away from whole numbers, where rounding jumps and differences say nothing."""
    x, y = numbers(draw, dtype, *broadcast_shapes(draw, 2))
    if np.dtype(dtype).kind == "f":
        x = (x * 3 + np.asarray(0.0137, dtype)).astype(dtype)
    return Case({"x": x, "y": np.where(y == 0, np.ones_like(y), y)}, {})


def points(draw: Draw, dtype: str) -> Case:
    y, x = numbers(draw, dtype, *broadcast_shapes(draw, 2))
    return Case({"y": y, "x": x}, {})


def added(draw: Draw, dtype: str) -> Case:
    size = shape(draw)
    return Case({"values": numbers(draw, dtype, *[size] * draw(st.integers(1, 4)))}, {})


def nearly(draw: Draw, dtype: str) -> Case:
    x, y = numbers(draw, dtype, *broadcast_shapes(draw, 2))
    return Case({"x": x, "y": y}, {"tolerance": draw(st.sampled_from([1e-5, 0.51, 1.5]))})


def shifted(draw: Draw, dtype: str) -> Case:
    x, y = numbers(draw, dtype, *broadcast_shapes(draw, 2))
    return Case({"x": x, "y": np.abs(y)}, {})


def truncated(x: Array, y: Array) -> Array:
    if x.dtype.kind == "f":
        return np.asarray(np.trunc(x / y))
    return each(lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1))(x, y)


def floored(x: Array, y: Array) -> Array:
    return np.asarray(np.floor(x / y)) if x.dtype.kind == "f" else each(lambda a, b: a // b)(x, y)


CASES: dict[str, OpCases] = {
    "Sin": OpCases(unary(), each(math.sin), FLOATS),
    "Cos": OpCases(unary(), each(math.cos), FLOATS),
    "Tan": OpCases(unary(low=-1.2, high=1.2), each(math.tan), FLOATS),
    "Asin": OpCases(unary(low=-0.9, high=0.9), each(math.asin), FLOATS),
    "Acos": OpCases(unary(low=-0.9, high=0.9), each(math.acos), FLOATS),
    "Atan": OpCases(unary(), each(math.atan), FLOATS),
    "Atan2": OpCases(points, each(math.atan2), FLOATS),
    "Sinh": OpCases(unary(), each(math.sinh), FLOATS),
    "Cosh": OpCases(unary(), each(math.cosh), FLOATS),
    "Asinh": OpCases(unary(), each(math.asinh), FLOATS),
    "Acosh": OpCases(unary(low=1.3, high=4.0), each(math.acosh), FLOATS),
    "Atanh": OpCases(unary(low=-0.8, high=0.8), each(math.atanh), FLOATS),
    "Floor": OpCases(unary(low=-4.0, high=4.1), each(math.floor), FLOATS),
    "Ceil": OpCases(unary(low=-4.0, high=4.1), each(math.ceil), FLOATS),
    "Round": OpCases(unary(low=-4.0, high=4.1), each(round)),
    "Rint": OpCases(unary(low=-4.0, high=4.1), each(round), FLOATS),
    "FloorDiv": OpCases(divided, floored),
    "FloorMod": OpCases(divided, each(lambda a, b: a % b)),
    "TruncateDiv": OpCases(divided, truncated),
    "TruncateMod": OpCases(divided, each(math.fmod)),
    "Reciprocal": OpCases(unary(), each(lambda x: 1 / x), FLOATS),
    "Rsqrt": OpCases(unary(low=0.3), each(lambda x: x**-0.5), FLOATS),
    "Expm1": OpCases(unary(), each(math.expm1), FLOATS),
    "Log1p": OpCases(unary(low=-0.7), each(math.log1p), FLOATS),
    "Erf": OpCases(unary(), each(math.erf), FLOATS),
    "Erfc": OpCases(unary(), each(math.erfc), FLOATS),
    "Lgamma": OpCases(unary(low=0.3), each(math.lgamma), FLOATS),
    "SquaredDifference": OpCases(binary(), each(lambda x, y: (x - y) ** 2), NUMBERS),
    "DivNoNan": OpCases(binary(), each(lambda x, y: x / y if y else 0.0), FLOATS),
    "MultiplyNoNan": OpCases(binary(), each(lambda x, y: x * y), FLOATS),
    "Xlogy": OpCases(binary(low=0.3), each(lambda x, y: x * math.log(y)), FLOATS),
    "Xdivy": OpCases(binary(low=0.3), each(lambda x, y: x / y), FLOATS),
    "AddN": OpCases(added, lambda *values: np.sum(values, 0, values[0].dtype)),
    "LogicalXor": OpCases(binary(), each(lambda x, y: x != y), ("bool",)),
    "IsNan": OpCases(unary(), each(math.isnan), FLOATS),
    "IsInf": OpCases(unary(), each(math.isinf), FLOATS),
    "IsFinite": OpCases(unary(), each(math.isfinite), FLOATS),
    "ApproximateEqual": OpCases(nearly, lambda x, y, tolerance: np.abs(x - y) < tolerance),
    "BitwiseAnd": OpCases(binary(), each(lambda x, y: x & y), INTEGERS),
    "BitwiseOr": OpCases(binary(), each(lambda x, y: x | y), INTEGERS),
    "BitwiseXor": OpCases(binary(), each(lambda x, y: x ^ y), INTEGERS),
    "LeftShift": OpCases(shifted, each(lambda x, y: x << y), INTEGERS),
    "RightShift": OpCases(shifted, each(lambda x, y: x >> y), INTEGERS),
    "Invert": OpCases(unary(), each(lambda x: ~x), INTEGERS),
}

#: Digamma and its derivatives are compared with tabled numbers: no other function of Python's says what they are.
TESTED_ELSEWHERE: set[str] = {"Digamma", "Polygamma"}
