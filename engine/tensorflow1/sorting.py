"""Sorting and counting under TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor, as_dtype
from .arithmetic import cast
from .arrays import concat, fill, reshape
from .build import apply, create, in_dtype, is_tensor, tensor_of
from .gathering import scatter_nd

__all__ = ["argsort", "bincount", "broadcast_dynamic_shape", "confusion_matrix", "sort", "sparse_to_dense"]


def _descending(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"Argument `direction` should be 'ASCENDING' or 'DESCENDING'. Received: {direction!r}.")
    return direction == "DESCENDING"


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None) -> Tensor:
    """The elements along an axis in order."""
    return apply("Sort", values, name=name, axis=axis, descending=_descending(direction))


def argsort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None
) -> Tensor:
    """The indices (int32) that put the elements along an axis in order; equal ones keep theirs."""
    return apply("ArgSort", values, name=name, axis=axis, descending=_descending(direction))


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """How often each whole number from 0 to the largest occurs, or the sum of its weights; a vector."""
    numbers = tensor_of(arr)
    if weights is not None:
        length = apply("ReduceMax", numbers) + 1
        counts = scatter_nd(reshape(numbers, [-1, 1]), reshape(weights, [-1]), reshape(length, [1]))
    else:
        counts = in_dtype(apply("Bincount", numbers, name=name), dtype)
    size = apply("Size", counts)
    if minlength is not None:
        missing = apply("Maximum", minlength - size, 0)
        assert counts.dtype is not None
        zero = np.zeros((), counts.dtype.numpy)
        counts = concat([counts, fill(reshape(missing, [1]), zero)], 0)
    return counts if maxlength is None else counts[:maxlength]


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: int | None = None,
    dtype: Any = "int32",
    name: str | None = None,
    weights: Any = None,
) -> Tensor:
    """How often each class (rows: the true one) was taken for each class (columns), optionally weighted."""
    actual, guessed = reshape(labels, [-1]), reshape(predictions, [-1])
    wanted = as_dtype(dtype)
    size: Any = num_classes
    if size is None:
        size = apply("Maximum", apply("ReduceMax", actual), cast(apply("ReduceMax", guessed), actual.dtype)) + 1
    each = apply("OnesLike", actual) if weights is None else reshape(weights, [-1])
    places = apply("Stack", [actual, cast(guessed, actual.dtype)], axis=1)
    return scatter_nd(places, cast(each, wanted), [size, size], name)


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A tensor full of ``default_value`` with ``sparse_values`` at ``sparse_indices`` (rows of indices)."""
    indices = tensor_of(sparse_indices)
    if indices.shape.rank == 0:
        indices = reshape(indices, [1, 1])
    elif indices.shape.rank == 1:
        indices = indices[:, None]
    values = tensor_of(sparse_values)
    if values.shape.rank == 0:
        values = fill([apply("Shape", indices)[0]], values)
    filled = scatter_nd(indices, values, output_shape)
    if not is_tensor(default_value) and default_value == 0:
        return apply("Identity", filled, name=name)
    there = scatter_nd(indices, apply("OnesLike", values), output_shape)
    assert values.dtype is not None
    background = tensor_of(default_value, values.dtype)
    return create(
        "Where",
        {"condition": apply("Greater", there, apply("ZerosLike", there)), "x": filled, "y": background},
        {},
        name,
    ).output


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape that two shapes, given as vectors, broadcast to."""
    x, y = tensor_of(shape_x), tensor_of(shape_y)
    longest = apply("Maximum", apply("Size", x), apply("Size", y))

    def padded(shape: Tensor) -> Tensor:
        missing = reshape(longest - apply("Size", shape), [1])
        return concat([fill(missing, np.ones((), np.int32)), in_dtype(shape, "int32")], 0)

    first, second = padded(x), padded(y)
    return create("Where", {"condition": apply("Equal", first, 1), "x": second, "y": first}, {}).output
