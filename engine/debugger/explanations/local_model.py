"""An operation by itself, with the values that it read: its local derivatives, in float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...compiler.gradients import build_gradients
from ...graph import EngineError, Graph, Operation, Tensor, as_dtype, float64
from ...runtime.session import Session
from .reason import Array, Index


class LocalModel:
    """A graph of one operation. Floating inputs are float64, so that derivatives are exact to its precision.

    ``values`` are what it read, input by input. With ``moves_numbers``, whole numbers and truth values are handled as
    float64 too, where the operation only moves them. Raises EngineError for an operation that cannot stand alone.
    """

    def __init__(self, op: Operation, values: Sequence[Array], moves_numbers: Sequence[bool] = ()) -> None:
        self.graph = Graph()
        self.values: list[Array] = []
        self.inputs: list[Tensor] = []
        wiring: dict[str, list[Tensor]] = {}
        place = 0
        for port, sources in op.connected_ports():
            for source in sources:
                if not isinstance(source, Tensor):
                    continue
                moves = bool(moves_numbers) and moves_numbers[place]
                wiring.setdefault(port, []).append(self._input(op, port, values[place], moves))
                place += 1
        ports = {name: given if _is_variadic(op, name) else given[0] for name, given in wiring.items()}
        self.op = self.graph.create(op.declaration, ports, op.attributes, name="operation")
        self.op.gradient_name = op.gradient_name
        self._session = Session(graph=self.graph)
        self._seeded = [tensor for tensor in self.op.outputs if _is_real(tensor)]
        #: The shapes that the results have; some are known only when they are computed.
        self._shapes = [
            tensor.shape.known() if tensor.shape.is_known else self.output(tensor.value_index).shape
            for tensor in self._seeded
        ]
        self._seeds = [self._placeholder(shape) for shape in self._shapes]
        self._to_inputs: list[Tensor | None] | None = None

    def _placeholder(self, shape: Sequence[int]) -> Tensor:
        return self.graph.apply("Placeholder", dtype=float64, shape=list(shape))

    def _input(self, op: Operation, port: str, value: Array, moves: bool) -> Tensor:
        if value.dtype.kind in "fV" or (moves and value.dtype.kind in "iub"):
            value = value.astype(np.float64)
        self.values.append(value)
        if port in op.declaration.value_inputs:
            tensor = self.graph.apply("Constant", value=value, dtype=as_dtype(value.dtype))
        else:
            tensor = self.graph.create(
                "Placeholder", None, {"dtype": as_dtype(value.dtype), "shape": list(value.shape)}
            ).output
        self.inputs.append(tensor)
        return tensor

    def _feeds(self, changed: dict[int, Array]) -> dict[Any, Any]:
        return {
            tensor: changed.get(place, self.values[place])
            for place, tensor in enumerate(self.inputs)
            if tensor.op.type == "Placeholder"
        }

    def output(self, number: int, changed: dict[int, Array] | None = None) -> Array:
        """The value of an output, with other values at some of the inputs."""
        return np.asarray(self._session.run(self.op.outputs[number], self._feeds(changed or {})))

    def _vector_jacobian_products(self) -> list[Tensor | None]:
        """The gradients to the inputs, of the seeds' gradients at the outputs; None where none leads back."""
        if self._to_inputs is None:
            real = [place for place, tensor in enumerate(self.inputs) if _is_real(tensor)]
            xs = [self.inputs[place] for place in real]
            found: list[Tensor | None] = [None] * len(self.inputs)
            if self._seeded and xs and self.op.gradient is not None:
                gradients = build_gradients(self.graph, self._seeded, xs, self._seeds)
                for place, gradient in zip(real, gradients, strict=True):
                    found[place] = gradient
            self._to_inputs = found
        return self._to_inputs

    def is_differentiable(self, place: int) -> bool:
        """Whether a gradient goes to this input."""
        return self._vector_jacobian_products()[place] is not None

    def row(
        self, number: int, index: Index, changed: dict[int, Array] | None = None, only: int | None = None
    ) -> list[Array | None]:
        """∂ output[index] / ∂ input for each input (``only`` for one), in its shape; None where none is defined."""
        products = [
            product if only in (None, place) else None for place, product in enumerate(self._vector_jacobian_products())
        ]
        present = [product for product in products if product is not None]
        if not present or self.op.outputs[number] not in self._seeded:
            return [None] * len(self.inputs)
        feeds = self._feeds(changed or {})
        for seed, tensor, shape in zip(self._seeds, self._seeded, self._shapes, strict=True):
            feeds[seed] = np.zeros(shape)
            if tensor is self.op.outputs[number]:
                feeds[seed][index] = 1.0
        found = iter(self._session.run(present, feeds))
        return [None if product is None else np.asarray(next(found)) for product in products]

    def column(
        self, place: int, index: Index, upstream: Sequence[Array | None], changed: dict[int, Array] | None = None
    ) -> list[Array | None]:
        """∂ output / ∂ input[index] for each output, in its shape, as the gradient rule has it.

        ``upstream`` are the gradients at the outputs. A vector-Jacobian product is linear in them: its derivative to
        them is the Jacobian itself.
        """
        product = self._vector_jacobian_products()[place]
        if product is None:
            return [None] * len(self.op.outputs)
        feeds = self._feeds(changed or {})
        for seed, tensor, shape in zip(self._seeds, self._seeded, self._shapes, strict=True):
            given = upstream[tensor.value_index]
            feeds[seed] = np.zeros(shape) if given is None else given.astype(np.float64)
        chosen = self._placeholder(self.values[place].shape)
        feeds[chosen] = np.zeros(self.values[place].shape)
        feeds[chosen][index] = 1.0
        columns = build_gradients(self.graph, [product], self._seeds, [chosen])
        result: list[Array | None] = [None] * len(self.op.outputs)
        for tensor, column in zip(self._seeded, columns, strict=True):
            if column is not None:
                result[tensor.value_index] = np.asarray(self._session.run(column, feeds))
        return result


def local_model(op: Operation, values: Sequence[Array], moves_numbers: Sequence[bool] = ()) -> LocalModel | None:
    """The operation by itself; None where it has state, runs bodies, or takes what cannot be handed to it."""
    if op.declaration.stateful or op.declaration.kernel is None or op.declaration.has_bodies:
        return None
    try:
        return LocalModel(op, values, moves_numbers)
    except (EngineError, ValueError, TypeError):
        return None


def _is_real(tensor: Tensor) -> bool:
    return tensor.dtype is not None and tensor.dtype.is_floating


def _is_variadic(op: Operation, port: str) -> bool:
    declared = op.declaration.input_port(port)
    return declared is not None and declared.variadic
