"""Losses that are computed from logits, under TensorFlow's names in ``tf.nn``."""

from __future__ import annotations

import math
from typing import Any

from ..graph import Tensor, TensorShape
from ..ops.arithmetic import constant_like
from .build import apply, static_int, tensor_of
from .reductions import old_or_new

__all__ = [
    "log_poisson_loss",
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]


def _by_name(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    if sentinel is not None:
        raise ValueError(f"Only call `{function}` with named arguments (labels=..., logits=..., ...)")
    if labels is None or logits is None:
        raise ValueError("Both labels and logits must be provided. Give them by name.")


def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    dim: Any = -1,
    name: str | None = None,
    axis: Any = None,
) -> Tensor:
    """−Σ labels · log softmax(logits) along an axis, the last: (…, classes) to (…). No gradient flows to the labels."""
    _by_name("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    scores = tensor_of(logits)
    with scores.graph.name_scope(name or "softmax_cross_entropy_with_logits_sg"):
        fixed = apply("StopGradient", tensor_of(labels, scores.dtype), base_name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(fixed, scores, dim if axis is None else axis, name)


def softmax_cross_entropy_with_logits_v2(
    labels: Any, logits: Any, axis: Any = None, name: str | None = None, dim: Any = None
) -> Tensor:
    """−Σ labels · log softmax(logits) along an axis (the last when None): (…, classes) to (…)."""
    _by_name("softmax_cross_entropy_with_logits_v2", None, labels, logits)
    chosen = old_or_new(dim, axis, "dim", "axis")
    place = -1 if chosen is None else static_int(chosen, "axis")
    scores = tensor_of(logits)
    truth = tensor_of(labels, scores.dtype)
    rank = scores.shape.rank if scores.shape.rank is not None else truth.shape.rank
    if place != -1 and place + 1 != rank:
        if rank is None:
            raise ValueError("An axis that is not the last needs logits with a known number of axes; give a shape.")
        order = [i for i in range(rank) if i != place % rank] + [place % rank]
        scores, truth = apply("Transpose", scores, perm=order), apply("Transpose", truth, perm=order)
    if scores.shape.rank == 2 and truth.shape.rank not in (None, 2):
        # TensorFlow takes both as matrices with a row of classes for each example.
        truth = apply("Reshape", truth, shape=TensorShape([None, scores.shape.as_list()[-1]]))
    return apply("SoftmaxCrossEntropyWithLogits", truth, scores, name=name)


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """−log softmax(logits) at the class that is the label: labels (…) and logits (…, classes) to (…).

    A run raises InvalidArgumentError for a label that is no class.
    """
    _by_name("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    return apply("SparseSoftmaxCrossEntropyWithLogits", labels, logits, name=name)


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """The cross entropy of independent yes/no labels, elementwise, from logits."""
    _by_name("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    return apply("SigmoidCrossEntropyWithLogits", labels, logits, name=name)


def weighted_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, pos_weight: Any = None, name: str | None = None, targets: Any = None
) -> Tensor:
    """The cross entropy of yes/no labels in which what is missed counts ``pos_weight`` times, elementwise."""
    x = tensor_of(logits)
    z = tensor_of(old_or_new(targets, labels, "targets", "labels"), x.dtype)
    if not x.shape.is_compatible_with(z.shape):
        raise ValueError(f"logits and targets must have the same shape ({x.shape} vs {z.shape})")
    with x.graph.name_scope(name or "logistic_loss"):
        one = constant_like(1, x)
        weight = one + (tensor_of(pos_weight, x.dtype) - one) * z
        tail = apply("Log1p", apply("Exp", -apply("Abs", x))) + apply("Relu", -x)
        return (one - z) * x + weight * tail


def log_poisson_loss(targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None) -> Tensor:
    """e^c − z c for a logarithm c of the rate and a count z, elementwise: the loss of a Poisson distribution.

    ``compute_full_loss`` adds Stirling's approximation of ln z! where z is above 1.
    """
    c = tensor_of(log_input)
    z = tensor_of(targets, c.dtype)
    if not c.shape.is_compatible_with(z.shape):
        raise ValueError(f"log_input and targets must have the same shape ({c.shape} vs {z.shape})")
    with c.graph.name_scope(name or "log_poisson_loss"):
        loss = apply("Exp", c) - c * z
        if compute_full_loss:
            half, circle = constant_like(0.5, c), constant_like(2 * math.pi, c)
            stirling = z * apply("Log", z) - z + half * apply("Log", circle * z)
            zeros, ones = apply("ZerosLike", z), apply("OnesLike", z)
            is_small = apply("LogicalAnd", z >= zeros, z <= ones)
            loss += apply("Where", is_small, zeros, stirling)
        return loss
