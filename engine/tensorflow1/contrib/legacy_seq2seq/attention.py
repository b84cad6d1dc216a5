"""Decoders that look, at each step, at what was read."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ....graph import Tensor
from ... import nest
from ...activations import softmax, tanh
from ...arithmetic import matmul
from ...arrays import concat, reshape, shape
from ...build import tensor_of
from ...convolution import bias_add, conv2d
from ...embedding import embedding_lookup
from ...initializers import Zeros
from ...reductions import reduce_sum
from ...rnn import static_rnn
from ...rnn_base import State
from ...rnn_wrappers import EmbeddingWrapper, OutputProjectionWrapper
from ...sources import zeros
from ...variable_scope import get_variable, get_variable_scope, variable_scope
from .feeding import LoopFunction, decoded, embeds_best, fixed

__all__ = ["attention_decoder", "embedding_attention_decoder", "embedding_attention_seq2seq"]


def _linear(parts: Sequence[Any], size: int) -> Tensor:
    """All parts beside each other times a matrix, plus a vector: variables of the open scope."""
    given = concat(list(parts), 1) if len(parts) > 1 else tensor_of(parts[0])
    rows = given.shape.as_list()[-1]
    if rows is None:
        raise ValueError(f"linear expects shape[1] to be provided for shape {given.shape}; give the inputs a size.")
    kernel = get_variable("kernel", [rows, size], given.dtype)
    return bias_add(matmul(given, kernel), get_variable("bias", [size], given.dtype, Zeros()))


class _Heads:
    """What a query finds in the states that were read, (batch, steps, size): one vector for each head."""

    def __init__(self, states: Tensor, count: int) -> None:
        sizes = states.shape.as_list()
        if sizes[2] is None:
            raise ValueError(f"Shape[2] of attention_states must be known: {states.shape}.")
        self.size, self.count = sizes[2], count
        self._steps = shape(states)[1] if sizes[1] is None else sizes[1]
        self._hidden = reshape(states, [-1, self._steps, 1, self.size])
        self._features, self._vectors = [], []
        for head in range(count):
            kernel = get_variable(f"AttnW_{head}", [1, 1, self.size, self.size], states.dtype)
            self._features.append(conv2d(self._hidden, kernel, [1, 1, 1, 1], "SAME"))
            self._vectors.append(get_variable(f"AttnV_{head}", [self.size], states.dtype))

    def __call__(self, query: State) -> list[Tensor]:
        parts = nest.flatten(query)
        found = []
        for head in range(self.count):
            with variable_scope(f"Attention_{head}"):
                asked = reshape(_linear(parts, self.size), [-1, 1, 1, self.size])
                score = reduce_sum(self._vectors[head] * tanh(self._features[head] + asked), [2, 3])
                weights = reshape(softmax(score), [-1, self._steps, 1, 1])
                found.append(reshape(reduce_sum(weights * self._hidden, [1, 2]), [-1, self.size]))
        return found


def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: State,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: LoopFunction | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], State]:
    """Runs a cell over a list of inputs; with each step it looks ``num_heads`` times at ``attention_states``,
    (batch, steps, size), and takes what it saw into the next.

    ``loop_function(output, step)`` makes an input of the output before it. Outputs have ``output_size`` (that of the
    cell when None). ``initial_state_attention`` has it look before the first step.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    size = cell.output_size if output_size is None else output_size
    with variable_scope(scope or "attention_decoder", dtype=dtype) as opened:
        first, states = tensor_of(decoder_inputs[0]), tensor_of(attention_states)
        heads = _Heads(states, num_heads)
        seen = [zeros([shape(first)[0], heads.size], states.dtype) for _ in range(num_heads)]
        state = initial_state
        outputs: list[Any] = []
        if initial_state_attention:
            seen = heads(initial_state)
        for step, given in enumerate(decoder_inputs):
            if step > 0:
                opened.reuse_variables()
            if loop_function is not None and outputs:
                with variable_scope("loop_function", reuse=True):
                    given = loop_function(outputs[-1], step)
            taken = tensor_of(given)
            width = taken.shape.as_list()[1]
            if width is None:
                raise ValueError(f"Could not infer input size from input: {taken.name}; give it a size.")
            output, state = cell(_linear([taken, *seen], width), state)
            with variable_scope(get_variable_scope(), reuse=True if step == 0 and initial_state_attention else None):
                seen = heads(state)
            with variable_scope("AttnOutputProjection"):
                outputs.append(_linear([output, *seen], size))
    return outputs, state


def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: State,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], State]:
    """:func:`attention_decoder` for class numbers, looked up in a table."""
    size = cell.output_size if output_size is None else output_size
    with variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        table = embedding if update_embedding_for_previous else fixed(embedding)
        loop = embeds_best(table, output_projection) if feed_previous else None
        given = [embedding_lookup(embedding, each) for each in decoder_inputs]
        return attention_decoder(
            given, initial_state, attention_states, cell, size, num_heads, loop,
            initial_state_attention=initial_state_attention,
        )  # fmt: skip


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], State]:
    """From class numbers to class numbers, with attention to all that was read. See ``embedding_rnn_seq2seq``."""
    with variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as opened:
        reader = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        read, state = static_rnn(reader, encoder_inputs, dtype=opened.dtype)
        states = concat([reshape(each, [-1, 1, cell.output_size]) for each in read], 1)
        size = None
        if output_projection is None:
            cell, size = OutputProjectionWrapper(cell, num_decoder_symbols), num_decoder_symbols

        def decode(is_fed: bool) -> tuple[list[Any], State]:
            return embedding_attention_decoder(
                decoder_inputs, state, states, cell, num_decoder_symbols, embedding_size, num_heads, size,
                output_projection, is_fed, initial_state_attention=initial_state_attention,
            )  # fmt: skip

        return decoded(feed_previous, decode)
