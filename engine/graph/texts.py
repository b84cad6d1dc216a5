"""Strings as tensors hold them: ``bytes`` in arrays of objects."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def text_array(value: Any) -> Array | None:
    """A nest of ``str`` and ``bytes`` as an array of ``bytes`` (text in UTF-8); None when it holds anything else.

    numpy's own text arrays cut off trailing zero bytes, so the elements are taken one by one.
    """
    if isinstance(value, str | bytes):
        return array_of_texts((), [_as_bytes(value)])
    if isinstance(value, int | float):
        return None
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "SUO":
            return None
        array = value
    else:
        try:
            array = np.array(value, dtype=object)
        except ValueError:
            return None
    items = list(array.ravel())
    if not items or not all(isinstance(item, str | bytes) for item in items):
        return array_of_texts(array.shape, []) if value is array and not items else None
    return array_of_texts(array.shape, [_as_bytes(item) for item in items])


def _as_bytes(item: str | bytes) -> bytes:
    return item.encode("utf-8", "surrogateescape") if isinstance(item, str) else bytes(item)


def array_of_texts(shape: tuple[int, ...], items: list[bytes]) -> Array:
    """An array of a shape with texts as its elements."""
    array = np.empty(len(items), object)
    array[:] = items
    return array.reshape(shape)
