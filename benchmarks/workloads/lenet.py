"""G: LeNet-5 on pictures of 28×28, batch 64: two convolutions with pooling, three dense layers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..step import Array, Fetches

LEARNING_RATE = 0.05
BATCH = 64


class Data(NamedTuple):
    """Pictures (64, 28, 28, 1), one-hot classes (64, 10), and the parameters at the start.

    Filters are (height, width, channels in, channels out), dense weights (inputs, outputs).
    """

    x: Array
    y: Array
    filters: list[Array]
    filter_biases: list[Array]
    weights: list[Array]
    biases: list[Array]


def data() -> Data:
    rng = np.random.default_rng(0)
    x = rng.random((BATCH, 28, 28, 1), np.float32)
    y = np.eye(10, dtype=np.float32)[rng.integers(0, 10, BATCH)]
    filters = [_weights(rng, 5, 5, 1, 6), _weights(rng, 5, 5, 6, 16)]
    weights = [_weights(rng, 400, 120), _weights(rng, 120, 84), _weights(rng, 84, 10)]
    zeros = [[np.zeros(one.shape[-1], np.float32) for one in group] for group in (filters, weights)]
    return Data(x, y, filters, zeros[0], weights, zeros[1])


def _weights(rng: np.random.Generator, *shape: int) -> Array:
    fan_in = int(np.prod(shape[:-1]))
    return rng.standard_normal(shape, np.float32) * np.float32((2 / fan_in) ** 0.5)


def program(tf: Any) -> Fetches:
    start = data()
    x = tf.placeholder(tf.float32, [None, 28, 28, 1])
    y = tf.placeholder(tf.float32, [None, 10])
    h = x
    for filters, b, padding in zip(start.filters, start.filter_biases, ("SAME", "VALID"), strict=True):
        h = tf.nn.conv2d(h, tf.Variable(filters), strides=[1, 1, 1, 1], padding=padding)
        h = tf.nn.relu(tf.nn.bias_add(h, tf.Variable(b)))
        h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    h = tf.reshape(h, [-1, 400])
    for W, b in zip(start.weights[:-1], start.biases[:-1], strict=True):
        h = tf.nn.relu(tf.matmul(h, tf.Variable(W)) + tf.Variable(b))
    logits = tf.matmul(h, tf.Variable(start.weights[-1])) + tf.Variable(start.biases[-1])
    cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
    train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
    return Fetches(cost, train, {x: start.x, y: start.y})
