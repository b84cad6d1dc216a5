"""Attributes of operations: their kinds, how a value is checked, and how it is written to a file."""

from __future__ import annotations

import base64
import binascii
import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .dtypes import DType, as_dtype
from .errors import AttributeValueError, DTypeError, ShapeError
from .fitting import find_misfit
from .literals import Array, array_from_nested, parse_array
from .shapes import NamedShape, TensorShape, as_shape
from .texts import text_array

_UNKNOWN_RANK = ("unknown", "any", "<unknown>")
_UNKNOWN_SIZE = ("?", "none", "-1", "null")
_NO_NAMES = (*_UNKNOWN_RANK, *_UNKNOWN_SIZE)
_LONGEST_NAME = 32


class AttributeKind(enum.Enum):
    """What an attribute holds; decides how the inspector edits it and how a file writes it."""

    #: One real number.
    FLOAT = "float"
    #: One whole number, or None where the attribute is optional.
    INT = "int"
    BOOL = "bool"
    TEXT = "text"
    #: One of ``choices``.
    CHOICE = "choice"
    DTYPE = "dtype"
    #: A TensorShape, unknown dimensions and rank included.
    SHAPE = "shape"
    #: A tuple of whole numbers, or None for "all of them".
    AXES = "axes"
    #: An array of numbers, booleans or texts of any shape.
    ARRAY = "array"
    #: A Body: the graph that a loop or a branch runs.
    GRAPH = "graph"


@dataclass(frozen=True)
class Attribute:
    """One attribute of an operation: its name, kind, default, and what the inspector says of it."""

    name: str
    kind: AttributeKind
    default: Any
    description: str
    optional: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    #: Of a shape: whether unknown sizes may have names.
    takes_names: bool = False

    def convert(self, value: Any) -> Any:
        """``value`` as this attribute stores it; text as a person types it is understood.

        Raises AttributeValueError with a sentence that names the attribute.
        """
        if isinstance(value, str) and self.kind is not AttributeKind.TEXT:
            value = value.strip()
            if self.optional and value.lower() in ("", "none"):
                return None
        if value is None and self.optional:
            return None
        try:
            converted = _CONVERTERS[self.kind](self, value)
        except AttributeValueError as error:
            raise AttributeValueError(f"{self.name}: {error}") from None
        except (DTypeError, ShapeError) as error:
            raise AttributeValueError(f"{self.name}: {error}") from None
        self._check_range(converted)
        return converted

    def _check_range(self, value: Any) -> None:
        if self.kind not in (AttributeKind.FLOAT, AttributeKind.INT):
            return
        if self.minimum is not None and value < self.minimum:
            raise AttributeValueError(f"{self.name}: {value} is too small; use at least {self.minimum:g}.")
        if self.maximum is not None and value > self.maximum:
            raise AttributeValueError(f"{self.name}: {value} is too large; use at most {self.maximum:g}.")

    def to_json(self, value: Any) -> Any:
        """``value`` in the plain types that JSON has."""
        if value is None:
            return None
        if self.kind is AttributeKind.DTYPE:
            return value.name
        if self.kind is AttributeKind.SHAPE:
            if isinstance(value, NamedShape):
                return value.as_written()
            return "unknown" if value.dims is None else list(value.dims)
        if self.kind is AttributeKind.AXES:
            return list(value)
        if self.kind is AttributeKind.ARRAY:
            return array_to_json(value)
        if self.kind is AttributeKind.GRAPH:
            from .body_json import body_to_json  # late: a body's operations have attributes

            return body_to_json(value)
        return value

    def from_json(self, data: Any) -> Any:
        """The value that :meth:`to_json` wrote. Raises AttributeValueError for anything else."""
        if data is None:
            return self.convert(None)
        if self.kind is AttributeKind.SHAPE and data == "unknown":
            return TensorShape(None)
        if self.kind is AttributeKind.ARRAY:
            try:
                return array_from_json(data)
            except AttributeValueError as error:
                raise AttributeValueError(f"{self.name}: {error}") from None
        if self.kind is AttributeKind.GRAPH:
            from .body_json import body_from_json

            return body_from_json(data)
        return self.convert(data)

    def same(self, first: Any, second: Any) -> bool:
        """Whether two values of this attribute are equal, NaN equal to itself."""
        if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
            return (
                first.shape == second.shape
                and first.dtype == second.dtype
                and np.array_equal(first, second, equal_nan=first.dtype.kind == "f")
            )
        if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
            return False
        if self.kind is AttributeKind.GRAPH:
            return first is second or self.to_json(first) == self.to_json(second)
        return type(first) is type(second) and bool(first == second)


def _to_float(attribute: Attribute, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise AttributeValueError(f"{value!r} is not a number; write for example 0.1 or 1e-3.") from None
    if not math.isfinite(number):
        raise AttributeValueError(f"{value!r} is not a finite number; write for example 0.1 or 1e-3.")
    return number


def _to_int(attribute: Attribute, value: Any) -> int:
    try:
        number = int(value)
        if isinstance(value, bool) or (number != value and not isinstance(value, str)):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise AttributeValueError(f"{value!r} is not a whole number; write for example 3.") from None
    return number


def _to_bool(attribute: Attribute, value: Any) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise AttributeValueError(f"{value!r} is neither true nor false; write one of them.")


def _to_text(attribute: Attribute, value: Any) -> str:
    if not isinstance(value, str):
        raise AttributeValueError(f"{value!r} is not a text; write it in quotation marks.")
    return value


def _to_choice(attribute: Attribute, value: Any) -> str:
    if value not in attribute.choices:
        raise AttributeValueError(f"{value!r} is not one of {', '.join(attribute.choices)}; choose one of them.")
    return str(value)


def _to_dtype(attribute: Attribute, value: Any) -> DType:
    return as_dtype(value)


def _to_shape(attribute: Attribute, value: Any) -> TensorShape:
    if isinstance(value, str):
        return _without_needless_names(attribute, parse_shape(value))
    if value is None:
        return TensorShape(None)
    if isinstance(value, NamedShape):
        return _without_needless_names(attribute, value)
    if isinstance(value, list | tuple) and any(isinstance(size, str) for size in value):
        return _without_needless_names(attribute, NamedShape(_size_or_name(size, value) for size in value))
    try:
        return as_shape(value)
    except (TypeError, ValueError) as error:
        if isinstance(error, ShapeError):
            raise
        raise AttributeValueError(f"{value!r} is not a shape; write for example [?, 3].") from None


def _size_or_name(size: Any, shape: Any) -> Any:
    if isinstance(size, str) and not is_size_name(size):
        raise AttributeValueError(f"{size!r} in {shape!r} is no name of a size; use letters, digits and _.")
    return size


def _without_needless_names(attribute: Attribute, shape: TensorShape) -> TensorShape:
    """Raises AttributeValueError for names where none can be."""
    if isinstance(shape, NamedShape) and not attribute.takes_names:
        name = next(name for name in shape.names if name)
        raise AttributeValueError(f"{name!r} is no size; write a number, or ? (only placeholders name their sizes).")
    return shape


def is_size_name(word: str) -> bool:
    """Whether a size may be called this: letters, digits and _, and no word that means an unknown size."""
    return word.isidentifier() and word.lower() not in _NO_NAMES and len(word) <= _LONGEST_NAME


def parse_shape(text: str) -> TensorShape:
    """The shape a text such as ``[?, 3]``, ``[B, 3]``, ``2, 10``, ``[]`` (a scalar) or ``unknown`` stands for."""
    bare = text.strip()
    if bare.lower() in _UNKNOWN_RANK:
        return TensorShape(None)
    refusal = f"{text!r} is not a shape; write for example [?, 3], or unknown."
    inner = bare
    if bare[:1] in ("[", "(") or bare[-1:] in ("]", ")"):
        if (bare[:1], bare[-1:]) not in (("[", "]"), ("(", ")")) or len(bare) < 2:
            raise AttributeValueError(refusal)
        inner = bare[1:-1].strip()
    if not inner:
        return TensorShape(()) if bare else TensorShape(None)
    sizes: list[int | str | None] = []
    for part in inner.replace("×", ",").rstrip(",").split(","):
        word = part.strip()
        if word.lower() in _UNKNOWN_SIZE:
            sizes.append(None)
        elif word.isdigit() and len(word) < 19:
            sizes.append(int(word))
        elif is_size_name(word):
            sizes.append(word)
        else:
            raise AttributeValueError(refusal)
    return NamedShape(sizes) if any(isinstance(size, str) for size in sizes) else TensorShape(sizes)


def _to_axes(attribute: Attribute, value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        value = [part for part in value.strip("[]() ").replace(",", " ").split() if part]
    if isinstance(value, int | np.integer):
        value = [value]
    try:
        return tuple(_to_int(attribute, item) for item in value)
    except TypeError:
        raise AttributeValueError(f"{value!r} is not a list of whole numbers; write for example 0, 1.") from None


def _to_array(attribute: Attribute, value: Any) -> Array:
    if isinstance(value, str):
        return _typed_array(value)
    texts = text_array(value)
    if texts is not None:
        return texts
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in "iufb":
            raise AttributeValueError("the array holds something that is not a number; give it numbers or booleans.")
        return array
    return array_from_nested(value)


def _to_body(attribute: Attribute, value: Any) -> Any:
    from .body import Body

    if not isinstance(value, Body):
        raise AttributeValueError(f"{value!r} is no body of a loop or a branch.")
    return value


def _typed_array(text: str) -> Array:
    """Numbers as a person types them, or a text in quotation marks."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        texts = text_array(bare[1:-1])
        assert texts is not None
        return texts
    return parse_array(text)


_CONVERTERS: dict[AttributeKind, Callable[[Attribute, Any], Any]] = {
    AttributeKind.FLOAT: _to_float,
    AttributeKind.INT: _to_int,
    AttributeKind.BOOL: _to_bool,
    AttributeKind.TEXT: _to_text,
    AttributeKind.CHOICE: _to_choice,
    AttributeKind.DTYPE: _to_dtype,
    AttributeKind.SHAPE: _to_shape,
    AttributeKind.AXES: _to_axes,
    AttributeKind.ARRAY: _to_array,
    AttributeKind.GRAPH: _to_body,
}

#: Arrays with more elements than this are written as base64 of their bytes instead of nested lists.
INLINE_ELEMENTS = 256


def array_to_json(array: Array) -> dict[str, Any]:
    """An array as plain JSON: readable numbers when small, base64 of its little-endian bytes when large.

    Every float32 and float64 comes back bit for bit (NaN as NaN); numbers JSON lacks are written as text.
    """
    if array.dtype.kind == "O":
        return {"dtype": "string", "shape": list(array.shape)} | _texts_to_json(array)
    head = {"dtype": array.dtype.name, "shape": list(array.shape)}
    if array.size > INLINE_ELEMENTS:
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        return head | {"base64": base64.b64encode(data).decode("ascii")}
    return head | {"values": [_json_number(item) for item in array.ravel()]}


def _texts_to_json(array: Array) -> dict[str, Any]:
    """Texts as they are, or base64 of each where one is no UTF-8."""
    try:
        return {"values": [bytes(item).decode() for item in array.ravel()]}
    except UnicodeDecodeError:
        return {"base64": [base64.b64encode(item).decode("ascii") for item in array.ravel()]}


def _json_number(item: Any) -> Any:
    if isinstance(item, np.bool_):
        return bool(item)
    if isinstance(item, np.integer):
        return int(item)
    if not np.isfinite(item):
        return str(float(item))
    # The shortest text that is this float32 (or float64), read back as the nearest float64: the file shows
    # 0.1, not 0.10000000149011612, and the cast back gives the same bits.
    return float(str(item))


def array_from_json(data: Any) -> Array:
    """The array that :func:`array_to_json` wrote. Raises AttributeValueError for anything else."""
    if not isinstance(data, dict):
        raise AttributeValueError("an array is due, written as an object with dtype, shape and values.")
    try:
        dtype = as_dtype(data["dtype"]).numpy
        shape = tuple(int(size) for size in data["shape"])
        if any(size < 0 for size in shape):
            raise ValueError
        if dtype.kind == "O":
            return _texts_from_json(data).reshape(shape)
        if "base64" in data:
            raw = base64.b64decode(data["base64"], validate=True)
            return np.frombuffer(raw, dtype=dtype.newbyteorder("<")).astype(dtype).reshape(shape)
        if any(isinstance(item, list | dict | None.__class__) for item in data["values"]):
            raise ValueError
        if dtype.kind in "iu" and all(type(item) is int for item in data["values"]):
            return np.array(data["values"], dtype).reshape(shape)
        values = np.array([float(v) if isinstance(v, str) else v for v in data["values"]])
        if not data["values"] or find_misfit(values, as_dtype(dtype)) is None:
            return values.astype(dtype).reshape(shape)
        raise ValueError
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error):
        raise AttributeValueError("the array's values do not fit its dtype and shape; correct one of them.") from None


def _texts_from_json(data: dict[str, Any]) -> Array:
    if "base64" in data:
        items: list[Any] = [base64.b64decode(item, validate=True) for item in data["base64"]]
    else:
        items = list(data["values"])
    texts = text_array(np.array(items, dtype=object))
    if texts is None:
        raise ValueError
    return texts
