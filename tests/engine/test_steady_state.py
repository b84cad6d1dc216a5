"""After its first runs a step takes no memory: everything lies in arrays that were made before."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine as tf
from engine.runtime.backends.numpy_plan import NUMPY_BUFFER, RUNS_BEFORE_CODE
from tests.engine.variants import threads

pytestmark = pytest.mark.usefixtures("graph")

#: What Python itself takes for a call,
CALL = 2048
#: and numpy's buffers for operands that it repeats or that lie scattered: the same for arrays of any size.
LIMIT = CALL + 3 * 4 * NUMPY_BUFFER


def growth(step: Callable[[], object]) -> int:
    """The most bytes that a step holds at one time beyond what was held before it."""
    tracemalloc.start()
    try:
        step()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        step()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def noise(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)


def regression() -> Any:
    x, y = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None])
    W, b = tf.Variable([1.0]), tf.Variable([1.0])
    numbers = np.arange(1, 5, dtype=np.float32)
    return tf.reduce_mean(tf.square(W * x + b - y)), {x: numbers, y: 3 * numbers + 2}


def exclusive_or() -> Any:
    x, y = tf.placeholder(tf.float32, [None, 2]), tf.placeholder(tf.float32, [None, 1])
    hidden = tf.sigmoid(tf.matmul(x, tf.Variable(noise(2, 10))) + tf.Variable(tf.zeros([10])))
    output = tf.sigmoid(tf.matmul(hidden, tf.Variable(noise(10, 1))) + tf.Variable(tf.zeros([1])))
    loss = -tf.reduce_mean(y * tf.log(output) + (1 - y) * tf.log(1 - output))
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    return loss, {x: corners, y: np.array([[0], [1], [1], [0]], np.float32)}


def layers(sparse: bool) -> Any:
    x = tf.placeholder(tf.float32, [None, 784])
    hidden = tf.layers.dense(tf.layers.dense(x, 256, tf.nn.relu), 256, tf.nn.relu)
    logits = tf.layers.dense(hidden, 10)
    classes = np.arange(128) % 10
    if sparse:
        y = tf.placeholder(tf.int64, [None])
        return tf.losses.sparse_softmax_cross_entropy(y, logits), {x: noise(128, 784), y: classes}
    y = tf.placeholder(tf.float32, [None, 10])
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
    return loss, {x: noise(128, 784), y: np.eye(10, dtype=np.float32)[classes]}


def chain() -> Any:
    x = tf.placeholder(tf.float32, [None])
    value = x * tf.Variable(tf.ones([1_000_000]))
    for _ in range(6):
        value = tf.tanh(1.1 * value + 0.1) * tf.sigmoid(value)
    return tf.reduce_mean(tf.square(value)), {x: noise(1_000_000)}


def convolutions() -> Any:
    x, y = tf.placeholder(tf.float32, [None, 28, 28, 1]), tf.placeholder(tf.float32, [None, 10])
    hidden = tf.layers.max_pooling2d(tf.layers.conv2d(x, 6, 5, padding="same", activation=tf.nn.relu), 2, 2)
    hidden = tf.layers.max_pooling2d(tf.layers.conv2d(hidden, 16, 5, activation=tf.nn.relu), 2, 2)
    hidden = tf.layers.dense(tf.layers.dense(tf.layers.flatten(hidden), 120, tf.nn.relu), 84, tf.nn.relu)
    logits = tf.layers.dense(hidden, 10)
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
    return loss, {x: noise(64, 28, 28, 1), y: np.eye(10, dtype=np.float32)[np.arange(64) % 10]}


MODELS: dict[str, Callable[[], Any]] = {
    "regression": regression,
    "exclusive or": exclusive_or,
    "layers": lambda: layers(sparse=False),
    "layers, labels as numbers": lambda: layers(sparse=True),
    "chain": chain,
    "convolutions": convolutions,
}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("optimizer", [tf.train.GradientDescentOptimizer, tf.train.AdamOptimizer])
@pytest.mark.parametrize("name", MODELS)
def test_a_step_takes_no_memory(name, optimizer, count):
    loss, feeds = MODELS[name]()
    update = optimizer(0.01).minimize(loss)
    with threads(count), tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run([loss, update], feeds)
        plan = session.plan([loss, update.done], {tensor: value.shape for tensor, value in feeds.items()})
        limit = CALL if name in ("regression", "exclusive or") else LIMIT * count
        assert growth(plan.run) < limit
        assert growth(lambda: session.run([loss, update], feeds)) < limit


@pytest.mark.parametrize("name", ["regression", "exclusive or", "layers"])
def test_a_step_that_has_become_code_takes_no_memory(name):
    loss, feeds = MODELS[name]()
    update = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(RUNS_BEFORE_CODE + 2):
            session.run([loss, update], feeds)
        assert growth(lambda: session.run([loss, update], feeds)) < LIMIT
