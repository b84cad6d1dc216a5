"""Sorting along an axis, and counting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    int32,
)
from .rules import X, axis_attribute, taken

_ATTRIBUTES = (
    axis_attribute(-1, "The axis along which it sorts; −1 is the last."),
    Attribute("descending", AttributeKind.BOOL, False, "Whether the largest comes first."),
)


def _along_axis(node: Inference) -> TensorSpec:
    spec, axis = node.spec("x"), node.attribute("axis")
    node.require_number("x")
    rank = spec.shape.rank
    if rank is not None and not -rank <= axis < rank:
        raise node.shape_error(f"{node.describe('x')} and has no axis {axis}; choose another at {node.op.name}.")
    return spec.with_shape(spec.shape)


def _order(x: Any, axis: int, descending: bool) -> Any:
    """The places of the elements in order; equal ones keep theirs."""
    if not descending:
        return np.argsort(x, axis, kind="stable")
    turned = np.flip(x, axis)
    return np.flip(x.shape[axis] - 1 - np.argsort(turned, axis, kind="stable"), axis)


def _sort_kernel(k: Any) -> Callable[..., Any]:
    xp, axis, descending = k.xp, k.attribute("axis"), k.attribute("descending")

    def step(x: Any, out: Any = None) -> Any:
        ordered = np.sort(x, axis, kind="stable")
        return xp.copy(np.flip(ordered, axis) if descending else ordered, out)

    return step


def _argsort_kernel(k: Any) -> Callable[..., Any]:
    xp, axis, descending = k.xp, k.attribute("axis"), k.attribute("descending")
    return lambda x, out=None: xp.copy(_order(x, axis, descending).astype(np.int32), out)


def _sort_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """The gradient of each element is that of the place to which it went."""
    graph, axis = grad.graph, op.attributes["axis"]
    order = graph.apply("ArgSort", op.inputs[0], axis=axis, descending=op.attributes["descending"])
    return [graph.apply("TakeAlongAxis", grad, graph.apply("ArgSort", order, axis=axis), axis=axis)]


def _take_kernel(k: Any) -> Callable[..., Any]:
    xp, axis = k.xp, k.attribute("axis")
    return lambda x, indices, out=None: xp.copy(np.take_along_axis(x, indices, axis), out)


def _take_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """The indices are those of a permutation: the gradient goes back by its inverse."""
    axis = op.attributes["axis"]
    inverse = grad.graph.apply("ArgSort", op.inputs[1], axis=axis)
    return [grad.graph.apply("TakeAlongAxis", grad, inverse, axis=axis), None]


def _counted(node: Inference) -> TensorSpec:
    node.require("x", lambda dtype: dtype.is_integer, "int32 or int64")
    return TensorSpec(int32, TensorShape([None]))


def _count_kernel(k: Any) -> Callable[..., Any]:
    return lambda x: np.bincount(x.ravel()).astype(np.int32)


declare(
    OpDeclaration(
        type="Sort",
        category=Category.ARRAY,
        symbol="↑",
        description="Puts the elements along an axis in order.",
        formula=r"x_{(1)} \le x_{(2)} \le \dots",
        infer=_along_axis,
        inputs=(X,),
        attributes=_ATTRIBUTES,
        kernel=_sort_kernel,
        gradient=_sort_gradient,
        default_name="sort",
        example="tf.sort(x)",
    )
)
declare(
    OpDeclaration(
        type="ArgSort",
        category=Category.ARRAY,
        symbol="i↑",
        description="Where the elements along an axis stand that come first, second and so on in order.",
        formula=r"\operatorname{argsort}(x)",
        infer=lambda node: TensorSpec(int32, _along_axis(node).shape),
        inputs=(X,),
        attributes=_ATTRIBUTES,
        kernel=_argsort_kernel,
        default_name="argsort",
        example="tf.argsort(x)",
    )
)
declare(
    OpDeclaration(
        type="TakeAlongAxis",
        category=Category.INTERNAL,
        symbol="x[i]",
        description="The elements along an axis in the order that indices give.",
        formula=r"x_{i_k}",
        infer=taken,
        inputs=(X, InputPort("indices")),
        attributes=_ATTRIBUTES[:1],
        kernel=_take_kernel,
        gradient=_take_gradient,
        default_name="take_along_axis",
        free_dtype_inputs=("indices",),
        example="used by the gradient of Sort",
    )
)
declare(
    OpDeclaration(
        type="Bincount",
        category=Category.ARRAY,
        symbol="#k",
        description="How often each whole number from 0 to the largest occurs.",
        formula=r"|\{i : x_i = k\}|",
        infer=_counted,
        inputs=(X,),
        kernel=_count_kernel,
        default_name="Bincount",
        example="tf.bincount(x)",
    )
)
