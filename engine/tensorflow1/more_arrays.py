"""Further functions of arrays, made of those that there are, and questions about values; names of ``tf``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Operation, Output, Tensor, TensorShape, Variable, as_shape
from .arrays import expand_dims, reshape, shape, stack, tile
from .arrays import range as tf_range
from .assertions import Assert
from .build import apply, is_tensor, tensor_of
from .choosing import boolean_mask, sequence_mask, where
from .gathering import gather, scatter_nd
from .scopes import control_dependencies
from .sources import constant

__all__ = [
    "ensure_shape",
    "get_static_value",
    "is_numeric_tensor",
    "is_tensor",
    "repeat",
    "tensor_scatter_add",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "tensor_scatter_sub",
    "tensor_scatter_update",
    "unravel_index",
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


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Each part along an axis as often as ``repeats`` says: one number, or one for each. None flattens."""
    values, times = tensor_of(input), tensor_of(repeats)
    with values.graph.name_scope(name or "Repeat"):
        if axis is None:
            values, axis = reshape(values, [-1]), 0
        rank = values.shape.rank
        if rank is None:
            raise ValueError("repeat needs a tensor of known rank; give it one with set_shape.")
        place = axis % rank
        count = shape(values)[place]
        if times.shape.rank == 0:
            times = tile(reshape(times, [1]), reshape(count, [1]))
        rows = tf_range(count)
        mask = sequence_mask(times, apply("ReduceMax", times))
        spread = tile(expand_dims(rows, 1), stack([1, shape(mask)[1]]))
        return gather(values, boolean_mask(spread, mask), axis=place)


def _scattered(tensor: Tensor, indices: Any, updates: Any) -> Tensor:
    return scatter_nd(indices, tensor_of(updates, tensor.dtype), shape(tensor))


def tensor_scatter_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """The tensor with ``updates`` added at ``indices``, several at one place one after the other."""
    whole = tensor_of(tensor)
    with whole.graph.name_scope(name or "TensorScatterAdd") as scope:
        return apply("Add", whole, _scattered(whole, indices, updates), name=scope)


def tensor_scatter_sub(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """The tensor less ``updates`` at ``indices``."""
    whole = tensor_of(tensor)
    with whole.graph.name_scope(name or "TensorScatterSub") as scope:
        return apply("Subtract", whole, _scattered(whole, indices, updates), name=scope)


def tensor_scatter_update(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """The tensor with ``updates`` in the place of what is at ``indices``, each of which may stand there once."""
    whole = tensor_of(tensor)
    given = tensor_of(updates, whole.dtype)
    with whole.graph.name_scope(name or "TensorScatterUpdate") as scope:
        ones = apply("OnesLike", given)
        is_new = apply("Greater", _scattered(whole, indices, ones), apply("ZerosLike", whole))
        return where(is_new, _scattered(whole, indices, given), whole, scope)


tensor_scatter_nd_add = tensor_scatter_add
tensor_scatter_nd_sub = tensor_scatter_sub
tensor_scatter_nd_update = tensor_scatter_update


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """The coordinates in an array of the sizes ``dims`` of places in the flat array: (axes, …)."""
    places = tensor_of(indices)
    with places.graph.name_scope(name or "UnravelIndex"):
        sizes = tensor_of(dims, places.dtype)
        strides = apply("Cumprod", sizes, axis=0, exclusive=True, reverse=True)
        flat = reshape(places, [1, -1])
        coordinates = flat // reshape(strides, [-1, 1]) % reshape(sizes, [-1, 1])
        rank = places.shape.rank
        return coordinates if rank == 1 else reshape(coordinates, [-1] if rank == 0 else [-1, *places.shape.as_list()])
