"""Pooling layers: ``tf.layers.max_pooling2d`` and its like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...ops.windows import LAYOUTS
from .. import pooling as nn
from .base import Layer, channels_axis, numbers

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "average_pooling1d",
    "average_pooling2d",
    "average_pooling3d",
    "max_pooling1d",
    "max_pooling2d",
    "max_pooling3d",
]


def layout_text(rank: int, data_format: str) -> str:
    """ "NHWC" and its like for "channels_last" or "channels_first"."""
    return LAYOUTS[rank][channels_axis(data_format) == 1]


class _Pooling(Layer):
    """One number for each window."""

    rank = 2
    function: Callable[..., Any]

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.ndim = self.rank + 2
        self.pool_size = numbers(pool_size, self.rank, "pool_size")
        self.strides = numbers(strides, self.rank, "strides")
        self.padding = str(padding).lower()
        self.data_format = layout_text(self.rank, data_format)

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return type(self).function(
            inputs, list(self.pool_size), list(self.strides), self.padding.upper(), self.data_format
        )


class MaxPooling1D(_Pooling):
    """The largest element of each window over one axis."""

    rank = 1
    function = staticmethod(nn.max_pool1d)


class MaxPooling2D(_Pooling):
    """The largest element of each window over two axes."""

    rank = 2
    function = staticmethod(nn.max_pool)


class MaxPooling3D(_Pooling):
    """The largest element of each window over three axes."""

    rank = 3
    function = staticmethod(nn.max_pool3d)


class AveragePooling1D(_Pooling):
    """The mean of each window over one axis."""

    rank = 1
    function = staticmethod(nn.avg_pool1d)


class AveragePooling2D(_Pooling):
    """The mean of each window over two axes."""

    rank = 2
    function = staticmethod(nn.avg_pool)


class AveragePooling3D(_Pooling):
    """The mean of each window over three axes."""

    rank = 3
    function = staticmethod(nn.avg_pool3d)


def max_pooling1d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    """The largest element of each window of (batch, width, channels)."""
    return MaxPooling1D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling2d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    """The largest element of each window of (batch, height, width, channels)."""
    return MaxPooling2D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling3d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    """The largest element of each window of (batch, depth, height, width, channels)."""
    return MaxPooling3D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling1d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    """The mean of each window of (batch, width, channels)."""
    return AveragePooling1D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling2d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    """The mean of each window of (batch, height, width, channels)."""
    return AveragePooling2D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling3d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    """The mean of each window of (batch, depth, height, width, channels)."""
    return AveragePooling3D(pool_size, strides, padding, data_format, name)(inputs)
