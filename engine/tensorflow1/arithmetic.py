"""Arithmetic, comparisons, reductions and array functions under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import Tensor, as_dtype
from .build import apply

__all__ = [
    "abs",
    "add",
    "cast",
    "divide",
    "equal",
    "exp",
    "greater",
    "greater_equal",
    "identity",
    "less",
    "less_equal",
    "log",
    "logical_and",
    "logical_not",
    "logical_or",
    "matmul",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "not_equal",
    "pow",
    "sign",
    "sqrt",
    "square",
    "stop_gradient",
    "subtract",
    "transpose",
]


def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x + y, elementwise with broadcasting."""
    return apply("Add", x, y, name=name, base_name="Add")


def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x − y, elementwise with broadcasting."""
    return apply("Subtract", x, y, name=name, base_name="Sub")


def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x · y, elementwise with broadcasting."""
    return apply("Multiply", x, y, name=name, base_name="Mul")


def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, elementwise with broadcasting; integers give float64."""
    return apply("Divide", x, y, name=name)


def negative(x: Any, name: str | None = None) -> Tensor:
    """−x."""
    return apply("Negative", x, name=name)


def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value of x."""
    return apply("Abs", x, name=name)


def sign(x: Any, name: str | None = None) -> Tensor:
    """−1, 0 or 1: the sign of x, elementwise."""
    return apply("Sign", x, name=name)


def square(x: Any, name: str | None = None) -> Tensor:
    """x², elementwise."""
    return apply("Square", x, name=name)


def sqrt(x: Any, name: str | None = None) -> Tensor:
    """The square root of x, elementwise."""
    return apply("Sqrt", x, name=name)


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x to the power of y, elementwise with broadcasting."""
    return apply("Pow", x, y, name=name)


def exp(x: Any, name: str | None = None) -> Tensor:
    """e to the power of x, elementwise."""
    return apply("Exp", x, name=name)


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm of x, elementwise."""
    return apply("Log", x, name=name)


def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The larger of x and y, elementwise with broadcasting."""
    return apply("Maximum", x, y, name=name)


def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of x and y, elementwise with broadcasting."""
    return apply("Minimum", x, y, name=name)


def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x and y are equal, elementwise with broadcasting."""
    return apply("Equal", x, y, name=name)


def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x and y differ, elementwise with broadcasting."""
    return apply("NotEqual", x, y, name=name)


def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x is greater than y, elementwise with broadcasting."""
    return apply("Greater", x, y, name=name)


def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x is at least y, elementwise with broadcasting."""
    return apply("GreaterEqual", x, y, name=name)


def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x is less than y, elementwise with broadcasting."""
    return apply("Less", x, y, name=name)


def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether x is at most y, elementwise with broadcasting."""
    return apply("LessEqual", x, y, name=name)


def logical_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether both hold, elementwise with broadcasting."""
    return apply("LogicalAnd", x, y, name=name)


def logical_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether one of them holds, elementwise with broadcasting."""
    return apply("LogicalOr", x, y, name=name)


def logical_not(x: Any, name: str | None = None) -> Tensor:
    """Whether x does not hold, elementwise."""
    return apply("LogicalNot", x, name=name)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The matrix product of a (…, n, k) and b (…, k, m): (…, n, m).

    ``adjoint_a`` and ``adjoint_b`` transpose as well: there are real numbers only. ``a_is_sparse`` and ``b_is_sparse``
    change no number.
    """
    for side, transpose, adjoint in (("a", transpose_a, adjoint_a), ("b", transpose_b, adjoint_b)):
        if transpose and adjoint:
            raise ValueError(f"Only one of transpose_{side} and adjoint_{side} can be True.")
    flags: dict[str, Any] = {"transpose_a": transpose_a or adjoint_a, "transpose_b": transpose_b or adjoint_b}
    return apply("MatMul", a, b, name=name, **flags)


def transpose(a: Any, perm: Sequence[int] | None = None, name: str | None = None) -> Tensor:
    """a with its axes in the order ``perm``, reversed when None."""
    return apply("Transpose", a, perm=perm, name=name)


def identity(input: Any, name: str | None = None) -> Tensor:
    """The same value."""
    return apply("Identity", input, name=name)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The same value, through which no gradient flows."""
    return apply("StopGradient", input, name=name)


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """x in another dtype; floats are cut off towards 0."""
    return apply("Cast", x, dtype=as_dtype(dtype), name=name)
