"""What a plan is made of: calls of functions, bound to the arrays that they read and fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import setitem
from typing import Any

import numpy as np

from ...graph import Operation
from . import numpy_namespace

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(slots=True, eq=False)
class Instruction:
    """``function(*arguments)``, for an operation of the program."""

    op: Operation
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    #: The places among the arguments of the arrays that are filled; all other arrays are read.
    outs: tuple[int, ...]
    #: Whether each element of the result depends on the elements at its own place alone, so that the result may lie
    #: where an argument of the same layout lies, and parts can be computed by themselves.
    is_elementwise: bool = False

    def arrays(self) -> Iterator[Array]:
        """The arrays that it touches."""
        return (argument for argument in self.arguments if isinstance(argument, np.ndarray))

    def rebound(self, place_of: Callable[[Array], Array]) -> Instruction:
        """The same, with other arrays in the places of its own."""
        arguments = tuple(place_of(each) if isinstance(each, np.ndarray) else each for each in self.arguments)
        return Instruction(self.op, self.function, arguments, self.outs, self.is_elementwise)

    def reads(self) -> Iterator[Array]:
        """The arrays that it reads."""
        for place, argument in enumerate(self.arguments):
            if isinstance(argument, np.ndarray) and place not in self.outs:
                yield argument

    def writes(self) -> Iterator[Array]:
        """The arrays that it fills."""
        for place in self.outs:
            yield self.arguments[place]


def copying(op: Operation, target: Array, source: Array) -> Instruction:
    """``target[...] = source``: converts and repeats as needed, and is three times as fast as np.copyto."""
    return Instruction(op, setitem, (target, ..., source), (0,), is_elementwise=True)


def is_elementwise(function: Callable[..., Any]) -> bool:
    """Whether a function of arrays, the last of which it fills, works element by element."""
    if function in (numpy_namespace.maximum, numpy_namespace.minimum):
        return True
    return isinstance(function, np.ufunc) and function.signature is None


def root_of(array: Array) -> Array:
    """The array that owns the memory that a view looks at."""
    base: Any = array
    while getattr(base, "base", None) is not None:
        base = base.base
    return base if isinstance(base, np.ndarray) else array


def has_layout_of(first: Array, second: Array) -> bool:
    """Whether two arrays would look at the same bytes, were they views of the same memory at the same place."""
    return first.shape == second.shape and first.strides == second.strides and first.dtype == second.dtype


def address_of(array: Array) -> int:
    """Where the first element lies in memory."""
    address: Any = array.__array_interface__["data"][0]
    return int(address)


def view_at(
    memory: Array, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any], strides: tuple[int, ...] | None = None
) -> Array:
    """An array that lies in other memory, ``offset`` bytes behind its beginning."""
    view: Array = np.ndarray(shape, dtype, memory, offset, strides)
    return view


def relocated(array: Array, memory: Array, offset: int) -> Array:
    """What the array is when the one that it looks at lies in other memory, ``offset`` bytes behind its beginning."""
    within = address_of(array) - address_of(root_of(array))
    return view_at(memory, offset + within, array.shape, array.dtype, array.strides)


def is_same_view(first: Array, second: Array) -> bool:
    """Whether two arrays look at the same bytes in the same way."""
    return address_of(first) == address_of(second) and has_layout_of(first, second)
