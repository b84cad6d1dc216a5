"""Values and gradients at the corners, as TensorFlow 1.15 and 2.21 give them, in float32."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph import InvalidArgumentError, ShapeError

pytestmark = pytest.mark.usefixtures("graph")

INF, NAN = np.inf, np.nan


def value_and_gradients(function, *inputs, dtype=tf.float32):
    """The value of a function at ``inputs`` and the gradients of its sum to each of them, None where there is none."""
    tensors = [tf.placeholder(dtype) for _ in inputs]
    y = function(*tensors)
    gradients = tf.gradients(y, tensors)
    fetches = [y, *(gradient for gradient in gradients if gradient is not None)]
    y_value, *present = tf.Session().run(fetches, dict(zip(tensors, inputs, strict=True)))
    assert all(np.asarray(value).dtype == dtype for value in present)
    values = iter(present)
    return y_value, [None if gradient is None else next(values) for gradient in gradients]


@pytest.mark.parametrize(
    ("function", "inputs", "value", "gradients"),
    [
        (tf.nn.relu, [[-1, 0, 2]], [0, 0, 2], [[0, 0, 1]]),
        (tf.abs, [[-3, 0, 3]], [3, 0, 3], [[-1, 0, 1]]),
        (tf.sign, [[-3, 0, 3]], [-1, 0, 1], [[0, 0, 0]]),
        (tf.maximum, [[1, 2, 3], [1, 3, 2]], [1, 3, 3], [[1, 0, 1], [0, 1, 0]]),
        (tf.minimum, [[1, 2, 3], [1, 3, 2]], [1, 2, 2], [[1, 1, 0], [0, 0, 1]]),
        (tf.reduce_max, [[2, 1, 2]], 2, [[0.5, 0, 0.5]]),
        (tf.sqrt, [[0, 4]], [0, 2], [[INF, 0.25]]),
        (tf.log, [[0, -1, 2]], [-INF, NAN, np.log(2)], [[INF, -1, 0.5]]),
        (tf.divide, [[1, 0], [0, 0]], [INF, NAN], [[INF, INF], [-INF, NAN]]),
        (lambda x: 1.0 / x, [[0, 2]], [INF, 0.5], [[-INF, -0.25]]),
        (
            tf.pow,
            [[0, 0, -2, 0], [0, 2, 3, 0.5]],
            [1, 0, -8, 0],
            [[NAN, 0, 12, INF], [0, 0, 0, 0]],
        ),
        (tf.reduce_sum, [[]], 0, [[]]),
        (tf.reduce_mean, [[]], NAN, [[]]),
        (tf.reduce_max, [[]], -INF, [[]]),
        (lambda x: tf.where(x > 0.0, tf.sqrt(x), tf.zeros_like(x)), [[0, 4]], [0, 2], [[0, 0.25]]),
        (lambda x: tf.where(x > 0.0, tf.log(x), tf.zeros_like(x)), [[0, 2]], [0, np.log(2)], [[NAN, 0.5]]),
        (lambda x: tf.where(x > 0.0, 1.0 / x, tf.zeros_like(x)), [[0, 2]], [0, 0.5], [[NAN, -0.25]]),
        (tf.sigmoid, [[-1000, 0, 1000]], [0, 0.5, 1], [[0, 0.25, 0]]),
        (tf.tanh, [[-1000, 0, 1000]], [-1, 0, 1], [[0, 1, 0]]),
        (tf.nn.softmax, [[1000, 0, -1000]], [1, 0, 0], [[0, 0, 0]]),
        (tf.nn.log_softmax, [[1000, 0, -1000]], [0, -1000, -2000], [[-2, 1, 1]]),
        (lambda x: tf.stop_gradient(x) * x, [2], 4, [2]),
        (lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32) * x, [2.5], 5, [2]),
        (lambda x: tf.cast(x > 1.0, tf.float32) * x, [[1, 3]], [0, 3], [[0, 1]]),
    ],
)
def test_corner(function, inputs, value, gradients):
    y, found = value_and_gradients(function, *inputs)
    np.testing.assert_allclose(y, value, rtol=1e-6)
    for one, expected in zip(found, gradients, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("labels", "loss", "to_logits"),
    [
        ([0, 1, 0], 1000, [1, -1, 0]),
        ([1, 0, 0], 0, [0, 0, 0]),
        # p − y also for labels that add up to 2, although the loss itself would change by 2p − y.
        ([1, 1, 0], 1000, [0, -1, 0]),
    ],
)
def test_softmax_cross_entropy_is_stable(labels, loss, to_logits):
    value, (to_labels, found) = value_and_gradients(
        lambda y, x: tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x), labels, [1000, 0, -1000]
    )
    assert value == loss
    assert not np.signbit(value), "a loss of -0"
    np.testing.assert_array_equal(found, to_logits)
    np.testing.assert_array_equal(to_labels, [0, 1000, 2000])


def test_sigmoid_cross_entropy_is_stable():
    value, (to_labels, to_logits) = value_and_gradients(
        lambda z, x: tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x),
        [0, 1, 0, 1],
        [1000, 1000, -1000, -1000],
    )
    np.testing.assert_array_equal(value, [1000, 0, 0, 1000])
    np.testing.assert_array_equal(to_logits, [1, 0, 0, -1])
    np.testing.assert_array_equal(to_labels, [-1000, -1000, 1000, 1000])


def test_no_gradient_is_none_and_not_zeros():
    x, other = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.float32, [2])
    for y in (tf.cast(x, tf.int32), x > 0.0, tf.argmax(x, 0), tf.stop_gradient(x)):
        assert tf.gradients(tf.cast(y, tf.float32), x) == [None]
    assert tf.gradients(tf.square(x), other) == [None]


def test_gradients_of_lists_by_intermediates_and_again():
    x = tf.placeholder(tf.float64)
    cube = x * x * x
    (first,) = tf.gradients(cube, x)
    (second,) = tf.gradients(first, x)
    (third,) = tf.gradients(second, x)
    assert tf.Session().run([first, second, third], {x: 2.0}) == [12, 12, 6]
    middle = tf.square(x)
    (by_middle,) = tf.gradients(tf.exp(middle), middle)
    (by_itself,) = tf.gradients(x, x)
    (added,) = tf.gradients([tf.square(x), 3.0 * x], x)
    (weighted,) = tf.gradients([tf.square(x), 3.0 * x], x, grad_ys=[tf.constant(10.0, tf.float64), tf.ones_like(x)])
    found = tf.Session().run([by_middle, by_itself, added, weighted], {x: 1.0})
    np.testing.assert_allclose(found, [np.e, 1, 5, 23])


def test_whole_numbers():
    session = tf.Session()
    quotient = session.run(tf.constant(7) / tf.constant(2))
    assert quotient == 3.5
    assert quotient.dtype == np.float64
    assert session.run(tf.reduce_mean(tf.constant([1, 2]))) == 1
    assert session.run(tf.reduce_mean(tf.constant([-1, -2]))) == -1, "cut off towards 0"
    assert session.run(tf.reduce_sum(tf.constant([1, 2]))).dtype == np.int32
    assert session.run(tf.constant([[1, 2]]) @ tf.constant([[3], [4]])).tolist() == [[11]]
    assert session.run(tf.argmax(tf.constant([1, 5, 5]), 0)) == 1
    assert session.run(tf.cast(tf.constant([1.8, -1.8]), tf.int32)).tolist() == [1, -1]
    assert session.run(tf.one_hot([5, -1, 2], 3)).tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert session.run(tf.pow(tf.constant(-2), tf.constant(3))) == -8
    with pytest.raises(InvalidArgumentError, match="negative power"):
        session.run(tf.pow(tf.constant([2]), tf.constant([-1])))


def test_a_condition_does_not_lend_its_dtype():
    x = tf.placeholder(tf.float32, [3])
    assert tf.Session().run(tf.where(x > 0.0, 1.0, x), {x: [-1, 0, 2]}).tolist() == [-1, 0, 1]
    assert tf.Session().run(tf.where([True, False, True], x, 0.5), {x: [-1, 0, 2]}).tolist() == [-1, 0.5, 2]


def test_nan_is_not_swallowed():
    x = tf.placeholder(tf.float32, [2])
    for y in (tf.nn.relu(x), tf.maximum(x, 0.0), tf.reduce_max(x), tf.nn.softmax(x), tf.reduce_mean(x)):
        assert np.isnan(tf.Session().run(y, {x: [NAN, 1]})).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_overflow_happens_in_the_dtype_itself(dtype):
    x = tf.placeholder(dtype)
    big = tf.square(x * 1e25)
    assert np.isinf(tf.Session().run(big, {x: 1})) == (dtype == "float32")


def test_argmax_of_nothing_is_refused():
    x = tf.placeholder(tf.float32, [0, 2])
    with pytest.raises(ShapeError, match="empty"):
        tf.argmax(x, 0)
    y = tf.placeholder(tf.float32)
    with pytest.raises(InvalidArgumentError, match="empty"):
        tf.Session().run(tf.argmax(y, 0), {y: np.zeros((0, 2))})


def test_a_gradient_of_a_gradient_that_depends_on_nothing_is_none():
    """As TensorFlow: the bias of a penalised critic has none, and no node that could not be run stands for it."""
    x, w, b = tf.placeholder(tf.float64, [None, 2]), tf.Variable(np.eye(2) * 0.5), tf.Variable(np.ones(2))
    critic = tf.reduce_sum(tf.tanh(tf.matmul(x, w)), 1) + tf.reduce_sum(b)
    (slope,) = tf.gradients(critic, [x])
    penalty = tf.reduce_mean(tf.square(tf.sqrt(tf.reduce_sum(tf.square(slope), 1)) - 1.0))
    to_w, to_b = tf.gradients(penalty, [w, b])
    assert to_b is None
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        value = session.run(to_w, {x: [[0.3, -0.2]]})
    assert np.isfinite(value).all() and value.any()
    v = tf.Variable(2.0)
    assert tf.gradients(tf.gradients(3.0 * v, v)[0], v) == [None]
