"""What is known of a tensor before the graph runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .dtypes import DType
from .shapes import UNKNOWN_SHAPE, TensorShape, as_shape

#: The elements of a small tensor of whole numbers in row order, None for each that is not known.
StaticValue = tuple[int | None, ...]

#: Tensors with more elements have no static value.
STATIC_ELEMENTS = 64


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor's dtype (None while unknown), static shape, and, where it is a shape or an index, its value.

    The value is kept because shapes are computed with tensors: ``tf.reshape(x, [tf.shape(x)[0], 10])``.
    """

    dtype: DType | None = None
    shape: TensorShape = UNKNOWN_SHAPE
    value: StaticValue | None = None

    @property
    def may_have_value(self) -> bool:
        """Whether values of this dtype are kept: only whole numbers are shapes and indices."""
        return self.dtype is not None and self.dtype.is_integer

    def with_shape(self, shape: object) -> TensorSpec:
        """The same dtype with another shape, and no value."""
        return TensorSpec(self.dtype, as_shape(shape))

    def without_value(self) -> TensorSpec:
        """The same dtype and shape."""
        return self if self.value is None else TensorSpec(self.dtype, self.shape)

    def with_value(self, elements: np.ndarray[Any, Any]) -> TensorSpec:
        """The spec of a tensor with these elements (NaN for each that is unknown); as it is where none is kept."""
        if not self.may_have_value or elements.size > STATIC_ELEMENTS or self.shape.dims != elements.shape:
            return self
        value = tuple(None if np.isnan(item) else int(item) for item in elements.ravel())
        return TensorSpec(self.dtype, self.shape, value)

    def elements(self) -> np.ndarray[Any, Any] | None:
        """The static value as float64 (exact up to 2⁵³), NaN for what is unknown; None when nothing is known."""
        if self.value is None or not self.shape.is_known:
            return None
        return np.array([np.nan if item is None else item for item in self.value], np.float64).reshape(
            self.shape.known()
        )

    def __str__(self) -> str:
        dtype = "unknown dtype" if self.dtype is None else self.dtype.name
        return f"{self.shape} {dtype}"


UNKNOWN_SPEC = TensorSpec()
