"""The element types of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import DTypeError


class DType:
    """An element type; compares equal to its own name and to the numpy dtype it stands for.

    Strings are ``bytes`` in arrays of objects.
    """

    __slots__ = ("as_numpy_dtype", "is_floating", "is_integer", "is_number", "name", "numpy")

    def __init__(self, name: str, numpy_type: type[Any]) -> None:
        self.name = name
        self.as_numpy_dtype = numpy_type
        self.numpy: np.dtype[Any] = np.dtype(numpy_type)
        self.is_floating = self.numpy.kind == "f"
        self.is_integer = self.numpy.kind in "iu"
        self.is_number = self.is_floating or self.is_integer

    @property
    def is_unsigned(self) -> bool:
        return self.numpy.kind == "u"

    @property
    def is_bool(self) -> bool:
        return self.numpy.kind == "b"

    @property
    def is_string(self) -> bool:
        return self.name == "string"

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def is_numpy_compatible(self) -> bool:
        return True

    @property
    def base_dtype(self) -> DType:
        """The dtype itself, also of a reference to it."""
        return self

    @property
    def is_ref_dtype(self) -> bool:
        return False

    @property
    def real_dtype(self) -> DType:
        return self

    @property
    def size(self) -> int:
        """Bytes that one element takes."""
        return 1 if self.numpy.kind == "O" else self.numpy.itemsize

    @property
    def min(self) -> Any:
        """The smallest number it holds. Raises TypeError for a dtype without numbers."""
        return self._limit("min")

    @property
    def max(self) -> Any:
        """The largest number it holds. Raises TypeError for a dtype without numbers."""
        return self._limit("max")

    def _limit(self, side: str) -> Any:
        if self.is_bool:
            return side == "max"
        if not self.is_number:
            raise TypeError(f"Cannot find {side}imum value of {self}: it does not hold numbers.")
        info: Any = np.finfo(self.numpy) if self.is_floating else np.iinfo(self.numpy)
        return getattr(info, side)

    def is_compatible_with(self, other: object) -> bool:
        """Whether a value of the other dtype may stand where one of this is due: when they are the same."""
        return self == other

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DType):
            return self.base_dtype is other.base_dtype
        try:
            return other is not None and as_dtype(other) is self
        except DTypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.base_dtype.name)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)


class RefDType(DType):
    """What a Variable says of its dtype: a reference to values of the base dtype. Equal to it."""

    __slots__ = ("_base",)

    def __init__(self, base: DType) -> None:
        super().__init__(f"{base.name}_ref", base.as_numpy_dtype)
        self._base = base

    @property
    def base_dtype(self) -> DType:
        return self._base

    @property
    def is_ref_dtype(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        return as_ref_dtype, (self._base,)


float16 = DType("float16", np.float16)
float32 = DType("float32", np.float32)
float64 = DType("float64", np.float64)
int8 = DType("int8", np.int8)
int16 = DType("int16", np.int16)
int32 = DType("int32", np.int32)
int64 = DType("int64", np.int64)
uint8 = DType("uint8", np.uint8)
uint16 = DType("uint16", np.uint16)
uint32 = DType("uint32", np.uint32)
uint64 = DType("uint64", np.uint64)
bool_ = DType("bool", np.bool_)
string = DType("string", object)
#: What is no array: a data set on its way to what reads it.
variant = DType("variant", object)

#: The usual ones first, as choosers list them.
DTYPES: tuple[DType, ...] = (
    float32,
    float64,
    int32,
    int64,
    bool_,
    string,
    float16,
    int8,
    int16,
    uint8,
    uint16,
    uint32,
    uint64,
)

_BY_NAME: dict[str, DType] = {
    **{dtype.name: dtype for dtype in DTYPES},
    "float": float32,
    "double": float64,
    "half": float16,
    "str": string,
    "variant": variant,
}
_BY_NUMPY: dict[np.dtype[Any], DType] = {dtype.numpy: dtype for dtype in DTYPES}


_REFERENCES: dict[str, RefDType] = {dtype.name: RefDType(dtype) for dtype in DTYPES}


def as_ref_dtype(dtype: DType) -> DType:
    """The dtype of a Variable with elements of ``dtype``."""
    return _REFERENCES[dtype.base_dtype.name]


def as_dtype(value: object) -> DType:
    """The :class:`DType` that ``value`` (a DType, a name, a numpy or Python type) stands for.

    Raises DTypeError when there is none.
    """
    if isinstance(value, DType):
        return value.base_dtype
    if isinstance(value, str) and value in _BY_NAME:
        return _BY_NAME[value]
    if value is float:  # as TensorFlow; numpy means float64
        return float32
    try:
        numpy_dtype = np.dtype(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, SyntaxError):
        numpy_dtype = None
    if numpy_dtype is not None and numpy_dtype.kind in "SU" and value is not None:
        return string
    if value is None or numpy_dtype is None or numpy_dtype.newbyteorder("=") not in _BY_NUMPY:
        known = ", ".join(dtype.name for dtype in DTYPES)
        raise DTypeError(f"{value!r} is not a dtype; use one of {known}.")
    return _BY_NUMPY[numpy_dtype.newbyteorder("=")]


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
