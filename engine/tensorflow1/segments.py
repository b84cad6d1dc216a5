"""Rows by their segments, and permutations, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .build import apply, static_int

__all__ = [
    "invert_permutation",
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
]


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The largest of the rows of each segment; ``segment_ids`` (one a row) never fall."""
    return apply("SegmentMax", data, segment_ids, name=name)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The mean of the rows of each segment; ``segment_ids`` (one a row) never fall."""
    return apply("SegmentMean", data, segment_ids, name=name)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The smallest of the rows of each segment; ``segment_ids`` (one a row) never fall."""
    return apply("SegmentMin", data, segment_ids, name=name)


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The product of the rows of each segment; ``segment_ids`` (one a row) never fall."""
    return apply("SegmentProd", data, segment_ids, name=name)


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sum of the rows of each segment; ``segment_ids`` (one a row) never fall."""
    return apply("SegmentSum", data, segment_ids, name=name)


def unsorted_segment_max(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The largest of the rows of each of ``num_segments`` segments; rows with a negative id belong to none."""
    count = static_int(num_segments, "num_segments")
    return apply("UnsortedSegmentMax", data, segment_ids, num_segments=count, name=name)


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The mean of the rows of each of ``num_segments`` segments; rows with a negative id belong to none."""
    count = static_int(num_segments, "num_segments")
    return apply("UnsortedSegmentMean", data, segment_ids, num_segments=count, name=name)


def unsorted_segment_min(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The smallest of the rows of each of ``num_segments`` segments; rows with a negative id belong to none."""
    count = static_int(num_segments, "num_segments")
    return apply("UnsortedSegmentMin", data, segment_ids, num_segments=count, name=name)


def unsorted_segment_prod(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The product of the rows of each of ``num_segments`` segments; rows with a negative id belong to none."""
    count = static_int(num_segments, "num_segments")
    return apply("UnsortedSegmentProd", data, segment_ids, num_segments=count, name=name)


def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The sum, over the root of their number, of the rows of each segment; rows with a negative id belong to none."""
    count = static_int(num_segments, "num_segments")
    return apply("UnsortedSegmentSqrtN", data, segment_ids, num_segments=count, name=name)


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The sum of the rows of each of ``num_segments`` segments; rows with a negative id belong to none."""
    count = static_int(num_segments, "num_segments")
    return apply("UnsortedSegmentSum", data, segment_ids, num_segments=count, name=name)


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """Where each number stands in a permutation. A run raises InvalidArgumentError for what is none."""
    return apply("InvertPermutation", x, name=name)
