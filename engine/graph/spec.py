"""What is known of a tensor before the graph runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .dtypes import DType
from .shapes import UNKNOWN_SHAPE, TensorShape, as_shape


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor's dtype (None while unknown) and static shape."""

    dtype: DType | None = None
    shape: TensorShape = UNKNOWN_SHAPE

    def with_shape(self, shape: object) -> TensorSpec:
        return replace(self, shape=as_shape(shape))

    def __str__(self) -> str:
        dtype = "unknown dtype" if self.dtype is None else self.dtype.name
        return f"{self.shape} {dtype}"


UNKNOWN_SPEC = TensorSpec()
