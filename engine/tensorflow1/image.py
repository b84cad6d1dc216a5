"""``tf.image``: other sizes, parts, turns and colours of images (height, width, channels), or of batches of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor, TensorShape, float32, int32
from ..graph.seeds import new_seeds
from ..ops.arithmetic import constant_like
from . import arrays
from .build import apply, create, in_dtype, is_tensor, tensor_of
from .control_flow import case
from .image_boxes import crop_and_resize, draw_bounding_boxes, non_max_suppression
from .image_colours import (
    adjust_hue,
    adjust_saturation,
    convert_image_dtype,
    hsv_to_rgb,
    random_hue,
    random_saturation,
    rgb_to_hsv,
)
from .image_measures import adjust_gamma, image_gradients, psnr, sobel_edges, total_variation
from .pictures import decode_image, decode_png, encode_png
from .random import random_uniform
from .spatial import extract_image_patches

__all__ = [
    "ResizeMethod",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "central_crop",
    "convert_image_dtype",
    "crop_and_resize",
    "crop_to_bounding_box",
    "decode_image",
    "decode_png",
    "draw_bounding_boxes",
    "encode_png",
    "extract_image_patches",
    "flip_left_right",
    "flip_up_down",
    "grayscale_to_rgb",
    "hsv_to_rgb",
    "image_gradients",
    "non_max_suppression",
    "pad_to_bounding_box",
    "per_image_standardization",
    "per_image_whitening",
    "psnr",
    "random_brightness",
    "random_contrast",
    "random_flip_left_right",
    "random_flip_up_down",
    "random_hue",
    "random_saturation",
    "resize",
    "resize_area",
    "resize_bicubic",
    "resize_bilinear",
    "resize_image_with_crop_or_pad",
    "resize_images",
    "resize_nearest_neighbor",
    "resize_with_crop_or_pad",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "rot90",
    "sobel_edges",
    "total_variation",
    "transpose_image",
]


class ResizeMethod:
    """How :func:`resize_images` finds the new pixels."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


def resize_images(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images of the new ``size`` (height, width), as float32 unless the method is the nearest neighbour.

    ``images`` is (height, width, channels) or a batch of that. Images that have the size already come back as they are.
    """
    given = tensor_of(images)
    batch, is_single = _as_batch(given)
    if preserve_aspect_ratio:
        size = _within(batch, size)
    wanted = None if is_tensor(size) else [int(each) for each in _sizes(size)]
    if wanted is not None and list(batch.shape[1:3]) == wanted:
        return given
    ways = {0: resize_bilinear, 1: resize_nearest_neighbor, 2: resize_bicubic, 3: resize_area}
    number = {"bilinear": 0, "nearest": 1, "bicubic": 2, "area": 3}.get(method, method)
    if number not in ways:
        raise ValueError(f"Resize method is not implemented: {method!r}; take one of tf.image.ResizeMethod.")
    result = ways[number](batch, size, align_corners, name)
    return arrays.squeeze(result, [0]) if is_single else result


resize = resize_images


def _sizes(size: Any) -> list[Any]:
    return size.as_list() if isinstance(size, TensorShape) else list(size)


def _within(batch: Tensor, size: Any) -> list[int]:
    """The largest size within ``size`` that has the images' proportions."""
    height, width = _known(batch)
    wanted = [int(each) for each in _sizes(size)]
    factor = min(wanted[0] / height, wanted[1] / width)
    return [round(height * factor), round(width * factor)]


def _known(image: Tensor) -> tuple[int, int]:
    sizes = image.shape[-3:-1]
    if image.shape.rank is None or None in sizes.as_list():
        raise ValueError(f"The height and width of {image.name} must be known, but it is {image.shape}; give them.")
    height, width = sizes.known()
    return height, width


def _as_batch(image: Tensor) -> tuple[Tensor, bool]:
    """Images as a batch, and whether it was one image. Raises ValueError for another number of axes."""
    if image.shape.rank == 3:
        return arrays.expand_dims(image, 0), True
    if image.shape.rank != 4:
        raise ValueError(f"'images' must have either 3 or 4 dimensions: {image.name} is {image.shape}; reshape it.")
    return image, False


def _resize(op_type: str, images: Any, size: Any, align_corners: bool, name: str | None) -> Tensor:
    inputs: dict[str, Any] = {"images": images}
    attributes: dict[str, Any] = {"align_corners": align_corners}
    if is_tensor(size):
        inputs["size"] = tensor_of(size)
    else:
        attributes["size"] = [int(each) for each in _sizes(size)]
    return create(op_type, inputs, attributes, name).output


def resize_bilinear(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Tensor:
    """A batch of images of the new ``size``, each pixel a mixture of the four around its place."""
    return _resize("ResizeBilinear", images, size, align_corners, name)


def resize_nearest_neighbor(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Tensor:
    """A batch of images of the new ``size``, each pixel the one nearest to its place."""
    return _resize("ResizeNearestNeighbor", images, size, align_corners, name)


def resize_bicubic(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Tensor:
    """A batch of images of the new ``size``, each pixel a mixture of the sixteen around its place."""
    return _resize("ResizeBicubic", images, size, align_corners, name)


def resize_area(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Tensor:
    """A batch of images of the new ``size``, each pixel the mean of the area that it covers."""
    return _resize("ResizeArea", images, size, align_corners, name)


def flip_left_right(image: Any) -> Tensor:
    """The mirror image: columns in reverse order."""
    return arrays.reverse(image, [-2])


def flip_up_down(image: Any) -> Tensor:
    """Rows in reverse order."""
    return arrays.reverse(image, [-3])


def transpose_image(image: Any, name: str | None = None) -> Tensor:
    """Rows and columns exchanged."""
    tensor = tensor_of(image)
    order = [1, 0, 2] if tensor.shape.rank == 3 else [0, 2, 1, 3]
    return apply("Transpose", tensor, perm=order, name=name)


def rot90(image: Any, k: Any = 1, name: str | None = None) -> Tensor:
    """Turned ``k`` times by a quarter against the clock; ``k`` may be a tensor."""
    tensor = tensor_of(image)
    with tensor.graph.name_scope(name or "rot90"):
        turns = in_dtype(tensor_of(k), int32) % 4
        ways = {
            1: lambda: flip_up_down(transpose_image(tensor)),
            2: lambda: flip_left_right(flip_up_down(tensor)),
            3: lambda: transpose_image(flip_up_down(tensor)),
        }
        pairs = [(apply("Equal", turns, number), way) for number, way in ways.items()]
        return case(pairs, default=lambda: apply("Identity", tensor), exclusive=True)  # type: ignore[no-any-return]


def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """The image or its mirror image, by chance, in every run and for each image of a batch anew."""
    return _flipped_by_chance(image, flip_left_right, seed)


def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """The image as it is or upside down, by chance, in every run and for each image of a batch anew."""
    return _flipped_by_chance(image, flip_up_down, seed)


def _flipped_by_chance(image: Any, flip: Any, seed: int | None) -> Tensor:
    tensor = tensor_of(image)
    seeds = new_seeds(tensor.graph, seed)
    chance = apply("RandomUniformLike", in_dtype(tensor, float32), shared_axes=[-3, -2, -1], **seeds)
    half = constant_like(0.5, chance)
    # TensorFlow turns one image for the small numbers, and those of a batch for the large ones.
    turns = chance < half if tensor.shape.rank == 3 else chance > half
    return apply("Where", turns, flip(tensor), tensor)


def per_image_standardization(image: Any) -> Tensor:
    """(x − mean) / max(deviation, 1/√n) of each image, with n its number of elements; float32."""
    tensor = tensor_of(image)
    x = tensor if tensor.dtype is not None and tensor.dtype.is_floating else in_dtype(tensor, float32)
    axes = [-3, -2, -1]
    count = in_dtype(arrays.size(x[0] if x.shape.rank == 4 else x), x.dtype)
    mean = apply("ReduceMean", x, axis=axes, keepdims=True)
    centered = x - mean
    variance = apply("ReduceMean", apply("Square", centered), axis=axes, keepdims=True)
    least = constant_like(1, x) / apply("Sqrt", count)
    return centered / apply("Maximum", apply("Sqrt", variance), least)


per_image_whitening = per_image_standardization


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """One channel of brightness from red, green and blue."""
    tensor = tensor_of(images)
    colours = tensor if tensor.dtype is not None and tensor.dtype.is_floating else in_dtype(tensor, float32)
    weights = np.array([0.2989, 0.5870, 0.1140])
    grey = apply("ReduceSum", colours * weights, axis=[-1], keepdims=True, name=name)
    return in_dtype(grey, tensor.dtype)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Three equal channels from one."""
    return arrays.concat([images] * 3, -1, name or "concat")


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """The part of ``target_height`` rows from ``offset_height`` on, and columns likewise."""
    tensor = tensor_of(image)
    height, width = tensor.shape[-3:-1].as_list()
    for size, offset, target in ((height, offset_height, target_height), (width, offset_width, target_width)):
        if offset < 0 or target <= 0 or (size is not None and offset + target > size):
            raise ValueError(f"{offset} + {target} must be <= {size} at crop_to_bounding_box: take a part inside.")
    rows = slice(offset_height, offset_height + target_height)
    columns = slice(offset_width, offset_width + target_width)
    return tensor[..., rows, columns, :]


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """The image in one of the target size, ``offset_height`` rows of zeros above it, and columns likewise."""
    tensor = tensor_of(image)
    height, width = _known(tensor)
    below, right = target_height - offset_height - height, target_width - offset_width - width
    if min(offset_height, offset_width, below, right) < 0:
        raise ValueError(
            f"An image of {height} by {width} at {offset_height}, {offset_width} does not fit into {target_height} by "
            f"{target_width}; take a larger target."
        )
    pairs = [[offset_height, below], [offset_width, right], [0, 0]]
    return arrays.pad(tensor, [[0, 0], *pairs] if tensor.shape.rank == 4 else pairs)


def resize_image_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Tensor:
    """The middle part of an image, or the image with zeros around it, so that it has the target size."""
    tensor = tensor_of(image)
    height, width = _known(tensor)
    top, left = max(height - target_height, 0) // 2, max(width - target_width, 0) // 2
    cut = crop_to_bounding_box(tensor, top, left, min(height, target_height), min(width, target_width))
    above, before = max(target_height - height, 0) // 2, max(target_width - width, 0) // 2
    return pad_to_bounding_box(cut, above, before, target_height, target_width)


resize_with_crop_or_pad = resize_image_with_crop_or_pad


def central_crop(image: Any, central_fraction: float) -> Tensor:
    """The middle part of an image, ``central_fraction`` of each side."""
    if not 0 < central_fraction <= 1:
        raise ValueError(f"central_fraction must be within (0, 1], got {central_fraction}")
    tensor = tensor_of(image)
    height, width = _known(tensor)
    top, left = int((height - height * central_fraction) / 2), int((width - width * central_fraction) / 2)
    return crop_to_bounding_box(tensor, top, left, height - 2 * top, width - 2 * left)


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """``delta`` added to every element; to whole numbers as a part of their range, within which they stay."""
    tensor = tensor_of(image)
    x = convert_image_dtype(tensor, float32)
    return convert_image_dtype(x + in_dtype(tensor_of(delta), x.dtype), tensor.dtype, saturate=True)


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """(x − mean) · contrast_factor + mean, channel by channel; whole numbers stay within their range."""
    tensor = tensor_of(images)
    x = convert_image_dtype(tensor, float32)
    mean = apply("ReduceMean", x, axis=[-3, -2], keepdims=True)
    return convert_image_dtype((x - mean) * contrast_factor + mean, tensor.dtype, saturate=True)


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """:func:`adjust_brightness` by a number between -max_delta and max_delta, another in every run."""
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative. Change its sign.")
    return adjust_brightness(image, random_uniform([], -max_delta, max_delta, seed=seed))


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """:func:`adjust_contrast` by a factor between ``lower`` and ``upper``, another in every run."""
    if not 0 <= lower < upper:
        raise ValueError("upper must be > lower, and lower non-negative.")
    return adjust_contrast(image, random_uniform([], lower, upper, seed=seed))
