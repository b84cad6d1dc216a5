"""Networks that read a list of tensors, one for each step, and write another."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ....graph import float32
from ...embedding import embedding_lookup
from ...rnn import static_rnn
from ...rnn_base import State
from ...rnn_wrappers import EmbeddingWrapper, OutputProjectionWrapper
from ...variable_scope import get_variable, get_variable_scope, variable_scope
from .feeding import LoopFunction, decoded, embeds_best, fixed

__all__ = [
    "basic_rnn_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "rnn_decoder",
    "tied_rnn_seq2seq",
]


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
        table = embedding if update_embedding_for_previous else fixed(embedding)
        loop = embeds_best(table, output_projection) if feed_previous else None
        return rnn_decoder([embedding_lookup(embedding, each) for each in decoder_inputs], initial_state, cell, loop)


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

        return decoded(feed_previous, decode)


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
            loop = embeds_best(embedding, output_projection) if is_fed else None
            return tied_rnn_seq2seq(given, wanted, cell, loop, opened.dtype)

        return decoded(feed_previous, decode)
