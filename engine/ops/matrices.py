"""Matrix products and transposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    OpDeclaration,
    Operation,
    ShapeError,
    Tensor,
    TensorShape,
    TensorSpec,
    broadcast_shapes,
    declare,
)
from ..graph.declaration import StraightLine
from ..graph.shapes import bracketed
from .broadcast import unbroadcast
from .rules import XY, X


def _matmul(node: Inference) -> TensorSpec:
    node.require_number("x")
    node.require_number("y")
    dtype = node.same_dtype("x", "y")
    x, y = node.spec("x").shape, node.spec("y").shape
    for port, shape in (("x", x), ("y", y)):
        if shape.rank is not None and shape.rank < 2:
            raise node.shape_error(
                f"Shape must be rank 2 but is rank {shape.rank} for '{node.op.name}' (op: 'MatMul') with input shapes: "
                f"{bracketed(x)}, {bracketed(y)}. {node.describe(port)}; MatMul takes matrices; reshape it."
            )
    if x.dims is None or y.dims is None:
        return TensorSpec(dtype, UNKNOWN_SHAPE)
    rows, inner_x = (x.dims[-1], x.dims[-2]) if node.attribute("transpose_a") else x.dims[-2:]
    inner_y, columns = (y.dims[-1], y.dims[-2]) if node.attribute("transpose_b") else y.dims[-2:]
    if inner_x is not None and inner_y is not None and inner_x != inner_y:
        raise node.shape_error(
            f"Dimensions must be equal, but are {inner_x} and {inner_y} for '{node.op.name}' (op: 'MatMul') with "
            f"input shapes: {bracketed(x)}, {bracketed(y)}. MatMul needs the inner sizes to agree: "
            f"{node.describe('x')} and {node.describe('y')}; reshape or transpose one of them."
        )
    try:
        batch = broadcast_shapes(x[:-2], y[:-2])
    except ShapeError:
        raise node.shape_error(
            f"{node.op.name} needs the sizes before the last two to agree, or one of them to be 1: "
            f"{node.describe('x')} and {node.describe('y')}."
        ) from None
    return TensorSpec(dtype, batch.concatenate(TensorShape([rows, columns])))


@StraightLine
def _matmul_kernel(k: Any) -> Callable[..., Any]:
    """Transposed operands are views, which the matrix library reads as they are."""
    xp = k.xp
    transpose_a, transpose_b = k.attribute("transpose_a"), k.attribute("transpose_b")
    if not transpose_a and not transpose_b:
        return xp.matmul  # type: ignore[no-any-return]

    def step(x: Any, y: Any, out: Any = None) -> Any:
        return xp.matmul(x.swapaxes(-1, -2) if transpose_a else x, y.swapaxes(-1, -2) if transpose_b else y, out)

    return step


def _matmul_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x, y = op.inputs
    graph = grad.graph

    def product(a: Tensor, b: Tensor, transpose_a: bool, transpose_b: bool) -> Tensor:
        return graph.apply("MatMul", a, b, transpose_a=transpose_a, transpose_b=transpose_b)

    transpose_a, transpose_b = op.attributes["transpose_a"], op.attributes["transpose_b"]
    to_x = product(y, grad, transpose_b, True) if transpose_a else product(grad, y, False, not transpose_b)
    to_y = product(grad, x, True, transpose_a) if transpose_b else product(x, grad, not transpose_a, False)
    return unbroadcast(to_x, x), unbroadcast(to_y, y)


def _transpose(node: Inference) -> TensorSpec:
    spec, order = node.spec("x"), node.attribute("perm")
    if spec.shape.dims is None:
        return spec if order is None else spec.with_shape([None] * len(order))
    if order is None:
        return spec.with_shape(spec.shape.dims[::-1])
    if sorted(order) != list(range(len(spec.shape))):
        raise node.shape_error(
            f"perm of {node.op.name} must name each axis of x once: {node.describe('x')}, so use the "
            f"numbers 0 to {len(spec.shape) - 1} "
            f"in another order, not {list(order)}."
        )
    return spec.with_shape(spec.shape.dims[axis] for axis in order)


def _transpose_kernel(k: Any) -> Callable[..., Any]:
    order = k.attribute("perm")
    return lambda x: x.transpose(order)


def _transpose_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    order = op.attributes["perm"]
    inverse = None if order is None else [int(axis) for axis in np.argsort(order)]
    return [grad.graph.apply("Transpose", grad, perm=inverse)]


declare(
    OpDeclaration(
        type="MatMul",
        category=Category.MATRIX,
        symbol="@",
        description="Multiplies matrices; with more than two axes, one matrix for each of the others.",
        formula=r"x\,y,\quad (xy)_{ij} = \sum_k x_{ik} y_{kj}",
        infer=_matmul,
        inputs=XY,
        attributes=(
            Attribute("transpose_a", AttributeKind.BOOL, False, "Whether x is transposed first."),
            Attribute("transpose_b", AttributeKind.BOOL, False, "Whether y is transposed first."),
        ),
        kernel=_matmul_kernel,
        gradient=_matmul_gradient,
        default_name="MatMul",
        example="tf.matmul(x, W)",
    )
)
declare(
    OpDeclaration(
        type="Transpose",
        category=Category.MATRIX,
        symbol="ᵀ",
        description="Puts the axes in another order; rows become columns.",
        formula=r"x^\mathsf{T}",
        infer=_transpose,
        inputs=(X,),
        attributes=(
            Attribute(
                "perm", AttributeKind.AXES, None, "The axes in their new order; none reverses them.", optional=True
            ),
        ),
        kernel=_transpose_kernel,
        gradient=_transpose_gradient,
        is_view=True,
        default_name="transpose",
        example="tf.transpose(x)",
    )
)
