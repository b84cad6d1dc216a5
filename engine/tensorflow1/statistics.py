"""Norms and statistics, under TensorFlow's names in ``tf.nn``."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from ..ops.arithmetic import constant_like
from .build import apply, tensor_of
from .reductions import axes_of, old_or_new

__all__ = [
    "l2_loss",
    "l2_normalize",
    "normalize_moments",
    "sufficient_statistics",
    "weighted_moments",
    "zero_fraction",
]


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half the sum of the squares of all elements."""
    return apply("L2Loss", t, name=name)


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None) -> Tensor:
    """x over its length over ``axis`` (all axes when None), or over √epsilon where it is shorter than that."""
    values = tensor_of(x)
    axes = axes_of(old_or_new(dim, axis, "dim", "axis"))
    with values.graph.name_scope(name or "l2_normalize"):
        squares = apply("ReduceSum", apply("Square", values), axis=axes, keepdims=True)
        inverse = apply("Rsqrt", apply("Maximum", squares, constant_like(epsilon, values)))
        return values * inverse


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The part of the elements that are 0, as a float32."""
    x = tensor_of(value)
    with x.graph.name_scope(name or "zero_fraction"):
        return apply("ReduceMean", apply("Cast", apply("Equal", x, apply("ZerosLike", x)), dtype="float32"))


def weighted_moments(
    x: Any,
    axes: Any,
    frequency_weights: Any,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean and the variance over ``axes`` of elements that count as often as their weights say."""
    keep = bool(old_or_new(keep_dims, keepdims, "keep_dims", "keepdims"))
    values, over = tensor_of(x), axes_of(axes)
    weights = tensor_of(frequency_weights, values.dtype)
    with values.graph.name_scope(name or "weighted_moments"):
        each = apply("OnesLike", values) * weights

        def total(value: Tensor) -> Tensor:
            return apply("ReduceSum", value, axis=over, keepdims=keep)

        count = total(each)
        mean = total(each * values) / count
        variance = total(each * apply("Square", values)) / count - apply("Square", mean)
        return mean, variance


def sufficient_statistics(
    x: Any,
    axes: Any,
    shift: Any = None,
    keep_dims: bool | None = None,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """The number of elements over ``axes``, the sum of them and of their squares, less ``shift``, and the shift."""
    keep = bool(old_or_new(keep_dims, keepdims, "keep_dims", "keepdims"))
    values, over = tensor_of(x), axes_of(axes)
    with values.graph.name_scope(name or "sufficient_statistics"):
        moved = None if shift is None else tensor_of(shift, values.dtype)
        centred = values if moved is None else values - moved
        total = apply("ReduceSum", centred, axis=over, keepdims=keep, base_name="mean_ss")
        squares = apply("ReduceSum", apply("Square", centred), axis=over, keepdims=keep, base_name="var_ss")
        return apply("ReducedCount", values, total, base_name="count"), total, squares, moved


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance from what :func:`sufficient_statistics` gives."""
    total = tensor_of(mean_ss)
    with total.graph.name_scope(name or "normalize"):
        divisor = apply("Reciprocal", tensor_of(counts, total.dtype))
        shifted = total * divisor
        mean = shifted if shift is None else shifted + tensor_of(shift, total.dtype)
        return mean, tensor_of(variance_ss, total.dtype) * divisor - apply("Square", shifted)
