"""Writing down what a kernel calls, instead of calling it: so that a plan holds numpy's own functions and no kernels.

A kernel marked as :class:`~engine.graph.declaration.StraightLine` makes the same calls at every step. Its function is
carried out once with this namespace in the place of numpy's; each call becomes an instruction. For small arrays, where
a call costs more than its arithmetic, the fastest of numpy's ways to the same result is chosen here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ...graph import Operation
from . import numpy_namespace
from .blocks import LARGE, BlockSums
from .instructions import Array, Instruction, copying, is_elementwise, root_of

#: Up to so many elements an operand is repeated in memory first: numpy's loops over repeated ones begin slowly.
SPREAD_ELEMENTS = 16384
#: Up to so many elements a sum is a product with ones: the matrix library begins sooner than numpy's reductions.
DOT_ELEMENTS = 4096
#: The same for sums along an axis, which the matrix library also computes faster.
MATRIX_ELEMENTS = 65536
#: Fewer numbers than this numpy adds one after the other.
IN_ORDER = 8

#: numpy's loops of these are slow for a single number.
_LIMITS = (numpy_namespace.maximum, numpy_namespace.minimum)
_add_reduce: Any = np.add.reduce
_maximum_reduce: Any = np.maximum.reduce
_minimum_reduce: Any = np.minimum.reduce


class NotStraightLineError(Exception):
    """The kernel does something that cannot be written down."""


class Recorder:
    """The array namespace for a kernel whose calls are written down."""

    def __init__(self, op: Operation, is_constant: Callable[[Array], bool]) -> None:
        self._op = op
        #: Arrays full of ones, by id.
        self.ones: dict[int, Array] = {}
        self._is_constant = is_constant
        self.instructions: list[Instruction] = []
        #: Arrays for intermediate results of this operation.
        self.scratches: list[Array] = []
        #: Numbers that the kernel made when it was bound, by id.
        self._fixed: dict[int, Array] = {}
        self._allowed: set[int] = set()
        self._is_recording = False

    def record(self, function: Callable[..., Any], inputs: list[Array], outs: list[Array]) -> list[Instruction]:
        """The calls that ``function`` makes of this namespace.

        Raises NotStraightLineError where they cannot be repeated.
        """
        self._allowed = {id(root_of(array)) for array in (*inputs, *outs, *self.scratches, *self._fixed.values())}
        self._is_recording = True
        function(*inputs, *outs)
        return self.instructions

    # --- what kernels call when they are bound ---------------------------------------------------------------------

    def scratch(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        array = np.empty(shape, dtype)
        self.scratches.append(array)
        return array

    def scalar(self, value: Any, dtype: np.dtype[Any]) -> Array:
        return self._keep(numpy_namespace.scalar(value, dtype))

    def full(self, shape: tuple[int, ...], value: Any, dtype: np.dtype[Any]) -> Array:
        return self._keep(numpy_namespace.full(shape, value, dtype))

    def counting(self, count: int, dtype: np.dtype[Any]) -> Array:
        return self._keep(numpy_namespace.counting(count, dtype))

    def broadcast_to(self, x: Array, shape: tuple[int, ...]) -> Array:
        return np.broadcast_to(x, shape)

    def _keep(self, array: Array) -> Array:
        self._fixed[id(array)] = array
        return array

    # --- what they call at every step ------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Callable[..., Array]:
        function = getattr(numpy_namespace, name)
        if not is_elementwise(function):
            raise NotStraightLineError
        return lambda *arguments: self._elementwise(function, *arguments)

    def copy(self, x: Array, out: Array | None = None) -> Array:
        target = self._checked(out, x)
        self.instructions.append(copying(self._op, target, x))
        return target

    def zeros(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        target = self._checked(out)
        self.instructions.append(copying(self._op, target, np.zeros((), dtype)))
        return target

    def set_part(self, x: Array, index: Any, value: Array) -> Array:
        part = x[index]
        if not isinstance(part, np.ndarray):
            raise NotStraightLineError
        self.instructions.append(copying(self._op, self._checked(part, value), value))
        return x

    def stack(self, parts: tuple[Array, ...], axis: int, out: Array | None = None) -> Array:
        target = self._checked(out, *parts)
        for place, part in enumerate(parts):
            index: list[Any] = [slice(None)] * target.ndim
            index[axis] = slice(place, place + 1)
            self.instructions.append(copying(self._op, target[tuple(index)], np.expand_dims(part, axis)))
        return target

    def cast(self, x: Array, dtype: np.dtype[Any], out: Array | None = None) -> Array:
        return self.copy(x, out)

    def where(self, condition: Array, x: Array, y: Array, out: Array | None = None) -> Array:
        target = self._checked(out, condition, x, y)
        if any(root_of(array) is root_of(target) for array in (condition, x)):
            raise NotStraightLineError
        if y is not target:
            self.instructions.append(copying(self._op, target, y))
        arguments = (target, x, "same_kind", condition)
        self.instructions.append(Instruction(self._op, np.copyto, arguments, (0,), is_elementwise=True))
        return target

    def matmul(self, x: Array, y: Array, out: Array | None = None) -> Array:
        target = self._checked(out, x, y)
        # np.dot begins sooner than np.matmul, and reads transposed views as they are too.
        is_plain = x.ndim <= 2 and y.ndim <= 2 and target.flags.c_contiguous
        self._add(np.dot if is_plain else np.matmul, x, y, target)
        return target

    def reduce_sum(self, x: Array, axes: Any, keepdims: bool, out: Array | None = None) -> Array:
        """Few numbers are added one after the other in their own precision, as TensorFlow adds them."""
        if x.size < IN_ORDER:
            target = self._checked(out, x)
            self._add(_add_reduce, x, axes, x.dtype, target, keepdims, outs=(3,))
            return target
        return self.total(x, axes, keepdims, out)

    def total(self, x: Array, axes: Any, keepdims: bool, out: Array | None = None) -> Array:
        """A sum whose order is left open."""
        target = self._checked(out, x)
        reduced = _normalized(axes, x.ndim)
        rank = len(reduced)
        can_multiply = x.dtype.kind == "f" and x.dtype.itemsize >= 4 and x.size > 0 and rank > 0
        can_multiply = can_multiply and x.flags.c_contiguous and target.flags.c_contiguous and x.dtype == target.dtype
        is_leading, is_trailing = reduced == tuple(range(rank)), reduced == tuple(range(x.ndim - rank, x.ndim))
        if can_multiply and rank == x.ndim and x.size <= DOT_ELEMENTS:
            self._add(np.dot, x.reshape(-1), self._ones(x.size, x.dtype), target.reshape(()))
        elif can_multiply and rank < x.ndim and x.size <= MATRIX_ELEMENTS and is_leading:
            count = prod(x.shape[:rank])
            self._add(np.dot, self._ones(count, x.dtype), x.reshape(count, -1), target.reshape(-1))
        elif can_multiply and rank < x.ndim and x.size <= MATRIX_ELEMENTS and is_trailing:
            count = prod(x.shape[-rank:])
            self._add(np.dot, x.reshape(-1, count), self._ones(count, x.dtype), target.reshape(-1))
        elif can_multiply and rank == x.ndim and x.size >= LARGE:
            row = x.reshape(-1)
            sums = BlockSums(x.size)
            partial = self.scratch((sums.count,), x.dtype)
            self._allowed.add(id(partial))
            self._add(sums, row, partial)
            self._add(_add_reduce, partial, 0, None, target.reshape(()), outs=(3,))
        else:
            self._add(_add_reduce, x, axes, x.dtype, target, keepdims, outs=(3,))
        return target

    def reduce_max(self, x: Array, axes: Any, keepdims: bool, out: Array | None = None) -> Array:
        return self._extreme(_maximum_reduce, numpy_namespace.reduce_max, x, axes, keepdims, out)

    def reduce_min(self, x: Array, axes: Any, keepdims: bool, out: Array | None = None) -> Array:
        return self._extreme(_minimum_reduce, numpy_namespace.reduce_min, x, axes, keepdims, out)

    def _extreme(
        self, reduce: Any, of_nothing_too: Any, x: Array, axes: Any, keepdims: bool, out: Array | None
    ) -> Array:
        target = self._checked(out, x)
        if x.size:
            self._add(reduce, x, axes, None, target, keepdims, outs=(3,))
        else:
            self._add(of_nothing_too, x, axes, keepdims, target)
        return target

    def concatenate(self, parts: tuple[Array, ...], axis: int, out: Array | None = None) -> Array:
        target = self._checked(out, *parts)
        start = 0
        for part in parts:
            stop = start + part.shape[axis]
            place: list[Any] = [slice(None)] * target.ndim
            place[axis] = slice(start, stop)
            self.instructions.append(copying(self._op, target[tuple(place)], part))
            start = stop
        return target

    def _elementwise(self, function: Callable[..., Any], *arguments: Array | None) -> Array:
        *inputs, out = arguments
        present = [array for array in inputs if array is not None]
        if len(present) != getattr(function, "nin", 2):
            raise NotStraightLineError
        target = self._checked(out, *present)
        if function in _LIMITS and target.size > SPREAD_ELEMENTS and self._limit(function, present, target):
            return target
        spread = [self._spread(function, array, target) for array in present]
        instruction = Instruction(self._op, function, (*spread, target), (len(spread),), is_elementwise=True)
        self.instructions.append(instruction)
        return target

    def _limit(self, function: Callable[..., Any], operands: list[Array], target: Array) -> bool:
        """The maximum (or minimum) of an array and a number as numpy's clip: it has a faster loop for numbers."""
        x, limit = operands if operands[0].ndim else operands[::-1]
        if limit.ndim or x.shape != target.shape or x.dtype.kind != "f" or limit.dtype != x.dtype:
            return False
        infinity = np.array(np.inf, x.dtype)
        bounds = (limit, infinity) if function is numpy_namespace.maximum else (-infinity, limit)
        arguments = (x, *(np.asarray(bound) for bound in bounds), target)
        self.instructions.append(Instruction(self._op, np.ndarray.clip, arguments, (3,), is_elementwise=True))
        return True

    def _spread(self, function: Callable[..., Any], array: Array, target: Array) -> Array:
        """An operand of the shape of the result, or a single number."""
        is_limit = not array.ndim and function in _LIMITS and array.dtype.kind == "f" and target.ndim > 0
        if array.shape == target.shape or (not array.ndim and not is_limit):
            return array
        if array.size == 1 and not is_limit:
            return array.reshape(())
        if array.size == target.size and array.flags.c_contiguous:
            return array.reshape(target.shape)
        if target.size > SPREAD_ELEMENTS:
            return np.broadcast_to(array, target.shape)
        repeated = np.empty(target.shape, array.dtype)
        if self._is_constant(array) or id(root_of(array)) in self._fixed:
            repeated[...] = array
        else:
            self.scratches.append(repeated)
            self.instructions.append(copying(self._op, repeated, array))
        self._allowed.add(id(repeated))
        return repeated

    def _ones(self, count: int, dtype: np.dtype[Any]) -> Array:
        ones = np.ones(count, dtype)
        self.ones[id(ones)] = ones
        return ones

    def _add(self, function: Callable[..., Any], *arguments: Any, outs: tuple[int, ...] | None = None) -> None:
        places = (len(arguments) - 1,) if outs is None else outs
        self.instructions.append(Instruction(self._op, function, arguments, places))

    def _checked(self, out: Array | None, *inputs: Any) -> Array:
        """``out``, if all the arrays are there in every step: none was made by numpy while the kernel ran."""
        if not self._is_recording or out is None:
            raise NotStraightLineError
        for array in (out, *inputs):
            if not isinstance(array, np.ndarray) or id(root_of(array)) not in self._allowed:
                raise NotStraightLineError
        return out


def _normalized(axes: Any, rank: int) -> tuple[int, ...]:
    """The axes of a reduction from 0 on, in order."""
    if axes is None:
        return tuple(range(rank))
    return tuple(sorted(axis % rank for axis in ((axes,) if isinstance(axes, int) else axes)))
