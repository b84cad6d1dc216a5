"""Sums, means and extremes over rows that belong together: each row names its segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from .arithmetic import constant_like
from .rules import LIKE, X

Gradients = Sequence[Tensor | None]

_IDS = InputPort("segment_ids")
_COUNT = Attribute("num_segments", AttributeKind.INT, 1, "How many segments there are.", minimum=0)


def _sorted(node: Inference) -> TensorSpec:
    """How many segments there are is known only when the ids are."""
    node.require("segment_ids", lambda dtype: dtype.is_integer, "whole numbers")
    dtype, x, ids = node.require_number("x"), node.spec("x").shape, node.spec("segment_ids").shape
    if ids.rank not in (None, 1):
        raise node.shape_error(f"segment_ids should be a vector: {node.describe('segment_ids')}; reshape it.")
    _check_rows(node, x, ids)
    return TensorSpec(dtype, UNKNOWN_SHAPE if x.dims is None else TensorShape([None, *x.dims[1:]]))


def _check_rows(node: Inference, x: TensorShape, ids: TensorShape) -> None:
    if x.dims is not None and ids.dims is not None and not ids.is_compatible_with(x.dims[: len(ids.dims)]):
        raise node.shape_error(
            f"segment_ids should be the same size as dimension 0 of input at {node.op.name}: {node.describe('x')} and "
            f"{node.describe('segment_ids')}; each row needs one."
        )


def _unsorted(node: Inference) -> TensorSpec:
    node.require("segment_ids", lambda dtype: dtype.is_integer, "whole numbers")
    dtype, x, ids = node.require_number("x"), node.spec("x").shape, node.spec("segment_ids").shape
    _check_rows(node, x, ids)
    if x.dims is None or ids.dims is None:
        return TensorSpec(dtype)
    return TensorSpec(dtype).with_shape([node.attribute("num_segments"), *x.dims[len(ids.dims) :]])


def _unsorted_floats(node: Inference) -> TensorSpec:
    node.require_float("x")
    return _unsorted(node)


def _sorted_kernel(kind: str) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        xp, name = k.xp, k.op.node_name

        def step(x: Any, ids: Any) -> Any:
            if ids.size and (ids[0] < 0 or (ids[1:] < ids[:-1]).any()):
                raise InvalidArgumentError(
                    f"segment ids are not increasing: {name} takes those of sorted rows, from 0 on; take the unsorted "
                    "operation for others.",
                    name,
                )
            return xp.reduce_segments(kind, x, ids, int(ids[-1]) + 1 if ids.size else 0, True)

        return step

    return kernel


def _unsorted_kernel(kind: str) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        xp, name, count = k.xp, k.op.node_name, k.attribute("num_segments")

        def step(x: Any, ids: Any, out: Any = None) -> Any:
            outside = xp.first_outside(xp.maximum(ids, xp.scalar(0, ids.dtype)), count)
            if outside is not None:
                raise InvalidArgumentError(
                    f"segment_ids{list(outside)} = {ids[outside]} is out of range [0, {count}) at {name}; raise "
                    "num_segments.",
                    name,
                )
            return xp.copy(xp.reduce_segments(kind, x, ids, count, False), out)

        return step

    return kernel


def _rows(op: Operation, value: Tensor) -> Tensor:
    """The segment's row for each row of x; zeros for rows that belong to none."""
    count = op.attributes.get("num_segments")
    return value.graph.apply("SegmentRows", value, op.inputs[1], op.inputs[0], num_segments=count)


def _again(op: Operation, kind: str, x: Tensor) -> Tensor:
    """Another reduction over the same segments."""
    prefix = "Unsorted" if op.type.startswith("Unsorted") else ""
    return x.graph.apply(f"{prefix}Segment{kind}", x, op.inputs[1], **op.attributes)


def _sum_gradient(op: Operation, grad: Tensor) -> Gradients:
    return [_rows(op, grad), None]


def _mean_gradient(op: Operation, grad: Tensor) -> Gradients:
    count = _again(op, "Sum", grad.graph.apply("OnesLike", op.inputs[0]))
    return [_rows(op, grad.graph.apply("DivNoNan", grad, count)), None]


def _root_gradient(op: Operation, grad: Tensor) -> Gradients:
    count = _again(op, "Sum", grad.graph.apply("OnesLike", op.inputs[0]))
    return [_rows(op, grad.graph.apply("DivNoNan", grad, grad.graph.apply("Sqrt", count))), None]


def _extreme_gradient(op: Operation, grad: Tensor) -> Gradients:
    """Shared evenly between all that are the largest (or smallest) of their segment."""
    x, graph = op.inputs[0], grad.graph
    is_extreme = graph.apply("Equal", x, _rows(op, op.output))
    count = _again(op, "Sum", graph.apply("Cast", is_extreme, dtype=grad.dtype))
    share = _rows(op, graph.apply("DivNoNan", grad, count))
    return [graph.apply("Where", is_extreme, share, graph.apply("ZerosLike", share)), None]


def _product_gradient(op: Operation, grad: Tensor) -> Gradients:
    """The product of the others: right also where one element of a segment is 0."""
    x, graph = op.inputs[0], grad.graph
    zeros, ones = graph.apply("ZerosLike", x), graph.apply("OnesLike", x)
    is_zero = graph.apply("Equal", x, zeros)
    count = _again(op, "Sum", graph.apply("Where", is_zero, ones, zeros))
    many = count > constant_like(1, count)
    grad = graph.apply("Where", many, graph.apply("ZerosLike", grad), grad)
    safe = graph.apply("Where", is_zero, ones, x)
    others = _rows(op, _again(op, "Prod", safe))
    partial = graph.apply("Where", is_zero, others, _rows(op, op.output) / safe)
    return [_rows(op, grad) * partial, None]


def _rows_kernel(k: Any) -> Callable[..., Any]:
    xp, shape, dtype = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy
    places = len(k.inputs[1].shape.known())
    zero = xp.scalar(0, dtype)

    def step(x: Any, ids: Any, like: Any, out: Any = None) -> Any:
        belongs = (ids >= 0).reshape((*ids.shape, *(1,) * (len(shape) - places)))
        found = xp.take(x, xp.maximum(ids, xp.scalar(0, ids.dtype)), 0) if ids.size else xp.full(shape, 0, dtype)
        return xp.where(belongs, found, zero, out)

    return step


def _rows_gradient(op: Operation, grad: Tensor) -> Gradients:
    count = op.attributes["num_segments"]
    if count is None:
        return [grad.graph.apply("SegmentSum", grad, op.inputs[1]), None, None]
    return [grad.graph.apply("UnsortedSegmentSum", grad, op.inputs[1], num_segments=count), None, None]


for _kind, _symbol, _words, _formula, _gradient in (
    ("Sum", "Σs", "The sum", r"\sum_{i:\,s_i = s} x_i", _sum_gradient),
    ("Mean", "μs", "The mean", r"\frac{1}{n_s} \sum_{i:\,s_i = s} x_i", _mean_gradient),
    (
        "SqrtN",
        "Σ/√",
        "The sum, over the root of their number,",
        r"\frac{1}{\sqrt{n_s}} \sum_{i:\,s_i = s} x_i",
        _root_gradient,
    ),
    ("Max", "maxs", "The largest", r"\max_{i:\,s_i = s} x_i", _extreme_gradient),
    ("Min", "mins", "The smallest", r"\min_{i:\,s_i = s} x_i", _extreme_gradient),
    ("Prod", "Πs", "The product", r"\prod_{i:\,s_i = s} x_i", _product_gradient),
):
    if _kind != "SqrtN":
        declare(
            OpDeclaration(
                type=f"Segment{_kind}",
                category=Category.REDUCTION,
                symbol=_symbol,
                description=f"{_words} of the rows of each segment; rows of one segment follow each other.",
                formula=_formula,
                infer=_sorted,
                inputs=(X, _IDS),
                kernel=_sorted_kernel(_kind),
                gradient=_gradient,
                default_name=f"Segment{_kind}",
                free_dtype_inputs=("segment_ids",),
                example=f"tf.segment_{_kind.lower()}(x, [0, 0, 1])",
            )
        )
    declare(
        OpDeclaration(
            type=f"UnsortedSegment{_kind}",
            category=Category.REDUCTION,
            symbol=_symbol,
            description=f"{_words} of the rows of each segment, in any order; a negative segment is none.",
            formula=_formula,
            infer=_unsorted_floats if _kind in ("Mean", "SqrtN") else _unsorted,
            inputs=(X, _IDS),
            attributes=(_COUNT,),
            kernel=_unsorted_kernel(_kind),
            gradient=_gradient,
            default_name=f"UnsortedSegment{_kind}",
            free_dtype_inputs=("segment_ids",),
            example=f"tf.unsorted_segment_{'sqrt_n' if _kind == 'SqrtN' else _kind.lower()}(x, [0, 1, 0], 2)",
        )
    )
declare(
    OpDeclaration(
        type="SegmentRows",
        category=Category.INTERNAL,
        symbol="xₛ",
        description="The row of its segment for each row of another tensor; zeros where that belongs to none.",
        formula=r"y_i = x_{s_i}",
        infer=lambda node: TensorSpec(node.spec("x").dtype, node.spec("like").shape),
        inputs=(X, _IDS, LIKE),
        attributes=(
            Attribute(
                "num_segments", AttributeKind.INT, None, "How many segments there are; none: sorted.", optional=True
            ),
        ),
        kernel=_rows_kernel,
        gradient=_rows_gradient,
        default_name="SegmentRows",
        shape_only_inputs=("like",),
        free_dtype_inputs=("segment_ids",),
        example="used by the gradients of segments",
    )
)
