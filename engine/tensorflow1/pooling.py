"""Pooling under TensorFlow's names; ``tf.nn`` shows it."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .build import apply, create, in_dtype
from .convolution import either, layout, padded, per_axis

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_with_argmax",
    "pool",
]


def _pool(
    op_type: str,
    rank: int,
    value: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    name: str | None,
) -> Tensor:
    return apply(
        op_type,
        value,
        ksize=per_axis(ksize, rank, data_format, "ksize"),
        strides=per_axis(strides, rank, data_format, "strides"),
        name=name,
        **padded(padding),
        **layout(data_format),
    )


def max_pool(
    value: Any = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The largest element of each window of (batch, height, width, channels); a tie's gradient goes to the first.

    ``ksize`` and ``strides`` are one number, two, or one for each axis. Raises ValueError when a window does not fit.
    """
    return _pool("MaxPool", 2, either("input", input, "value", value), ksize, strides, padding, data_format, name)


def avg_pool(
    value: Any = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The mean of each window of (batch, height, width, channels); what "SAME" adds around does not count."""
    return _pool("AvgPool", 2, either("input", input, "value", value), ksize, strides, padding, data_format, name)


def max_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NHWC", name: str | None = None
) -> Tensor:
    """:func:`max_pool` under the name it has beside :func:`max_pool1d`."""
    return max_pool(input, ksize, strides, padding, data_format, name)


def avg_pool2d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NHWC", name: str | None = None
) -> Tensor:
    """:func:`avg_pool` under the name it has beside :func:`avg_pool1d`."""
    return avg_pool(input, ksize, strides, padding, data_format, name)


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    Targmax: Any = None,
    name: str | None = None,
    output_dtype: Any = None,
    include_batch_in_index: bool = False,
) -> tuple[Tensor, Tensor]:
    """The largest element of each window, and (row · width + column) · channels + channel of where it stands."""
    if data_format != "NHWC" or include_batch_in_index:
        raise ValueError("max_pool_with_argmax takes NHWC and counts within a sample; transpose, or add the batch.")
    attributes = {
        "ksize": per_axis(ksize, 2, None, "ksize"),
        "strides": per_axis(strides, 2, None, "strides"),
        **padded(padding),
    }
    largest, places = create("MaxPoolWithArgmax", {"value": input}, attributes, name).outputs
    return largest, in_dtype(places, output_dtype or Targmax)


def max_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NWC", name: str | None = None
) -> Tensor:
    """The largest element of each window of (batch, width, channels)."""
    return _pool("MaxPool1D", 1, input, ksize, strides, padding, data_format, name)


def avg_pool1d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NWC", name: str | None = None
) -> Tensor:
    """The mean of each window of (batch, width, channels)."""
    return _pool("AvgPool1D", 1, input, ksize, strides, padding, data_format, name)


def max_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NDHWC", name: str | None = None
) -> Tensor:
    """The largest element of each window of (batch, depth, height, width, channels)."""
    return _pool("MaxPool3D", 3, input, ksize, strides, padding, data_format, name)


def avg_pool3d(
    input: Any, ksize: Any, strides: Any, padding: Any, data_format: str | None = "NDHWC", name: str | None = None
) -> Tensor:
    """The mean of each window of (batch, depth, height, width, channels)."""
    return _pool("AvgPool3D", 3, input, ksize, strides, padding, data_format, name)


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    padding: Any,
    dilation_rate: Any = None,
    strides: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """Pooling ("MAX" or "AVG") over as many spatial axes, 1 to 3, as ``window_shape`` has sizes."""
    rank = len(window_shape)
    spread = dilation_rate if dilations is None else dilations
    if spread is not None and any(rate != 1 for rate in per_axis(spread, rank, data_format, "dilations")):
        raise ValueError("pool takes neighbouring elements only; leave dilation_rate out.")
    if rank not in (1, 2, 3) or pooling_type not in ("MAX", "AVG"):
        raise ValueError(
            f"pool has no {pooling_type!r} over {rank} axes; take 'MAX' or 'AVG' and a window_shape of 1 to 3 sizes."
        )
    op_type = {"MAX": "MaxPool", "AVG": "AvgPool"}[pooling_type] + {1: "1D", 2: "", 3: "3D"}[rank]
    return _pool(op_type, rank, input, window_shape, strides, padding, data_format, name)
