"""Normalizing over batches and channels as TensorFlow does it: values recorded from it, gradients, errors."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import wave, weighed
from tests.engine.reference import numeric_gradient

pytestmark = pytest.mark.usefixtures("graph")


def measured(function, *shapes):
    """The results of a function, and the gradients of the first one's weighed sum, in one number each."""
    xs = [tf.placeholder(tf.float32, shape) for shape in shapes]
    feeds = {x: wave(*shapes[i], step=0.7 + 0.2 * i) + i for i, x in enumerate(xs)}
    results = function(*xs)
    loss = tf.reduce_sum(results[0] * wave(*results[0].shape.as_list(), step=0.37))
    with tf.Session() as session:
        gradients = [gradient for gradient in tf.gradients(loss, xs) if gradient is not None]
        return [weighed(value) for value in (*session.run(list(results), feeds), *session.run(gradients, feeds))]


#: A call, the shapes of its inputs, and what TensorFlow gives: the weighed sums of its results and gradients.
RECORDED = {
    "nn.fused_batch_norm(*xs)": (
        [(2, 3, 4, 2), (2,), (2,)],
        [2.4184445, 0.045905512, 0.48520004, 56.2903, -0.17878422, 0.45993586],
    ),
    "nn.fused_batch_norm(x, xs[1], xs[2], epsilon=0.1, is_training=True)": (
        [(2, 3, 4, 2), (2,), (2,)],
        [2.4615657, 0.045905512, 0.48520004, 51.488519, -0.16379491, 0.45993586],
    ),
    "nn.fused_batch_norm(*xs, is_training=False)": (
        [(2, 3, 4, 2), (2,), (2,), (2,), (2,)],
        [-0.098775852, 3.4575721, 4.3581029, 18.534658, -0.82219061, 0.45993586],
    ),
    "[nn.batch_normalization(*xs, 0.001)]": (
        [(4, 3), (3,), (3,), (3,), (3,)],
        [-5.0498274, 15.874724, -4.4333929, 1.7296278, 1.6414288, -2.139023],
    ),
    "[nn.batch_normalization(x, xs[1], xs[2], None, None, 0.5)]": (
        [(4, 3), (3,), (3,)],
        [-3.3346038, 3.3609764, -0.92286769, 0.30809713],
    ),
    "[nn.batch_normalization(x, mean=xs[1], variance=xs[2], offset=None, scale=xs[1], variance_epsilon=1e-3)]": (
        [(4, 3), (3,), (3,)],
        [-6.2115157, 6.30665, -3.8863536, 0.71002998],
    ),
    "nn.moments(x, [0])": ([(4, 3)], [0.369083, 0.91232706, 0.41035719]),
    "nn.moments(x, axes=[0, 2], keep_dims=True)": ([(4, 3, 2)], [0.10540835, 0.81211126, 0.40103991]),
    "nn.moments(x, [1], keepdims=True)[::-1]": ([(4, 3)], [0.34297529, 0.29687003, -0.15264935]),
    "[nn.local_response_normalization(x)]": ([(2, 2, 2, 7)], [-0.087378652, 10.761532]),
    "[nn.lrn(x, 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75)]": ([(2, 2, 2, 12)], [0.052136994, 47.558122]),
    "[nn.lrn(x, depth_radius=2, bias=0.5, alpha=0.8, beta=0.9, name='norm1')]": (
        [(2, 2, 2, 7)],
        [0.099900183, 3.8336417],
    ),
}


@pytest.mark.parametrize("call", RECORDED)
def test_values_and_gradients_are_tensorflows(call):
    shapes, sums = RECORDED[call]
    found = measured(lambda *xs: eval(call, {"nn": tf.nn, "x": xs[0], "xs": xs}), *shapes)
    # TensorFlow has no gradient to the mean and variance that a fused batch norm is given; the engine does.
    np.testing.assert_allclose(found[: len(sums)], sums, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize(("layout", "training"), [("NHWC", True), ("NCHW", True), ("NHWC", False), ("NCHW", False)])
def test_the_gradient_of_a_batch_norm_and_its_gradient(layout, training):
    shape = (2, 2, 3, 2) if layout == "NHWC" else (2, 2, 2, 3)
    arrays = [wave(*shape), wave(2) + 2, wave(2, step=0.3), wave(2, step=0.5), wave(2, step=0.2) + 2]
    xs = [tf.placeholder(tf.float64, array.shape) for array in arrays]
    y = tf.nn.fused_batch_norm(*xs, data_format=layout, is_training=training)[0]
    given = xs[:3] if training else xs
    first = tf.gradients(tf.reduce_sum(y * wave(*shape, step=0.37)), given)
    total = sum(tf.reduce_sum(tf.square(gradient)) for gradient in first)
    second = tf.gradients(total, xs[:2])
    session = tf.Session()

    def value(tensor):
        return lambda *changed: session.run(tensor, dict(zip(xs, changed, strict=True)))

    loss = tf.reduce_sum(y * wave(*shape, step=0.37))
    for target, gradients in ((loss, first), (total, second)):
        for index, gradient in enumerate(gradients):
            numeric = numeric_gradient(value(target), arrays, index)
            found = np.zeros_like(numeric) if gradient is None else value(gradient)(*arrays)
            np.testing.assert_allclose(found, numeric, rtol=1e-4, atol=1e-6)


def test_a_batch_norm_of_any_batch():
    x = tf.placeholder(tf.float32, [None, None, None, 2])
    y, mean, variance = tf.nn.fused_batch_norm(x, np.ones(2), np.zeros(2))
    assert y.shape.as_list() == [None, None, None, 2]
    assert mean.shape.as_list() == variance.shape.as_list() == [2]
    values = wave(3, 2, 2, 2)
    found = tf.Session().run([y, mean, variance], {x: values})
    flat = values.reshape(-1, 2)
    np.testing.assert_allclose(found[0].reshape(-1, 2), (flat - flat.mean(0)) / np.sqrt(flat.var(0) + 1e-3), rtol=1e-4)
    np.testing.assert_allclose(found[1], flat.mean(0), rtol=1e-5)
    np.testing.assert_allclose(found[2], flat.var(0, ddof=1), rtol=1e-5)


def test_statistics_move_towards_those_of_the_batch():
    x = wave(3, 2, 2, 2)
    _, mean, variance = tf.nn.fused_batch_norm(
        tf.constant(x), np.ones(2), np.zeros(2), np.array([1.0, 2.0]), np.array([3.0, 4.0]), exponential_avg_factor=0.25
    )
    flat = x.reshape(-1, 2)
    found = tf.Session().run([mean, variance])
    np.testing.assert_allclose(found[0], 0.25 * flat.mean(0) + 0.75 * np.array([1, 2]))
    np.testing.assert_allclose(found[1], 0.25 * flat.var(0, ddof=1) + 0.75 * np.array([3, 4]))


def test_errors_name_what_does_not_fit():
    x = tf.placeholder(tf.float32, [None, 4, 4, 3])
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 3 and 2 for 'FusedBatchNorm'"):
        tf.nn.fused_batch_norm(x, np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match="Both `mean` and `variance` must be a 1D tensor when `is_training` is False"):
        tf.nn.fused_batch_norm(x, np.ones(3), np.zeros(3), is_training=False)
    with pytest.raises(ValueError, match="Shape must be rank 4 but is rank 2 for 'LRN'"):
        tf.nn.lrn(tf.zeros([3, 4]))
