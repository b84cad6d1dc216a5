"""Values of two documents as short texts that show where they differ."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ..graph.attributes import Attribute, AttributeKind
from ..model import Array, CsvColumns, DataSource, NumpyArray, TypedValues

#: Arrays of more elements, and texts of more letters, are told by what they are and how far apart they lie.
_MOST_ELEMENTS = 12
_MOST_LETTERS = 120


def attribute_text(attribute: Attribute, before: Any, after: Any) -> tuple[str, str]:
    """Both values of an attribute as the inspector would have them typed."""
    if attribute.kind is AttributeKind.GRAPH:
        first, second = str(before), str(after)
        return (first, f"{second} (another body)") if first == second else (first, second)
    if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
        return value_text(before, after)
    return _text(attribute, before), _text(attribute, after)


def _text(attribute: Attribute, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _array_text(value)
    if value is None:
        return "none"
    if attribute.kind is AttributeKind.SHAPE:
        return str(value)
    data = attribute.to_json(value)
    text = data if isinstance(data, str) and attribute.kind is not AttributeKind.TEXT else json.dumps(data)
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}… ({len(text)} letters)"


def value_text(before: Array | None, after: Array | None) -> tuple[str, str]:
    """Two arrays; the second with the largest difference of an element where they are too long to be read."""
    first = "" if before is None else _array_text(before)
    second = "" if after is None else _array_text(after)
    if before is None or after is None or first != second:
        return first, second
    return first, f"{second}, {_distance_text(before, after)}"


def _distance_text(before: Array, after: Array) -> str:
    """How far apart two arrays of one shape lie."""
    if before.dtype.kind not in "fiub" or after.dtype.kind not in "fiub":
        return f"{int(np.sum(before != after))} of {before.size} elements differ"
    apart = np.abs(after.astype(np.float64) - before.astype(np.float64))
    finite = apart[np.isfinite(apart)]
    largest = f"{finite.max():.4g}" if finite.size else "nan"
    return f"{int(np.count_nonzero(~(apart == 0)))} of {before.size} elements differ, by {largest} at most"


def _array_text(array: Array) -> str:
    if array.size <= _MOST_ELEMENTS:
        elements = array.tolist()
        text = json.dumps(elements, default=_letters)
        if len(text) <= _MOST_LETTERS:
            return f"{text} {array.dtype}" if array.dtype.kind in "fiub" else text
    shape = ", ".join(map(str, array.shape))
    return f"[{shape}] {'string' if array.dtype.kind == 'O' else array.dtype}"


def _letters(item: Any) -> str:
    """What JSON has no type for: the bytes of a text."""
    return item.decode(errors="backslashreplace") if isinstance(item, bytes) else str(item)


def source_text(source: DataSource | None) -> str:
    """Where data comes from; "" for nowhere."""
    match source:
        case None:
            return ""
        case TypedValues(text):
            return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}… ({len(text)} letters)"
        case CsvColumns(path, columns, as_matrix):
            return f"{path}: {', '.join(columns)}{' as a matrix' if as_matrix else ''}"
        case NumpyArray(path, key):
            return f"{path}: {key}" if key else path
