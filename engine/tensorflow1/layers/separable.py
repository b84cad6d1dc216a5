"""Layers that convolve each channel for itself: ``tf.layers.separable_conv2d`` and its like."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor
from .. import convolution
from ..build import apply
from .convolutional import Convolution
from .core import initializer_of

__all__ = [
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution2D",
    "separable_conv1d",
    "separable_conv2d",
    "separable_convolution1d",
    "separable_convolution2d",
]


class SeparableConv2D(Convolution):
    """Each channel convolved for itself, then the channels mixed."""

    rank = 2

    def __init__(
        self,
        filters: Any,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            bias_initializer=bias_initializer,
            **kwargs,
        )
        self.depth_multiplier = int(depth_multiplier)
        self._initializers = depthwise_initializer, pointwise_initializer
        self._regularizers = depthwise_regularizer, pointwise_regularizer
        self.depthwise_kernel: Any = None
        self.pointwise_kernel: Any = None

    def make_kernels(self, size: int) -> None:
        copies = self.depth_multiplier
        shapes = [*self.kernel_size, size, copies], [*[1] * self.rank, size * copies, self.filters]
        self.depthwise_kernel, self.pointwise_kernel = (
            self.add_weight(name, shape, initializer=initializer_of(initializer), regularizer=regularizer)
            for name, shape, initializer, regularizer in zip(
                ("depthwise_kernel", "pointwise_kernel"), shapes, self._initializers, self._regularizers, strict=True
            )
        )

    def convolved(self, inputs: Tensor) -> Any:
        return convolution.separable_conv2d(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            list(self.strides),
            self.padding.upper(),
            rate=list(self.dilation_rate),
            data_format=self.data_format,
        )


class SeparableConv1D(SeparableConv2D):
    """As :class:`SeparableConv2D`, for sequences: (batch, steps, channels)."""

    rank = 1

    def convolved(self, inputs: Tensor) -> Any:
        rows = 1 if self.channels == -1 else 2
        outputs = convolution.separable_conv2d(
            apply("ExpandDims", inputs, axis=rows),
            apply("ExpandDims", self.depthwise_kernel, axis=0),
            apply("ExpandDims", self.pointwise_kernel, axis=0),
            list(self.strides) * 2,
            self.padding.upper(),
            rate=[1, *self.dilation_rate],
            data_format="NHWC" if rows == 1 else "NCHW",
        )
        return apply("Squeeze", outputs, axis=[rows])


SeparableConvolution2D = SeparableConv2D


def separable_conv2d(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
    depth_multiplier: int = 1,
    activation: Any = None,
    use_bias: bool = True,
    depthwise_initializer: Any = None,
    pointwise_initializer: Any = None,
    bias_initializer: Any = "zeros",
    depthwise_regularizer: Any = None,
    pointwise_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
) -> Any:
    """A convolution of each channel, and one over the channels behind it, with their variables."""
    layer = SeparableConv2D(
        filters,
        kernel_size,
        strides,
        padding,
        data_format,
        dilation_rate,
        depth_multiplier,
        activation,
        use_bias,
        depthwise_initializer,
        pointwise_initializer,
        bias_initializer,
        depthwise_regularizer,
        pointwise_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        trainable=trainable,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs)


separable_convolution2d = separable_conv2d


def separable_conv1d(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
    depth_multiplier: int = 1,
    activation: Any = None,
    use_bias: bool = True,
    depthwise_initializer: Any = None,
    pointwise_initializer: Any = None,
    bias_initializer: Any = "zeros",
    depthwise_regularizer: Any = None,
    pointwise_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
) -> Any:
    """As :func:`separable_conv2d`, for sequences."""
    layer = SeparableConv1D(
        filters,
        kernel_size,
        strides,
        padding,
        data_format,
        dilation_rate,
        depth_multiplier,
        activation,
        use_bias,
        depthwise_initializer,
        pointwise_initializer,
        bias_initializer,
        depthwise_regularizer,
        pointwise_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        trainable=trainable,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs)


separable_convolution1d = separable_conv1d
