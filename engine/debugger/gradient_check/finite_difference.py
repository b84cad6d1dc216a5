"""Derivatives by central differences, with a look at whether there is one at all.

Central differences of shrinking steps are compared until two agree, and Richardson extrapolation of those two takes
the term in the square of the step away (Press et al., Numerical Recipes, section 5.7). Where the differences to the
left and to the right stay apart however small the step is, the function has a kink.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_EPSILON = float(np.finfo(np.float64).eps)
#: The first step, as a part of the number's size (at least 1), and how each following one is smaller.
_FIRST_STEP = 2.0**-10
_RATIO = 8.0
_STEPS = 8
#: Two central differences that differ by no more than this part of them agree.
_AGREEMENT = 1e-7
#: Where even the nearest two differ by more than this part, a kink lies between.
_CROSSING = 1e-3
#: The rounding errors of a function's value, in units of the last place of what it is summed from.
_ROUNDING = 16.0


@dataclass(frozen=True)
class Difference:
    """What finite differences say of a derivative."""

    #: NaN where the function has no finite values on both sides.
    value: float
    #: How far the derivative may be from ``value``: rounding errors, and what the step leaves over.
    uncertainty: float
    #: Whether the function has a kink, a jump or an end there, so that there is no derivative.
    is_kink: bool


@dataclass(frozen=True)
class _Step:
    size: float
    central: float
    #: The difference to the right less that to the left: the step times the second derivative, or the kink.
    gap: float
    noise: float


def derivative(change: Callable[[float], float], at: float, magnitude: float) -> Difference:
    """The derivative of a function of one number, where that is ``at``.

    ``change(h)`` is what the function's value changes by when ``h`` is added to the number. ``magnitude`` is the sum of
    the absolute values of what the function adds up, which rounding errors are measured by.
    """
    steps = _shrinking(change, at, max(abs(at), 1.0), magnitude)
    found = _agreed(steps)
    if found is None and 0.0 < abs(at) < 1.0:
        # Near a kink at 0, or the end of where a logarithm is defined, the steps must be smaller than the number.
        found = _agreed(_shrinking(change, at, abs(at), magnitude))
    return _disputed(steps) if found is None else found


def _shrinking(change: Callable[[float], float], at: float, scale: float, magnitude: float) -> list[_Step]:
    """Ever smaller steps, until two agree."""
    steps: list[_Step] = []
    for number in range(_STEPS):
        step = _taken(change, at, scale * _FIRST_STEP / _RATIO**number, magnitude)
        if step is not None:
            steps.append(step)
            if _agreed(steps) is not None:
                break
    return steps


def _agreed(steps: list[_Step]) -> Difference | None:
    """What the last two steps say, extrapolated to none; None where they differ, or the two sides do."""
    if len(steps) < 2:
        return None
    larger, smaller = steps[-2:]
    size = max(abs(larger.central), abs(smaller.central))
    is_same = abs(larger.central - smaller.central) <= _AGREEMENT * size + smaller.noise
    if not is_same or _is_bent(larger, smaller):
        return None
    left_over = (smaller.central - larger.central) / (_RATIO**2 - 1)
    return Difference(smaller.central + left_over, abs(left_over) + smaller.noise, False)


def _disputed(steps: list[_Step]) -> Difference:
    """What can be said where no two steps agree: mostly that there is a kink."""
    if len(steps) < 2:
        return Difference(math.nan, math.inf, True)
    before, last = steps[-2:]
    if _is_bent(before, last):
        return Difference(last.central, last.gap, True)
    larger, smaller = min(
        itertools.pairwise(steps), key=lambda pair: abs(pair[0].central - pair[1].central) + pair[1].noise
    )
    spread = abs(larger.central - smaller.central)
    is_crossed = spread > _CROSSING * max(abs(step.central) for step in steps)
    return Difference(smaller.central, spread + smaller.noise, is_crossed or _is_bent(larger, smaller))


def _is_bent(larger: _Step, smaller: _Step) -> bool:
    """Whether the two sides stay apart when the step shrinks; where the function is smooth, they come together."""
    return smaller.gap > larger.gap / 2 + 2 * smaller.noise


def _taken(change: Callable[[float], float], at: float, size: float, magnitude: float) -> _Step | None:
    """The differences over one step; None where the function has no finite value at one of its ends."""
    size = (at + size) - at  # a step that the number can make exactly
    if size == 0.0:
        return None
    right, left = change(size), change(-size)
    if not (math.isfinite(right) and math.isfinite(left)):
        return None
    noise = _ROUNDING * _EPSILON * magnitude / size
    return _Step(size, (right - left) / (2 * size), abs(right + left) / size, noise)
