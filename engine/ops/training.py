"""Gradients and optimizers: composite nodes, which the compiler lowers to primitive operations."""

from __future__ import annotations

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    DType,
    Inference,
    InputPort,
    NodeKind,
    OpDeclaration,
    OutputPort,
    PortKind,
    Tensor,
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


def integer_loss_sentence(name: str, dtype: DType) -> str:
    """What is wrong with a loss that is not made of floats, in TensorFlow's words. ``name`` is the tensor's."""
    return (
        f"Invalid type tf.{dtype.name} for {name}, expected: tf.float32, tf.float64. A loss must be a "
        "float; put a Cast "
        "before it."
    )


def _gradient_descent(node: Inference) -> list[TensorSpec]:
    dtype = node.spec("loss").dtype
    if dtype is not None and not dtype.is_floating:
        source = node.source("loss")
        name = source.name if isinstance(source, Tensor) else "loss"
        raise node.dtype_error(integer_loss_sentence(name, dtype))
    if node.is_connected("learning_rate"):
        node.require_float("learning_rate")
        if not node.spec("learning_rate").shape.is_compatible_with(()):
            raise node.shape_error(
                f"{node.op.name} needs one number as its learning rate, but "
                f"{node.describe('learning_rate')}; wire a scalar to it."
            )
    return []


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
        ),
        outputs=(OutputPort("gradient"),),
        default_name="gradients",
        example="tf.gradients(loss, W)",
    )
)
declare(
    OpDeclaration(
        type="GradientDescent",
        category=Category.TRAINING,
        symbol="↘",
        description="Moves variables a small step against the gradient of the loss.",
        formula=r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}",
        infer=_gradient_descent,
        inputs=(
            InputPort("loss"),
            InputPort("learning_rate", optional=True, attribute="learning_rate"),
            InputPort("variables", PortKind.VARIABLE, optional=True, variadic=True),
        ),
        outputs=(),
        attributes=(
            Attribute(
                "learning_rate",
                AttributeKind.FLOAT,
                0.1,
                "How far a step goes; usually 0.1 or 0.01.",
                minimum=0.0,
            ),
        ),
        kind=NodeKind.OPTIMIZER,
        default_name="GradientDescent",
        stateful=True,
        gives_step=True,
        example="tf.train.GradientDescentOptimizer(0.1).minimize(loss)",
    )
)
