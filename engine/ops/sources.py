"""Where tensors come from: placeholders, variables and constants."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    NodeKind,
    OpDeclaration,
    OutputPort,
    PortKind,
    TensorShape,
    TensorSpec,
    declare,
    float32,
)
from ..graph.fitting import find_misfit
from ..graph.shapes import NamedShape
from ..graph.spec import STATIC_ELEMENTS
from .rules import dtype_attribute


def _placeholder(node: Inference) -> TensorSpec:
    return TensorSpec(node.attribute("dtype"), _declared(node))


def _declared(node: Inference) -> TensorShape:
    """The shape that is declared, without the names of its sizes."""
    shape: TensorShape = node.attribute("shape")
    return shape.unnamed if isinstance(shape, NamedShape) else shape


def _with_default(node: Inference) -> TensorSpec:
    """What programs are told is the declared shape; what runs has that of the default value."""
    default, declared = node.spec("default"), _declared(node)
    if not declared.is_compatible_with(default.shape):
        raise node.shape_error(
            f"{node.op.name} has shape {declared}, but {node.describe('default')}; make them fit each other."
        )
    is_compiled = node.op.origin is not None
    return TensorSpec(default.dtype, declared.merge_with(default.shape) if is_compiled else declared)


def _filled_shape(node: Inference, value: np.ndarray[Any, Any], shape: TensorShape) -> TensorShape:
    """The shape of a typed value: its own, or the asked-for one, which a single number fills."""
    own = TensorShape(value.shape)
    if shape.dims is None or own == shape:
        return own
    if value.size == 1 and shape.is_known:
        return shape
    if shape.is_compatible_with(own):
        return own
    raise node.shape_error(
        f"The value of {node.op.name} has shape {own}, which does not fit its shape {shape}; change one of them."
    )


def _typed(node: Inference, attribute: str) -> TensorSpec:
    """The spec of a typed value. Raises DTypeError for a number that the dtype cannot hold."""
    value, dtype = node.attribute(attribute), node.attribute("dtype")
    misfit = find_misfit(value, dtype)
    if misfit is not None:
        raise node.dtype_error(f"The value of {node.op.name} does not fit: {misfit.number} {misfit.reason}.")
    return TensorSpec(dtype, _filled_shape(node, value, node.attribute("shape")))


def _constant(node: Inference) -> TensorSpec:
    spec, value = _typed(node, "value"), node.attribute("value")
    if spec.dtype is None or not spec.dtype.is_integer or value.size > STATIC_ELEMENTS or not spec.shape.is_known:
        return spec
    shape = spec.shape.known()
    return spec.with_value(value.reshape(shape) if value.size == prod(shape) else np.broadcast_to(value.ravel(), shape))


def _variable(node: Inference) -> TensorSpec:
    dtype, shape = node.attribute("dtype"), node.attribute("shape")
    if not node.is_connected("initial_value"):
        return _typed(node, "initial_value")
    wired = node.spec("initial_value")
    if wired.dtype is not None and wired.dtype is not dtype:
        raise node.dtype_error(
            f"{node.op.name} is {dtype.name}, but its initial value is {wired.dtype.name}; make them equal."
        )
    if not shape.is_compatible_with(wired.shape):
        raise node.shape_error(
            f"{node.op.name} has shape {shape}, but {node.describe('initial_value')}; make them equal."
        )
    return TensorSpec(dtype, shape.merge_with(wired.shape))


def _constant_kernel(k: Any) -> Callable[..., Any]:
    dtype = k.outputs[0].dtype.numpy
    value = np.asarray(k.attribute("value")).astype(dtype, copy=False)
    shape = k.outputs[0].shape.known()
    filled = value.reshape(shape) if value.size == np.prod(shape) else np.full(shape, value.reshape(()), dtype)
    filled.flags.writeable = False
    return lambda: filled


_SHAPE = Attribute(
    "shape",
    AttributeKind.SHAPE,
    UNKNOWN_SHAPE,
    "The shape, for example [2, 3]; unknown takes that of the value. A single number fills the shape.",
)

declare(
    OpDeclaration(
        type="Placeholder",
        category=Category.INPUT,
        symbol="○",
        description="A place for data, filled when the graph runs.",
        formula="x",
        infer=_placeholder,
        attributes=(
            dtype_attribute(float32, "The type of its elements."),
            Attribute(
                "shape",
                AttributeKind.SHAPE,
                UNKNOWN_SHAPE,
                "The shape of the data, for example [B, 3] for any number B of rows of 3, or [?, 3] without a name; "
                "unknown takes any.",
                takes_names=True,
            ),
        ),
        kind=NodeKind.PLACEHOLDER,
        default_name="Placeholder",
        example="tf.placeholder(tf.float32, [None, 3])",
    )
)
declare(
    OpDeclaration(
        type="PlaceholderWithDefault",
        category=Category.INPUT,
        symbol="○=",
        description="A place for data that has a value of its own when none is fed.",
        formula="x",
        infer=_with_default,
        inputs=(InputPort("default"),),
        attributes=(
            Attribute(
                "shape",
                AttributeKind.SHAPE,
                UNKNOWN_SHAPE,
                "The shape of the data, for example [B, 3] or [?, 3]; unknown takes any.",
                takes_names=True,
            ),
        ),
        kernel=lambda k: k.xp.copy,
        gradient=lambda op, grad: [grad],
        default_name="PlaceholderWithDefault",
        example="tf.placeholder_with_default(x, [None, 3])",
    )
)
declare(
    OpDeclaration(
        type="Variable",
        category=Category.INPUT,
        symbol="◆",
        description="A value that is kept from run to run and that training changes.",
        formula=r"\theta",
        infer=_variable,
        inputs=(InputPort("initial_value", optional=True, attribute="initial_value"),),
        outputs=(OutputPort("output", PortKind.VARIABLE),),
        attributes=(
            dtype_attribute(float32, "The type of its elements."),
            _SHAPE,
            Attribute(
                "initial_value",
                AttributeKind.ARRAY,
                np.array(0.0),
                "The value before training, for example [1] or [[0.1, 0.2], [0.3, 0.4]].",
            ),
            Attribute("trainable", AttributeKind.BOOL, True, "Whether optimizers change it."),
        ),
        kind=NodeKind.VARIABLE,
        default_name="Variable",
        stateful=True,
        example="tf.Variable([1.0], dtype=tf.float32)",
    )
)
declare(
    OpDeclaration(
        type="Constant",
        category=Category.INPUT,
        symbol="■",
        description="A fixed value.",
        formula="c",
        infer=_constant,
        attributes=(
            Attribute("value", AttributeKind.ARRAY, np.array(0.0), "The value, for example 2 or [1, 2, 3]."),
            dtype_attribute(float32, "The type of its elements."),
            _SHAPE,
        ),
        kernel=_constant_kernel,
        is_view=True,
        kind=NodeKind.CONSTANT,
        default_name="Const",
        example="tf.constant([1.0, 2.0])",
    )
)
