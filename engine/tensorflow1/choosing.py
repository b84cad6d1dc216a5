"""Choosing elements by their values under TensorFlow's names: where, masks, unique values, partitions."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..graph import Tensor, TensorShape
from .arrays import expand_dims, range, reshape, shape, squeeze
from .build import apply, create, in_dtype, is_tensor, tensor_of

__all__ = [
    "boolean_mask",
    "dynamic_partition",
    "dynamic_stitch",
    "listdiff",
    "meshgrid",
    "sequence_mask",
    "setdiff1d",
    "unique",
    "unique_with_counts",
    "where",
    "where_v2",
]


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """x where the condition holds and y elsewhere; without x and y the indices (int64) where it holds, a row each.

    A vector as the condition chooses whole rows, as TensorFlow 1 has it.
    """
    if x is None and y is None:
        return apply("Indices", condition, name=name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None. Give both, or neither to get the places.")
    asked = tensor_of(condition)
    chosen = tensor_of(x)
    if asked.shape.rank == 1 and chosen.shape.rank is not None and chosen.shape.rank > 1:
        asked = asked[(builtins.slice(None), *[None] * (chosen.shape.rank - 1))]
    other = tensor_of(y, chosen.dtype)
    result = create("Where", {"condition": asked, "x": chosen, "y": other}, {}, name, "Select").output
    if chosen.shape.is_compatible_with(other.shape):
        # Both have the shape of the result: TensorFlow 1 repeats neither.
        shape = chosen.shape.merge_with(other.shape)
        result.set_shape(shape.merge_with(asked.shape) if shape.is_compatible_with(asked.shape) else shape)
    return result


where_v2 = where


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask", axis: int | None = None) -> Tensor:
    """The rows of a tensor at which ``mask`` is true: (rows chosen, …). The mask's axes begin at ``axis``."""
    values, chosen = tensor_of(tensor), tensor_of(mask)
    first, count = axis or 0, chosen.shape.rank
    if count is None:
        raise ValueError("Number of mask dimensions must be specified, even if some dimensions are None.")
    if count == 0:
        raise ValueError("mask cannot be scalar. Give it the first axes of the tensor.")
    dims = values.shape.dims
    if dims is not None and not TensorShape(dims[first : first + count]).is_compatible_with(chosen.shape):
        raise ValueError(
            f"Shapes {TensorShape(dims[first : first + count])} and {chosen.shape} are incompatible: the mask needs "
            "the sizes of the axes it chooses from."
        )
    if count > 1:
        whole = shape(values)
        sizes = [whole[place] for place in builtins.range(first)]
        rest = [whole[place] for place in builtins.range(first + count, len(values.shape))]
        values = reshape(values, [*sizes, -1, *rest])
        chosen = reshape(chosen, [-1])
    places = squeeze(apply("Indices", chosen), axis=[1])
    return create("Gather", {"params": values, "indices": places}, {"axis": first}, name).output


class Unique(NamedTuple):
    """What :func:`unique` gives."""

    y: Tensor
    idx: Tensor


class UniqueWithCounts(NamedTuple):
    """What :func:`unique_with_counts` gives."""

    y: Tensor
    idx: Tensor
    count: Tensor  # type: ignore[assignment]  # TensorFlow's name for it hides that of tuples


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Unique:
    """The different values of a vector in the order in which they first occur, and which of them each is."""
    values, indices, _ = create("Unique", {"x": x}, {}, name).outputs
    return Unique(values, in_dtype(indices, out_idx))


def unique_with_counts(x: Any, out_idx: Any = "int32", name: str | None = None) -> UniqueWithCounts:
    """As :func:`unique`, and how often each value occurs."""
    values, indices, counts = create("Unique", {"x": x}, {}, name).outputs
    return UniqueWithCounts(values, in_dtype(indices, out_idx), in_dtype(counts, out_idx))


def setdiff1d(x: Any, y: Any, index_dtype: Any = "int32", name: str | None = None) -> tuple[Tensor, Tensor]:
    """The elements of x that y does not have, and where they stand in x."""
    values, indices = create("ListDifference", {"x": x, "y": y}, {}, name).outputs
    return values, in_dtype(indices, index_dtype)


listdiff = setdiff1d


def dynamic_partition(data: Any, partitions: Any, num_partitions: int, name: str | None = None) -> list[Tensor]:
    """The rows of ``data`` sorted into parts by a number (from 0) for each row."""
    inputs = {"x": data, "partitions": partitions}
    return list(create("DynamicPartition", inputs, {"num": num_partitions}, name).outputs)


def dynamic_stitch(indices: Sequence[Any], data: Sequence[Any], name: str | None = None) -> Tensor:
    """Rows put together in the order that an index for each row gives."""
    return create("DynamicStitch", {"indices": list(indices), "data": list(data)}, {}, name).output


def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None) -> Tensor:
    """For each length n a row with n times true, then false: (…) to (…, maxlen)."""
    counts = tensor_of(lengths)
    if maxlen is None:
        maxlen = apply("ReduceMax", counts)
    steps = range(in_dtype(tensor_of(maxlen), counts.dtype) if is_tensor(maxlen) else maxlen, dtype=counts.dtype)
    mask = apply("Less", steps, expand_dims(counts, -1), name=name)
    return in_dtype(mask, dtype)


def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[Tensor]:
    """For vectors of coordinates the coordinates of every point of their grid."""
    vectors = [tensor_of(each) for each in args]
    count = len(vectors)
    places = list(builtins.range(count))
    if indexing == "xy" and count > 1:
        places[0], places[1] = 1, 0
    shaped = [
        reshape(each, [-1 if axis == place else 1 for axis in builtins.range(count)])
        for each, place in zip(vectors, places, strict=True)
    ]
    whole = apply("OnesLike", shaped[0])
    for each in shaped[1:]:
        whole = apply("Multiply", whole, apply("OnesLike", each))
    return [apply("Multiply", each, whole) for each in shaped]
