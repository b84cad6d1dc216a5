"""Tensors made of a value or of a rule: filled with one number, or counting up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
    int32,
)
from ..graph.spec import STATIC_ELEMENTS
from .rules import dtype_attribute


def asked_shape(node: Inference) -> TensorShape:
    """The shape that is wired to ``shape``, or else the attribute of that name."""
    if not node.is_connected("shape"):
        shape: TensorShape = node.attribute("shape")
        return shape
    spec = node.spec("shape")
    if spec.dtype is not None and not spec.dtype.is_integer:
        raise node.dtype_error(f"The shape of {node.op.name} is {spec.dtype.name}; put a Cast to int32 before it.")
    if spec.shape.rank not in (None, 1):
        raise node.shape_error(f"{node.op.name} needs a vector as its shape, but {node.describe('shape')}; reshape it.")
    if spec.value and any(size is not None and size < 0 for size in spec.value):
        raise node.shape_error(f"{node.op.name} cannot have the shape {list(spec.value)}; sizes are 0 or more.")
    return node.shape_value("shape")


#: A port through which a shape that is computed may come, in the place of the attribute.
SHAPE_PORT = InputPort("shape", optional=True, attribute="shape")
SHAPE_ATTRIBUTE = Attribute(
    "shape", AttributeKind.SHAPE, TensorShape(()), "The shape, for example [2, 3]; [] for one number."
)


def _filled(node: Inference) -> TensorSpec:
    value = node.spec("value")
    if not value.shape.is_compatible_with(()):
        raise node.shape_error(
            f"{node.op.name} is filled with one number, but {node.describe('value')}; give it a scalar."
        )
    return TensorSpec(value.dtype, asked_shape(node))


def _fill_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, count = k.xp, k.outputs[0].shape.known(), len(k.inputs)
    return lambda value, *others: xp.copy(xp.broadcast_to(value, shape), *others[count - 1 :])


def _fill_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("ReduceSum", grad), *[None] * (len(op.inputs) - 1)]


_ENDS = ("start", "limit", "delta")
#: More numbers fit into no memory; the number of those that do can be told without making them.
_LONGEST_RANGE = 2.0**40


def _range(node: Inference) -> TensorSpec:
    dtype = node.same_dtype(*_ENDS) or node.attribute("dtype")
    if not dtype.is_number:
        raise node.dtype_error(f"{node.op.name} counts in numbers, not in {dtype.name}; choose another dtype.")
    ends = [_end(node, name) for name in _ENDS]
    if any(end is None for end in ends):
        return TensorSpec(dtype, TensorShape([None]))
    start, limit, delta = (float(end) for end in ends if end is not None)
    if delta == 0:
        raise node.shape_error(f"{node.op.name} requires delta != 0; with 0 it would never end.")
    if (delta > 0 and start > limit) or (delta < 0 and start < limit):
        raise node.shape_error(
            f"{node.op.name} requires start {'<=' if delta > 0 else '>='} limit when delta {'>' if delta > 0 else '<'} "
            f"0: {start:g}/{limit:g}; exchange them."
        )
    count = (limit - start) / delta
    if not count <= _LONGEST_RANGE:
        raise node.shape_error(f"{node.op.name} would be {count:g} numbers long; take a larger delta or nearer ends.")
    return TensorSpec(dtype, TensorShape([ceil(count)]))


def _end(node: Inference, name: str) -> float | None:
    spec = node.spec(name)
    if not spec.shape.is_compatible_with(()):
        raise node.shape_error(f"'{name}' of {node.op.name} is one number, but {node.describe(name)}; give a scalar.")
    if not node.is_connected(name):
        return float(node.attribute(name))
    value = node.value(name)
    return None if value is None or np.isnan(value) else float(value)


def _range_value(node: Inference) -> np.ndarray[Any, Any] | None:
    ends = [_end(node, name) for name in _ENDS]
    if ends[0] is None or ends[1] is None or ends[2] is None:
        return None
    if (ends[1] - ends[0]) / ends[2] > STATIC_ELEMENTS:
        return None
    return np.arange(ends[0], ends[1], ends[2])


def _range_kernel(k: Any) -> Callable[..., Any]:
    """start + i · delta."""
    xp, dtype, count = k.xp, k.outputs[0].dtype.numpy, len(k.inputs)
    wired = [port for port in _ENDS if k.op.inputs_of(port)]
    typed = {name: k.attribute(name) for name in _ENDS}

    def step(*arrays: Any) -> Any:
        ends = typed | dict(zip(wired, arrays[:count], strict=True))
        start, limit, delta = (np.asarray(ends[name], dtype) for name in _ENDS)
        numbers: Any = np.arange(start, limit, delta, dtype)  # type: ignore[call-overload]
        return xp.copy(numbers, *arrays[count:])

    return step


declare(
    OpDeclaration(
        type="Fill",
        category=Category.ARRAY,
        symbol="c…",
        description="A tensor of a given shape, full of one number.",
        formula="c",
        infer=_filled,
        inputs=(InputPort("value"), SHAPE_PORT),
        attributes=(SHAPE_ATTRIBUTE,),
        kernel=_fill_kernel,
        gradient=_fill_gradient,
        default_name="Fill",
        free_dtype_inputs=("shape",),
        value_inputs=("shape",),
        example="tf.fill([2, 3], 9.0)",
    )
)
declare(
    OpDeclaration(
        type="Range",
        category=Category.ARRAY,
        symbol="1…n",
        description="Numbers from start up to limit, which is left out, delta apart.",
        formula=r"a, a + d, a + 2d, \dots",
        infer=_range,
        inputs=tuple(InputPort(name, optional=True, attribute=name) for name in _ENDS),
        attributes=(
            Attribute("start", AttributeKind.FLOAT, 0.0, "The first number."),
            Attribute("limit", AttributeKind.FLOAT, 10.0, "Where it ends; the limit itself is left out."),
            Attribute("delta", AttributeKind.FLOAT, 1.0, "From one number to the next."),
            dtype_attribute(int32, "The type of the numbers, where none is wired."),
        ),
        kernel=_range_kernel,
        default_name="range",
        value_inputs=_ENDS,
        static_value=_range_value,
        example="tf.range(10)",
    )
)
