"""Adding one number to each channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
)
from ..graph.declaration import StraightLine
from ..graph.shapes import TensorShape, bracketed

_LAYOUT = Attribute(
    "data_format",
    AttributeKind.CHOICE,
    "NHWC",
    "Where the channels stand: in the last axis (NHWC), or in the second (NCHW).",
    choices=("NHWC", "NCHW"),
)


def _axis(attributes: Any) -> int:
    return -1 if attributes["data_format"] == "NHWC" else 1


def _added(node: Inference) -> TensorSpec:
    node.require_number("value")
    node.require_number("bias")
    dtype = node.same_dtype("value", "bias")
    value, bias = node.spec("value").shape, node.spec("bias").shape
    shown = f"{bracketed(value)}, {bracketed(bias)}"
    if bias.rank not in (None, 1):
        raise node.shape_error(
            f"Shape must be rank 1 but is rank {bias.rank} for '{node.op.name}' (op: 'BiasAdd') with input shapes: "
            f"{shown}. {node.describe('bias')}; give one number for each channel."
        )
    if value.dims is None:
        return TensorSpec(dtype, value)
    if len(value) < 2:
        raise node.shape_error(
            f"Shape must be at least rank 2 but is rank {len(value)} for '{node.op.name}' (op: 'BiasAdd') with input "
            f"shapes: {shown}. {node.describe('value')}; reshape it, or add the numbers with +."
        )
    axis = _axis(node.op.attributes) % len(value)
    channels, wanted = value.dims[axis], None if bias.dims is None else bias.dims[0]
    if channels is not None and wanted is not None and channels != wanted:
        raise node.shape_error(
            f"Dimensions must be equal, but are {channels} and {wanted} for '{node.op.name}' (op: 'BiasAdd') with "
            f"input shapes: {shown}. {node.describe('value')} and {node.describe('bias')}; give one number for "
            f"each of the {channels} channels."
        )
    sizes = [wanted if i == axis and size is None else size for i, size in enumerate(value.dims)]
    node.note_broadcast(TensorShape(sizes), "bias")
    return TensorSpec(dtype).with_shape(sizes)


#: With fewer channels a whole row of them is added at a time, which is faster than many short sums.
_FEW_CHANNELS = 64


@StraightLine
def _added_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, dtype = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy
    if _axis(k.op.attributes) == 1:
        column = (-1, *[1] * (len(shape) - 2))
        return lambda value, bias, out=None: xp.add(value, bias.reshape(column), out)
    if len(shape) < 3 or shape[-1] >= _FEW_CHANNELS:
        return xp.add  # type: ignore[no-any-return]
    row = shape[-2:]
    repeated = xp.scratch(row, dtype)

    def step(value: Any, bias: Any, out: Any = None) -> Any:
        rows = xp.copy(xp.broadcast_to(bias, row), repeated).reshape(-1)
        flat = (*shape[:-2], rows.size)
        return xp.add(value.reshape(flat), rows, None if out is None else out.reshape(flat)).reshape(shape)

    return step


def _added_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    to_bias = grad.graph.apply("BiasAddGrad", grad, op.inputs[1], data_format=op.attributes["data_format"])
    return grad, to_bias


@StraightLine
def _summed_kernel(k: Any) -> Callable[..., Any]:
    """Sums over all but the channels; a row of ones times the gradient where the matrix library can do it."""
    xp, shape, dtype = k.xp, k.inputs[0].shape.known(), k.outputs[0].dtype.numpy
    kept = _axis(k.op.attributes) % len(shape)
    if kept == len(shape) - 1 and k.outputs[0].dtype.is_floating:
        ones = xp.full((prod(shape[:-1]),), 1, dtype)
        return lambda gradient, like, out=None: xp.matmul(ones, gradient.reshape(ones.size, shape[-1]), out)
    axes = tuple(axis for axis in range(len(shape)) if axis != kept)
    return lambda gradient, like, out=None: xp.reduce_sum(gradient, axes, False, out)


def _summed_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    graph, layout = grad.graph, op.attributes["data_format"]
    return graph.apply("BiasAdd", graph.apply("ZerosLike", op.inputs[0]), grad, data_format=layout), None


declare(
    OpDeclaration(
        type="BiasAdd",
        category=Category.CONVOLUTION,
        symbol="+b",
        description="Adds one number to each channel.",
        formula=r"y_{\dots, c} = x_{\dots, c} + b_c",
        infer=_added,
        inputs=(InputPort("value"), InputPort("bias")),
        attributes=(_LAYOUT,),
        kernel=_added_kernel,
        gradient=_added_gradient,
        default_name="BiasAdd",
        example="tf.nn.bias_add(x, b)",
    )
)
declare(
    OpDeclaration(
        type="BiasAddGrad",
        category=Category.INTERNAL,
        symbol="Σ→b",
        description="Sums a gradient over all axes but that of the channels.",
        formula=r"\sum_{\dots} g_{\dots, c}",
        infer=lambda node: TensorSpec(node.same_dtype("gradient", "like"), node.spec("like").shape),
        inputs=(InputPort("gradient"), InputPort("like")),
        attributes=(_LAYOUT,),
        kernel=_summed_kernel,
        gradient=_summed_gradient,
        default_name="BiasAddGrad",
        shape_only_inputs=("like",),
        example="used by the gradient of BiasAdd",
    )
)
