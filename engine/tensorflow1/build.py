"""What the fronts share: adding an operation to the graph its inputs belong to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Operation, Output, Tensor, Variable, as_dtype, as_shape, int32
from ..graph.convert import as_output
from ..graph.default import current_graph


def apply(
    op_type: str, *inputs: Any, name: str | None = None, base_name: str | None = None, **attributes: Any
) -> Tensor:
    """The output of a new operation, in the graph of its inputs or the default graph.

    Without a ``name`` it is called after ``base_name``, or its type.
    """
    flat = [item for value in inputs for item in (value if isinstance(value, list | tuple) else [value])]
    return current_graph(*flat).apply(op_type, *inputs, name=name, base_name=base_name, **attributes)


def create(
    op_type: str,
    inputs: dict[str, Any],
    attributes: dict[str, Any],
    name: str | None = None,
    base_name: str | None = None,
) -> Operation:
    """A new operation with inputs by port, in the graph of its inputs or the default graph."""
    flat = [item for value in inputs.values() for item in (value if isinstance(value, list | tuple) else [value])]
    return current_graph(*flat).create(op_type, inputs, attributes, name, base_name)


def is_tensor(value: Any) -> bool:
    """Whether a value is computed by the graph, or is a list with such values in it."""
    if isinstance(value, list | tuple):
        return any(is_tensor(item) for item in value)
    return isinstance(value, Output | Variable)


def tensor_of(value: Any, dtype: Any = None) -> Tensor:
    """A value as a tensor: a Variable's, a constant's, or the one it is."""
    flat = value if isinstance(value, list | tuple) else [value]
    output = as_output(current_graph(*flat), value, dtype)
    if not isinstance(output, Tensor):
        raise TypeError(f"{value!r} gives no tensor.")
    return output


def shape_inputs(shape: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A shape as a program gives it, as what is wired to ``shape`` or as the attribute of that name.

    It may be one number, a list of sizes, an array, a TensorShape, a tensor, or a list with tensors in it.
    """
    if is_tensor(shape):
        sizes = shape
        if isinstance(shape, list | tuple):
            sizes = [item if is_tensor(item) else int(item) for item in shape]
        dtype = None if isinstance(sizes, Tensor | Variable) else _dtype_of_sizes(sizes)
        return {"shape": tensor_of(sizes, dtype)}, {}
    return {}, {"shape": as_shape(shape)}


def _dtype_of_sizes(sizes: list[Any]) -> Any:
    return next((tensor_of(item).dtype for item in sizes if is_tensor(item)), int32)


def in_dtype(tensor: Tensor, dtype: Any) -> Tensor:
    """A tensor in another dtype; itself where it has it, or none is asked for."""
    if dtype is None or as_dtype(dtype) is tensor.dtype:
        return tensor
    return apply("Cast", tensor, dtype=as_dtype(dtype))


def static_int(value: Any, argument: str) -> int:
    """A whole number that must be known when the graph is built, also where it is given as a tensor."""
    if is_tensor(value):
        known = tensor_of(value).spec.value
        if known is None or len(known) != 1 or known[0] is None:
            raise ValueError(f"{argument} must be known when the graph is built; give it as a number.")
        return known[0]
    return int(value)


def static_ints(value: Any, argument: str) -> list[int]:
    """As :func:`static_int`, for a list of them."""
    if is_tensor(value):
        known = tensor_of(value).spec.value
        if known is None or None in known:
            raise ValueError(f"{argument} must be known when the graph is built; give it as numbers.")
        return [item for item in known if item is not None]
    items = [value] if isinstance(value, int | np.integer) else list(value)
    return [static_int(item, argument) for item in items]
