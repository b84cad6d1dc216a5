"""Gradients: composite nodes, which the compiler lowers to primitive operations."""

from __future__ import annotations

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


def _gradients(node: Inference) -> TensorSpec:
    node.require_float("x")
    for spec in node.specs("ys"):
        if spec.dtype is not None and not spec.dtype.is_floating:
            raise node.dtype_error(
                f"Only a float32 or float64 has a gradient, but one at 'ys' of {node.op.name} is {spec.dtype.name}; "
                "put a Cast before it."
            )
    ys, seeds = node.specs("ys"), node.specs("grad_ys")
    if seeds and len(seeds) != len(ys):
        raise node.shape_error(f"{node.op.name} needs as many 'grad_ys' as 'ys': {len(ys)}, not {len(seeds)}, or none.")
    for y, seed in zip(ys, seeds, strict=False):
        if not y.shape.is_compatible_with(seed.shape):
            raise node.shape_error(
                f"Each of 'grad_ys' of {node.op.name} needs the shape of its 'ys', {y.shape}, not {seed.shape}; "
                "change one of them."
            )
        if None not in (y.dtype, seed.dtype) and y.dtype is not seed.dtype:
            raise node.dtype_error(
                f"Each of 'grad_ys' of {node.op.name} needs the dtype of its 'ys'; put a Cast before it."
            )
    return TensorSpec(node.spec("x").dtype, node.spec("x").shape)


declare(
    OpDeclaration(
        type="Gradients",
        category=Category.TRAINING,
        symbol="∂",
        description="How the sum of ys changes with each element of x.",
        formula=r"\frac{\partial \sum ys}{\partial x}",
        infer=_gradients,
        inputs=(
            InputPort("ys", variadic=True),
            InputPort("x"),
            InputPort("grad_ys", optional=True, variadic=True),
            InputPort("stop", optional=True, variadic=True),
        ),
        outputs=(OutputPort("gradient"),),
        attributes=(
            Attribute(
                "zeros",
                AttributeKind.BOOL,
                False,
                "Whether zeros stand for the gradient where no differentiable path leads from x to ys.",
            ),
        ),
        default_name="gradients",
        example="tf.gradients(loss, W)",
    )
)
