"""Taking the rows that indices name, and adding rows at the places that indices name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.shapes import bracketed
from .filling import SHAPE_ATTRIBUTE, SHAPE_PORT, asked_shape
from .rules import LIKE, axis_attribute

_PARAMS, _INDICES, _UPDATES = InputPort("params"), InputPort("indices"), InputPort("updates")
_AXIS = axis_attribute(0, "The axis along which the indices count; −1 is the last.")


def require_indices(node: Inference) -> None:
    """Raises DTypeError unless the port ``indices`` has whole numbers."""
    node.require("indices", lambda dtype: dtype.is_integer, "int32 or int64")


def _gathered(node: Inference) -> TensorSpec:
    require_indices(node)
    dtype, params, indices = node.spec("params").dtype, node.spec("params").shape, node.spec("indices").shape
    axis = node.attribute("axis")
    if params.dims is None:
        return TensorSpec(dtype)
    if not -len(params) <= axis < len(params):
        raise node.shape_error(
            f"Shape must be at least rank {axis + 1 if axis >= 0 else -axis} but is rank {len(params)} for "
            f"'{node.op.name}' (op: '{node.op.type}') with input shapes: {bracketed(params)}, {bracketed(indices)}. "
            f"{node.describe('params')}; choose an axis it has."
        )
    axis %= len(params)
    return TensorSpec(dtype, TensorShape(params.dims[:axis]).concatenate(indices).concatenate(params.dims[axis + 1 :]))


def check_indices(k: Any, indices: Any, size: int) -> None:
    """Raises InvalidArgumentError for an index that is none of 0 to ``size`` − 1."""
    place = k.xp.first_outside(indices, size)
    if place is not None:
        at = f"[{','.join(str(i) for i in place)}]" if place else ""
        name = k.op.node_name
        raise InvalidArgumentError(
            f"indices{at} = {int(indices[place])} is not in [0, {size}): {name} takes along an axis of size {size}; "
            "look at what gives the indices.",
            name,
        )


def _gather_kernel(k: Any) -> Callable[..., Any]:
    xp, shape = k.xp, k.inputs[0].shape.known()
    axis = k.attribute("axis") % len(shape)
    size = shape[axis]

    def step(params: Any, indices: Any, out: Any = None) -> Any:
        check_indices(k, indices, size)
        return xp.take(params, indices, axis, out)

    return step


def _gather_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    params, indices = op.inputs
    return grad.graph.apply("ScatterAddLike", params, indices, grad, axis=op.attributes["axis"]), None


def _added_like(node: Inference) -> TensorSpec:
    require_indices(node)
    return TensorSpec(node.spec("updates").dtype, node.spec("like").shape)


def _scatter_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, dtype = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy
    axis = k.attribute("axis") % len(shape)

    def step(like: Any, indices: Any, updates: Any, out: Any = None) -> Any:
        check_indices(k, indices, shape[axis])
        return xp.scatter_add(shape, dtype, indices, updates, axis, out)

    return step


def _scatter_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return None, None, grad.graph.apply("Gather", grad, op.inputs[1], axis=op.attributes["axis"])


def _gathered_nd(node: Inference) -> TensorSpec:
    require_indices(node)
    dtype, params, indices = node.spec("params").dtype, node.spec("params").shape, node.spec("indices").shape
    if params.dims is None or not indices.dims or indices.dims[-1] is None:
        if indices.rank == 0:
            raise node.shape_error(
                f"Shape must be at least rank 1 but is rank 0 for '{node.op.name}' (op: '{node.op.type}') with input "
                f"shapes: {bracketed(params)}, []. {node.describe('indices')}; give it rows of indices."
            )
        return TensorSpec(dtype, UNKNOWN_SHAPE)
    depth = indices.dims[-1]
    if depth > len(params):
        raise node.shape_error(
            f"indices.shape[-1] must be <= params.rank, but saw indices shape: {bracketed(indices)} and params shape: "
            f"{bracketed(params)} at {node.op.name}; give each index at most {len(params)} numbers."
        )
    return TensorSpec(dtype, TensorShape(indices.dims[:-1]).concatenate(params.dims[depth:]))


def check_places(k: Any, indices: Any, shape: Sequence[int]) -> None:
    """Raises InvalidArgumentError for a row of indices that names no place in ``shape``."""
    for axis, size in enumerate(shape[: indices.shape[-1]]):
        place = k.xp.first_outside(indices[..., axis], size)
        if place is not None:
            name, row = k.op.node_name, ", ".join(str(int(i)) for i in indices[place])
            at = f"[{','.join(str(i) for i in place)}]" if place else ""
            raise InvalidArgumentError(
                f"indices{at} = [{row}] does not index into param shape {bracketed(TensorShape(shape))}: {name} looks "
                "for a place that is not there; look at what gives the indices.",
                name,
            )


def _gather_nd_kernel(k: Any) -> Callable[..., Any]:
    xp, shape = k.xp, k.inputs[0].shape.known()

    def step(params: Any, indices: Any, out: Any = None) -> Any:
        check_places(k, indices, shape)
        return xp.take_nd(params, indices, out)

    return step


def _gather_nd_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    params, indices = op.inputs
    return grad.graph.apply("ScatterNdLike", params, indices, grad), None


def _scatter_nd_like_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, dtype = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy

    def step(like: Any, indices: Any, updates: Any, out: Any = None) -> Any:
        check_places(k, indices, shape)
        return xp.scatter_nd_add(shape, dtype, indices, updates, out)

    return step


def _scattered_nd(node: Inference) -> TensorSpec:
    require_indices(node)
    dtype, shape = node.require_number("updates"), asked_shape(node)
    indices, updates = node.spec("indices").shape, node.spec("updates").shape
    if indices.dims and shape.dims is not None and indices.dims[-1] is not None:
        depth = indices.dims[-1]
        parts = TensorShape(indices.dims[:-1]).concatenate(shape.dims[depth:])
        if depth > len(shape) or not updates.is_compatible_with(parts):
            raise node.shape_error(
                f"Dimensions do not match for '{node.op.name}' (op: 'ScatterNd'): indices {bracketed(indices)} into "
                f"{bracketed(shape)} take updates of {bracketed(parts)}, but {node.describe('updates')}; change one."
            )
    return TensorSpec(dtype, shape)


def _scatter_nd_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, dtype, count = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, len(k.inputs)

    def step(indices: Any, updates: Any, *rest: Any) -> Any:
        check_places(k, indices, shape)
        return xp.scatter_nd_add(shape, dtype, indices, updates, *rest[count - 2 :])

    return step


declare(
    OpDeclaration(
        type="Gather",
        category=Category.ARRAY,
        symbol="xᵢ",
        description="Takes the rows of a tensor that indices name: word vectors by word numbers, for example.",
        formula=r"y_{i} = x_{\text{indices}_i}",
        infer=_gathered,
        inputs=(_PARAMS, _INDICES),
        attributes=(_AXIS,),
        kernel=_gather_kernel,
        gradient=_gather_gradient,
        default_name="GatherV2",
        free_dtype_inputs=("indices",),
        example="tf.gather(x, [2, 0])",
    )
)
declare(
    OpDeclaration(
        type="ScatterAddLike",
        category=Category.INTERNAL,
        symbol="+xᵢ",
        description="Adds rows at the places that indices name in a tensor of zeros shaped like another one.",
        formula=r"y_{\text{indices}_i} \mathrel{+}= g_i",
        infer=_added_like,
        inputs=(LIKE, _INDICES, _UPDATES),
        attributes=(_AXIS,),
        kernel=_scatter_kernel,
        gradient=_scatter_gradient,
        default_name="ScatterAddLike",
        shape_only_inputs=("like",),
        free_dtype_inputs=("indices",),
        example="used by the gradient of Gather",
    )
)
declare(
    OpDeclaration(
        type="GatherNd",
        category=Category.ARRAY,
        symbol="xᵢⱼ",
        description="Takes the elements or parts of a tensor that rows of indices name.",
        formula=r"y_i = x_{\text{indices}_{i, 0},\, \text{indices}_{i, 1},\, \dots}",
        infer=_gathered_nd,
        inputs=(_PARAMS, _INDICES),
        kernel=_gather_nd_kernel,
        gradient=_gather_nd_gradient,
        default_name="GatherNd",
        free_dtype_inputs=("indices",),
        example="tf.gather_nd(x, [[0, 1], [1, 0]])",
    )
)
declare(
    OpDeclaration(
        type="ScatterNdLike",
        category=Category.INTERNAL,
        symbol="+xᵢⱼ",
        description="Adds parts at the places that rows of indices name in zeros shaped like another tensor.",
        formula=r"y_{\text{indices}_{i, 0},\, \text{indices}_{i, 1},\, \dots} \mathrel{+}= g_i",
        infer=_added_like,
        inputs=(LIKE, _INDICES, _UPDATES),
        kernel=_scatter_nd_like_kernel,
        gradient=lambda op, grad: [None, None, grad.graph.apply("GatherNd", grad, op.inputs[1])],
        default_name="ScatterNdLike",
        shape_only_inputs=("like",),
        free_dtype_inputs=("indices",),
        example="used by the gradient of GatherNd",
    )
)
declare(
    OpDeclaration(
        type="ScatterNd",
        category=Category.ARRAY,
        symbol="+xᵢⱼ",
        description="Zeros of a given shape, with parts added at the places that rows of indices name.",
        formula=r"y_{\text{indices}_{i, 0},\, \text{indices}_{i, 1},\, \dots} \mathrel{+}= x_i",
        infer=_scattered_nd,
        inputs=(_INDICES, _UPDATES, SHAPE_PORT),
        attributes=(SHAPE_ATTRIBUTE,),
        kernel=_scatter_nd_kernel,
        gradient=lambda op, grad: [
            None,
            grad.graph.apply("GatherNd", grad, op.inputs[0]),
            *[None] * (len(op.inputs) - 2),
        ],
        default_name="ScatterNd",
        free_dtype_inputs=("indices", "shape"),
        value_inputs=("shape",),
        example="tf.scatter_nd([[1], [3]], [5.0, 7.0], [4])",
    )
)
