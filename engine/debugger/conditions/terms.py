"""What a condition is made of once it has been read: a tree of terms, and their values."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .tokens import ConditionError

Array = np.ndarray[Any, np.dtype[Any]]


class Readings(Protocol):
    """What a condition reads. Each gives None while there is no such value at the present moment."""

    def counter(self, name: str) -> float | None:
        """``epoch``, ``batch``, ``step`` or ``loss``."""

    def tensor(self, node: str) -> Array | None:
        """The value of a node, or of a metric."""

    def gradient(self, node: str) -> Array | None:
        """The gradient of the loss to a node's value."""


class Missing(Exception):  # noqa: N818 - no error: what is asked for does not exist yet
    """A value that is read does not exist at this moment."""


class Term(Protocol):
    """A part of a condition."""

    @property
    def column(self) -> int: ...

    def value(self, readings: Readings) -> Any:
        """Its value: a number, a truth value or an array. Raises Missing, and ConditionError where it has none."""

    def parts(self) -> Sequence[Term]: ...


def every_term(term: Term) -> Iterator[Term]:
    """The term and all within it."""
    yield term
    for part in term.parts():
        yield from every_term(part)


@dataclass(frozen=True, slots=True)
class Number:
    number: float
    column: int

    def value(self, readings: Readings) -> Any:
        return self.number

    def parts(self) -> Sequence[Term]:
        return ()


@dataclass(frozen=True, slots=True)
class Counter:
    """``epoch``, ``batch``, ``step`` or ``loss``."""

    name: str
    column: int

    def value(self, readings: Readings) -> Any:
        return _there(readings.counter(self.name))

    def parts(self) -> Sequence[Term]:
        return ()


@dataclass(frozen=True, slots=True)
class NodeValue:
    node: str
    column: int

    def value(self, readings: Readings) -> Any:
        return _there(readings.tensor(self.node))

    def parts(self) -> Sequence[Term]:
        return ()


@dataclass(frozen=True, slots=True)
class NodeGradient:
    node: str
    column: int

    def value(self, readings: Readings) -> Any:
        return _there(readings.gradient(self.node))

    def parts(self) -> Sequence[Term]:
        return ()


def _there(value: Any) -> Any:
    if value is None:
        raise Missing
    return value


@dataclass(frozen=True, slots=True)
class Element:
    """``W[0, 1]``: one element, or a row where there are fewer indices than axes."""

    array: Term
    indices: tuple[int, ...]
    column: int

    def value(self, readings: Readings) -> Any:
        array = np.asarray(self.array.value(readings))
        if len(self.indices) > array.ndim or any(
            not -size <= index < size for index, size in zip(self.indices, array.shape, strict=False)
        ):
            place = ", ".join(map(str, self.indices))
            raise ConditionError(
                f"Column {self.column}: there is no element [{place}] in a value of shape {array.shape}; "
                "choose one that is there.",
                self.column,
            )
        return array[self.indices]

    def parts(self) -> Sequence[Term]:
        return (self.array,)


def _norm(x: Array) -> Any:
    return np.sqrt(np.sum(np.square(np.asarray(x, np.float64))))


#: The functions of an array; those that make one number of it, besides abs.
FUNCTIONS: dict[str, Any] = {
    "norm": _norm,
    "mean": lambda x: np.mean(x, dtype=np.float64),
    "sum": lambda x: np.sum(x, dtype=np.float64),
    "std": lambda x: np.std(x, dtype=np.float64),
    "min": np.min,
    "max": np.max,
    "abs": np.abs,
    "size": np.size,
    "any_nan": lambda x: np.isnan(np.asarray(x, np.float64)).any(),
    "any_inf": lambda x: np.isinf(np.asarray(x, np.float64)).any(),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a value; ``min`` and ``max`` take several numbers, too."""

    function: str
    arguments: tuple[Term, ...]
    column: int

    def value(self, readings: Readings) -> Any:
        values = [argument.value(readings) for argument in self.arguments]
        array = np.asarray(values[0]) if len(values) == 1 else np.stack([np.asarray(_scalar(x, self)) for x in values])
        if not array.size and self.function in ("min", "max", "mean", "std"):
            raise ConditionError(
                f"Column {self.column}: {self.function} of a value without elements does not exist; "
                "ask for its size first.",
                self.column,
            )
        return FUNCTIONS[self.function](array)

    def parts(self) -> Sequence[Term]:
        return self.arguments


_ARITHMETIC: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "**": np.power,
}
_COMPARING: dict[str, Any] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Calculation:
    """Two values, elementwise; computed in float64, so that a float32 is compared exactly as it is."""

    sign: str
    left: Term
    right: Term
    column: int

    def value(self, readings: Readings) -> Any:
        left, right = (np.asarray(term.value(readings), np.float64) for term in (self.left, self.right))
        try:
            return _ARITHMETIC[self.sign](left, right)
        except ValueError:
            raise ConditionError(
                f"Column {self.column}: shapes {left.shape} and {right.shape} do not fit together with "
                f"{self.sign}; take an element, norm, mean, max … of each.",
                self.column,
            ) from None

    def parts(self) -> Sequence[Term]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Negative:
    of: Term
    column: int

    def value(self, readings: Readings) -> Any:
        return -np.asarray(self.of.value(readings), np.float64)

    def parts(self) -> Sequence[Term]:
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``0 < x < 1`` as Python reads it: all of its pairs hold."""

    terms: tuple[Term, ...]
    operators: tuple[str, ...]
    column: int

    def value(self, readings: Readings) -> bool:
        left = _scalar(self.terms[0].value(readings), self.terms[0])
        for comparison, term in zip(self.operators, self.terms[1:], strict=True):
            right = _scalar(term.value(readings), term)
            if not _COMPARING[comparison](left, right):
                return False
            left = right
        return True

    def parts(self) -> Sequence[Term]:
        return self.terms


@dataclass(frozen=True, slots=True)
class Connection:
    """Truth values with ``and`` or ``or`` between them; what is decided already is not asked for."""

    word: str
    terms: tuple[Term, ...]
    column: int

    def value(self, readings: Readings) -> bool:
        decided = self.word == "or"
        return decided if any(truth(term, readings) == decided for term in self.terms) else not decided

    def parts(self) -> Sequence[Term]:
        return self.terms


@dataclass(frozen=True, slots=True)
class Opposite:
    of: Term
    column: int

    def value(self, readings: Readings) -> bool:
        return not truth(self.of, readings)

    def parts(self) -> Sequence[Term]:
        return (self.of,)


def truth(term: Term, readings: Readings) -> bool:
    """Whether a term holds; a number holds where it is not 0."""
    return bool(_scalar(term.value(readings), term))


def _scalar(value: Any, term: Term) -> Any:
    """The one number that ``value`` is. Raises ConditionError for more than one."""
    if isinstance(value, (float, bool)):  # Python's own are compared the fastest; np.float64 is one, too
        return value
    array = np.asarray(value)
    if array.size != 1:
        raise ConditionError(
            f"Column {term.column}: this has shape {array.shape}, where one number is needed; take an element such as "
            "[0], or norm, mean, max … of it.",
            term.column,
        )
    number = array.reshape(-1)[0]
    return bool(number) if array.dtype == np.bool_ else float(number)
