"""Where a NaN or an infinity comes from: the first operation that made one from finite numbers.

Not every infinity does harm: a masked one, or e^x in 1 / (1 + e^x), may vanish again. So the search begins at what is
spoilt, the loss and the values that variables are given, and follows the elements that are not finite back to where
their inputs are. Of all places found in this way the one that was carried out first is the cause.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from ...compiler.writes import WRITES, changed_variables
from ...graph import Operation, Tensor
from ..observed_step import ObservedStep
from .cause import Array, without_repeats

#: Operations whose elements depend on those at the same place of their inputs, which are repeated to fit.
_ELEMENTWISE = frozenset(
    {
        *("Add", "Subtract", "Multiply", "Divide", "Pow", "Maximum", "Minimum", "SquaredDifference", "AddN"),
        *("RealDiv", "FloorDiv", "Mod", "Xlogy", "Xdivy", "DivNoNan", "MultiplyNoNan"),
        *("Negative", "Square", "Sqrt", "Rsqrt", "Reciprocal", "Exp", "Expm1", "Log", "Log1p", "Abs", "Cast"),
        *("Identity", "Tanh", "Sigmoid", "Relu", "Softplus", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan"),
        *("BroadcastToShapeOf", "BiasAdd"),
    }
)


@dataclass(frozen=True)
class Origin:
    """A tensor that holds a NaN or an infinity made from finite inputs, or given from outside."""

    tensor: Tensor
    value: Array
    #: Which elements, of those that have spoilt something.
    mask: Array
    #: How many operations have been carried out when it is there; 0 for what is given.
    operation: int
    #: From the origin to what it has spoilt.
    path: tuple[str, ...]


def find_non_finite(step: ObservedStep) -> Origin | None:
    """The first cause of what is not finite in the loss or in a variable's new value; None where all is finite.

    Of a step that is not complete, what has been carried out is looked at.
    """
    search = _Search(step)
    search.begin(step.loss, ())
    for op in step.operations:
        if op.type in WRITES:
            search.begin(op.output, (changed_variables(op)[0].op.node_name,))
    return search.first()


class _Search:
    def __init__(self, step: ObservedStep) -> None:
        self._step = step
        #: By tensor, the elements that have spoilt something and have been followed.
        self._followed: dict[Tensor, Array] = {}
        #: What a tensor has spoilt: the next tensor on the way, or the names at the end of it.
        self._way: dict[Tensor, Tensor | tuple[str, ...]] = {}
        self._waiting: deque[tuple[Tensor, Array, Array]] = deque()
        self._origins: dict[Tensor, tuple[Array, Array]] = {}

    def begin(self, tensor: Tensor, end: tuple[str, ...]) -> None:
        """Follows what is not finite in a tensor that is spoilt; ``end`` is what stands behind it on the path."""
        value = self._step.value(tensor)
        if value is None or value.dtype.kind != "f":
            return
        self._follow(tensor, value, ~np.isfinite(value), end)
        while self._waiting:
            self._look_into(*self._waiting.popleft())

    def _follow(self, tensor: Tensor, value: Array, mask: Array, way: Tensor | tuple[str, ...]) -> None:
        known = self._followed.get(tensor)
        new = mask if known is None else mask & ~known
        if not new.any():
            return
        self._followed[tensor] = new if known is None else known | new
        self._way.setdefault(tensor, way)
        self._waiting.append((tensor, value, new))

    def _look_into(self, tensor: Tensor, value: Array, mask: Array) -> None:
        op = tensor.op
        born = mask
        if self._step.place(op) is not None:
            inputs = self._inputs(op)
            born = self._blame(op, tensor, mask, inputs)
        if born.any():
            known = self._origins.get(tensor)
            self._origins[tensor] = (value, born if known is None else born | known[1])

    def _inputs(self, op: Operation) -> list[tuple[Tensor, Array]]:
        """The inputs that an operation takes numbers from, with what it read there."""
        found = []
        index = 0
        for port, sources in op.connected_ports():
            for tensor in sources:
                if not isinstance(tensor, Tensor):
                    continue
                value = None if port in op.declaration.shape_only_inputs else self._step.read_value(op, index)
                if value is not None and value.dtype.kind in "fbiu":
                    found.append((tensor, value))
                index += 1
        return found

    def _blame(self, op: Operation, tensor: Tensor, mask: Array, inputs: list[tuple[Tensor, Array]]) -> Array:
        """Follows the guilty elements of the inputs. Returns which of ``mask`` were made by the operation itself."""
        if op.type == "Where":
            return self._blame_where(tensor, mask, inputs)
        spoilt = [(source, value, ~np.isfinite(value)) for source, value in inputs if value.dtype.kind == "f"]
        if op.type in _ELEMENTWISE and all(_fits(value.shape, mask.shape) for _, value, _ in spoilt):
            born = mask
            for source, value, bad in spoilt:
                here = np.broadcast_to(bad, mask.shape)
                self._follow(source, value, bad & _gathered(mask & here, value.shape), tensor)
                born = born & ~here
            return born
        any_spoilt = False
        for source, value, bad in spoilt:
            if bad.any():
                any_spoilt = True
                self._follow(source, value, bad, tensor)
        return np.zeros_like(mask) if any_spoilt else mask

    def _blame_where(self, tensor: Tensor, mask: Array, inputs: list[tuple[Tensor, Array]]) -> Array:
        """Only the branch that was taken counts, element by element."""
        (_, condition), *branches = inputs
        if condition.ndim < mask.ndim and condition.ndim == 1:  # it chooses whole rows
            condition = condition.reshape(condition.shape + (1,) * (mask.ndim - 1))
        taken = np.broadcast_to(condition, mask.shape).astype(bool)
        for (source, value), chosen in zip(branches, (taken, ~taken), strict=True):
            bad = ~np.isfinite(value)
            here = np.broadcast_to(bad, mask.shape) & mask & chosen
            self._follow(source, value, bad & _gathered(here, value.shape), tensor)
        return np.zeros_like(mask)

    def first(self) -> Origin | None:
        """The origin that was carried out first."""
        if not self._origins:
            return None

        def when(tensor: Tensor) -> tuple[int, int, int]:
            place = self._step.place(tensor.op)
            return (-1 if place is None else place, tensor.op.type == "Variable", tensor.op.number)

        tensor = min(self._origins, key=when)
        value, mask = self._origins[tensor]
        return Origin(tensor, value, mask, when(tensor)[0] + 1, self._path(tensor))

    def _path(self, tensor: Tensor) -> tuple[str, ...]:
        names = [tensor.op.node_name]
        way = self._way[tensor]
        while isinstance(way, Tensor):
            names.append(way.op.node_name)
            way = self._way[way]
        return without_repeats([*names, *way])


def _fits(shape: tuple[int, ...], wide: tuple[int, ...]) -> bool:
    """Whether an array can be repeated to a shape."""
    try:
        return np.broadcast_shapes(shape, wide) == wide
    except ValueError:
        return False


def _gathered(mask: Array, shape: tuple[int, ...]) -> Array:
    """For each element of a narrower shape, whether any of those that it is repeated to is chosen."""
    gathered: Array = np.any(mask, axis=tuple(range(mask.ndim - len(shape))))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1)
    narrow: Array = np.any(gathered, axis=repeated, keepdims=True)
    return narrow
