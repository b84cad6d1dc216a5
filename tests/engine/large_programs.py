"""Random training steps on arrays large enough to run in blocks, to share memory and to be spread over threads."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

import engine as tf

#: Some at and some just above the size from which chains run in blocks, with odd last rows; one where a row is long.
SHAPES = [(300, 500), (140_001,), (1 << 17,), (2, 70_001), (513, 257), (40, 60, 70), (150_000, 1), (1, 131_073)]

_ONE: list[Callable[[Any], Any]] = [
    tf.tanh,
    tf.sigmoid,
    tf.nn.relu,
    tf.square,
    tf.sin,
    tf.negative,
    tf.identity,
    tf.nn.softplus,
    tf.nn.elu,
    lambda x: tf.exp(-tf.square(x)),
    lambda x: tf.sqrt(tf.abs(x) + 0.1),
    lambda x: tf.clip_by_value(x, -0.5, 0.7),
    lambda x: tf.cast(tf.cast(x, tf.float64) * 1.5, x.dtype),
    lambda x: 2.0 * x,
    lambda x: tf.reshape(tf.reshape(x, [-1]) + 1.0, tf.shape(x)),
    lambda x: tf.transpose(tf.tanh(tf.transpose(x))),
    lambda x: x - tf.reduce_mean(x),
    lambda x: x / (1.0 + tf.reduce_max(tf.abs(x), axis=-1, keepdims=True)),
    lambda x: x - tf.reduce_mean(x, axis=0, keepdims=True),
    lambda x: tf.concat([x[: x.shape[0].value // 2], tf.tanh(x[x.shape[0].value // 2 :])], axis=0),
    lambda x: tf.nn.dropout(x, keep_prob=0.8),
    tf.nn.l2_loss,
    lambda x: tf.reduce_sum(x, axis=0),
    lambda x: tf.reduce_sum(x, axis=-1, keepdims=True),
]
_TWO: list[Callable[[Any, Any], Any]] = [
    tf.add,
    tf.subtract,
    tf.multiply,
    tf.maximum,
    tf.squared_difference,
    lambda x, y: x / (1.5 + tf.sin(y)),
    lambda x, y: tf.where(tf.greater(x + 0.0 * y, 0.0 * x), x + 0.0 * y, y + 0.0 * x),
    lambda x, y: x * tf.cast(tf.less(y, 0.3), x.dtype),
]
_OPTIMIZERS = [
    lambda: tf.train.GradientDescentOptimizer(0.1),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    lambda: tf.train.AdamOptimizer(0.05),
    lambda: tf.train.RMSPropOptimizer(0.05),
    lambda: tf.train.FtrlOptimizer(0.1),
]


class LargeStep:
    """A random training step; in the default graph."""

    def __init__(self, seed: int, operations: int = 12) -> None:
        dice, numbers = random.Random(seed), np.random.default_rng(seed)
        shape = dice.choice(SHAPES)
        dtype = dice.choice([np.float32, np.float32, np.float64])

        def drawn(shape: tuple[int, ...]) -> Any:
            return numbers.normal(size=shape).astype(dtype)

        x = tf.placeholder(dtype, dice.choice([shape, [None, *shape[1:]], None]))
        x.set_shape(shape)
        self.feeds = {x: drawn(shape)}
        self.variables = [tf.Variable(drawn(each)) for each in (shape, shape[-1:], (*shape[:-1], 1), ())]
        tensors = [x, *(variable.value() for variable in self.variables)]
        large = [x, tensors[1]]
        for _ in range(operations):
            if dice.random() < 0.5:
                made = dice.choice(_ONE)(dice.choice(large[-3:]))
            else:
                made = dice.choice(_TWO)(dice.choice(large[-3:]), dice.choice(tensors))
            tensors.append(made)
            if made.shape.as_list() == list(shape):
                large.append(made)
        loss = tf.add_n([tf.reduce_mean(each) for each in (*large[-2:], *tensors[-2:])])
        for variable in self.variables:
            loss += 1e-3 * tf.reduce_mean(tf.square(variable))
        gradients = tf.gradients(loss, self.variables)
        self.fetches = [loss, dice.choice(large), dice.choice(gradients), dice.choice(_OPTIMIZERS)().minimize(loss)]

    def run(self, steps: int = 3, seed: int = 5) -> list[Any]:
        """Everything that the steps give, and the variables and slots after them."""
        with tf.Session(seed=seed) as session:
            session.run(tf.global_variables_initializer())
            found = [session.run(self.fetches, self.feeds) for _ in range(steps)]
            kept = [np.array(session.value(op)) for op in session.hidden_variables]
            return [found, session.run(self.variables), kept]
