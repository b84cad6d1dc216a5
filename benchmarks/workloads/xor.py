"""B: exclusive or, learned by two inputs, ten hidden sigmoids and one output sigmoid."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..step import Array, Fetches, Step

LEARNING_RATE = 0.5


class Data(NamedTuple):
    """Four rows, and the weights at the start."""

    x: Array
    y: Array
    W1: Array
    b1: Array
    W2: Array
    b2: Array


def data() -> Data:
    rng = np.random.default_rng(0)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    W1 = rng.standard_normal((2, 10), np.float32)
    W2 = rng.standard_normal((10, 1), np.float32)
    return Data(x, y, W1, np.zeros(10, np.float32), W2, np.zeros(1, np.float32))


def program(tf: Any) -> Fetches:
    """The loss is the mean of the squared error."""
    x_data, y_data, *weights = data()
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.placeholder(tf.float32, [None, 1])
    W1, b1, W2, b2 = (tf.Variable(value) for value in weights)
    hidden = tf.sigmoid(tf.matmul(x, W1) + b1)
    output = tf.sigmoid(tf.matmul(hidden, W2) + b2)
    cost = tf.reduce_mean(tf.square(output - y))
    train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
    return Fetches(cost, train, {x: x_data, y: y_data})


def tuned() -> Step:
    x, y, W1, b1, W2, b2 = data()
    rows = len(x)
    # sigmoid(z) = (1 + tanh(z / 2)) / 2: one call to tanh in place of exp, its clipping and a division. With
    # t = tanh(z / 2), the derivative is (1 - t²) / 4.
    half, one = np.array(0.5, np.float32), np.array(1, np.float32)
    t1, u1, d1 = np.empty((rows, 10), np.float32), np.empty((rows, 10), np.float32), np.empty((rows, 10), np.float32)
    t2, h2, d2 = np.empty((rows, 1), np.float32), np.empty((rows, 1), np.float32), np.empty((rows, 1), np.float32)
    error = np.empty((rows, 1), np.float32)
    flat_error, ones = error.reshape(-1), np.ones(rows, np.float32)
    step_of_W1, step_of_b1 = np.empty_like(W1), np.empty_like(b1)
    step_of_W2, step_of_b2 = np.empty_like(W2), np.empty_like(b2)
    xT, u1T, W2T = x.T, u1.T, W2.T
    share = np.array(1 / rows, np.float32)
    # The derivative of the squares' mean with the learning rate and one sigmoid's quarter in it; the other's quarter.
    seed, quarter = np.array(LEARNING_RATE * 2 / rows / 4, np.float32), np.array(0.25, np.float32)
    add, subtract, multiply, dot, tanh = np.add, np.subtract, np.multiply, np.dot, np.tanh

    def step() -> Any:
        dot(x, W1, t1)
        add(t1, b1, t1)
        multiply(t1, half, t1)
        tanh(t1, t1)
        multiply(t1, half, u1)
        add(u1, half, u1)
        dot(u1, W2, t2)
        add(t2, b2, t2)
        multiply(t2, half, t2)
        tanh(t2, t2)
        multiply(t2, half, h2)
        add(h2, half, h2)
        subtract(h2, y, error)
        loss = multiply(dot(flat_error, flat_error), share)
        multiply(t2, t2, d2)
        subtract(one, d2, d2)
        multiply(d2, error, d2)
        multiply(d2, seed, d2)
        multiply(t1, t1, d1)
        subtract(one, d1, d1)
        multiply(d1, quarter, d1)
        dot(u1T, d2, step_of_W2)
        dot(ones, d2, step_of_b2)
        multiply(d1, d2, d1)
        multiply(d1, W2T, d1)
        dot(xT, d1, step_of_W1)
        dot(ones, d1, step_of_b1)
        subtract(W1, step_of_W1, W1)
        subtract(b1, step_of_b1, b1)
        subtract(W2, step_of_W2, W2)
        subtract(b2, step_of_b2, b2)
        return loss

    return step
