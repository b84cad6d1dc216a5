"""Decoders that go on with what they wrote themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....graph import Tensor, get_default_graph
from ... import nest
from ...arithmetic import matmul
from ...build import tensor_of
from ...control_flow import cond
from ...convolution import bias_add
from ...embedding import embedding_lookup
from ...reductions import argmax
from ...rnn_base import State
from ...variable_scope import get_variable_scope, variable_scope

LoopFunction = Callable[[Any, int], Any]


def embeds_best(embedding: Any, output_projection: Any) -> LoopFunction:
    """Takes the class with the largest output as the next input."""

    def function(previous: Any, _: int) -> Any:
        if output_projection is not None:
            previous = bias_add(matmul(previous, output_projection[0]), output_projection[1])
        return embedding_lookup(embedding, argmax(previous, 1))

    return function


def fixed(table: Any) -> Tensor:
    return get_default_graph().apply("StopGradient", table)


def decoded(feed_previous: Any, decode: Callable[[bool], tuple[list[Any], State]]) -> tuple[list[Any], State]:
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
