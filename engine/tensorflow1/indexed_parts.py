"""Parts of tensors by their places: repeated, changed, found; made of other operations. Names of ``tf``."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .arrays import expand_dims, reshape, shape, stack, tile
from .arrays import range as tf_range
from .build import apply, tensor_of
from .choosing import boolean_mask, sequence_mask, where
from .gathering import gather, scatter_nd

__all__ = [
    "repeat",
    "tensor_scatter_add",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "tensor_scatter_sub",
    "tensor_scatter_update",
    "unravel_index",
]


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
