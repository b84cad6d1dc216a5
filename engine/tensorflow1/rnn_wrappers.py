"""Cells around cells: dropout, shortcuts, devices, embeddings, projections."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Tensor, get_default_graph
from . import nest
from .arithmetic import matmul
from .arrays import reshape
from .build import is_tensor, tensor_of
from .convolution import bias_add
from .dropout import dropout
from .elementwise import floor
from .embedding import embedding_lookup
from .initializers import RandomUniform, Zeros
from .random import random_uniform
from .rnn_base import LSTMStateTuple, RNNCell, State, input_depth, size_shape
from .rnn_cells import activation_of
from .variable_scope import get_variable, get_variable_scope

__all__ = [
    "DeviceWrapper",
    "DropoutWrapper",
    "EmbeddingWrapper",
    "InputProjectionWrapper",
    "OutputProjectionWrapper",
    "ResidualWrapper",
]


class _Wrapper(RNNCell):
    """A cell that has another one's sizes and states, and no scope of its own."""

    def __init__(self, cell: Any) -> None:
        super().__init__()
        self._cell = cell

    @property
    def wrapped_cell(self) -> Any:
        return self._cell

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> State:
        return self._cell.zero_state(batch_size, dtype)

    def _inside(self) -> Sequence[Any]:
        return [self._cell]


class DropoutWrapper(_Wrapper):
    """Drops elements of what a cell takes, gives and remembers.

    The probabilities of being kept are numbers or scalar tensors. What an LSTM remembers for long (``c``) is not
    touched by ``state_keep_prob``. With ``variational_recurrent`` the same elements are dropped at every step.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(cell)
        given = {"input": input_keep_prob, "state": state_keep_prob, "output": output_keep_prob}
        for name, probability in given.items():
            if not is_tensor(probability) and not 0 <= float(probability) <= 1:
                raise ValueError(
                    f"Parameter {name}_keep_prob must be between 0 and 1: {float(probability):g}; give a probability."
                )
        self._keep_probs = given
        self._seed = seed
        self._filter = dropout_state_filter_visitor or _all_but_c
        self._noises: dict[str, list[Tensor]] | None = None
        if variational_recurrent:
            if dtype is None:
                raise ValueError(
                    "When variational_recurrent=True, dtype must be provided: that of the inputs, such as tf.float32."
                )
            self._noises = self._drawn(input_size, dtype)

    def _drawn(self, input_size: Any, dtype: Any) -> dict[str, list[Tensor]]:
        """The random numbers that decide, in every step of a run, what is dropped."""
        sizes = {"state": self._cell.state_size, "output": self._cell.output_size}
        if self._drops("input"):
            if input_size is None:
                raise ValueError(
                    "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be "
                    "provided"
                )
            sizes["input"] = input_size
        return {
            kind: [
                random_uniform([1, *size_shape(leaf).known()], dtype=dtype, seed=self._seed_for(kind, place))
                for place, leaf in enumerate(nest.flatten(size))
            ]
            for kind, size in sizes.items()
        }

    def _drops(self, kind: str) -> bool:
        probability = self._keep_probs[kind]
        return is_tensor(probability) or float(probability) < 1

    def _seed_for(self, kind: str, place: int) -> int | None:
        if self._seed is None:
            return None
        text = f"{self._seed}{kind}_{place}".encode()
        return int(hashlib.md5(text, usedforsecurity=False).hexdigest()[:8], 16) & 0x7FFFFFFF

    def _dropped(self, values: Any, kind: str, touched: Any) -> Any:
        leaves, kept = nest.flatten(values), nest.flatten(touched)
        found = [self._one(leaf, kind, place) if kept[place] else leaf for place, leaf in enumerate(leaves)]
        return nest.pack_sequence_as(values, found)

    def _one(self, value: Any, kind: str, place: int) -> Any:
        if self._noises is None:
            return dropout(value, self._keep_probs[kind], seed=self._seed_for(kind, place))
        tensor = tensor_of(value)
        probability = tensor_of(self._keep_probs[kind], tensor.dtype)
        return tensor / probability * floor(probability + self._noises[kind][place])

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        if self._drops("input"):
            inputs = self._dropped(inputs, "input", nest.map_structure(lambda _: True, inputs))
        output, new_state = self._cell(inputs, state, scope=scope)
        if self._drops("state"):
            new_state = self._dropped(new_state, "state", _touched(self._filter, new_state))
        if self._drops("output"):
            output = self._dropped(output, "output", nest.map_structure(lambda _: True, output))
        return output, new_state


def _all_but_c(state: Any) -> Any:
    """Which parts of a state are dropped: all but what LSTMs remember for long, and arrays."""
    if isinstance(state, LSTMStateTuple):
        return LSTMStateTuple(False, True)
    return not hasattr(state, "with_flow")


def _touched(decide: Callable[[Any], Any], state: Any) -> Any:
    """For each leaf of a state, whether ``decide`` lets it be dropped: asked for the whole first, then for parts."""
    found = decide(state)
    if not isinstance(found, bool):
        return nest.pack_sequence_as(
            state, [each for part, flag in zip(state, found, strict=True) for each in _spread(part, flag)]
        )
    if not found:
        return nest.map_structure(lambda _: False, state)
    if not nest.is_nested(state):
        return True
    parts = [_touched(decide, part) for part in (state.values() if isinstance(state, dict) else state)]
    return nest.pack_sequence_as(state, [leaf for part in parts for leaf in nest.flatten(part)])


def _spread(part: Any, flag: Any) -> list[bool]:
    leaves = nest.flatten(part)
    return [bool(flag)] * len(leaves) if not nest.is_nested(flag) else nest.flatten(flag)


class ResidualWrapper(_Wrapper):
    """Adds a cell's inputs to its outputs, or whatever ``residual_fn(inputs, outputs)`` makes of them."""

    def __init__(self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None) -> None:
        super().__init__(cell)
        self._residual_fn = residual_fn

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        outputs, new_state = self._cell(inputs, state, scope=scope)
        if self._residual_fn is not None:
            return self._residual_fn(inputs, outputs), new_state
        nest.assert_same_structure(inputs, outputs)
        for given, found in zip(nest.flatten(inputs), nest.flatten(outputs), strict=True):
            if not given.shape.is_compatible_with(found.shape):
                raise ValueError(
                    f"Dimensions must be equal: ResidualWrapper adds inputs of shape {given.shape} to outputs of shape "
                    f"{found.shape}; give the cell as many units as its input has."
                )
        return nest.map_structure(lambda given, found: given + found, inputs, outputs), new_state


class DeviceWrapper(_Wrapper):
    """Runs a cell on a named device. Everything is computed on the CPU all the same."""

    def __init__(self, cell: Any, device: Any) -> None:
        super().__init__(cell)
        self._device = device

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        with get_default_graph().device(self._device):
            return self._cell(inputs, state, scope=scope)  # type: ignore[no-any-return]


class _Around(_Wrapper):
    """A cell around another one, with a scope and variables of its own."""

    def __init__(self, cell: Any, reuse: bool | None = None) -> None:
        super().__init__(cell)
        self._reuse = reuse

    def _linear(self, x: Tensor, size: int) -> Tensor:
        kernel = get_variable("kernel", [input_depth(self, x.shape), size], x.dtype)
        return bias_add(matmul(x, kernel), get_variable("bias", [size], x.dtype, Zeros()))


class EmbeddingWrapper(_Around):
    """Looks the inputs (whole numbers) up in a table of vectors, and gives those to a cell."""

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, {embedding_size}."
            )
        self._classes, self._size, self._initializer = embedding_classes, embedding_size, initializer

    def call(self, inputs: Any, state: State) -> Any:
        spread = self._initializer or get_variable_scope().initializer or RandomUniform(-(3**0.5), 3**0.5)
        dtype = nest.flatten(state)[0].dtype
        table = get_variable("embedding", [self._classes, self._size], dtype, spread)
        return self._cell(embedding_lookup(table, reshape(inputs, [-1])), state)


class InputProjectionWrapper(_Around):
    """Multiplies the inputs with a matrix before a cell takes them."""

    def __init__(
        self, cell: Any, num_proj: int, activation: Any = None, input_size: Any = None, reuse: bool | None = None
    ) -> None:
        super().__init__(cell, reuse)
        self._size = num_proj
        self._activation = None if activation is None else activation_of(activation)

    def call(self, inputs: Any, state: State) -> Any:
        projected = self._linear(inputs, self._size)
        return self._cell(projected if self._activation is None else self._activation(projected), state)


class OutputProjectionWrapper(_Around):
    """Multiplies what a cell gives with a matrix."""

    def __init__(self, cell: Any, output_size: int, activation: Any = None, reuse: bool | None = None) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._size = output_size
        self._activation = None if activation is None else activation_of(activation)

    @property
    def output_size(self) -> Any:
        return self._size

    def call(self, inputs: Any, state: State) -> Any:
        output, new_state = self._cell(inputs, state)
        projected = self._linear(output, self._size)
        return projected if self._activation is None else self._activation(projected), new_state
