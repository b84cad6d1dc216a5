"""Passing on, reshaping, joining and converting tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    bool_,
    declare,
    float32,
)
from ..graph.declaration import StraightLine
from .rules import LIKE, X, anything, axis_attribute, dtype_attribute, elementwise_value, shape_of_like


@StraightLine
def _copy_kernel(k: Any) -> Callable[..., Any]:
    return k.xp.copy  # type: ignore[no-any-return]


def _reshape(node: Inference) -> TensorSpec:
    spec = node.spec("x")
    wanted = node.shape_value("shape") if node.is_connected("shape") else node.attribute("shape")
    if wanted.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    if wanted.dims.count(None) > 1 and node.is_connected("shape"):
        return spec.with_shape(wanted)
    if wanted.dims.count(None) > 1:
        raise node.shape_error(
            f"{node.op.name} can work out one size only, but its shape {wanted} leaves several open; "
            "write numbers for the others."
        )
    count = spec.shape.num_elements()
    known = prod(size for size in wanted.dims if size is not None)
    if count is None:
        return spec.with_shape(wanted)
    if None in wanted.dims:
        if known == 0 or count % known:
            raise node.shape_error(
                f"Dimension size must be evenly divisible by {known} but is {count} for '{node.op.name}' "
                f"(op: 'Reshape'): {node.describe('x')}, which does not fit into {wanted}; choose sizes "
                f"whose product is {count}."
            )
        return spec.with_shape(count // known if size is None else size for size in wanted.dims)
    if known != count:
        raise node.shape_error(
            f"Cannot reshape a tensor with {count} elements to shape {wanted} ({known} elements): "
            f"{node.describe('x')}. "
            f"Choose sizes for {node.op.name} whose product is {count}."
        )
    return spec.with_shape(wanted)


def reshaped(k: Any) -> Callable[..., Any]:
    """The kernel of operations whose result is the first input's elements in another shape: a view of them."""
    shape = k.outputs[0].shape.known()
    return lambda x, *others: x.reshape(shape)


def _reshape_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("ReshapeLike", grad, op.inputs[0]), *[None] * (len(op.inputs) - 1)]


def _reshape_value(node: Inference) -> np.ndarray[Any, Any] | None:
    value, shape = node.value("x"), _reshape(node).shape
    return value.reshape(shape.known()) if value is not None and shape.is_known else None


def _concat(node: Inference) -> TensorSpec:
    specs, axis = node.specs("values"), node.attribute("axis")
    dtypes = {spec.dtype.name: spec.dtype for spec in specs if spec.dtype is not None}
    if len(dtypes) > 1:
        raise node.dtype_error(
            f"{node.op.name} joins tensors of one dtype, not of {' and '.join(sorted(dtypes))}; add a Cast."
        )
    dtype = next(iter(dtypes.values()), None)
    shapes = [spec.shape for spec in specs]
    ranks = {shape.rank for shape in shapes if shape.rank is not None}
    if len(ranks) > 1:
        raise node.shape_error(
            f"{node.op.name} joins tensors with equally many axes, not {_listed(shapes)}; reshape some."
        )
    if not ranks:
        return TensorSpec(dtype)
    (rank,) = ranks
    if not -rank <= axis < rank:
        raise node.shape_error(
            f"{node.op.name} cannot join along axis {axis}: its inputs are {_listed(shapes)}; choose an axis they have."
        )
    merged: list[int | None] = [None] * rank
    total: int | None = 0
    for shape in shapes:
        for i in range(rank):
            size = None if shape.dims is None else shape.dims[i]
            if i == axis % rank:
                total = None if total is None or size is None else total + size
            elif size is not None and merged[i] not in (None, size):
                raise node.shape_error(
                    f"{node.op.name} joins along axis {axis}, so the other sizes must agree, but its inputs are "
                    f"{_listed(shapes)}; choose another axis or change them."
                )
            elif size is not None:
                merged[i] = size
    merged[axis % rank] = total
    return TensorSpec(dtype).with_shape(merged)


def _concat_value(node: Inference) -> np.ndarray[Any, Any] | None:
    values = [spec.elements() for spec in node.specs("values")]
    known = [
        np.full(spec.shape.known(), np.nan) if value is None and spec.shape.is_known else value
        for value, spec in zip(values, node.specs("values"), strict=True)
    ]
    parts = [value for value in known if value is not None]
    if len(parts) < len(known) or not parts or any(part.ndim != 1 for part in parts):
        return None
    return np.concatenate(parts)


def _listed(shapes: Sequence[TensorShape]) -> str:
    return " and ".join(str(shape) for shape in shapes)


@StraightLine
def _concat_kernel(k: Any) -> Callable[..., Any]:
    xp, axis, count = k.xp, k.attribute("axis"), len(k.inputs)
    return lambda *arrays: xp.concatenate(arrays[:count], axis, *arrays[count:])


def _concat_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """Each input's part of the gradient: what stands behind the parts of those before it."""
    axis = op.attributes["axis"]
    return [
        grad.graph.create("SliceOfConcat", {"x": grad, "before": op.inputs[:i], "like": part}, {"axis": axis}).output
        for i, part in enumerate(op.inputs)
    ]


def _slice_kernel(k: Any) -> Callable[..., Any]:
    axis = k.attribute("axis") % len(k.outputs[0].shape)
    before = [spec.shape.known()[axis] for spec in k.inputs[1:-1]]
    start = sum(before)
    index = (slice(None),) * axis + (slice(start, start + k.outputs[0].shape.known()[axis]),)
    return lambda x, *shapes: x[index]


def _slice_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """The gradient of the part, with zeros in the place of the other parts."""
    inputs = {"x": grad, "before": list(op.inputs[1:-1]), "like": op.inputs[0]}
    padded = grad.graph.create("PadToConcat", inputs, {"axis": op.attributes["axis"]}).output
    return [padded, *[None] * (len(op.inputs) - 1)]


def _pad_kernel(k: Any) -> Callable[..., Any]:
    shape, dtype = k.outputs[0].shape.known(), k.outputs[0].dtype.numpy
    axis, count, xp = k.attribute("axis") % len(shape), len(k.inputs), k.xp
    start = sum(spec.shape.known()[axis] for spec in k.inputs[1:-1])
    stop = start + k.inputs[0].shape.known()[axis]

    def zeros(size: int) -> Any:
        return xp.full((*shape[:axis], size, *shape[axis + 1 :]), 0, dtype)

    before, behind = zeros(start), zeros(shape[axis] - stop)
    return lambda x, *others: xp.concatenate((before, x, behind), axis, *others[count - 1 :])


def _pad_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    inputs = {"x": grad, "before": list(op.inputs[1:-1]), "like": op.inputs[0]}
    part = grad.graph.create("SliceOfConcat", inputs, {"axis": op.attributes["axis"]}).output
    return [part, *[None] * (len(op.inputs) - 1)]


def _one_hot(node: Inference) -> TensorSpec:
    node.require("x", lambda dtype: dtype.is_integer, "int32 or int64")
    dtype, dims, axis = node.attribute("dtype"), node.spec("x").shape.dims, node.attribute("axis")
    if dims is None:
        return TensorSpec(dtype)
    if not -1 <= axis <= len(dims):
        raise node.shape_error(
            f"Expected axis to be -1 or between [0, {len(dims) + 1}) at {node.op.name}, not {axis}: "
            f"{node.describe('x')}."
        )
    place = len(dims) if axis == -1 else axis
    return TensorSpec(dtype, TensorShape([*dims[:place], node.attribute("depth"), *dims[place:]]))


@StraightLine
def _one_hot_kernel(k: Any) -> Callable[..., Any]:
    """An index that is no class number equals none of them: its row stays without a one."""
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    on, off = xp.scalar(k.attribute("on_value"), dtype), xp.scalar(k.attribute("off_value"), dtype)
    rank, axis = len(k.inputs[0].shape), k.attribute("axis")
    behind = 0 if axis == -1 else rank - axis
    classes = xp.counting(k.attribute("depth"), k.inputs[0].dtype.numpy).reshape(-1, *[1] * behind)
    index = (*[slice(None)] * (rank - behind), None)
    is_class = xp.scratch(k.outputs[0].shape.known(), bool_.numpy)
    return lambda x, out=None: xp.where(xp.equal(x[index], classes, is_class), on, off, out)


def _cast(node: Inference) -> TensorSpec:
    return TensorSpec(node.attribute("dtype"), node.spec("x").shape)


@StraightLine
def _cast_kernel(k: Any) -> Callable[..., Any]:
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    return lambda x, out=None: xp.cast(x, dtype, out)


def _cast_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    source, target = op.inputs[0].dtype, op.output.dtype
    if source is None or target is None or not (source.is_floating and target.is_floating):
        return [None]
    return [grad.graph.apply("Cast", grad, dtype=source)]


declare(
    OpDeclaration(
        type="Identity",
        category=Category.ARRAY,
        symbol="=x",
        description="Passes its input on unchanged.",
        formula="x",
        infer=anything,
        inputs=(X,),
        kernel=_copy_kernel,
        gradient=lambda op, grad: [grad],
        default_name="Identity",
        example="tf.identity(x)",
    )
)
declare(
    OpDeclaration(
        type="StopGradient",
        category=Category.ARRAY,
        symbol="⊣",
        description="Passes its input on unchanged, but lets no gradient back through.",
        formula=r"x, \quad \frac{\partial}{\partial x} := 0",
        infer=anything,
        inputs=(X,),
        kernel=_copy_kernel,
        default_name="StopGradient",
        example="tf.stop_gradient(x)",
    )
)
declare(
    OpDeclaration(
        type="Reshape",
        category=Category.ARRAY,
        symbol="⟦⟧",
        description="The same elements in another shape.",
        formula=r"\operatorname{reshape}(x)",
        infer=_reshape,
        inputs=(X, InputPort("shape", optional=True, attribute="shape")),
        attributes=(Attribute("shape", AttributeKind.SHAPE, TensorShape([None]), "The new shape; one size may be ?."),),
        kernel=reshaped,
        gradient=_reshape_gradient,
        is_view=True,
        default_name="Reshape",
        free_dtype_inputs=("shape",),
        value_inputs=("shape",),
        static_value=_reshape_value,
        example="tf.reshape(x, [-1, 784])",
    )
)
declare(
    OpDeclaration(
        type="ReshapeLike",
        category=Category.INTERNAL,
        symbol="⟦⟧",
        description="The elements of x in the shape of another tensor.",
        formula=r"\operatorname{reshape}(x)",
        infer=shape_of_like,
        inputs=(X, LIKE),
        kernel=reshaped,
        gradient=lambda op, grad: [grad.graph.apply("ReshapeLike", grad, op.inputs[0]), None],
        is_view=True,
        default_name="ReshapeLike",
        shape_only_inputs=("like",),
        example="used by the gradient of Reshape",
    )
)
declare(
    OpDeclaration(
        type="Concat",
        category=Category.ARRAY,
        symbol="++",
        description="Joins tensors one behind the other along an axis.",
        formula=r"[x_1, x_2, \dots]",
        infer=_concat,
        inputs=(InputPort("values", variadic=True),),
        attributes=(axis_attribute(0, "The axis along which they are joined; −1 is the last."),),
        kernel=_concat_kernel,
        gradient=_concat_gradient,
        static_value=_concat_value,
        default_name="concat",
        example="tf.concat([x, y], 1)",
    )
)
for _type, _words, _kernel, _gradient in (
    ("SliceOfConcat", "One input's part of the gradient of Concat.", _slice_kernel, _slice_gradient),
    (
        "PadToConcat",
        "A part of a joined tensor, with zeros in the place of the other parts.",
        _pad_kernel,
        _pad_gradient,
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.INTERNAL,
            symbol="[:]",
            description=_words,
            formula=r"x_{a:b}",
            infer=shape_of_like,
            inputs=(X, InputPort("before", optional=True, variadic=True), LIKE),
            attributes=(axis_attribute(0, "The axis along which the tensors are joined."),),
            kernel=_kernel,
            gradient=_gradient,
            is_view=_type == "SliceOfConcat",
            default_name=_type,
            shape_only_inputs=("before", "like"),
            example="used by the gradient of Concat",
        )
    )
declare(
    OpDeclaration(
        type="OneHot",
        category=Category.ARRAY,
        symbol="1ₖ",
        description="Turns each class number k into a row of zeros with a one at place k.",
        formula=r"e_k",
        infer=_one_hot,
        inputs=(X,),
        attributes=(
            Attribute("depth", AttributeKind.INT, 10, "The number of classes: the length of each row.", minimum=0),
            dtype_attribute(float32, "The type of the zeros and ones."),
            Attribute("on_value", AttributeKind.FLOAT, 1.0, "What stands at the place of the class."),
            Attribute("off_value", AttributeKind.FLOAT, 0.0, "What stands everywhere else."),
            axis_attribute(-1, "Where the new axis stands; −1 is behind the last."),
        ),
        kernel=_one_hot_kernel,
        default_name="one_hot",
        example="tf.one_hot(labels, 10)",
    )
)
declare(
    OpDeclaration(
        type="Cast",
        category=Category.ARRAY,
        symbol="→t",
        description="Converts to another type; floats are cut off towards 0.",
        formula=r"\operatorname{cast}(x)",
        infer=_cast,
        inputs=(X,),
        attributes=(dtype_attribute(float32, "The type of the result."),),
        kernel=_cast_kernel,
        gradient=_cast_gradient,
        static_value=elementwise_value(np.trunc),
        default_name="Cast",
        example="tf.cast(x, tf.float32)",
    )
)
