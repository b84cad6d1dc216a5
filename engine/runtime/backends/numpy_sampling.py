"""Drawing classes on numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def draw_classes(source: Any, distribution: str, count: int, unique: bool, limit: int) -> tuple[Array, int]:
    """``count`` of the classes 0 to ``limit`` − 1, and how many were drawn until so many different ones were found.

    ``source`` gives random numbers one after the other.
    """
    if not unique:
        return _draw(source, distribution, count, limit), count
    drawn = np.empty(0, np.int64)
    while True:
        drawn = np.concatenate([drawn, _draw(source, distribution, 2 * count + drawn.size, limit)])
        first = np.sort(np.unique(drawn, return_index=True)[1])
        if first.size >= count:
            chosen = first[:count]
            return drawn[chosen], int(chosen[-1]) + 1


def _draw(source: Any, distribution: str, count: int, limit: int) -> Array:
    if distribution == "uniform":
        uniform: Array = source.below(limit, count)
        return uniform
    classes: Array = np.floor(np.exp(source.doubles(count) * np.log1p(limit))).astype(np.int64) - 1
    return classes % limit


def expected_counts(classes: Array, distribution: str, tries: int, count: int, limit: int) -> Array:
    """How often each of the classes was to be expected in so many tries for ``count`` classes.

    As TensorFlow reckons it: where each try gave a class, a class may come several times; else once at most.
    """
    if distribution == "uniform":
        probability = np.full(classes.shape, 1 / limit)
    else:
        probability = np.log((classes + 2.0) / (classes + 1.0)) / np.log(limit + 1)
    expected = probability * count if tries == count else -np.expm1(tries * np.log1p(-probability))
    return expected.astype(np.float32)
