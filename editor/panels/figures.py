"""Arrays as a person reads them: all digits, and a summary where there are too many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.graph.attributes import AttributeKind
from engine.graph.dtypes import as_dtype
from engine.graph.literals import format_array, format_number
from engine.graph.operation import Tensor
from engine.graph.shapes import TensorShape
from engine.graph.spec import TensorSpec
from engine.graph.symbolic.dimensions import written_sizes

Array = np.ndarray[Any, np.dtype[Any]]

#: Up to this many elements are written out.
WRITTEN_OUT = 8


def array_text(array: Array) -> str:
    """All elements on one line when there are few; else the shape and the norm."""
    if array.size <= WRITTEN_OUT:
        return format_array(array)
    return QCoreApplication.translate("figures", "{spec}, norm {norm}").format(
        spec=spec_text(spec_of(array)), norm=format_number(norm(array), 4)
    )


def array_rows(array: Array) -> str:
    """All elements and all their digits, a line for each row; the middle of large arrays left out."""
    if array.ndim == 0:
        return format_number(array[()])
    return np.array2string(array, separator=", ", threshold=1000, max_line_width=10**9, floatmode="unique")


def number_text(number: float) -> str:
    """A number with all its digits: those of a float32 where it is exactly one, as losses mostly are."""
    with np.errstate(over="ignore"):
        single = np.float32(number)
    return str(single) if float(single) == number or math.isnan(number) else str(float(number))


def norm(array: Array) -> float:
    """The Euclidean norm, computed in float64 so that it does not overflow."""
    return float(np.linalg.norm(array.astype(np.float64).ravel()))


def shape_text(shape: TensorShape) -> str:
    """A shape as it is typed: ``[?, 3]``."""
    if shape.dims is None:
        return "unknown"
    return f"[{', '.join('?' if size is None else str(size) for size in shape.as_written())}]"


def tensor_text(tensor: Tensor) -> str:
    """A tensor's shape, with the names of its sizes, and its dtype: ``[B, 3] float32``."""
    sizes, dtype = written_sizes(tensor), tensor.spec.dtype
    if not sizes:
        return spec_text(tensor.spec)
    return f"[{', '.join(sizes)}]{'' if dtype is None else f' {dtype.name}'}"


def spec_text(spec: TensorSpec) -> str:
    """A shape and dtype: ``[2, 3] float32``, ``scalar int32``."""
    if spec.shape.dims is None:
        shape = QCoreApplication.translate("figures", "any shape")
    elif not spec.shape.dims:
        shape = QCoreApplication.translate("figures", "scalar")
    else:
        shape = shape_text(spec.shape)
    return shape if spec.dtype is None else f"{shape} {spec.dtype.name}"


def spec_of(array: Array) -> TensorSpec:
    """The spec that an array has."""
    return TensorSpec(as_dtype(array.dtype), TensorShape(array.shape))


def attribute_text(kind: AttributeKind, value: Any) -> str:
    """An attribute's value as a person would type it; "" for none."""
    if value is None:
        return ""
    if kind is AttributeKind.SHAPE:
        return shape_text(value)
    if kind is AttributeKind.AXES:
        return ", ".join(str(axis) for axis in value)
    if kind is AttributeKind.ARRAY:
        return format_array(value)
    if kind is AttributeKind.DTYPE:
        return str(value.name)
    return str(value)
