"""Convolution layers: ``tf.layers.conv2d`` and its like."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor
from ..build import apply
from ..convolution import (
    bias_add,
)
from ..convolution import (
    conv1d as nn_conv1d,
)
from ..convolution import (
    conv2d as nn_conv2d,
)
from ..convolution import (
    conv2d_transpose as nn_conv2d_transpose,
)
from ..convolution import (
    conv3d as nn_conv3d,
)
from ..convolution import (
    conv3d_transpose as nn_conv3d_transpose,
)
from ..convolution import (
    separable_conv2d as nn_separable_conv2d,
)
from .base import Layer, channels_axis, known_size, numbers
from .core import activated, initializer_of
from .pooling import layout_text

__all__ = [
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Convolution1D",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution2D",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "separable_conv1d",
    "separable_conv2d",
    "separable_convolution1d",
    "separable_convolution2d",
]


class _Conv(Layer):
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
        self.channels = channels_axis(data_format, "data_format")
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
            outputs = bias_add(outputs, self.bias, self.data_format)
        return activated(self.activation, outputs)

    def convolved(self, inputs: Tensor) -> Any:
        """The convolution alone."""
        function: Any = {1: nn_conv1d, 2: nn_conv2d, 3: nn_conv3d}[self.rank]
        strides: Any = self.strides[0] if self.rank == 1 else list(self.strides)
        return function(
            inputs,
            self.kernel,
            strides,
            self.padding.upper(),
            data_format=self.data_format,
            dilations=list(self.dilation_rate),
        )


class Conv1D(_Conv):
    """A convolution over one axis."""

    rank = 1


class Conv2D(_Conv):
    """A convolution over two axes."""

    rank = 2


class Conv3D(_Conv):
    """A convolution over three axes."""

    rank = 3


class _ConvTranspose(_Conv):
    """The way back through a convolution: the result is larger by the strides."""

    def __init__(self, filters: Any, kernel_size: Any, strides: Any = 1, *args: Any, **kwargs: Any) -> None:
        # TensorFlow's transposed convolutions take the same arguments, without a dilation between them.
        names = ("padding", "data_format", "activation", "use_bias", "kernel_initializer", "bias_initializer")
        super().__init__(filters, kernel_size, strides, **dict(zip(names, args, strict=False)), **kwargs)

    def make_kernels(self, size: int) -> None:
        self.kernel = self.make_kernel([*self.kernel_size, self.filters, size])

    def convolved(self, inputs: Tensor) -> Any:
        function: Any = {2: nn_conv2d_transpose, 3: nn_conv3d_transpose}[self.rank]
        sizes = inputs.shape.as_list()
        first = 2 if self.channels == 1 else 1
        larger = [
            _larger(size, kernel, stride, self.padding)
            for size, kernel, stride in zip(sizes[first:], self.kernel_size, self.strides, strict=False)
        ]
        channels = [self.filters]
        wanted = [sizes[0], *channels, *larger] if self.channels == 1 else [sizes[0], *larger, *channels]
        if None in wanted[1:]:
            shape = apply("Shape", inputs)
            place = {first + axis: axis for axis in range(self.rank)}
            wanted = [
                shape[axis]
                if axis == 0
                else (
                    _larger(shape[axis], self.kernel_size[place[axis]], self.strides[place[axis]], self.padding)
                    if axis in place
                    else self.filters
                )
                for axis in range(self.rank + 2)
            ]
            wanted = apply("Stack", wanted)  # type: ignore[assignment]
        return function(
            inputs, self.kernel, wanted, list(self.strides), self.padding.upper(), data_format=self.data_format
        )


def _larger(size: Any, kernel: int, stride: int, padding: str) -> Any:
    """The size that a convolution with this kernel and stride makes ``size`` of."""
    if size is None:
        return None
    return size * stride + (max(kernel - stride, 0) if padding == "valid" else 0)


class Conv2DTranspose(_ConvTranspose):
    """The way back through a convolution over two axes."""

    rank = 2


class Conv3DTranspose(_ConvTranspose):
    """The way back through a convolution over three axes."""

    rank = 3


class SeparableConv2D(_Conv):
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
        return nn_separable_conv2d(
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
        outputs = nn_separable_conv2d(
            apply("ExpandDims", inputs, axis=rows),
            apply("ExpandDims", self.depthwise_kernel, axis=0),
            apply("ExpandDims", self.pointwise_kernel, axis=0),
            list(self.strides) * 2,
            self.padding.upper(),
            rate=[1, *self.dilation_rate],
            data_format="NHWC" if rows == 1 else "NCHW",
        )
        return apply("Squeeze", outputs, axis=[rows])


Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
Convolution2DTranspose, Convolution3DTranspose = Conv2DTranspose, Conv3DTranspose
SeparableConvolution2D = SeparableConv2D


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
