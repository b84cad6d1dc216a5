"""Indexing a tensor, ``x[:, -1, ..., 2:n]``: as a program writes it, as a text on the node, as numpy takes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import AttributeValueError, DTypeError
from .shapes import TensorShape

#: One part of an index: a whole number, a slice, Ellipsis or None (a new axis).
Part = int | slice | None | Any
_NUMBER = re.compile(r"[+-]?\d{1,18}|\{\d{1,3}\}")


def index_text(key: Any) -> tuple[str, list[Any]]:
    """The text of an index, and the tensors in it, for which it has ``{0}``, ``{1}`` ….

    Raises TypeError for what is no index.
    """
    tensors: list[Any] = []

    def number(value: Any) -> str:
        if isinstance(value, int | np.integer) and not isinstance(value, bool):
            return str(int(value))
        if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu":
            return str(int(value))
        if getattr(value, "dtype", None) is None or isinstance(value, np.ndarray):
            raise TypeError(
                f"Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 "
                f"tensors are valid indices, got {value!r}."
            )
        if not value.dtype.is_integer:
            raise DTypeError(f"A {value.dtype.name} is no index; put a Cast to int32 before it.")
        tensors.append(value)
        return f"{{{len(tensors) - 1}}}"

    def part(value: Any) -> str:
        if value is None:
            return "newaxis"
        if value is Ellipsis:
            return "..."
        if isinstance(value, slice):
            ends = ["" if end is None else number(end) for end in (value.start, value.stop)]
            step = "" if value.step is None else f":{number(value.step)}"
            return f"{ends[0]}:{ends[1]}{step}"
        return number(value)

    parts = key if isinstance(key, tuple | list) else (key,)
    return ", ".join(part(value) for value in parts), tensors


def parse_index(text: str, bounds: Sequence[int | None] = ()) -> list[Part]:
    """The parts of an index written as ``:, -1, 2:5``; ``{0}`` stands for the first of ``bounds``.

    A bound of None (not known yet) stays as the text it is. Raises AttributeValueError for anything else.
    """

    def refusal() -> AttributeValueError:
        return AttributeValueError(f"{text!r} is no index; write for example :, -1 or 0:10, ..., newaxis.")

    def number(word: str) -> Any:
        if not word:
            return None
        if not _NUMBER.fullmatch(word):
            raise refusal()
        if not word.startswith("{"):
            return int(word)
        place = int(word[1:-1])
        if place >= len(bounds):
            raise AttributeValueError(f"The index {text!r} takes a bound {word}, but none is wired; wire one.")
        bound = bounds[place]
        return word if bound is None else bound

    parts: list[Part] = []
    bare = text.strip().removeprefix("[").removesuffix("]")
    for word in (piece.replace(" ", "") for piece in bare.split(",")):
        if word == "...":
            parts.append(Ellipsis)
        elif word in ("newaxis", "None"):
            parts.append(None)
        elif ":" in word:
            ends = word.split(":")
            if len(ends) > 3:
                raise refusal()
            step = number(ends[2]) if len(ends) == 3 else None
            if step == 0:
                raise AttributeValueError(f"The step of {text!r} is 0; a slice moves on by at least one.")
            parts.append(slice(number(ends[0]), number(ends[1]), step))
        elif word:
            parts.append(number(word))
        elif len(bare.split(",")) > 1 and bare.rstrip().endswith(","):
            continue
        else:
            raise refusal()
    if sum(part is Ellipsis for part in parts) > 1:
        raise AttributeValueError("Multiple ellipses in slice spec not allowed; write ... once.")
    return parts


def with_bounds(parts: Sequence[Part], bounds: Sequence[int], text: str) -> list[Part]:
    """The parts of an index with the bounds that were left as text. Raises AttributeValueError for a step of 0."""

    def number(end: Any) -> Any:
        return bounds[int(end[1:-1])] if isinstance(end, str) else end

    found: list[Part] = []
    for part in parts:
        if isinstance(part, slice):
            part = slice(number(part.start), number(part.stop), number(part.step))
            if part.step == 0:
                raise AttributeValueError(f"The step of {text!r} is 0; a slice moves on by at least one.")
        found.append(number(part))
    return found


def indexed_shape(shape: TensorShape, parts: Sequence[Part]) -> TensorShape:
    """The shape of ``x[parts]`` for an x of this shape. Raises IndexError for an index the tensor does not have."""
    if shape.dims is None:
        return TensorShape(None)
    taken = sum(part is not None and part is not Ellipsis for part in parts)
    if taken > len(shape):
        raise IndexError(f"Index out of range using input dim {len(shape)}; input has only {len(shape)} dims")
    filled: list[Part] = []
    for part in parts:
        filled.extend([slice(None)] * (len(shape) - taken) if part is Ellipsis else [part])
    if Ellipsis not in parts:
        filled.extend([slice(None)] * (len(shape) - taken))
    sizes: list[int | None] = []
    dims = list(enumerate(shape.dims))
    for part in filled:
        if part is None:
            sizes.append(1)
            continue
        axis, size = dims.pop(0)
        if isinstance(part, slice):
            sizes.append(_sliced_size(size, part))
        elif isinstance(part, int) and size is not None and not -size <= part < size:
            raise IndexError(f"slice index {part} of dimension {axis} out of bounds.")
    return TensorShape(sizes)


def _sliced_size(size: int | None, part: slice) -> int | None:
    ends = (part.start, part.stop, part.step)
    if any(isinstance(end, str) for end in ends):
        return None
    if size is not None:
        return len(range(*part.indices(size)))
    return None if part.start or part.stop is not None or part.step not in (None, 1) else size


def numpy_index(parts: Sequence[Part]) -> tuple[Any, ...]:
    """The index for numpy; an array comes out even where every axis is indexed away."""
    return tuple(parts) if Ellipsis in parts else (*parts, Ellipsis)
