"""Summaries: what a run shows to TensorBoard, as the bytes of a protocol buffer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import (
    SCALAR_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    TensorSpec,
    declare,
)
from ..graph.dtypes import string, uint8
from ..graph.shapes import bracketed

Array = np.ndarray[Any, np.dtype[Any]]

_TAG = Attribute("tag", AttributeKind.TEXT, "", "What TensorBoard calls it; empty takes the node's name.")


def tag_of(node: Any) -> str:
    """The tag of a summary operation: its attribute, or else its node's name."""
    return str(node.op.attributes["tag"] or node.op.node_name)


def _kernel(encode: Callable[..., bytes]) -> Callable[[Any], Callable[..., Any]]:
    """A kernel that gives what ``encode`` makes with the encoders, the node and its inputs.

    The encoders are imported when a plan with a summary is made. What they refuse becomes an error of the node.
    """

    def kernel(k: Any) -> Callable[..., Any]:
        from ..encoding import summary_values

        count = len(k.inputs)

        def function(*arrays: Array) -> Array:
            try:
                data = encode(summary_values, k, *arrays[:count])
            except ValueError as error:
                raise InvalidArgumentError(f"{error}: {k.op.node_name}.", k.op.node_name) from None
            out = arrays[count] if len(arrays) > count else np.empty((), object)
            out[()] = data
            return out

        return function

    return kernel


_RESULT = TensorSpec(string, SCALAR_SHAPE)


def _one_number(node: Inference) -> TensorSpec:
    node.require_number("values")
    shape = node.spec("values").shape
    if not shape.is_compatible_with(()):
        raise node.shape_error(
            f"tags and values are not the same shape: [] != {bracketed(shape)} (tag '{tag_of(node)}'). "
            f"{node.describe('values')}; a scalar is due, reduce_mean gives one."
        )
    return _RESULT


def _numbers(node: Inference) -> TensorSpec:
    node.require("values", lambda dtype: not dtype.is_string, "numbers")
    return _RESULT


def _pictures(node: Inference) -> TensorSpec:
    node.require("tensor", lambda dtype: dtype.is_floating or dtype is uint8, "a float dtype or uint8")
    shape = node.spec("tensor").shape
    if shape.dims is not None and (len(shape) != 4 or shape.dims[3] not in (1, 3, 4, None)):
        raise node.shape_error(
            f"Tensor must be 4-D with last dim 1, 3, or 4, not {bracketed(shape)}: {node.describe('tensor')}; "
            "pictures are (count, height, width, channels)."
        )
    return _RESULT


def _clips(node: Inference) -> TensorSpec:
    node.require_float("tensor")
    shape = node.spec("tensor").shape
    if shape.dims is not None and len(shape) not in (2, 3):
        raise node.shape_error(
            f"Tensor must be 3-D or 2-D, got: {bracketed(shape)}: {node.describe('tensor')}; clips are "
            "(count, frames, channels)."
        )
    return _RESULT


def _texts(node: Inference) -> TensorSpec:
    node.require("tensor", lambda dtype: dtype.is_string, "string")
    return _RESULT


def _all_texts(node: Inference) -> TensorSpec:
    for spec in node.specs("inputs"):
        if spec.dtype is not None and not spec.dtype.is_string:
            raise node.dtype_error(f"{node.op.name} needs summaries, but one of its inputs is {spec.dtype.name}.")
    return _RESULT


def _most(name: str, description: str) -> Attribute:
    return Attribute(name, AttributeKind.INT, 3, description, minimum=1)


for _type, _symbol, _description, _formula, _infer, _inputs, _attributes, _encode, _example in (
    (
        "ScalarSummary",
        "↗",
        "Shows a number over the steps in TensorBoard.",
        r"x_t",
        _one_number,
        (InputPort("values"),),
        (_TAG,),
        lambda encode, k, values: encode.scalar_summary(tag_of(k), values),
        "tf.summary.scalar('loss', loss)",
    ),
    (
        "HistogramSummary",
        "▁▅▂",
        "Shows the distribution of numbers over the steps in TensorBoard.",
        r"\#\{x \le l\}",
        _numbers,
        (InputPort("values"),),
        (_TAG,),
        lambda encode, k, values: encode.histogram_summary(tag_of(k), values),
        "tf.summary.histogram('weights', W)",
    ),
    (
        "ImageSummary",
        "▦",
        "Shows pictures in TensorBoard.",
        r"x_{nhwc}",
        _pictures,
        (InputPort("tensor"),),
        (_TAG, _most("max_images", "How many pictures of the batch are shown.")),
        lambda encode, k, images: encode.image_summary(tag_of(k), images, k.attribute("max_images")),
        "tf.summary.image('input', images)",
    ),
    (
        "AudioSummary",
        "♪",
        "Plays sound in TensorBoard.",
        r"x_{ntc}",
        _clips,
        (InputPort("tensor"),),
        (
            _TAG,
            Attribute("sample_rate", AttributeKind.FLOAT, 44100.0, "Samples a second.", minimum=1),
            _most("max_outputs", "How many clips of the batch are kept."),
        ),
        lambda encode, k, clips: encode.audio_summary(
            tag_of(k), clips, k.attribute("sample_rate"), k.attribute("max_outputs")
        ),
        "tf.summary.audio('sound', clips, 44100)",
    ),
    (
        "TensorSummaryV2",
        "¶",
        "Shows texts in TensorBoard.",
        r"\text{x}",
        _texts,
        (InputPort("tensor"),),
        (_TAG,),
        lambda encode, k, texts: encode.text_summary(tag_of(k), texts),
        "tf.summary.text('note', text)",
    ),
    (
        "MergeSummary",
        "⊎",
        "Puts several summaries into one.",
        r"\bigcup_i s_i",
        _all_texts,
        (InputPort("inputs", variadic=True),),
        (),
        lambda encode, k, *parts: encode.merged_summaries(item for array in parts for item in array.ravel()),
        "tf.summary.merge([a, b])",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.SUMMARY,
            symbol=_symbol,
            description=_description,
            formula=_formula,
            infer=_infer,
            inputs=_inputs,
            attributes=_attributes,
            kernel=_kernel(_encode),
            default_name=_type,
            example=_example,
        )
    )
