"""``tf.compat``: texts and bytes in both directions, and ``tf.compat.v1``, which is the library itself."""

from __future__ import annotations

import numbers
import os
import sys
from typing import Any

import numpy as np

from ..graph.suggest import unknown_name

__all__ = [
    "as_bytes",
    "as_str",
    "as_str_any",
    "as_text",
    "bytes_or_text_types",
    "complex_types",
    "dimension_at_index",
    "dimension_value",
    "integral_types",
    "path_to_str",
    "real_types",
]

bytes_or_text_types = (bytes, str)
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)


def as_bytes(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> bytes:
    """A text as bytes; bytes stay as they are. Raises TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes | bytearray):
        return bytes(bytes_or_text)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes as a text; a text stays as it is. Raises TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Anything as a text; bytes are decoded."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """A path as a text; what is no path stays as it is."""
    return as_text(os.fspath(path)) if hasattr(path, "__fspath__") else path


def dimension_value(dimension: Any) -> int | None:
    """A size as a number, None where it is unknown."""
    value = getattr(dimension, "value", dimension)
    return None if value is None else int(value)


def dimension_at_index(shape: Any, index: int) -> Any:
    """One size of a shape; None where nothing is known of it."""
    return None if getattr(shape, "dims", shape) is None else shape[index]


def __getattr__(name: str) -> Any:
    if name == "v1":
        return sys.modules[__name__.partition(".")[0]]
    raise unknown_name("tensorflow.compat", name, [*__all__, "v1"])
