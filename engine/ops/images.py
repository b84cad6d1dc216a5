"""Giving images another size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
    float32,
)
from .rules import LIKE
from .windows import check_rank

Array = np.ndarray[Any, np.dtype[Any]]

_IMAGES = InputPort("images")
_SIZE = Attribute("size", AttributeKind.SHAPE, TensorShape([None, None]), "The new height and width.")
_CORNERS = Attribute(
    "align_corners",
    AttributeKind.BOOL,
    False,
    "Whether the corners' middles stay where they are; else the upper left corner of the picture does.",
)


def _resized(is_nearest: bool) -> Callable[[Inference], TensorSpec]:
    def infer(node: Inference) -> TensorSpec:
        dtype = node.require_number("images")
        sizes = check_rank(node, "images", 4)
        wanted = node.shape_value("size") if node.is_connected("size") else node.attribute("size")
        if wanted.dims is None:
            wanted = TensorShape([None, None])
        if len(wanted) != 2:
            raise node.shape_error(
                f"size of {node.op.name} must be a height and a width, for example [32, 32], not {list(wanted)}."
            )
        if dtype is not None and not is_nearest and not dtype.is_floating:
            dtype = float32
        return TensorSpec(dtype).with_shape([sizes[0], *wanted, sizes[3]])

    return infer


def _scale(size: int, count: int, align_corners: bool) -> float:
    """How many of ``size`` positions there are for each of ``count``."""
    return (size - 1) / (count - 1) if align_corners and count > 1 else size / max(count, 1)


def _places(size: int, count: int, align_corners: bool, dtype: np.dtype[Any]) -> Array:
    """Where in ``size`` positions each of ``count`` looks; computed in the dtype of the images, as TensorFlow does."""
    places: Array = np.arange(count, dtype=dtype) * dtype.type(_scale(size, count, align_corners))
    return places


def _nearest(size: int, count: int, align_corners: bool) -> Array:
    at = _places(size, count, align_corners, np.dtype(np.float32))
    whole = np.floor(at + np.float32(0.5)) if align_corners else np.floor(at)
    chosen: Array = np.minimum(whole.astype(np.int64), size - 1)
    return chosen


#: How much of each of ``size`` positions goes into each of ``count``: a matrix (count, size).
Shares = Callable[[int, int, bool, np.dtype[Any]], Array]


def _nearest_shares(size: int, count: int, align_corners: bool, dtype: np.dtype[Any]) -> Array:
    matrix = np.zeros((count, size), dtype)
    matrix[np.arange(count), _nearest(size, count, align_corners)] = 1
    return matrix


def _bilinear_shares(size: int, count: int, align_corners: bool, dtype: np.dtype[Any]) -> Array:
    rows, matrix = np.arange(count), np.zeros((count, size), dtype)
    at = _places(size, count, align_corners, dtype)
    below = np.minimum(at.astype(np.int64), size - 1)
    share = at - below
    np.add.at(matrix, (rows, below), 1 - share)
    np.add.at(matrix, (rows, np.minimum(below + 1, size - 1)), share)
    return matrix


def _bicubic_shares(size: int, count: int, align_corners: bool, dtype: np.dtype[Any]) -> Array:
    """Keys' cubic with a = −3/4; the place between two pixels is rounded to parts of 1024, as TensorFlow does."""
    rows, matrix = np.arange(count), np.zeros((count, size), dtype)
    at = _places(size, count, align_corners, dtype)
    below = np.floor(at).astype(np.int64)
    part = np.rint((at - below) * 1024).astype(dtype) / 1024
    for step in (-1, 0, 1, 2):
        x = np.abs(part - step)
        near = (1.25 * x - 2.25) * x * x + 1
        far = ((-0.75 * x + 3.75) * x - 6) * x + 3
        np.add.at(matrix, (rows, np.clip(below + step, 0, size - 1)), near if step in (0, 1) else far)
    return matrix


def _area_shares(size: int, count: int, align_corners: bool, dtype: np.dtype[Any]) -> Array:
    """The part of each old pixel that lies within the new one, of the new one's width."""
    scale = dtype.type(_scale(size, count, align_corners))
    edges = np.arange(count + 1, dtype=dtype) * scale
    matrix = np.zeros((count, size), dtype)
    if scale == 0 and size:  # one pixel, both of whose corners stay where they are
        matrix[:, 0] = 1
        return matrix
    for row, (start, end) in enumerate(pairwise(edges)):
        for pixel in range(int(np.floor(start)), int(np.ceil(end))):
            share = min(pixel + 1, end) - max(pixel, start)
            matrix[row, min(max(pixel, 0), size - 1)] += share / scale
    return matrix


def _nearest_kernel(k: Any) -> Callable[..., Any]:
    xp, (_, height, width, _), (_, new_height, new_width, _) = k.xp, *_sizes(k)
    corners, count = k.attribute("align_corners"), len(k.inputs)
    rows, columns = _nearest(height, new_height, corners), _nearest(width, new_width, corners)
    return lambda images, *rest: xp.take(xp.take(images, rows, 1), columns, 2, *rest[count - 1 :])


def _sizes(k: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return k.inputs[0].shape.known(), k.outputs[0].shape.known()


def _mix(k: Any, before: tuple[int, ...], after: tuple[int, ...], shares: Shares, back: bool) -> Callable[..., Any]:
    """Rows and then columns mixed by matrices: those from the one size to the other, or turned around."""
    xp, dtype, corners = k.xp, k.outputs[0].dtype.numpy, k.attribute("align_corners")
    rows, columns = (shares(before[axis], after[axis], corners, dtype) for axis in (1, 2))
    if back:
        rows, columns = rows.T, columns.T

    def step(images: Any, out: Any = None) -> Any:
        batch, height, width, channels = images.shape
        flat = images.astype(dtype, copy=False).reshape(batch, height, width * channels)
        tall = xp.matmul(rows, flat).reshape(batch, rows.shape[0], width, channels)
        return xp.matmul(columns, tall, out)

    return step


def _mixing_kernel(shares: Shares) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        count = len(k.inputs)
        step = _mix(k, *_sizes(k), shares, back=False)
        return lambda images, *rest: step(images, *rest[count - 1 :])

    return kernel


def _back_kernel(shares: Shares) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        step = _mix(k, k.outputs[0].shape.known(), k.inputs[1].shape.known(), shares, back=True)
        return lambda like, gradient, out=None: step(gradient, out)

    return kernel


class _Method:
    """A way of giving images another size, and its gradient: each is the gradient of the other."""

    def __init__(self, name: str) -> None:
        self.forward, self.like, self.back = name, f"{name}Like", f"{name}Grad"

    def gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        back = grad.graph.apply(self.back, op.inputs[0], grad, align_corners=op.attributes["align_corners"])
        return back, *[None] * (len(op.inputs) - 1)

    def back_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        corners = op.attributes["align_corners"]
        return None, grad.graph.apply(self.like, grad, op.inputs[1], align_corners=corners)


def _resized_like(node: Inference) -> TensorSpec:
    images, like = check_rank(node, "images", 4), check_rank(node, "like", 4)
    return TensorSpec(node.spec("images").dtype).with_shape([images[0], *like[1:3], images[3]])


for _type, _words, _symbol, _shares in (
    ("ResizeBilinear", "each new pixel a mixture of the four around its place", "⤢", _bilinear_shares),
    ("ResizeNearestNeighbor", "each new pixel the one nearest to its place", "⤢₀", _nearest_shares),
    ("ResizeBicubic", "each new pixel a mixture of the sixteen around its place, by cubics", "⤢₃", _bicubic_shares),
    ("ResizeArea", "each new pixel the mean of the area that it covers", "⤢□", _area_shares),
):
    _is_nearest = _shares is _nearest_shares
    _kernel = _nearest_kernel if _is_nearest else _mixing_kernel(_shares)
    _method = _Method(_type)
    declare(
        OpDeclaration(
            type=_type,
            category=Category.CONVOLUTION,
            symbol=_symbol,
            description=f"Gives images another size, {_words}.",
            formula=r"\operatorname{resize}(x)",
            infer=_resized(_is_nearest),
            inputs=(_IMAGES, InputPort("size", optional=True, attribute="size")),
            attributes=(_SIZE, _CORNERS),
            kernel=_kernel,
            gradient=_method.gradient,
            default_name=_type,
            free_dtype_inputs=("size",),
            value_inputs=("size",),
            example=f"tf.image.resize_{'nearest_neighbor' if _is_nearest else _type[6:].lower()}(x, [32, 32])",
        )
    )
    declare(
        OpDeclaration(
            type=_method.back,
            category=Category.INTERNAL,
            symbol=f"{_symbol}′",
            description="The gradient of giving images another size.",
            formula=r"\frac{\partial y}{\partial x}^\mathsf{T} g",
            infer=lambda node: TensorSpec(node.spec("like").dtype, node.spec("like").shape),
            inputs=(LIKE, InputPort("gradient")),
            attributes=(_CORNERS,),
            kernel=_back_kernel(_shares),
            gradient=_method.back_gradient,
            default_name=_method.back,
            shape_only_inputs=("like",),
            example=f"used by the gradient of {_type}",
        )
    )
    declare(
        OpDeclaration(
            type=_method.like,
            category=Category.INTERNAL,
            symbol=_symbol,
            description=f"Gives images the size of others, {_words}.",
            formula=r"\operatorname{resize}(x)",
            infer=_resized_like,
            inputs=(_IMAGES, LIKE),
            attributes=(_CORNERS,),
            kernel=_kernel,
            gradient=_method.gradient,
            default_name=_method.like,
            shape_only_inputs=("like",),
            example=f"used by the second gradient of {_type}",
        )
    )
