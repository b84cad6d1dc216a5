"""Reading and adding at indices, on numpy."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def first_outside(indices: Array, size: int) -> tuple[int, ...] | None:
    """The place of the first index that is none of 0 to ``size`` − 1; None when there is none."""
    if not indices.size or (indices.min() >= 0 and indices.max() < size):
        return None
    outside = (indices < 0) | (indices >= size)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(outside)), indices.shape))


def take(x: Array, indices: Array, axis: int, out: Array | None = None) -> Array:
    """The parts of x along ``axis`` that the indices, all of them within it, name."""
    if not x.shape[axis]:  # numpy takes nothing from nothing only where it may not clip
        return np.take(x, indices, axis, out)
    return np.take(x, indices, axis, out, "clip")


def scatter_add(
    shape: tuple[int, ...], dtype: np.dtype[Any], indices: Array, updates: Array, axis: int, out: Array | None = None
) -> Array:
    """Zeros of ``shape``, to which the parts of ``updates`` are added where the indices along ``axis`` say."""
    result = np.empty(shape, dtype) if out is None else out
    outer, size, inner = prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])
    rows = np.moveaxis(updates.reshape(outer, indices.size, inner), 0, 1)
    target = np.moveaxis(result.reshape(outer, size, inner), 0, 1)
    target[...] = 0
    _add_rows(target, indices.reshape(-1), rows)
    return result


def _add_rows(target: Array, indices: Array, rows: Array) -> None:
    """Sets target[i], zero so far, to the sum of the rows for i."""
    places, sums = _summed(indices, rows)
    target[places] = sums


def _summed(indices: Array, rows: Array) -> tuple[Array, Array]:
    """The different indices, and the sum of the rows for each: numpy itself would take one row for an index only."""
    if not indices.size:
        return indices, rows
    order = np.argsort(indices, kind="stable")
    ordered = indices[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    if len(starts) == len(indices):
        return indices, rows
    return ordered[starts], np.add.reduceat(rows[order], starts, 0, rows.dtype)


def take_nd(x: Array, indices: Array, out: Array | None = None) -> Array:
    """The parts of x at the places that the rows of indices, all of them within it, name."""
    depth = indices.shape[-1]
    found = take(x.reshape(prod(x.shape[:depth]), *x.shape[depth:]), flat_places(indices, x.shape), 0, out)
    return found.copy() if out is None else found


def flat_places(indices: Array, shape: tuple[int, ...]) -> Array:
    """The rows of indices as places in the leading axes of ``shape``, counted through."""
    places = np.zeros(indices.shape[:-1], np.intp)
    for axis in range(indices.shape[-1]):
        places *= shape[axis]
        places += indices[..., axis]
    return places


def scatter_nd_add(
    shape: tuple[int, ...], dtype: np.dtype[Any], indices: Array, updates: Array, out: Array | None = None
) -> Array:
    """Zeros of ``shape``, to which the parts of ``updates`` are added at the places that the rows of indices name."""
    result = np.empty(shape, dtype) if out is None else out
    depth = indices.shape[-1]
    size, inner = prod(shape[:depth]), prod(shape[depth:])
    target = result.reshape(size, inner)
    target[...] = 0
    places = flat_places(indices, shape).reshape(-1)
    _add_rows(target, places, updates.reshape(places.size, inner))
    return result


def set_rows(variable: Array, indices: Array, updates: Array, depth: int) -> Array:
    """Sets the parts of ``variable``, whose first ``depth`` axes are counted through, that the indices name."""
    target, rows = _parts(variable, indices, updates, depth)
    target[indices.reshape(-1)] = rows
    return variable


def add_rows(variable: Array, indices: Array, updates: Array, depth: int) -> Array:
    """Adds to the parts that the indices name; for equal indices all that is due."""
    target, rows = _parts(variable, indices, updates, depth)
    places, sums = _summed(indices.reshape(-1), rows)
    target[places] += sums
    return variable


def subtract_rows(variable: Array, indices: Array, updates: Array, depth: int) -> Array:
    target, rows = _parts(variable, indices, updates, depth)
    places, sums = _summed(indices.reshape(-1), rows)
    target[places] -= sums
    return variable


def _parts(variable: Array, indices: Array, updates: Array, depth: int) -> tuple[Array, Array]:
    """The variable as a matrix with a part in each row, and the updates as one with a row for each index."""
    size, inner = prod(variable.shape[:depth]), prod(variable.shape[depth:])
    rows = np.broadcast_to(updates, (indices.size, inner)) if updates.ndim == 0 else updates
    return variable.reshape(size, inner), rows.reshape(indices.size, inner)
