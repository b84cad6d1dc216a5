"""Derivatives by differences, beside the known ones; and kinks, which have none."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.debugger.gradient_check.finite_difference import derivative


def differences(function, at):
    value = function(at)
    return derivative(lambda amount: function(at + amount) - value, at, abs(value))


def relu(x):
    return max(x, 0.0)


def logarithm(x):
    return math.log(x) if x > 0 else math.nan


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        (math.exp, 1.0, math.e),
        (math.exp, 20.0, math.exp(20)),
        (math.sin, 1000.0, math.cos(1000)),
        (lambda x: math.sin(1000 * x), 0.3, 1000 * math.cos(300)),
        (logarithm, 1e-6, 1e6),
        (logarithm, 1e-12, 1e12),
        (lambda x: x**3, 100.0, 3e4),
        (lambda x: 1e8 + x, 0.5, 1.0),
        (lambda x: 5.0, 1.0, 0.0),
        (lambda x: x * x, 0.0, 0.0),
        (lambda x: x * abs(x), 0.0, 0.0),
        (relu, 1e-3, 1.0),
        (relu, 1e-8, 1.0),
        (relu, -1e-12, 0.0),
    ],
)
def test_known_derivatives(function, at, expected):
    found = differences(function, at)
    assert not found.is_kink
    assert found.value == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert abs(found.value - expected) <= found.uncertainty


@settings(deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.1, 3))
def test_smooth_functions(a, b, at):
    found = differences(lambda x: a * math.tanh(x) + b * x * x, at)
    assert not found.is_kink
    assert found.value == pytest.approx(a / math.cosh(at) ** 2 + 2 * b * at, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (relu, 0.0),
        (abs, 0.0),
        (lambda x: abs(x - 3), 3.0),
        (lambda x: 100 * x + relu(x - 0.5), 0.5),
        (math.floor, 2.0),
        (lambda x: math.sqrt(x) if x >= 0 else math.nan, 0.0),
        (lambda x: relu(x - 1), 1 + 1e-13),
    ],
)
def test_kinks_jumps_and_ends(function, at):
    assert differences(function, at).is_kink
