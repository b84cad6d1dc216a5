"""Sums, means and other reductions, running sums and norms, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Tensor, as_dtype, int64
from ..graph.default import current_graph
from ..ops.arithmetic import constant_like
from .build import apply, in_dtype, static_int, static_ints, tensor_of

__all__ = [
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "lin_space",
    "linspace",
    "norm",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
]

#: Axes as programs give them: a number, several, a tensor whose value is known, or None for all.
Axis = Any


def old_or_new(old: Any, new: Any, old_name: str, new_name: str) -> Any:
    """The value of an argument that has an old name too. Raises ValueError when both are given."""
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'; they mean the same, give the second.")
    return old


def axes_of(axis: Axis) -> Sequence[int] | None:
    return None if axis is None else static_ints(axis, "axis")


def _reduce(
    op_type: str, x: Any, axis: Axis, keepdims: bool | None, name: str | None, old_axis: Axis, old_keepdims: bool | None
) -> Tensor:
    axes = axes_of(old_or_new(old_axis, axis, "reduction_indices", "axis"))
    keep = old_or_new(old_keepdims, keepdims, "keep_dims", "keepdims")
    return apply(op_type, x, axis=axes, keepdims=bool(keep), name=name)


def reduce_sum(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The sum over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceSum", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_mean(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The mean over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceMean", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_max(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The largest element over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceMax", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_min(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The smallest element over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceMin", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_prod(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The product over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceProd", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_all(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Whether all elements hold over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceAll", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_any(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Whether any element holds over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceAny", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_logsumexp(
    input_tensor: Any,
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """ln Σ eˣ over ``axis`` (all axes when None); ``reduction_indices`` and ``keep_dims`` are old."""
    return _reduce("ReduceLogSumExp", input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_euclidean_norm(
    input_tensor: Any, axis: Axis = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The root of the sum of squares over ``axis`` (all axes when None)."""
    return _reduce("ReduceEuclideanNorm", input_tensor, axis, keepdims, name, None, None)


def reduce_variance(input_tensor: Any, axis: Axis = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The mean of the squared distances from the mean over ``axis`` (all axes when None)."""
    x, axes = tensor_of(input_tensor), axes_of(axis)
    with x.graph.name_scope(name or "reduce_variance"):
        distances = x - apply("ReduceMean", x, axis=axes, keepdims=True)
        return apply("ReduceMean", apply("Square", distances), axis=axes, keepdims=keepdims)


def reduce_std(input_tensor: Any, axis: Axis = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The root of the variance over ``axis`` (all axes when None)."""
    x = tensor_of(input_tensor)
    with x.graph.name_scope(name or "reduce_std"):
        return apply("Sqrt", reduce_variance(x, axis, keepdims))


def count_nonzero(
    input_tensor: Any = None,
    axis: Axis = None,
    keepdims: bool | None = None,
    dtype: Any = int64,
    name: str | None = None,
    reduction_indices: Axis = None,
    keep_dims: bool | None = None,
    input: Any = None,
) -> Tensor:
    """How many elements are not 0 over ``axis`` (all axes when None)."""
    x = tensor_of(old_or_new(input, input_tensor, "input_tensor", "input"))
    with x.graph.name_scope(name or "count_nonzero"):
        counted = apply("Cast", apply("NotEqual", x, apply("ZerosLike", x)), dtype=int64)
        total = _reduce("ReduceSum", counted, axis, keepdims, None, reduction_indices, keep_dims)
        return in_dtype(total, dtype)


def _place(op_type: str, input: Any, axis: Any, dimension: Any, output_type: Any, name: str | None) -> Tensor:
    chosen = old_or_new(dimension, axis, "dimension", "axis")
    place = 0 if chosen is None else static_int(chosen, "axis")
    return apply(op_type, input, axis=place, output_type=as_dtype(output_type), name=name)


def argmax(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = int64
) -> Tensor:
    """The index of the largest element along an axis (the first when None)."""
    return _place("ArgMax", input, axis, dimension, output_type, name)


def argmin(
    input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = int64
) -> Tensor:
    """The index of the smallest element along an axis (the first when None)."""
    return _place("ArgMin", input, axis, dimension, output_type, name)


def arg_max(input: Any, dimension: Any, output_type: Any = int64, name: str | None = None) -> Tensor:
    """The index of the largest element along an axis."""
    return _place("ArgMax", input, None, dimension, output_type, name)


def arg_min(input: Any, dimension: Any, output_type: Any = int64, name: str | None = None) -> Tensor:
    """The index of the smallest element along an axis."""
    return _place("ArgMin", input, None, dimension, output_type, name)


def cumsum(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Tensor:
    """The sum of all elements up to each place along an axis, without the element itself where ``exclusive``."""
    return apply("Cumsum", x, axis=static_int(axis, "axis"), exclusive=exclusive, reverse=reverse, name=name)


def cumprod(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Tensor:
    """The product of all elements up to each place along an axis, without the element itself where ``exclusive``."""
    return apply("Cumprod", x, axis=static_int(axis, "axis"), exclusive=exclusive, reverse=reverse, name=name)


def linspace(start: Any, stop: Any, num: Any, name: str | None = None) -> Tensor:
    """``num`` numbers from ``start`` to ``stop``, both included, at equal distances: (num,)."""
    graph = current_graph(start, stop)
    count = static_int(num, "num")
    if count < 1:
        raise ValueError(f"Requires num > 0: {count} numbers cannot be made; ask for at least one.")
    with graph.name_scope(name or "linspace"):
        first = tensor_of(start)
        last = tensor_of(stop, first.dtype)
        if first.dtype is None or not first.dtype.is_floating:
            raise TypeError(f"start of linspace must be a float, not {first.dtype}; write 0.0 for 0.")
        steps = graph.apply("Constant", value=np.arange(count, dtype=first.dtype.numpy) / max(count - 1, 1))
        return first + (last - first) * in_dtype(steps, first.dtype)


lin_space = linspace


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Axis = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The norm of a vector (one axis, or all together), or of matrices (two axes), over ``axis``.

    ``ord`` is 'euclidean', 1, 2, ``np.inf`` or another positive number for vectors, and 'euclidean', 'fro', 1 or
    ``np.inf`` for matrices. Raises ValueError for any other.
    """
    keep = bool(old_or_new(keep_dims, keepdims, "keep_dims", "keepdims"))
    axes = axes_of(axis)
    is_matrix = isinstance(axis, list | tuple) and len(axis) == 2
    if not is_matrix and axes is not None and len(axes) != 1:
        raise ValueError("'axis' must be None, an integer, or a tuple of 2 unique integers")
    allowed = ("euclidean", "fro", 1, np.inf) if is_matrix else ("euclidean", 1, 2, np.inf)
    is_power = not is_matrix and isinstance(ord, int | float) and ord > 0
    if ord not in allowed and not is_power:
        kind = "matrix" if is_matrix else "vector"
        raise ValueError(f"'ord' must be a supported {kind} norm in {list(allowed)}, got {ord}")
    x = tensor_of(tensor)

    def reduce(op_type: str, value: Tensor, over: Sequence[int] | None) -> Tensor:
        return apply(op_type, value, axis=over, keepdims=True)

    with x.graph.name_scope(name or "norm"):
        if ord in ("euclidean", "fro") or (ord == 2 and not is_matrix):
            result = apply("Sqrt", reduce("ReduceSum", x * x, axes))
        elif is_matrix:
            assert axes is not None
            rows, columns = axes if ord == 1 else axes[::-1]
            result = reduce("ReduceMax", reduce("ReduceSum", apply("Abs", x), [rows]), [columns])
        elif ord == np.inf:
            result = reduce("ReduceMax", apply("Abs", x), axes)
        elif ord == 1:
            result = reduce("ReduceSum", apply("Abs", x), axes)
        else:
            powers = reduce("ReduceSum", apply("Pow", apply("Abs", x), constant_like(ord, x)), axes)
            result = apply("Pow", powers, constant_like(1 / ord, x))
        if keep:
            return result
        return apply("ReduceSum", result, axis=axes)
