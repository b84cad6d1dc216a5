"""Layers that go the way of a convolution back: ``tf.layers.conv2d_transpose`` and its like."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor
from .. import convolution
from ..build import apply
from .convolutional import Convolution

__all__ = [
    "Conv2DTranspose",
    "Conv3DTranspose",
    "Convolution2DTranspose",
    "Convolution3DTranspose",
    "conv2d_transpose",
    "conv3d_transpose",
]


#: TensorFlow's transposed convolutions take the arguments of the others, without a dilation between them.
_IN_ORDER = (
    *("padding", "data_format", "activation", "use_bias", "kernel_initializer", "bias_initializer"),
    *("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"),
    *("trainable", "name"),
)


class _ConvTranspose(Convolution):
    """The way back through a convolution: the result is larger by the strides."""

    def __init__(self, filters: Any, kernel_size: Any, strides: Any = 1, *args: Any, **kwargs: Any) -> None:
        super().__init__(filters, kernel_size, strides, **dict(zip(_IN_ORDER, args, strict=False)), **kwargs)

    def make_kernels(self, size: int) -> None:
        self.kernel = self.make_kernel([*self.kernel_size, self.filters, size])

    def convolved(self, inputs: Tensor) -> Any:
        function: Any = {2: convolution.conv2d_transpose, 3: convolution.conv3d_transpose}[self.rank]
        first = 2 if self.channels == 1 else 1
        sizes = inputs.shape.as_list()
        known = None not in sizes[first : first + self.rank]
        of: Any = sizes if known else apply("Shape", inputs)
        batch = of[0]
        larger = [
            _larger(of[first + axis], self.kernel_size[axis], self.strides[axis], self.padding)
            for axis in range(self.rank)
        ]
        filters = [self.filters]
        wanted: Any = [batch, *filters, *larger] if self.channels == 1 else [batch, *larger, *filters]
        if not known:
            wanted = apply("Stack", wanted)
        return function(
            inputs, self.kernel, wanted, list(self.strides), self.padding.upper(), data_format=self.data_format
        )


def _larger(size: Any, kernel: int, stride: int, padding: str) -> Any:
    """The size that a convolution with this kernel and stride makes ``size`` of."""
    return size * stride + (max(kernel - stride, 0) if padding == "valid" else 0)


class Conv2DTranspose(_ConvTranspose):
    """The way back through a convolution over two axes."""

    rank = 2


class Conv3DTranspose(_ConvTranspose):
    """The way back through a convolution over three axes."""

    rank = 3


Convolution2DTranspose, Convolution3DTranspose = Conv2DTranspose, Conv3DTranspose


def conv2d_transpose(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    activation: Any = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = "zeros",
    kernel_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    kernel_constraint: Any = None,
    bias_constraint: Any = None,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
) -> Any:
    """The way back through a convolution of (batch, height, width, channels): larger by the strides."""
    layer = Conv2DTranspose(
        filters,
        kernel_size,
        strides,
        padding=padding,
        data_format=data_format,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs)


def conv3d_transpose(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    activation: Any = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = "zeros",
    kernel_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    kernel_constraint: Any = None,
    bias_constraint: Any = None,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
) -> Any:
    """The way back through a convolution over three axes: larger by the strides."""
    layer = Conv3DTranspose(
        filters,
        kernel_size,
        strides,
        padding=padding,
        data_format=data_format,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs)
