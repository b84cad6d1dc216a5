"""Drawing classes on numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def draw_classes(
    generator: np.random.Generator, distribution: str, count: int, unique: bool, limit: int
) -> tuple[Array, int]:
    """``count`` of the classes 0 to ``limit`` − 1, and how many were drawn until so many different ones were found."""
    if not unique:
        return _draw(generator, distribution, count, limit), count
    drawn = np.empty(0, np.int64)
    while True:
        drawn = np.concatenate([drawn, _draw(generator, distribution, 2 * count + drawn.size, limit)])
        first = np.sort(np.unique(drawn, return_index=True)[1])
        if first.size >= count:
            chosen = first[:count]
            return drawn[chosen], int(chosen[-1]) + 1


def _draw(generator: np.random.Generator, distribution: str, count: int, limit: int) -> Array:
    numbers = generator.random(count)
    if distribution == "uniform":
        return np.minimum((numbers * limit).astype(np.int64), limit - 1)
    classes: Array = (np.exp(numbers * np.log(limit + 1)).astype(np.int64) - 1) % limit
    return classes


def expected_counts(classes: Array, distribution: str, tries: int | None, count: int, limit: int) -> Array:
    """How often each of the classes was to be expected: in ``count`` draws, or once at most in so many tries."""
    if distribution == "uniform":
        probability = np.full(classes.shape, 1 / limit)
    else:
        probability = np.log((classes + 2.0) / (classes + 1.0)) / np.log(limit + 1)
    expected = probability * count if tries is None else -np.expm1(tries * np.log1p(-probability))
    return expected.astype(np.float32)
