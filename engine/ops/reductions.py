"""Sums, means, extremes and norms over axes, and whether all or any elements hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    SCALAR_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    NodeKind,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
    int64,
)
from ..graph.declaration import StraightLine
from .broadcast import expand_reduced
from .rules import X, axis_attribute, reduced_shape

REDUCTION_ATTRIBUTES = (
    Attribute("axis", AttributeKind.AXES, None, "The axes that are taken together; none for all.", optional=True),
    Attribute("keepdims", AttributeKind.BOOL, False, "Whether those axes stay, with size 1."),
)


def reduced(node: Inference) -> TensorSpec:
    """Numbers taken together over some axes."""
    return TensorSpec(node.require_number("x"), reduced_shape(node))


def _reduced_floats(node: Inference) -> TensorSpec:
    return TensorSpec(node.require_float("x"), reduced_shape(node))


def _reducing(function: str) -> Callable[[Any], Callable[..., Any]]:
    """The kernel that is a reduction of the array namespace."""

    @StraightLine
    def kernel(k: Any) -> Callable[..., Any]:
        reduce, axes, keepdims = getattr(k.xp, function), k.attribute("axis"), k.attribute("keepdims")
        return lambda x, out=None: reduce(x, axes, keepdims, out)

    return kernel


@StraightLine
def _norm_kernel(k: Any) -> Callable[..., Any]:
    xp, axes, keepdims = k.xp, k.attribute("axis"), k.attribute("keepdims")
    square = xp.scratch(k.inputs[0].shape.known(), k.inputs[0].dtype.numpy)
    return lambda x, out=None: xp.sqrt(xp.reduce_sum(xp.square(x, square), axes, keepdims, out), out)


def _log_sum_kernel(k: Any) -> Callable[..., Any]:
    """max + ln Σ e^(x − max), in which an infinite maximum counts as 0: so nothing overflows, and nothing is NaN."""
    xp, spec, axes, keepdims = k.xp, k.inputs[0], k.attribute("axis"), k.attribute("keepdims")
    zero, powers = xp.scalar(0, spec.dtype.numpy), xp.scratch(spec.shape.known(), spec.dtype.numpy)
    shape = k.outputs[0].shape.known()

    def step(x: Any, out: Any = None) -> Any:
        largest = xp.reduce_max(x, axes, True)
        largest = xp.where(xp.isfinite(largest), largest, zero)
        total = xp.reduce_sum(xp.exp(xp.subtract(x, largest, powers), powers), axes, keepdims, out)
        return xp.add(xp.log(total, out), largest.reshape(shape), out)

    return step


@StraightLine
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


def _norm_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x, (axis, keepdims) = op.inputs[0], (op.attributes["axis"], op.attributes["keepdims"])
    return [x * expand_reduced(grad / op.output, x, axis, keepdims)]


def _log_sum_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x, (axis, keepdims) = op.inputs[0], (op.attributes["axis"], op.attributes["keepdims"])
    part = grad.graph.apply("Exp", x - expand_reduced(op.output, x, axis, keepdims))
    return [expand_reduced(grad, x, axis, keepdims) * part]


def _extreme_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """Shared evenly between all elements that are the largest (or the smallest)."""
    x, (axis, keepdims) = op.inputs[0], (op.attributes["axis"], op.attributes["keepdims"])
    graph = grad.graph
    is_extreme = graph.apply(
        "Cast", graph.apply("Equal", x, expand_reduced(op.output, x, axis, keepdims)), dtype=x.dtype
    )
    count = graph.apply("ReduceSum", is_extreme, axis=axis, keepdims=keepdims)
    return [is_extreme * expand_reduced(grad / count, x, axis, keepdims)]


for _type, _symbol, _name, _words, _formula, _kernel, _gradient, _example in (
    ("ReduceSum", "Σ", "Sum", "The sum", r"\sum_i x_i", _reducing("reduce_sum"), _sum_gradient, "tf.reduce_sum(x)"),
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
    (
        "ReduceMax",
        "max",
        "Max",
        "The largest element",
        r"\max_i x_i",
        _reducing("reduce_max"),
        _extreme_gradient,
        "tf.reduce_max(x)",
    ),
    (
        "ReduceMin",
        "min",
        "Min",
        "The smallest element",
        r"\min_i x_i",
        _reducing("reduce_min"),
        _extreme_gradient,
        "tf.reduce_min(x)",
    ),
    (
        "ReduceEuclideanNorm",
        "‖x‖",
        "EuclideanNorm",
        "The length as a vector: the root of the sum of squares",
        r"\sqrt{\sum_i x_i^2}",
        _norm_kernel,
        _norm_gradient,
        "tf.math.reduce_euclidean_norm(x)",
    ),
    (
        "ReduceLogSumExp",
        "lnΣ",
        "ReduceLogSumExp",
        "The logarithm of the sum of the powers of e, computed without overflow,",
        r"\ln \sum_i e^{x_i}",
        _log_sum_kernel,
        _log_sum_gradient,
        "tf.reduce_logsumexp(x)",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.REDUCTION,
            symbol=_symbol,
            description=f"{_words} over all elements, or over some axes.",
            formula=_formula,
            infer=_reduced_floats if _type in ("ReduceEuclideanNorm", "ReduceLogSumExp") else reduced,
            inputs=(X,),
            attributes=REDUCTION_ATTRIBUTES,
            kernel=_kernel,
            gradient=_gradient,
            default_name=_name,
            example=_example,
        )
    )


def _reduced_bools(node: Inference) -> TensorSpec:
    return TensorSpec(node.require("x", lambda dtype: dtype.is_bool, "a bool"), reduced_shape(node))


for _type, _symbol, _name, _words, _formula, _function, _example in (
    ("ReduceAll", "∀", "All", "all elements hold", r"\forall i: x_i", "reduce_all", "tf.reduce_all(x)"),
    ("ReduceAny", "∃", "Any", "any element holds", r"\exists i: x_i", "reduce_any", "tf.reduce_any(x)"),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.LOGIC,
            symbol=_symbol,
            description=f"Whether {_words}, of the whole or along some axes.",
            formula=_formula,
            infer=_reduced_bools,
            inputs=(X,),
            attributes=REDUCTION_ATTRIBUTES,
            kernel=_reducing(_function),
            default_name=_name,
            example=_example,
        )
    )


@StraightLine
def _l2_loss_kernel(k: Any) -> Callable[..., Any]:
    xp, spec = k.xp, k.inputs[0]
    half, squares = xp.scalar(0.5, spec.dtype.numpy), xp.scratch(spec.shape.known(), spec.dtype.numpy)
    return lambda x, out=None: xp.multiply(xp.reduce_sum(xp.square(x, squares), None, False, out), half, out)


declare(
    OpDeclaration(
        type="L2Loss",
        category=Category.LOSS,
        symbol="½Σ²",
        description="Half the sum of the squares of all elements.",
        formula=r"\frac{1}{2} \sum_i x_i^2",
        infer=lambda node: TensorSpec(node.require_float("x"), SCALAR_SHAPE),
        inputs=(X,),
        kernel=_l2_loss_kernel,
        gradient=lambda op, grad: [op.inputs[0] * grad],
        kind=NodeKind.LOSS,
        default_name="L2Loss",
        example="tf.nn.l2_loss(x)",
    )
)


def _place(node: Inference) -> TensorSpec:
    node.require_number("x")
    dtype = node.attribute("output_type")
    if not dtype.is_integer:
        raise node.dtype_error(f"{node.op.name} gives int32 or int64, not {dtype.name}; put a Cast behind it.")
    shape, axis = node.spec("x").shape, node.attribute("axis")
    if shape.dims is None:
        return TensorSpec(dtype)
    rank = len(shape)
    if not -rank <= axis < rank:
        raise node.shape_error(
            f"Expected dimension in the range [{-rank}, {rank}), but got {axis}: {node.describe('x')}; choose an "
            f"axis it has at {node.op.name}."
        )
    if shape.dims[axis] == 0:
        raise node.shape_error(
            f"Reduction axis {axis} is empty in shape {shape}: there is no element to find for "
            f"{node.op.name}; choose another axis or give it elements."
        )
    return TensorSpec(dtype).with_shape(size for i, size in enumerate(shape.dims) if i != axis % rank)


def _place_kernel(function: str) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        xp, axis, dtype = k.xp, k.attribute("axis"), k.outputs[0].dtype
        find = getattr(xp, function)
        if dtype is int64:
            return lambda x, out=None: find(x, axis, out)
        return lambda x, out=None: xp.cast(find(x, axis), dtype.numpy, out)

    return kernel


for _type, _symbol, _words, _formula, _function, _example in (
    ("ArgMax", "arg", "largest", r"\operatorname{argmax}_i x_i", "argmax", "tf.argmax(x, 1)"),
    ("ArgMin", "arg↓", "smallest", r"\operatorname{argmin}_i x_i", "argmin", "tf.argmin(x, 1)"),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.REDUCTION,
            symbol=_symbol,
            description=f"Where the {_words} element along an axis is: its index.",
            formula=_formula,
            infer=_place,
            inputs=(X,),
            attributes=(
                axis_attribute(0, f"The axis along which the {_words} element is looked for; −1 is the last."),
                Attribute("output_type", AttributeKind.DTYPE, int64, "The type of the index: int32 or int64."),
            ),
            kernel=_place_kernel(_function),
            default_name=_type,
            example=_example,
        )
    )
