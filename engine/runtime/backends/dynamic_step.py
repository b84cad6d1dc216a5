"""A step whose shapes are known only when it runs: the number of rows that a condition chooses, a batch from a file.

Such a value has no array of its own beforehand. Its kernel is bound again for each combination of shapes that occurs,
and kept for the next time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np

from ...graph import DTypeError, GraphError, Inference, InvalidArgumentError, Operation, Output, TensorSpec
from ...graph.inference import inferred
from ...graph.spec import STATIC_ELEMENTS
from ..state import SessionState
from .kernel_context import KernelContext

Array = np.ndarray[Any, np.dtype[Any]]

#: How many combinations of shapes a step keeps its kernel for.
KEPT_KERNELS = 16


class Cell:
    """A place for an array that is there only after the step that computes it."""

    __slots__ = ("array",)

    def __init__(self) -> None:
        self.array: Array | None = None


def present_array(place: Array | Cell) -> Array:
    """The array that a place holds in this run."""
    if isinstance(place, Cell):
        assert place.array is not None
        return place.array
    return place


class DynamicStep:
    """Computes an operation from the arrays that its inputs have in this run, whatever their shapes."""

    def __init__(
        self,
        op: Operation,
        state: SessionState,
        inputs: Sequence[Array | Cell],
        outputs: Sequence[Array | Cell],
        fetched: Container[Output] = (),
    ) -> None:
        self._fetched = fetched
        self._op = op
        self._state = state
        self._inputs = tuple(inputs)
        self._outputs = tuple(outputs)
        self._values = [_is_value_input(op, place) for place in range(len(op.inputs))]
        self._kernels: OrderedDict[Any, Callable[..., Any]] = OrderedDict()

    def __call__(self) -> None:
        arrays = [present_array(place) for place in self._inputs]
        results = self._kernel(arrays)(*arrays)
        if len(self._outputs) == 1 and not isinstance(results, tuple | list):
            results = (results,)
        for place, result in zip(self._outputs, results, strict=True):
            array = np.asarray(result)
            if isinstance(place, Cell):
                place.array = array
            elif place.shape == array.shape:
                np.copyto(place, array)
            else:
                raise InvalidArgumentError(
                    f"{self._op.node_name} gave {array.shape} where {place.shape} was expected.", self._op.node_name
                )

    def _kernel(self, arrays: Sequence[Array]) -> Callable[..., Any]:
        key = tuple(
            (array.shape, array.tobytes() if is_value and array.size <= STATIC_ELEMENTS else None)
            for array, is_value in zip(arrays, self._values, strict=True)
        )
        kernel = self._kernels.get(key)
        if kernel is None:
            kernel = self._kernels[key] = self._bound(arrays)
            if len(self._kernels) > KEPT_KERNELS:
                self._kernels.popitem(last=False)
        return kernel

    def _bound(self, arrays: Sequence[Array]) -> Callable[..., Any]:
        op = self._op
        specs = [
            _spec_of(tensor.spec, array, is_value)
            for tensor, array, is_value in zip(op.inputs, arrays, self._values, strict=True)
        ]
        known = dict(zip(op.inputs, specs, strict=True))
        try:
            outputs = inferred(Inference(op, known.__getitem__))
        except (GraphError, DTypeError) as error:
            raise InvalidArgumentError(error.message, op.node_name) from None
        assert op.declaration.kernel is not None
        return op.declaration.kernel(KernelContext(op, self._state, specs, outputs, self._fetched))


def _spec_of(static: TensorSpec, array: Array, with_value: bool) -> TensorSpec:
    spec = static.with_shape(array.shape)
    return spec.with_value(array.astype(np.float64)) if with_value and array.dtype.kind in "iu" else spec


def _is_value_input(op: Operation, place: int) -> bool:
    """Whether the value of an input decides the shape of the result."""
    ports = [port for port, sources in op.connected_ports() for _ in sources if port != "after"]
    return ports[place] in op.declaration.value_inputs
