"""A gradient beside finite differences, element by element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .finite_difference import Difference, derivative

Array = np.ndarray[Any, np.dtype[Any]]

#: What a function changes by when an amount is added to one element of its argument.
Change = Callable[[tuple[int, ...], float], float]

#: Up to this part of it a gradient and the differences may be apart, besides what the differences leave uncertain.
TOLERANCE = 1e-6
#: How much more than its uncertainty a difference may be off.
_SPARE = 4.0


@dataclass(frozen=True)
class Element:
    """One element of a gradient."""

    index: tuple[int, ...]
    #: What the engine computes.
    gradient: float
    #: What the differences say.
    difference: float
    #: By how much they differ, relative to the larger of the two; where both are as small as rounding errors, relative
    #: to what could be told apart.
    error: float
    is_wrong: bool


@dataclass(frozen=True)
class Checked:
    """What was found for one tensor."""

    checked: int
    elements: int
    wrong: int
    kinks: int
    #: The element with the largest error; None where all are at kinks.
    worst: Element | None

    @property
    def largest_error(self) -> float:
        return 0.0 if self.worst is None else self.worst.error


class DifferenceCheck:
    """Compares gradients at ``samples`` elements of each tensor at most, chosen at random with ``seed``."""

    def __init__(self, samples: int, seed: int) -> None:
        self._samples = samples
        self._random = np.random.default_rng(seed)

    def compare(self, at: Array, gradient: Array, change: Change, magnitude: float) -> Checked:
        """Compares ``gradient`` at ``at``, both of one shape, with differences of a function.

        ``magnitude`` is what :func:`.finite_difference.derivative` measures rounding errors by.
        """
        kinks = wrong = 0
        worst: Element | None = None
        chosen = self._choose(at.size)
        for place in chosen:
            index = tuple(int(i) for i in np.unravel_index(place, at.shape))
            found = derivative(lambda amount, index=index: change(index, amount), float(at[index]), magnitude)  # type: ignore[misc]
            if found.is_kink:
                kinks += 1
                continue
            element = _compared(index, float(gradient[index]), found)
            wrong += element.is_wrong
            if worst is None or (element.is_wrong, element.error) > (worst.is_wrong, worst.error):
                worst = element
        return Checked(len(chosen), at.size, wrong, kinks, worst)

    def _choose(self, size: int) -> Array:
        if size <= self._samples:
            return np.arange(size)
        return np.sort(self._random.choice(size, self._samples, replace=False))


def _compared(index: tuple[int, ...], gradient: float, found: Difference) -> Element:
    if not np.isfinite(gradient):
        return Element(index, gradient, found.value, np.inf, True)
    distance, size = abs(gradient - found.value), max(abs(gradient), abs(found.value))
    is_wrong = distance > TOLERANCE * size + _SPARE * found.uncertainty
    floor = max(size, found.uncertainty / TOLERANCE)
    return Element(index, gradient, found.value, distance / floor if floor else 0.0, is_wrong)
