"""The array functions that kernels are written against, on numpy.

Elementwise functions are numpy's own; the others take the array for their result as the last positional argument
too, as a ufunc does, and give a new array where it is None. Another backend offers the same names and only gives
its results back; so kernels go on with what a function returns, never with the ``out`` they handed to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import (
    absolute,
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    broadcast_to,
    ceil,
    cos,
    cosh,
    equal,
    exp,
    expm1,
    floor,
    floor_divide,
    fmod,
    greater,
    greater_equal,
    invert,
    isfinite,
    isinf,
    isnan,
    left_shift,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    matmul,
    multiply,
    negative,
    not_equal,
    power,
    remainder,
    right_shift,
    rint,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    true_divide,
    trunc,
)

from .numpy_convolutions import convolution, convolution_to_filter, convolution_to_input
from .numpy_cumulative import cumulative_product, cumulative_sum
from .numpy_depthwise import depthwise, depthwise_to_filter, depthwise_to_input
from .numpy_gather import (
    add_rows,
    first_outside,
    flat_places,
    scatter_add,
    scatter_nd_add,
    set_rows,
    subtract_rows,
    take,
    take_nd,
)
from .numpy_matrices import (
    band_part,
    cholesky,
    determinant,
    diagonal,
    eigen,
    einsum,
    inverse,
    log_determinant,
    singular_values,
    solve,
    with_diagonal,
)
from .numpy_pooling import (
    max_pooling,
    max_pooling_places,
    mean_pooling,
    mean_pooling_to_input,
    put_at_maxima,
    take_at_maxima,
)
from .numpy_sampling import draw_classes, expected_counts
from .numpy_segments import (
    inverted,
    is_among_largest,
    largest,
    put_along,
    reduce_segments,
    take_along,
)
from .numpy_special import erf, erfc, lgamma, polygamma
from .numpy_windows import sum_neighbours

Array = np.ndarray[Any, np.dtype[Any]]
Axes = int | tuple[int, ...] | None

#: numpy's stubs do not know these with arguments by position.
_add_reduce: Any = np.add.reduce
_maximum_reduce: Any = np.maximum.reduce
_minimum_reduce: Any = np.minimum.reduce
_multiply_reduce: Any = np.multiply.reduce
_all_reduce: Any = np.logical_and.reduce
_any_reduce: Any = np.logical_or.reduce


def maximum(x: Array, y: Array, out: Array | None = None) -> Array:
    """numpy's own, which from 2.4 on wants ``out`` by name."""
    result: Array = np.maximum(x, y, out=out)
    return result


def minimum(x: Array, y: Array, out: Array | None = None) -> Array:
    result: Array = np.minimum(x, y, out=out)
    return result


def truncate_divide(x: Array, y: Array, out: Array | None = None) -> Array:
    """The quotient of whole numbers, rounded towards 0."""
    quotient, left = np.floor_divide(x, y, out), np.remainder(x, y)
    below = (left != 0) & ((x < 0) != (y < 0))
    result: Array = np.add(quotient, below.astype(x.dtype), out)
    return result


def copy(x: Array, out: Array | None = None) -> Array:
    if out is None:
        return np.array(x)
    np.copyto(out, x)
    return out


def cast(x: Array, dtype: np.dtype[Any], out: Array | None = None) -> Array:
    """x in another dtype; floats are cut off towards 0."""
    if out is None:
        return x.astype(dtype)
    np.copyto(out, x, casting="unsafe")
    return out


def where(condition: Array, x: Array, y: Array, out: Array | None = None) -> Array:
    if out is None:
        return np.where(condition, x, y)
    if y is not out:
        np.copyto(out, y)
    np.copyto(out, x, where=condition)
    return out


def reduce_sum(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    result: Array = _add_reduce(x, axes, x.dtype, out, keepdims)
    return result


def total(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    """As reduce_sum, where the order in which the numbers are added is left open."""
    return reduce_sum(x, axes, keepdims, out)


def reduce_max(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    result: Array = _maximum_reduce(x, axes, None, out, keepdims, initial=lowest(x.dtype))
    return result


def lowest(dtype: np.dtype[Any]) -> Any:
    """The number that every other of the dtype is at least as large as: the maximum of nothing."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def reduce_min(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    result: Array = _minimum_reduce(x, axes, None, out, keepdims, initial=highest(x.dtype))
    return result


def highest(dtype: np.dtype[Any]) -> Any:
    """The number that no other of the dtype is larger than: the minimum of nothing."""
    return np.inf if dtype.kind == "f" else np.iinfo(dtype).max


def reduce_prod(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    result: Array = _multiply_reduce(x, axes, x.dtype, out, keepdims)
    return result


def reduce_all(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    result: Array = _all_reduce(x, axes, None, out, keepdims)
    return result


def reduce_any(x: Array, axes: Axes, keepdims: bool, out: Array | None = None) -> Array:
    result: Array = _any_reduce(x, axes, None, out, keepdims)
    return result


def argmin(x: Array, axis: int, out: Array | None = None) -> Array:
    return np.asarray(np.argmin(x, axis, out))


def argmax(x: Array, axis: int, out: Array | None = None) -> Array:
    return np.asarray(np.argmax(x, axis, out))


def concatenate(parts: tuple[Array, ...], axis: int, out: Array | None = None) -> Array:
    return np.concatenate(parts, axis, out)


def qr(x: Array, full: bool) -> tuple[Array, Array]:
    """The factors of matrices, one with orthogonal columns and one with zeros below its diagonal."""
    q, r = np.linalg.qr(x, "complete" if full else "reduced")
    return q, r


def full(shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> Array:
    return np.full(shape, value, dtype)


def zeros(shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
    if out is None:
        return np.zeros(shape, dtype)
    out.fill(0)
    return out


def set_part(x: Array, index: Any, value: Array) -> Array:
    """x with ``value`` at ``index``; x itself may be changed."""
    x[index] = value
    return x


def stack(parts: tuple[Array, ...], axis: int, out: Array | None = None) -> Array:
    return np.stack(parts, axis, out)


def scalar(value: Any, dtype: np.dtype[Any]) -> Array:
    """A 0-d array: it keeps float32 what is float32, and ufuncs take it faster than a Python number."""
    return np.array(value, dtype)


def counting(count: int, dtype: np.dtype[Any]) -> Array:
    """0, 1, 2 and so on, as many as ``count``."""
    return np.arange(count, dtype=dtype)


def scratch(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array | None:
    """An array that a kernel keeps for its intermediate results; None where a backend has no use for one."""
    return np.empty(shape, dtype)


__all__ = [
    "absolute",
    "add",
    "add_rows",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "argmax",
    "argmin",
    "band_part",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "broadcast_to",
    "cast",
    "ceil",
    "cholesky",
    "concatenate",
    "convolution",
    "convolution_to_filter",
    "convolution_to_input",
    "copy",
    "cos",
    "cosh",
    "counting",
    "cumulative_product",
    "cumulative_sum",
    "depthwise",
    "depthwise_to_filter",
    "depthwise_to_input",
    "determinant",
    "diagonal",
    "draw_classes",
    "eigen",
    "einsum",
    "equal",
    "erf",
    "erfc",
    "exp",
    "expected_counts",
    "expm1",
    "first_outside",
    "flat_places",
    "floor",
    "floor_divide",
    "fmod",
    "full",
    "greater",
    "greater_equal",
    "highest",
    "inverse",
    "invert",
    "inverted",
    "is_among_largest",
    "isfinite",
    "isinf",
    "isnan",
    "largest",
    "left_shift",
    "less",
    "less_equal",
    "lgamma",
    "log",
    "log1p",
    "log_determinant",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lowest",
    "matmul",
    "max_pooling",
    "max_pooling_places",
    "maximum",
    "mean_pooling",
    "mean_pooling_to_input",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "polygamma",
    "power",
    "put_along",
    "put_at_maxima",
    "qr",
    "reduce_all",
    "reduce_any",
    "reduce_max",
    "reduce_min",
    "reduce_prod",
    "reduce_segments",
    "reduce_sum",
    "remainder",
    "right_shift",
    "rint",
    "scalar",
    "scatter_add",
    "scatter_nd_add",
    "scratch",
    "set_part",
    "set_rows",
    "sign",
    "sin",
    "singular_values",
    "sinh",
    "solve",
    "sqrt",
    "square",
    "stack",
    "subtract",
    "subtract_rows",
    "sum_neighbours",
    "take",
    "take_along",
    "take_at_maxima",
    "take_nd",
    "tan",
    "tanh",
    "total",
    "true_divide",
    "trunc",
    "truncate_divide",
    "where",
    "with_diagonal",
    "zeros",
]
