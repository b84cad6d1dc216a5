"""Convolution layers: ``tf.layers.conv2d`` and its like."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor
from .. import convolution
from .base import Layer, channels_axis, known_size, numbers
from .core import activated, initializer_of
from .pooling import layout_text

__all__ = [
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Convolution1D",
    "Convolution2D",
    "Convolution3D",
    "conv1d",
    "conv2d",
    "conv3d",
]


class Convolution(Layer):
    """activation(convolution of the inputs with kernel + bias)."""

    rank = 2

    def __init__(
        self,
        filters: Any,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
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
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.ndim = self.rank + 2
        self.filters = int(filters)
        self.kernel_size = numbers(kernel_size, self.rank, "kernel_size")
        self.strides = numbers(strides, self.rank, "strides")
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            raise ValueError(f'The `padding` argument must be one of "valid", "same". Received: {padding}')
        self.channels = channels_axis(data_format)
        self.data_format = layout_text(self.rank, data_format)
        self.dilation_rate = numbers(dilation_rate, self.rank, "dilation_rate")
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.kernel: Any = None
        self.bias: Any = None

    def build(self, input_shape: Any) -> None:
        size = known_size(input_shape, self.channels, type(self).__name__, "channel dimension")
        self.fixed_axes = {self.channels: size}
        self.make_kernels(size)
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.filters],
                initializer=initializer_of(self.bias_initializer),
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def make_kernels(self, size: int) -> None:
        """The kernel for inputs of so many channels."""
        self.kernel = self.make_kernel([*self.kernel_size, size, self.filters])

    def make_kernel(self, shape: list[int]) -> Any:
        """A variable ``kernel`` of this shape."""
        return self.add_weight(
            "kernel",
            shape,
            initializer=initializer_of(self.kernel_initializer),
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = self.convolved(inputs)
        if self.use_bias:
            outputs = convolution.bias_add(outputs, self.bias, self.data_format)
        return activated(self.activation, outputs)

    def convolved(self, inputs: Tensor) -> Any:
        """The convolution alone."""
        function: Any = {1: convolution.conv1d, 2: convolution.conv2d, 3: convolution.conv3d}[self.rank]
        strides: Any = self.strides[0] if self.rank == 1 else list(self.strides)
        return function(
            inputs,
            self.kernel,
            strides,
            self.padding.upper(),
            data_format=self.data_format,
            dilations=list(self.dilation_rate),
        )


class Conv1D(Convolution):
    """A convolution over one axis."""

    rank = 1


class Conv2D(Convolution):
    """A convolution over two axes."""

    rank = 2


class Conv3D(Convolution):
    """A convolution over three axes."""

    rank = 3


Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D


def conv1d(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
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
    """A convolution over one axis of (batch, width, channels), with new variables ``kernel`` and ``bias``."""
    layer = Conv1D(
        filters,
        kernel_size,
        strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
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


def conv2d(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
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
    """A convolution of (batch, height, width, channels), with new variables ``kernel`` and ``bias``."""
    layer = Conv2D(
        filters,
        kernel_size,
        strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
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


def conv3d(
    inputs: Any,
    filters: Any,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
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
    """A convolution over three axes of (batch, depth, height, width, channels)."""
    layer = Conv3D(
        filters,
        kernel_size,
        strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
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
