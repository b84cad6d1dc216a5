"""Running sums and products, on numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def cumulative_sum(x: Array, axis: int, exclusive: bool, reverse: bool, out: Array | None = None) -> Array:
    return _cumulative(np.add, 0, x, axis, exclusive, reverse, out)


def cumulative_product(x: Array, axis: int, exclusive: bool, reverse: bool, out: Array | None = None) -> Array:
    return _cumulative(np.multiply, 1, x, axis, exclusive, reverse, out)


def _cumulative(
    function: np.ufunc, neutral: int, x: Array, axis: int, exclusive: bool, reverse: bool, out: Array | None
) -> Array:
    result = np.empty(x.shape, x.dtype) if out is None else out
    source, target = np.moveaxis(x, axis, 0), np.moveaxis(result, axis, 0)
    if reverse:
        source, target = source[::-1], target[::-1]
    if exclusive:
        target[:1] = neutral
        source, target = source[:-1], target[1:]
    if source.shape[0]:
        function.accumulate(source, 0, x.dtype, target)
    return result
