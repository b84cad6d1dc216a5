"""How images change from pixel to pixel, and how far apart two images are: ``tf.image``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..graph import Tensor, as_dtype
from ..graph.default import current_graph
from .arrays import concat, pad, reshape, shape
from .build import apply, in_dtype, tensor_of
from .convolution import depthwise_conv2d

__all__ = ["adjust_gamma", "image_gradients", "psnr", "sobel_edges", "total_variation"]


def _differences(images: Tensor, axis: int) -> Tensor:
    """Each pixel less the one before it along an axis, counted from behind: −2 for columns, −3 for rows."""
    if axis == -2:
        return images[..., 1:, :] - images[..., :-1, :]
    return images[..., 1:, :, :] - images[..., :-1, :, :]


def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of the absolute differences of neighbouring pixels, one for each image.

    Raises ValueError unless ``images`` is (height, width, channels) or a batch of that.
    """
    pixels = tensor_of(images)
    rank = pixels.shape.rank
    if rank not in (3, 4):
        raise ValueError("'images' must be either 3 or 4-dimensional.")
    with pixels.graph.name_scope(name or "total_variation"):
        axis = None if rank == 3 else [1, 2, 3]
        rows, columns = (apply("ReduceSum", apply("Abs", _differences(pixels, each)), axis=axis) for each in (-3, -2))
        return rows + columns


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """By how much the next row and the next column differ from each pixel; 0 in the last: (batch, h, w, channels)."""
    pixels = tensor_of(image)
    if pixels.shape.rank != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {pixels.shape}.")
    below, right = _differences(pixels, -3), _differences(pixels, -2)
    last_row, last_column = apply("ZerosLike", pixels[:, -1:]), apply("ZerosLike", pixels[:, :, -1:])
    return apply("Concat", [below, last_row], axis=1), apply("Concat", [right, last_column], axis=2)


def sobel_edges(image: Any) -> Tensor:
    """How steeply each pixel rises downwards and to the right: (batch, h, w, channels) and an axis of 2 more."""
    pixels = tensor_of(image)
    (channels,) = pixels.shape[-1:].known()
    down = np.outer([-1, 0, 1], [1, 2, 1])
    filters = np.tile(np.stack([down, down.T], -1)[:, :, None, :], [1, 1, channels, 1])
    padded = pad(pixels, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    flat = depthwise_conv2d(padded, tensor_of(filters, pixels.dtype), [1, 1, 1, 1], "VALID")
    sizes = shape(pixels)
    return reshape(flat, concat([sizes, [2]], 0))


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """The ratio of the largest possible to the mean squared difference of two images, in decibels.

    ``max_val`` is the largest less the least value that a pixel can have.
    """
    first, second = tensor_of(a), tensor_of(b)
    with current_graph(first, second).name_scope(name or "PSNR"):
        scale = 1.0 / 255.0 if first.dtype is as_dtype("uint8") else 1.0
        one, other = in_dtype(first, "float32") * scale, in_dtype(second, "float32") * scale
        mean = apply("ReduceMean", apply("SquaredDifference", one, other), axis=[-3, -2, -1])
        largest = in_dtype(tensor_of(max_val), "float32") * scale
        return (20.0 * apply("Log", largest) - 10.0 * apply("Log", mean)) / math.log(10.0)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """``gain`` times each pixel to the power of ``gamma``, for pixels from 0 to 1.

    Raises ValueError for a gamma below 0.
    """
    if isinstance(gamma, int | float) and gamma < 0:
        raise ValueError("Gamma should be a non-negative real number.")
    pixels = tensor_of(image)
    with pixels.graph.name_scope("adjust_gamma"):
        power = apply("Pow", pixels, tensor_of(float(gamma) if isinstance(gamma, int) else gamma, pixels.dtype))
        return apply("Multiply", power, gain)
