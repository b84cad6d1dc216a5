"""Cases of images of another size, one pixel at a time."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.graph import TensorShape

from .kit import FLOATS, NUMBERS, Array, Case, Draw, OpCases, numbers


def resized(draw: Draw, dtype: str) -> Case:
    height, width, rows, columns = (draw(st.integers(1, 4)) for _ in range(4))
    images = numbers(draw, dtype, (draw(st.integers(1, 2)), height, width, draw(st.integers(1, 2))))[0]
    return Case({"images": images}, {"size": TensorShape([rows, columns]), "align_corners": draw(st.booleans())})


def resized_back(draw: Draw, dtype: str) -> Case:
    case = resized(draw, dtype)
    images, size = case.inputs["images"], case.attributes["size"]
    gradient = numbers(draw, dtype, (images.shape[0], *size.known(), images.shape[3]))[0]
    return Case({"like": images, "gradient": gradient}, {"align_corners": case.attributes["align_corners"]})


def place(i: int, size: int, count: int, align_corners: bool) -> float:
    return i * (size - 1) / (count - 1) if align_corners and count > 1 else i * size / count


def cubic(distance: float) -> float:
    """Keys' kernel with a = -3/4."""
    x = abs(distance)
    return 1.25 * x**3 - 2.25 * x**2 + 1 if x <= 1 else -0.75 * (x**3 - 5 * x**2 + 8 * x - 4) if x < 2 else 0.0


def along(i: int, size: int, count: int, align_corners: bool, method: str) -> list[tuple[int, float]]:
    """The old rows or columns that a new one is made of, with their shares."""
    at, last = place(i, size, count, align_corners), size - 1
    if method == "nearest":
        return [(min(floor(at + (0.5 if align_corners else 0)), last), 1.0)]
    if method == "bilinear":
        return [(floor(at), 1 - (at - floor(at))), (min(floor(at) + 1, last), at - floor(at))]
    if method == "bicubic":
        part = round((at - floor(at)) * 1024) / 1024
        return [(min(max(floor(at) + j, 0), last), cubic(part - j)) for j in (-1, 0, 1, 2)]
    width = place(1, size, count, align_corners)
    if width == 0:
        return [(0, 1.0)]
    covered = [(j, min(j + 1, at + width) - max(j, at)) for j in range(floor(at), ceil(at + width))]
    return [(min(j, last), part / width) for j, part in covered]


def pixels(shape: tuple[int, ...], rows: int, columns: int, align_corners: bool, method: str) -> Any:
    """For each new pixel the old ones that it is made of, with their shares."""
    for i in range(rows):
        for j in range(columns):
            down = along(i, shape[1], rows, align_corners, method)
            right = along(j, shape[2], columns, align_corners, method)
            yield i, j, [(y, x, v * h) for y, v in down for x, h in right]


def resize(method: str) -> Callable[..., Array]:
    def expected(images: Array, size: TensorShape, align_corners: bool) -> Array:
        rows, columns = size.known()
        result = np.zeros((images.shape[0], rows, columns, images.shape[3]))
        for i, j, parts in pixels(images.shape, rows, columns, align_corners, method):
            for y, x, share in parts:
                result[:, i, j] += share * images[:, y, x]
        return result.astype(np.float32 if images.dtype.kind == "i" and method != "nearest" else images.dtype)

    return expected


def resize_back(method: str) -> Callable[..., Array]:
    def expected(like: Array, gradient: Array, align_corners: bool) -> Array:
        result = np.zeros(like.shape)
        for i, j, parts in pixels(like.shape, gradient.shape[1], gradient.shape[2], align_corners, method):
            for y, x, share in parts:
                result[:, y, x] += share * gradient[:, i, j]
        return result.astype(gradient.dtype)

    return expected


def resized_like(draw: Draw, dtype: str) -> Case:
    case = resized_back(draw, dtype)
    return Case({"images": case.inputs["like"], "like": case.inputs["gradient"]}, case.attributes)


def resize_like(method: str) -> Callable[..., Array]:
    def expected(images: Array, like: Array, align_corners: bool) -> Array:
        return resize(method)(images, TensorShape(like.shape[1:3]), align_corners)

    return expected


CASES: dict[str, OpCases] = {}
for _type, _method in (
    ("ResizeBilinear", "bilinear"),
    ("ResizeNearestNeighbor", "nearest"),
    ("ResizeBicubic", "bicubic"),
    ("ResizeArea", "area"),
):
    CASES[_type] = OpCases(resized, resize(_method), NUMBERS)
    CASES[f"{_type}Grad"] = OpCases(resized_back, resize_back(_method), FLOATS)
    CASES[f"{_type}Like"] = OpCases(resized_like, resize_like(_method), FLOATS)

TESTED_ELSEWHERE = {
    "AdjustHue",
    "AdjustSaturation",
    "CropAndResize",
    "CropAndResizeGradBoxes",
    "CropAndResizeGradImage",
    "DrawBoundingBoxes",
    "HSVToRGB",
    "NonMaxSuppression",
    "RGBToHSV",
}
