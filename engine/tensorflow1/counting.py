"""Where numbers lie among others: histograms, places in sorted rows; and tensors that are there together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import IndexedSlices, Tensor, as_dtype, get_default_graph, int32
from .build import apply, create, is_tensor, tensor_of
from .sources import group

__all__ = ["histogram_fixed_width", "histogram_fixed_width_bins", "searchsorted", "tuple"]


def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: int = 100, dtype: Any = int32, name: str | None = None
) -> Tensor:
    """In which of ``nbins`` equal parts of ``value_range`` (low, high) each value lies.

    What lies outside counts to the first part or the last.
    """
    numbers = tensor_of(values)
    limits = tensor_of(value_range, numbers.dtype)
    places = apply("Floor", float(nbins) * ((numbers - limits[0]) / (limits[1] - limits[0])))
    inside = apply("Minimum", apply("Maximum", places, 0.0), float(nbins - 1))
    return apply("Cast", inside, dtype=as_dtype(dtype), name=name)


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: int = 100, dtype: Any = int32, name: str | None = None
) -> Tensor:
    """How many values lie in each of ``nbins`` equal parts of ``value_range`` (low, high)."""
    places = apply("Reshape", histogram_fixed_width_bins(values, value_range, nbins), shape=[-1])
    ones = apply("Cast", apply("OnesLike", places), dtype=as_dtype(dtype))
    return apply("UnsortedSegmentSum", ones, places, num_segments=nbins, name=name or "histogram_fixed_width")


def searchsorted(
    sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = int32, name: str | None = None
) -> Tensor:
    """Where values would have to be put into sorted rows, before equal ones or (``side="right"``) behind them.

    ``sorted_sequence`` is (…, n), ``values`` (…, m). Raises ValueError for another side.
    """
    if side not in ("left", "right"):
        raise ValueError(f"side must be either 'right' or 'left'.  Saw: {side}.")
    rows = tensor_of(sorted_sequence)
    wanted = tensor_of(values, None if is_tensor(values) else rows.dtype)
    compare = "Less" if side == "left" else "LessEqual"
    before = apply(compare, rows[..., None, :], wanted[..., :, None])
    return apply("ReduceSum", apply("Cast", before, dtype=as_dtype(out_type)), axis=[-1], name=name)


def tuple(tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None) -> list[Any]:
    """The same tensors, each of them there only when all are, and when ``control_inputs`` are done. None stays None.

    Raises ValueError when there is no tensor among them, TypeError for a control input that is none.
    """
    with get_default_graph().name_scope(name or "tuple"):
        given = [item.values if isinstance(item, IndexedSlices) else item for item in tensors]
        found = [tensor_of(item) for item in given if item is not None]
        if not found:
            raise ValueError(f"Must have at least one Tensor: {tensors!r}.")
        done = group(*found, *(control_inputs or ()), name="group_deps").done
        return [_after(item, value, done) for item, value in zip(tensors, given, strict=True)]


def _after(item: Any, value: Any, done: Any) -> Any:
    if value is None:
        return None
    inputs = {"x": tensor_of(value), "after": [done]}
    held = create("Identity", inputs, {}, "control_dependency").output
    return IndexedSlices(held, item.indices, item.dense_shape) if isinstance(item, IndexedSlices) else held
