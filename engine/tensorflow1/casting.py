"""Conversions between dtypes under TensorFlow's old names."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor, as_dtype
from .arithmetic import cast
from .build import apply, tensor_of

__all__ = ["bitcast", "saturate_cast", "to_double", "to_float", "to_int32", "to_int64"]


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The same bits seen as numbers of another dtype: smaller ones along a new last axis, larger ones in its place."""
    return apply("Bitcast", tensor_of(input), name=name, dtype=as_dtype(type))


def to_float(x: Any, name: str = "ToFloat") -> Tensor:
    """x in float32."""
    return cast(x, "float32", name)


def to_double(x: Any, name: str = "ToDouble") -> Tensor:
    """x in float64."""
    return cast(x, "float64", name)


def to_int32(x: Any, name: str = "ToInt32") -> Tensor:
    """x in int32, cut off towards 0."""
    return cast(x, "int32", name)


def to_int64(x: Any, name: str = "ToInt64") -> Tensor:
    """x in int64, cut off towards 0."""
    return cast(x, "int64", name)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """``value`` in another dtype; what it cannot hold becomes the smallest or largest number that it can."""
    tensor, wanted = tensor_of(value), as_dtype(dtype)
    assert tensor.dtype is not None
    low, high = max(tensor.dtype.min, wanted.min), min(tensor.dtype.max, wanted.max)
    return cast(apply("Minimum", apply("Maximum", tensor, low), high), wanted, name)
