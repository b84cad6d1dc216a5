"""Losses that are computed from logits, in their stable forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Category,
    Inference,
    InputPort,
    NodeKind,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from .rules import X, floating

_PORTS = (InputPort("labels"), InputPort("logits"))


def _cross_entropy(node: Inference) -> TensorSpec:
    for port in ("labels", "logits"):
        node.require_float(port)
    dtype = node.same_dtype("labels", "logits")
    labels, logits = node.spec("labels").shape, node.spec("logits").shape
    if not labels.is_compatible_with(logits):
        raise node.shape_error(
            f"{node.op.name} needs labels and logits of one shape: {node.describe('labels')} and "
            f"{node.describe('logits')}."
        )
    return TensorSpec(dtype, labels.merge_with(logits))


def _softmax_cross_entropy(node: Inference) -> TensorSpec:
    spec = _cross_entropy(node)
    if spec.shape.rank == 0:
        raise node.shape_error(f"{node.op.name} needs a row of classes, but {node.describe('logits')}, a scalar.")
    return spec.with_shape(UNKNOWN_SHAPE if spec.shape.dims is None else TensorShape(spec.shape.dims[:-1]))


def _log_softmax(xp: Any, logits: Any, row: Any, buffer: Any) -> Any:
    """x − max − ln Σ e^(x − max) over the last axis: finite for any finite x."""
    xp.reduce_max(logits, -1, True, row)
    scaled = xp.subtract(logits, row, buffer[0])
    xp.log(xp.reduce_sum(xp.exp(scaled, buffer[1]), -1, True, row), row)
    return xp.subtract(scaled, row, scaled)


def _buffers(xp: Any, spec: TensorSpec, copies: int) -> tuple[Any, list[Any]]:
    """A column for the rows' maxima and sums, and ``copies`` work buffers of the full shape."""
    shape, dtype = spec.shape.known(), spec.dtype.numpy  # type: ignore[union-attr]
    return xp.full((*shape[:-1], 1), 0, dtype), [xp.full(shape, 0, dtype) for _ in range(copies)]


def _softmax_cross_entropy_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    row, buffers = _buffers(xp, k.inputs[1], 2)

    def step(labels: Any, logits: Any, out: Any = None) -> Any:
        log_p = _log_softmax(xp, logits, row, buffers)
        xp.reduce_sum(xp.multiply(labels, log_p, buffers[1]), -1, False, out)
        return xp.negative(out, out)

    return step


def _log_softmax_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    row, buffers = _buffers(xp, k.inputs[0], 1)
    return lambda x, out=None: _log_softmax(xp, x, row, (out, buffers[0]))


def _log_softmax_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    total = grad.graph.apply("ReduceSum", grad, axis=[-1], keepdims=True)
    return [grad - grad.graph.apply("Exp", op.output) * total]


def _softmax_cross_entropy_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """p − y, also for labels that do not add up to 1, as TensorFlow has it."""
    labels, logits = op.inputs
    graph = grad.graph
    each = graph.apply("ExpandReduced", grad, logits, axis=[-1])
    to_labels = -(each * graph.apply("LogSoftmax", logits))
    return to_labels, each * (graph.apply("Softmax", logits) - labels)


def _sigmoid_cross_entropy_kernel(k: Any) -> Callable[..., Any]:
    """max(x, 0) − x·z + ln(1 + e^−|x|) for logits x and labels z."""
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    zero = xp.scalar(0, dtype)
    buffer = xp.full(k.outputs[0].shape.known(), 0, dtype)

    def step(labels: Any, logits: Any, out: Any = None) -> Any:
        xp.log1p(xp.exp(xp.negative(xp.absolute(logits, out), out), out), out)
        xp.add(xp.maximum(logits, zero, buffer), out, out)
        return xp.subtract(out, xp.multiply(logits, labels, buffer), out)

    return step


def _sigmoid_cross_entropy_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    labels, logits = op.inputs
    return -(grad * logits), grad * (grad.graph.apply("Sigmoid", logits) - labels)


declare(
    OpDeclaration(
        type="LogSoftmax",
        category=Category.ACTIVATION,
        symbol="lnσ",
        description="The logarithm of the softmax over the last axis, computed without overflow.",
        formula=r"x_i - \ln \sum_j e^{x_j}",
        infer=floating,
        inputs=(X,),
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
