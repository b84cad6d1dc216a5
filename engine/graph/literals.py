"""Numbers as a person types them, and as they are shown. Nothing here evaluates code."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from .errors import AttributeValueError

Array = np.ndarray[Any, np.dtype[Any]]

_WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity", "true": "true", "false": "false"}
_TOKEN = re.compile(r"\s*(?:(?P<mark>[\[\](),])|(?P<word>[^\[\](),\s;]+)|(?P<row>;))\s*")
MAX_TEXT = 4_000_000


def parse_array(text: str) -> Array:
    """The array a text such as ``3``, ``1, 2, 3``, ``[[1, 2], [3, 4]]`` or ``1 2; 3 4`` stands for.

    Brackets or parentheses nest, commas or spaces separate, semicolons begin a new row. ``true``, ``false``,
    ``nan`` and ``inf`` are understood. The result is int64, float64 or bool. Raises AttributeValueError with
    what is wrong and where.
    """
    if len(text) > MAX_TEXT:
        raise AttributeValueError("That is too long to type in; put the numbers into a CSV or .npy file.")
    if not text.strip():
        raise AttributeValueError("Type at least one number, for example 1, 2, 3.")
    if ";" in text and "[" not in text and "(" not in text:
        rows = [_json_list(_tokens(row)) for row in text.split(";") if row.strip()]
        return _array_of(f"[{','.join(rows)}]", text)
    tokens = _tokens(text)
    bracketed = tokens[0] == "[" and _closes_at_end(tokens)
    single = len(tokens) == 1
    return _array_of(_json_text(tokens) if bracketed or single else _json_list(tokens), text)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            break
        if match["row"]:
            raise AttributeValueError("Use either brackets or semicolons for rows, not both.")
        mark = match["mark"]
        tokens.append({"(": "[", ")": "]"}.get(mark, mark) if mark else _number(match["word"]))
        position = match.end()
    return tokens


def _number(word: str) -> str:
    lowered = word.lower()
    if lowered in _WORDS:
        return _WORDS[lowered]
    try:
        number = float(word.replace("_", "x"))
    except ValueError:
        raise AttributeValueError(f"{word!r} is not a number; write for example 0.1 or 1e-3.") from None
    if re.fullmatch(r"[+-]?\d+", word):
        return str(int(word))
    if math.isinf(number) and "inf" not in lowered:
        raise AttributeValueError(f"{word!r} is too large for a number; write inf if infinity is meant.")
    return "Infinity" if number == math.inf else "-Infinity" if number == -math.inf else repr(number)


def _closes_at_end(tokens: list[str]) -> bool:
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token == "[") - (token == "]")
        if depth == 0:
            return index == len(tokens) - 1
    return True


def _json_list(tokens: list[str]) -> str:
    return f"[{_json_text(tokens)}]"


def _json_text(tokens: list[str]) -> str:
    """Joins tokens, adding the commas that a person left out between two values."""
    parts: list[str] = []
    for token in tokens:
        if parts and parts[-1] not in ("[", ",") and token not in ("]", ","):
            parts.append(",")
        parts.append(token)
    if parts and parts[-1] == ",":
        parts.pop()
    return "".join(parts).replace(",]", "]")


def _array_of(json_text: str, text: str) -> Array:
    shown = text.strip() if len(text.strip()) <= 40 else f"{text.strip()[:37]}…"
    import json  # late: programs hold numbers, only files and persons write them as text

    try:
        nested = json.loads(json_text)
    except (ValueError, RecursionError):
        raise AttributeValueError(
            f"{shown!r} is not a list of numbers; write for example 1, 2, 3 or [[1, 2], [3, 4]]."
        ) from None
    return array_from_nested(nested, shown)


def array_from_nested(nested: Any, shown: str = "the value") -> Array:
    """The array of nested lists of numbers or booleans. Raises AttributeValueError for anything else."""
    try:
        array = np.array(nested)
    except (ValueError, OverflowError):
        raise AttributeValueError(f"The rows of {shown!r} differ in length; make them equally long.") from None
    if array.size == 0:
        return array.astype(np.float64)
    if array.dtype.kind == "O":
        raise AttributeValueError(
            f"{shown!r} holds a number that is too large or something that is no number; change it."
        )
    if array.dtype.kind not in "iufb":
        raise AttributeValueError(f"{shown!r} holds something that is not a number; write numbers, true or false.")
    return array


def format_array(array: Array, precision: int | None = None, limit: int = 1000) -> str:
    """An array as text: scalars bare, others in brackets, float32 with as many digits as it has.

    ``precision`` limits the significant digits; more than ``limit`` elements are summarised with an ellipsis.
    """
    if array.dtype.kind == "O":
        import json  # late: as above

        formatter: Any = {"object": lambda item: json.dumps(bytes(item).decode("utf-8", "replace"), ensure_ascii=False)}
        return np.array2string(array, separator=", ", threshold=limit, max_line_width=10**9, formatter=formatter)
    if array.ndim == 0:
        return format_number(array[()], precision)
    if array.dtype.kind == "f" and precision is not None:
        formatter = {"float_kind": lambda number: format_number(number, precision)}
    else:
        formatter = None
    text = np.array2string(
        array, separator=", ", threshold=limit, max_line_width=10**9, formatter=formatter, floatmode="unique"
    )
    return text.replace("\n", "")


def format_number(number: Any, precision: int | None = None) -> str:
    """A number as Python prints it; ``precision`` significant digits when given (e-notation as Python's)."""
    if isinstance(number, np.bool_ | bool | int | np.integer) or precision is None:
        return str(number)
    return f"{float(number):.{precision}g}"
