"""Layers of networks that run both ways: each layer takes what both directions of the one before gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .arrays import concat
from .rnn import bidirectional_dynamic_rnn, static_bidirectional_rnn
from .rnn_base import State
from .variable_scope import variable_scope

__all__ = ["stack_bidirectional_dynamic_rnn", "stack_bidirectional_rnn"]


def _checked(cells_fw: Any, cells_bw: Any, states_fw: Any, states_bw: Any) -> list[tuple[Any, Any, State, State]]:
    """The cells of each layer, with the states they begin with."""
    for name, cells in (("forward", cells_fw), ("backward", cells_bw)):
        if not isinstance(cells, list | tuple):
            raise ValueError(f"cells of the {name} layers must be a list (one per layer).")
    if not cells_fw or len(cells_fw) != len(cells_bw):
        raise ValueError("Forward and Backward cells must have the same depth, of at least 1.")
    for states in (states_fw, states_bw):
        if states is not None and len(states) != len(cells_fw):
            raise ValueError("initial_states must be a list of states (one per layer).")
    none = [None] * len(cells_fw)
    return list(zip(cells_fw, cells_bw, states_fw or none, states_bw or none, strict=True))


def stack_bidirectional_rnn(
    cells_fw: Sequence[Any],
    cells_bw: Sequence[Any],
    inputs: Sequence[Any],
    initial_states_fw: Any = None,
    initial_states_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], tuple[State, ...], tuple[State, ...]]:
    """Layers of ``static_bidirectional_rnn``. Returns the last one's outputs and the last states of all layers."""
    layers = _checked(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    forward, backward = [], []
    outputs = list(inputs)
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for place, (fw, bw, state_fw, state_bw) in enumerate(layers):
            with variable_scope(f"cell_{place}") as opened:
                outputs, last_fw, last_bw = static_bidirectional_rnn(
                    fw, bw, outputs, state_fw, state_bw, dtype, sequence_length, opened
                )
            forward.append(last_fw)
            backward.append(last_bw)
    return outputs, tuple(forward), tuple(backward)


def stack_bidirectional_dynamic_rnn(
    cells_fw: Sequence[Any],
    cells_bw: Sequence[Any],
    inputs: Any,
    initial_states_fw: Any = None,
    initial_states_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: Any = None,
    swap_memory: bool = False,
) -> tuple[Any, tuple[State, ...], tuple[State, ...]]:
    """Layers of ``bidirectional_dynamic_rnn``. Returns the last one's outputs, both directions beside each other in
    the last axis, and the last states of all layers.
    """
    layers = _checked(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    forward, backward = [], []
    outputs = inputs
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for place, (fw, bw, state_fw, state_bw) in enumerate(layers):
            with variable_scope(f"cell_{place}"):
                pair, (last_fw, last_bw) = bidirectional_dynamic_rnn(
                    fw, bw, outputs, sequence_length, state_fw, state_bw, dtype, time_major=time_major
                )
            outputs = concat(list(pair), 2)
            forward.append(last_fw)
            backward.append(last_bw)
    return outputs, tuple(forward), tuple(backward)
