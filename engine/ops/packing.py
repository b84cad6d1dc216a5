"""Many tensors into one with a further axis, and one into many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    DType,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    ShapeError,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.declaration import StraightLine
from .bodies import grads_or_zeros, numbered
from .rules import X, axis_attribute


def common_dtype(node: Inference, port: str) -> DType | None:
    """The dtype that all tensors at a variadic port share. Raises DTypeError when they differ."""
    dtypes = {spec.dtype.name: spec.dtype for spec in node.specs(port) if spec.dtype is not None}
    if len(dtypes) > 1:
        raise node.dtype_error(
            f"{node.op.name} joins tensors of one dtype, not of {' and '.join(sorted(dtypes))}; add a Cast."
        )
    return next(iter(dtypes.values()), None)


def _stacked(node: Inference) -> TensorSpec:
    dtype, specs, axis = common_dtype(node, "values"), node.specs("values"), node.attribute("axis")
    shape = TensorShape(None)
    for spec in specs:
        try:
            shape = shape.merge_with(spec.shape)
        except ShapeError:
            raise node.shape_error(
                f"Shapes must be equal: {node.op.name} stacks tensors of one shape, not of "
                f"{' and '.join(str(each.shape) for each in specs)}; reshape some."
            ) from None
    if shape.dims is None:
        return TensorSpec(dtype)
    rank = len(shape) + 1
    if not -rank <= axis < rank:
        raise node.shape_error(f"axis = {axis} not in [{-rank}, {rank}): choose an axis {node.op.name} can put in.")
    sizes = list(shape.dims)
    sizes.insert(axis % rank, len(specs))
    return TensorSpec(dtype, TensorShape(sizes))


def _stacked_value(node: Inference) -> np.ndarray[Any, Any] | None:
    specs = node.specs("values")
    if any(spec.shape.rank != 0 for spec in specs):
        return None
    return np.array([np.nan if not spec.value or spec.value[0] is None else spec.value[0] for spec in specs], float)


@StraightLine
def _stack_kernel(k: Any) -> Callable[..., Any]:
    xp, axis, count = k.xp, k.attribute("axis"), len(k.inputs)
    return lambda *arrays: xp.stack(arrays[:count], axis, *arrays[count:])


def _stack_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    attributes = {"num": len(op.inputs), "axis": op.attributes["axis"]}
    return grad.graph.create("Unstack", {"x": grad}, attributes).outputs


def numbered_outputs(attribute: str) -> Callable[[Mapping[str, Any]], list[OutputPort]]:
    """As many outputs as an attribute says."""
    return lambda attributes: numbered("output", attributes[attribute])


def _axis(node: Inference, rank: int) -> int:
    axis: int = node.attribute("axis")
    if not -rank <= axis < rank:
        raise node.shape_error(
            f"Expected size[{axis}]: {node.describe('x')} and has no axis {axis}; choose one from {-rank} to "
            f"{rank - 1} at {node.op.name}."
        )
    return axis % rank


def _unstacked(node: Inference) -> list[TensorSpec]:
    spec, count = node.spec("x"), node.attribute("num")
    if spec.shape.dims is None:
        return [TensorSpec(spec.dtype)] * count
    axis = _axis(node, len(spec.shape))
    size = spec.shape.dims[axis]
    if size not in (None, count):
        raise node.shape_error(
            f"{node.op.name} gives {count} tensors, but {node.describe('x')} has {size} along axis {axis}; set num "
            f"to {size}."
        )
    rest = TensorShape(each for place, each in enumerate(spec.shape.dims) if place != axis)
    return [TensorSpec(spec.dtype, rest)] * count


def _unstack_kernel(k: Any) -> Callable[..., Any]:
    axis, count = k.attribute("axis") % len(k.inputs[0].shape), k.attribute("num")
    places = [(slice(None),) * axis + (index, ...) for index in range(count)]
    return lambda x: tuple(x[place] for place in places)


def _unstack_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    return [op.graph.apply("Stack", grads_or_zeros(op, grads), axis=op.attributes["axis"])]


def _split(node: Inference) -> list[TensorSpec]:
    spec, count = node.spec("x"), node.attribute("num")
    if spec.shape.dims is None:
        return [TensorSpec(spec.dtype)] * count
    axis = _axis(node, len(spec.shape))
    size = spec.shape.dims[axis]
    if size is not None and size % count:
        raise node.shape_error(
            f"Dimension size must be evenly divisible by {count} but is {size} for '{node.op.name}' (op: 'Split'): "
            f"{node.describe('x')}; choose a number that divides it."
        )
    sizes = list(spec.shape.dims)
    sizes[axis] = None if size is None else size // count
    return [TensorSpec(spec.dtype, TensorShape(sizes))] * count


def _split_sizes(node: Inference) -> list[TensorSpec]:
    spec, sizes = node.spec("x"), list(node.attribute("sizes"))
    if sizes.count(-1) > 1:
        raise node.shape_error(f"{node.op.name} can work out one size only; write numbers for the others.")
    if spec.shape.dims is None:
        return [TensorSpec(spec.dtype)] * len(sizes)
    axis = _axis(node, len(spec.shape))
    whole = spec.shape.dims[axis]
    rest = None if whole is None else whole - sum(size for size in sizes if size != -1)
    if rest is not None and (rest < 0 or (rest and -1 not in sizes)):
        raise node.shape_error(
            f"The sizes {sizes} of {node.op.name} must add up to the {whole} that {node.describe('x')} has along axis "
            f"{axis}; change them."
        )
    specs = []
    for size in sizes:
        dims = list(spec.shape.dims)
        dims[axis] = rest if size == -1 else size
        specs.append(TensorSpec(spec.dtype, TensorShape(dims)))
    return specs


def _split_kernel(k: Any) -> Callable[..., Any]:
    axis = k.attribute("axis") % len(k.inputs[0].shape)
    widths = [spec.shape.known()[axis] for spec in k.outputs]
    starts = [sum(widths[:index]) for index in range(len(widths))]
    places = [
        (slice(None),) * axis + (slice(start, start + width),) for start, width in zip(starts, widths, strict=True)
    ]

    return lambda x: tuple(x[place] for place in places)


def _split_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    return [op.graph.apply("Concat", grads_or_zeros(op, grads), axis=op.attributes["axis"])]


declare(
    OpDeclaration(
        type="Stack",
        category=Category.ARRAY,
        symbol="≡",
        description="Puts tensors of one shape behind each other along a new axis.",
        formula=r"[x_1; x_2; \dots]",
        infer=_stacked,
        inputs=(InputPort("values", variadic=True),),
        attributes=(axis_attribute(0, "Where the new axis stands; −1 is behind the last."),),
        kernel=_stack_kernel,
        gradient=_stack_gradient,
        default_name="stack",
        static_value=_stacked_value,
        example="tf.stack([x, y])",
    )
)
_NUMBER = Attribute("num", AttributeKind.INT, 2, "Into how many tensors.", minimum=1, maximum=10_000)
for _type, _symbol, _default, _words, _infer, _kernel, _gradient, _size, _ports, _example in (
    (
        "Unstack",
        "≢",
        "unstack",
        "Takes a tensor apart along an axis, which goes.",
        _unstacked,
        _unstack_kernel,
        _unstack_gradient,
        _NUMBER,
        numbered_outputs("num"),
        "tf.unstack(x, 2)",
    ),
    (
        "Split",
        "⇶",
        "split",
        "Cuts a tensor into equal parts along an axis.",
        _split,
        _split_kernel,
        _split_gradient,
        _NUMBER,
        numbered_outputs("num"),
        "tf.split(x, 2)",
    ),
    (
        "SplitSizes",
        "⇶",
        "split",
        "Cuts a tensor into parts of given sizes along an axis.",
        _split_sizes,
        _split_kernel,
        _split_gradient,
        Attribute("sizes", AttributeKind.AXES, (1, -1), "The sizes of the parts; one may be −1, for the rest."),
        lambda attributes: [OutputPort(f"output_{index}") for index in range(len(attributes["sizes"]))],
        "tf.split(x, [1, -1])",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.ARRAY,
            symbol=_symbol,
            description=_words,
            formula=r"x \mapsto x_1, x_2, \dots",
            infer=_infer,
            inputs=(X,),
            outputs=(OutputPort("output_0"), OutputPort("output_1")),
            attributes=(_size, axis_attribute(0, "The axis along which it is taken apart; −1 is the last.")),
            kernel=_kernel,
            gradient=_gradient,
            is_view=True,
            default_name=_default,
            outputs_for=_ports,
            example=_example,
        )
    )
