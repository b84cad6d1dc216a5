"""Inference rules and attributes that several families share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    DType,
    Inference,
    InputPort,
    ShapeError,
    TensorShape,
    TensorSpec,
    bool_,
    broadcast_shapes,
)
from ..graph.declaration import ValueRule
from ..graph.shapes import bracketed
from ..graph.tensorflow_types import tensorflow_type

X = InputPort("x")
#: The tensor whose shape another one takes.
LIKE = InputPort("like")
XY = (InputPort("x"), InputPort("y"))
InferRule = Callable[[Inference], TensorSpec]


def broadcast(node: Inference, *ports: str) -> TensorShape:
    """The shape that the ports' tensors broadcast to. Raises ShapeError in TensorFlow's words, with the names."""
    shape = node.spec(ports[0]).shape
    for port in ports[1:]:
        other = node.spec(port).shape
        try:
            shape = broadcast_shapes(shape, other)
        except ShapeError:
            if node.op.origin is not None:  # compiled: the shapes are those of the run
                raise node.shape_error(
                    f"Incompatible shapes: {bracketed(shape)} vs. {bracketed(other)} at {node.op.node_name} (op: "
                    f"'{node.op.type}'): sizes must be equal, or one of them 1; feed others."
                ) from None
            clash = _clash(shape, other)
            described = " and ".join(node.describe(p) for p in ports)
            raise node.shape_error(
                f"Dimensions must be equal, but are {clash[0]} and {clash[1]} for '{node.op.name}' "
                f"(op: '{tensorflow_type(node.op.type)}') with input shapes: "
                f"{', '.join(bracketed(node.spec(p).shape) for p in ports)}. {described}: sizes must be equal, or "
                "one of them 1."
            ) from None
    node.note_broadcast(shape, *ports)
    return shape


def _clash(first: TensorShape, second: TensorShape) -> tuple[int, int]:
    """The last pair of sizes that cannot be broadcast."""
    for a, b in zip(reversed(first.as_list()), reversed(second.as_list()), strict=False):
        if a is not None and b is not None and a != b and 1 not in (a, b):
            return a, b
    raise AssertionError("the shapes can be broadcast")


def number_pair(node: Inference) -> TensorSpec:
    """Two numbers of one dtype, broadcast."""
    x, y = node.spec("x"), node.spec("y")
    if x.dtype is y.dtype and x.dtype is not None and x.dtype.is_number:
        # Nothing to complain of, as for most operations, and often nothing to broadcast.
        return x.without_value() if x.shape.dims == y.shape.dims else TensorSpec(x.dtype, broadcast(node, "x", "y"))
    node.require_number("x")
    node.require_number("y")
    return TensorSpec(node.same_dtype("x", "y"), broadcast(node, "x", "y"))


def compared_numbers(node: Inference) -> TensorSpec:
    """As compared, of numbers alone."""
    node.require_number("x")
    node.require_number("y")
    return compared(node)


def compared(node: Inference) -> TensorSpec:
    """Bools of the broadcast shape of two inputs of one dtype."""
    node.same_dtype("x", "y")
    return TensorSpec(bool_, broadcast(node, "x", "y"))


def elementwise_value(function: Callable[..., Any]) -> ValueRule:
    """The rule for the static value of an elementwise operation on x, or on x and y."""

    def rule(node: Inference) -> np.ndarray[Any, Any] | None:
        values = []
        for port in node.op.declaration.input_names:
            value = node.value(port)
            if value is None:
                return None
            values.append(value)
        with np.errstate(all="ignore"):
            return np.asarray(function(*values))

    return rule


def number(node: Inference) -> TensorSpec:
    """A number of x's dtype and shape."""
    node.require_number("x")
    return node.spec("x").without_value()


def floating(node: Inference) -> TensorSpec:
    """A float of x's dtype and shape."""
    node.require_float("x")
    return node.spec("x").without_value()


def anything(node: Inference) -> TensorSpec:
    """As x, of whatever dtype."""
    return node.spec("x")


def taken(node: Inference) -> TensorSpec:
    """An element of x for each index."""
    return TensorSpec(node.spec("x").dtype, node.spec("indices").shape)


def shape_of_like(node: Inference) -> TensorSpec:
    """The dtype of x, the shape of ``like``."""
    return TensorSpec(node.spec("x").dtype, node.spec("like").shape)


def normalized_axes(node: Inference, axes: Sequence[int] | None, rank: int, port: str = "x") -> tuple[int, ...]:
    """Axes of a port's tensor, counted from 0 and sorted; all when None.

    Raises ShapeError for one that the tensor does not have.
    """
    if axes is None:
        return tuple(range(rank))
    for axis in axes:
        if not -rank <= axis < rank:
            raise node.shape_error(
                f"Invalid reduction dimension {axis} for input with {rank} dimensions: {node.describe(port)}; "
                f"use an axis from {-rank} to {rank - 1} at {node.op.name}."
                if rank
                else f"{node.describe(port)}, a scalar, and has no axis {axis}; leave the axis of {node.op.name} empty."
            )
    chosen = tuple(sorted(axis % rank for axis in axes))
    if len(set(chosen)) < len(chosen):
        raise node.shape_error(
            f"Axes contains duplicate dimension: {list(axes)} names an axis twice; name each once at {node.op.name}."
        )
    return chosen


def reduced_shape(node: Inference) -> TensorShape:
    """The shape of x after the attributes ``axis`` and ``keepdims`` are applied."""
    shape = node.spec("x").shape
    axes, keepdims = node.attribute("axis"), node.attribute("keepdims")
    if shape.dims is None:
        return TensorShape(()) if axes is None and not keepdims else UNKNOWN_SHAPE
    chosen = normalized_axes(node, axes, len(shape))
    sizes = [1 if i in chosen else size for i, size in enumerate(shape.dims) if keepdims or i not in chosen]
    return TensorShape(sizes)


def dtype_attribute(default: DType, description: str) -> Attribute:
    return Attribute("dtype", AttributeKind.DTYPE, default, description)


def axis_attribute(default: Any, description: str) -> Attribute:
    return Attribute("axis", AttributeKind.INT, default, description)
