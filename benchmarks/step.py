"""What is measured: a step that can be taken again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

#: float32 throughout.
Array = np.ndarray[Any, np.dtype[Any]]

#: Takes one step (for most workloads: forward, backward, update) and gives its loss as a number of the host.
Step = Callable[[], Any]


class Fetches(NamedTuple):
    """What a TensorFlow 1 program runs in each step."""

    loss: Any
    #: The training operation; None where nothing is trained.
    train: Any
    feeds: Mapping[Any, Array]


#: Builds a graph in the default graph with the module that it gets as ``tf``.
Program = Callable[[Any], Fetches]


def session_step(tf: Any, program: Program) -> Step:
    """The step of a TensorFlow 1 program, run by ``tf``: this project's engine, or TensorFlow's ``compat.v1``."""
    with tf.Graph().as_default():
        loss, train, feeds = program(tf)
        session = tf.Session()
        session.run(tf.global_variables_initializer())
    run = session.run
    if train is None:
        return lambda: run(loss, feeds)
    fetches = [loss, train]
    return lambda: run(fetches, feeds)[0]
