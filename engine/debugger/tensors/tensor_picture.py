"""A tensor in a few numbers, small enough to be sent and drawn many times a second."""

from __future__ import annotations

import enum
import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Number = float | int | bool | complex

#: At most so many elements are told; of a larger tensor, one for each of so many parts of equal size.
CELLS = 24
#: Of a tensor with more elements than this, only some are looked at, evenly spaced, as long as all are finite.
_SAMPLED = 1 << 14


class TensorState(enum.IntEnum):
    """What a tensor's value belongs to."""

    #: It has not been computed yet, so it has no value (which is not the same as 0).
    NOT_COMPUTED = 0
    #: Computed in an earlier step, not yet in the present one.
    STALE = 1
    COMPUTED = 2


class TensorPicture(NamedTuple):
    """What is drawn of a tensor: all of a small one, and of a large one the extremes of its parts."""

    state: TensorState
    shape: tuple[int, ...] = ()
    #: numpy's name of the dtype.
    dtype: str = ""
    #: All elements, row by row, of a tensor with at most CELLS of them; else, for each of CELLS consecutive parts,
    #: the element of largest magnitude, where NaN counts as the largest. Texts of a string tensor; none of a large one.
    elements: tuple[Number | str, ...] = ()
    has_nan: bool = False
    has_inf: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether ``elements`` are all that it has."""
        return len(self.elements) == math.prod(self.shape)

    @property
    def is_computed(self) -> bool:
        return self.state is TensorState.COMPUTED

    def array(self) -> Array | None:
        """The tensor itself where all of its elements are told; None for a large one, or one without a value."""
        if self.state is TensorState.NOT_COMPUTED or not self.is_whole:
            return None
        if self.dtype == "object":
            return np.array([str(text).encode() for text in self.elements], object).reshape(self.shape)
        return np.array(self.elements, self.dtype).reshape(self.shape)


NOT_COMPUTED = TensorPicture(TensorState.NOT_COMPUTED)


def picture_of(array: Array, state: TensorState = TensorState.COMPUTED) -> TensorPicture:
    """The picture of an array of numbers, truth values or texts (any shape).

    Where more than 2^14 elements are all finite, the largest of a part is the largest among evenly spaced ones;
    what is not finite is never passed over.
    """
    dtype = array.dtype
    if dtype.kind == "O":
        texts = tuple(_text(item) for item in array.ravel()) if array.size <= CELLS else ()
        return TensorPicture(state, array.shape, "object", texts)
    if array.size <= CELLS:
        elements = tuple(array.ravel().tolist()) if array.ndim else (array.item(),)
        if dtype.kind not in "fc" or _is_finite(elements):
            return TensorPicture(state, array.shape, _name(dtype), elements)
        return TensorPicture(state, array.shape, _name(dtype), elements, *_not_finite(array))
    flat = array.reshape(-1)
    flags = (False, False)
    if dtype.kind in "fc" and not _all_finite(flat):
        flags = _not_finite(flat)
    if not any(flags) and flat.size > _SAMPLED:
        flat = flat[:: flat.size // _SAMPLED + 1]
    return TensorPicture(state, array.shape, _name(dtype), _extremes(flat), *flags)


@cache
def _name(dtype: np.dtype[Any]) -> str:
    return dtype.name  # numpy puts it together each time


def _text(item: Any) -> str:
    if isinstance(item, bytes):
        return bytes(item).decode("utf-8", "replace")
    return item if isinstance(item, str) else type(item).__name__


def _is_finite(elements: tuple[Any, ...]) -> bool:
    """Whether a few elements are all finite, for certain when it says so."""
    total = sum(elements)
    return bool(total - total == 0)


def _all_finite(flat: Array) -> bool:
    # A sum passes on every NaN and infinity, and is much faster than looking at each element. It may overflow by
    # itself, so that what it calls not finite is looked at again.
    with np.errstate(all="ignore"):
        return bool(np.isfinite(flat.sum())) or bool(np.isfinite(flat).all())


def _not_finite(array: Array) -> tuple[bool, bool]:
    """Whether there is a NaN, and whether there is an infinity."""
    return bool(np.isnan(array).any()), bool(np.isinf(array).any())


def _extremes(flat: Array) -> tuple[Number, ...]:
    """For each of CELLS parts (as ``numpy.array_split`` makes them) the element of largest magnitude, NaN first."""
    size, more = divmod(flat.size, CELLS)
    starts = np.arange(CELLS) * size + np.minimum(np.arange(CELLS), more)
    if flat.dtype.kind == "c":
        flat = np.abs(flat)
    largest = np.maximum.reduceat(flat, starts).tolist()
    least = np.minimum.reduceat(flat, starts).tolist()
    # Both are NaN where one element is; then the comparison is false, and NaN stays.
    return tuple(low if -low > high else high for low, high in zip(least, largest, strict=True))
