"""Activations, reductions, norms, clipping and cross entropies at TensorFlow's corners, with TensorFlow's numbers."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph import InvalidArgumentError
from tests.engine.helpers import run
from tests.engine.test_ops_corners import value_and_gradients

pytestmark = pytest.mark.usefixtures("graph")

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("function", "inputs", "value", "gradients"),
    [
        (tf.nn.relu6, [[-1, 0, 3, 6, 7]], [0, 0, 3, 6, 6], [[0, 0, 1, 0, 0]]),
        (tf.nn.leaky_relu, [[-1, 0, 3]], [-0.2, 0, 3], [[0.2, 0.2, 1]]),
        (tf.nn.elu, [[-1, 0, 1]], [-0.63212056, 0, 1], [[0.36787944, 1, 1]]),
        (tf.nn.selu, [[-1, 0, 1]], [-1.11133074, 0, 1.05070099], [[0.64676863, 1.05070099, 1.05070099]]),
        (
            tf.nn.softplus,
            [[-1000, -1, 0, 1, 1000]],
            [0, 0.31326169, 0.69314718, 1.31326169, 1000],
            [[0, 0.26894142, 0.5, 0.73105858, 1]],
        ),
        (tf.log_sigmoid, [[-1000, 0, 1000]], [-1000, -0.69314718, 0], [[1, 0.5, 0]]),
        (tf.nn.softsign, [[-1, 0, 3]], [-0.5, 0, 0.75], [[0.25, 1, 0.0625]]),
        (tf.nn.crelu, [[-1, 2]], [0, 2, 1, 0], [[-1, 1]]),
        (tf.nn.swish, [[0, 2]], [0, 1.76159416], [[0.5, 1.09078425]]),
        (tf.reduce_min, [[2, 1, 1]], 1, [[0, 0.5, 0.5]]),
        (tf.reduce_prod, [[2, 0, 3]], 0, [[0, 6, 0]]),
        (tf.reduce_prod, [[0, 0, 3]], 0, [[0, 0, 0]]),
        (tf.cumprod, [[2, 0, 3]], [2, 0, 0], [[1, 0, 0]]),
        (tf.reduce_logsumexp, [[1000, 1000]], 1000.69314718, [[0.5, 0.5]]),
        (tf.reduce_logsumexp, [[-INF, -INF]], -INF, [[NAN, NAN]]),
        (tf.reduce_logsumexp, [[INF, 0]], INF, [[NAN, 0]]),
        (tf.math.reduce_euclidean_norm, [[3, 4]], 5, [[0.6, 0.8]]),
        (tf.norm, [[0, 0]], 0, [[NAN, NAN]]),
        (lambda x: tf.norm(x, 1), [[-3, 4]], 7, [[-1, 1]]),
        (lambda x: tf.norm(x, np.inf, axis=0), [[-3, 4]], 4, [[0, 1]]),
        (lambda x: tf.norm(x, 3), [[1, 2]], 9 ** (1 / 3), [[9 ** (-2 / 3), 4 * 9 ** (-2 / 3)]]),
        (lambda x: tf.norm(x, axis=[0, 1], ord=1), [[[1, -2], [3, 4]]], 6, [[[0, -1], [0, 1]]]),
        (lambda x: tf.nn.l2_normalize(x, 0), [[0, 0]], [0, 0], [[1e6, 1e6]]),
        (lambda x: tf.nn.l2_normalize(x, dim=0), [[3, 4]], [0.6, 0.8], [[0.032, -0.024]]),
        (tf.nn.l2_loss, [[3, 4]], 12.5, [[3, 4]]),
        (lambda x: tf.clip_by_value(x, -1, 1), [[-2, -1, 0, 1, 2]], [-1, -1, 0, 1, 1], [[0, 1, 1, 1, 0]]),
        (lambda x: tf.clip_by_norm(x, 1), [[3, 4]], [0.6, 0.8], [[0.032, -0.024]]),
        (lambda x: tf.clip_by_norm(x, 10), [[3, 4]], [3, 4], [[1, 1]]),
        (lambda x: tf.clip_by_norm(x, 1), [[0, 0]], [0, 0], [[1, 1]]),
        (lambda x: tf.clip_by_average_norm(x, 1), [[3, 4]], [1.2, 1.6], [[0.064, -0.048]]),
        (tf.reduce_min, [[]], INF, [[]]),
        (tf.reduce_prod, [[]], 1, [[]]),
        (tf.reduce_logsumexp, [[]], -INF, [[]]),
        (tf.cumsum, [[1, 2, 3]], [1, 3, 6], [[3, 2, 1]]),
        (lambda x: tf.cumsum(x, exclusive=True, reverse=True), [[1, 2, 3]], [5, 3, 0], [[0, 1, 2]]),
        (
            lambda z, c: tf.nn.log_poisson_loss(z, c, compute_full_loss=True),
            [[0, 1, 3], [1, 2, 0.5]],
            [2.71828183, 5.38905610, 1.91280296],
            [[NAN, -2, 0.76527896], [2.71828183, 6.38905610, -1.35127873]],
        ),
        (
            lambda z, x: tf.nn.weighted_cross_entropy_with_logits(targets=z, logits=x, pos_weight=2.0),
            [[0, 1], [1, -2]],
            [1.31326169, 4.25385602],
            [[-0.68673831, 4.12692801], [0.73105858, -1.76159416]],
        ),
        (lambda x: tf.nn.softmax(x, dim=0), [[[0, 0], [0, 0]]], [[0.5, 0.5], [0.5, 0.5]], [[[0, 0], [0, 0]]]),
    ],
)
def test_corner(function, inputs, value, gradients):
    y, found = value_and_gradients(function, *inputs, dtype=tf.float64)
    np.testing.assert_allclose(y, value, rtol=1e-7, atol=1e-8)
    for one, expected in zip(found, gradients, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-6, atol=1e-8)


def test_axes_as_programs_write_them():
    x = tf.constant(np.arange(6.0).reshape(2, 3))
    assert run(tf.reduce_sum(x, 1)).tolist() == [3, 12]
    assert run(tf.reduce_sum(x, reduction_indices=[1])).tolist() == [3, 12]
    assert run(tf.reduce_sum(x, axis=tf.constant(1))).tolist() == [3, 12]
    assert run(tf.reduce_sum(x, axis=np.int64(-1), keep_dims=True)).tolist() == [[3], [12]]
    assert run(tf.reduce_max(x, (0, 1), True)).tolist() == [[5]]
    assert run(tf.argmax(x, dimension=1, output_type=tf.int32)).dtype == np.int32
    assert run(tf.arg_min(x, 0)).tolist() == [0, 0, 0]
    assert run([tf.reduce_any(x > 4.0, 1), tf.reduce_all(x < 4.0, axis=1)])[0].tolist() == [False, True]
    assert run([tf.reduce_any(x > 4.0, 1), tf.reduce_all(x < 4.0, axis=1)])[1].tolist() == [True, False]
    with pytest.raises(ValueError, match="Cannot specify both 'keep_dims' and 'keepdims'"):
        tf.reduce_sum(x, keepdims=True, keep_dims=True)


def test_counts_and_fractions():
    x = tf.constant([[0, 1, 2], [0, 0, 3]])
    assert run(tf.count_nonzero(x)) == 3
    count = run(tf.count_nonzero(x, axis=1, dtype=tf.int32))
    assert count.tolist() == [2, 1]
    assert count.dtype == np.int32
    assert run(tf.nn.zero_fraction(x)) == 0.5
    mean, variance = tf.nn.weighted_moments(tf.constant([1.0, 5.0]), 0, tf.constant([3.0, 1.0]))
    assert run([mean, variance]) == [2, 3]


def test_clipping_by_the_length_of_all():
    a, b = tf.constant([3.0]), tf.constant([[4.0]])
    clipped, norm = tf.clip_by_global_norm([a, None, b], 1.0)
    assert clipped[1] is None
    first, second, length = run([clipped[0], clipped[2], norm])
    np.testing.assert_allclose([first[0], second[0, 0], length], [0.6, 0.8, 5], rtol=1e-6)
    assert run(tf.global_norm([a, b])) == 5
    (unchanged,), _ = tf.clip_by_global_norm([a], 10.0)
    np.testing.assert_allclose(run(unchanged), [3], rtol=1e-6)
    (nothing,), _ = tf.clip_by_global_norm([tf.constant([INF])], 1.0)
    assert np.isnan(run(nothing)).all()
    with pytest.raises(TypeError, match="t_list should be a sequence"):
        tf.global_norm(a)


def test_numbers_at_equal_distances():
    assert run(tf.linspace(0.0, 1.0, 5)).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert run(tf.lin_space(2.0, 9.0, 1)).tolist() == [2]
    assert tf.linspace(0.0, 1.0, num=5).shape == [5]
    with pytest.raises(ValueError, match="num > 0"):
        tf.linspace(0.0, 1.0, 0)


def test_labels_of_the_first_version_have_no_gradient():
    labels, logits = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 3])
    first = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    second = tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)
    assert tf.gradients(first, labels) == [None]
    feeds = {labels: [[0, 1, 0]], logits: [[1000, 0, -1000]]}
    (to_logits,), (to_labels,) = tf.gradients(first, logits), tf.gradients(second, labels)
    assert run([first, to_logits, to_labels], feeds)[0].tolist() == [1000]
    assert run(to_logits, feeds).tolist() == [[1, -1, 0]]
    assert run(to_labels, feeds).tolist() == [[0, 1000, 2000]]
    with pytest.raises(ValueError, match="Only call `softmax_cross_entropy_with_logits` with named arguments"):
        tf.nn.softmax_cross_entropy_with_logits(labels, logits)
    with pytest.raises(ValueError, match="Both labels and logits must be provided"):
        tf.nn.softmax_cross_entropy_with_logits(logits=logits)


def test_classes_along_another_axis():
    labels, logits = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [1.0, 3.0]])
    across = run(tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=tf.constant(logits), axis=0))
    down = run(tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels.T, logits=tf.constant(logits.T)))
    np.testing.assert_array_equal(across, down)


def test_labels_that_are_class_numbers():
    labels, logits = tf.placeholder(tf.int32, [None]), tf.placeholder(tf.float32, [None, 3])
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    (to_logits,) = tf.gradients(loss, logits)
    feeds = {labels: [1, 0], logits: [[1000, 0, -1000], [0, 0, 0]]}
    value, gradient = run([loss, to_logits], feeds)
    np.testing.assert_allclose(value, [1000, np.log(3)], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[1, -1, 0], [-2 / 3, 1 / 3, 1 / 3]], rtol=1e-6)
    for outside in (7, -1):
        words = rf"Received a label value of {outside} which is outside the valid range of \[0, 3\)"
        with pytest.raises(InvalidArgumentError, match=words):
            run(loss, feeds | {labels: [0, outside]})
    with pytest.raises(ValueError, match=r"Rank mismatch: Rank of labels \(received 2\)"):
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.zeros([2, 3], tf.int32), logits=logits)


def test_names_are_those_of_tensorflow():
    x, b = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.bool, [3])
    names = {
        "Relu6": tf.nn.relu6(x), "LeakyRelu": tf.nn.leaky_relu(x), "Elu": tf.nn.elu(x), "CRelu/Relu": tf.nn.crelu(x),
        "LogSigmoid": tf.log_sigmoid(x), "ReduceLogSumExp": tf.reduce_logsumexp(x),
        "count_nonzero/Sum": tf.count_nonzero(x, dtype=tf.int64), "Cumsum": tf.cumsum(x),
        "clip_by_value": tf.clip_by_value(x, 0, 1), "clip_by_norm": tf.clip_by_norm(x, 1.0), "L2Loss": tf.nn.l2_loss(x),
        "global_norm/global_norm": tf.global_norm([x]), "ArgMin": tf.argmin(x, 0), "Any": tf.reduce_any(b),
        "Prod": tf.reduce_prod(x), "Min": tf.reduce_min(x), "my/softplus": tf.nn.softplus(x, name="my/softplus"),
    }  # fmt: skip
    assert {name: tensor.op.name for name, tensor in names.items()} == {name: name for name in names}


def test_lesser_known_functions():
    x = tf.constant([1.0, 2.0, 2.0, 4.0])
    assert run([tf.is_non_decreasing(x), tf.is_strictly_increasing(x), tf.is_strictly_increasing([1.0])]) == [
        True, False, True,
    ]  # fmt: skip
    assert run(tf.lbeta([2.0, 3.0])) == pytest.approx(np.log(1 / 12), rel=1e-6)
    assert run(tf.scalar_mul(2.0, x)).tolist() == [2, 4, 4, 8]
    assert run(tf.polygamma(1.0, tf.constant(2.5))) == pytest.approx(0.49035776, rel=1e-6)
    assert run(tf.math.reduce_variance(x)) == pytest.approx(np.var([1, 2, 2, 4]))
    assert run(tf.math.reduce_std(x, axis=0, keepdims=True)) == pytest.approx([np.std([1, 2, 2, 4])])
    statistics = tf.nn.sufficient_statistics(x, [0], shift=1.0)
    mean, variance = run(tf.nn.normalize_moments(*statistics))
    assert mean == pytest.approx(2.25)
    assert variance == pytest.approx(np.var([1, 2, 2, 4]))
    assert run(tf.linalg.matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])).tolist() == [3, 7]
    sign, size = run(tf.linalg.slogdet([[0.0, 2.0], [3.0, 0.0]]))
    assert sign == -1
    assert size == pytest.approx(np.log(6), rel=1e-6)
