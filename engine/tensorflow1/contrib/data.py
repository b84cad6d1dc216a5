"""``tf.contrib.data``: what became ``tf.data`` and ``tf.data.experimental``."""

from ..data import Dataset, FixedLengthRecordDataset, Iterator, TextLineDataset, TFRecordDataset
from ..data.experimental import (
    AUTOTUNE,
    batch_and_drop_remainder,
    map_and_batch,
    parallel_interleave,
    shuffle_and_repeat,
    unbatch,
)

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "FixedLengthRecordDataset",
    "Iterator",
    "TFRecordDataset",
    "TextLineDataset",
    "batch_and_drop_remainder",
    "map_and_batch",
    "parallel_interleave",
    "shuffle_and_repeat",
    "unbatch",
]
