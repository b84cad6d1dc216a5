"""Gradients at the corners of functions, with the values that TensorFlow 1.15 and 2.21 give, in float32."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")

INF, NAN = np.inf, np.nan


def value_and_gradients(function, *inputs):
    """The value of a function at float32 inputs, and the gradient of its sum to each."""
    tensors = [tf.placeholder(tf.float32, np.shape(value)) for value in inputs]
    y = function(*tensors)
    gradients = tf.gradients(y, tensors)
    with tf.Session() as session:
        value, *found = session.run([y, *gradients], dict(zip(tensors, inputs, strict=True)))
    assert all(one.dtype == np.float32 for one in (value, *found))
    return value, found


@pytest.mark.parametrize(
    ("function", "inputs", "value", "gradients"),
    [
        (tf.nn.relu, [[0]], [0], [[0]]),
        (tf.nn.relu6, [[0, 6]], [0, 6], [[0, 0]]),
        (lambda x: tf.nn.leaky_relu(x, 0.2), [[0]], [0], [[0.2]]),
        (tf.nn.elu, [[0]], [0], [[1]]),
        (tf.nn.selu, [[0]], [0], [[1.0507]]),
        (tf.maximum, [[2], [2]], [2], [[1], [0]]),
        (tf.minimum, [[2], [2]], [2], [[1], [0]]),
        (tf.reduce_max, [[3, 1, 3, 3]], 3, [[1 / 3, 0, 1 / 3, 1 / 3]]),
        (tf.reduce_min, [[1, 5, 1]], 1, [[0.5, 0, 0.5]]),
        (tf.abs, [[0]], [0], [[0]]),
        (tf.sign, [[0]], [0], [[0]]),
        (tf.sqrt, [[0]], [0], [[INF]]),
        (tf.rsqrt, [[0]], [INF], [[-INF]]),
        (tf.log, [[0, -1]], [-INF, NAN], [[INF, -1]]),
        (lambda x: 1.0 / x, [[0]], [INF], [[-INF]]),
        (tf.divide, [[1], [0]], [INF], [[INF], [-INF]]),
        (tf.divide, [[0], [0]], [NAN], [[INF], [NAN]]),
        (tf.div_no_nan, [[1, 4], [0, 2]], [0, 2], [[0, 0.5], [0, -1]]),
        (tf.pow, [[0, 0, -2, 0], [0, 2, 3, 0.5]], [1, 0, -8, 0], [[NAN, 0, 12, INF], [0, 0, 0, 0]]),
        (lambda x: tf.where(x > 0.0, tf.sqrt(x), tf.zeros_like(x)), [[0]], [0], [[0]]),
        (lambda x: tf.where(x > 0.0, tf.log(x), tf.zeros_like(x)), [[0]], [0], [[NAN]]),
        (lambda x: tf.where(x > 0.0, 1.0 / x, tf.zeros_like(x)), [[0]], [0], [[NAN]]),
        (lambda x: tf.clip_by_value(x, -1.0, 1.0), [[-2, -1, 0, 1, 2]], [-1, -1, 0, 1, 1], [[0, 1, 1, 1, 0]]),
        (lambda x: tf.clip_by_norm(x, 1.0), [[3, 4]], [0.6, 0.8], [[0.032, -0.024]]),
        (tf.norm, [[0, 0]], 0, [[NAN, NAN]]),
        (lambda x: tf.nn.l2_normalize(x, 0), [[0, 0]], [0, 0], [[1e6, 1e6]]),
        (tf.reduce_prod, [[2, 0, 3]], 0, [[0, 6, 0]]),
        (tf.reduce_prod, [[0, 0, 3]], 0, [[0, 0, 0]]),
        (tf.reduce_mean, [[]], NAN, [[]]),
        (tf.reduce_sum, [[]], 0, [[]]),
        (tf.reduce_max, [[]], -INF, [[]]),
        (lambda x: tf.gather(x, [1, 1, 0, 1]), [[5, 7, 9]], [7, 7, 5, 7], [[1, 3, 0]]),
        (lambda x: tf.stop_gradient(x) * x, [2], 4, [2]),
    ],
)  # fmt: skip
def test_corner(function, inputs, value, gradients):
    y, found = value_and_gradients(function, *inputs)
    np.testing.assert_allclose(y, value, rtol=1e-4)
    for one, expected in zip(found, gradients, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-4, atol=1e-8)


def test_rounding_goes_to_even_and_gives_no_gradient():
    x, y = tf.constant([0.5, 1.5, 2.5, -0.5, -1.5]), tf.constant(2.0)
    for function in (tf.floor, tf.round, tf.ceil, lambda x: x // y):
        assert tf.gradients(function(x), x) == [None]
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(tf.round(x)), [0, 2, 2, -0.0, -2])


def test_a_tie_in_max_pool_gives_all_to_the_first_position():
    x = tf.constant([[1.0, 5.0], [5.0, 5.0]])
    pooled = tf.nn.max_pool(tf.reshape(x, [1, 2, 2, 1]), [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    with tf.Session() as session:
        assert session.run(tf.gradients(pooled, x)[0]).tolist() == [[0, 1], [0, 0]]


@pytest.mark.parametrize(("labels", "to_logits"), [([0, 1, 0], [1, -1, 0]), ([1, 1, 0], [0, -1, 0])])
def test_softmax_cross_entropy_of_large_logits(labels, to_logits):
    logits = tf.constant([[1000.0, 0.0, -1000.0]])
    target = tf.constant([labels], tf.float32)
    first = tf.nn.softmax_cross_entropy_with_logits(labels=target, logits=logits)
    second = tf.nn.softmax_cross_entropy_with_logits_v2(labels=target, logits=logits)
    with tf.Session() as session:
        for loss in (first, second):
            assert session.run(loss) == [1000]
            np.testing.assert_array_equal(session.run(tf.gradients(loss, logits)[0]), [to_logits])
        assert tf.gradients(first, target) == [None]
        np.testing.assert_array_equal(session.run(tf.gradients(second, target)[0]), [[0, 1000, 2000]])


@pytest.mark.parametrize(
    ("label", "logit", "loss", "gradient"),
    [(1, 1000, 0, 0), (0, 1000, 1000, 1), (1, -1000, 1000, -1), (0, -1000, 0, 0)],
)
def test_sigmoid_cross_entropy_of_large_logits(label, logit, loss, gradient):
    value, (found,) = value_and_gradients(
        lambda x: tf.nn.sigmoid_cross_entropy_with_logits(labels=[float(label)], logits=x), [logit]
    )
    assert (value, found) == ([loss], [gradient])


def test_the_momentum_of_sparse_adam_decays_for_untouched_rows_too():
    table = tf.Variable([[1.0], [1.0]])
    row = tf.placeholder(tf.int32, [1])
    train = tf.train.AdamOptimizer(0.1).minimize(tf.nn.embedding_lookup(table, row))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train, {row: [0]})
        first = session.run(table)
        np.testing.assert_allclose(first, [[0.9], [1]], rtol=1e-6)
        session.run(train, {row: [1]})
        second = session.run(table)
        assert second[0] < first[0], "what is left of its momentum moves the row on"
        np.testing.assert_allclose(
            second[0, 0], 0.9 - 0.1 * (0.9 * 0.1 / 0.19) / np.sqrt(0.999 * 0.001 / 0.001999), rtol=1e-5
        )


def test_where_no_gradient_leads_there_is_none_and_never_zeros():
    x, v = tf.constant([1.0, 2.0]), tf.Variable([1.0, 2.0])
    for y in (
        tf.cast(tf.cast(x, tf.int32), tf.float32),
        tf.cast(x > 1.0, tf.float32),
        tf.cast(tf.argmax(x), tf.float32),
        tf.cast(tf.equal(x, 1.0), tf.float32),
        tf.stop_gradient(x),
        tf.assign(v, x),
        tf.assign_add(v, x),
        tf.constant(3.0),
    ):
        assert tf.gradients(y, x) == [None], y.name


def test_gradients_of_gradients_lists_and_weights():
    x = tf.placeholder(tf.float32, [])
    cube = x * x * x
    second = tf.gradients(tf.gradients(cube, x)[0], x)[0]
    a, b = tf.square(x), 3.0 * x
    middle = x * 2.0
    fetches = [
        second,
        tf.gradients([a, b], x)[0],
        tf.gradients([a, b], x, grad_ys=[tf.constant(10.0), tf.constant(0.5)])[0],
        tf.gradients(middle * middle, middle)[0],
        tf.gradients(x, x)[0],
    ]
    with tf.Session() as session:
        assert session.run(fetches, {x: 2.0}) == [12, 7, 41.5, 8, 1]


def test_whole_numbers():
    with tf.Session() as session:
        quotient = session.run(tf.constant(7) / tf.constant(2))
        assert (quotient, quotient.dtype) == (3.5, np.float64)
        assert session.run(tf.div(7, 2)) == 3
        assert session.run(tf.div(-7, 2)) == -4
        assert session.run(tf.constant(-7) % tf.constant(3)) == 2
        assert session.run(tf.reduce_mean([1, 2])) == 1
        assert session.run(tf.cast([1.8, -1.8], tf.int32)).tolist() == [1, -1]
        assert session.run(tf.one_hot([5, -1], 3)).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_the_gradient_of_a_loop_goes_through_its_iterations():
    x = tf.placeholder(tf.float32, [])
    _, power = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [tf.constant(0), tf.constant(1.0)])
    with tf.Session() as session:
        assert session.run([power, tf.gradients(power, x)[0]], {x: 2.0}) == [8, 12]


@pytest.mark.parametrize(("value", "result", "gradient"), [(2.0, 4, 4), (-2.0, -6, 3)])
def test_the_gradient_of_a_branch_is_that_of_the_one_taken(value, result, gradient):
    x = tf.placeholder(tf.float32, [])
    y = tf.cond(x > 0.0, lambda: x * x, lambda: 3.0 * x)
    with tf.Session() as session:
        assert session.run([y, tf.gradients(y, x)[0]], {x: value}) == [result, gradient]


def test_a_gradient_that_depends_on_nothing_has_none_itself():
    x, w = tf.constant([1.0, 2.0]), tf.Variable([3.0, 4.0])
    by_x, by_w = tf.gradients(tf.reduce_sum(x * w), [x, w])
    assert tf.gradients(by_x, x) == [None]
    assert tf.gradients(by_w, w) == [None]
    mixed = tf.gradients(by_x, [w, x])
    assert mixed[1] is None
    square = tf.gradients(tf.square(x), x)[0]
    assert tf.gradients(tf.gradients(square, x)[0], x) == [None]
    with tf.Session() as session:
        session.run(w.initializer)
        assert session.run(mixed[0]).tolist() == [1, 1]
        assert session.run(tf.gradients(square, x)[0]).tolist() == [2, 2]


def test_a_convolution_is_linear_in_each_of_its_inputs():
    images, filters = tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1])
    out = tf.nn.conv2d(images, filters, [1, 1, 1, 1], "VALID")
    by_images, by_filters = tf.gradients(out, [images, filters])
    assert tf.gradients(by_images, images) == [None]
    assert tf.gradients(by_filters, filters) == [None]
    with tf.Session() as session:
        assert session.run(tf.gradients(by_images, filters)[0]).ravel().tolist() == [9, 9, 9, 9]
