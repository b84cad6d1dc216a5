"""Static shapes: a known rank with known or unknown dimensions, or an unknown rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .dimension import UnknownDimension, as_dimension
from .errors import ShapeError

#: A size as the engine keeps it; None is an unknown one.
Size = int | None


class TensorShape:
    """The shape of a tensor as far as it is known before running. Immutable.

    ``dims`` is a tuple of sizes in which None is an unknown size, or None when even the rank is unknown.
    """

    __slots__ = ("dims",)

    dims: tuple[Size, ...] | None

    def __init__(self, dims: Iterable[Any] | None = None) -> None:
        if isinstance(dims, TensorShape):
            self.dims = dims.dims
        elif dims is None:
            self.dims = None
        else:
            # Most sizes need no look: shapes are made in great numbers while a wire is checked.
            self.dims = tuple(
                [
                    size if size is None or (type(size) is int and size >= 0) else _checked_dimension(size)
                    for size in dims
                ]
            )

    @property
    def rank(self) -> int | None:
        return None if self.dims is None else len(self.dims)

    ndims = rank

    @property
    def is_known(self) -> bool:
        """Whether every dimension is known."""
        return self.dims is not None and None not in self.dims

    def is_fully_defined(self) -> bool:
        return self.is_known

    def as_list(self) -> list[Size]:
        """The dimensions as a list. Raises ShapeError (a ValueError) for an unknown rank."""
        if self.dims is None:
            raise ShapeError(
                "as_list() is not defined on an unknown TensorShape. Give the shape with set_shape or tf.reshape first."
            )
        return list(self.dims)

    def as_written(self) -> list[str | Size]:
        """The sizes as they were given, names among them. Only for a known rank."""
        return list(self.dims or ())

    def known(self) -> tuple[int, ...]:
        """The dimensions of a shape that is fully known. Raises ShapeError for any other."""
        if self.dims is None:
            raise ShapeError("The shape is not known.")
        sizes = tuple(size for size in self.dims if size is not None)
        if len(sizes) != len(self.dims):
            raise ShapeError(f"The shape {self} is not fully known.")
        return sizes

    def num_elements(self) -> int | None:
        """The number of elements, or None while a dimension is unknown."""
        if self.dims is None:
            return None
        count = 1
        for size in self.dims:
            if size is None:
                return None
            count *= size
        return count

    def is_compatible_with(self, other: object) -> bool:
        """Whether some concrete shape fits both."""
        theirs = as_shape(other).dims
        if self.dims is None or theirs is None:
            return True
        return len(self.dims) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(self.dims, theirs, strict=True)
        )

    def merge_with(self, other: object) -> TensorShape:
        """What is known when both are true. Raises ShapeError when both cannot be."""
        theirs = as_shape(other)
        if not self.is_compatible_with(theirs):
            raise ShapeError(f"Shapes {self} and {theirs} are not compatible.")
        if self.dims is None:
            return theirs
        if theirs.dims is None:
            return self
        return TensorShape(b if a is None else a for a, b in zip(self.dims, theirs.dims, strict=True))

    def concatenate(self, other: object) -> TensorShape:
        theirs = as_shape(other)
        if self.dims is None or theirs.dims is None:
            return UNKNOWN_SHAPE
        return TensorShape(self.dims + theirs.dims)

    def __getitem__(self, key: Any) -> Any:
        """One size as a Dimension, or a part of the shape."""
        if self.dims is None:
            return UNKNOWN_SHAPE if isinstance(key, slice) else UnknownDimension()
        return TensorShape(self.dims[key]) if isinstance(key, slice) else as_dimension(self.dims[key])

    def __len__(self) -> int:
        if self.dims is None:
            raise ShapeError(
                "Cannot take the length of a shape with unknown rank. Give the shape with set_shape first."
            )
        return len(self.dims)

    def __iter__(self) -> Iterator[Any]:
        """The sizes as Dimensions."""
        return iter([as_dimension(size) for size in self.as_list()])

    def __bool__(self) -> bool:
        return self.dims is not None

    def __eq__(self, other: object) -> bool:
        if type(other) is TensorShape:
            return self.dims == other.dims
        try:
            return self.dims == as_shape(other).dims
        except (TypeError, ValueError):
            return False

    def __hash__(self) -> int:
        return hash(self.dims)

    def __str__(self) -> str:
        if self.dims is None:
            return "<unknown>"
        sizes = ["?" if size is None else str(size) for size in self.dims]
        return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"

    def __repr__(self) -> str:
        """As TensorFlow 1 writes it: ``TensorShape([Dimension(None), Dimension(3)])``."""
        return f"TensorShape({None if self.dims is None else list(self)})"


class NamedShape(TensorShape):
    """A shape as a person declares it, with names for some of the unknown sizes: ``[B, 3]``.

    It is the attribute of a placeholder. What is inferred from it has no names; they are solved for over the whole
    graph, in :mod:`engine.graph.symbolic`.
    """

    __slots__ = ("names",)

    #: For each size its name, or None.
    names: tuple[str | None, ...]

    def __init__(self, sizes: Iterable[Any]) -> None:
        """``sizes`` are names, numbers and None."""
        listed = list(sizes)
        super().__init__(None if isinstance(size, str) else size for size in listed)
        self.names = tuple(size if isinstance(size, str) else None for size in listed)

    @property
    def unnamed(self) -> TensorShape:
        """The same sizes without names."""
        return TensorShape(self.dims)

    def as_written(self) -> list[str | Size]:
        return [size if name is None else name for size, name in zip(self.dims or (), self.names, strict=True)]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, NamedShape) and other.names != self.names:
            return False
        return super().__eq__(other)

    __hash__ = TensorShape.__hash__

    def __str__(self) -> str:
        sizes = ["?" if size is None else str(size) for size in self.as_written()]
        return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _checked_dimension(size: Any) -> Size:
    if size is None or isinstance(size, UnknownDimension):
        return None
    number = int(size)
    if number == -1:
        return None
    if number < 0:
        raise ShapeError(f"A dimension cannot be {number}; use a size of 0 or more, or None when it is unknown.")
    return number


UNKNOWN_SHAPE = TensorShape(None)
SCALAR_SHAPE = TensorShape(())


def as_shape(value: Any) -> TensorShape:
    """The TensorShape that ``value`` (a TensorShape, None, a size, an iterable of sizes) stands for."""
    if isinstance(value, TensorShape):
        return value
    if isinstance(value, int):
        return TensorShape([value])
    return TensorShape(value)


def bracketed(shape: TensorShape) -> str:
    """A shape as TensorFlow's errors write it: [2,3]."""
    return "<unknown>" if shape.dims is None else f"[{','.join('?' if s is None else str(s) for s in shape.dims)}]"


def broadcast_shapes(first: TensorShape, second: TensorShape) -> TensorShape:
    """The shape of an elementwise operation on both, by numpy's rules.

    Where one size is unknown and the other is not 1, the result has the other size: anything else would be an
    error when the graph runs. Raises ShapeError when the two cannot be broadcast.
    """
    if first.dims is None or second.dims is None:
        return UNKNOWN_SHAPE
    if not second.dims or first.dims == second.dims:
        return first
    if not first.dims:
        return second
    longer, shorter = (first.dims, second.dims) if len(first) >= len(second) else (second.dims, first.dims)
    padded: tuple[Size, ...] = (1,) * (len(longer) - len(shorter)) + shorter
    sizes: list[Size] = []
    for a, b in zip(longer, padded, strict=True):
        if a == b:
            sizes.append(a)
        elif a == 1:
            sizes.append(b)
        elif b == 1:
            sizes.append(a)
        elif a is None or b is None:
            sizes.append(b if a is None else a)
        else:
            raise ShapeError(f"Incompatible shapes: {first} vs. {second}")
    dims = tuple(sizes)
    return first if dims == first.dims else second if dims == second.dims else TensorShape(dims)
