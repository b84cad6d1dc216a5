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


def take_along_last(x: Array, indices: Array) -> Array:
    """One element of each row of x (its last axis): the one that the row's index names."""
    return np.asarray(np.take_along_axis(x, indices[..., None], -1)[..., 0])


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
    """Adds rows[i] to target[indices[i]]: rows for one place are summed first, for numpy adds each place once."""
    if not indices.size:
        return
    order = np.argsort(indices, kind="stable")
    ordered = indices[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    if len(starts) == len(indices):
        target[indices] = rows
    else:
        target[ordered[starts]] = np.add.reduceat(rows[order], starts, 0, target.dtype)


def take_nd(x: Array, indices: Array, out: Array | None = None) -> Array:
    """The parts of x at the places that the rows of indices, all of them within it, name."""
    depth = indices.shape[-1]
    found = take(x.reshape(prod(x.shape[:depth]), *x.shape[depth:]), _flat(indices, x.shape), 0, out)
    return found.copy() if out is None else found


def _flat(indices: Array, shape: tuple[int, ...]) -> Array:
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
    places = _flat(indices, shape).reshape(-1)
    _add_rows(target, places, updates.reshape(places.size, inner))
    return result
