"""Boxes in images: ``tf.image.crop_and_resize``, ``draw_bounding_boxes``, ``non_max_suppression``.

A box is (y1, x1, y2, x2) from 0, the middle of the first pixel, to 1, that of the last.
"""

from __future__ import annotations

import math
from typing import Any

from ..graph import Tensor, TensorShape, float32, int32
from ..graph.default import current_graph
from .build import create, in_dtype, is_tensor, tensor_of

__all__ = ["crop_and_resize", "draw_bounding_boxes", "non_max_suppression"]


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_ind: Any = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
    box_indices: Any = None,
) -> Tensor:
    """The parts of images that boxes (count, 4) hold, each of the size ``crop_size`` (height, width), as float32.

    ``box_ind`` says for each box from which image of the batch it is; what lies outside of the image becomes
    ``extrapolation_value``. Raises ValueError for another method than "bilinear" and "nearest".
    """
    if method not in ("bilinear", "nearest"):
        raise ValueError(
            f"Attr 'method' of 'CropAndResize' Op passed string {method!r} not in: \"bilinear\", \"nearest\"; take one."
        )
    which = box_indices if box_ind is None else box_ind
    images = tensor_of(image)
    inputs = {"images": images, "boxes": tensor_of(boxes, float32), "box_ind": in_dtype(tensor_of(which), int32)}
    attributes: dict[str, Any] = {"method": method, "extrapolation_value": float(extrapolation_value)}
    if is_tensor(crop_size):
        inputs["crop_size"] = tensor_of(crop_size)
    else:
        attributes["crop_size"] = TensorShape([int(each) for each in crop_size])
    return create("CropAndResize", inputs, attributes, name).output


def draw_bounding_boxes(images: Any, boxes: Any, name: str | None = None, colors: Any = None) -> Tensor:
    """Images with the outlines of boxes (batch, count, 4), each in one of ``colors`` (count, channels) or of ten."""
    inputs = {"images": tensor_of(images), "boxes": tensor_of(boxes, float32)}
    if colors is not None:
        inputs["colors"] = tensor_of(colors, float32)
    return create("DrawBoundingBoxes", inputs, {}, name).output


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = -math.inf,
    name: str | None = None,
) -> Tensor:
    """Which boxes to keep, the best score first: int32 indices, ``max_output_size`` at most.

    A box that shares more than ``iou_threshold`` of the area with one that is kept goes, and so does one with no more
    than ``score_threshold``.
    """
    places, points = tensor_of(boxes, float32), tensor_of(scores, float32)
    with current_graph(places, points).name_scope(name or "non_max_suppression"):
        inputs = {
            "boxes": places,
            "scores": points,
            "max_output_size": tensor_of(max_output_size, int32),
            "iou_threshold": tensor_of(iou_threshold, float32),
            "score_threshold": tensor_of(score_threshold, float32),
        }
        return create("NonMaxSuppression", inputs, {}).output
