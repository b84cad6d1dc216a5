"""Recurrent networks that are one object: they take a whole sequence, (time, batch, size)."""

from __future__ import annotations

from typing import Any

from .arrays import reverse, reverse_sequence
from .build import tensor_of
from .rnn import dynamic_rnn
from .rnn_base import LSTMStateTuple, State
from .rnn_cells import LSTMBlockCell
from .variable_scope import variable_scope

__all__ = ["LSTMBlockFusedCell", "TimeReversedFusedRNN"]


class _BuiltCell(LSTMBlockCell):
    """An LSTM that has its variables before its first step."""

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        return self.call(inputs, state)  # type: ignore[no-any-return]


class LSTMBlockFusedCell:
    """An LSTM over a whole sequence: ``outputs, (c, h) = fused(inputs)``; see :class:`LSTMBlockCell`."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        dtype: Any = None,
        name: str = "lstm_fused_cell",
    ) -> None:
        self._cell = _BuiltCell(num_units, forget_bias, cell_clip, use_peephole, dtype)
        self._name, self._reuse = name, reuse

    @property
    def num_units(self) -> int:
        """How many units there are."""
        return int(self._cell.output_size)

    @property
    def weights(self) -> list[Any]:
        """The variables, once there are any."""
        return list(self._cell.weights)

    def __call__(
        self,
        inputs: Any,
        initial_state: State = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, State]:
        """The outputs (time, batch, units) and the last state, for inputs (time, batch, size)."""
        tensor, cell = tensor_of(inputs), self._cell
        if tensor.shape.rank not in (None, 3):
            raise ValueError(f"Expecting inputs_shape of rank 3, got {tensor.shape}: give (time, batch, size).")
        with variable_scope(scope or self._name, reuse=self._reuse or cell.built or None) as opened:
            if not cell.built:
                cell.dtype = cell.dtype or tensor.dtype
                cell.build(tensor.shape[1:])
                cell.built = True
            state = None if initial_state is None else LSTMStateTuple(*initial_state)
            return dynamic_rnn(
                cell, tensor, sequence_length, state, dtype or tensor.dtype, time_major=True, scope=opened
            )


class TimeReversedFusedRNN:
    """Runs a fused network over the sequences backwards."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Any,
        initial_state: State = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, State]:
        """As the network inside, with the outputs in the order of the inputs."""

        def backwards(x: Any) -> Any:
            if sequence_length is None:
                return reverse(x, [0])
            return reverse_sequence(x, sequence_length, seq_axis=0, batch_axis=1)

        outputs, state = self._cell(backwards(inputs), initial_state, dtype, sequence_length, scope)
        return backwards(outputs), state
