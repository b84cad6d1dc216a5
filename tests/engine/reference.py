"""A second way to run a graph: each kernel bound on its own and called in dependency order, nothing shared or reused.

It knows nothing of the compiler and the runtime, so that what they give can be compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from engine.graph import Inference, Operation, Tensor, TensorSpec, as_dtype
from engine.runtime.backends import numpy_namespace
from engine.runtime.numpy_numbers import NumpyNumbers

Array = np.ndarray[Any, np.dtype[Any]]

#: A backend as jax is one: functions give their results back, and there are no work arrays.
RETURNING = SimpleNamespace(**{name: getattr(numpy_namespace, name) for name in numpy_namespace.__all__})
RETURNING.scratch = lambda shape, dtype: None


class Kernel:
    """What a kernel is given, and the function it gave, for inputs of certain shapes."""

    def __init__(self, op: Operation, inputs: Sequence[Array], xp: Any = numpy_namespace) -> None:
        self.op = op
        self.xp = xp
        self.inputs = [TensorSpec(as_dtype(array.dtype)).with_shape(array.shape) for array in inputs]
        known = dict(zip(op.inputs, self.inputs, strict=True))
        specs = op.declaration.infer(Inference(op, lambda tensor: known[tensor]))
        self.outputs = [specs] if isinstance(specs, TensorSpec) else list(specs)
        assert op.declaration.kernel is not None
        self.function = op.declaration.kernel(self)

    def attribute(self, name: str) -> Any:
        return self.op.attributes[name]

    def random(self) -> NumpyNumbers:
        return NumpyNumbers(np.random.default_rng(self.op.attributes["seed"]))

    def all(self, *inputs: Array) -> list[Array]:
        """The values of all outputs, of an operation with several."""
        if len(self.outputs) == 1 and self.op.declaration.outputs_for is None:
            return [self(*inputs)]
        with np.errstate(all="ignore"):
            return [np.asarray(result) for result in self.function(*inputs)]

    def __call__(self, *inputs: Array) -> Array:
        with np.errstate(all="ignore"):
            if self.op.declaration.is_view or not isinstance(self.xp, ModuleType):
                return np.asarray(self.function(*inputs))
            (spec,) = self.outputs
            assert spec.dtype is not None
            # Whatever stood in the buffer must not matter.
            out = np.full(spec.shape.known(), 7, spec.dtype.numpy)
            result = self.function(*inputs, out)
            assert result is out or np.shares_memory(result, out) or out.size == 0
            return out


def evaluate(fetches: Sequence[Tensor], feeds: Mapping[Tensor, Array], xp: Any = numpy_namespace) -> list[Array]:
    """The values of ``fetches``, which depend on nothing but ``feeds``."""
    values: dict[Tensor, Array] = dict(feeds)

    def value(tensor: Tensor) -> Array:
        if tensor not in values:
            inputs = [value(source) for source in tensor.op.inputs]
            values.update(zip(tensor.op.outputs, Kernel(tensor.op, inputs, xp).all(*inputs), strict=True))
        return values[tensor]

    return [value(fetch) for fetch in fetches]


def numeric_gradient(function: Any, arrays: Sequence[Array], index: int, step: float = 1e-5) -> Array:
    """The gradient of a scalar function to one of its arrays by central differences."""
    changed = [array.copy() for array in arrays]
    gradient = np.empty_like(arrays[index])
    for place in np.ndindex(gradient.shape):
        middle = arrays[index][place]
        changed[index][place] = middle + step
        above = function(*changed)
        changed[index][place] = middle - step
        gradient[place] = (above - function(*changed)) / (2 * step)
        changed[index][place] = middle
    return gradient
