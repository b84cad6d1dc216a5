"""What is known of values when the graph is built, and making sure of it: names of ``tf``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Operation, Output, Tensor, TensorShape, Variable, as_shape
from .arrays import shape
from .assertions import Assert
from .build import apply, is_tensor, tensor_of
from .gathering import gather
from .scopes import control_dependencies
from .sources import constant

__all__ = [
    "ensure_shape",
    "get_static_value",
    "is_numeric_tensor",
    "is_tensor",
]


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether a value is a tensor of numbers."""
    if not isinstance(tensor, Output | Variable):
        return False
    dtype = tensor_of(tensor).dtype
    return dtype is not None and (dtype.is_floating or dtype.is_integer)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as an array, where it is known when the graph is built; None elsewhere."""
    if not is_tensor(tensor):
        return np.asarray(tensor)
    found = tensor_of(tensor)
    if found.op.type == "Constant" and found.dtype is not None:
        value = np.asarray(found.op.attributes["value"])
        filled = value if found.dtype.is_string else value.astype(found.dtype.numpy)
        sizes = found.shape.known()
        return filled.reshape(sizes) if filled.size == np.prod(sizes) else np.broadcast_to(filled, sizes).copy()
    known = found.spec.value
    if known is None or None in known or found.dtype is None or not found.shape.is_known:
        return None
    return np.asarray(known, found.dtype.numpy).reshape(found.shape.known())


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """The tensor, known to have a shape; a run in which it has another raises InvalidArgumentError.

    Raises ValueError where that is known when the graph is built.
    """
    tensor, wanted = tensor_of(x), as_shape(shape)
    merged = tensor.shape.merge_with(wanted)
    with tensor.graph.name_scope(name or "EnsureShape") as scope:
        checks = [] if wanted.dims is None or tensor.shape.is_known else [_shape_check(tensor, wanted)]
        with control_dependencies(checks):
            found = apply("Identity", tensor, name=scope)
    found.set_shape(merged)
    return found


def _shape_check(tensor: Tensor, wanted: TensorShape) -> Operation:
    """Stops the run unless the tensor has the sizes of ``wanted`` that are known."""
    dims = wanted.dims or ()
    words = f"Shape of tensor {tensor.name} is not compatible with expected shape {wanted}:"
    has_rank = apply("Equal", apply("Rank", tensor), len(dims))
    with control_dependencies([Assert(has_rank, [words, shape(tensor)])]):
        sizes = shape(tensor)
    known = [place for place, size in enumerate(dims) if size is not None]
    if not known:
        return sizes.op
    agree = apply("Equal", gather(sizes, known), constant([dims[place] for place in known], "int32"))
    return Assert(apply("ReduceAll", agree), [words, sizes])
