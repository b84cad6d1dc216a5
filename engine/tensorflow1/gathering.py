"""Taking rows and elements at indices, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .build import apply, create, shape_inputs

__all__ = ["gather", "gather_nd", "scatter_nd"]


def gather(
    params: Any,
    indices: Any,
    validate_indices: bool | None = None,
    name: str | None = None,
    axis: int | None = None,
    batch_dims: int = 0,
) -> Tensor:
    """The parts of ``params`` along ``axis`` (the first) that the indices name, in the indices' shape.

    Equal indices add up in the gradient. A run raises InvalidArgumentError for an index that is out of range.
    """
    if batch_dims:
        raise ValueError(f"gather takes batch_dims 0 only, not {batch_dims}; use gather_nd with rows of indices.")
    return apply("Gather", params, indices, axis=0 if axis is None else axis, name=name)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """The elements or parts of ``params`` that the rows (the last axis) of ``indices`` name."""
    if batch_dims:
        raise ValueError(f"gather_nd takes batch_dims 0 only, not {batch_dims}; put the place in the batch first.")
    return apply("GatherNd", params, indices, name=name)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros of ``shape``, with ``updates`` added at the places that the rows of ``indices`` name."""
    inputs, attributes = shape_inputs(shape)
    return create("ScatterNd", {"indices": indices, "updates": updates} | inputs, attributes, name).output
