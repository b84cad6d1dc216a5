"""Moving elements between the spatial axes and the channels, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor
from ..graph.shapes import Size
from . import arrays
from .build import apply, tensor_of
from .convolution import conv2d, per_axis

__all__ = ["depth_to_space", "extract_image_patches", "space_to_depth"]


def space_to_depth(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Tensor:
    """Blocks of ``block_size`` rows and columns as channels: (N, H, W, C) to (N, H/b, W/b, b·b·C)."""
    _require_nhwc(data_format, "space_to_depth")
    x = tensor_of(input)
    batch, height, width, channels = _sizes(x)
    for size in (height, width):
        if isinstance(size, int) and size % block_size:
            raise ValueError(
                f"Size size must be evenly divisible by {block_size} but is {size}: {x.name} is {x.shape}; crop "
                "or pad it."
            )
    with x.graph.name_scope(name or "SpaceToDepth"):
        rows, columns = height // block_size, width // block_size
        blocks = arrays.reshape(x, [batch, rows, block_size, columns, block_size, channels])
        turned = apply("Transpose", blocks, perm=[0, 1, 3, 2, 4, 5])
        return arrays.reshape(turned, [batch, rows, columns, channels * block_size * block_size])


def depth_to_space(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Tensor:
    """Channels as blocks of ``block_size`` rows and columns: (N, H, W, b·b·C) to (N, b·H, b·W, C)."""
    _require_nhwc(data_format, "depth_to_space")
    x = tensor_of(input)
    batch, height, width, channels = _sizes(x)
    if isinstance(channels, int) and channels % (block_size * block_size):
        raise ValueError(
            f"Size size must be evenly divisible by {block_size**2} but is {channels}: {x.name} is {x.shape}."
        )
    with x.graph.name_scope(name or "DepthToSpace"):
        left = channels // (block_size * block_size)
        blocks = arrays.reshape(x, [batch, height, width, block_size, block_size, left])
        turned = apply("Transpose", blocks, perm=[0, 1, 3, 2, 4, 5])
        return arrays.reshape(turned, [batch, height * block_size, width * block_size, left])


def _require_nhwc(data_format: str, function: str) -> None:
    if data_format != "NHWC":
        raise ValueError(f"{function} takes images in the order NHWC only; transpose them.")


def _sizes(x: Tensor) -> list[Any]:
    """The four sizes, as numbers where they are known and as scalar tensors where not."""
    if x.shape.rank not in (None, 4):
        raise ValueError(f"Shape must be rank 4 but is rank {x.shape.rank}: {x.name} is {x.shape}; reshape it.")
    static: list[Size] = [None] * 4 if x.shape.rank is None else x.shape.as_list()
    shape = None if None not in static else arrays.shape(x)
    return [size if shape is None or size is not None else shape[i] for i, size in enumerate(static)]


def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    sizes: Any = None,
) -> Tensor:
    """Each window's elements as channels: (N, H, W, C) to (N, rows, columns, height · width · C of a window)."""
    x = tensor_of(images)
    _, height, width, _ = per_axis(ksizes if sizes is None else sizes, 2, None, "ksizes")
    channels = x.shape[3] if x.shape.rank == 4 else None
    if channels is None:
        raise ValueError(f"The number of channels of {x.name} must be known, but it is {x.shape}; give it.")
    count = height * width * channels
    picks = np.eye(count).reshape(height, width, channels, count)
    return conv2d(x, picks, strides, padding, dilations=rates, name=name or "ExtractImagePatches")
