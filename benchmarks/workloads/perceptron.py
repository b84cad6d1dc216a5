"""C, D and H: layers of rectified linear units under a softmax cross entropy, trained by gradient descent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ..step import Array, Fetches, Program, Step
from .ufuncs import clip

LEARNING_RATE = 0.05
#: C, and H with one row.
SMALL = (784, 256, 256, 10)
SMALL_BATCH = 128
#: D
LARGE = (1024, 1024, 1024, 1024, 10)
LARGE_BATCH = 256


class Data(NamedTuple):
    """Rows, their classes as one-hot rows, and the weights and biases at the start, from the input on."""

    x: Array
    y: Array
    weights: list[Array]
    biases: list[Array]


def data(sizes: Sequence[int], rows: int) -> Data:
    rng = np.random.default_rng(0)
    x = rng.random((rows, sizes[0]), np.float32)
    y = np.eye(sizes[-1], dtype=np.float32)[rng.integers(0, sizes[-1], rows)]
    weights = [
        rng.standard_normal((inputs, outputs), np.float32) * np.float32((2 / inputs) ** 0.5)
        for inputs, outputs in pairwise(sizes)
    ]
    return Data(x, y, weights, [np.zeros(outputs, np.float32) for outputs in sizes[1:]])


def training(sizes: Sequence[int], rows: int) -> Program:
    def build(tf: Any) -> Fetches:
        x_data, y_data, weights, biases = data(sizes, rows)
        x = tf.placeholder(tf.float32, [None, sizes[0]])
        y = tf.placeholder(tf.float32, [None, sizes[-1]])
        logits = _logits(tf, x, weights, biases)
        cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
        train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
        return Fetches(cost, train, {x: x_data, y: y_data})

    return build


def inference(sizes: Sequence[int]) -> Program:
    """The softmax of one row."""

    def build(tf: Any) -> Fetches:
        x_data, _, weights, biases = data(sizes, 1)
        x = tf.placeholder(tf.float32, [None, sizes[0]])
        return Fetches(tf.nn.softmax(_logits(tf, x, weights, biases)), None, {x: x_data})

    return build


def _logits(tf: Any, h: Any, weights: list[Array], biases: list[Array]) -> Any:
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        h = tf.nn.relu(tf.matmul(h, tf.Variable(W)) + tf.Variable(b))
    return tf.matmul(h, tf.Variable(weights[-1])) + tf.Variable(biases[-1])


def tuned(sizes: Sequence[int], rows: int) -> Step:
    """On one thread of Python, the matrix products on as many as BLAS takes.

    Half of the batch on each of two threads, BLAS on one, was slower on idle cores and no faster on busy ones.
    """
    x, y, weights, biases = data(sizes, rows)
    last = len(weights) - 1
    h = [x, *(np.empty((rows, b.size), np.float32) for b in biases)]
    g = [np.empty((rows, b.size), np.float32) for b in biases]
    active = [np.empty((rows, b.size), np.bool_) for b in biases]
    steps_W, steps_b = [np.empty_like(W) for W in weights], [np.empty_like(b) for b in biases]
    transposed_h, transposed_W = [one.T for one in h], [W.T for W in weights]
    logits, seed = h[-1], g[-1]
    flat_logits, flat_y = logits.reshape(-1), y.reshape(-1)
    highest, total = np.empty((rows, 1), np.float32), np.empty((rows, 1), np.float32)
    flat_total, ones, classes = total.reshape(-1), np.ones(rows, np.float32), np.ones((sizes[-1], 1), np.float32)
    zero, infinity = np.array(0, np.float32), np.array(np.inf, np.float32)
    share, rate = np.array(1 / rows, np.float32), np.array(LEARNING_RATE / rows, np.float32)
    add, subtract, multiply, divide, dot = np.add, np.subtract, np.multiply, np.divide, np.dot
    exp, log, greater, largest = np.exp, np.log, np.greater, np.maximum.reduce

    def step() -> Any:
        for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
            dot(h[k], W, h[k + 1])
            add(h[k + 1], b, h[k + 1])
            if k < last:
                clip(h[k + 1], zero, infinity, h[k + 1])
        largest(logits, 1, out=highest, keepdims=True)
        subtract(logits, highest, logits)
        exp(logits, seed)
        dot(seed, classes, total)
        divide(seed, total, seed)
        log(total, total)
        loss = multiply(subtract(dot(flat_total, ones), dot(flat_logits, flat_y)), share)
        subtract(seed, y, seed)
        multiply(seed, rate, seed)
        for k in range(last, -1, -1):
            dot(transposed_h[k], g[k], steps_W[k])
            dot(ones, g[k], steps_b[k])
            if k:
                dot(g[k], transposed_W[k], g[k - 1])
                greater(h[k], zero, active[k - 1])
                multiply(g[k - 1], active[k - 1], g[k - 1])
            subtract(weights[k], steps_W[k], weights[k])
            subtract(biases[k], steps_b[k], biases[k])
        return loss

    return step


def tuned_inference(sizes: Sequence[int]) -> Step:
    """Vectors in place of matrices of one row, and weights as (outputs, inputs): BLAS's fastest product."""
    x, _, weights, biases = data(sizes, 1)
    h = [x[0], *(np.empty(size, np.float32) for size in sizes[1:])]
    logits = h[-1]
    ones = np.ones(sizes[-1], np.float32)
    zero, infinity = np.array(0, np.float32), np.array(np.inf, np.float32)
    transposed = [W.T.copy() for W in weights]
    *hidden, (inputs_of_last, last_W, last_b, _) = zip(h[:-1], transposed, biases, h[1:], strict=True)
    add, subtract, divide, dot, exp, largest = np.add, np.subtract, np.divide, np.dot, np.exp, np.maximum.reduce

    def step() -> Any:
        for inputs, W, b, outputs in hidden:
            dot(W, inputs, outputs)
            add(outputs, b, outputs)
            clip(outputs, zero, infinity, outputs)
        dot(last_W, inputs_of_last, logits)
        add(logits, last_b, logits)
        subtract(logits, largest(logits), logits)
        exp(logits, logits)
        divide(logits, dot(logits, ones), logits)
        return logits

    return step
