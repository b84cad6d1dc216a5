"""Turning Python values into tensors of a graph."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .declaration import PortKind
from .dtypes import DType, default_dtype_of, string
from .errors import DTypeError
from .fitting import find_misfit
from .operation import Tensor
from .output import Output, TensorHandle, bare
from .texts import text_array

if TYPE_CHECKING:
    from .graph import Graph


def constant_array(value: Any, dtype: DType | None = None) -> tuple[np.ndarray[Any, Any], DType]:
    """``value`` as an array of ``dtype``, or of the dtype TensorFlow gives such a value when none is asked for.

    Raises DTypeError for what is made of neither numbers, booleans nor texts, and for a float where an integer is
    asked for.
    """
    texts = text_array(value)
    if texts is not None:
        if dtype is not None and not dtype.is_string:
            raise DTypeError(f"Expected {dtype.name}, got {reprlib.repr(value)} of type 'str' instead.")
        return texts, string
    if dtype is not None and dtype.is_string:
        if isinstance(value, list | tuple | np.ndarray) and np.size(value) == 0:
            return np.asarray(value).astype(dtype.numpy), dtype
        raise DTypeError(
            f"Expected string, got {reprlib.repr(value)} of type {type(value).__name__!r} instead: write texts."
        )
    from_python = not isinstance(value, np.ndarray | np.generic)
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DTypeError(f"Cannot make a tensor of {reprlib.repr(value)}: {error}") from None
    if array.dtype.kind not in "iufb":
        raise DTypeError(
            f"Cannot make a tensor of {reprlib.repr(value)}: it is made of neither numbers, booleans nor texts; "
            "give it some."
        )
    if dtype is None:
        dtype = default_dtype_of(array, from_python)
    if not dtype.is_floating:
        _refuse_misfit(value, array, dtype)
    with np.errstate(over="ignore"):  # as TensorFlow, which makes infinite what float32 cannot hold
        return array.astype(dtype.numpy), dtype


def _refuse_misfit(value: Any, array: np.ndarray[Any, Any], dtype: DType) -> None:
    misfit = find_misfit(array, dtype)
    if misfit is None:
        return
    shown = reprlib.repr(value)
    if array.dtype.kind == "f":
        raise DTypeError(
            f"Expected {dtype.name}, got {shown} of type 'float' instead: {misfit.number} {misfit.reason}."
        )
    raise DTypeError(f"Cannot make a tensor of {shown}: {misfit.number} {misfit.reason}.")


def as_output(graph: Graph, value: Any, dtype: DType | None = None, kind: PortKind = PortKind.TENSOR) -> Output:
    """``value`` as an output in ``graph``: outputs and variables as they are, everything else as a Constant."""
    value = bare(value)
    if isinstance(value, Output):
        return value if value.graph is graph else graph.capture(value, kind)
    from .row_changes import IndexedSlices  # late: it makes outputs itself

    if isinstance(value, IndexedSlices):
        return as_output(graph, value.whole(), dtype, kind)
    if isinstance(value, list | tuple) and holds_tensors(value):
        return _stacked(graph, value, dtype)
    array, dtype = constant_array(value, dtype)
    op = graph.create("Constant", attributes={"value": array, "dtype": dtype}, base_name="Const", ordered=False)
    return op.output


def holds_tensors(values: Any) -> bool:
    """Whether there is a tensor or a variable in a nest of lists."""
    return _holds(values, (Tensor, TensorHandle))


def _holds(values: Any, kinds: tuple[type, ...]) -> bool:
    # By the few types there are in a list, and not by its elements, of which there may be millions.
    types = set(map(type, values))
    if any(issubclass(each, kinds) for each in types):
        return True
    nests = tuple(each for each in types if issubclass(each, list | tuple))
    return bool(nests) and any(_holds(value, kinds) for value in values if isinstance(value, nests))


def _stacked(graph: Graph, value: Any, dtype: DType | None) -> Output:
    """A list with tensors in it as one tensor; the numbers in it take the tensors' dtype."""
    if dtype is None:
        dtype = next((item.dtype for item in _tensors_in(value)), None)
    values = [as_output(graph, item, dtype) for item in value]
    return graph.create("Stack", {"values": values}, base_name="packed").output


def _tensors_in(value: Any) -> Iterator[Any]:
    for item in value:
        if isinstance(item, Tensor | TensorHandle):
            yield item
        elif isinstance(item, list | tuple):
            yield from _tensors_in(item)
