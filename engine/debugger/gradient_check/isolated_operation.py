"""An operation by itself, with values for its inputs that can be changed element by element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import Graph, Operation, Output, PortKind
from ...graph.body import Body
from ...graph.inference import infer_downstream
from ...runtime import Session
from .difference_check import Change

Array = np.ndarray[Any, np.dtype[Any]]


def why_not_isolated(op: Operation) -> str:
    """Why an operation cannot be run by itself again and again, as a sentence; "" where it can."""
    if not _only_computes(op):
        return f"{op.type} does more than compute a value each time it runs, so it cannot be tried with other inputs."
    if any(port.kind is not PortKind.TENSOR and op.inputs_of(port.name) for port in op.declaration.inputs):
        return f"{op.type} takes a variable itself, not its value, so it cannot be tried with other values."
    return ""


def _only_computes(op: Operation) -> bool:
    """Whether a value is all that comes of an operation; of a loop or a branch, whether that is so of its bodies."""
    bodies = [value for value in op.attributes.values() if isinstance(value, Body)]
    if not bodies:
        return not op.declaration.stateful
    return all(_only_computes(inner) for body in bodies for inner in body.graph.get_operations())


class IsolatedOperation:
    """The weighted sum of the results of an operation, as a function of its inputs.

    ``values`` are those of the inputs; ``weights`` those of the elements of each output, None for 0.
    """

    def __init__(self, op: Operation, values: Sequence[Array], weights: Sequence[Array | None]) -> None:
        #: Of the inputs; stay as they are.
        self.values = [np.array(value) for value in values]
        self._weights = [(place, weight) for place, weight in enumerate(weights) if weight is not None]
        graph = Graph()
        inputs = [
            graph.create("Placeholder", attributes={"dtype": tensor.dtype, "shape": value.shape}).output
            for tensor, value in zip(op.inputs, self.values, strict=True)
        ]
        rest = iter(inputs)
        wiring: dict[str, list[Output]] = {
            port: [next(rest) for _ in sources]
            for port, sources in op.connected_ports()
            if not any(source.kind is PortKind.STEP for source in sources)
        }
        copy = graph.add_copy(op, wiring)
        infer_downstream([copy])
        wanted = [copy.outputs[place] for place, _ in self._weights]
        self._plan = Session(graph=graph).plan(wanted, {tensor: tensor.shape.known() for tensor in inputs})
        self._inputs = inputs
        self._before = self._results()
        #: What the weighted sum is summed from, in absolute values.
        self.magnitude = sum(
            float(np.abs(weight * result).sum())
            for (_, weight), result in zip(self._weights, self._before, strict=True)
        )

    def _results(self) -> list[Array]:
        self._plan.feed(dict(zip(self._inputs, self.values, strict=True)))
        self._plan.run()
        return [np.array(array) for array in self._plan.fetches]

    def changes(self, place: int) -> Change:
        """What the weighted sum changes by when one element of an input does."""
        value = self.values[place]

        def change(index: tuple[int, ...], amount: float) -> float:
            before = value[index]
            value[index] = before + amount
            try:
                results = self._results()
            finally:
                value[index] = before
            return sum(
                float((weight * (result - old)).sum())
                for (_, weight), result, old in zip(self._weights, results, self._before, strict=True)
            )

        return change
