"""Colours of images: hue, saturation and value in the place of red, green and blue, and changes of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import Category, Inference, InputPort, OpDeclaration, TensorShape, TensorSpec, declare

Array = np.ndarray[Any, np.dtype[Any]]

_IMAGES = InputPort("images")


def _coloured(node: Inference) -> TensorSpec:
    """Floats whose last axis is three channels."""
    dtype, shape = node.require_float("images"), node.spec("images").shape
    if shape.dims is not None and (not shape.dims or shape.dims[-1] not in (None, 3)):
        last = shape.dims[-1] if shape.dims else "none"
        raise node.shape_error(
            f"Dimension must be 3 but is {last} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe('images')}, and colours are three channels in the last axis."
        )
    return TensorSpec(dtype, shape)


def _adjusted(port: str) -> Callable[[Inference], TensorSpec]:
    def infer(node: Inference) -> TensorSpec:
        node.same_dtype("images", port)
        by = node.spec(port).shape
        if not by.is_compatible_with(TensorShape(())):
            raise node.shape_error(f"{port} of {node.op.name} must be a scalar: {node.describe(port)}.")
        return _coloured(node)

    return infer


def _hue(colours: Array) -> tuple[Array, Array, Array]:
    """The hue, from 0 to 1, and the largest and the smallest channel."""
    red, green, blue = (colours[..., channel] for channel in range(3))
    largest, smallest = colours.max(-1), colours.min(-1)
    spread = largest - smallest
    with np.errstate(divide="ignore", invalid="ignore"):
        part = 1 / (6 * spread)
        by_green = np.where(green == largest, (blue - red) * part + 2 / 6, (red - green) * part + 4 / 6)
        hue = np.where(red == largest, (green - blue) * part, by_green)
    hue = np.where(spread > 0, hue, 0)
    return np.where(hue < 0, hue + 1, hue), largest, smallest


def _to_hsv(colours: Array) -> Array:
    hue, largest, smallest = _hue(colours)
    with np.errstate(divide="ignore", invalid="ignore"):
        saturation = np.where(largest > 0, (largest - smallest) / largest, 0)
    return np.stack([hue, saturation, largest], -1).astype(colours.dtype)


def _shares(hue: Array) -> Array:
    """How far each channel lies from the smallest to the largest one, from 0 to 1."""
    six = hue * 6
    parts = [np.abs(six - 3) - 1, 2 - np.abs(six - 2), 2 - np.abs(six - 4)]
    shares: Array = np.clip(np.stack(parts, -1), 0, 1)
    return shares


def _to_rgb(hsv: Array) -> Array:
    saturation, value = hsv[..., 1:2], hsv[..., 2:]
    result: Array = (1 - saturation + saturation * _shares(hsv[..., 0])) * value
    return result.astype(hsv.dtype, copy=False)


def _turn_hue(colours: Array, delta: Array) -> Array:
    hue, largest, smallest = _hue(colours)
    turned = (hue + delta) % 1
    result: Array = smallest[..., None] + (largest - smallest)[..., None] * _shares(turned)
    return result.astype(colours.dtype, copy=False)


def _scale_saturation(colours: Array, factor: Array) -> Array:
    hsv = _to_hsv(colours)
    hsv[..., 1] = np.clip(hsv[..., 1] * factor, 0, 1)
    return _to_rgb(hsv)


def _kernel(function: Callable[..., Array]) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        xp, count = k.xp, len(k.inputs)
        return lambda *arrays: xp.copy(function(*arrays[:count]), *arrays[count:])

    return kernel


for _type, _symbol, _description, _formula, _function, _call in (
    (
        "RGBToHSV",
        "hsv",
        "Hue, saturation and value of colours that are given as red, green and blue; all from 0 to 1.",
        r"v = \max_c x_c, \quad s = 1 - \frac{\min_c x_c}{v}",
        _to_hsv,
        "rgb_to_hsv",
    ),
    (
        "HSVToRGB",
        "rgb",
        "Red, green and blue of colours that are given as hue, saturation and value; all from 0 to 1.",
        r"v \left(1 - s + s\, w_c(h)\right)",
        _to_rgb,
        "hsv_to_rgb",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.CONVOLUTION,
            symbol=_symbol,
            description=_description,
            formula=_formula,
            infer=_coloured,
            inputs=(_IMAGES,),
            kernel=_kernel(_function),
            default_name=_type,
            example=f"tf.image.{_call}(x)",
        )
    )

for _type, _symbol, _port, _description, _formula, _change, _call in (
    (
        "AdjustHue",
        "h+δ",
        "delta",
        "Turns the hue of colours; a delta of 1 is once around.",
        r"h \leftarrow (h + \delta) \bmod 1",
        _turn_hue,
        "adjust_hue(x, 0.1)",
    ),
    (
        "AdjustSaturation",
        "s·f",
        "scale",
        "Multiplies the saturation of colours, up to 1.",
        r"s \leftarrow \min(1, f s)",
        _scale_saturation,
        "adjust_saturation(x, 0.5)",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.CONVOLUTION,
            symbol=_symbol,
            description=_description,
            formula=_formula,
            infer=_adjusted(_port),
            inputs=(_IMAGES, InputPort(_port)),
            kernel=_kernel(_change),
            default_name=_type,
            example=f"tf.image.{_call}",
        )
    )
