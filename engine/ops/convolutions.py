"""Convolutions over two and three axes, their gradients, and the convolution turned around."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.declaration import Kernel
from ..graph.shapes import Size, bracketed
from .rules import LIKE
from .windows import (
    arranged,
    channel_axis,
    check_attributes,
    check_rank,
    dilations_attribute,
    is_channels_last,
    known_windows,
    layout_of,
    shared_attributes,
    spatial,
    spatial_axes,
    window_attributes,
    window_counts,
)

_FILTER = InputPort("filter")


def _convolved(rank: int) -> Callable[[Inference], TensorSpec]:
    def infer(node: Inference) -> TensorSpec:
        for port in ("input", "filter"):
            node.require_float(port)
        dtype = node.same_dtype("input", "filter")
        check_attributes(node, rank)
        sizes = check_rank(node, "input", rank + 2, "input", "filter")
        weights = check_rank(node, "filter", rank + 2, "input", "filter")
        check_channels(node, "input", sizes[channel_axis(node.op.attributes, rank)], weights[-2])
        counts = window_counts(node, sizes, weights[:-2], "input", "filter")
        return TensorSpec(dtype, arranged(node.op.attributes, sizes[0], counts, weights[-1]))

    return infer


def check_channels(node: Inference, port: str, channels: Size, wanted: Size) -> None:
    if channels is not None and wanted is not None and channels != wanted:
        shown = ", ".join(bracketed(node.spec(each).shape) for each in (port, "filter"))
        raise node.shape_error(
            f"Dimensions must be equal, but are {channels} and {wanted} for '{node.op.name}' (op: '{node.op.type}') "
            f"with input shapes: {shown}. {node.describe(port)} with {channels} channels in the order "
            f"{node.attribute('data_format')}, but {node.describe('filter')}, for {wanted}; make them equal."
        )


def like_with_dtype_of(port: str) -> Callable[[Inference], TensorSpec]:
    """The rule of a gradient: the shape of ``like``, the dtype of the gradient and of a port."""

    def infer(node: Inference) -> TensorSpec:
        return TensorSpec(node.same_dtype("gradient", port), node.spec("like").shape)

    return infer


def forward_kernel(function: str) -> Kernel:
    """The kernel that slides a filter: the backend's function of this name."""

    def kernel(k: Any) -> Callable[..., Any]:
        x, weights = (spec.shape.known() for spec in k.inputs)
        return _made(k, function, x, weights)

    return kernel


def to_input_kernel(function: str) -> Kernel:
    """The kernel of the gradient to what a filter slides over."""

    def kernel(k: Any) -> Callable[..., Any]:
        step = _made(k, function, k.outputs[0].shape.known(), k.inputs[1].shape.known())
        return lambda like, weights, gradient, out=None: step(weights, gradient, out)

    return kernel


def to_filter_kernel(function: str) -> Kernel:
    """The kernel of the gradient to a filter."""

    def kernel(k: Any) -> Callable[..., Any]:
        step = _made(k, function, k.inputs[0].shape.known(), k.outputs[0].shape.known())
        return lambda x, like, gradient, out=None: step(x, gradient, out)

    return kernel


def _made(k: Any, function: str, x: tuple[int, ...], weights: tuple[int, ...]) -> Callable[..., Any]:
    attributes = k.op.attributes
    windows = known_windows(attributes, x, weights[:-2])
    made: Callable[..., Any] = getattr(k.xp, function)(
        windows, x, weights, k.outputs[0].dtype.numpy, is_channels_last(attributes)
    )
    return made


class Family:
    """A convolution and its two gradients: each is the gradient of the others."""

    def __init__(self, name: str) -> None:
        self.forward = name
        self.to_input = f"{name}BackpropInput"
        self.to_filter = f"{name}BackpropFilter"

    def _apply(self, op_type: str, op: Operation, *inputs: Tensor) -> Tensor:
        return inputs[0].graph.apply(op_type, *inputs, **shared_attributes(op))

    def forward_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        x, weights = op.inputs
        to_input = self._apply(self.to_input, op, x, weights, grad)
        return to_input, self._apply(self.to_filter, op, x, weights, grad)

    def to_input_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        _, weights, arriving = op.inputs
        to_filter = self._apply(self.to_filter, op, grad, weights, arriving)
        return None, to_filter, self._apply(self.forward, op, grad, weights)

    def to_filter_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        x, _, arriving = op.inputs
        to_input = self._apply(self.to_input, op, x, grad, arriving)
        return to_input, None, self._apply(self.forward, op, x, grad)

    def turned_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        value, weights, *shape = op.inputs
        to_filter = self._apply(self.to_filter, op, grad, weights, value)
        return self._apply(self.forward, op, grad, weights), to_filter, *[None] * len(shape)


def _turned(rank: int) -> Callable[[Inference], TensorSpec]:
    """The shape of a transposed convolution: as told, its batch and its open sizes from the value."""

    def infer(node: Inference) -> TensorSpec:
        for port in ("value", "filter"):
            node.require_float(port)
        dtype = node.same_dtype("value", "filter")
        check_attributes(node, rank)
        attributes = node.op.attributes
        sizes = check_rank(node, "value", rank + 2, "value", "filter")
        weights = check_rank(node, "filter", rank + 2, "value", "filter")
        axis = channel_axis(attributes, rank)
        check_channels(node, "value", sizes[axis], weights[-1])
        told = node.attribute("output_shape")
        if node.is_connected("output_shape"):
            node.require("output_shape", lambda dtype: dtype.is_integer, "int32 or int64")
            told = node.shape_value("output_shape")
        wanted: list[Size] = [None] * (rank + 2) if told.dims is None else list(told.dims)
        if len(wanted) != rank + 2:
            raise node.shape_error(
                f"output_shape must have shape [{rank + 2}], but it has {len(wanted)} sizes at {node.op.name}; give "
                f"one for each axis of {attributes['data_format']}."
            )
        _settle(node, wanted, 0, sizes[0], "the batch of the value")
        _settle(node, wanted, axis, weights[-2], "the channels of the filter")
        axes = spatial_axes(attributes, rank)
        for place, (spot, stride) in enumerate(zip(axes, spatial(attributes, "strides", rank), strict=True)):
            if wanted[spot] is None and not node.is_connected("output_shape"):
                wanted[spot] = _smallest_source(node, rank, place, sizes[spot], weights[place], stride)
        for spot, count in zip(axes, window_counts(node, wanted, weights[:-2], "value", "filter"), strict=True):
            if count is not None and sizes[spot] is not None and count != sizes[spot]:
                raise node.shape_error(
                    f"{node.op.name} cannot give {bracketed(TensorShape(wanted))}: a convolution of that has the size "
                    f"{count} along axis {spot}, but {node.describe('value')}; change output_shape or the strides."
                )
        return TensorSpec(dtype, TensorShape(wanted))

    return infer


def _settle(node: Inference, wanted: list[Size], axis: int, size: Size, words: str) -> None:
    if wanted[axis] is None:
        wanted[axis] = size
    elif size is not None and size != wanted[axis]:
        raise node.shape_error(
            f"output_shape of {node.op.name} has {wanted[axis]} along axis {axis}, but {words} is {size}: "
            f"{node.describe('value')} and {node.describe('filter')}; make them equal."
        )


def _smallest_source(node: Inference, rank: int, place: int, count: Size, window: Size, stride: int) -> Size:
    """The size that a person means who leaves it open: the smallest with so many windows, with SAME the largest."""
    if count is None:
        return None
    attributes = node.op.attributes
    if attributes["padding"] == "SAME":
        return count * stride
    if window is None:
        return None
    axis = spatial_axes(attributes, rank)[place]
    pair = attributes["explicit_paddings"][2 * axis : 2 * axis + 2] if attributes["padding"] == "EXPLICIT" else ()
    return (count - 1) * stride + (window - 1) * spatial(attributes, "dilations", rank)[place] + 1 - sum(pair)


def _turned_kernel(k: Any) -> Callable[..., Any]:
    step = _made(k, "convolution_to_input", k.outputs[0].shape.known(), k.inputs[1].shape.known())
    return lambda value, weights, *rest: step(weights, value, *rest[k.op.input("output_shape") is not None :])


for _rank, _axes, _places in (
    (1, "the only spatial axis", "i"),
    (2, "height and width", "i, j"),
    (3, "depth, height and width", "i, j, l"),
):
    _name = f"Conv{_rank}D"
    _family = Family(_name)
    _attributes = (*window_attributes(_rank, explicit=_rank == 2), layout_of(_rank), dilations_attribute(_rank))
    _strides = "1" if _rank == 1 else f"[{', '.join(['1'] * (_rank + 2))}]"
    declare(
        OpDeclaration(
            type=_name,
            category=Category.CONVOLUTION,
            symbol="∗",
            description=f"Slides a filter over {_axes} and sums the products in each window.",
            formula=rf"y_{{{_places}, o}} = \sum_{{w, c}} x_{{({_places}) + w,\, c}}\, f_{{w, c, o}}",
            infer=_convolved(_rank),
            inputs=(InputPort("input"), _FILTER),
            attributes=_attributes,
            kernel=forward_kernel("convolution"),
            gradient=_family.forward_gradient,
            default_name=_name if _rank > 1 else "conv1d",
            example=f"tf.nn.conv{_rank}d(x, W, {_strides}, 'SAME')",
        )
    )
    declare(
        OpDeclaration(
            type=f"{_name}BackpropInput",
            category=Category.INTERNAL,
            symbol="∗ᵀ",
            description="The gradient of a convolution to what it slides over.",
            formula=r"\frac{\partial y}{\partial x}^\mathsf{T} g",
            infer=like_with_dtype_of("filter"),
            inputs=(LIKE, _FILTER, InputPort("gradient")),
            attributes=_attributes,
            kernel=to_input_kernel("convolution_to_input"),
            gradient=_family.to_input_gradient,
            default_name=f"{_name}BackpropInput",
            shape_only_inputs=("like",),
            example=f"used by the gradient of {_name}",
        )
    )
    declare(
        OpDeclaration(
            type=f"{_name}BackpropFilter",
            category=Category.INTERNAL,
            symbol="∗ᶠ",
            description="The gradient of a convolution to its filter.",
            formula=r"\frac{\partial y}{\partial f}^\mathsf{T} g",
            infer=like_with_dtype_of("input"),
            inputs=(InputPort("input"), LIKE, InputPort("gradient")),
            attributes=_attributes,
            kernel=to_filter_kernel("convolution_to_filter"),
            gradient=_family.to_filter_gradient,
            default_name=f"{_name}BackpropFilter",
            shape_only_inputs=("like",),
            example=f"used by the gradient of {_name}",
        )
    )
    declare(
        OpDeclaration(
            type=f"{_name}Transpose",
            category=Category.CONVOLUTION,
            symbol="∗ᵀ",
            description=f"Spreads each element with a filter over {_axes}: the way back through a convolution.",
            formula=rf"y_{{({_places}) + w,\, c}} \mathrel{{+}}= x_{{{_places}, o}}\, f_{{w, c, o}}",
            infer=_turned(_rank),
            inputs=(
                InputPort("value"),
                _FILTER,
                InputPort("output_shape", optional=True, attribute="output_shape"),
            ),
            attributes=(
                Attribute(
                    "output_shape",
                    AttributeKind.SHAPE,
                    TensorShape(None),
                    "The shape of the result; open sizes follow from the value and the strides.",
                ),
                *_attributes,
            ),
            kernel=_turned_kernel,
            gradient=_family.turned_gradient,
            default_name=f"conv{_rank}d_transpose",
            free_dtype_inputs=("output_shape",),
            value_inputs=("output_shape",),
            example=f"tf.nn.conv{_rank}d_transpose(x, W, shape, {_strides})",
        )
    )
