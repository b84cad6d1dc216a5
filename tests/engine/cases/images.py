"""Cases of images of another size, one pixel at a time."""

from __future__ import annotations

from collections.abc import Callable
from math import floor
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


def pixels(shape: tuple[int, ...], rows: int, columns: int, align_corners: bool, nearest: bool) -> Any:
    """For each new pixel the old ones that it is made of, with their shares."""
    for i in range(rows):
        for j in range(columns):
            y = place(i, shape[1], rows, align_corners)
            x = place(j, shape[2], columns, align_corners)
            if nearest:
                up = 0.5 if align_corners else 0
                yield i, j, [(min(floor(y + up), shape[1] - 1), min(floor(x + up), shape[2] - 1), 1.0)]
                continue
            top, left = floor(y), floor(x)
            down, right = min(top + 1, shape[1] - 1), min(left + 1, shape[2] - 1)
            v, h = y - top, x - left
            upper = [(top, left, (1 - v) * (1 - h)), (top, right, (1 - v) * h)]
            yield i, j, [*upper, (down, left, v * (1 - h)), (down, right, v * h)]


def resize(nearest: bool) -> Callable[..., Array]:
    def expected(images: Array, size: TensorShape, align_corners: bool) -> Array:
        rows, columns = size.known()
        result = np.zeros((images.shape[0], rows, columns, images.shape[3]))
        for i, j, parts in pixels(images.shape, rows, columns, align_corners, nearest):
            for y, x, share in parts:
                result[:, i, j] += share * images[:, y, x]
        return result.astype(np.float32 if images.dtype.kind == "i" and not nearest else images.dtype)

    return expected


def resize_back(nearest: bool) -> Callable[..., Array]:
    def expected(like: Array, gradient: Array, align_corners: bool) -> Array:
        result = np.zeros(like.shape)
        for i, j, parts in pixels(like.shape, gradient.shape[1], gradient.shape[2], align_corners, nearest):
            for y, x, share in parts:
                result[:, y, x] += share * gradient[:, i, j]
        return result.astype(gradient.dtype)

    return expected


def resized_like(draw: Draw, dtype: str) -> Case:
    case = resized_back(draw, dtype)
    return Case({"images": case.inputs["like"], "like": case.inputs["gradient"]}, case.attributes)


def resize_like(nearest: bool) -> Callable[..., Array]:
    def expected(images: Array, like: Array, align_corners: bool) -> Array:
        return resize(nearest)(images, TensorShape(like.shape[1:3]), align_corners)

    return expected


CASES: dict[str, OpCases] = {
    "ResizeBilinear": OpCases(resized, resize(False), NUMBERS),
    "ResizeBilinearGrad": OpCases(resized_back, resize_back(False), FLOATS),
    "ResizeBilinearLike": OpCases(resized_like, resize_like(False), FLOATS),
    "ResizeNearestNeighborLike": OpCases(resized_like, resize_like(True), FLOATS),
    "ResizeNearestNeighbor": OpCases(resized, resize(True), NUMBERS),
    "ResizeNearestNeighborGrad": OpCases(resized_back, resize_back(True), FLOATS),
}

TESTED_ELSEWHERE: set[str] = set()
