"""``tf.nn``: activations and losses."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .build import apply
from .convolution import *  # noqa: F403
from .dropout import *  # noqa: F403
from .embedding import *  # noqa: F403
from .normalization import *  # noqa: F403
from .pooling import *  # noqa: F403
from .sampling import *  # noqa: F403
from .spatial import depth_to_space, space_to_depth  # noqa: F401


def relu(features: Any, name: str | None = None) -> Tensor:
    """max(x, 0), elementwise."""
    return apply("Relu", features, name=name)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + e⁻ˣ), elementwise."""
    return apply("Sigmoid", x, name=name)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent, elementwise."""
    return apply("Tanh", x, name=name)


def softmax(logits: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """e^x over the sum of e^x along an axis."""
    return apply("Softmax", logits, axis=axis, name=name)


def log_softmax(logits: Any, name: str | None = None) -> Tensor:
    """The logarithm of the softmax over the last axis, without overflow."""
    return apply("LogSoftmax", logits, name=name)


def softmax_cross_entropy_with_logits(*, labels: Any, logits: Any, name: str | None = None) -> Tensor:
    """−Σ labels · log softmax(logits) over the last axis: (…, classes) to (…)."""
    return apply("SoftmaxCrossEntropyWithLogits", labels, logits, name=name)


softmax_cross_entropy_with_logits_v2 = softmax_cross_entropy_with_logits


def sigmoid_cross_entropy_with_logits(*, labels: Any, logits: Any, name: str | None = None) -> Tensor:
    """The cross entropy of independent yes/no labels, elementwise, from logits."""
    return apply("SigmoidCrossEntropyWithLogits", labels, logits, name=name)
