"""Losses over drawn classes as TensorFlow computes them (values recorded from it), and the drawing itself."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import wave, weighed

pytestmark = pytest.mark.usefixtures("graph")


class Model:
    """Seven classes with weights of four numbers, a batch of two, and three drawn classes, one of them a true one."""

    def __init__(self):
        self.weights = tf.constant(wave(7, 4, step=0.9).astype(np.float32))
        self.biases = tf.constant(wave(7).astype(np.float32))
        self.inputs = tf.constant(wave(2, 4, step=1.1).astype(np.float32))
        self.parts = [self.weights[:3], self.weights[3:5], self.weights[5:]]
        self.one, self.two = tf.constant([[2], [5]]), tf.constant([[2, 0], [5, 2]])

    def values(self, true):
        """What a sampler gives, for so many true classes of each sample."""
        counts = np.array([[0.5, 0.3], [0.2, 0.5]], np.float32)[:, :true]
        return tf.constant([6, 2, 1], tf.int64), tf.constant(counts), tf.constant([0.1, 0.5, 0.7])

    def measured(self, loss):
        total = tf.reduce_sum(loss * np.array([1.0, 2.0], np.float32))
        gradients = [tf.convert_to_tensor(g) for g in tf.gradients(total, [self.weights, self.biases, self.inputs])]
        with tf.Session() as session:
            return [*map(float, session.run(loss)), *map(weighed, session.run(gradients))]


#: A call, and what TensorFlow gives: the loss of both samples, and its weighed gradients.
RECORDED = {
    "nn.nce_loss(m.weights, m.biases, m.one, m.inputs, 3, 7, sampled_values=m.values(1))": [
        4.5985804,
        4.0310068,
        -3.7486001,
        3.866461,
        -4.6331571,
    ],
    "nn.nce_loss(weights=m.weights, biases=m.biases, labels=m.two, inputs=m.inputs, num_sampled=3, num_classes=7, "
    "num_true=2, sampled_values=m.values(2))": [7.7230415, 6.1018329, -3.9147113, 5.1517781, -3.4909431],
    "nn.nce_loss(m.weights, m.biases, m.one, m.inputs, 3, 7, 1, m.values(1), True)": [
        1.369803,
        4.0310068,
        -3.2363322,
        3.0382131,
        -4.8486461,
    ],
    "nn.sampled_softmax_loss(m.weights, m.biases, m.one, m.inputs, 3, 7, sampled_values=m.values(1))": [
        0.077200681,
        0.60255349,
        -0.34795282,
        -0.20674703,
        -1.9606941,
    ],
    "nn.sampled_softmax_loss(m.weights, m.biases, m.one, m.inputs, 3, 7, 1, m.values(1), False)": [
        0.73249245,
        0.60255349,
        -0.38278216,
        -0.19719474,
        -1.8983722,
    ],
    "nn.sampled_softmax_loss(m.weights, m.biases, m.two, m.inputs, 3, 7, num_true=2, "
    "sampled_values=m.values(2), remove_accidental_hits=False)": [
        1.1707356,
        2.1330936,
        -0.064905161,
        -0.086939083,
        -3.068935,
    ],
    "nn.nce_loss(m.parts, m.biases, m.one, m.inputs, 3, 7, sampled_values=m.values(1), partition_strategy='div')": [
        4.5985804,
        4.0310068,
        -3.7486001,
        3.866461,
        -4.6331571,
    ],
}


@pytest.mark.parametrize("call", RECORDED)
def test_losses_and_gradients_are_tensorflows(call):
    model = Model()
    loss = eval(call, {"nn": tf.nn, "m": model})
    assert loss.shape.as_list() == [2]
    np.testing.assert_allclose(model.measured(loss), RECORDED[call], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("unique", [True, False])
def test_the_first_classes_are_drawn_most_often(unique):
    true = tf.constant(np.array([[0], [9], [99]]))
    drawn, of_true, of_drawn = tf.nn.log_uniform_candidate_sampler(true, 1, 20, unique, 100)
    counts, total, times = np.zeros(100), 0.0, 400
    with tf.Session(seed=5) as session:
        for _ in range(times):
            classes, expected_true, expected = session.run([drawn, of_true, of_drawn])
            counts += np.bincount(classes, minlength=100)
            total += expected_true[1, 0]
            assert not unique or len(set(classes)) == 20
    assert classes.dtype == np.int64
    assert expected_true.shape == (3, 1)
    probability = np.log((np.arange(100) + 2) / (np.arange(100) + 1)) / np.log(101)
    if unique:
        tries = np.log1p(-expected_true[0, 0].astype(float)) / np.log1p(-probability[0])
        np.testing.assert_allclose(tries, round(tries), rtol=1e-3)
        np.testing.assert_allclose(expected, 1 - (1 - probability[classes]) ** round(tries), rtol=1e-4)
    else:
        np.testing.assert_allclose(expected, 20 * probability[classes], rtol=1e-5)
        np.testing.assert_allclose(expected_true[:, 0], 20 * probability[[0, 9, 99]], rtol=1e-5)
    assert counts[0] > counts[9] > counts[99]
    assert abs(counts[9] - total) < 0.1 * times


def test_uniform_classes():
    drawn, of_true, of_drawn = tf.nn.uniform_candidate_sampler(np.array([[3]]), 1, 5, True, 5)
    with tf.Session() as session:
        classes, expected_true, expected = session.run([drawn, of_true, of_drawn])
    assert sorted(classes) == [0, 1, 2, 3, 4]
    assert (expected == expected_true[0, 0]).all()
    with pytest.raises(ValueError, match=r"^Sampler's range is too small"):
        tf.nn.uniform_candidate_sampler(np.array([[3]]), 1, 6, True, 5)


def test_word_vectors_are_learned_with_drawn_classes():
    """Words that follow each other, 0 → 1 → 2 … → 9 → 0, become likely after each other."""
    words = tf.placeholder(tf.int32, [None])
    labels = tf.placeholder(tf.int32, [None, 1])
    table = tf.Variable(tf.random_uniform([10, 8], -1.0, 1.0, seed=1))
    weights = tf.Variable(tf.random_normal([10, 8], stddev=0.3, seed=2))
    biases = tf.Variable(tf.zeros([10]))
    embedded = tf.nn.embedding_lookup(table, words)
    loss = tf.reduce_mean(
        tf.nn.nce_loss(weights=weights, biases=biases, labels=labels, inputs=embedded, num_sampled=4, num_classes=10)
    )
    train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    best = tf.argmax(tf.matmul(embedded, weights, transpose_b=True) + biases, 1)
    feeds = {words: np.arange(10), labels: (np.arange(10)[:, None] + 1) % 10}
    with tf.Session(seed=3) as session:
        session.run(tf.global_variables_initializer())
        for _ in range(300):
            session.run(train, feeds)
        assert session.run(best, feeds).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
