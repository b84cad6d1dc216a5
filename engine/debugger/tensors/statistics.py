"""Figures about a tensor: extremes, mean, norm, what is not finite, and how the elements are distributed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ...graph.dtypes import as_dtype

Array = np.ndarray[Any, np.dtype[Any]]

#: Elements that are worked on at once, so that a large tensor needs no second one of its size.
_BLOCK = 1 << 16
#: Squares of magnitudes between these neither overflow nor vanish, nor do sums of as many as fit into memory.
_LEAST_SQUARED, _GREATEST_SQUARED = 1e-140, 1e140
MOST_BINS = 64


class TensorStatistics(NamedTuple):
    """Figures about a tensor. What is said of numbers is None for strings, and without a finite element."""

    shape: tuple[int, ...]
    dtype: str
    size: int
    nan_count: int
    infinity_count: int
    zero_count: int
    #: Of the finite elements, like the three that follow. Integers keep all their digits; true counts as 1.
    minimum: float | int | None
    maximum: float | int | None
    mean: float | None
    #: The Euclidean norm, in float64 whatever the dtype; infinite only beyond the largest float64.
    norm: float | None


class Histogram(NamedTuple):
    """How many finite elements lie in each bin: ``counts`` [n], ``edges`` [n + 1]; the last bin holds its end."""

    counts: Array
    edges: Array


def statistics(array: Array) -> TensorStatistics:
    """The figures of an array of any dtype and shape."""
    nans = infinities = zeros = 0
    minimum: Any = None
    maximum: Any = None
    is_number = array.dtype.kind != "O"
    for block in _blocks(array) if is_number else ():
        zeros += block.size - int(np.count_nonzero(block))
        finite = block
        if block.dtype.kind == "f":
            block_nans = int(np.count_nonzero(np.isnan(block)))
            is_finite = np.isfinite(block)
            finite = block[is_finite]
            nans += block_nans
            infinities += block.size - block_nans - finite.size
        if finite.size:
            least, greatest = finite.min().item(), finite.max().item()
            minimum = least if minimum is None else min(minimum, least)
            maximum = greatest if maximum is None else max(maximum, greatest)
    mean, norm = (None, None) if minimum is None else _mean_and_norm(array, minimum, maximum)
    return TensorStatistics(
        tuple(array.shape),
        as_dtype(array.dtype).name,
        array.size,
        nans,
        infinities,
        zeros,
        _plain(minimum),
        _plain(maximum),
        mean,
        norm,
    )


def histogram(array: Array, most_bins: int = MOST_BINS) -> Histogram:
    """Bins of equal width from the least finite element to the greatest; about as many as the root of their count.

    Whole numbers in a narrow range have a bin each, with the number in its middle. Without finite numbers there are
    no bins.
    """
    finite = _finite(array)
    if not finite.size:
        return Histogram(np.zeros(0, np.int64), np.zeros(0))
    least, greatest = float(finite.min()), float(finite.max())
    if array.dtype.kind in "iub" and greatest - least < most_bins:
        bins = int(greatest - least) + 1
        least, greatest = least - 0.5, greatest + 0.5
    else:
        bins = min(max(math.isqrt(finite.size), 1), most_bins)
    # Half of each is within float64 when their difference is not.
    scale = 1.0 if math.isfinite(greatest - least) else 0.25
    if _distinct_edges(least * scale, greatest * scale, bins):
        counts, edges = np.histogram(finite * scale, bins, (least * scale, greatest * scale))
    else:
        # All are as good as equal: no bin can be narrower than the numbers that there are.
        width = max(abs(least) * 1e-6, np.finfo(np.float64).tiny)
        counts, edges = np.array([finite.size]), np.array([least - width, greatest + width])
    return Histogram(counts, edges / scale)


def _distinct_edges(least: float, greatest: float, bins: int) -> bool:
    return bool(np.all(np.diff(np.linspace(least, greatest, bins + 1)) > np.finfo(np.float64).tiny))


def _finite(array: Array) -> Array:
    """The finite elements, flat and in float64; none of strings."""
    if array.dtype.kind == "O":
        return np.zeros(0)
    flat = array.reshape(-1)
    return (flat[np.isfinite(flat)] if array.dtype.kind == "f" else flat).astype(np.float64)


def _mean_and_norm(array: Array, minimum: float | int, maximum: float | int) -> tuple[float, float]:
    largest = max(abs(float(minimum)), abs(float(maximum)))
    # As in LAPACK's dnrm2: divided by the largest one where squares would leave the range of float64.
    scale = 1.0 if largest == 0.0 or _LEAST_SQUARED < largest < _GREATEST_SQUARED else largest
    sums, squares, count = [], [], 0
    for block in _blocks(array):
        finite = _finite(block) / scale
        sums.append(float(finite.sum()))
        squares.append(float(finite @ finite))
        count += finite.size
    mean = math.fsum(sums) / count * scale
    # Rounding must not put it outside of the elements.
    mean = min(max(mean, float(minimum)), float(maximum))
    return mean, math.sqrt(math.fsum(squares)) * scale


def _plain(number: Any) -> float | int | None:
    """True and false as the numbers that they count as."""
    return int(number) if isinstance(number, bool) else number


def _blocks(array: Array) -> Iterator[Array]:
    flat = array.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        yield flat[start : start + _BLOCK]
