"""Taking rows and elements at indices, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from ..graph import IndexedSlices, Tensor
from ..graph.row_changes import change_rows
from . import arrays
from .build import apply, create, in_dtype, shape_inputs, tensor_of

__all__ = [
    "IndexedSlices",
    "batch_gather",
    "gather",
    "gather_nd",
    "scatter_add",
    "scatter_nd",
    "scatter_nd_add",
    "scatter_nd_sub",
    "scatter_nd_update",
    "scatter_sub",
    "scatter_update",
]


def gather(
    params: Any,
    indices: Any,
    validate_indices: bool | None = None,
    name: str | None = None,
    axis: int | None = None,
    batch_dims: int = 0,
) -> Tensor:
    """The parts of ``params`` along ``axis`` (the first) that the indices name, in the indices' shape.

    The first ``batch_dims`` axes of both are those of a batch: indices name parts of the same place in it.
    Equal indices add up in the gradient. A run raises InvalidArgumentError for an index that is out of range.
    """
    if not batch_dims:
        return apply("Gather", params, indices, axis=0 if axis is None else axis, name=name)
    places = tensor_of(indices)
    rank = places.shape.rank
    if rank is None:
        raise ValueError(f"The number of axes of the indices {places.name} must be known for batch_dims; give a shape.")
    count = batch_dims % rank if batch_dims < 0 else batch_dims
    if axis not in (None, count):
        raise ValueError(f"gather takes along the first axis after the batch's, {count}, not {axis}; transpose params.")
    return apply("GatherNd", params, _with_places(places, rank, count), name=name)


def _with_places(indices: Tensor, rank: int, count: int) -> Tensor:
    """Indices with the place of each in its first ``count`` axes before it: rows for GatherNd."""
    sizes, zeros = arrays.shape(indices), apply("ZerosLike", indices)
    coordinates = [
        zeros
        + in_dtype(
            arrays.reshape(arrays.range(sizes[axis]), [1] * axis + [-1] + [1] * (rank - axis - 1)), indices.dtype
        )
        for axis in range(count)
    ]
    return arrays.stack([*coordinates, indices], axis=rank)


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """:func:`gather` in which all axes of the indices but the last are those of a batch."""
    return gather(params, indices, name=name, batch_dims=-1)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """The elements or parts of ``params`` that the rows (the last axis) of ``indices`` name."""
    if batch_dims:
        raise ValueError(f"gather_nd takes batch_dims 0 only, not {batch_dims}; put the place in the batch first.")
    return apply("GatherNd", params, indices, name=name)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros of ``shape``, with ``updates`` added at the places that the rows of ``indices`` name."""
    inputs, attributes = shape_inputs(shape)
    return create("ScatterNd", {"indices": indices, "updates": updates} | inputs, attributes, name).output


def scatter_update(ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None) -> Tensor:
    """The variable's value after the rows that the indices name are set to ``updates``."""
    return change_rows("ScatterUpdate", ref, indices, updates, name)


def scatter_nd_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Tensor:
    """The variable's value after the parts that the rows of ``indices`` name are set to ``updates``."""
    return change_rows("ScatterNdUpdate", ref, indices, updates, name)


def scatter_add(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """The variable's value after the rows that the indices name are increased by ``updates``."""
    return change_rows("ScatterAdd", ref, indices, updates, name)


def scatter_nd_add(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """The variable's value after the parts that the rows of ``indices`` name are increased by ``updates``."""
    return change_rows("ScatterNdAdd", ref, indices, updates, name)


def scatter_sub(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """The variable's value after the rows that the indices name are decreased by ``updates``."""
    return change_rows("ScatterSub", ref, indices, updates, name)


def scatter_nd_sub(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """The variable's value after the parts that the rows of ``indices`` name are decreased by ``updates``."""
    return change_rows("ScatterNdSub", ref, indices, updates, name)
