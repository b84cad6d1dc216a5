"""Rows by their segments, the largest elements of rows, and counts, on numpy."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def reduce_segments(kind: str, x: Array, ids: Array, count: int, zeros_for_nothing: bool) -> Array:
    """The rows of each of ``count`` segments taken together; rows of a negative segment are left out.

    ``kind`` is Sum, Mean, SqrtN, Max, Min or Prod. A segment without rows is 0 (a product 1); an extreme of nothing
    is the limit of the dtype, or 0 where ``zeros_for_nothing``.
    """
    inner = x.shape[ids.ndim :]
    rows, places = x.reshape(ids.size, prod(inner)), ids.reshape(-1)
    belongs = places >= 0
    if not belongs.all():
        rows, places = rows[belongs], places[belongs]
    result = np.full((count, rows.shape[1]), _of_nothing(kind, x.dtype, zeros_for_nothing), x.dtype)
    if places.size:
        order = np.argsort(places, kind="stable")
        ordered = places[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        function = {"Max": np.maximum, "Min": np.minimum, "Prod": np.multiply}.get(kind, np.add)
        together = function.reduceat(rows[order], starts, 0, x.dtype)
        sizes = np.diff(np.r_[starts, places.size])[:, None].astype(x.dtype)
        if kind == "Mean":
            together = together / sizes if x.dtype.kind == "f" else np.trunc(together / sizes)
        elif kind == "SqrtN":
            together = together / np.sqrt(sizes)
        result[ordered[starts]] = together
    return result.reshape(count, *inner)


def _of_nothing(kind: str, dtype: np.dtype[Any], zeros_for_nothing: bool) -> Any:
    if kind == "Prod":
        return 1
    if kind not in ("Max", "Min") or zeros_for_nothing:
        return 0
    limits: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return limits.min if kind == "Max" else limits.max


def largest(x: Array, count: int) -> Array:
    """The places of the largest elements of each row, the largest first, of equal ones the first."""
    backwards = np.argsort(x[..., ::-1], -1, kind="stable")[..., ::-1]
    return np.asarray(x.shape[-1] - 1 - backwards)[..., :count]


def take_along(x: Array, indices: Array) -> Array:
    return np.asarray(np.take_along_axis(x, indices, -1))


def put_along(shape: tuple[int, ...], updates: Array, indices: Array, out: Array | None = None) -> Array:
    """Zeros, with the updates at the indices in each row."""
    result = np.empty(shape, updates.dtype) if out is None else out
    result[...] = 0
    np.put_along_axis(result, indices, updates, -1)
    return result


def is_among_largest(predictions: Array, targets: Array, count: int) -> Array:
    """Whether fewer than ``count`` predictions of the row are larger than the target's, which is finite."""
    classes = predictions.shape[-1]
    known = (targets >= 0) & (targets < classes)
    if not classes:
        return np.asarray(known)
    chosen = np.take_along_axis(predictions, np.where(known, targets, 0)[:, None], -1)
    larger = (predictions > chosen).sum(-1)
    return np.asarray(known & np.isfinite(predictions).all(-1) & (larger < count))


def inverted(x: Array) -> Array | None:
    """Where each number stands; None when one stands twice."""
    result = np.full(x.shape, -1, x.dtype)
    result[x] = np.arange(x.size, dtype=x.dtype)
    return None if (result < 0).any() else result
