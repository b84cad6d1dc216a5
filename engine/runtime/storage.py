"""The variables' values that a session holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph import FailedPreconditionError, Operation, TensorSpec

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class VariableValues:
    """Copies of values of a storage, and which of all its variables had one."""

    arrays: Mapping[Operation, Array]
    initialized: frozenset[Operation]

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays.values())


class VariableStorage:
    """One array per variable. Plans are bound to the arrays themselves and change them in place."""

    def __init__(self) -> None:
        self._arrays: dict[Operation, Array] = {}
        self._initialized: set[Operation] = set()
        #: Grows when an array is replaced by one of another shape or dtype: plans bound to the old one are stale.
        self.generation = 0

    def spec(self, variable: Operation) -> TensorSpec:
        """The dtype and shape of the variable's array, or what is known statically while it has none.

        Raises FailedPreconditionError when its shape will only be known once it has a value.
        """
        array = self._arrays.get(variable)
        if array is None:
            if not variable.output.shape.is_known:
                raise uninitialized(variable)
            return variable.output.spec
        return TensorSpec(variable.output.dtype).with_shape(array.shape)

    def array(self, variable: Operation, spec: TensorSpec) -> Array:
        """The variable's own array, made (without a value yet) if there is none of that shape and dtype."""
        shape = spec.shape.known()
        dtype = np.dtype(np.float32) if spec.dtype is None else spec.dtype.numpy
        array = self._arrays.get(variable)
        if array is None or array.shape != shape or array.dtype != dtype:
            if array is not None:
                self.generation += 1
                self._initialized.discard(variable)
            array = self._arrays[variable] = np.zeros(shape, dtype)
        return array

    def move(self, array: Array, place: Array) -> None:
        """Puts the variable that has this array into another place of the same shape and dtype, with its value."""
        variable = next(variable for variable, held in self._arrays.items() if held is array)
        np.copyto(place, array)
        self._arrays[variable] = place
        self.generation += 1

    def is_initialized(self, variable: Operation) -> bool:
        return variable in self._initialized

    def mark_initialized(self, variable: Operation) -> None:
        self._initialized.add(variable)

    def require(self, variable: Operation) -> Array:
        """The variable's array. Raises FailedPreconditionError while it has no value; a hidden one is initialised."""
        if variable not in self._initialized:
            if variable not in self._arrays or variable not in variable.graph.hidden:
                raise uninitialized(variable)
            self._fill(variable)
        return self._arrays[variable]

    def hidden(self) -> list[Operation]:
        """The hidden variables that have arrays here."""
        return [variable for variable in self._arrays if variable in variable.graph.hidden]

    def initialize_hidden(self) -> None:
        """Sets the hidden variables to their initial values."""
        for variable in self.hidden():
            self._fill(variable)

    def _fill(self, variable: Operation) -> None:
        np.copyto(self._arrays[variable], variable.attributes["initial_value"])
        self._initialized.add(variable)

    def values(self, variables: Iterable[Operation] | None = None) -> VariableValues:
        """Copies of the values of ``variables``; None: of all."""
        chosen = self._arrays if variables is None else [each for each in variables if each in self._arrays]
        return VariableValues({each: self._arrays[each].copy() for each in chosen}, frozenset(self._initialized))

    def restore(self, values: VariableValues) -> None:
        """Goes back, or forth, to the values that :meth:`values` gave; variables that came since lose theirs."""
        for variable, value in values.arrays.items():
            array = self._arrays.get(variable)
            if array is None or array.shape != value.shape or array.dtype != value.dtype:
                self.set(variable, value)
            else:
                np.copyto(array, value)
        self._initialized = set(values.initialized)

    def set(self, variable: Operation, value: Array) -> None:
        """Gives the variable a value of its own dtype and shape."""
        spec = TensorSpec(variable.output.dtype).with_shape(value.shape)
        np.copyto(self.array(variable, spec), value)
        self._initialized.add(variable)


def uninitialized(variable: Operation) -> FailedPreconditionError:
    return FailedPreconditionError(
        f"Attempting to use uninitialized value {variable.name}. Run the initializer first "
        "(sess.run(tf.global_variables_initializer()), or Reset in the editor).",
        variable.name,
    )
