"""Joining texts and splitting them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import Attribute, AttributeKind, Inference, InputPort, OutputPort, TensorShape, TensorSpec, int64
from ..graph.dtypes import string
from ..graph.texts import array_of_texts
from .strings import declare_text, is_text

_X = InputPort("x")
_SEPARATOR = Attribute("separator", AttributeKind.TEXT, "", "What stands between two texts.")


def _joined(node: Inference) -> TensorSpec:
    shape = TensorShape(())
    for spec in node.specs("inputs"):
        if spec.dtype is not None and not spec.dtype.is_string:
            raise node.dtype_error(f"{node.op.name} joins texts, but one input is {spec.dtype.name}; use as_string.")
        if spec.shape.rank == 0:
            continue
        if shape.rank == 0:
            shape = spec.shape
        elif not shape.is_compatible_with(spec.shape):
            raise node.shape_error(f"Shapes {shape} and {spec.shape} are incompatible: they are joined one by one.")
        else:
            shape = shape.merge_with(spec.shape)
    return TensorSpec(string, shape)


def _join_kernel(k: Any) -> Callable[..., Any]:
    separator, given, xp = k.attribute("separator").encode("utf-8"), len(k.inputs), k.xp

    def step(*arrays: Any) -> Any:
        spread = np.broadcast_arrays(*arrays[:given])
        rows = zip(*(array.reshape(-1) for array in spread), strict=True)
        return xp.copy(array_of_texts(spread[0].shape, [separator.join(row) for row in rows]), *arrays[given:])

    return step


def _axes_in_turn(axes: Any, rank: int) -> list[int]:
    chosen = range(rank - 1, -1, -1) if axes is None else axes
    for axis in chosen:
        if not -rank <= axis < rank:
            raise ValueError(f"Invalid reduction dimension {axis} for input with {rank} dimension(s)")
    return [axis % rank for axis in chosen]


def _reduced(node: Inference) -> TensorSpec:
    node.require("x", is_text, "string")
    shape = node.spec("x").shape
    if shape.dims is None:
        return TensorSpec(string)
    try:
        axes = _axes_in_turn(node.attribute("axes"), len(shape.dims))
    except ValueError as error:
        raise node.shape_error(f"{error}; name axes that there are.") from None
    if node.attribute("keep_dims"):
        return TensorSpec(string, TensorShape(1 if i in axes else size for i, size in enumerate(shape.dims)))
    return TensorSpec(string, TensorShape(size for i, size in enumerate(shape.dims) if i not in axes))


def _reduce_kernel(k: Any) -> Callable[..., Any]:
    separator, keeps, xp = k.attribute("separator").encode("utf-8"), k.attribute("keep_dims"), k.xp

    def step(x: Any, out: Any = None) -> Any:
        axes = _axes_in_turn(k.attribute("axes"), x.ndim)
        rest = [axis for axis in range(x.ndim) if axis not in axes]
        # What lies along the axis that is named first is joined first.
        turned = x.transpose(*rest, *axes[::-1]).reshape(*(x.shape[axis] for axis in rest), -1)
        kept = tuple(x.shape[axis] for axis in rest)
        rows = turned.reshape(-1, turned.shape[-1])
        shape = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape)) if keeps else kept
        return xp.copy(array_of_texts(shape, [separator.join(row) for row in rows]), out)

    return step


def _split_kernel(k: Any) -> Callable[..., Any]:
    skips, whole = k.attribute("skip_empty"), k.attribute("whole_separator")

    def parts(text: bytes, separators: bytes) -> list[bytes]:
        if whole:
            # TensorFlow's second version: the separator is one text, and none means blanks.
            found = text.split(separators) if separators else text.split()
        elif not separators:
            found = [text[place : place + 1] for place in range(len(text))]
        else:
            found = re.split(b"[" + re.escape(separators) + b"]", text)
        return [part for part in found if part] if skips else found

    def step(x: Any, separator: Any) -> Any:
        rows = [parts(text, bytes(separator[()])) for text in x.reshape(-1)]
        indices = [(row, place) for row, found in enumerate(rows) for place in range(len(found))]
        longest = max((len(found) for found in rows), default=0)
        values = [part for found in rows for part in found]
        return (
            np.array(indices, np.int64).reshape(-1, 2),
            array_of_texts((len(values),), values),
            np.array([len(rows), longest], np.int64),
        )

    return step


def _split(node: Inference) -> list[TensorSpec]:
    node.require("x", is_text, "string")
    return [
        TensorSpec(int64, TensorShape([None, 2])),
        TensorSpec(string, TensorShape([None])),
        TensorSpec(int64, TensorShape([2])),
    ]


declare_text(
    "StringJoin",
    "ab",
    "Texts behind each other.",
    _joined,
    _join_kernel,
    'tf.string_join([x, y], separator=" ")',
    (InputPort("inputs", variadic=True),),
    (_SEPARATOR,),
)
declare_text(
    "ReduceJoin",
    "Σab",
    "All texts along axes behind each other.",
    _reduced,
    _reduce_kernel,
    "tf.reduce_join(x, 0)",
    attributes=(
        Attribute("axes", AttributeKind.AXES, None, "Which axes, in this order; none for all.", optional=True),
        Attribute("keep_dims", AttributeKind.BOOL, False, "Whether the axes stay, with one element."),
        _SEPARATOR,
    ),
)
declare_text(
    "StringSplit",
    "a|b",
    "The parts of texts between separators, as the parts of a sparse tensor.",
    _split,
    _split_kernel,
    'tf.string_split(["a b"])',
    (_X, InputPort("separator")),
    (
        Attribute("skip_empty", AttributeKind.BOOL, True, "Whether empty parts are left out."),
        Attribute("whole_separator", AttributeKind.BOOL, False, "Whether the separator is one, not each of its bytes."),
    ),
    (OutputPort("indices"), OutputPort("values"), OutputPort("shape")),
)
