"""Taking a part of a tensor by an index, and its gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
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
from ..graph.declaration import StraightLine
from ..graph.indexing import Part, indexed_shape, numpy_index, parse_index, with_bounds
from .rules import LIKE, X, shape_of_like

_INDEX = Attribute("index", AttributeKind.TEXT, ":", "Which part, as Python writes it, for example :, -1 or 2:5, ....")
_BOUNDS = InputPort("bounds", variadic=True)
_BOUNDS_INDEX = Attribute(
    "index", AttributeKind.TEXT, "{0}", "Which part; {0} stands for the first bound, {1} for the second."
)


def _parts(node: Inference) -> list[Part]:
    bounds: list[int | None] = []
    for spec in node.specs("bounds"):
        bounds.append(spec.value[0] if spec.value else None)
    return parse_index(node.attribute("index"), bounds)


def _indexed(node: Inference) -> TensorSpec:
    for spec in node.specs("bounds"):
        if spec.dtype is not None and not spec.dtype.is_integer:
            raise node.dtype_error(f"A bound of {node.op.name} is {spec.dtype.name}; put a Cast to int32 before it.")
    spec = node.spec("x")
    try:
        parts = [] if node.op.type == "DynamicSlice" and not node.is_connected("bounds") else _parts(node)
        return spec.with_shape(indexed_shape(spec.shape, parts))
    except IndexError as error:
        raise node.shape_error(
            f"{error} for '{node.op.name}' (op: 'StridedSlice'): {node.describe('x')}; take an index it has."
        ) from None


def _indexed_value(node: Inference) -> np.ndarray[Any, Any] | None:
    value = node.value("x")
    return None if value is None else value[numpy_index(_parts(node))]


def _slice_kernel(k: Any) -> Callable[..., Any]:
    index = numpy_index(parse_index(k.attribute("index")))
    return lambda x: x[index]


def _slice_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("SliceGradient", grad, op.inputs[0], index=op.attributes["index"])]


@StraightLine
def _slice_gradient_kernel(k: Any) -> Callable[..., Any]:
    """Zeros with the gradient in the place of the part."""
    xp, shape, dtype = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy
    index = numpy_index(parse_index(k.attribute("index")))

    def step(x: Any, like: Any, out: Any = None) -> Any:
        return xp.set_part(xp.zeros(shape, dtype, out), index, x)

    return step


def _bounded_index(text: str, count: int) -> Callable[[Sequence[Any]], list[Any]]:
    """The parts of an index for so many computed bounds; its text is read once, and not in every run."""
    parts = parse_index(text, [None] * count)
    return lambda arrays: with_bounds(parts, [int(array) for array in arrays], text)


def _dynamic_slice_kernel(k: Any) -> Callable[..., Any]:
    xp, text, count, name = k.xp, k.attribute("index"), len(k.inputs) - 1, k.op.node_name
    index_for = _bounded_index(text, count)

    def step(x: Any, *arrays: Any) -> Any:
        index = numpy_index(index_for(arrays[:count]))
        try:
            part = x[index]
        except IndexError:
            raise InvalidArgumentError(_outside(text, x, index_for(arrays[:count]), name), name) from None
        return xp.copy(part, *arrays[count:])

    return step


def _outside(text: str, x: Any, parts: Sequence[Any], name: str) -> str:
    """Which index the tensor does not have."""
    try:
        indexed_shape(TensorShape(x.shape), parts)
    except IndexError as error:
        return f"{error} at {name}, which takes [{text}] of a tensor of shape {x.shape}; look at what gives the bounds."
    raise AssertionError("the index is one that the tensor has")


def _dynamic_slice_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    inputs = {"x": grad, "like": op.inputs[0], "bounds": op.inputs[1:]}
    to_x = grad.graph.create("DynamicSliceGradient", inputs, {"index": op.attributes["index"]}).output
    return [to_x, *[None] * (len(op.inputs) - 1)]


def _dynamic_slice_gradient_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, dtype = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy
    count = len(k.inputs) - 2
    index_for = _bounded_index(k.attribute("index"), count)

    def step(x: Any, like: Any, *arrays: Any) -> Any:
        index = numpy_index(index_for(arrays[:count]))
        return xp.set_part(xp.zeros(shape, dtype, *arrays[count:]), index, x)

    return step


def _second_slice_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("StridedSlice", grad, index=op.attributes["index"]), None]


def _second_dynamic_slice_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    inputs = {"x": grad, "bounds": op.inputs[2:]}
    part = grad.graph.create("DynamicSlice", inputs, {"index": op.attributes["index"]}).output
    return [part, *[None] * (len(op.inputs) - 1)]


declare(
    OpDeclaration(
        type="StridedSlice",
        category=Category.ARRAY,
        symbol="[:]",
        description="Takes a part of a tensor: rows, columns, single elements.",
        formula=r"x_{a:b}",
        infer=_indexed,
        inputs=(X,),
        attributes=(_INDEX,),
        kernel=_slice_kernel,
        gradient=_slice_gradient,
        is_view=True,
        default_name="strided_slice",
        static_value=_indexed_value,
        example="tf.strided_slice(x, [0], [2])",
    )
)
declare(
    OpDeclaration(
        type="DynamicSlice",
        category=Category.ARRAY,
        symbol="[n]",
        description="Takes a part of a tensor whose bounds are computed.",
        formula=r"x_{a:b}",
        infer=_indexed,
        inputs=(X, _BOUNDS),
        attributes=(_BOUNDS_INDEX,),
        kernel=_dynamic_slice_kernel,
        gradient=_dynamic_slice_gradient,
        default_name="strided_slice",
        free_dtype_inputs=("bounds",),
        value_inputs=("bounds",),
        example="tf.slice(x, [n], [1])",
    )
)
declare(
    OpDeclaration(
        type="SliceGradient",
        category=Category.INTERNAL,
        symbol="[:]",
        description="Zeros in the shape of another tensor, with x in the place of a part of it.",
        formula=r"y_{a:b} = x",
        infer=shape_of_like,
        inputs=(X, LIKE),
        attributes=(_INDEX,),
        kernel=_slice_gradient_kernel,
        gradient=_second_slice_gradient,
        default_name="StridedSliceGrad",
        shape_only_inputs=("like",),
        example="used by the gradient of StridedSlice",
    )
)
declare(
    OpDeclaration(
        type="DynamicSliceGradient",
        category=Category.INTERNAL,
        symbol="[n]",
        description="Zeros in the shape of another tensor, with x in the place of a part whose bounds are computed.",
        formula=r"y_{a:b} = x",
        infer=shape_of_like,
        inputs=(X, LIKE, _BOUNDS),
        attributes=(_BOUNDS_INDEX,),
        kernel=_dynamic_slice_gradient_kernel,
        gradient=_second_dynamic_slice_gradient,
        default_name="StridedSliceGrad",
        shape_only_inputs=("like",),
        free_dtype_inputs=("bounds",),
        example="used by the gradient of DynamicSlice",
    )
)
