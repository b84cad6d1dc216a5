"""Sums, means and maxima over axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
    int64,
)
from .broadcast import expand_reduced
from .rules import X, axis_attribute, reduced_shape

_ATTRIBUTES = (
    Attribute("axis", AttributeKind.AXES, None, "The axes that are taken together; none for all.", optional=True),
    Attribute("keepdims", AttributeKind.BOOL, False, "Whether those axes stay, with size 1."),
)


def _reduced(node: Inference) -> TensorSpec:
    return TensorSpec(node.require_number("x"), reduced_shape(node))


def _sum_kernel(k: Any) -> Callable[..., Any]:
    xp, axes, keepdims = k.xp, k.attribute("axis"), k.attribute("keepdims")
    return lambda x, out=None: xp.reduce_sum(x, axes, keepdims, out)


def _max_kernel(k: Any) -> Callable[..., Any]:
    xp, axes, keepdims = k.xp, k.attribute("axis"), k.attribute("keepdims")
    return lambda x, out=None: xp.reduce_max(x, axes, keepdims, out)


def _mean_kernel(k: Any) -> Callable[..., Any]:
    """The sum over the count; the mean of nothing is NaN. Whole numbers stay whole, cut off towards 0."""
    xp, axes, keepdims = k.xp, k.attribute("axis"), k.attribute("keepdims")
    elements, results = k.inputs[0].shape.num_elements(), k.outputs[0].shape.num_elements()
    dtype = k.outputs[0].dtype
    number = elements // results if results else 0
    if not dtype.is_integer:
        count = xp.scalar(number, dtype.numpy)
        return lambda x, out=None: xp.true_divide(xp.reduce_sum(x, axes, keepdims, out), count, out)
    whole = xp.scalar(max(number, 1), dtype.numpy)

    def step(x: Any, out: Any = None) -> Any:
        total = xp.reduce_sum(x, axes, keepdims, out)
        return xp.multiply(xp.sign(total), xp.floor_divide(xp.absolute(total), whole), out)

    return step


def _sum_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [expand_reduced(grad, op.inputs[0], op.attributes["axis"], op.attributes["keepdims"])]


def _mean_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    count = grad.graph.apply("ReducedCount", op.inputs[0], op.output)
    return [expand_reduced(grad / count, op.inputs[0], op.attributes["axis"], op.attributes["keepdims"])]


def _max_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """Shared evenly between all elements that are the maximum."""
    x, (axis, keepdims) = op.inputs[0], (op.attributes["axis"], op.attributes["keepdims"])
    graph = grad.graph
    is_maximum = graph.apply(
        "Cast", graph.apply("Equal", x, expand_reduced(op.output, x, axis, keepdims)), dtype=x.dtype
    )
    count = graph.apply("ReduceSum", is_maximum, axis=axis, keepdims=keepdims)
    return [is_maximum * expand_reduced(grad / count, x, axis, keepdims)]


for _type, _symbol, _name, _words, _formula, _kernel, _gradient, _example in (
    ("ReduceSum", "Σ", "Sum", "The sum", r"\sum_i x_i", _sum_kernel, _sum_gradient, "tf.reduce_sum(x)"),
    (
        "ReduceMean",
        "μ",
        "Mean",
        "The mean",
        r"\frac{1}{n} \sum_i x_i",
        _mean_kernel,
        _mean_gradient,
        "tf.reduce_mean(x)",
    ),
    ("ReduceMax", "max", "Max", "The largest element", r"\max_i x_i", _max_kernel, _max_gradient, "tf.reduce_max(x)"),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.REDUCTION,
            symbol=_symbol,
            description=f"{_words} over all elements, or over some axes.",
            formula=_formula,
            infer=_reduced,
            inputs=(X,),
            attributes=_ATTRIBUTES,
            kernel=_kernel,
            gradient=_gradient,
            default_name=_name,
            example=_example,
        )
    )


def _argmax(node: Inference) -> TensorSpec:
    node.require_number("x")
    shape, axis = node.spec("x").shape, node.attribute("axis")
    if shape.dims is None:
        return TensorSpec(int64)
    rank = len(shape)
    if not -rank <= axis < rank:
        raise node.shape_error(
            f"Expected dimension in the range [{-rank}, {rank}), but got {axis}: {node.describe('x')}; choose an "
            f"axis it has at {node.op.name}."
        )
    if shape.dims[axis] == 0:
        raise node.shape_error(
            f"Reduction axis {axis} is empty in shape {shape}: there is no largest element for "
            f"{node.op.name}; choose another axis or give it elements."
        )
    return TensorSpec(int64).with_shape(size for i, size in enumerate(shape.dims) if i != axis % rank)


def _argmax_kernel(k: Any) -> Callable[..., Any]:
    xp, axis = k.xp, k.attribute("axis")
    return lambda x, out=None: xp.argmax(x, axis, out)


declare(
    OpDeclaration(
        type="ArgMax",
        category=Category.REDUCTION,
        symbol="arg",
        description="Where the largest element along an axis is: its index.",
        formula=r"\operatorname{argmax}_i x_i",
        infer=_argmax,
        inputs=(X,),
        attributes=(axis_attribute(0, "The axis along which the largest element is looked for; −1 is the last."),),
        kernel=_argmax_kernel,
        default_name="ArgMax",
        example="tf.argmax(x, 1)",
    )
)
