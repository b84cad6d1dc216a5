"""``tf.data``: input pipelines. A Dataset gives elements, an Iterator reads them, run by run."""

from __future__ import annotations

from typing import Any

from . import experimental
from .dataset import Dataset, FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from .iterator import Iterator

__all__ = [
    "Dataset",
    "FixedLengthRecordDataset",
    "Iterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "experimental",
    "get_output_classes",
    "get_output_shapes",
    "get_output_types",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]


class Options:
    """Settings of a pipeline, which may be written and read; none of them changes what is computed here."""


def make_one_shot_iterator(dataset: Dataset) -> Iterator:
    """An iterator that needs no initialisation and goes through the data once."""
    return dataset.make_one_shot_iterator()


def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> Iterator:
    """An iterator that begins anew whenever its ``initializer`` runs."""
    return dataset.make_initializable_iterator(shared_name)


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of an element's tensors, as a nest like an element."""
    return dataset_or_iterator.output_types


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of an element's tensors, as a nest like an element."""
    return dataset_or_iterator.output_shapes


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The class of an element's tensors, as a nest like an element."""
    return dataset_or_iterator.output_classes
