"""The trained variables of a model as one vector, as optimization theory writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...graph import InvalidArgumentError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Scalar:
    """One element of a variable."""

    variable: str
    index: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.variable}[{', '.join(map(str, self.index))}]" if self.index else self.variable


class ParameterSpace:
    """The space of all vectors of shape (size,), float64: the elements of the variables, one variable after another.

    ``values`` are the variables by name, in the order in which they stand in the vector; only their shapes and dtypes
    matter.
    """

    def __init__(self, values: Mapping[str, Array]) -> None:
        self.shapes = {name: value.shape for name, value in values.items()}
        self._dtypes = {name: value.dtype for name, value in values.items()}
        self._slices: dict[str, slice] = {}
        place = 0
        for name, value in values.items():
            self._slices[name] = slice(place, place + value.size)
            place += value.size
        #: How many elements there are in all.
        self.size = place

    @property
    def names(self) -> Sequence[str]:
        return list(self.shapes)

    @property
    def float_dtypes(self) -> set[np.dtype[Any]]:
        """What the variables' elements are, among them the dtype that rounds most."""
        return set(self._dtypes.values())

    def vector(self, values: Mapping[str, Array]) -> Array:
        """The variables as a vector; those that are no part of the space are left out."""
        return np.concatenate([np.asarray(values[name], np.float64).ravel() for name in self.shapes])

    def values(self, vector: Array) -> dict[str, Array]:
        """A vector as variables of their own shapes and dtypes."""
        return {
            name: vector[self._slices[name]].reshape(shape).astype(self._dtypes[name])
            for name, shape in self.shapes.items()
        }

    def part(self, vector: Array, name: str) -> Array:
        """The elements of one variable in its own shape, a view of the vector."""
        return vector[self._slices[name]].reshape(self.shapes[name])

    def place(self, scalar: Scalar) -> int:
        """Where a scalar stands in the vector. Raises InvalidArgumentError for one that there is not."""
        shape = self.shapes.get(scalar.variable)
        if shape is None:
            raise InvalidArgumentError(
                f"The training does not change {scalar.variable}; choose an element of {', '.join(self.shapes)}.",
                scalar.variable,
            )
        index = scalar.index
        if len(shape) != len(index) or not all(0 <= at < count for at, count in zip(index, shape, strict=True)):
            raise InvalidArgumentError(
                f"{scalar.variable} has the shape {shape}, and no element {scalar}; choose one that it has.",
                scalar.variable,
            )
        offset = int(np.ravel_multi_index(index, shape)) if shape else 0
        return int(self._slices[scalar.variable].start) + offset

    def scalars(self, most: int) -> list[Scalar]:
        """The elements of all variables in their order, ``most`` of each variable at the most."""
        return [
            Scalar(name, tuple(map(int, np.unravel_index(at, shape))))
            for name, shape in self.shapes.items()
            for at in range(min(int(np.prod(shape)), most))
        ]
