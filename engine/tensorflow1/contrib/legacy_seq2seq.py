"""``tf.contrib.legacy_seq2seq``: sequences as lists of tensors, one for each step."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from ...graph import Tensor, float32, get_default_graph
from .. import nest
from ..arithmetic import matmul
from ..arrays import reshape, shape
from ..build import in_dtype, is_tensor, tensor_of
from ..control_flow import cond
from ..convolution import bias_add
from ..cross_entropy import sparse_softmax_cross_entropy_with_logits
from ..elementwise import add_n
from ..embedding import embedding_lookup
from ..reductions import argmax, reduce_sum
from ..rnn import static_rnn
from ..rnn_base import State
from ..rnn_wrappers import EmbeddingWrapper, OutputProjectionWrapper
from ..variable_scope import get_variable, get_variable_scope, variable_scope

__all__ = [
    "basic_rnn_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "model_with_buckets",
    "rnn_decoder",
    "sequence_loss",
    "sequence_loss_by_example",
    "tied_rnn_seq2seq",
]

LoopFunction = Callable[[Any, int], Any]


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


def rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: State,
    cell: Any,
    loop_function: LoopFunction | None = None,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """Runs a cell over a list of inputs. ``loop_function(output, step)`` makes an input of the output before it,
    in the place of the one that is given.
    """
    outputs: list[Any] = []
    with variable_scope(scope or "rnn_decoder") as opened:
        state = initial_state
        for step, given in enumerate(decoder_inputs):
            if loop_function is not None and outputs:
                with variable_scope("loop_function", reuse=True):
                    given = loop_function(outputs[-1], step)
            if step > 0:
                opened.reuse_variables()
            output, state = cell(given, state)
            outputs.append(output)
    return outputs, state


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any], decoder_inputs: Sequence[Any], cell: Any, dtype: Any = float32, scope: Any = None
) -> tuple[list[Any], State]:
    """One network reads the encoder's inputs; another begins with its last state and takes the decoder's inputs."""
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: LoopFunction | None = None,
    dtype: Any = float32,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """As :func:`basic_rnn_seq2seq`, with the same variables for both networks."""
    with variable_scope("combined_tied_rnn_seq2seq"):
        inner = scope or "tied_rnn_seq2seq"
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=inner)
        get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function, inner)


def _embeds_best(embedding: Any, output_projection: Any) -> LoopFunction:
    """Takes the class with the largest output as the next input."""

    def function(previous: Any, _: int) -> Any:
        if output_projection is not None:
            previous = bias_add(matmul(previous, output_projection[0]), output_projection[1])
        return embedding_lookup(embedding, argmax(previous, 1))

    return function


def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: State,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """A decoder of class numbers, looked up in a table; with ``feed_previous`` it goes on with its own best class."""
    with variable_scope(scope or "embedding_rnn_decoder"):
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        table = embedding if update_embedding_for_previous else _fixed(embedding)
        loop = _embeds_best(table, output_projection) if feed_previous else None
        return rnn_decoder([embedding_lookup(embedding, each) for each in decoder_inputs], initial_state, cell, loop)


def _fixed(table: Any) -> Tensor:
    return get_default_graph().apply("StopGradient", table)


def _decoded(feed_previous: Any, decode: Callable[[bool], tuple[list[Any], State]]) -> tuple[list[Any], State]:
    """What a decoder gives, where whether it feeds itself is known or decided in each run."""
    if isinstance(feed_previous, bool):
        return decode(feed_previous)
    form: list[Any] = []

    def branch(is_fed: bool) -> list[Any]:
        with variable_scope(get_variable_scope(), reuse=True if form else None):
            form.append(decode(is_fed))
        return nest.flatten(form[-1])

    leaves = cond(tensor_of(feed_previous), lambda: branch(True), lambda: branch(False))
    return nest.pack_sequence_as(form[0], leaves)  # type: ignore[no-any-return]


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """From class numbers to class numbers, both looked up in tables of their own.

    ``feed_previous`` (a bool, or a bool tensor) has the decoder go on with its own best class. Without
    ``output_projection`` (a matrix and a vector) the outputs are the logits of the classes.
    """
    with variable_scope(scope or "embedding_rnn_seq2seq", dtype=dtype) as opened:
        reader = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        _, state = static_rnn(reader, encoder_inputs, dtype=opened.dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(is_fed: bool) -> tuple[list[Any], State]:
            return embedding_rnn_decoder(
                decoder_inputs, state, cell, num_decoder_symbols, embedding_size, output_projection, is_fed
            )

        return _decoded(feed_previous, decode)


def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """As :func:`embedding_rnn_seq2seq`, with the same table and the same variables for both networks."""
    with variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as opened:
        embedding = get_variable("embedding", [num_symbols, embedding_size], dtype=opened.dtype)
        given = [embedding_lookup(embedding, each) for each in encoder_inputs]
        wanted = [embedding_lookup(embedding, each) for each in decoder_inputs]
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols or num_symbols)

        def decode(is_fed: bool) -> tuple[list[Any], State]:
            loop = _embeds_best(embedding, output_projection) if is_fed else None
            return tied_rnn_seq2seq(given, wanted, cell, loop, opened.dtype)

        return _decoded(feed_previous, decode)


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
