"""Losses over many classes that look at a few drawn ones, under TensorFlow's names; ``tf.nn`` shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor, int64
from ..graph.seeds import new_seeds
from ..ops.arithmetic import constant_like
from .build import apply, create, in_dtype, tensor_of
from .embedding import embedding_lookup

__all__ = [
    "log_uniform_candidate_sampler",
    "nce_loss",
    "sampled_softmax_loss",
    "uniform_candidate_sampler",
]

Sampled = tuple[Any, Any, Any]


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Classes drawn so that the first ones come most often, and the expected counts of the true and the drawn ones.

    ``true_classes`` is (batch, num_true); the drawn classes are (num_sampled,), int64. Raises ValueError when more
    different classes are to be drawn than there are.
    """
    return _sample("LogUniformCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, name)


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """As :func:`log_uniform_candidate_sampler`, with all classes equally likely."""
    return _sample("UniformCandidateSampler", true_classes, num_true, num_sampled, unique, range_max, seed, name)


def _sample(
    op_type: str,
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None,
    name: str | None,
) -> tuple[Tensor, Tensor, Tensor]:
    true = in_dtype(tensor_of(true_classes), int64)
    if not true.shape.is_compatible_with([None, num_true]):
        raise ValueError(
            f"true_classes must be (batch, {num_true}) for num_true {num_true}, but they are {true.shape}."
        )
    attributes = {"num_sampled": num_sampled, "unique": unique, "range_max": range_max}
    attributes |= new_seeds(true.graph, seed)
    candidates, of_true, of_sampled = create(op_type, {"true_classes": true}, attributes, name).outputs
    return candidates, of_true, of_sampled


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sampled | None = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """The noise-contrastive loss of each sample, (batch,): are the true classes told from ``num_sampled`` drawn ones?

    ``weights`` is (num_classes, size) or a list of parts of that, ``biases`` (num_classes,), ``labels``
    (batch, num_true), ``inputs`` (batch, size). ``sampled_values`` is what a candidate sampler gave.
    """
    logits, wanted = _sampled_logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits,
        partition_strategy, name,
    )  # fmt: skip
    losses = apply("SigmoidCrossEntropyWithLogits", wanted, logits, name="sampled_losses")
    return apply("ReduceSum", losses, axis=[1])


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sampled | None = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """The softmax cross entropy of each sample, (batch,), over its true classes and ``num_sampled`` drawn ones.

    The arguments are those of :func:`nce_loss`.
    """
    logits, wanted = _sampled_logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits,
        partition_strategy, name, seed,
    )  # fmt: skip
    return apply("SoftmaxCrossEntropyWithLogits", apply("StopGradient", wanted), logits)


def _sampled_logits(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Sampled | None,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None,
    seed: int | None = None,
) -> tuple[Tensor, Tensor]:
    """The logits of the true and the drawn classes, less the logarithms of their expected counts, and the labels."""
    x = tensor_of(inputs)
    with x.graph.name_scope(name or "compute_sampled_logits"):
        true = in_dtype(tensor_of(labels), int64)
        flat = apply("Reshape", true, shape=[-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(true, num_true, num_sampled, True, num_classes, seed)
        drawn, true_count, drawn_count = (apply("StopGradient", tensor_of(value)) for value in sampled_values)
        drawn = in_dtype(drawn, int64)
        every = apply("Concat", [flat, drawn], axis=0)
        rows = in_dtype(embedding_lookup(weights, every, partition_strategy), x.dtype)
        offsets = in_dtype(embedding_lookup(biases, every, partition_strategy), x.dtype)
        size = rows.shape[1]
        if size is None:
            raise ValueError(f"The length of the rows of the weights is not known: they are {rows.shape}; give it.")
        true_rows = apply("Reshape", rows[:-num_sampled], shape=[-1, num_true, size])
        products = apply("Reshape", x, shape=[-1, 1, size]) * true_rows
        of_true = apply("ReduceSum", products, axis=[2])
        of_true = of_true + apply("Reshape", offsets[:-num_sampled], shape=[-1, num_true])
        of_drawn = apply("MatMul", x, rows[-num_sampled:], transpose_b=True) + offsets[-num_sampled:]
        if remove_accidental_hits:
            of_drawn = of_drawn + _hits(true, drawn, num_true, num_sampled, of_drawn)
        of_true = of_true - apply("Log", in_dtype(true_count, x.dtype))
        of_drawn = of_drawn - apply("Log", in_dtype(drawn_count, x.dtype))
        ones = apply("OnesLike", of_true) / constant_like(num_true, of_true)
        wanted = apply("Concat", [ones, apply("ZerosLike", of_drawn)], axis=1)
        return apply("Concat", [of_true, of_drawn], axis=1), wanted


def _hits(true: Tensor, drawn: Tensor, num_true: int, num_sampled: int, like: Tensor) -> Tensor:
    """The lowest number there is where a drawn class is one of the true ones, 0 elsewhere: (batch, num_sampled)."""
    pairs = apply(
        "Equal",
        apply("Reshape", true, shape=[-1, num_true, 1]),
        apply("Reshape", drawn, shape=[1, 1, num_sampled]),
    )
    hits = apply("ReduceSum", in_dtype(pairs, like.dtype), axis=[1])
    return hits * constant_like(float(np.finfo(np.float32).min), like)
