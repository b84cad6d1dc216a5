"""Boxes in images: cut out, drawn, and picked where they lie over each other.

A box is (y₁, x₁, y₂, x₂); where images are concerned 0 is the middle of the first pixel and 1 that of the last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    OutOfRangeError,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
    float32,
    int32,
)
from .rules import LIKE
from .windows import check_rank

Array = np.ndarray[Any, np.dtype[Any]]

_IMAGES, _BOXES, _WHICH = InputPort("images"), InputPort("boxes"), InputPort("box_ind")
_METHOD = Attribute(
    "method", AttributeKind.CHOICE, "bilinear", "How new pixels are found.", choices=("bilinear", "nearest")
)


def _check_boxes(node: Inference) -> int | None:
    """How many boxes there are. Raises ShapeError where they are not rows of four, or have no image each."""
    count, sides = check_rank(node, "boxes", 2)
    if sides not in (None, 4):
        raise node.shape_error(f"boxes must have 4 columns at {node.op.name}: {node.describe('boxes')}.")
    return count


def _cropped(node: Inference) -> TensorSpec:
    node.require_number("images")
    node.require("box_ind", lambda dtype: dtype == int32, "int32")
    node.require("boxes", lambda dtype: dtype.is_floating, "floats")
    channels, count = check_rank(node, "images", 4)[3], _check_boxes(node)
    (which,) = check_rank(node, "box_ind", 1)
    if None not in (count, which) and count != which:
        raise node.shape_error(
            f"Dimensions must be equal, but are {count} and {which} for '{node.op.name}' (op: 'CropAndResize'): each "
            "box needs the number of its image in box_ind."
        )
    size = node.shape_value("crop_size") if node.is_connected("crop_size") else node.attribute("crop_size")
    sizes = (None, None) if size.dims is None else size.dims
    if len(sizes) != 2:
        raise node.shape_error(f"crop_size of {node.op.name} must be a height and a width, not {list(sizes)}.")
    return TensorSpec(float32).with_shape([count, *sizes, channels])


def _check_which(which: Array, count: int, node: str) -> None:
    outside = np.flatnonzero((which < 0) | (which >= count))
    if outside.size:
        raise OutOfRangeError(
            f"box_index has values outside [0, batch_size): {which[outside[0]]} at {node}, of {count} images.", node
        )


class _Places(NamedTuple):
    """Where the rows or columns of crops lie in the images, a row for each box."""

    at: Array
    is_inside: Array
    #: The slopes of ``at`` by the box's start and by its end.
    by_start: Array
    by_end: Array

    def around(self) -> tuple[Array, Array, Array]:
        """The whole places before and after, and how far it is from the one to the other."""
        at = np.where(self.is_inside, self.at, 0)
        before = np.floor(at)
        return before.astype(np.int64), np.ceil(at).astype(np.int64), at - before


def _places(start: Array, end: Array, size: int, count: int) -> _Places:
    last = start.dtype.type(size - 1)
    steps = np.arange(count, dtype=start.dtype)
    if count > 1:
        by_end = steps * (last / (count - 1))
        at = start[:, None] * last + steps * ((end - start) * last / (count - 1))[:, None]
        by_start = last - by_end
    else:
        by_start = by_end = np.full(count, last / 2, start.dtype)
        at = (start + end)[:, None] * last / 2 * np.ones(count, start.dtype)
    return _Places(at, (at >= 0) & (at <= last), by_start, by_end)


class _Grid(NamedTuple):
    """The pixels of crops, each between four of an image: axes box, row, column."""

    which: Array
    rows: _Places
    columns: _Places

    @classmethod
    def of(cls, boxes: Array, which: Array, sizes: Sequence[int], counts: Sequence[int]) -> _Grid:
        top, left, bottom, right = boxes.T
        rows, columns = _places(top, bottom, sizes[0], counts[0]), _places(left, right, sizes[1], counts[1])
        return cls(which[:, None, None], rows, columns)

    @property
    def is_inside(self) -> Array:
        inside: Array = self.rows.is_inside[:, :, None] & self.columns.is_inside[:, None, :]
        return inside

    def parts(self, method: str) -> list[tuple[tuple[Array, Array, Array], Array]]:
        """The images' pixels that each pixel is made of, with their shares (box, row, column, 1)."""
        if method == "nearest":
            y, x = (np.floor(np.where(each.is_inside, each.at, 0) + 0.5).astype(np.int64) for each in self[1:])
            return [((self.which, y[:, :, None], x[:, None, :]), self.is_inside[..., None])]
        (top, bottom, down), (left, right, across) = self.rows.around(), self.columns.around()
        found = []
        for y, tall in ((top, 1 - down), (bottom, down)):
            for x, wide in ((left, 1 - across), (right, across)):
                share = tall[:, :, None] * wide[:, None, :] * self.is_inside
                found.append(((self.which, y[:, :, None], x[:, None, :]), share[..., None]))
        return found


def _crop_kernel(k: Any) -> Callable[..., Any]:
    xp, node, method, outside = k.xp, k.op.node_name, k.attribute("method"), k.attribute("extrapolation_value")
    counts, given = k.outputs[0].shape.known()[1:3], len(k.inputs)

    def step(images: Any, boxes: Any, which: Any, *rest: Any) -> Any:
        _check_which(which, images.shape[0], node)
        grid = _Grid.of(boxes, which, images.shape[1:3], counts)
        total = sum(share * images[place] for place, share in grid.parts(method))
        return xp.copy(np.where(grid.is_inside[..., None], total, outside).astype(np.float32), *rest[given - 3 :])

    return step


def _crop_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    images, boxes, which = op.inputs[:3]
    graph = grad.graph
    to_images = graph.apply("CropAndResizeGradImage", images, grad, boxes, which, method=op.attributes["method"])
    to_boxes = graph.apply("CropAndResizeGradBoxes", images, grad, boxes, which)
    return to_images, to_boxes, *[None] * (len(op.inputs) - 2)


def _image_gradient_kernel(k: Any) -> Callable[..., Any]:
    xp, node, method, shape = k.xp, k.op.node_name, k.attribute("method"), k.outputs[0].shape.known()
    dtype = k.outputs[0].dtype.numpy

    def step(like: Any, gradient: Any, boxes: Any, which: Any, out: Any = None) -> Any:
        _check_which(which, shape[0], node)
        result = np.zeros(shape, dtype)
        for place, share in _Grid.of(boxes, which, shape[1:3], gradient.shape[1:3]).parts(method):
            np.add.at(result, place, share * gradient)
        return xp.copy(result, out)

    return step


def _boxes_gradient_kernel(k: Any) -> Callable[..., Any]:
    xp, node = k.xp, k.op.node_name

    def step(images: Any, gradient: Any, boxes: Any, which: Any, out: Any = None) -> Any:
        _check_which(which, images.shape[0], node)
        grid = _Grid.of(boxes, which, images.shape[1:3], gradient.shape[1:3])
        corners = [images[place] for place, _ in grid.parts("bilinear")]
        down, across = grid.rows.around()[2][:, :, None, None], grid.columns.around()[2][:, None, :, None]
        by_y = (1 - across) * (corners[2] - corners[0]) + across * (corners[3] - corners[1])
        by_x = (1 - down) * (corners[1] - corners[0]) + down * (corners[3] - corners[2])
        by_y, by_x = (np.sum(each * gradient, -1) * grid.is_inside for each in (by_y, by_x))
        sums = [
            (by_y.sum(2) * grid.rows.by_start).sum(1),
            (by_x.sum(1) * grid.columns.by_start).sum(1),
            (by_y.sum(2) * grid.rows.by_end).sum(1),
            (by_x.sum(1) * grid.columns.by_end).sum(1),
        ]
        return xp.copy(np.stack(sums, 1).astype(boxes.dtype), out)

    return step


def _drawn(node: Inference) -> TensorSpec:
    dtype = node.require_float("images")
    check_rank(node, "images", 4)
    if check_rank(node, "boxes", 3)[2] not in (None, 4):
        raise node.shape_error(f"boxes must have 4 columns at {node.op.name}: {node.describe('boxes')}.")
    return TensorSpec(dtype, node.spec("images").shape)


#: Yellow, blue, red, lime, purple, olive, maroon, navy, aqua and fuchsia, each opaque.
_COLOURS = np.array(
    [
        [1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5, 0, 0.5, 1],
        [0.5, 0.5, 0, 1], [0.5, 0, 0, 1], [0, 0, 0.5, 1], [0, 1, 1, 1], [1, 0, 1, 1],
    ]
)  # fmt: skip


def _draw_kernel(k: Any) -> Callable[..., Any]:
    xp, given = k.xp, len(k.inputs)

    def step(images: Any, boxes: Any, *rest: Any) -> Any:
        _, height, width, channels = images.shape
        colours = np.ones_like(_COLOURS) if channels == 1 else _COLOURS
        if given > 2 and len(rest[0]):
            colours = rest[0]
        result = np.array(images)
        for image, drawn in zip(result, boxes, strict=True):
            sides = np.trunc(drawn * np.array([height - 1, width - 1] * 2, drawn.dtype)).astype(np.int64)
            for (top, left, bottom, right), number in zip(sides.tolist(), range(len(sides)), strict=True):
                if top > bottom or left > right or top >= height or left >= width or bottom < 0 or right < 0:
                    continue
                colour = colours[number % len(colours)][:channels]
                down = slice(max(top, 0), min(bottom, height - 1) + 1)
                across = slice(max(left, 0), min(right, width - 1) + 1)
                for row in (top, bottom):
                    if 0 <= row < height:
                        image[row, across] = colour
                for column in (left, right):
                    if 0 <= column < width:
                        image[down, column] = colour
        return xp.copy(result, *rest[given - 2 :])

    return step


def _picked(node: Inference) -> TensorSpec:
    count = _check_boxes(node)
    (scores,) = check_rank(node, "scores", 1)
    if None not in (count, scores) and count != scores:
        raise node.shape_error(
            f"Dimensions must be equal, but are {count} and {scores} for '{node.op.name}' (op: "
            f"'NonMaxSuppressionV3'): each box needs a score."
        )
    return TensorSpec(int32, TensorShape([None]))


def _overlaps(box: Array, others: Array) -> Array:
    """The area that a box shares with each of the others, of what both cover; 0 for boxes without an area."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), 1)
    area, areas = np.prod(box[2:] - box[:2]), np.prod(others[:, 2:] - others[:, :2], 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Array = np.where((area > 0) & (areas > 0), shared / (area + areas - shared), 0)
    return ratio


def _pick_kernel(k: Any) -> Callable[..., Any]:
    node = k.op.node_name

    def step(boxes: Any, scores: Any, most: Any, overlap: Any, least: Any) -> Any:
        if not 0 <= overlap <= 1:
            raise InvalidArgumentError(f"iou_threshold must be in [0, 1], not {overlap}, at {node}.", node)
        ordered = np.concatenate([np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])], 1)
        left = np.argsort(-scores, kind="stable")
        left = left[scores[left] > least]
        picked: list[int] = []
        while left.size and len(picked) < most:
            picked.append(int(left[0]))
            left = left[1:]
            left = left[_overlaps(ordered[picked[-1]], ordered[left]) <= overlap]
        return np.array(picked, np.int32)

    return step


declare(
    OpDeclaration(
        type="CropAndResize",
        category=Category.CONVOLUTION,
        symbol="✂",
        description="Cuts boxes out of images and gives them all one size.",
        formula=r"\operatorname{resize}(x_{\text{box}})",
        infer=_cropped,
        inputs=(_IMAGES, _BOXES, _WHICH, InputPort("crop_size", optional=True, attribute="crop_size")),
        attributes=(
            Attribute("crop_size", AttributeKind.SHAPE, TensorShape([None, None]), "The height and width of crops."),
            _METHOD,
            Attribute("extrapolation_value", AttributeKind.FLOAT, 0.0, "What stands outside of the images."),
        ),
        kernel=_crop_kernel,
        gradient=_crop_gradient,
        default_name="CropAndResize",
        free_dtype_inputs=("images", "boxes", "box_ind", "crop_size"),
        value_inputs=("crop_size",),
        example="tf.image.crop_and_resize(x, boxes, [0, 0, 1], [32, 32])",
    )
)
declare(
    OpDeclaration(
        type="CropAndResizeGradImage",
        category=Category.INTERNAL,
        symbol="✂′",
        description="The gradient of cutting boxes out of images, to the images.",
        formula=r"\frac{\partial y}{\partial x}^\mathsf{T} g",
        infer=lambda node: TensorSpec(node.spec("like").dtype, node.spec("like").shape),
        inputs=(LIKE, InputPort("gradient"), _BOXES, _WHICH),
        attributes=(_METHOD,),
        kernel=_image_gradient_kernel,
        default_name="CropAndResizeGradImage",
        free_dtype_inputs=("like", "gradient", "boxes", "box_ind"),
        shape_only_inputs=("like",),
        example="used by the gradient of CropAndResize",
    )
)
declare(
    OpDeclaration(
        type="CropAndResizeGradBoxes",
        category=Category.INTERNAL,
        symbol="✂′",
        description="The gradient of cutting boxes out of images, to the boxes.",
        formula=r"\frac{\partial y}{\partial \text{box}}^\mathsf{T} g",
        infer=lambda node: TensorSpec(node.spec("boxes").dtype, node.spec("boxes").shape),
        inputs=(_IMAGES, InputPort("gradient"), _BOXES, _WHICH),
        kernel=_boxes_gradient_kernel,
        default_name="CropAndResizeGradBoxes",
        free_dtype_inputs=("images", "gradient", "boxes", "box_ind"),
        example="used by the gradient of CropAndResize",
    )
)
declare(
    OpDeclaration(
        type="DrawBoundingBoxes",
        category=Category.CONVOLUTION,
        symbol="▭",
        description="Draws the outlines of boxes into images.",
        formula=r"x \leftarrow \text{colour}",
        infer=_drawn,
        inputs=(_IMAGES, _BOXES, InputPort("colors", optional=True)),
        kernel=_draw_kernel,
        default_name="DrawBoundingBoxes",
        free_dtype_inputs=("boxes", "colors"),
        example="tf.image.draw_bounding_boxes(x, boxes)",
    )
)
declare(
    OpDeclaration(
        type="NonMaxSuppression",
        category=Category.LOGIC,
        symbol="▣",
        description="Picks boxes by their scores, without those that lie too much over one with a better score.",
        formula=r"\{ i : \operatorname{iou}(b_i, b_j) \le t \}",
        infer=_picked,
        inputs=(
            _BOXES,
            InputPort("scores"),
            InputPort("max_output_size"),
            InputPort("iou_threshold"),
            InputPort("score_threshold"),
        ),
        kernel=_pick_kernel,
        default_name="NonMaxSuppressionV3",
        free_dtype_inputs=("boxes", "scores", "max_output_size", "iou_threshold", "score_threshold"),
        example="tf.image.non_max_suppression(boxes, scores, 10)",
    )
)
