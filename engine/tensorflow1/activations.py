"""Activation functions, under TensorFlow's names in ``tf.nn``."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .build import apply, static_int, tensor_of
from .elementwise import log_sigmoid
from .reductions import old_or_new

__all__ = [
    "crelu",
    "elu",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
]


def relu(features: Any, name: str | None = None) -> Tensor:
    """max(x, 0), elementwise."""
    return apply("Relu", features, name=name)


def relu6(features: Any, name: str | None = None) -> Tensor:
    """min(max(x, 0), 6), elementwise."""
    return apply("Relu6", features, name=name)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """x where it is positive, and alpha x elsewhere."""
    x = tensor_of(features)
    if x.dtype is not None and x.dtype.is_integer:
        x = apply("Cast", x, dtype="float32")
    return apply("LeakyRelu", x, alpha=float(alpha), name=name)


def elu(features: Any, name: str | None = None) -> Tensor:
    """x where it is positive, and eˣ − 1 elsewhere."""
    return apply("Elu", features, name=name)


def selu(features: Any, name: str | None = None) -> Tensor:
    """The scaled elu of self-normalizing networks, elementwise."""
    return apply("Selu", features, name=name)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """ln(1 + eˣ), elementwise."""
    return apply("Softplus", features, name=name)


def softsign(features: Any, name: str | None = None) -> Tensor:
    """x / (1 + |x|), elementwise."""
    return apply("Softsign", features, name=name)


def crelu(features: Any, name: str | None = None, axis: int = -1) -> Tensor:
    """The relu of x and that of −x, one behind the other along an axis."""
    x = tensor_of(features)
    with x.graph.name_scope(name or "CRelu"):
        return apply("Relu", apply("Concat", [x, -x], axis=axis))


def swish(features: Any, name: str | None = None) -> Tensor:
    """x · sigmoid(x), elementwise."""
    x = tensor_of(features)
    with x.graph.name_scope(name or "swish"):
        return x * apply("Sigmoid", x)


silu = swish


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + e⁻ˣ), elementwise."""
    return apply("Sigmoid", x, name=name)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent, elementwise."""
    return apply("Tanh", x, name=name)


def _axis(axis: Any, dim: Any) -> int:
    chosen = old_or_new(dim, axis, "dim", "axis")
    return -1 if chosen is None else static_int(chosen, "axis")


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """e^x over the sum of e^x along an axis (the last when None)."""
    return apply("Softmax", logits, axis=_axis(axis, dim), name=name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """The logarithm of the softmax along an axis (the last when None), without overflow."""
    return apply("LogSoftmax", logits, axis=_axis(axis, dim), name=name)
