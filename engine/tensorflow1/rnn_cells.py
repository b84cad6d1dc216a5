"""The cells of recurrent networks: plain, LSTM, GRU, and several on top of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Tensor
from . import nest
from .activations import sigmoid, tanh
from .arithmetic import matmul
from .arrays import concat, split
from .clipping import clip_by_value
from .convolution import bias_add
from .dropout import dropout
from .initializers import Constant, Zeros
from .normalization import batch_normalization, moments
from .rnn_base import LayerRNNCell, LSTMStateTuple, RNNCell, State, check_cells, input_depth
from .variable_scope import get_variable, variable_scope

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "GRUBlockCell",
    "GRUBlockCellV2",
    "GRUCell",
    "LSTMBlockCell",
    "LSTMCell",
    "LayerNormBasicLSTMCell",
    "MultiRNNCell",
]

Activation = Callable[[Any], Any]


def activation_of(given: Any) -> Activation:
    """A function from elements to elements, also by its name in ``tf.nn``; tanh where none is given.

    Before TensorFlow 1.0 the size of the input, which is not needed, stood in its place.
    """
    if given is None or isinstance(given, int):
        return tanh
    if isinstance(given, str):
        from . import nn

        return (lambda x: x) if given == "linear" else getattr(nn, given)
    return given  # type: ignore[no-any-return]


class BasicRNNCell(LayerRNNCell):
    """The plain cell: its output, which is its state too, is activation([inputs, state] · kernel + bias)."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **_without_sizes(kwargs))
        self._num_units = int(num_units)
        self._activation = activation_of(activation)

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, input_shape: Any) -> None:
        units = self._num_units
        self._kernel = self.add_variable("kernel", [input_depth(self, input_shape) + units, units])
        self._bias = self.add_variable("bias", [units], initializer=Zeros())

    def call(self, inputs: Any, state: State) -> Any:
        output = self._activation(bias_add(matmul(concat([inputs, state], 1), self._kernel), self._bias))
        return output, output


class GRUCell(LayerRNNCell):
    """The gated recurrent unit of Cho et al. (2014); the reset gate acts before the product."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **_without_sizes(kwargs))
        self._num_units = int(num_units)
        self._activation = activation_of(activation)
        self._kernel_initializer, self._bias_initializer = kernel_initializer, bias_initializer

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    #: What the variables are called: of the gates, then of the candidate.
    _names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")

    def build(self, input_shape: Any) -> None:
        units = self._num_units
        rows = input_depth(self, input_shape) + units
        names, kernels, biases = self._names, self._kernel_initializer, self._bias_initializer
        self._gate_kernel = self.add_variable(names[0], [rows, 2 * units], initializer=kernels)
        self._gate_bias = self.add_variable(names[1], [2 * units], initializer=biases or Constant(1.0))
        self._candidate_kernel = self.add_variable(names[2], [rows, units], initializer=kernels)
        self._candidate_bias = self.add_variable(names[3], [units], initializer=biases or Zeros())

    def call(self, inputs: Any, state: State) -> Any:
        gates = sigmoid(bias_add(matmul(concat([inputs, state], 1), self._gate_kernel), self._gate_bias))
        reset, update = split(gates, 2, 1)
        candidate = matmul(concat([inputs, reset * state], 1), self._candidate_kernel)
        candidate = self._activation(bias_add(candidate, self._candidate_bias))
        new = update * state + (1 - update) * candidate
        return new, new


class GRUBlockCellV2(GRUCell):
    """The numbers of :class:`GRUCell`."""

    def __init__(
        self, num_units: Any = None, reuse: bool | None = None, name: str = "gru_cell", cell_size: Any = None
    ) -> None:
        super().__init__(num_units if cell_size is None else cell_size, reuse=reuse, name=name)


class GRUBlockCell(GRUBlockCellV2):
    """As :class:`GRUBlockCellV2`, with the variables' older names."""

    _names = ("w_ru", "b_ru", "w_c", "b_c")


class BasicLSTMCell(LayerRNNCell):
    """The LSTM without extras: gates i, j, f, o from one product; ``forget_bias`` is added to f."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **_without_sizes(kwargs))
        self._num_units = int(num_units)
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_of(activation)

    @property
    def state_size(self) -> Any:
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, input_shape: Any) -> None:
        units = self._num_units
        self._kernel = self.add_variable("kernel", [input_depth(self, input_shape) + units, 4 * units])
        self._bias = self.add_variable("bias", [4 * units], initializer=Zeros())

    def call(self, inputs: Any, state: State) -> Any:
        c, h = state if self._state_is_tuple else split(state, 2, 1)
        i, j, f, o = split(bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias), 4, 1)
        new_c = c * sigmoid(f + self._forget_bias) + sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h) if self._state_is_tuple else concat([new_c, new_h], 1)


class LSTMCell(LayerRNNCell):
    """The LSTM of Sak et al. (2014): peepholes, a limit for the cell, a projection of the output, all optional."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **_without_sizes(kwargs))
        self._num_units = int(num_units)
        self._use_peepholes = use_peepholes
        self._cell_clip, self._proj_clip = cell_clip, proj_clip
        self._initializer = initializer
        self._num_proj = num_proj
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_of(activation)

    @property
    def state_size(self) -> Any:
        units, given = self._num_units, self.output_size
        return LSTMStateTuple(units, given) if self._state_is_tuple else units + given

    @property
    def output_size(self) -> Any:
        return self._num_proj or self._num_units

    def build(self, input_shape: Any) -> None:
        units, made = self._num_units, self._initializer
        rows = input_depth(self, input_shape) + self.output_size
        self._kernel = self.add_variable("kernel", [rows, 4 * units], initializer=made)
        self._bias = self.add_variable("bias", [4 * units], initializer=Zeros())
        if self._use_peepholes:
            self._w_f, self._w_i, self._w_o = (
                self.add_variable(f"w_{gate}_diag", [units], initializer=made) for gate in "fio"
            )
        if self._num_proj:
            self._projection = self.add_variable("projection/kernel", [units, self._num_proj], initializer=made)

    def call(self, inputs: Any, state: State) -> Any:
        c, h = state if self._state_is_tuple else split(state, [self._num_units, self.output_size], 1)
        i, j, f, o = split(bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias), 4, 1)
        f = f + self._forget_bias
        if self._use_peepholes:
            f, i = f + self._w_f * c, i + self._w_i * c
        new_c = sigmoid(f) * c + sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            new_c = clip_by_value(new_c, -self._cell_clip, self._cell_clip)
        if self._use_peepholes:
            o = o + self._w_o * new_c
        new_h = sigmoid(o) * self._activation(new_c)
        if self._num_proj:
            new_h = matmul(new_h, self._projection)
            if self._proj_clip is not None:
                new_h = clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, LSTMStateTuple(new_c, new_h) if self._state_is_tuple else concat([new_c, new_h], 1)


class LSTMBlockCell(LSTMCell):
    """The numbers of :class:`LSTMCell`, under another name."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: bool | None = None,
        name: str = "lstm_cell",
    ) -> None:
        super().__init__(
            num_units,
            use_peephole,
            cell_clip if cell_clip is None or cell_clip > 0 else None,
            forget_bias=forget_bias,
            reuse=reuse,
            name=name,
            dtype=dtype,
        )


class LayerNormBasicLSTMCell(RNNCell):
    """An LSTM whose gates and cell are normalized over the units, with dropout of what it takes in."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: int | None = None,
        activation: Any = tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = int(num_units)
        self._forget_bias = forget_bias
        self._activation = activation_of(activation)
        self._layer_norm, self._gain, self._shift = layer_norm, norm_gain, norm_shift
        self._keep_prob, self._seed = dropout_keep_prob, dropout_prob_seed

    @property
    def state_size(self) -> Any:
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> Any:
        return self._num_units

    def _normalized(self, x: Tensor, scope: str) -> Tensor:

        with variable_scope(scope):
            gamma = get_variable("gamma", [self._num_units], x.dtype, Constant(self._gain))
            beta = get_variable("beta", [self._num_units], x.dtype, Constant(self._shift))
        mean, variance = moments(x, [1], keep_dims=True)
        return batch_normalization(x, mean, variance, beta, gamma, 1e-12)

    def call(self, inputs: Any, state: State) -> Any:
        c, h = state
        units, given = self._num_units, concat([inputs, h], 1)
        kernel = get_variable("kernel", [given.shape.known()[-1], 4 * units] if given.shape.is_known else None)
        gates = matmul(given, kernel)
        if not self._layer_norm:
            gates = bias_add(gates, get_variable("bias", [4 * units]))
        i, j, f, o = split(gates, 4, 1)
        if self._layer_norm:
            i, j = self._normalized(i, "input"), self._normalized(j, "transform")
            f, o = self._normalized(f, "forget"), self._normalized(o, "output")
        taken = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            taken = dropout(taken, self._keep_prob, seed=self._seed)
        new_c = c * sigmoid(f + self._forget_bias) + sigmoid(i) * taken
        if self._layer_norm:
            new_c = self._normalized(new_c, "state")
        new_h = self._activation(new_c) * sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)


class MultiRNNCell(RNNCell):
    """Cells on top of each other: each takes the output of the one before. Its state is a tuple of theirs."""

    def __init__(self, cells: Any, state_is_tuple: bool = True) -> None:
        super().__init__()
        check_cells(cells)
        self._cells = list(cells)
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple and any(nest.is_nested(cell.state_size) for cell in self._cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set. State sizes are: "
                f"{[cell.state_size for cell in self._cells]}; leave state_is_tuple as it is."
            )

    @property
    def cells(self) -> list[Any]:
        return self._cells

    @property
    def state_size(self) -> Any:
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> State:
        if not self._state_is_tuple:
            return super().zero_state(batch_size, dtype)
        return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)

    def _inside(self) -> Sequence[Any]:
        return self._cells

    def call(self, inputs: Any, state: State) -> Any:
        if self._state_is_tuple and not nest.is_nested(state):
            raise ValueError(f"Expected state to be a tuple of length {len(self._cells)}, but received: {state}")
        present = state if self._state_is_tuple else split(state, [cell.state_size for cell in self._cells], 1)
        new_states = []
        for place, cell in enumerate(self._cells):
            with variable_scope(f"cell_{place}"):
                inputs, new_state = cell(inputs, present[place])
                new_states.append(new_state)
        return inputs, tuple(new_states) if self._state_is_tuple else concat(new_states, 1)


def _without_sizes(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments without ``input_size``, which TensorFlow takes and has no use for."""
    return {key: value for key, value in kwargs.items() if key != "input_size"}
