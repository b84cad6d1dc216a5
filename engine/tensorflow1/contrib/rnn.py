"""``tf.contrib.rnn``: the cells of ``tf.nn.rnn_cell``, and recurrent networks step by step."""

from __future__ import annotations

from ..rnn import static_bidirectional_rnn, static_rnn, static_state_saving_rnn
from ..rnn_cell import (
    BasicLSTMCell,
    BasicRNNCell,
    DeviceWrapper,
    DropoutWrapper,
    EmbeddingWrapper,
    GRUBlockCell,
    GRUBlockCellV2,
    GRUCell,
    InputProjectionWrapper,
    LayerNormBasicLSTMCell,
    LayerRNNCell,
    LSTMBlockCell,
    LSTMCell,
    LSTMStateTuple,
    MultiRNNCell,
    OutputProjectionWrapper,
    ResidualWrapper,
    RNNCell,
)
from ..rnn_fused import LSTMBlockFusedCell, TimeReversedFusedRNN
from ..rnn_stacks import stack_bidirectional_dynamic_rnn, stack_bidirectional_rnn

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "EmbeddingWrapper",
    "GRUBlockCell",
    "GRUBlockCellV2",
    "GRUCell",
    "InputProjectionWrapper",
    "LSTMBlockCell",
    "LSTMBlockFusedCell",
    "LSTMCell",
    "LSTMStateTuple",
    "LayerNormBasicLSTMCell",
    "LayerRNNCell",
    "MultiRNNCell",
    "OutputProjectionWrapper",
    "RNNCell",
    "ResidualWrapper",
    "TimeReversedFusedRNN",
    "stack_bidirectional_dynamic_rnn",
    "stack_bidirectional_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
]
