"""The losses of batches of sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....graph import Tensor, get_default_graph
from ...arrays import reshape, shape
from ...build import in_dtype, is_tensor, tensor_of
from ...cross_entropy import sparse_softmax_cross_entropy_with_logits
from ...elementwise import div_no_nan
from ...reductions import count_nonzero, reduce_sum

__all__ = ["sequence_loss"]


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of a batch of sequences.

    ``logits`` (batch, steps, classes) are compared with ``targets`` (batch, steps), class numbers; ``weights`` (batch,
    steps) are 0 for steps that do not count. Averages divide by the sum of the weights, sums by how many weights are
    not 0. ``softmax_loss_function(labels=, logits=)`` may stand for the cross entropy. The result has an axis for
    each of batch and steps that is neither averaged nor summed over. Raises ValueError for other ranks, and for
    flags that contradict each other.
    """
    given = tensor_of(logits)
    wanted = tensor_of(targets)
    factors = tensor_of(weights) if is_tensor(weights) else tensor_of(weights, given.dtype)
    for tensor, rank, sentence in (
        (given, 3, "Logits must be a [batch_size x sequence_length x logits] tensor"),
        (wanted, 2, "Targets must be a [batch_size x sequence_length] tensor"),
        (factors, 2, "Weights must be a [batch_size x sequence_length] tensor"),
    ):
        if tensor.shape.rank not in (None, rank):
            raise ValueError(f"{sentence}, but {tensor.name} has the shape {tensor.shape}; reshape it.")
    for first, second, names in (
        (average_across_timesteps, sum_over_timesteps, "average_across_timesteps and sum_over_timesteps"),
        (average_across_batch, sum_over_batch, "average_across_batch and sum_over_batch"),
        (average_across_batch, sum_over_timesteps, "average_across_batch and sum_over_timesteps"),
        (average_across_timesteps, sum_over_batch, "average_across_timesteps and sum_over_batch"),
    ):
        if first and second:
            raise ValueError(f"{names} cannot be set to True at same time; turn one of them off.")
    with get_default_graph().name_scope(name or "sequence_loss"):
        flat = reshape(given, [-1, shape(given)[2]])
        if given.shape.dims is not None:
            flat.set_shape([None, given.shape.dims[2]])
        loss = softmax_loss_function or sparse_softmax_cross_entropy_with_logits
        each = loss(labels=reshape(wanted, [-1]), logits=flat) * reshape(factors, [-1])
        over_steps, over_batch = average_across_timesteps or sum_over_timesteps, average_across_batch or sum_over_batch
        is_average = average_across_timesteps or average_across_batch
        if over_steps and over_batch:
            return div_no_nan(reduce_sum(each), _divisor(factors, None, is_average, each))
        each = reshape(each, shape(given)[0:2])
        if given.shape.dims is not None:
            each.set_shape(given.shape.dims[:2])
        if not over_steps and not over_batch:
            return each
        axis = [0] if over_batch else [1]
        return div_no_nan(reduce_sum(each, axis), _divisor(factors, axis, is_average, each))


def _divisor(weights: Tensor, axis: list[int] | None, is_average: bool, loss: Tensor) -> Tensor:
    """The sum of the weights for an average; how many of them are not 0 for a sum."""
    return in_dtype(reduce_sum(weights, axis) if is_average else count_nonzero(weights, axis), loss.dtype)
