"""Attributes with which a placeholder, a variable or a constant fits the input that it is wired to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.graph import DType, TensorShape, TensorSpec, bool_, float32, int32
from engine.graph.dtypes import string

#: Size, or None where it is not known.
Dims = tuple[int | None, ...]
Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What is known around an input that a new node is wired to."""

    #: Of the tensors at the other inputs, in order.
    others: Sequence[TensorSpec]
    #: Of the outputs.
    results: Sequence[TensorSpec]
    #: Whether the values at the input decide the shape of the result, as those of a new shape do.
    decides_shape: bool


#: How many outputs a layer has that is drawn from a wire; the person changes it.
_CHANNELS = 8
_WINDOW = 3
#: A size that agrees with no other by chance.
_ANY_SIZE = 7919


def fitting_attributes(
    op_type: str, surroundings: Surroundings, fits: Callable[[Attributes], bool]
) -> Attributes | None:
    """The first that fit of those that one would choose by hand; None when none does."""
    candidates = _CANDIDATES[op_type]
    for dtype in _dtypes(surroundings):
        for attributes in candidates(_shapes(surroundings, dtype), dtype, surroundings.decides_shape):
            if fits(_with_any_size(attributes)):
                return attributes
    return None


def is_sized(op_type: str) -> bool:
    """Whether operations of this type are made to fit."""
    return op_type in _CANDIDATES


def _dtypes(surroundings: Surroundings) -> list[DType]:
    if surroundings.decides_shape:
        return [int32, float32]
    known = [spec.dtype for spec in surroundings.others if spec.dtype is not None]
    return list(dict.fromkeys((*known, float32, int32, bool_, string)))


def _shapes(surroundings: Surroundings, dtype: DType) -> list[Dims]:
    """The shapes beside which the new node's comes to stand, the likeliest first."""
    if surroundings.decides_shape:
        return []
    found: list[Dims] = []
    for spec in (*surroundings.others, *surroundings.results):
        dims = _dims(spec.shape)
        if dims is None:
            continue
        if dims and dtype.is_integer and spec.dtype is not None and spec.dtype.is_floating:
            # Labels and indices: one for each row.
            found.append(dims[:-1])
        else:
            found.append(dims)
    return found


def _with_any_size(attributes: Attributes) -> Attributes:
    """With a size in the place of each that is left open, which must fit whatever it becomes."""
    shape = attributes.get("shape")
    dims = None if shape is None else _dims(shape)
    return attributes if dims is None else {**attributes, "shape": [_ANY_SIZE if n is None else n for n in dims]}


def _dims(shape: TensorShape) -> Dims | None:
    return None if shape.dims is None else tuple(size if isinstance(size, int) else None for size in shape.dims)


def _placeholders(shapes: Sequence[Dims], dtype: DType, decides_shape: bool) -> Iterator[Attributes]:
    wanted: list[Dims | None] = []
    for shape in shapes:
        wanted.append(shape)
        if shape:
            # The factors of a product, before and behind it.
            wanted += [(None, shape[0]), (shape[-1], None)]
    for dims in (*wanted, None):
        yield {"dtype": dtype, "shape": TensorShape(dims)}


def _variables(shapes: Sequence[Dims], dtype: DType, decides_shape: bool) -> Iterator[Attributes]:
    for dims in _parameter_shapes(shapes):
        yield {"dtype": dtype, "shape": TensorShape(dims), "initial_value": _filling(0, dtype)}


def _constants(shapes: Sequence[Dims], dtype: DType, decides_shape: bool) -> Iterator[Attributes]:
    for value in ([-1], 1, [1], [1, 1], [[0, 0]]) if decides_shape else (0, [0], [0, 0]):
        yield {"dtype": dtype, "value": _filling(value, dtype)}
    for dims in _parameter_shapes(shapes):
        yield {"dtype": dtype, "shape": TensorShape(dims), "value": _filling(0, dtype)}


def _parameter_shapes(shapes: Sequence[Dims]) -> Iterator[tuple[int, ...]]:
    """The shapes of parameters that meet tensors of these shapes: one for each row, a factor, a bias, a window."""
    for shape in shapes:
        if not shape:
            continue
        # One row serves all rows of a batch.
        each = shape[1:] if shape[0] is None else shape
        if each and None not in each:
            yield tuple(size for size in each if size is not None)
        first, last = shape[0], shape[-1]
        if last is not None:
            if len(shape) == 2:
                yield (last, 1)
            yield (last,)
            if len(shape) > 2:
                yield (*[_WINDOW] * (len(shape) - 2), last, _CHANNELS)
        if first is not None:
            yield (1, first)
    yield from ((), (1,), (1, 1), *((*[_WINDOW] * rank, 1, _CHANNELS) for rank in (1, 2, 3)))


def _filling(value: Any, dtype: DType) -> np.ndarray[Any, Any]:
    if dtype.is_string:
        return np.full(np.shape(value), "", dtype=object)
    return np.array(value, bool if dtype.is_bool else np.int32 if dtype.is_integer else np.float64)


_CANDIDATES: dict[str, Callable[[Sequence[Dims], DType, bool], Iterator[Attributes]]] = {
    "Placeholder": _placeholders,
    "Variable": _variables,
    "Constant": _constants,
}
