"""Lesser known functions of mathematics, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .arrays import reshape
from .build import apply, is_tensor, tensor_of

__all__ = [
    "conj",
    "is_non_decreasing",
    "is_strictly_increasing",
    "lbeta",
    "polygamma",
    "real",
    "scalar_mul",
]


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Tensor:
    """x times one number. Raises ValueError for a scalar that has axes."""
    values = tensor_of(x)
    factor = tensor_of(scalar, values.dtype)
    if factor.shape.rank not in (None, 0):
        raise ValueError(f"Only scalar multiply works, got shape {factor.shape}; use tf.multiply.")
    return apply("Multiply", factor, values, name=name, base_name="mul")


def conj(x: Any, name: str | None = None) -> Tensor:
    """x itself: there are real numbers only."""
    return tensor_of(x)


def real(input: Any, name: str | None = None) -> Tensor:
    """The input itself: there are real numbers only."""
    return tensor_of(input)


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the beta function along the last axis: (…, n) to (…)."""
    values = tensor_of(x)
    with values.graph.name_scope(name or "lbeta"):
        each = apply("ReduceSum", apply("Lgamma", values), axis=[-1])
        return each - apply("Lgamma", apply("ReduceSum", values, axis=[-1]))


def polygamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The derivative of the order ``a``, a number from 0 on, of the digamma function of x, elementwise."""
    if is_tensor(a) or int(a) != a or a < 0:
        raise ValueError(f"polygamma takes a whole number from 0 on as its order, not {a!r}; write it as a number.")
    return apply("Polygamma", x, order=int(a), name=name)


def _compared(op_type: str, x: Any, name: str) -> Tensor:
    values = tensor_of(x)
    with values.graph.name_scope(name):
        row = reshape(values, [-1])
        return apply("ReduceAll", apply(op_type, row[1:], row[:-1]))


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Whether no element is smaller than the one before it; of fewer than two elements it holds."""
    return _compared("GreaterEqual", x, name or "is_non_decreasing")


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Whether each element is larger than the one before it; of fewer than two elements it holds."""
    return _compared("Greater", x, name or "is_strictly_increasing")
