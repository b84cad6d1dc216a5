"""Attention: at each step a cell looks at a memory, weighing its parts by how well they fit what it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ....graph import Tensor, TensorShape, int32
from ... import nest
from ...activations import softmax, tanh
from ...arithmetic import matmul
from ...arrays import concat, expand_dims, shape, squeeze
from ...build import apply, in_dtype, tensor_of
from ...choosing import sequence_mask, where
from ...elementwise import rsqrt
from ...initializers import Constant, Ones, Zeros
from ...layers import Dense
from ...reductions import reduce_sum
from ...rnn_base import RNNCell, size_shape
from ...sources import zeros
from ...tensor_array import TensorArray
from ...variable_scope import get_variable, variable_scope

__all__ = ["AttentionMechanism", "AttentionWrapper", "AttentionWrapperState", "BahdanauAttention", "LuongAttention"]

Probabilities = Callable[[Any], Any]


class AttentionMechanism:
    """A memory, (batch, parts, size), and how well each part of it fits a query."""

    #: The class's name as its scope is called.
    scope: str

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        memory_layer: Any,
        memory_sequence_length: Any,
        probability_fn: Probabilities | None,
        score_mask_value: float | None,
    ) -> None:
        self._probability = softmax if probability_fn is None else probability_fn
        self._mask_value = -float("inf") if score_mask_value is None else score_mask_value
        self.query_layer, self.memory_layer = query_layer, memory_layer
        #: The parts of the memory, zeros behind the end of each sequence.
        self.values = tensor_of(memory)
        self._is_there: Tensor | None = None
        if memory_sequence_length is not None:
            self._is_there = sequence_mask(memory_sequence_length, shape(self.values)[1])
            present = in_dtype(self._is_there, self.values.dtype)
            self.values = self.values * expand_dims(present, -1)
        #: What queries are compared with.
        self.keys = self.values if memory_layer is None else memory_layer(self.values)

    @property
    def batch_size(self) -> Any:
        """How many memories there are."""
        known = self.keys.shape.dims[0] if self.keys.shape.dims else None
        return shape(self.keys)[0] if known is None else known

    @property
    def alignments_size(self) -> Any:
        """How many parts a memory has."""
        known = self.keys.shape.dims[1] if self.keys.shape.dims else None
        return shape(self.keys)[1] if known is None else known

    @property
    def state_size(self) -> Any:
        return self.alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Tensor:
        """Zeros, (batch, parts)."""
        return zeros([batch_size, self.alignments_size], dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> Any:
        return self.initial_alignments(batch_size, dtype)

    def score(self, query: Any) -> Tensor:
        """How well each part of the memory fits the query, (batch, parts)."""
        raise NotImplementedError(f"{type(self).__name__} has no score(query); write how well parts of memory fit it.")

    def __call__(self, query: Any, state: Any = None, previous_alignments: Any = None) -> tuple[Any, Any]:
        """The weights of the parts of the memory, (batch, parts), and the next state: the same."""
        with variable_scope(None, self.scope, [query]):
            score = self.score(query)
            if self._is_there is not None:
                masked = apply("ZerosLike", score) + self._mask_value
                score = where(self._is_there, score, masked)
            alignments = self._probability(score)
        return alignments, alignments


def _refuse_other_keys(custom_key_value_fn: Any) -> None:
    if custom_key_value_fn is not None:
        raise ValueError("custom_key_value_fn is not there: the keys and values are those of the memory; leave it out.")


class LuongAttention(AttentionMechanism):
    """Multiplicative attention (Luong et al., 2015): the products of the query with the keys."""

    scope = "luong_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Probabilities | None = None,
        score_mask_value: float | None = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "LuongAttention",
    ) -> None:
        _refuse_other_keys(custom_key_value_fn)
        layer = Dense(num_units, name="memory_layer", use_bias=False)
        super().__init__(None, memory, layer, memory_sequence_length, probability_fn, score_mask_value)
        self._scale = scale

    def score(self, query: Any) -> Tensor:
        wanted, found = self.keys.shape.dims, query.shape.dims
        if wanted and found and None not in (wanted[-1], found[-1]) and wanted[-1] != found[-1]:
            raise ValueError(
                "Incompatible or unknown inner dimensions between query and keys. Query has units: "
                f"{found[-1]}. Keys have units: {wanted[-1]}. Set num_units to the query's units."
            )
        score = squeeze(matmul(expand_dims(query, 1), self.keys, transpose_b=True), [1])
        return score * get_variable("attention_g", [], query.dtype, Ones()) if self._scale else score


class BahdanauAttention(AttentionMechanism):
    """Additive attention (Bahdanau et al., 2014): a vector times tanh of the query plus the keys."""

    scope = "bahdanau_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Probabilities | None = None,
        score_mask_value: float | None = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "BahdanauAttention",
    ) -> None:
        _refuse_other_keys(custom_key_value_fn)
        layers = [Dense(num_units, name=f"{kind}_layer", use_bias=False) for kind in ("query", "memory")]
        super().__init__(layers[0], memory, layers[1], memory_sequence_length, probability_fn, score_mask_value)
        self._num_units, self._normalize = num_units, normalize

    def score(self, query: Any) -> Tensor:
        asked = expand_dims(self.query_layer(query), 1)
        units, dtype = self._num_units, query.dtype
        v = get_variable("attention_v", [units], dtype)
        if not self._normalize:
            return reduce_sum(v * tanh(self.keys + asked), [2])
        g = get_variable("attention_g", [], dtype, Constant((1.0 / units) ** 0.5))
        b = get_variable("attention_b", [units], dtype, Zeros())
        return reduce_sum(g * v * rsqrt(reduce_sum(v * v)) * tanh(self.keys + asked + b), [2])


class AttentionWrapperState(NamedTuple):
    """The state of a cell with attention."""

    cell_state: Any
    attention: Any
    time: Any
    alignments: Any
    alignment_history: Any
    attention_state: Any

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The same state with parts replaced: ``state.clone(cell_state=encoder_state)``."""
        return self._replace(**kwargs)


class AttentionWrapper(RNNCell):
    """A cell that takes, beside its inputs, what it looked at last, and gives what it looks at now.

    ``attention_layer_size`` (or ``attention_layer``) makes a layer of what the cell gives and what it looks at;
    several mechanisms take lists. The cell's inputs are what ``cell_input_fn(inputs, attention)`` makes of them:
    both beside each other when it is None.
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
    ) -> None:
        super().__init__(name=name)
        self._is_multi = isinstance(attention_mechanism, list | tuple)
        self._mechanisms: Sequence[Any] = attention_mechanism if self._is_multi else [attention_mechanism]
        if attention_layer_size is not None and attention_layer is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set. Leave one out.")
        self._layers: Sequence[Any] = [None] * len(self._mechanisms)
        if attention_layer_size is not None:
            sizes = attention_layer_size if isinstance(attention_layer_size, list | tuple) else [attention_layer_size]
            self._layers = [Dense(size, name="attention_layer", use_bias=False) for size in sizes]
        elif attention_layer is not None:
            self._layers = attention_layer if isinstance(attention_layer, list | tuple) else [attention_layer]
        if len(self._layers) != len(self._mechanisms):
            raise ValueError(
                "If provided, attention_layer_size must contain exactly one integer per attention_mechanism, saw: "
                f"{len(self._layers)} vs {len(self._mechanisms)}"
            )
        self._cell = cell
        self._input_fn = cell_input_fn or (lambda inputs, attention: concat([inputs, attention], -1))
        self._keeps_history, self._gives_attention = alignment_history, output_attention
        self._initial_cell_state = initial_cell_state

    def _inside(self) -> Sequence[Any]:
        return [self._cell]

    def _attention_size(self) -> int:
        sizes = [
            mechanism.values.shape.as_list()[-1] if layer is None else layer.units
            for layer, mechanism in zip(self._layers, self._mechanisms, strict=True)
        ]
        return sum(sizes)

    def _items(self, values: Sequence[Any]) -> Any:
        return tuple(values) if self._is_multi else values[0]

    @property
    def output_size(self) -> Any:
        return self._attention_size() if self._gives_attention else self._cell.output_size

    @property
    def state_size(self) -> Any:
        sizes = self._items([mechanism.alignments_size for mechanism in self._mechanisms])
        history = sizes if self._keeps_history else self._items([() for _ in self._mechanisms])
        return AttentionWrapperState(
            self._cell.state_size, self._attention_size(), TensorShape(()), sizes, history, sizes
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        cell_state = self._initial_cell_state
        if cell_state is None:
            cell_state = self._cell.zero_state(batch_size, dtype)
        return AttentionWrapperState(
            cell_state=nest.map_structure(tensor_of, cell_state),
            attention=zeros([batch_size, *size_shape(self._attention_size()).known()], dtype),
            time=zeros([], int32),
            alignments=self._items([each.initial_alignments(batch_size, dtype) for each in self._mechanisms]),
            alignment_history=self._items(
                [TensorArray(dtype, 0, dynamic_size=True) if self._keeps_history else () for _ in self._mechanisms]
            ),
            attention_state=self._items([each.initial_state(batch_size, dtype) for each in self._mechanisms]),
        )

    def call(self, inputs: Any, state: Any) -> Any:
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                f"Expected state to be instance of AttentionWrapperState. Received type {type(state)} instead: begin "
                "with zero_state(…).clone(cell_state=…)."
            )
        output, cell_state = self._cell(self._input_fn(inputs, state.attention), state.cell_state)
        parts = [state.attention_state, state.alignment_history]
        states, histories = parts if self._is_multi else ([part] for part in parts)
        attentions, weights, next_states, next_histories = [], [], [], []
        for mechanism, layer, before, history in zip(self._mechanisms, self._layers, states, histories, strict=True):
            alignments, following = mechanism(output, state=before)
            context = matmul(expand_dims(alignments, 1), mechanism.values)
            context = squeeze(context, [1])
            attentions.append(context if layer is None else layer(concat([output, context], 1)))
            weights.append(alignments)
            next_states.append(following)
            next_histories.append(history.write(state.time, alignments) if self._keeps_history else ())
        attention = concat(attentions, 1)
        new = AttentionWrapperState(
            cell_state, attention, state.time + 1, self._items(weights), self._items(next_histories),
            self._items(next_states),
        )  # fmt: skip
        return attention if self._gives_attention else output, new
