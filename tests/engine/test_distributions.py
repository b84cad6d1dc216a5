"""Distributions: what TensorFlow draws from them and says of them, by the same seeds."""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine as tf
from tests.engine import distribution_programs as programs

pytestmark = pytest.mark.usefixtures("graph")


def test_what_is_drawn_and_said_is_what_tensorflow_draws_and_says():
    recorded = json.loads(programs.RECORDED.read_text())
    tensors = programs.tensors(tf)
    values = tf.Session().run(tensors)
    assert values.keys() == recorded.keys()
    for name, value in values.items():
        expected = np.array(recorded[name])
        assert value.shape == expected.shape, name
        assert tensors[name].shape.as_list() == list(expected.shape), name
        np.testing.assert_allclose(value, expected, rtol=2e-5, atol=1e-6, err_msg=name)


def test_parameters_of_unknown_shape():
    loc = tf.placeholder(tf.float32, [None, 2])
    distribution = tf.distributions.Normal(loc, tf.constant([1.0, 2.0]))
    assert distribution.batch_shape.as_list() == [None, 2]
    drawn = distribution.sample(3, seed=1)
    session = tf.Session()
    many, again = session.run([drawn, distribution.batch_shape_tensor()], {loc: np.zeros([4, 2])})
    assert many.shape == (3, 4, 2) and again.tolist() == [4, 2]
    flat = session.run(tf.random_normal([3, 4, 2], seed=1))
    assert flat.shape == many.shape
    logits = tf.placeholder(tf.float32, [None, 3])
    classes = tf.distributions.Categorical(logits=logits)
    assert session.run(classes.sample(seed=1), {logits: [[100.0, 0, 0], [0, 0, 100.0]]}).tolist() == [0, 2]
    found = session.run(classes.log_prob([0, 2]), {logits: [[0.0, 0, 0], [0, 0, 0]]})
    np.testing.assert_allclose(found, -np.log([3, 3]), rtol=1e-6)


def test_gradients_flow_through_normal_samples_and_through_probabilities():
    loc, scale = tf.constant([1.0, 2.0]), tf.constant([0.5, 2.0])
    distribution = tf.distributions.Normal(loc, scale)
    drawn = distribution.sample(seed=4)
    by_loc, by_scale = tf.gradients(drawn, [loc, scale])
    score = tf.gradients(distribution.log_prob([2.0, 2.0]), loc)[0]
    value, a, b, c = tf.Session().run([drawn, by_loc, by_scale, score])
    assert a.tolist() == [1, 1]
    np.testing.assert_allclose(b, (value - [1, 2]) / [0.5, 2], rtol=1e-5)
    np.testing.assert_allclose(c, [(2 - 1) / 0.25, 0], rtol=1e-6)


def test_vectors_of_normal_numbers():
    mean, deviation = np.array([[1.0, -1.0], [0.5, 2.0]], np.float32), np.array([0.5, 3.0], np.float32)
    ds = tf.contrib.distributions
    distribution = ds.MultivariateNormalDiag(mean, deviation)
    other = ds.MultivariateNormalDiag(tf.zeros([2]), scale_identity_multiplier=2.0)
    x = np.array([1.0, 1.0], np.float32)
    session = tf.Session()
    found = session.run(
        [
            distribution.log_prob(x),
            distribution.entropy(),
            distribution.mean(),
            distribution.sample(5, seed=1),
            ds.kl(distribution, other),
        ]
    )
    each = -0.5 * ((x - mean) / deviation) ** 2 - np.log(deviation) - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(found[0], each.sum(-1), rtol=1e-5)
    np.testing.assert_allclose(found[1], [np.log(deviation).sum() + np.log(2 * np.pi * np.e)] * 2, rtol=1e-5)
    assert found[2].tolist() == mean.tolist()
    assert found[3].shape == (5, 2, 2)
    divergence = mean**2 / 8 + 0.5 * (deviation**2 / 4 - 1 - np.log(deviation**2 / 4))
    np.testing.assert_allclose(found[4], divergence.sum(-1), rtol=1e-5)
    assert (distribution.event_shape.as_list(), distribution.batch_shape.as_list()) == ([2], [2])


def test_one_hot_classes():
    distribution = tf.contrib.distributions.OneHotCategorical(logits=[[0.0, 50.0, 0.0], [50.0, 0.0, 0.0]])
    drawn, mode, log_prob = tf.Session().run(
        [distribution.sample(seed=1), distribution.mode(), distribution.log_prob([[0, 0, 1], [1, 0, 0]])]
    )
    assert drawn.tolist() == mode.tolist() == [[0, 1, 0], [1, 0, 0]]
    np.testing.assert_allclose(log_prob, [-50, 0], atol=1e-5)


def test_what_is_refused():
    with pytest.raises(ValueError, match="Must pass probs or logits, but not both"):
        tf.distributions.Bernoulli(logits=[0.0], probs=[0.5])
    with pytest.raises(TypeError, match="Expected floating point type"):
        tf.distributions.Normal(0, 1)
    with pytest.raises(NotImplementedError, match="No KL"):
        tf.distributions.kl_divergence(tf.distributions.Normal(0.0, 1.0), tf.distributions.Uniform())
    scale = tf.placeholder(tf.float32, [])
    checked = tf.distributions.Normal(0.0, scale, validate_args=True)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.Session().run(checked.mean(), {scale: -1.0})
    assert tf.Session().run(checked.stddev(), {scale: 2.0}) == 2


def test_a_distribution_says_what_it_is():
    distribution = tf.distributions.Normal([0.0, 1.0], 1.0, name="prior")
    assert str(distribution) == ('tfp.distributions.Normal("prior/", batch_shape=(2,), event_shape=(), dtype=float32)')
    assert distribution.mean().name.startswith("prior/mean")
