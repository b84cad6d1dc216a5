"""The initial weights of ``tf.contrib.layers``: variances that keep a signal its size."""

from __future__ import annotations

from typing import Any

from ...graph import float32
from .. import initializers

__all__ = ["variance_scaling_initializer", "xavier_initializer", "xavier_initializer_conv2d"]


def xavier_initializer(uniform: bool = True, seed: int | None = None, dtype: Any = float32) -> Any:
    """Numbers of the variance 2 / (inputs + outputs), so that signals keep their size through a layer."""
    return variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer


def variance_scaling_initializer(
    factor: float = 2.0, mode: str = "FAN_IN", uniform: bool = False, seed: int | None = None, dtype: Any = float32
) -> Any:
    """Numbers of the variance factor / n, where n counts the inputs, the outputs or is the mean of both."""
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")
    kind = "uniform" if uniform else "truncated_normal"
    return initializers.variance_scaling_initializer(factor, mode.lower(), kind, seed, dtype)
