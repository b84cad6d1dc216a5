"""I: an LSTM of 128 units over 28 steps of 28 inputs, batch 64, and a softmax on its last output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..step import Array, Fetches, Program

STEPS, INPUTS, UNITS, CLASSES = 28, 28, 128, 10
BATCH = 64
FORGET_BIAS = 1.0
LEARNING_RATE = 0.1


class Data(NamedTuple):
    """Sequences (64, 28, 28), one-hot classes (64, 10), and the parameters at the start.

    The kernel is (inputs + units, 4 × units): the input gate, the new values, the forget gate and the output gate, in
    the order in which TensorFlow has them.
    """

    x: Array
    y: Array
    kernel: Array
    bias: Array
    W: Array
    b: Array


def data() -> Data:
    rng = np.random.default_rng(0)
    x = rng.random((BATCH, STEPS, INPUTS), np.float32)
    y = np.eye(CLASSES, dtype=np.float32)[rng.integers(0, CLASSES, BATCH)]
    kernel = rng.standard_normal((INPUTS + UNITS, 4 * UNITS), np.float32) * np.float32(0.08)
    W = rng.standard_normal((UNITS, CLASSES), np.float32) * np.float32(0.1)
    return Data(x, y, kernel, np.zeros(4 * UNITS, np.float32), W, np.zeros(CLASSES, np.float32))


def basic_lstm_cell(tf: Any) -> Any:
    return tf.nn.rnn_cell.BasicLSTMCell(UNITS, forget_bias=FORGET_BIAS)


def program(is_dynamic: bool, cell_of: Callable[[Any], Any] = basic_lstm_cell) -> Program:
    """With ``tf.nn.dynamic_rnn``, or with ``tf.nn.static_rnn``, which writes out every step."""

    def build(tf: Any) -> Fetches:
        start = data()
        x = tf.placeholder(tf.float32, [None, STEPS, INPUTS])
        y = tf.placeholder(tf.float32, [None, CLASSES])
        cell = cell_of(tf)
        with tf.variable_scope("lstm", initializer=tf.constant_initializer(start.kernel)):
            if is_dynamic:
                _, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
            else:
                _, state = tf.nn.static_rnn(cell, tf.unstack(x, axis=1), dtype=tf.float32)
        logits = tf.matmul(state.h, tf.Variable(start.W)) + tf.Variable(start.b)
        cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
        train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
        return Fetches(cost, train, {x: start.x, y: start.y})

    return build
