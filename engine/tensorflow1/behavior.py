"""Switches between TensorFlow 1 and 2, as programs for ``tensorflow.compat.v1`` set them: here 1 is all there is."""

from __future__ import annotations

from typing import Any

__all__ = [
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_v2_behavior",
    "executing_eagerly",
]


def executing_eagerly() -> bool:
    """Whether operations are run when they are made: they are not."""
    return False


def disable_v2_behavior() -> None:
    """Nothing to do: all is as in TensorFlow 1."""


def disable_eager_execution() -> None:
    """Nothing to do: operations run in sessions."""


def disable_v2_tensorshape() -> None:
    """Nothing to do: shapes are made of Dimensions."""


def disable_tensor_equality() -> None:
    """Nothing to do: tensors are compared by identity."""


def disable_control_flow_v2() -> None:
    """Nothing to do: loops and branches give what they give in TensorFlow 1."""


def disable_resource_variables() -> None:
    """Nothing to do: variables behave as TensorFlow 1's."""


def enable_resource_variables() -> None:
    """Nothing to do: in one run all operations see the variables' values from its start, whatever they are called."""


def enable_eager_execution(config: Any = None, device_policy: Any = None, execution_mode: Any = None) -> None:
    """Raises ValueError: operations run in sessions only."""
    raise ValueError("tf.enable_eager_execution is not there: operations run in sessions; run them with tf.Session().")


def enable_v2_behavior() -> None:
    """Raises ValueError: programs for TensorFlow 2 do not run."""
    raise ValueError("tf.enable_v2_behavior is not there: programs for TensorFlow 1 run, with tf.Session().")
