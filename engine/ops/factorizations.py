"""Matrices as products of simpler ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    OutputPort,
    TensorSpec,
    declare,
)


def _factored(node: Inference) -> list[TensorSpec]:
    dtype, shape = node.require_float("input"), node.spec("input").shape
    if shape.dims is None:
        return [TensorSpec(dtype), TensorSpec(dtype)]
    if len(shape) < 2:
        raise node.shape_error(
            f"Shape must be at least rank 2 but is rank {len(shape)} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe('input')}; give it matrices."
        )
    *others, rows, columns = shape.dims
    smaller = None if rows is None or columns is None else min(rows, columns)
    inner = rows if node.attribute("full_matrices") else smaller
    return [TensorSpec(dtype).with_shape([*others, *sizes]) for sizes in ((rows, inner), (inner, columns))]


def _qr_kernel(k: Any) -> Callable[..., Any]:
    xp, full = k.xp, k.attribute("full_matrices")

    def step(matrix: Any, *outs: Any) -> Any:
        places = outs or (None, None)
        return tuple(xp.copy(part, out) for part, out in zip(xp.qr(matrix, full), places, strict=True))

    return step


declare(
    OpDeclaration(
        type="Qr",
        category=Category.MATRIX,
        symbol="QR",
        description="A matrix as the product of one with orthogonal columns and one with zeros below its diagonal.",
        formula=r"x = q\,r,\quad q^\mathsf{T} q = 1",
        infer=_factored,
        inputs=(InputPort("input"),),
        outputs=(OutputPort("q"), OutputPort("r")),
        attributes=(
            Attribute(
                "full_matrices", AttributeKind.BOOL, False, "Whether q is square, also where x has fewer columns."
            ),
        ),
        kernel=_qr_kernel,
        default_name="Qr",
        example="tf.qr(x)",
    )
)
