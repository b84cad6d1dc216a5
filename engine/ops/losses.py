"""Losses that are computed from logits, in their stable forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    NodeKind,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorShape,
    TensorSpec,
    bool_,
    declare,
    int64,
)
from ..graph.declaration import StraightLine
from .exponentials import Exponentials
from .rules import LIKE, X, axis_attribute, floating

_PORTS = (InputPort("labels"), InputPort("logits"))


def _cross_entropy(node: Inference) -> TensorSpec:
    for port in ("labels", "logits"):
        node.require_float(port)
    dtype = node.same_dtype("labels", "logits")
    labels, logits = node.spec("labels").shape, node.spec("logits").shape
    if not labels.is_compatible_with(logits):
        raise node.shape_error(
            f"{node.op.name} needs labels and logits of one shape: {node.describe('labels')} and "
            f"{node.describe('logits')}; change one of them."
        )
    return TensorSpec(dtype, labels.merge_with(logits))


def _softmax_cross_entropy(node: Inference) -> TensorSpec:
    spec = _cross_entropy(node)
    if spec.shape.rank == 0:
        raise node.shape_error(
            f"{node.op.name} needs a row of classes, but {node.describe('logits')}, a scalar; reshape it."
        )
    return spec.with_shape(UNKNOWN_SHAPE if spec.shape.dims is None else TensorShape(spec.shape.dims[:-1]))


def _log_softmax(node: Inference) -> TensorSpec:
    spec, axis = floating(node), node.attribute("axis")
    rank = spec.shape.rank
    if rank == 0:
        raise node.shape_error(
            f"{node.op.name} needs a row of classes, but {node.describe('x')}, a scalar; reshape it."
        )
    if rank is not None and not -rank <= axis < rank:
        raise node.shape_error(
            f"{node.op.name} works over axis {axis}, but {node.describe('x')}; choose an axis it has."
        )
    return spec


@StraightLine
def _log_softmax_kernel(k: Any) -> Callable[..., Any]:
    """(x − max) − ln Σ e^(x − max) along the axis: finite for any finite x."""
    xp, spec, axis = k.xp, k.outputs[0], k.attribute("axis")
    shape, dtype = spec.shape.known(), spec.dtype.numpy
    sizes = list(shape)
    sizes[axis] = 1
    powers, column = xp.scratch(shape, dtype), xp.scratch(tuple(sizes), dtype)

    def step(x: Any, out: Any = None) -> Any:
        shifted = xp.subtract(x, xp.reduce_max(x, axis, True, column), out)
        total = xp.reduce_sum(xp.exp(shifted, powers), axis, True, column)
        return xp.subtract(shifted, xp.log(total, column), out)

    return step


@StraightLine
def _softmax_cross_entropy_kernel(k: Any) -> Callable[..., Any]:
    """Σ y · (ln Σ e^(x − max) − (x − max)) over the last axis: finite for any finite x and y.

    Gives the softmax of the logits too where it is asked for.
    """
    xp, exponentials = k.xp, Exponentials(k, k.inputs[1])
    rows = k.outputs[0].shape.known()

    def step(labels: Any, logits: Any, out: Any = None, softmax: Any = None) -> Any:
        shifted, powers, total = exponentials(logits)
        loss = out
        if len(k.outputs) > 1:
            softmax = exponentials.put_back(xp.true_divide(powers, total, powers), softmax)
        surprise = xp.subtract(xp.log(total, total), shifted, shifted)
        weighed = xp.multiply(exponentials.view(labels), surprise, surprise)
        loss = xp.reduce_sum(weighed, exponentials.axis, False, None if out is None else out.reshape(-1)).reshape(rows)
        return loss if len(k.outputs) == 1 else (loss, softmax)

    return step


def _log_softmax_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    total = grad.graph.apply("ReduceSum", grad, axis=[op.attributes["axis"]], keepdims=True)
    return [grad - grad.graph.apply("Exp", op.output) * total]


def _softmax_cross_entropy_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """p − y, also for labels that do not add up to 1, as TensorFlow has it."""
    labels, logits = op.inputs
    graph = grad.graph
    each = graph.apply("ExpandReduced", grad, logits, axis=[-1])
    to_labels = -(each * graph.apply("LogSoftmax", logits))
    return to_labels, each * (graph.apply("Softmax", logits) - labels)


@StraightLine
def _sigmoid_cross_entropy_kernel(k: Any) -> Callable[..., Any]:
    """max(x, 0) − x·z + ln(1 + e^−|x|) for logits x and labels z."""
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    shape = k.outputs[0].shape.known()
    zero, positive, product = xp.scalar(0, dtype), xp.scratch(shape, dtype), xp.scratch(shape, dtype)

    def step(labels: Any, logits: Any, out: Any = None) -> Any:
        tail = xp.log1p(xp.exp(xp.negative(xp.absolute(logits, out), out), out), out)
        head = xp.subtract(xp.maximum(logits, zero, positive), xp.multiply(logits, labels, product), positive)
        return xp.add(head, tail, out)

    return step


def _sigmoid_cross_entropy_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    labels, logits = op.inputs
    return -(grad * logits), grad * (grad.graph.apply("Sigmoid", logits) - labels)


def _sparse_cross_entropy(node: Inference) -> TensorSpec:
    node.require("labels", lambda dtype: dtype.is_integer, "whole numbers")
    dtype = node.require_float("logits")
    labels, logits = node.spec("labels").shape, node.spec("logits").shape
    if logits.rank == 0:
        raise node.shape_error(
            f"Logits cannot be scalars - received shape {logits}: {node.op.name} needs a row of classes; reshape it."
        )
    if logits.dims is None:
        return TensorSpec(dtype, labels)
    if labels.rank not in (None, len(logits) - 1):
        raise node.shape_error(
            f"Rank mismatch: Rank of labels (received {labels.rank}) should equal rank of logits minus 1 (received "
            f"{len(logits)}): {node.describe('labels')} and {node.describe('logits')}; give one label for each row, or "
            "take softmax_cross_entropy_with_logits for labels that are rows."
        )
    rows = TensorShape(logits.dims[:-1])
    if not labels.is_compatible_with(rows):
        raise node.shape_error(
            f"{node.op.name} needs one label for each row of logits: {node.describe('labels')} and "
            f"{node.describe('logits')}; change one of them."
        )
    return TensorSpec(dtype, labels.merge_with(rows))


def _check_labels(k: Any, labels: Any, classes: int) -> None:
    outside = k.xp.first_outside(labels, classes)
    if outside is not None:
        name = k.op.node_name
        raise InvalidArgumentError(
            f"Received a label value of {labels[outside]} which is outside the valid range of [0, {classes}). It "
            f"is label {list(outside)} of {name}, whose logits have {classes} classes; give labels below that, or more "
            "logits.",
            name,
        )


def _sparse_cross_entropy_kernel(k: Any) -> Callable[..., Any]:
    """ln Σ e^(x − max) − (x − max) at the label, for each row; and the softmax where it is asked for."""
    xp, exponentials = k.xp, Exponentials(k, k.inputs[1], classes_first=False)
    rows, classes = k.outputs[0].shape.known(), k.inputs[1].shape.known()[-1]
    count = prod(rows)
    starts = xp.counting(count, int64.numpy) * classes
    places, chosen = xp.scratch((count,), int64.numpy), xp.scratch((count,), k.outputs[0].dtype.numpy)

    def step(labels: Any, logits: Any, out: Any = None, softmax: Any = None) -> Any:
        _check_labels(k, labels, classes)
        shifted, powers, total = exponentials(logits)
        if len(k.outputs) > 1:
            softmax = exponentials.put_back(xp.true_divide(powers, total, powers), softmax)
        at_labels = xp.add(xp.cast(labels.reshape(count), int64.numpy, places), starts, places)
        shifted_there = xp.take(shifted.reshape(-1), at_labels, 0, chosen)
        loss = xp.subtract(xp.log(total, total).reshape(rows), shifted_there.reshape(rows), out)
        return loss if len(k.outputs) == 1 else (loss, softmax)

    return step


def _sparse_cross_entropy_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    labels, logits = op.inputs
    graph = grad.graph
    each = graph.apply("ExpandReduced", grad, logits, axis=[-1])
    return None, each * (graph.apply("Softmax", logits) - graph.apply("OneHotLike", labels, logits))


def _with_softmax(infer: Callable[[Inference], TensorSpec]) -> Callable[[Inference], list[TensorSpec]]:
    return lambda node: [infer(node), node.spec("logits")]


def _one_hot_like(node: Inference) -> TensorSpec:
    return TensorSpec(node.spec("like").dtype, node.spec("like").shape)


@StraightLine
def _one_hot_like_kernel(k: Any) -> Callable[..., Any]:
    """Ones at the labels in zeros."""
    xp, spec = k.xp, k.outputs[0]
    shape, dtype = spec.shape.known(), spec.dtype.numpy
    classes = xp.counting(shape[-1], k.inputs[0].dtype.numpy)
    is_class = xp.scratch(shape, bool_.numpy)
    return lambda x, like, out=None: xp.cast(xp.equal(x[..., None], classes, is_class), dtype, out)


declare(
    OpDeclaration(
        type="LogSoftmax",
        category=Category.ACTIVATION,
        symbol="lnσ",
        description="The logarithm of the softmax along an axis, computed without overflow.",
        formula=r"x_i - \ln \sum_j e^{x_j}",
        infer=_log_softmax,
        inputs=(X,),
        attributes=(axis_attribute(-1, "The axis along which the probabilities add up to 1; −1 is the last."),),
        kernel=_log_softmax_kernel,
        gradient=_log_softmax_gradient,
        default_name="LogSoftmax",
        example="tf.nn.log_softmax(x)",
    )
)
declare(
    OpDeclaration(
        type="SoftmaxCrossEntropyWithLogits",
        category=Category.LOSS,
        symbol="H",
        description="How far the softmax of the logits is from the labels, for each row.",
        formula=r"-\sum_i y_i \ln \frac{e^{x_i}}{\sum_j e^{x_j}}",
        infer=_softmax_cross_entropy,
        inputs=_PORTS,
        kernel=_softmax_cross_entropy_kernel,
        gradient=_softmax_cross_entropy_gradient,
        kind=NodeKind.LOSS,
        default_name="softmax_cross_entropy_with_logits",
        example="tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x)",
    )
)
declare(
    OpDeclaration(
        type="SparseSoftmaxCrossEntropyWithLogits",
        category=Category.LOSS,
        symbol="H",
        description="How far the softmax of the logits is from the class number that is the label, for each row.",
        formula=r"-\ln \frac{e^{x_y}}{\sum_j e^{x_j}}",
        infer=_sparse_cross_entropy,
        inputs=_PORTS,
        kernel=_sparse_cross_entropy_kernel,
        gradient=_sparse_cross_entropy_gradient,
        kind=NodeKind.LOSS,
        default_name="SparseSoftmaxCrossEntropyWithLogits",
        free_dtype_inputs=("labels",),
        example="tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
    )
)
declare(
    OpDeclaration(
        type="OneHotLike",
        category=Category.INTERNAL,
        symbol="1ₖ",
        description="Class numbers as rows of zeros with a one, in the shape of another tensor.",
        formula="e_k",
        infer=_one_hot_like,
        inputs=(X, LIKE),
        kernel=_one_hot_like_kernel,
        gradient=lambda op, grad: [None, None],
        default_name="OneHotLike",
        shape_only_inputs=("like",),
        free_dtype_inputs=("x",),
        example="used by the gradient of SparseSoftmaxCrossEntropyWithLogits",
    )
)
declare(
    OpDeclaration(
        type="SigmoidCrossEntropyWithLogits",
        category=Category.LOSS,
        symbol="H",
        description="How far the sigmoid of each logit is from its label, elementwise.",
        formula=r"\max(x, 0) - x y + \ln(1 + e^{-|x|})",
        infer=_cross_entropy,
        inputs=_PORTS,
        kernel=_sigmoid_cross_entropy_kernel,
        gradient=_sigmoid_cross_entropy_gradient,
        kind=NodeKind.LOSS,
        default_name="logistic_loss",
        example="tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)",
    )
)
for _type, _infer, _kernel in (
    ("SoftmaxCrossEntropyAndSoftmax", _softmax_cross_entropy, _softmax_cross_entropy_kernel),
    ("SparseSoftmaxCrossEntropyAndSoftmax", _sparse_cross_entropy, _sparse_cross_entropy_kernel),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.INTERNAL,
            symbol="H,σ",
            description="A softmax cross entropy, and the softmax that it comes upon.",
            formula=r"-\sum_i y_i \ln \sigma(x)_i, \quad \sigma(x)",
            infer=_with_softmax(_infer),
            inputs=_PORTS,
            outputs=(OutputPort("loss"), OutputPort("softmax")),
            kernel=_kernel,
            default_name=_type,
            free_dtype_inputs=("labels",) if _type.startswith("Sparse") else (),
            example="used where a loss is differentiated",
        )
    )
