"""What every recurrent cell is made of: a state, a step, and variables that its calls share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..graph import DType, Tensor, TensorShape, Variable, as_dtype, as_shape, get_default_graph
from . import nest
from .build import tensor_of
from .sources import zeros
from .variable_scope import VariableScope, get_variable, get_variable_scope, variable_scope

#: A state of a cell: a tensor, or a nest of them.
State = Any


class LSTMStateTuple(NamedTuple):
    """The state of an LSTM: ``c`` is what it remembers, ``h`` what it gave last."""

    c: Any
    h: Any

    @property
    def dtype(self) -> DType:
        """The dtype of both. Raises TypeError when they differ."""
        if self.c.dtype is not self.h.dtype:
            raise TypeError(f"Inconsistent internal state: {self.c.dtype} vs {self.h.dtype}; make them equal.")
        return self.c.dtype  # type: ignore[no-any-return]


def state_sizes(size: Any) -> list[TensorShape]:
    """The shapes behind the batch of the tensors of a state (or output) whose sizes are given as a cell does."""
    return [size_shape(leaf) for leaf in nest.flatten(size)]


def size_shape(size: Any) -> TensorShape:
    """One size as a shape: a number, or a shape already."""
    return size if isinstance(size, TensorShape) else as_shape([size])


def snake_case(name: str) -> str:
    """``BasicLSTMCell`` as the scope of its variables is called: ``basic_lstm_cell``."""
    apart = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    found = re.sub("([a-z])([A-Z])", r"\1_\2", apart).lower()
    return found if found[0] != "_" else f"private{found}"


class RNNCell:
    """A cell of a recurrent network: ``output, new_state = cell(inputs, state)``.

    A cell of one's own has ``state_size`` and ``output_size`` (numbers, shapes, or nests of them) and ``call(inputs,
    state)``; variables that it gets with ``tf.get_variable`` there, or in ``build(input_shape)``, are shared by all
    calls. They stand in a scope with the name of the class.
    """

    # As class attributes too: cells of programs often do not call the constructor of this one.
    built = False
    trainable = True
    _name: str | None = None
    _reuse: Any = None
    _dtype: DType | None = None
    _scope: VariableScope | None = None
    _around: variable_scope | None = None
    _kept: list[Any] | None = None

    def __init__(self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        self.trainable = trainable
        self._name = name
        self._dtype = None if dtype is None else as_dtype(dtype)
        self._reuse = kwargs.pop("_reuse", kwargs.pop("reuse", None))
        if kwargs:
            raise TypeError(f"Keyword argument not understood: {next(iter(kwargs))!r}; leave it out.")

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        """One step: (batch, size) inputs and the state before give the output and the state after."""
        if scope is not None:
            with variable_scope(scope, custom_getter=self._keep) as opened:
                return self._called(inputs, state, opened)
        if self._around is None:
            self._around = variable_scope(get_variable_scope(), custom_getter=self._keep)
        with self._around:
            return self._called(inputs, state, None)

    def _called(self, inputs: Any, state: State, scope: Any) -> tuple[Any, State]:
        """Builds the cell at the first call, then calls it, in its scope."""
        inputs = nest.map_structure(tensor_of, inputs)
        if self._scope is None:
            name = self._name or snake_case(type(self).__name__)
            block = variable_scope(scope if scope is not None else name) if self._reuse else None
            with block or variable_scope(scope, default_name=name) as opened:
                self._scope = opened
        opening = variable_scope(self._scope, reuse=self.built or self._reuse, auxiliary_name_scope=False)
        with opening as opened, get_default_graph().name_scope(opened.original_name_scope):
            if not self.built:
                first = nest.flatten(inputs)[0]
                if self._dtype is None:
                    self._dtype = first.dtype
                self.build(first.shape if isinstance(inputs, Tensor) else [each.shape for each in nest.flatten(inputs)])
                self.built = True
            return self.call(inputs, state)  # type: ignore[no-any-return]

    def build(self, input_shape: Any) -> None:
        """Makes the cell's variables; called once, before the first step."""
        self.built = True

    def call(self, inputs: Any, state: State) -> Any:
        """One step. A cell of one's own has this."""
        raise NotImplementedError(f"{type(self).__name__} has no call(inputs, state); write what a step of it does.")

    @property
    def state_size(self) -> Any:
        """The size of the state behind the batch: a number, a shape, or a nest of them."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """The size of the output behind the batch."""
        raise NotImplementedError("Abstract method")

    def zero_state(self, batch_size: Any, dtype: Any) -> State:
        """A state full of zeros for ``batch_size`` (a number or a tensor) sequences."""
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return nest.map_structure(lambda size: _zeros(batch_size, size, dtype), self.state_size)

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> State:
        """A state full of zeros, for a batch like ``inputs`` or of the given size and dtype."""
        if inputs is not None:
            tensor = tensor_of(inputs)
            from .arrays import shape

            size = tensor.shape.dims[0] if tensor.shape.dims else None
            batch_size, dtype = shape(tensor)[0] if size is None else size, tensor.dtype
        if batch_size is None or dtype is None:
            raise ValueError("batch_size and dtype cannot be None while constructing initial state: give both.")
        return self.zero_state(batch_size, dtype)

    # --- variables -----------------------------------------------------------------------------------------------

    def add_variable(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool = True,
        constraint: Any = None,
        **kwargs: Any,
    ) -> Any:
        """A variable in the cell's scope."""
        variable = get_variable(
            name,
            shape=shape,
            dtype=dtype or self._dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable and self.trainable,
            constraint=constraint,
        )
        return self._remembered(variable)

    add_weight = add_variable

    def _keep(self, getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self._remembered(getter(*args, **kwargs))

    def _remembered(self, variable: Any) -> Any:
        if self._kept is None:
            self._kept = []
        if all(variable is not each for each in self._kept):
            self._kept.append(variable)
        return variable

    @property
    def weights(self) -> list[Variable]:
        """The variables of the cell."""
        return list(self._kept or ())

    @property
    def variables(self) -> list[Variable]:
        return self.weights

    @property
    def trainable_weights(self) -> list[Variable]:
        return [variable for variable in self.weights if variable.trainable]

    @property
    def trainable_variables(self) -> list[Variable]:
        return self.trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        return [variable for variable in self.weights if not variable.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        return self.non_trainable_weights

    @property
    def losses(self) -> list[Tensor]:
        return []

    @property
    def updates(self) -> list[Any]:
        return []

    @property
    def name(self) -> str:
        return self._name or snake_case(type(self).__name__)

    @property
    def scope_name(self) -> str:
        """The scope of the cell's variables. Raises ValueError before the first call."""
        if self._scope is None:
            raise ValueError(
                f"No name available for layer scope because the layer {self.name!r} has not been used yet."
            )
        return self._scope.name

    @property
    def dtype(self) -> DType | None:
        return self._dtype


class LayerRNNCell(RNNCell):
    """A cell whose variables are made in ``build``, like a layer's."""

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        return self._called(inputs, state, scope)


def _zeros(batch_size: Any, size: Any, dtype: Any) -> Tensor:
    shape = size_shape(size)
    return zeros([batch_size, *shape.known()], dtype)


def input_depth(cell: RNNCell, input_shape: Any) -> int:
    """The size of a cell's (batch, size) input. Raises ValueError when it is unknown or the rank is another."""
    shape = as_shape(input_shape)
    if shape.rank not in (None, 2):
        raise ValueError(
            f"Input 0 of layer {cell.name} is incompatible with the layer: expected ndim=2, found ndim={shape.rank}. "
            f"Full shape received: {shape.as_list()}; give (batch, size)."
        )
    depth = shape.dims[1] if shape.dims is not None else None
    if depth is None:
        raise ValueError(
            f"Expected inputs.shape[-1] to be known, saw shape: {shape}: the variables of {cell.name} take their size "
            "from it; give the placeholder a shape."
        )
    return depth


def check_cells(cells: Sequence[Any]) -> None:
    """Raises ValueError for what is no list of cells."""
    if not cells:
        raise ValueError("Must specify at least one cell for MultiRNNCell.")
    if not nest.is_nested(cells):
        raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
