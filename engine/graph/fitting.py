"""Whether numbers keep their values in another dtype."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .dtypes import DType

Array = np.ndarray[Any, np.dtype[Any]]


#: Numbers that are smaller have a value in every float dtype, float16 included.
_IN_EVERY_FLOAT = 65504.0


class Misfit(NamedTuple):
    """A number that has no value in a dtype."""

    place: tuple[int, ...]
    number: Any
    #: The rest of a sentence that begins with the number.
    reason: str


def find_misfit(array: Array, dtype: DType) -> Misfit | None:
    """The first number of ``array`` that ``dtype`` cannot hold; None when it holds all (floats may be rounded).

    A fraction or a number out of range does not fit a whole number, a number other than 0 and 1 no boolean, and a
    large float64 no float32.
    """
    target = dtype.numpy
    if array.dtype == target or array.size == 0:
        return None
    if array.size == 1 and dtype.is_floating and array.dtype.kind in "iufb" and abs(array.item()) < _IN_EVERY_FLOAT:
        return None
    if dtype.is_string or array.dtype.kind == "O":
        first = (0,) * array.ndim
        return Misfit(first, array[first], f"is no {'text' if dtype.is_string else 'number'}, as {dtype.name} wants")
    if dtype.is_bool:
        wrong, reason = (array != 0) & (array != 1), "is neither 0 nor 1, and bool takes only these"
    elif dtype.is_integer:
        wrong = ~_holds_whole(array, target)
        reason = f"is no whole number that {dtype.name} holds; change it, or take a float dtype"
    else:
        with np.errstate(over="ignore"):
            wrong = np.isinf(array.astype(target)) & np.isfinite(array)
        reason = f"is too large for {dtype.name}; take the dtype float64"
    if not np.any(wrong):
        return None
    place = np.unravel_index(int(np.argmax(wrong)), array.shape)
    return Misfit(tuple(int(index) for index in place), array[place], reason)


def _holds_whole(array: Array, target: np.dtype[Any]) -> Array:
    """Which numbers are whole and lie in the range of an integer dtype."""
    limits = np.iinfo(target)
    if array.dtype.kind == "b":
        return np.ones(array.shape, bool)
    if array.dtype.kind != "f":
        return np.asarray((array >= limits.min) & (array <= limits.max))
    # The largest int64 is no float64: its successor is the first one that does not fit.
    first_above = float(limits.max // 2 + 1) * 2
    return np.asarray((array >= float(limits.min)) & (array < first_above) & (np.trunc(array) == array))
