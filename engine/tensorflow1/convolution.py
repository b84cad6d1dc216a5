"""Convolutions under TensorFlow's names; ``tf.nn`` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Tensor, TensorShape, Variable
from ..graph.default import current_graph
from .arrays import fill
from .build import apply, in_dtype, is_tensor, shape_inputs, tensor_of

__all__ = [
    "atrous_conv2d",
    "bias_add",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "convolution",
    "depthwise_conv2d",
    "depthwise_conv2d_native",
    "separable_conv2d",
]


def either(name: str, value: Any, old_name: str, old_value: Any) -> Any:
    """An argument that has two spellings. Raises ValueError when it is given twice or not at all."""
    if value is not None and old_value is not None:
        raise ValueError(f"Cannot specify both '{name}' and '{old_name}'; they are one argument, give one of them.")
    chosen = old_value if value is None else value
    if chosen is None:
        raise ValueError(f"Argument '{name}' is missing; give it a value.")
    return chosen


def layout(data_format: Any) -> dict[str, str]:
    """The attribute ``data_format``; channels last when None."""
    return {} if data_format is None else {"data_format": str(data_format)}


def per_axis(values: Any, rank: int, data_format: Any, name: str) -> tuple[int, ...]:
    """A number for each axis from one for all spatial axes, one for each of them, or one for each axis."""
    if values is None:
        return (1,) * (rank + 2)
    if isinstance(values, TensorShape):
        values = values.as_list()
    sizes = [int(size) for size in np.ravel(np.asarray(values))]
    if len(sizes) == rank + 2:
        return tuple(sizes)
    if len(sizes) not in (1, rank):
        raise ValueError(f"{name} should be of length 1, {rank} or {rank + 2} but was {len(sizes)}: {values!r}")
    sizes = sizes * rank if len(sizes) == 1 else sizes
    return (1, 1, *sizes) if data_format is not None and str(data_format).startswith("NC") else (1, *sizes, 1)


def padded(padding: Any) -> dict[str, Any]:
    """The attributes for a padding: "SAME", "VALID", or a list of pairs, one for each axis."""
    if padding is None:
        raise ValueError("padding is missing; give 'SAME' or 'VALID'.")
    if isinstance(padding, str):
        return {"padding": padding.upper()}
    pairs = [[int(size) for size in pair] for pair in padding]
    return {"padding": "EXPLICIT", "explicit_paddings": [size for pair in pairs for size in pair]}


def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """The sums of products of each window with the filter.

    ``input`` is (batch, height, width, channels), or (batch, channels, height, width) with ``data_format`` "NCHW";
    ``filter`` is (height, width, channels, channels of the result). ``padding`` is "SAME", "VALID" or a list of pairs
    for each axis. Raises ValueError when the channels differ or a window does not fit.
    """
    weights = either("filters", filters, "filter", filter)
    return _convolve(2, "Conv2D", (input, weights), strides, padding, data_format, dilations, name)


def _convolve(
    rank: int,
    op_type: str,
    inputs: Sequence[Any],
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
    name: str | None,
    **more: Any,
) -> Tensor:
    return apply(
        op_type,
        *inputs,
        strides=per_axis(strides, rank, data_format, "strides"),
        dilations=per_axis(dilations, rank, data_format, "dilations"),
        name=name,
        **padded(padding),
        **layout(data_format),
        **more,
    )


def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
    input: Any = None,
    dilations: Any = None,
) -> Tensor:
    """A convolution over one axis: (batch, width, channels), or (batch, channels, width) with "NCW"."""
    data_format = {"NHWC": "NWC", "NCHW": "NCW"}.get(str(data_format), data_format)
    value = either("input", input, "value", value)
    return _convolve(1, "Conv1D", (value, filters), stride, padding, data_format, dilations, name)


def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """A convolution over three axes: (batch, depth, height, width, channels)."""
    weights = either("filters", filters, "filter", filter)
    return _convolve(3, "Conv3D", (input, weights), strides, padding, data_format, dilations, name)


def atrous_conv2d(value: Any, filters: Any, rate: int, padding: Any, name: str | None = None) -> Tensor:
    """A convolution whose windows take every ``rate``-th row and column."""
    return _convolve(2, "Conv2D", (value, filters), 1, padding, None, int(rate), name)


def depthwise_conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
    filters: Any = None,
) -> Tensor:
    """A convolution of each channel by its own filters (height, width, channels, copies): channels · copies."""
    weights = either("filters", filters, "filter", filter)
    rate = dilations if rate is None else rate
    return _convolve(2, "DepthwiseConv2dNative", (input, weights), strides, padding, data_format, rate, name)


def depthwise_conv2d_native(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """:func:`depthwise_conv2d` in another order of arguments."""
    return depthwise_conv2d(input, filter, strides, padding, dilations, name, data_format)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """A convolution of each channel, and one of a single element, over the channels, behind it."""
    graph = current_graph(input, depthwise_filter, pointwise_filter)
    with graph.name_scope(name or "separable_conv2d"):
        apart = depthwise_conv2d(
            input, depthwise_filter, strides, padding, rate, None, data_format, dilations=dilations
        )
        return conv2d(apart, pointwise_filter, 1, "VALID", data_format=data_format)


def convolution(
    input: Any,
    filter: Any = None,
    padding: Any = None,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """A convolution over as many spatial axes, 1 to 3, as the filter has besides its two of channels."""
    weights = either("filters", filters, "filter", filter)
    rank = spatial_rank(weights)
    dilations = dilation_rate if dilations is None else dilations
    return _convolve(rank, f"Conv{rank}D", (input, weights), strides, padding, data_format, dilations, name)


def spatial_rank(weights: Any) -> int:
    """How many axes a filter slides over. Raises ValueError unless it is 1, 2 or 3."""
    shape = weights.shape if isinstance(weights, Tensor | Variable) else TensorShape(np.shape(weights))
    if shape.rank not in (3, 4, 5):
        raise ValueError(f"num_spatial_dims must be 1, 2 or 3: the filter has the shape {shape}; give it 3 to 5 axes.")
    return int(shape.rank) - 2


def _turned(
    rank: int,
    value: Any,
    weights: Any,
    output_shape: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
    name: str | None,
) -> Tensor:
    shape, more = _output_shape(output_shape)
    return _convolve(
        rank, f"Conv{rank}DTranspose", (value, weights, *shape), strides, padding, data_format, dilations, name, **more
    )


def _output_shape(shape: Any) -> tuple[tuple[Tensor, ...], dict[str, Any]]:
    """What is wired as the shape of the result, or the attribute; sizes of None or -1 are left open."""
    if is_tensor(shape) and not (isinstance(shape, list | tuple) and any(size is None for size in shape)):
        inputs, _ = shape_inputs(shape)
        return (inputs["shape"],), {}
    if shape is None:
        return (), {"output_shape": TensorShape(None)}
    sizes = shape.as_list() if isinstance(shape, TensorShape) else list(shape)
    return (), {"output_shape": TensorShape([None if is_tensor(size) else size for size in sizes])}


def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The way back through :func:`conv2d`: its gradient to its input, for the gradient ``value``.

    ``filter`` is (height, width, channels of the result, channels of the value). Sizes of ``output_shape`` that are
    None or -1 follow from the value: its batch, and its height and width times the strides with "SAME".
    """
    value, weights = either("input", input, "value", value), either("filters", filters, "filter", filter)
    return _turned(2, value, weights, output_shape, strides, padding, data_format, dilations, name)


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """The gradient of :func:`conv2d` to its input, which has the sizes ``input_sizes``."""
    weights = either("filters", filters, "filter", filter)
    name = name or "Conv2DBackpropInput"
    return _turned(2, out_backprop, weights, input_sizes, strides, padding, data_format, dilations, name)


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of :func:`conv2d` to its filter, which has the sizes ``filter_sizes``."""
    gradient = tensor_of(out_backprop)
    like = in_dtype(fill(filter_sizes, 0.0), gradient.dtype)
    inputs = (input, like, gradient)
    return _convolve(2, "Conv2DBackpropFilter", inputs, strides, padding, data_format, dilations, name)


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The way back through :func:`conv1d`."""
    return _turned(1, input, filters, output_shape, strides, padding, data_format, dilations, name)


def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The way back through :func:`conv3d`."""
    value, weights = either("input", input, "value", value), either("filters", filters, "filter", filter)
    return _turned(3, value, weights, output_shape, strides, padding, data_format, dilations, name)


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Tensor:
    """``value`` plus one number for each channel: the last axis, or the second when ``data_format`` begins "NC"."""
    first = data_format is not None and str(data_format).startswith("NC")
    return apply("BiasAdd", value, bias, data_format="NCHW" if first else "NHWC", name=name)
