"""``BasicLSTMCell``, written out: TensorFlow took its own away with Keras 3, but kept ``tf.nn.dynamic_rnn``."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..workloads.lstm import FORGET_BIAS, INPUTS, UNITS


class State(NamedTuple):
    c: Any
    h: Any


class BasicLstmCell:
    """The kernel takes the initializer of the scope around it, as TensorFlow's does."""

    state_size = State(UNITS, UNITS)
    output_size = UNITS

    def __init__(self, tf: Any) -> None:
        self._tf = tf

    def zero_state(self, batch_size: Any, dtype: Any) -> State:
        zeros = self._tf.zeros([batch_size, UNITS], dtype)
        return State(zeros, zeros)

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        tf = self._tf
        kernel = tf.get_variable("kernel", [INPUTS + UNITS, 4 * UNITS])
        bias = tf.get_variable("bias", [4 * UNITS], initializer=tf.zeros_initializer())
        i, j, f, o = tf.split(tf.matmul(tf.concat([inputs, state.h], 1), kernel) + bias, 4, 1)
        c = state.c * tf.sigmoid(f + FORGET_BIAS) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
        return h, State(c, h)
