"""What every recurrent cell is made of: a state, a step, and variables that its calls share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..graph import DType, Tensor, TensorShape, as_shape, get_default_graph
from . import nest
from .build import tensor_of
from .layers.base import Layer, known_size
from .sources import zeros
from .variable_scope import get_variable_scope, variable_scope

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


class RNNCell(Layer):
    """A cell of a recurrent network: ``output, new_state = cell(inputs, state)``.

    A cell of one's own has ``state_size`` and ``output_size`` (numbers, shapes, or nests of them) and ``call(inputs,
    state)``; variables that it gets with ``tf.get_variable`` there, or in ``build(input_shape)``, are shared by all
    calls. They stand in a scope with the name of the class.
    """

    _around: variable_scope | None = None

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        """One step: (batch, size) inputs and the state before give the output and the state after."""
        self._begin()
        if scope is not None:
            with variable_scope(scope, custom_getter=self._keep) as opened:
                return super().__call__(inputs, state, scope=opened)  # type: ignore[no-any-return]
        if self._around is None:
            self._around = variable_scope(get_variable_scope(), custom_getter=self._keep)
        with self._around:
            return super().__call__(inputs, state)  # type: ignore[no-any-return]

    def _begin(self) -> None:
        """Does what the constructor does, for a class of a program whose own one does not call it."""
        if "built" not in self.__dict__:
            Layer.__init__(self)

    def _keep(self, getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Gets a variable, and counts it among the cell's own."""
        variable = getter(*args, **kwargs)
        if all(variable is not each for each in self._variables):
            self._variables.append(variable)
        return variable

    def _inside(self) -> Sequence[Any]:
        """The cells that this one is made of."""
        return ()

    def _all_variables(self) -> list[Any]:
        self._begin()
        found = [*self._variables, *(variable for cell in self._inside() for variable in cell.variables)]
        return [each for place, each in enumerate(found) if all(each is not other for other in found[:place])]

    @property
    def trainable_variables(self) -> list[Any]:
        """The variables that are trained, those of cells inside included."""
        return [variable for variable in self._all_variables() if variable.trainable]

    @property
    def non_trainable_variables(self) -> list[Any]:
        return [variable for variable in self._all_variables() if not variable.trainable]

    trainable_weights, non_trainable_weights = trainable_variables, non_trainable_variables

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


class LayerRNNCell(RNNCell):
    """A cell whose variables are made in ``build``, like a layer's, from (batch, size) inputs."""

    ndim = 2

    def __call__(self, inputs: Any, state: State, scope: Any = None) -> tuple[Any, State]:
        return Layer.__call__(self, inputs, state, scope=scope)  # type: ignore[no-any-return]


def _zeros(batch_size: Any, size: Any, dtype: Any) -> Tensor:
    shape = size_shape(size)
    return zeros([batch_size, *shape.known()], dtype)


def input_depth(cell: RNNCell, input_shape: Any) -> int:
    """The size of a cell's (batch, size) input. Raises ValueError while it is unknown."""
    return known_size(as_shape(input_shape), -1, cell.name, "last dimension")


def check_cells(cells: Sequence[Any]) -> None:
    """Raises ValueError for what is no list of cells."""
    if not cells:
        raise ValueError("Must specify at least one cell for MultiRNNCell. Give a list of cells.")
    if not nest.is_nested(cells):
        raise TypeError(f"cells must be a list or tuple, but saw: {cells}. Put them in brackets.")
