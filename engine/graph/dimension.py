"""One size of a static shape, as TensorFlow 1 programs take it: ``x.shape[1].value``, ``int(x.shape[1])``."""

from __future__ import annotations

from typing import Any


class Dimension(int):
    """A size that is known: a whole number with a ``value``."""

    __slots__ = ()

    @property
    def value(self) -> int:
        """The size as a plain number."""
        return int(self)

    def __repr__(self) -> str:
        return f"Dimension({int(self)})"

    def __str__(self) -> str:
        return int.__repr__(self)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether some size is both."""
        size = _size(other)
        return size is None or size == int(self)

    def merge_with(self, other: Any) -> Any:
        """The size that is both. Raises ValueError when there is none."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")
        return self


def _calculated(name: str) -> Any:
    """An operator of whole numbers that gives a Dimension, and an unknown one where an unknown one takes part."""
    whole = getattr(int, name)

    def operator(self: Dimension, other: Any) -> Any:
        if other is None or isinstance(other, UnknownDimension):
            return UnknownDimension()
        result = whole(int(self), other)
        return Dimension(result) if type(result) is int else result

    operator.__name__ = name
    return operator


_OPERATORS = ("add", "radd", "sub", "rsub", "mul", "rmul", "floordiv", "rfloordiv", "mod", "rmod")
for _operator in _OPERATORS:
    setattr(Dimension, f"__{_operator}__", _calculated(f"__{_operator}__"))


class UnknownDimension:
    """A size that is not known when the graph is built: its ``value`` is None."""

    __slots__ = ()

    value = None

    def _unknown(self, other: Any) -> UnknownDimension:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _unknown
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _unknown

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, UnknownDimension)

    def __hash__(self) -> int:
        return hash(None)

    def __bool__(self) -> bool:
        return False

    def __int__(self) -> int:
        raise TypeError("__int__ returned non-int (type NoneType): the size is not known; take tf.shape(x) instead.")

    def is_compatible_with(self, other: Any) -> bool:
        """Any size fits an unknown one."""
        return True

    def merge_with(self, other: Any) -> Any:
        """The other size."""
        return as_dimension(other)

    def __repr__(self) -> str:
        return "Dimension(None)"

    def __str__(self) -> str:
        return "?"


def _size(value: Any) -> int | None:
    return None if value is None or isinstance(value, UnknownDimension) else int(value)


def as_dimension(value: Any) -> Dimension | UnknownDimension:
    """A size, known or None, as a Dimension."""
    size = _size(value)
    return UnknownDimension() if size is None else Dimension(size)
