"""``tf.losses``, with the numbers that TensorFlow gives (recorded from TensorFlow 2.21's ``compat.v1``)."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import run

pytestmark = pytest.mark.usefixtures("graph")

LABELS = [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
PREDICTIONS = [[0.8, 0.1, 0.3], [0.4, 0.9, 0.6]]
WEIGHTS = [[2.0], [0.0]]


@pytest.mark.parametrize(
    ("name", "plain", "total", "mean", "by_size", "by_present"),
    [
        ("absolute_difference", 0.35, 2.0, 1 / 3, 1 / 3, 2 / 3),
        ("mean_squared_error", 0.17833333, 1.08, 0.18, 0.18, 0.36),
        ("huber_loss", 0.08916667, 0.54, 0.09, 0.09, 0.18),
        ("hinge_loss", 0.85, 4.0, 2 / 3, 2 / 3, 4 / 3),
        ("log_loss", 0.51082546, 3.06495235, 0.51082540, 0.51082540, 1.02165079),
    ],
)
def test_weights_and_reductions(name, plain, total, mean, by_size, by_present):
    function, reduction = getattr(tf.losses, name), tf.losses.Reduction
    expected = {
        reduction.SUM: total,
        reduction.MEAN: mean,
        reduction.SUM_OVER_BATCH_SIZE: by_size,
        reduction.SUM_BY_NONZERO_WEIGHTS: by_present,
    }
    assert run(function(LABELS, PREDICTIONS)) == pytest.approx(plain, rel=1e-6)
    for kind, value in expected.items():
        loss = function(LABELS, PREDICTIONS, weights=WEIGHTS, reduction=kind)
        assert run(loss) == pytest.approx(value, rel=1e-6), kind
        assert loss.dtype == tf.float32
    each = run(function(LABELS, PREDICTIONS, weights=WEIGHTS, reduction=reduction.NONE))
    assert each.shape == (2, 3)
    assert each.sum() == pytest.approx(total, rel=1e-6)
    assert len(tf.losses.get_losses()) == 6


@pytest.mark.parametrize(
    ("build", "value"),
    [
        (lambda: tf.losses.mean_pairwise_squared_error(LABELS, PREDICTIONS), 0.58666670),
        (lambda: tf.losses.mean_pairwise_squared_error(LABELS, PREDICTIONS, weights=[[1.0], [0.0]]), 0.32666666),
        (lambda: tf.losses.cosine_distance(LABELS, PREDICTIONS, axis=1), 0),
        (lambda: tf.losses.softmax_cross_entropy(LABELS, PREDICTIONS), 1.42006338),
        (
            lambda: tf.losses.softmax_cross_entropy(LABELS, PREDICTIONS, label_smoothing=0.1, weights=[1.0, 2.0]),
            1.83120239,
        ),
        (lambda: tf.losses.sigmoid_cross_entropy(LABELS, PREDICTIONS), 0.66025162),
        (lambda: tf.losses.sigmoid_cross_entropy(LABELS, PREDICTIONS, label_smoothing=0.1), 0.66775161),
        (lambda: tf.losses.sparse_softmax_cross_entropy([0, 1], PREDICTIONS), 0.79835331),
        (
            lambda: tf.losses.sparse_softmax_cross_entropy([[0], [1]], PREDICTIONS, weights=[[1.0], [3.0]]),
            1.65163994,
        ),
        (lambda: tf.losses.compute_weighted_loss(tf.constant(PREDICTIONS), 2.0), 2 * np.mean(PREDICTIONS)),
        (lambda: tf.losses.compute_weighted_loss(tf.constant(PREDICTIONS), 0.0), 0),
        (lambda: tf.losses.mean_squared_error(labels=tf.constant([1, 2]), predictions=tf.constant([1, 4])), 2),
    ],
)
def test_losses(build, value):
    loss = build()
    assert run(loss) == pytest.approx(value, rel=2e-6, abs=1e-6)
    assert tf.losses.get_losses() == [loss]


def test_losses_are_collected_and_added():
    first = tf.losses.mean_squared_error(LABELS, PREDICTIONS)
    tf.losses.mean_squared_error(LABELS, PREDICTIONS, loss_collection=None)
    second = tf.losses.absolute_difference(LABELS, PREDICTIONS, scope="mine")
    assert first.op.name == "mean_squared_error/value"
    assert tf.losses.get_losses() == [first, second]
    assert tf.losses.get_losses("mine") == [second]
    tf.losses.add_loss(tf.constant(1.0))
    assert run(tf.losses.get_total_loss()) == pytest.approx(0.17833333 + 0.35 + 1, rel=1e-6)
    assert run(tf.losses.get_regularization_loss()) == 0
    tf.get_default_graph().add_to_collection("regularization_losses", tf.constant(2.0))
    assert run(tf.losses.get_regularization_loss()) == 2
    assert run(tf.losses.get_total_loss()) == pytest.approx(0.17833333 + 0.35 + 3, rel=1e-6)
    assert run(tf.losses.get_total_loss(add_regularization_losses=False)) == pytest.approx(1.52833333, rel=1e-6)


def test_gradients_of_losses():
    labels, predictions = tf.constant(LABELS), tf.constant(PREDICTIONS)
    to_labels, to_predictions = tf.gradients(tf.losses.mean_squared_error(labels, predictions), [labels, predictions])
    expected = (np.array(PREDICTIONS) - LABELS) / 3
    np.testing.assert_allclose(run(to_predictions), expected, rtol=1e-6)
    np.testing.assert_allclose(run(to_labels), -expected, rtol=1e-6)
    assert tf.gradients(tf.losses.softmax_cross_entropy(labels, predictions), labels) == [None]


def test_unknown_batches():
    x = tf.placeholder(tf.float32, [None, 3])
    assert run(tf.losses.mean_squared_error(LABELS, x), {x: PREDICTIONS}) == pytest.approx(0.17833333, rel=1e-6)
    loss = tf.losses.softmax_cross_entropy(x, x, label_smoothing=0.1)
    assert run(loss, {x: LABELS}) == run(tf.losses.softmax_cross_entropy(LABELS, LABELS, label_smoothing=0.1))


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(2, 3\) are incompatible"):
        tf.losses.mean_squared_error(LABELS, [1.0, 2.0])
    with pytest.raises(ValueError, match="weights can not be broadcast to values"):
        tf.losses.mean_squared_error(LABELS, PREDICTIONS, weights=[1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="must not be None"):
        tf.losses.mean_squared_error(None, PREDICTIONS)
    with pytest.raises(ValueError, match="Invalid Reduction Key"):
        tf.losses.mean_squared_error(LABELS, PREDICTIONS, reduction="mean")
    with pytest.raises(ValueError, match="must specify argument `axis`"):
        tf.losses.cosine_distance(LABELS, PREDICTIONS)
