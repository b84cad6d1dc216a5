"""What Session.run is given: values in the place of tensors."""

from __future__ import annotations

import reprlib
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..graph import DTypeError, Graph, Tensor, Variable
from ..graph.fitting import find_misfit
from ..graph.texts import text_array

Array = np.ndarray[Any, np.dtype[Any]]


def feed_values(graph: Graph, feed_dict: Mapping[Any, Any] | None) -> dict[Tensor, Array]:
    """The fed tensors and their values, converted to each tensor's dtype and checked against its shape.

    A key may be any tensor, a variable, a name such as ``x:0``, or a tuple of these with a tuple of values. Raises
    TypeError and ValueError with TensorFlow's words.
    """
    values: dict[Tensor, Array] = {}
    for key, value in (feed_dict or {}).items():
        for tensor, one in _pairs(graph, key, value):
            values[tensor] = feed_value(tensor, one)
    return values


def feed_value(tensor: Tensor, value: Any) -> Array:
    """One value as an array of the tensor's dtype. Raises TypeError or ValueError when it does not fit."""
    if isinstance(value, Tensor | Variable):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
            f"strings, lists and numpy arrays. (feed for {tensor.name})"
        )
    dtype = np.dtype(np.float32) if tensor.dtype is None else tensor.dtype.numpy
    if tensor.dtype is not None and tensor.dtype.is_string:
        return _checked_shape(tensor, _fed_texts(tensor, value))
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and dtype.kind == "f":
            array = _with_nan(tensor, array)
        if array.dtype.kind == "O" and all(isinstance(item, float | int | np.number | np.bool_) for item in array.flat):
            array = array.astype(np.float64 if dtype.kind == "f" else np.int64)
        if array.dtype.kind == "O":  # a column of a table of anything
            array = np.array(array.tolist())
        if array.dtype.kind not in "iufb":
            raise ValueError(f"{reprlib.repr(value)} is not made of numbers or booleans; feed these")
        if dtype.kind in "iu" and array.dtype != dtype:
            _look_for_misfit(tensor, array)
        array = array.astype(dtype, copy=False)
    except (ValueError, TypeError) as error:
        raise ValueError(f"Cannot feed {tensor.name}: {error}.") from None
    return _checked_shape(tensor, array)


def _with_nan(tensor: Tensor, array: Array) -> Array:
    """NaN in the place of None, as TensorFlow feeds it, with a warning; the same array where there is no None."""
    is_none = np.asarray(np.frompyfunc(lambda item: item is None, 1, 1)(array), bool)
    if not is_none.any():
        return array
    warnings.warn(f"{tensor.name} is fed None, which becomes NaN. Feed a number, or leave the row out.", stacklevel=5)
    return np.where(is_none, np.nan, array).astype(np.float64)


def _fed_texts(tensor: Tensor, value: Any) -> Array:
    texts = text_array(value)
    if texts is None:
        raise ValueError(f"Cannot feed {tensor.name}: {reprlib.repr(value)} is not made of texts; feed these.")
    return texts


def _checked_shape(tensor: Tensor, array: Array) -> Array:
    # Fed in every run: looked at here as numbers, without a TensorShape of what is fed.
    dims, sizes = tensor.shape.dims, array.shape
    fits = dims is None or (
        len(dims) == len(sizes) and all(a is None or a == b for a, b in zip(dims, sizes, strict=True))
    )
    if not fits:
        place = tensor.op.place_in_program
        raise ValueError(
            f"Cannot feed value of shape {array.shape} for Tensor {tensor.name!r}, which has shape '{tensor.shape}'. "
            f"Feed another value, or change the tensor's shape.{place and f' ({place})'}"
        )
    return array


def _look_for_misfit(tensor: Tensor, array: Array) -> None:
    """Warns of fractions, which are cut off as TensorFlow does. Raises ValueError for what would become nonsense."""
    assert tensor.dtype is not None
    misfit = find_misfit(array, tensor.dtype)
    if misfit is None:
        return
    if find_misfit(np.trunc(array), tensor.dtype) is not None:
        raise ValueError(f"{misfit.number} {misfit.reason}")
    warnings.warn(
        f"{tensor.name} is {tensor.dtype.name}: the fraction of {misfit.number} is cut off. Round it, or take a float "
        "dtype.",
        stacklevel=5,
    )


def feed_shapes(values: Mapping[Tensor, Array]) -> dict[Tensor, tuple[int, ...]]:
    """The shapes of the fed values, which decide what plan computes with them: dtypes are those of the tensors."""
    return {tensor: array.shape for tensor, array in values.items()}


def _pairs(graph: Graph, key: Any, value: Any) -> Iterator[tuple[Tensor, Any]]:
    if hasattr(key, "parts"):  # what consists of several tensors, such as a SparseTensor
        key = key.parts()
    if isinstance(key, tuple | list):
        if len(key) != len(value):
            raise ValueError(f"A feed of {len(key)} tensors needs as many values, not {len(value)}.")
        for one_key, one_value in zip(key, value, strict=True):
            yield from _pairs(graph, one_key, one_value)
        return
    yield _fed_tensor(graph, key), value


def _fed_tensor(graph: Graph, key: Any) -> Tensor:
    if isinstance(key, Variable):
        key = key.output
    if isinstance(key, str):
        try:
            key = graph.get_tensor_by_name(key)
        except (KeyError, ValueError) as error:
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {error.args[0]}") from None
    if not isinstance(key, Tensor):
        raise TypeError(f"Cannot interpret feed_dict key as Tensor: {key!r} is a {type(key).__name__}.")
    if key.graph is not graph:
        raise TypeError(f"Cannot interpret feed_dict key as Tensor: {key!r} is not an element of this graph.")
    if not graph.is_feedable(key):
        raise ValueError(f"Tensor {key.name} may not be fed. The program has called prevent_feeding for it.")
    if key.dtype is None:
        raise DTypeError(f"{key.name} has no dtype yet; connect it before feeding it.", key.op.name)
    return key
