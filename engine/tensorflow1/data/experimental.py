"""``tf.data.experimental``: the spellings of ``tf.contrib.data`` that later versions have, and AUTOTUNE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dataset import Dataset

__all__ = [
    "AUTOTUNE",
    "batch_and_drop_remainder",
    "map_and_batch",
    "parallel_interleave",
    "shuffle_and_repeat",
    "unbatch",
]

#: In the place of a number of elements or calls: as TensorFlow likes.
AUTOTUNE = -1

Transformation = Callable[[Dataset], Dataset]


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """For ``Dataset.apply``: batches that all have ``batch_size`` elements."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """For ``Dataset.apply``: ``map`` and then ``batch``."""
    return lambda dataset: dataset.map(map_func).batch(batch_size, drop_remainder)


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: int | None = None) -> Transformation:
    """For ``Dataset.apply``: ``shuffle`` and then ``repeat``."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def parallel_interleave(
    map_func: Callable[..., Any], cycle_length: Any, block_length: Any = 1, *others: Any, **options: Any
) -> Transformation:
    """For ``Dataset.apply``: ``interleave``."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def unbatch() -> Transformation:
    """For ``Dataset.apply``: each element taken apart along its first axis."""

    def taken_apart(*parts: Any) -> Dataset:
        return Dataset.from_tensor_slices(parts if len(parts) > 1 else parts[0])

    return lambda dataset: dataset.flat_map(taken_apart)
