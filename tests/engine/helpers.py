"""What many tests do: make numbers, weigh a result, run a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

import engine as tf


def wave(*shape: int, step: float = 0.7) -> Any:
    """Numbers of any shape that do not repeat, the same on every machine."""
    return np.sin(np.arange(np.prod(shape)) * step + 0.3).reshape(shape)


def weighed(array: Any) -> float:
    """One number that depends on every element and its place."""
    return float(np.sum(array * wave(*array.shape, step=0.37)))


def run(fetches: Any, feeds: Any = None) -> Any:
    """The values of fetches, in a session of their own."""
    with tf.Session() as session:
        return session.run(fetches, feeds)
