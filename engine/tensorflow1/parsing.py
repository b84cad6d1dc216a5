"""Parsing what files hold, under TensorFlow's names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ..graph import Operation, Tensor, as_dtype, as_shape
from .build import apply, create, tensor_of
from .sparse_tensors import SparseTensor

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "VarLenFeature",
    "decode_csv",
    "decode_raw",
    "matching_files",
    "parse_example",
    "parse_single_example",
    "read_file",
    "write_file",
]


class FixedLenFeature(NamedTuple):
    """A feature that has as many values in every example as ``shape`` says."""

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature that has any number of rows of one shape; in a batch they are filled up to the longest."""

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature that has any number of values: a SparseTensor."""

    dtype: Any


def decode_csv(
    records: Any,
    record_defaults: Sequence[Any],
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
) -> list[Tensor]:
    """A tensor for each column of lines of a CSV file, like ``records``, of the dtype of the column's default.

    A default is a list with one value, or an empty tensor for a column that must not be empty. Raises ValueError when
    ``select_cols`` do not rise, or are not as many as the defaults.
    """
    if select_cols is not None:
        if any(a >= b for a, b in pairwise(select_cols)):
            raise ValueError("select_cols is not strictly increasing. Name the columns in their order.")
        if select_cols and select_cols[0] < 0:
            raise ValueError("select_cols contains negative values. Count columns from 0.")
        if len(select_cols) != len(record_defaults):
            raise ValueError("Length of select_cols and record_defaults do not match. Give a default for each column.")
    defaults = [tensor_of(default) for default in record_defaults]
    attributes = {
        "dtypes": ", ".join(_name(default) for default in defaults),
        "field_delim": field_delim,
        "use_quote_delim": use_quote_delim,
        "na_value": na_value,
        "select_cols": select_cols,
    }
    inputs = {"records": records, "record_defaults": defaults}
    return list(create("DecodeCSV", inputs, attributes, name).outputs)


def _name(tensor: Tensor) -> str:
    return "float32" if tensor.dtype is None else tensor.dtype.name


def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: Any = None,
) -> Tensor:
    """The bytes of texts as numbers, along a new last axis. The texts must have equal lengths."""
    texts = tensor_of(input_bytes if bytes is None else bytes)
    return apply("DecodeRaw", texts, name=name, dtype=as_dtype(out_type), little_endian=little_endian)


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """The content of a file."""
    return apply("ReadFile", filename, name=name)


def write_file(filename: Any, contents: Any, name: str | None = None) -> Operation:
    """An operation that writes a text into a file; its folder is made where there is none."""
    return create("WriteFile", {"filename": filename, "contents": contents}, {}, name)


def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """The paths of the files that fit one or more patterns."""
    return apply("MatchingFiles", pattern, name=name)


def parse_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """The features of a batch of examples, texts as record files hold them: a dict of tensors and SparseTensors.

    Raises ValueError for a feature without a known shape.
    """
    if not features:
        raise ValueError("Missing features. Give a dict with a FixedLenFeature or VarLenFeature for each key.")
    keys = sorted(features)
    described: list[tuple[str, str, str, list[int]]] = []
    defaults = []
    for key in keys:
        kind, feature = _kind(key, features[key]), features[key]
        dtype = as_dtype(feature.dtype)
        shape = [] if kind == "sparse" else list(as_shape(feature.shape).known())
        described.append((key, kind, dtype.name, shape))
        if kind != "sparse":
            defaults.append(_default(kind, feature, dtype))
    inputs = {"serialized": serialized, "defaults": defaults}
    outputs = iter(create("ParseExample", inputs, {"features": json.dumps(described)}, name).outputs)
    found: dict[str, Any] = {}
    for key, kind, _, _ in described:
        found[key] = SparseTensor(*(next(outputs) for _ in range(3))) if kind == "sparse" else next(outputs)
    return found


def _kind(key: str, feature: Any) -> str:
    kinds = {FixedLenFeature: "fixed", FixedLenSequenceFeature: "rows", VarLenFeature: "sparse"}
    if type(feature) not in kinds:
        raise ValueError(f"Unsupported {type(feature).__name__} {key!r}; use FixedLenFeature or VarLenFeature.")
    return kinds[type(feature)]


def _default(kind: str, feature: Any, dtype: Any) -> Tensor:
    if feature.default_value is not None:
        return tensor_of(feature.default_value, dtype)
    if kind == "rows":
        return tensor_of(b"" if dtype.is_string else 0, dtype)
    return tensor_of(np.empty((0,), dtype.numpy))


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """As :func:`parse_example`, of one example: a scalar."""
    return parse_example(serialized, features, name)
