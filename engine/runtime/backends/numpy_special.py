"""Special functions that numpy lacks: the error function and the family of the gamma function.

Computed in float64 whatever the dtype, and rounded to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: From here on the asymptotic series of the polygamma functions is exact to float64.
_LARGE = 16.0
#: The Bernoulli numbers B₂, B₄ … B₂₀.
_BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
)


def _each(function: Callable[[float], float]) -> Callable[..., Array]:
    """A function of one number as one of arrays: Python's own are exact to the last bits."""
    whole = np.frompyfunc(function, 1, 1)

    def of_array(x: Array, out: Array | None = None) -> Array:
        result = np.asarray(whole(x)).astype(x.dtype)
        if out is None:
            return result
        np.copyto(out, result)
        return out

    return of_array


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except ValueError:  # the poles: 0 and the negative whole numbers
        return math.inf
    except OverflowError:
        return math.inf


erf = _each(math.erf)
erfc = _each(math.erfc)
lgamma = _each(_lgamma)


def polygamma(order: int, x: Array, out: Array | None = None) -> Array:
    """The derivative of this order of the digamma function, which is that of order 0.

    Numbers below 0 are reflected, small ones moved up by the recurrence, large ones summed by the asymptotic series
    (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.4.6, 6.4.7 and 6.4.11). At the poles, 0 and the
    negative whole numbers, digamma is NaN and the derivatives are infinite (of even order: NaN), as in TensorFlow.
    """
    place = np.asarray(x, np.float64)
    reflected = place < 0
    value = _right_of_zero(order, np.where(reflected, 1 - place, place))
    if reflected.any():
        value = np.where(reflected, (-1) ** order * value - _cotangent_part(order, place), value)
    at_pole = (place <= 0) & (place == np.floor(place))
    value = np.where(at_pole, np.inf if order % 2 else np.nan, value)
    if out is None:
        return value.astype(x.dtype)
    np.copyto(out, value, casting="same_kind")
    return out


def _right_of_zero(order: int, x: Array) -> Array:
    """ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! (Σ 1/(x + k)ⁿ⁺¹ for the steps k up to a large number + its asymptotic series there)."""
    sign, factorial = (-1) ** (order + 1), math.factorial(order)
    x = np.array(x)
    total = np.zeros_like(x)
    small = x < _LARGE
    while small.any():
        total = np.where(small, total + sign * factorial / x ** (order + 1), total)
        x = np.where(small, x + 1, x)
        small = x < _LARGE
    if order == 0:
        series = np.log(x) - 0.5 / x
    else:
        series = sign * (math.factorial(order - 1) / x**order + 0.5 * factorial / x ** (order + 1))
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        factor = bernoulli / (2 * k) if order == 0 else bernoulli * math.factorial(2 * k + order - 1)
        if order:
            factor /= math.factorial(2 * k)
        series = series + sign * factor / x ** (2 * k + order)
    result: Array = total + series
    return result


def _cotangent_part(order: int, x: Array) -> Array:
    """The derivative of this order of π cot(πx), a polynomial in the cotangent."""
    polynomial = np.polynomial.Polynomial([0.0, 1.0])
    for _ in range(order):
        polynomial = -polynomial.deriv() * np.polynomial.Polynomial([1.0, 0.0, 1.0])
    cotangent = 1 / np.tan(np.pi * (x - np.floor(x)))
    return np.asarray(np.pi ** (order + 1) * polynomial(cotangent))
