"""The element types of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import DTypeError


class DType:
    """An element type; compares equal to its own name and to the numpy dtype it stands for."""

    __slots__ = ("as_numpy_dtype", "name", "numpy")

    def __init__(self, name: str, numpy_type: type[np.generic]) -> None:
        self.name = name
        self.as_numpy_dtype = numpy_type
        self.numpy: np.dtype[Any] = np.dtype(numpy_type)

    @property
    def is_floating(self) -> bool:
        return self.numpy.kind == "f"

    @property
    def is_integer(self) -> bool:
        return self.numpy.kind == "i"

    @property
    def is_bool(self) -> bool:
        return self.numpy.kind == "b"

    @property
    def base_dtype(self) -> DType:
        return self

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DType):
            return self is other
        try:
            return other is not None and as_dtype(other) is self
        except DTypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)


float32 = DType("float32", np.float32)
float64 = DType("float64", np.float64)
int32 = DType("int32", np.int32)
int64 = DType("int64", np.int64)
bool_ = DType("bool", np.bool_)

DTYPES: tuple[DType, ...] = (float32, float64, int32, int64, bool_)

_BY_NAME: dict[str, DType] = {dtype.name: dtype for dtype in DTYPES} | {"float": float32, "double": float64}
_BY_NUMPY: dict[np.dtype[Any], DType] = {dtype.numpy: dtype for dtype in DTYPES}


def as_dtype(value: object) -> DType:
    """The :class:`DType` that ``value`` (a DType, a name, a numpy or Python type) stands for.

    Raises DTypeError when there is none.
    """
    if isinstance(value, DType):
        return value
    if isinstance(value, str) and value in _BY_NAME:
        return _BY_NAME[value]
    try:
        numpy_dtype = np.dtype(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, SyntaxError):
        numpy_dtype = None
    if value is None or numpy_dtype not in _BY_NUMPY:
        known = ", ".join(dtype.name for dtype in DTYPES)
        raise DTypeError(f"{value!r} is not a dtype; use one of {known}.")
    return _BY_NUMPY[numpy_dtype]


def default_dtype_of(array: np.ndarray[Any, Any], from_python: bool) -> DType:
    """The dtype a value gets when none is asked for.

    Python numbers become float32 and int32 as in TensorFlow; numpy arrays keep their own dtype.
    """
    if from_python and array.dtype.kind == "f":
        return float32
    if from_python and array.dtype.kind in "iu":
        fits = array.size == 0 or (array.min() >= -(2**31) and array.max() < 2**31)
        return int32 if fits else int64
    return as_dtype(array.dtype)
