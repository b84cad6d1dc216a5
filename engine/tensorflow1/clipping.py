"""Keeping numbers, and the lengths of tensors, within bounds, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import Tensor
from ..ops.arithmetic import constant_like
from .build import apply, tensor_of
from .reductions import axes_of
from .slices import Slices

__all__ = ["clip_by_average_norm", "clip_by_global_norm", "clip_by_norm", "clip_by_value", "global_norm"]


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Tensor:
    """The elements within the bounds as they are, the others as the bound they lie behind."""
    values = tensor_of(t)
    with values.graph.name_scope(name or "clip_by_value") as scope:

        def clipped(part: Tensor) -> Tensor:
            below = apply("Minimum", part, clip_value_max)
            return apply("Maximum", below, clip_value_min, name=scope)

        return Slices(values).map(clipped)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """``t`` made so short that its length (over ``axes``, all when None) is at most ``clip_norm``."""
    values = tensor_of(t)
    with values.graph.name_scope(name or "clip_by_norm") as scope:
        bound = tensor_of(clip_norm, values.dtype)
        slices = Slices(values) if axes is None else None
        if slices is not None:
            squares = _sum([apply("ReduceSum", part * part) for part in slices.parts])
        else:
            squares = apply("ReduceSum", values * values, axis=axes_of(axes), keepdims=True)
        is_long = squares > constant_like(0, squares)
        safe = apply("Where", is_long, squares, apply("OnesLike", squares))
        length = apply("Where", is_long, apply("Sqrt", safe), squares)
        divisor = apply("Maximum", length, bound)
        if slices is not None:
            return slices.map(lambda part: apply("Divide", part * bound, divisor, name=scope))
        return apply("Divide", values * bound, divisor, name=scope)


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """The length of all tensors taken together; None among them counts for nothing."""
    values = [Slices(value) for value in _list_of(t_list)]
    return _global_norm(values, name)


def _global_norm(values: Sequence[Slices], name: str | None = None) -> Tensor:
    with values[0].parts[0].graph.name_scope(name or "global_norm"):
        total = _sum([apply("L2Loss", part) for value in values for part in value.parts])
        return apply("Sqrt", total * constant_like(2, total), base_name="global_norm")


def _sum(parts: Sequence[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else apply("AddN", list(parts))


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Tensor | None], Tensor]:
    """All tensors made shorter by one factor, so that their global norm is at most ``clip_norm``; and that norm.

    Where the norm (``use_norm``, or that of the tensors) is infinite or NaN, all become NaN.
    """
    values = _list_of(t_list)
    slices = [None if value is None else Slices(tensor_of(value)) for value in t_list]
    if use_norm is None:
        norm = _global_norm([value for value in slices if value is not None])
    else:
        norm = tensor_of(use_norm, values[0].dtype)
    with values[0].graph.name_scope(name or "clip_by_global_norm"):
        bound = tensor_of(clip_norm, norm.dtype)
        one = constant_like(1, norm)
        finite = bound * apply("Minimum", one / norm, one / bound)
        scale = apply("Where", apply("IsFinite", norm), finite, norm - norm)
        return [None if value is None else value.map(lambda part: part * scale) for value in slices], norm


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """``t`` made so short that its length over its number of elements is at most ``clip_norm``."""
    values = tensor_of(t)
    with values.graph.name_scope(name or "clip_by_average_norm"):
        bound = tensor_of(clip_norm, values.dtype)
        count = apply("Cast", apply("Size", values), dtype=values.dtype)
        inverse = apply("Rsqrt", apply("ReduceSum", values * values))
        return values * bound * apply("Minimum", inverse * count, constant_like(1, values) / bound)


def _list_of(t_list: Any) -> list[Tensor]:
    if isinstance(t_list, str) or not hasattr(t_list, "__iter__") or isinstance(t_list, Tensor):
        raise TypeError("t_list should be a sequence: put the tensor in brackets.")
    values = [tensor_of(value) for value in t_list if value is not None]
    if not values:
        raise ValueError("t_list holds no tensor; give at least one.")
    return values
