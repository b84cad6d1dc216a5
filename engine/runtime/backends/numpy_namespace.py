"""The array functions that kernels are written against, on numpy.

Elementwise functions are numpy's own; the others take their output buffer as the last positional argument, as a
ufunc does. Another backend offers the same names and gives its results back instead of filling ``out``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import (
    absolute,
    add,
    equal,
    exp,
    expm1,
    floor_divide,
    greater,
    greater_equal,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    matmul,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    sign,
    sqrt,
    square,
    subtract,
    tanh,
    true_divide,
)

Array = np.ndarray[Any, np.dtype[Any]]
Axes = int | tuple[int, ...] | None


def copy(x: Array, out: Array) -> Array:
    np.copyto(out, x)
    return out


def cast(x: Array, out: Array) -> Array:
    """x in the dtype of ``out``; floats are cut off towards 0."""
    np.copyto(out, x, casting="unsafe")
    return out


def power(x: Array, y: Array, out: Array) -> Array:
    """x to the power of y; a negative power of an integer is refused by numpy with a ValueError."""
    return np.power(x, y, out)


def where(condition: Array, x: Array, y: Array, out: Array) -> Array:
    np.copyto(out, y)
    np.copyto(out, x, where=condition)
    return out


def reduce_sum(x: Array, axes: Axes, keepdims: bool, out: Array) -> Array:
    result: Array = np.add.reduce(x, axes, None, out, keepdims)
    return result


def reduce_max(x: Array, axes: Axes, keepdims: bool, out: Array) -> Array:
    result: Array = np.maximum.reduce(x, axes, None, out, keepdims, initial=lowest(x.dtype))
    return result


def lowest(dtype: np.dtype[Any]) -> Any:
    """The value that every other of the dtype is at least as large as: the maximum of nothing."""
    if dtype.kind == "f":
        return -np.inf
    return False if dtype.kind == "b" else np.iinfo(dtype).min


def argmax(x: Array, axis: int, out: Array) -> Array:
    return np.argmax(x, axis, out)


def concatenate(parts: tuple[Array, ...], axis: int, out: Array) -> Array:
    return np.concatenate(parts, axis, out)


def one_hot(indices: Array, classes: Array, out: Array) -> Array:
    """``classes`` counts 0, 1, …; an index outside them gives a row of zeros."""
    np.copyto(out, indices[..., None] == classes)
    return out


def full(shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> Array:
    return np.full(shape, value, dtype)


def scalar(value: Any, dtype: np.dtype[Any]) -> Array:
    """A 0-d array: it keeps float32 what is float32, and ufuncs take it faster than a Python number."""
    return np.array(value, dtype)


__all__ = [
    "absolute",
    "add",
    "argmax",
    "cast",
    "concatenate",
    "copy",
    "equal",
    "exp",
    "expm1",
    "floor_divide",
    "full",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "log",
    "log1p",
    "logical_and",
    "logical_not",
    "logical_or",
    "lowest",
    "matmul",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "one_hot",
    "power",
    "reduce_max",
    "reduce_sum",
    "scalar",
    "sign",
    "sqrt",
    "square",
    "subtract",
    "tanh",
    "true_divide",
    "where",
]
