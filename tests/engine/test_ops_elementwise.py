"""Elementwise functions and operators at TensorFlow's corners, with the numbers that TensorFlow gives."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph import DTypeError, InvalidArgumentError
from tests.engine.helpers import run
from tests.engine.test_ops_corners import value_and_gradients

pytestmark = pytest.mark.usefixtures("graph")

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("function", "inputs", "value", "gradients"),
    [
        (
            tf.digamma,
            [[0, -1, -0.5, 1, 2.5, -3.7, INF, -INF]],
            [NAN, NAN, 0.036489974, -0.57721566, 0.70315664, -0.84507686, INF, NAN],
            [[INF, INF, 8.93480220, 1.64493407, 0.49035776, 14.8424219, 0, INF]],
        ),
        (
            tf.lgamma,
            [[0, -1, -0.5, 1, 2.5, -3.7, INF, -INF]],
            [INF, INF, 1.26551212, 0, 0.28468287, -1.37973990, INF, INF],
            [[NAN, NAN, 0.036489974, -0.57721566, 0.70315664, -0.84507686, INF, NAN]],
        ),
        (tf.rsqrt, [[0, 4, -1]], [INF, 0.5, NAN], [[-INF, -0.0625, NAN]]),
        (tf.reciprocal, [[0, 2]], [INF, 0.5], [[-INF, -0.25]]),
        (tf.div_no_nan, [[1, 0, 3], [0, 0, 2]], [0, 0, 1.5], [[0, 0, 0.5], [0, 0, -0.75]]),
        (
            tf.floormod,
            [[-7, 7, 5.5, 1], [3, -3, 0, 0.1]],
            [2, -2, NAN, 0.1],
            [[1, 1, 1, 1], [3, 3, -INF, -10]],
        ),
        (tf.atan2, [[0, 1, 0], [0, 0, -1]], [0, np.pi / 2, np.pi], [[NAN, 0, -1], [NAN, -1, 0]]),
        (tf.math.xlogy, [[0, 0, 2], [0, 1, 0]], [0, 0, -INF], [[0, 0, -INF], [0, 0, INF]]),
        (tf.math.xdivy, [[0, 0, 2], [0, 1, 0]], [0, 0, INF], [[0, 0, INF], [0, 0, -INF]]),
        (tf.math.multiply_no_nan, [[INF, 2], [0, 3]], [0, 6], [[0, 3], [INF, 2]]),
        (tf.floordiv, [[1, 1, -7], [0.1, 0, 2]], [10, INF, -4], [None, None]),
        (tf.floor, [[-1.5, 0, 1.5]], [-2, 0, 1], [None]),
        (tf.round, [[-1.5, -0.5, 0.5, 1.5, 2.5]], [-2, 0, 0, 2, 2], [None]),
        (tf.erf, [[-INF, 0, 1]], [-1, 0, 0.84270079], [[0, 1.12837917, 0.41510750]]),
        (tf.asin, [[1, 2]], [np.pi / 2, NAN], [[INF, NAN]]),
        (tf.log1p, [[-1, 1e-10]], [-INF, 1e-10], [[INF, 1]]),
        (lambda x: tf.add_n([x, x, 2.0 * x]), [[1, 2]], [4, 8], [[4, 4]]),
        (tf.squared_difference, [[3, 1], [1]], [4, 0], [[4, 0], [-4]]),
        (lambda x: 1.0 // x, [[0.1, 2]], [10, 0], [None]),
        (lambda x: 7.0 % x, [[4, -4]], [3, -1], [[-1, 2]]),
        (lambda x: x // 2.0, [[-7, 7]], [-4, 3], [None]),
    ],
)
def test_corner(function, inputs, value, gradients):
    y, found = value_and_gradients(function, *inputs, dtype=tf.float64)
    np.testing.assert_allclose(y, value, rtol=1e-7, atol=1e-9)
    for one, expected in zip(found, gradients, strict=True):
        if expected is None:
            assert one is None
        else:
            np.testing.assert_allclose(one, expected, rtol=1e-7, atol=1e-12)


def test_what_is_no_number():
    x = tf.constant([0, NAN, INF, -INF])
    found = [value.tolist() for value in run([tf.is_nan(x), tf.is_inf(x), tf.is_finite(x)])]
    assert found == [[False, True, False, False], [False, False, True, True], [True, False, False, False]]
    assert run(tf.math.approximate_equal([1.0, 1.0], [1.000001, 1.1])).tolist() == [True, False]


def test_whole_quotients_round_down_or_towards_zero():
    x, y = tf.constant([7, -7, 7, -7]), tf.constant([2, 2, -3, -3])
    found = run([x // y, x % y, tf.div(x, y), tf.truncatediv(x, y), tf.truncatemod(x, y), x / y])
    expected = [
        [3, -4, -3, 2],
        [1, 1, -2, -1],
        [3, -4, -3, 2],
        [3, -3, -2, 2],
        [1, -1, 1, -1],
        [3.5, -3.5, -7 / 3, 7 / 3],
    ]
    for one, value in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, value)
    assert [one.dtype for one in found] == ["int32"] * 5 + ["float64"]
    assert run(tf.div(7.0, 2)) == 3.5
    assert run(tf.constant(7).__div__(2)) == 3
    assert run(tf.constant(2).__rdiv__(7)) == 3
    assert run(7 // tf.constant(2)) == 3
    assert run(7 % tf.constant(4)) == 3


@pytest.mark.parametrize("function", [tf.floordiv, tf.mod, tf.truncatediv, tf.truncatemod])
def test_whole_numbers_are_not_divided_by_zero(function):
    x = tf.placeholder(tf.int32, [2])
    with pytest.raises(InvalidArgumentError, match="Integer division by zero"):
        run(function(4, x), {x: [1, 0]})


def test_short_whole_numbers_divide_to_float32():
    for dtype, quotient in (("int8", "float32"), ("uint16", "float32"), ("int32", "float64")):
        result = run(tf.constant(7, dtype) / tf.constant(2, dtype))
        assert result == 3.5
        assert result.dtype == quotient


def test_operators_on_bools_and_bits():
    a, b = tf.constant([True, True, False]), tf.constant([True, False, False])
    values = [value.tolist() for value in run([a & b, a | b, a ^ b, ~a, a & True, False | b])]
    assert values == [
        [True, False, False], [True, True, False], [False, True, False], [False, False, True], [True, True, False],
        [True, False, False],
    ]  # fmt: skip
    x, y = tf.constant([12, 10]), tf.constant([10, 7])
    values = [value.tolist() for value in run([x & y, x | y, x ^ y, ~x])]
    assert values == [[8, 2], [14, 15], [6, 13], [-13, -11]]
    with pytest.raises(DTypeError):
        tf.constant([1.0]) & tf.constant([1.0])


def test_names_are_those_of_tensorflow():
    x, i, b = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [3]), tf.placeholder(tf.bool, [3])
    names = {
        "floordiv": x // x, "mod": x % x, "pow": x**x, "Abs": abs(x), "truediv": x / x, "div": tf.div(i, i),
        "FloorMod": tf.mod(x, x), "and": b & b, "or": b | b, "xor": b ^ b, "LogicalNot": ~b,
        "RealDiv": tf.realdiv(x, x), "FloorDiv": tf.floor_div(i, i), "TruncateDiv": tf.truncatediv(i, i),
        "AddN": tf.add_n([x, x]), "Reciprocal": tf.reciprocal(x), "div_no_nan": tf.div_no_nan(x, x),
        "Round": tf.round(x), "SquaredDifference": tf.squared_difference(x, x),
        "BitwiseAnd": tf.bitwise.bitwise_and(i, i), "IsNan": tf.is_nan(x), "LogicalXor": tf.logical_xor(b, b),
        "Atan2": tf.atan2(x, x), "Pow": tf.pow(x, x),
    }  # fmt: skip
    taken = {"FloorDiv": "FloorDiv_1", "Pow": "Pow_1"}  # case makes no difference to TensorFlow
    assert {name: tensor.op.name for name, tensor in names.items()} == {name: taken.get(name, name) for name in names}


@pytest.mark.parametrize("function", [tf.floor, tf.erf, tf.sin, tf.sigmoid, tf.tanh, tf.rsqrt, tf.is_nan, tf.rint])
def test_whole_numbers_are_refused_where_they_mean_nothing(function):
    with pytest.raises(TypeError, match="needs float32 or float64"):
        function(tf.constant([1, 2]))


def test_sums_of_many():
    x = tf.placeholder(tf.float32, [None, 2])
    assert tf.add_n([x]) is x
    assert tf.add_n([x, tf.zeros([3, 2])]).shape.as_list() == [3, 2]
    assert run(tf.accumulate_n([x, x]), {x: [[1, 2]]}).tolist() == [[2, 4]]
    with pytest.raises(ValueError, match="at least one Tensor"):
        tf.add_n([])
    with pytest.raises(ValueError, match="Shapes must be equal"):
        tf.add_n([tf.zeros([2]), tf.zeros([3])])
    with pytest.raises(TypeError, match="one dtype"):
        tf.add_n([tf.zeros([2]), tf.zeros([2], tf.float64)])


def test_comparison_by_equality_stays_identity():
    x, y = tf.constant(1.0), tf.constant(1.0)
    assert x == x
    assert x != y
    assert len({x, y}) == 2
