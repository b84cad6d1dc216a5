"""The losses of sequences that are lists, and models of several lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....graph import Tensor, get_default_graph
from ...arrays import reshape, shape
from ...build import in_dtype, is_tensor, tensor_of
from ...cross_entropy import sparse_softmax_cross_entropy_with_logits
from ...elementwise import add_n
from ...reductions import reduce_sum
from ...variable_scope import get_variable_scope, variable_scope

__all__ = ["model_with_buckets", "sequence_loss", "sequence_loss_by_example"]


def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of each sequence of a batch, (batch,).

    There is one of ``logits`` (batch, classes), ``targets`` (batch, class numbers) and ``weights`` (batch) for each
    step. Raises ValueError for lists of different lengths.
    """
    if len(targets) != len(logits) or len(weights) != len(logits):
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same "
            f"{len(logits)}, {len(weights)}, {len(targets)}: there is one of each for every step."
        )
    loss = softmax_loss_function or sparse_softmax_cross_entropy_with_logits
    with get_default_graph().name_scope(name or "sequence_loss_by_example"):
        given = [tensor_of(logit) for logit in logits]
        factors = [
            tensor_of(weight) if is_tensor(weight) else tensor_of(weight, logit.dtype)
            for weight, logit in zip(weights, given, strict=True)
        ]
        steps = [
            loss(labels=reshape(target, [-1]), logits=logit) * weight
            for logit, target, weight in zip(given, targets, factors, strict=True)
        ]
        total: Tensor = add_n(steps)
        return total / (add_n(factors) + 1e-12) if average_across_timesteps else total


def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The sum (or, across the batch, the average) of what :func:`sequence_loss_by_example` gives."""
    with get_default_graph().name_scope(name or "sequence_loss"):
        cost = reduce_sum(
            sequence_loss_by_example(logits, targets, weights, average_across_timesteps, softmax_loss_function)
        )
        return cost / in_dtype(shape(targets[0])[0], cost.dtype) if average_across_batch else cost


def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[[Any, Any], tuple[list[Any], Any]],
    softmax_loss_function: Callable[..., Any] | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[list[Any]], list[Tensor]]:
    """A model for each of several lengths (of what is read, of what is written), all with the same variables.

    Returns their outputs and losses. Raises ValueError when there are fewer inputs than the last bucket is long.
    """
    longest = buckets[-1]
    for what, values, length in (
        ("encoder_inputs", encoder_inputs, longest[0]),
        ("targets", targets, longest[1]),
        ("weights", weights, longest[1]),
    ):
        if len(values) < length:
            raise ValueError(f"Length of {what} ({len(values)}) must be at least that of last bucket ({length}).")
    outputs, losses = [], []
    loss = sequence_loss_by_example if per_example_loss else sequence_loss
    with get_default_graph().name_scope(name or "model_with_buckets"):
        for place, (read, written) in enumerate(buckets):
            with variable_scope(get_variable_scope(), reuse=True if place else None):
                found, _ = seq2seq(encoder_inputs[:read], decoder_inputs[:written])
            outputs.append(found)
            losses.append(
                loss(found, targets[:written], weights[:written], softmax_loss_function=softmax_loss_function)
            )
    return outputs, losses
