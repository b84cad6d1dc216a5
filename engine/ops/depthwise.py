"""The convolution over height and width that keeps the channels apart, and its gradients."""

from __future__ import annotations

from ..graph import Category, Inference, InputPort, OpDeclaration, TensorSpec, declare
from .convolutions import (
    Family,
    check_channels,
    forward_kernel,
    like_with_dtype_of,
    to_filter_kernel,
    to_input_kernel,
)
from .rules import LIKE
from .windows import (
    arranged,
    channel_axis,
    check_attributes,
    check_rank,
    dilations_attribute,
    layout_of,
    window_attributes,
    window_counts,
)

_NAME = "DepthwiseConv2dNative"
_FAMILY = Family(_NAME)
_FILTER, _GRADIENT = InputPort("filter"), InputPort("gradient")
_ATTRIBUTES = (*window_attributes(2, explicit=True), layout_of(2), dilations_attribute(2))


def _convolved(node: Inference) -> TensorSpec:
    for port in ("input", "filter"):
        node.require_float(port)
    dtype = node.same_dtype("input", "filter")
    check_attributes(node, 2)
    sizes = check_rank(node, "input", 4, "input", "filter")
    weights = check_rank(node, "filter", 4, "input", "filter")
    channels = sizes[channel_axis(node.op.attributes, 2)]
    check_channels(node, "input", channels, weights[2])
    counts = window_counts(node, sizes, weights[:2], "input", "filter")
    channels = weights[2] if channels is None else channels
    total = None if channels is None or weights[3] is None else channels * weights[3]
    return TensorSpec(dtype, arranged(node.op.attributes, sizes[0], counts, total))


declare(
    OpDeclaration(
        type=_NAME,
        category=Category.CONVOLUTION,
        symbol="∗c",
        description="Slides filters over height and width, each over one channel alone.",
        formula=r"y_{i, j, c m} = \sum_{w} x_{(i, j) + w,\, c}\, f_{w, c, m}",
        infer=_convolved,
        inputs=(InputPort("input"), _FILTER),
        attributes=_ATTRIBUTES,
        kernel=forward_kernel("depthwise"),
        gradient=_FAMILY.forward_gradient,
        default_name="depthwise",
        example="tf.nn.depthwise_conv2d(x, W, [1, 1, 1, 1], 'SAME')",
    )
)
declare(
    OpDeclaration(
        type=_FAMILY.to_input,
        category=Category.INTERNAL,
        symbol="∗cᵀ",
        description="The gradient of a convolution of each channel to what it slides over.",
        formula=r"\frac{\partial y}{\partial x}^\mathsf{T} g",
        infer=like_with_dtype_of("filter"),
        inputs=(LIKE, _FILTER, _GRADIENT),
        attributes=_ATTRIBUTES,
        kernel=to_input_kernel("depthwise_to_input"),
        gradient=_FAMILY.to_input_gradient,
        default_name=_FAMILY.to_input,
        shape_only_inputs=("like",),
        example=f"used by the gradient of {_NAME}",
    )
)
declare(
    OpDeclaration(
        type=_FAMILY.to_filter,
        category=Category.INTERNAL,
        symbol="∗cᶠ",
        description="The gradient of a convolution of each channel to its filters.",
        formula=r"\frac{\partial y}{\partial f}^\mathsf{T} g",
        infer=like_with_dtype_of("input"),
        inputs=(InputPort("input"), LIKE, _GRADIENT),
        attributes=_ATTRIBUTES,
        kernel=to_filter_kernel("depthwise_to_filter"),
        gradient=_FAMILY.to_filter_gradient,
        default_name=_FAMILY.to_filter,
        shape_only_inputs=("like",),
        example=f"used by the gradient of {_NAME}",
    )
)
