"""Declaring elementwise operations: what those on one tensor, and those on two, have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..graph import Category, Inference, InputPort, OpDeclaration, Operation, Tensor, TensorSpec, declare
from ..graph.declaration import Kernel, StraightLine
from .rules import XY, InferRule, X, broadcast, floating, number_pair

Rule = Callable[[Operation, Tensor], Sequence[Tensor | None]]


def function(name: str) -> Kernel:
    """The kernel that is a function of the array namespace itself."""
    return StraightLine(lambda k: getattr(k.xp, name))


def times(op_type: str, factor: Callable[[Tensor], Tensor] = lambda value: value) -> Rule:
    """The gradient that multiplies with (a factor of) another operation on x."""
    return lambda op, grad: [grad * factor(grad.graph.apply(op_type, op.inputs[0]))]


def floating_pair(node: Inference, first: str = "x", second: str = "y") -> TensorSpec:
    """Two floats of one dtype, broadcast."""
    node.require_float(first)
    node.require_float(second)
    return TensorSpec(node.same_dtype(first, second), broadcast(node, first, second))


def integer_pair(node: Inference) -> TensorSpec:
    """Two whole numbers of one dtype, broadcast."""
    for port in ("x", "y"):
        node.require(port, lambda dtype: dtype.is_integer, "whole numbers")
    return TensorSpec(node.same_dtype("x", "y"), broadcast(node, "x", "y"))


def declare_unary(
    op_type: str,
    symbol: str,
    description: str,
    formula: str,
    example: str,
    kernel: Kernel,
    gradient: Rule | None = None,
    infer: InferRule = floating,
    default_name: str = "",
    category: Category = Category.ARITHMETIC,
) -> None:
    """Declares an elementwise operation on x. Its default name is its type's."""
    _declare(op_type, symbol, description, formula, example, kernel, gradient, infer, default_name, category, (X,))


def declare_binary(
    op_type: str,
    symbol: str,
    description: str,
    formula: str,
    example: str,
    kernel: Kernel,
    gradient: Rule | None = None,
    infer: InferRule = number_pair,
    default_name: str = "",
    category: Category = Category.ARITHMETIC,
    inputs: tuple[InputPort, ...] = XY,
) -> None:
    """Declares an elementwise operation on x and y, which are broadcast. Its default name is its type's."""
    _declare(op_type, symbol, description, formula, example, kernel, gradient, infer, default_name, category, inputs)


def _declare(
    op_type: str,
    symbol: str,
    description: str,
    formula: str,
    example: str,
    kernel: Kernel,
    gradient: Rule | None,
    infer: InferRule,
    default_name: str,
    category: Category,
    inputs: tuple[InputPort, ...],
) -> None:
    declare(
        OpDeclaration(
            type=op_type,
            category=category,
            symbol=symbol,
            description=description,
            formula=formula,
            infer=infer,
            inputs=inputs,
            kernel=kernel,
            gradient=gradient,
            default_name=default_name or op_type,
            example=example,
        )
    )
