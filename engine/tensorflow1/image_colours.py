"""Colours of images: ``tf.image.rgb_to_hsv``, ``adjust_hue``, ``adjust_saturation`` and the like."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor, as_dtype, float32
from ..ops.arithmetic import constant_like
from .build import apply, in_dtype, tensor_of
from .random import random_uniform

__all__ = [
    "adjust_hue",
    "adjust_saturation",
    "convert_image_dtype",
    "hsv_to_rgb",
    "random_hue",
    "random_saturation",
    "rgb_to_hsv",
]


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> Tensor:
    """The image in another dtype, its range with it: whole numbers up to their largest are floats up to 1."""
    tensor, wanted = tensor_of(image), as_dtype(dtype)
    if tensor.dtype is wanted or tensor.dtype is None:
        return tensor
    if tensor.dtype.is_floating == wanted.is_floating:
        if wanted.is_floating:
            return in_dtype(tensor, wanted)
        raise ValueError("convert_image_dtype goes between whole numbers and floats; cast between two whole ones.")
    if wanted.is_floating:
        cast = in_dtype(tensor, wanted)
        return cast * constant_like(1 / np.iinfo(tensor.dtype.numpy).max, cast)
    scaled = tensor * constant_like(np.iinfo(wanted.numpy).max + 0.5, tensor)
    if saturate:
        top = constant_like(np.iinfo(wanted.numpy).max, scaled)
        bottom = constant_like(np.iinfo(wanted.numpy).min, scaled)
        scaled = apply("Maximum", apply("Minimum", scaled, top), bottom)
    return in_dtype(scaled, wanted)


def rgb_to_hsv(images: Any, name: str | None = None) -> Tensor:
    """Hue, saturation and value, each from 0 to 1, of red, green and blue from 0 to 1."""
    return apply("RGBToHSV", tensor_of(images), name=name)


def hsv_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Red, green and blue, each from 0 to 1, of hue, saturation and value from 0 to 1."""
    return apply("HSVToRGB", tensor_of(images), name=name)


def _adjusted(op_type: str, image: Any, by: Any, name: str) -> Tensor:
    tensor = tensor_of(image)
    with tensor.graph.name_scope(name):
        floats = convert_image_dtype(tensor, float32)
        changed = apply(op_type, floats, in_dtype(tensor_of(by), float32))
        return convert_image_dtype(changed, tensor.dtype)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """Colours with the hue turned by ``delta``, a number or a scalar tensor; 1 is once around."""
    return _adjusted("AdjustHue", image, delta, name or "adjust_hue")


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """Colours with the saturation multiplied by ``saturation_factor``, a number or a scalar tensor, up to 1."""
    return _adjusted("AdjustSaturation", image, saturation_factor, name or "adjust_saturation")


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """:func:`adjust_hue` by a number between -max_delta and max_delta, another in every run."""
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_hue(image, random_uniform([], -max_delta, max_delta, seed=seed))


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """:func:`adjust_saturation` by a factor between ``lower`` and ``upper``, another in every run."""
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
    return adjust_saturation(image, random_uniform([], lower, upper, seed=seed))
