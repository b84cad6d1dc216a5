"""Random programs that read and write variables in an order that is told in parts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

import engine as tf


class WritingProgram:
    """Values of a few variables of one shape, writes to them, and control dependencies; in the default graph."""

    def __init__(self, seed: int, shape: tuple[int, ...], operations: int = 16) -> None:
        self._dice = random.Random(seed)
        numbers = np.random.default_rng(seed)
        self._shape = shape
        self.variables = [tf.Variable(numbers.normal(size=shape).astype(np.float32)) for _ in range(3)]
        x = tf.placeholder(tf.float32, shape)
        self.feeds = {x: numbers.normal(size=shape).astype(np.float32)}
        self._values: list[Any] = [x, *(variable.value() for variable in self.variables)]
        steps: list[Any] = []
        for _ in range(operations):
            earlier = self._dice.sample(steps, min(len(steps), self._dice.choice([0, 0, 1, 2])))
            with tf.control_dependencies(earlier) if earlier else nullcontext():
                made = self._write() if self._dice.random() < 0.4 else self._read()
            steps.append(made)
        self.fetches = self._dice.sample(steps, self._dice.randint(1, len(steps)))

    def _pick(self) -> Any:
        values: Sequence[Any] = self._values
        return self._dice.choice(values[-4:] if self._dice.random() < 0.5 else values)

    def _read(self) -> Any:
        x, y = self._pick(), self._pick()
        variable = self._dice.choice(self.variables)
        made = self._dice.choice(
            [
                lambda: tf.tanh(x) * 0.5 + y,
                lambda: x * y * 0.1,
                lambda: variable * 0.5 + x,
                lambda: variable.read_value(),
                lambda: tf.identity(variable),
                lambda: tf.reshape(tf.reshape(variable, [-1]), self._shape),
                lambda: x - tf.reduce_sum(x * y) * 0.01,
                lambda: x + tf.reduce_mean(tf.square(variable)),
                lambda: tf.where(tf.greater(x, y), variable * 1.0, y),
                lambda: x + tf.reduce_sum(tf.boolean_mask(y, tf.greater(y, 0.2))) * 0.01,
                lambda: tf.cond(tf.reduce_sum(x) > 0, lambda: x + 1.0, lambda: y * 0.5),
            ]
        )()
        if made.shape.as_list() == list(self._shape):
            self._values.append(made)
        return made

    def _write(self) -> Any:
        x, variable = self._pick(), self._dice.choice(self.variables)
        other = self._dice.choice(self.variables)
        made = self._dice.choice(
            [
                lambda: tf.assign(variable, x),
                lambda: tf.assign(variable, other),
                lambda: tf.assign_add(variable, tf.tanh(x)),
                lambda: tf.assign_sub(variable, 0.5 * x),
                lambda: tf.scatter_update(variable, [1], x[:1]),
                lambda: tf.cond(tf.reduce_sum(x) > 0, lambda: tf.assign(variable, x * 0.5), lambda: x + 0.0),
            ]
        )()
        if self._dice.random() < 0.5:
            self._values.append(made * 0.5)
        return made

    def run(self, steps: int = 3) -> list[Any]:
        """Everything that the steps give, and the variables after them."""
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            found = [session.run(self.fetches, self.feeds) for _ in range(steps)]
            return [found, session.run(self.variables)]
