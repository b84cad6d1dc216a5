"""Arrays of tensors: rows that are written one by one into a tensor, in loops above all.

A tensor array is a tensor of shape (elements, …shape of an element). Until the first element is written the shape of
one may be open; the tensor then has the shape (elements, 0).
"""

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
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
    float32,
)
from .rules import LIKE, X, dtype_attribute, shape_of_like

_FLOW, _INDEX, _VALUE, _SIZE = InputPort("flow"), InputPort("index"), InputPort("value"), InputPort("size")
_GROWS = Attribute("grows", AttributeKind.BOOL, False, "Whether writing behind the end makes the array longer.")


def _is_open(shape: TensorShape) -> bool:
    """Whether nothing says yet what shape an element has."""
    return shape.dims is None or shape.dims[1:] == (0,)


def _new(node: Inference) -> TensorSpec:
    element, value = node.attribute("element_shape"), node.value("size")
    length = None if value is None or np.isnan(value) else int(value)
    if not element.is_known:
        return TensorSpec(node.attribute("dtype"))
    return TensorSpec(node.attribute("dtype"), TensorShape([length]).concatenate(element))


def _new_kernel(k: Any) -> Callable[..., Any]:
    xp, element, dtype = k.xp, k.attribute("element_shape"), k.attribute("dtype").numpy
    sizes = element.known() if element.is_known else (0,)
    name = k.op.node_name

    def step(size: Any, out: Any = None) -> Any:
        if int(size) < 0:
            raise InvalidArgumentError(f"Size should be >= 0: {name} was given {int(size)}.", name)
        return xp.zeros((int(size), *sizes), dtype, out)

    return step


def _written(node: Inference) -> TensorSpec:
    node.require("index", lambda dtype: dtype.is_integer, "int32 or int64")
    flow, index, value = node.spec("flow"), node.spec("index"), node.spec("value")
    if flow.dtype is not None and value.dtype is not None and flow.dtype is not value.dtype:
        raise node.dtype_error(
            f"TensorArray dtype is {flow.dtype.name} but Op is trying to write dtype {value.dtype.name}. "
            f"Put a Cast before {node.op.name}, or make the array with another dtype."
        )
    length = None if flow.shape.dims is None or node.attribute("grows") else flow.shape.dims[0]
    element = UNKNOWN_SHAPE
    if value.shape.dims is not None and index.shape.rank is not None:
        element = value.shape[index.shape.rank :]
    if _is_open(flow.shape):
        return TensorSpec(flow.dtype, TensorShape([length]).concatenate(element))
    held = flow.shape[1:]
    if not held.is_compatible_with(element):
        raise node.shape_error(
            f"Could not write to TensorArray index because the value shape is {element} which is incompatible with "
            f"the TensorArray's inferred element shape: {held}: {node.op.name} writes elements of another shape; "
            "make them equal."
        )
    return TensorSpec(flow.dtype, TensorShape([length]).concatenate(held.merge_with(element)))


def _write_kernel(k: Any) -> Callable[..., Any]:
    xp, grows, name = k.xp, k.attribute("grows"), k.op.node_name

    def step(flow: Any, index: Any, value: Any, out: Any = None) -> Any:
        last, length = int(index.max(initial=-1)), len(flow)
        if int(index.min(initial=0)) < 0 or (last >= length and not grows):
            raise InvalidArgumentError(
                f"Tried to write to index {last if last >= length else int(index.min())} but array is not resizeable "
                f"and size is: {length}. Make the TensorArray behind {name} larger, or give it dynamic_size=True.",
                name,
            )
        element = value.shape[index.ndim :]
        if flow.shape[1:] == element and last < length:
            result = xp.copy(flow, out)
        else:
            result = xp.zeros((max(length, last + 1), *element), flow.dtype, out)
            if flow.shape[1:] == element:
                result = xp.set_part(result, slice(length), flow)
        return xp.set_part(result, index, value)

    return step


def _write_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    flow, index, _ = op.inputs
    to_flow = grad.graph.apply("TensorArrayWriteGradient", grad, index, flow)
    return to_flow, None, grad.graph.apply("Gather", grad, index, axis=0)


def _write_gradient_kernel(k: Any) -> Callable[..., Any]:
    """The gradient without the rows that were written; in the array's own shape, which it may have got by writing."""
    xp = k.xp

    def step(x: Any, index: Any, like: Any, out: Any = None) -> Any:
        result = xp.zeros(like.shape, x.dtype, out)
        if x.shape[1:] != like.shape[1:]:
            return result
        common = min(len(x), len(like))
        result = xp.set_part(result, slice(common), x[:common])
        return xp.set_part(result, index[index < common], 0)

    return step


def _second_write_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x, index, _ = op.inputs
    return grad.graph.apply("TensorArrayWriteGradient", grad, index, x), None, None


declare(
    OpDeclaration(
        type="TensorArray",
        category=Category.INTERNAL,
        symbol="[ ]",
        description="An array of tensors that a program writes one by one.",
        formula=r"(0, \dots, 0)",
        infer=_new,
        inputs=(_SIZE,),
        attributes=(
            dtype_attribute(float32, "The dtype of the elements."),
            Attribute("element_shape", AttributeKind.SHAPE, UNKNOWN_SHAPE, "The shape of an element, where known."),
        ),
        kernel=_new_kernel,
        default_name="TensorArray",
        free_dtype_inputs=("size",),
        value_inputs=("size",),
        example="tf.TensorArray(tf.float32, 10)",
    )
)
declare(
    OpDeclaration(
        type="TensorArrayWrite",
        category=Category.INTERNAL,
        symbol="[n]←",
        description="An array of tensors with elements replaced: one at a number, or several at a list of numbers.",
        formula=r"y_i = \begin{cases} v & i = n \\ x_i & \text{else} \end{cases}",
        infer=_written,
        inputs=(_FLOW, _INDEX, _VALUE),
        attributes=(_GROWS,),
        kernel=_write_kernel,
        gradient=_write_gradient,
        default_name="TensorArrayWrite",
        free_dtype_inputs=("index",),
        example="array.write(0, x)",
    )
)
declare(
    OpDeclaration(
        type="TensorArrayWriteGradient",
        category=Category.INTERNAL,
        symbol="[0]",
        description="The gradient to an array of tensors before elements of it were replaced.",
        formula=r"\begin{cases} 0 & i = n \\ x_i & \text{else} \end{cases}",
        infer=shape_of_like,
        inputs=(X, _INDEX, LIKE),
        kernel=_write_gradient_kernel,
        gradient=_second_write_gradient,
        default_name="TensorArrayWriteGrad",
        free_dtype_inputs=("index",),
        shape_only_inputs=("like",),
        example="used by the gradient of TensorArrayWrite",
    )
)
