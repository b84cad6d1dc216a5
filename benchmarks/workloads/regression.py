"""A: the tutorial's linear regression, a line through four points."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..step import Array, Fetches, Step

LEARNING_RATE = 0.1


def data() -> tuple[Array, Array]:
    """x and y, each of shape (4,)."""
    return np.array([1, 2, 3, 4], np.float32), np.array([5, 8, 11, 14], np.float32)


def program(tf: Any) -> Fetches:
    x_data, y_data = data()
    x = tf.placeholder(tf.float32)
    y = tf.placeholder(tf.float32)
    W = tf.Variable([1], dtype=tf.float32)
    b = tf.Variable([1], dtype=tf.float32)
    cost = tf.reduce_mean(tf.square(W * x + b - y))
    train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
    return Fetches(cost, train, {x: x_data, y: y_data})


def tuned() -> Step:
    x, y = data()
    # 0-d arrays throughout: a Python number costs a conversion in each call.
    W, b = np.array(1, np.float32), np.array(1, np.float32)
    error, step_of_error, ones = np.empty_like(x), np.empty_like(x), np.ones_like(x)
    step_of_W, step_of_b = np.empty_like(W), np.empty_like(b)
    # The gradient of the mean's square, with the learning rate in it.
    seed = np.array(LEARNING_RATE * 2 / x.size, np.float32)
    share = np.array(1 / x.size, np.float32)
    add, subtract, multiply, dot = np.add, np.subtract, np.multiply, np.dot

    def step() -> Any:
        multiply(x, W, error)
        add(error, b, error)
        subtract(error, y, error)
        loss = multiply(dot(error, error), share)
        multiply(error, seed, step_of_error)
        dot(step_of_error, x, step_of_W)
        dot(step_of_error, ones, step_of_b)
        subtract(W, step_of_W, W)
        subtract(b, step_of_b, b)
        return loss

    return step
