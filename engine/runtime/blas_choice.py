"""Choosing, by the clock, on how many threads the matrix library computes a step.

On free cores its threads halve the time. Where other programs keep the cores busy they wait for each other, and a step
can take fifty times as long as on one thread. Which it is can change at any time; so a step is tried the other way now
and then. The library rounds some shapes in another way when it splits them: where numbers are to be the same every
time, only steps are tried that have the same bits either way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np

from .blas_threads import blas_at_one_thread

Array = np.ndarray[Any, np.dtype[Any]]
#: A matrix product: its two operands.
Product = tuple[Array, Array]

#: From so many multiplications on the library splits a product in a way that can be felt.
LARGE = 1_000_000
#: The other way must be so much faster to be taken.
_CLEARLY = 0.75
#: After how many steps the other way is tried, at first and at most; each vain try makes it more.
_SOON, _LATE = 32, 4096
#: A step so many times longer than the shortest is a sign that the cores are busy.
_STRANGE = 3


class BlasChoice:
    """The way to carry out the steps of one plan, with these large products in it.

    ``same_bits`` says that results must not depend on the way.
    """

    def __init__(self, products: Sequence[Product], same_bits: bool) -> None:
        self._products = products
        self._is_free: bool | None = None if same_bits else True
        self._at_one = False
        #: Seconds of the shortest step each way since the last change.
        self._best = {False: float("inf"), True: float("inf")}
        #: Seconds of the last step in the way that is usual now.
        self._last = float("inf")
        self._runs = 0
        self._patience = _SOON
        #: The number of the run that tries the other way.
        self._next_try = 3

    def run(self, step: Callable[[], None]) -> None:
        """Carries out a step, on one thread or on as many as the library takes."""
        self._runs += 1
        if self._runs >= self._next_try and self._may_choose():
            self._try_other(step)
            return
        seconds = self._timed(step, self._at_one)
        if not self._at_one and seconds > _STRANGE * self._best[False]:
            self._next_try = min(self._next_try, self._runs + 8)
        self._best[self._at_one] = min(self._best[self._at_one], seconds)

    def _try_other(self, step: Callable[[], None]) -> None:
        usual, other = self._at_one, not self._at_one
        here = self._timed(step, other)
        # What is usual is taken from the last steps, not from the best times.
        if here < _CLEARLY * self._last:
            self._at_one = other
            self._patience = _SOON
            self._best = {usual: float("inf"), other: here}
        else:
            self._patience = min(self._patience * (8 if here > _STRANGE * self._last else 2), _LATE)
        self._next_try = self._runs + self._patience

    def _timed(self, step: Callable[[], None], at_one: bool) -> float:
        begin = perf_counter()
        if at_one:
            with blas_at_one_thread:
                step()
        else:
            step()
        seconds = perf_counter() - begin
        if at_one is self._at_one:
            self._last = seconds
        return seconds

    def _may_choose(self) -> bool:
        """Whether all products have the same bits either way; if not, they are left to the library."""
        if self._is_free is None:
            self._is_free = all(_has_same_bits(*_layout(x), *_layout(y)) for x, y in self._products)
        if not self._is_free:
            self._next_try = 1 << 62
        return self._is_free


def _layout(x: Array) -> tuple[tuple[int, ...], str, bool]:
    return x.shape, x.dtype.str, bool(x.flags.c_contiguous)


@cache
def _has_same_bits(
    x_shape: tuple[int, ...], x_dtype: str, x_rows: bool, y_shape: tuple[int, ...], y_dtype: str, y_rows: bool
) -> bool:
    """Whether products of such operands are the same on one thread and on several: the shapes decide."""
    x, y = _sample(x_shape, x_dtype, x_rows, 0), _sample(y_shape, y_dtype, y_rows, 1)
    with blas_at_one_thread:
        alone = np.dot(x, y)
    return bool(np.array_equal(alone, np.dot(x, y)))


def _sample(shape: tuple[int, ...], dtype: str, rows: bool, seed: int) -> Array:
    numbers = np.random.default_rng(seed).standard_normal(shape).astype(dtype)
    return numbers if rows else np.asfortranarray(numbers)
