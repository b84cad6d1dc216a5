"""What the cases of operations are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from engine.graph import Graph, Operation, Tensor, TensorShape

Array = np.ndarray[Any, np.dtype[Any]]
Draw = Callable[[st.SearchStrategy[Any]], Any]

FLOATS = ("float32", "float64")
NUMBERS = (*FLOATS, "int32", "int64")
ALL = (*NUMBERS, "bool")


@dataclass(frozen=True)
class Case:
    """One use of an operation: an array for each port, a list of arrays for a variadic one."""

    inputs: dict[str, Any]
    attributes: dict[str, Any]

    def arrays(self) -> list[Array]:
        """The arrays in the order of ``op.inputs``."""
        items = [item for value in self.inputs.values() for item in (value if isinstance(value, list) else [value])]
        return [np.array(item) for item in items]

    def build(self, op_type: str, shapes: list[Any] | None = None) -> tuple[Operation, list[Tensor]]:
        """The operation in a new graph, fed by placeholders of these static shapes (the arrays' own when None)."""
        graph = Graph()
        placeholders: list[Tensor] = []

        def placeholder(array: Array) -> Tensor:
            shape = array.shape if shapes is None else shapes[len(placeholders)]
            attributes = {"dtype": array.dtype, "shape": TensorShape(shape)}
            placeholders.append(graph.create("Placeholder", attributes=attributes).output)
            return placeholders[-1]

        inputs = {
            port: [placeholder(item) for item in value] if isinstance(value, list) else placeholder(value)
            for port, value in self.inputs.items()
        }
        return graph.create(op_type, inputs, self.attributes), placeholders


@dataclass(frozen=True)
class OpCases:
    """How to make cases of one operation, and what they must give."""

    make: Callable[[Draw, str], Case]
    #: The result by plain numpy, from the arrays and the attributes.
    expected: Callable[..., Any]
    #: The dtypes its inputs may have.
    dtypes: tuple[str, ...] = NUMBERS


def numbers(draw: Draw, dtype: str, *shapes: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> list[Array]:
    """Arrays in which no number is 0 or stands twice: differences may be taken anywhere."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = sum(prod(shape) for shape in shapes)
    if dtype == "bool":
        flat = generator.integers(0, 2, count).astype(bool)
    elif dtype.startswith("int"):
        flat = generator.integers(-4 if low < 0 else 0, 5, count)
    else:
        steps = np.linspace(low, high, 2 * (count // 2 + 1) + 2)[1:-1]
        flat = generator.permutation(steps[np.abs(steps) > 1e-9])[:count]
    parts = np.split(flat, np.cumsum([prod(shape) for shape in shapes])[:-1])
    return [part.reshape(shape).astype(dtype) for part, shape in zip(parts, shapes, strict=True)]


def shape(draw: Draw, minimum: int = 0, maximum: int = 3, least: int = 0) -> tuple[int, ...]:
    """A shape of small sizes; 0 among them now and then."""
    return tuple(draw(st.lists(st.integers(least, 4), min_size=minimum, max_size=maximum)))


def broadcast_shapes(draw: Draw, count: int) -> list[tuple[int, ...]]:
    shapes = mutually_broadcastable_shapes(num_shapes=count, min_dims=0, max_dims=3, min_side=0, max_side=4)
    return list(draw(shapes).input_shapes)


def axis_of(draw: Draw, rank: int) -> int:
    return int(draw(st.integers(-rank, rank - 1)))


def unary(**limits: float) -> Callable[[Draw, str], Case]:
    return lambda draw, dtype: Case({"x": numbers(draw, dtype, shape(draw), **limits)[0]}, {})


def binary(**limits: float) -> Callable[[Draw, str], Case]:
    def make(draw: Draw, dtype: str) -> Case:
        x, y = numbers(draw, dtype, *broadcast_shapes(draw, 2), **limits)
        return Case({"x": x, "y": y}, {})

    return make
