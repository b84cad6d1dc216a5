"""Random numbers of operations without a seed of their own, from numpy's generator."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class NumpyNumbers:
    """The numbers of one operation in one run: as :class:`~engine.runtime.philox.PhiloxNumbers`, and faster."""

    __slots__ = ("_generator",)

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def uniform(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        """Numbers from [0, 1)."""
        return self._generator.random(shape, dtype, out)

    def integers(self, low: int, high: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Whole numbers from ``low`` up to ``high``, which is left out."""
        return np.asarray(self._generator.integers(low, high, shape, dtype.type))

    def normal(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        """Normally distributed numbers with mean 0 and standard deviation 1."""
        return self._generator.standard_normal(shape, dtype, out)

    def truncated_normal(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        """As :meth:`normal`, but numbers of 2 or more, or −2 or less, are drawn again."""
        numbers = np.asarray(self.normal(shape, dtype, out))
        flat = numbers.reshape(-1)
        far = np.flatnonzero(np.abs(flat) >= 2)
        while len(far):
            flat[far] = self._generator.standard_normal(len(far), dtype)
            far = far[np.abs(flat[far]) >= 2]
        return numbers

    def permutation(self, count: int) -> Array:
        """The numbers below ``count`` in another order."""
        return self._generator.permutation(count)

    def sequence(self, reserved_words: int) -> NumpyNumbers:
        """Numbers one after the other, as many as are asked for."""
        return self

    def doubles(self, count: int) -> Array:
        """Numbers from [0, 1), float64."""
        return self._generator.random(count)

    def below(self, limit: int, count: int) -> Array:
        """Whole numbers from 0 up to ``limit``, which is left out; int64."""
        return np.asarray(self._generator.integers(0, limit, count))
