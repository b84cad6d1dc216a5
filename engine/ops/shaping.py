"""Adding, dropping, repeating and turning round axes."""

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
    OpDeclaration,
    Operation,
    ShapeError,
    Tensor,
    TensorSpec,
    broadcast_shapes,
    declare,
)
from .arrays import reshaped
from .broadcast import unbroadcast
from .rules import LIKE, X, axis_attribute, shape_of_like


def _expanded(node: Inference) -> TensorSpec:
    spec, axis = node.spec("x"), node.attribute("axis")
    if spec.shape.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    rank = len(spec.shape) + 1
    if not -rank <= axis < rank:
        raise node.shape_error(
            f"Tried to expand dim index {axis} for tensor with {rank - 1} dimensions: {node.describe('x')}; choose an "
            f"axis from {-rank} to {rank - 1} at {node.op.name}."
        )
    sizes = list(spec.shape.dims)
    sizes.insert(axis % rank, 1)
    return spec.with_shape(sizes)


def _squeezed(node: Inference) -> TensorSpec:
    spec, axes = node.spec("x"), node.attribute("axis")
    dims = spec.shape.dims
    if dims is None or (not axes and None in dims):
        return spec.with_shape(UNKNOWN_SHAPE)
    if not axes:
        return spec.with_shape(size for size in dims if size != 1)
    for axis in axes:
        if not -len(dims) <= axis < len(dims):
            raise node.shape_error(f"{node.describe('x')} and has no axis {axis}; choose another at {node.op.name}.")
        if dims[axis] not in (None, 1):
            raise node.shape_error(
                f"Can not squeeze dim[{axis}], expected a dimension of 1, got {dims[axis]} for '{node.op.name}' (op: "
                f"'Squeeze'): {node.describe('x')}; name axes of size 1."
            )
    dropped = {axis % len(dims) for axis in axes}
    return spec.with_shape(size for place, size in enumerate(dims) if place not in dropped)


def _same_elements(node: Inference) -> np.ndarray[Any, Any] | None:
    """The static value of an operation that changes the shape only."""
    value = node.value("x")
    if value is None:
        return None
    shape = node.op.declaration.infer(node)
    assert isinstance(shape, TensorSpec)
    return value.reshape(shape.shape.known()) if shape.shape.is_known else None


def _reshape_back(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("ReshapeLike", grad, op.inputs[0])]


def _multiples(node: Inference) -> list[int | None] | None:
    if not node.is_connected("multiples"):
        return list(node.attribute("multiples"))
    dims = node.shape_value("multiples").dims
    return None if dims is None else list(dims)


def _tiled(node: Inference) -> TensorSpec:
    spec, multiples = node.spec("x"), _multiples(node)
    if spec.shape.dims is None or multiples is None:
        is_known = multiples is not None and node.is_connected("x")
        return spec.with_shape([None] * len(multiples) if is_known and multiples is not None else UNKNOWN_SHAPE)
    if len(multiples) != len(spec.shape):
        if not node.is_connected("x"):
            return spec.with_shape(UNKNOWN_SHAPE)
        raise node.shape_error(
            f"{node.op.name} needs one multiple for each axis, but has {len(multiples)} and {node.describe('x')}; "
            "write as many as it has axes."
        )
    return spec.with_shape(
        None if size is None or count is None else size * count
        for size, count in zip(spec.shape.dims, multiples, strict=True)
    )


def _tile_kernel(k: Any) -> Callable[..., Any]:
    """The tensor spread over an array with an axis of copies before each of its own, in the shape of the result."""
    xp, sizes, shape = k.xp, k.inputs[0].shape.known(), k.outputs[0].shape.known()
    apart = _copies_and_sizes(sizes, shape)
    single = tuple(extent for size in sizes for extent in (1, size))

    def step(x: Any, *others: Any) -> Any:
        out = others[-1] if len(others) > len(k.inputs) - 1 else None
        spread = xp.broadcast_to(x.reshape(single), apart)
        if out is None:
            return xp.copy(spread).reshape(shape)
        xp.copy(spread, out.reshape(apart))
        return out

    return step


def _copies_and_sizes(sizes: Sequence[int], tiled: Sequence[int]) -> tuple[int, ...]:
    copies = [whole // size if size else 1 for size, whole in zip(sizes, tiled, strict=True)]
    return tuple(extent for count, size in zip(copies, sizes, strict=True) for extent in (count, size))


def _tile_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    inputs = {"x": grad, "like": op.inputs[0]}
    return [grad.graph.create("TileGradient", inputs).output, *[None] * (len(op.inputs) - 1)]


def _tile_gradient_kernel(k: Any) -> Callable[..., Any]:
    xp, tiled, shape = k.xp, k.inputs[0].shape.known(), k.outputs[0].shape.known()
    apart = _copies_and_sizes(shape, tiled)
    axes = tuple(range(0, 2 * len(shape), 2))
    return lambda x, like, out=None: xp.reduce_sum(x.reshape(apart), axes, False, out)


def _tile_second_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("TileLike", grad, op.inputs[0]), None]


def _tile_like_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad.graph.apply("TileGradient", grad, op.inputs[0]), None]


def _broadcast_to(node: Inference) -> TensorSpec:
    spec = node.spec("x")
    wanted = node.shape_value("shape") if node.is_connected("shape") else node.attribute("shape")
    if wanted.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    try:
        if spec.shape.dims is not None and len(spec.shape) > len(wanted):
            raise ShapeError("too many axes")
        fits = broadcast_shapes(spec.shape, wanted)
        if spec.shape.dims is not None:
            fits.merge_with(wanted)
    except ShapeError:
        raise node.shape_error(
            f"Incompatible shapes: {node.describe('x')}, which cannot be broadcast to {wanted}; choose another shape "
            f"at {node.op.name}."
        ) from None
    if fits.dims is None:
        return spec.with_shape(wanted)
    return spec.with_shape(b if a is None else a for a, b in zip(wanted.dims, fits.dims, strict=True))


def _broadcast_view(k: Any) -> Callable[..., Any]:
    xp, shape = k.xp, k.outputs[0].shape.known()
    return lambda x, *others: xp.broadcast_to(x, shape)


def _axes_of_x(node: Inference) -> TensorSpec:
    spec = node.spec("x")
    for axis in node.attribute("axis"):
        if spec.shape.rank is not None and not -spec.shape.rank <= axis < spec.shape.rank:
            if not node.is_connected("x"):
                break
            raise node.shape_error(f"{node.describe('x')} and has no axis {axis}; choose another at {node.op.name}.")
    return spec.with_shape(spec.shape)


def _reverse_kernel(k: Any) -> Callable[..., Any]:
    rank = len(k.inputs[0].shape)
    turned = {axis % rank for axis in k.attribute("axis")}
    index = tuple(slice(None, None, -1 if axis in turned else 1) for axis in range(rank))
    return lambda x: x[(*index, ...)]


def _sequences(node: Inference) -> TensorSpec:
    node.require("lengths", lambda dtype: dtype.is_integer, "int32 or int64")
    spec, lengths, batch = node.spec("x"), node.spec("lengths").shape, node.attribute("batch_axis")
    if spec.shape.dims is None or not lengths.dims or not -len(spec.shape) <= batch < len(spec.shape):
        return spec.with_shape(spec.shape)
    sizes = list(spec.shape.dims)
    if None not in (sizes[batch], lengths.dims[0]) and sizes[batch] != lengths.dims[0]:
        raise node.shape_error(
            f"Dimensions must be equal, but are {sizes[batch]} and {lengths.dims[0]} for '{node.op.name}' "
            f"(op: 'ReverseSequence'): {node.describe('x')} and {node.describe('lengths')}; give each row a length."
        )
    sizes[batch] = sizes[batch] if lengths.dims[0] is None else lengths.dims[0]
    return spec.with_shape(sizes)


def _reverse_sequence_kernel(k: Any) -> Callable[..., Any]:
    """Along ``seq_axis``, the first ``lengths[i]`` elements of row i in reverse, the others as they are."""
    xp, batch, time = k.xp, k.attribute("batch_axis"), k.attribute("seq_axis")
    shape = k.inputs[0].shape.known()
    steps, rows = shape[time], shape[batch]
    front = [batch % len(shape), time % len(shape)]
    axes = [*front, *(axis for axis in range(len(shape)) if axis not in front)]
    order, back = np.arange(steps), np.argsort(axes)

    def step(x: Any, lengths: Any, out: Any = None) -> Any:
        mirrored = np.where(order < lengths[:, None], lengths[:, None] - 1 - order, order)  # (rows, steps)
        taken = x.transpose(axes)[np.arange(rows)[:, None], mirrored]
        return xp.copy(taken.transpose(back), out)

    return step


_AXIS = axis_attribute(0, "Where the new axis stands; −1 is behind the last.")
declare(
    OpDeclaration(
        type="ExpandDims",
        category=Category.ARRAY,
        symbol="+1",
        description="Puts in an axis of size 1.",
        formula=r"x_{\dots, 1, \dots}",
        infer=_expanded,
        inputs=(X,),
        attributes=(_AXIS,),
        kernel=reshaped,
        gradient=_reshape_back,
        is_view=True,
        default_name="ExpandDims",
        static_value=_same_elements,
        example="tf.expand_dims(x, 0)",
    )
)
declare(
    OpDeclaration(
        type="Squeeze",
        category=Category.ARRAY,
        symbol="−1",
        description="Drops axes of size 1.",
        formula=r"x_{\dots, \not 1, \dots}",
        infer=_squeezed,
        inputs=(X,),
        attributes=(
            Attribute("axis", AttributeKind.AXES, None, "The axes that go; none for all of size 1.", optional=True),
        ),
        kernel=reshaped,
        gradient=_reshape_back,
        is_view=True,
        default_name="Squeeze",
        static_value=_same_elements,
        example="tf.squeeze(x)",
    )
)
declare(
    OpDeclaration(
        type="Tile",
        category=Category.ARRAY,
        symbol="▦",
        description="Repeats a tensor along its axes.",
        formula=r"[x, x, \dots]",
        infer=_tiled,
        inputs=(X, InputPort("multiples", optional=True, attribute="multiples")),
        attributes=(Attribute("multiples", AttributeKind.AXES, (1,), "How often along each axis, for example 2, 1."),),
        kernel=_tile_kernel,
        gradient=_tile_gradient,
        default_name="Tile",
        free_dtype_inputs=("multiples",),
        value_inputs=("multiples",),
        example="tf.tile(x, [2, 1])",
    )
)
declare(
    OpDeclaration(
        type="TileGradient",
        category=Category.INTERNAL,
        symbol="▦Σ",
        description="Sums the copies that Tile made.",
        formula=r"\sum_{\text{copies}} x",
        infer=shape_of_like,
        inputs=(X, LIKE),
        kernel=_tile_gradient_kernel,
        gradient=_tile_second_gradient,
        default_name="TileGrad",
        shape_only_inputs=("like",),
        example="used by the gradient of Tile",
    )
)
declare(
    OpDeclaration(
        type="TileLike",
        category=Category.INTERNAL,
        symbol="▦",
        description="Repeats a tensor along its axes until it has the shape of another one.",
        formula=r"[x, x, \dots]",
        infer=shape_of_like,
        inputs=(X, LIKE),
        kernel=_tile_kernel,
        gradient=_tile_like_gradient,
        default_name="TileLike",
        shape_only_inputs=("like",),
        example="used by the gradient of Tile",
    )
)
declare(
    OpDeclaration(
        type="BroadcastTo",
        category=Category.ARRAY,
        symbol="⇉",
        description="Repeats a tensor along axes of size 1 and new ones until it has a given shape.",
        formula=r"x \text{ repeated}",
        infer=_broadcast_to,
        inputs=(X, InputPort("shape", optional=True, attribute="shape")),
        attributes=(Attribute("shape", AttributeKind.SHAPE, UNKNOWN_SHAPE, "The new shape, for example [2, 3]."),),
        kernel=_broadcast_view,
        gradient=lambda op, grad: [unbroadcast(grad, op.inputs[0]), *[None] * (len(op.inputs) - 1)],
        is_view=True,
        default_name="BroadcastTo",
        free_dtype_inputs=("shape",),
        value_inputs=("shape",),
        example="tf.broadcast_to(x, [2, 3])",
    )
)
declare(
    OpDeclaration(
        type="Reverse",
        category=Category.ARRAY,
        symbol="⇄",
        description="Turns the order of the elements along axes round.",
        formula=r"x_{n-i}",
        infer=_axes_of_x,
        inputs=(X,),
        attributes=(Attribute("axis", AttributeKind.AXES, (0,), "The axes along which the order is turned round."),),
        kernel=_reverse_kernel,
        gradient=lambda op, grad: [grad.graph.apply("Reverse", grad, axis=op.attributes["axis"])],
        is_view=True,
        default_name="ReverseV2",
        example="tf.reverse(x, [0])",
    )
)
declare(
    OpDeclaration(
        type="ReverseSequence",
        category=Category.ARRAY,
        symbol="⇄n",
        description="Turns the order of the first elements of each sequence round, as many as its length says.",
        formula=r"x_{l-i}",
        infer=_sequences,
        inputs=(X, InputPort("lengths")),
        attributes=(
            Attribute("seq_axis", AttributeKind.INT, 1, "The axis along which a sequence runs."),
            Attribute("batch_axis", AttributeKind.INT, 0, "The axis of the sequences."),
        ),
        kernel=_reverse_sequence_kernel,
        gradient=lambda op, grad: [
            grad.graph.create(
                "ReverseSequence",
                {"x": grad, "lengths": op.inputs[1]},
                {name: op.attributes[name] for name in ("seq_axis", "batch_axis")},
            ).output,
            None,
        ],
        default_name="ReverseSequence",
        free_dtype_inputs=("lengths",),
        example="tf.reverse_sequence(x, lengths)",
    )
)
