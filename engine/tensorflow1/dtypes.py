"""The dtypes under TensorFlow's names."""

from __future__ import annotations

from ..graph import DType, as_dtype
from ..graph.dimension import as_dimension
from ..graph.dtypes import bool_ as bool
from ..graph.dtypes import (
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)

half, double = float16, float64
#: A size of a static shape: ``tf.Dimension(None)`` is an unknown one.
Dimension = as_dimension

__all__ = [
    "DType",
    "Dimension",
    "as_dtype",
    "bool",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int8",
    "int16",
    "int32",
    "int64",
    "string",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]
