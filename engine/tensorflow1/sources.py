"""Placeholders, constants, variables' initializers, groups and gradients under TensorFlow's names."""

from __future__ import annotations

import enum
import math
from typing import Any

import numpy as np

from ..compiler.reach import reached_by_gradient
from ..graph import Operation, Output, Tensor, TensorShape, Variable, as_dtype, as_shape, get_default_graph
from ..graph.convert import as_output, constant_array
from ..graph.default import current_graph
from .build import apply, create, is_tensor, shape_inputs, tensor_of

__all__ = [
    "AggregationMethod",
    "UnconnectedGradients",
    "constant",
    "convert_to_tensor",
    "gradients",
    "group",
    "hessians",
    "ones",
    "placeholder",
    "placeholder_with_default",
    "set_random_seed",
    "zeros",
]


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value is fed to each run. ``shape`` None takes any shape; sizes of None any size."""
    attributes = {"dtype": as_dtype(dtype), "shape": TensorShape(None) if shape is None else as_shape(shape)}
    return get_default_graph().create("Placeholder", {}, attributes, name).output


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str = "Const", verify_shape: bool = False
) -> Tensor:
    """A tensor with a fixed value. The last of its numbers fills what is left of ``shape``.

    With ``verify_shape`` the value must have that shape already: raises TypeError otherwise.
    """
    array, found = constant_array(value, None if dtype is None else as_dtype(dtype))
    attributes: dict[str, Any] = {"value": array, "dtype": found}
    if shape is not None:
        wanted = attributes["shape"] = as_shape(shape)
        if verify_shape and wanted.dims != array.shape:
            raise TypeError(f"Expected Tensor's shape: {wanted}, got {array.shape}. Give as many values.")
        missing = math.prod(wanted.known()) - array.size if wanted.is_known else -1
        if missing >= 0 and array.size > 1:
            attributes["value"] = np.pad(array.reshape(-1), (0, missing), "edge").reshape(wanted.known())
    return get_default_graph().create("Constant", {}, attributes, name).output


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """``value`` itself when it is a tensor, the read of a variable, or a constant."""
    return tensor_of(value, None if dtype is None else as_dtype(dtype))


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """A tensor full of zeros; ``shape`` may hold tensors or be one."""
    return _full(shape, 0, dtype, name or "zeros")


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> Tensor:
    """A tensor full of ones; ``shape`` may hold tensors or be one."""
    return _full(shape, 1, dtype, name or "ones")


def _full(shape: Any, value: int, dtype: Any, name: str) -> Tensor:
    wanted = as_dtype(dtype)
    if wanted.is_string:
        return constant("", wanted, shape, name)
    if is_tensor(shape):
        inputs, attributes = shape_inputs(shape)
        number = as_output(inputs["shape"].graph, value, wanted)
        return create("Fill", {"value": number} | inputs, attributes, name).output
    return constant(value, wanted, shape, name)


def group(*inputs: Any, name: str | None = None) -> Operation:
    """An operation that is done when all of ``inputs`` are; fetched, it gives None."""
    steps = [_step(value) for value in inputs]
    return current_graph(*steps).create("Group", {"after": steps}, name=name)


def _step(value: Any) -> Output:
    if isinstance(value, Operation):
        return value.done
    if isinstance(value, Variable | Output):
        return value.op.done
    raise TypeError(f"Expected tf.group() expected Tensor objects not None with type {type(value).__name__!r}")


class AggregationMethod:
    """How TensorFlow adds up the gradients of several paths; they are added in order here, whichever is named."""

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


class UnconnectedGradients(enum.Enum):
    """What stands for the gradient where no path leads: None, or zeros."""

    NONE = "none"
    ZERO = "zero"


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Tensor | None]:
    """The gradient of the sum of ``ys`` to each of ``xs``; None where no differentiable path leads.

    Nothing goes through the tensors in ``stop_gradients``: they are held constant. ``unconnected_gradients``
    says what stands for a gradient that is not there.
    """
    y_list, x_list = _tensors(ys), _tensors(xs)
    stops = [] if stop_gradients is None else _tensors(stop_gradients)
    graph = y_list[0].graph
    inputs: dict[str, Any] = {"ys": y_list}
    if grad_ys is not None:
        inputs["grad_ys"] = grad_ys if isinstance(grad_ys, list | tuple) else [grad_ys]
    if stops:
        inputs["stop"] = stops
    reached = reached_by_gradient(y_list, x_list, stops)
    zeros = UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    found: list[Tensor | None] = []
    for x in x_list:
        if x in reached:
            found.append(graph.create("Gradients", inputs | {"x": x}, name=name).output)
        else:
            found.append(apply("ZerosLike", x) if zeros else None)
    return found


def _tensors(values: Any) -> list[Tensor]:
    return [
        value.output if isinstance(value, Variable) else value
        for value in (values if isinstance(values, list | tuple) else [values])
    ]


def set_random_seed(seed: int) -> None:
    """Makes the random operations of the default graph the same in every session."""
    get_default_graph().seed = seed


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor that has the value of ``input`` unless another one is fed."""
    return create("PlaceholderWithDefault", {"default": input}, {"shape": as_shape(shape)}, name).output


def hessians(ys: Any, xs: Any, name: str = "hessians", **options: Any) -> list[Tensor]:
    """The second derivatives of the sum of ``ys`` by each x: its shape twice. The shapes must be known."""
    found = []
    for x in _tensors(xs):
        (first,) = gradients(ys, x)
        if first is None or not x.shape.is_known:
            raise ValueError(f"hessians needs a gradient to {x.name} and its shape, which is {x.shape}.")
        flat = apply("Reshape", first, shape=[-1])
        rows = [gradients(flat[place], x)[0] for place in range(x.shape.num_elements() or 0)]
        whole = [apply("ZerosLike", x) if row is None else row for row in rows]
        found.append(apply("Reshape", apply("Stack", whole), shape=[*x.shape.known(), *x.shape.known()]))
    return found
