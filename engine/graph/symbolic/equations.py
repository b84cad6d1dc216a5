"""Which symbols are equal to what: found one equation after another."""

from __future__ import annotations

import enum
from collections.abc import Callable
from math import gcd
from typing import Any, NamedTuple

from .expression import Expression, Quotient, SymbolicSize, as_expression, size_of


class Outcome(enum.Enum):
    """What became of an equation."""

    #: It was true already.
    KNOWN = enum.auto()
    #: A symbol is expressed by the others now.
    SOLVED = enum.auto()
    #: It may be true, but no symbol can be taken out of it.
    OPEN = enum.auto()
    #: It can never be true.
    CONTRADICTION = enum.auto()


class Reason(NamedTuple):
    """Who asked for an equation."""

    node: str
    #: Whether one of the two sizes may also be 1 there: the operation broadcasts.
    may_be_one: bool


class Equations:
    """The symbols that are expressed by others, each with what it is equal to and who asked for that."""

    def __init__(self, keep: Callable[[str], Any]) -> None:
        """``keep`` orders symbols: of several that could be taken out of an equation, the last one is."""
        self._keep = keep
        self._solved: dict[str, Expression] = {}
        #: Of each symbol that is expressed by others: why.
        self.reasons: dict[str, Reason] = {}

    def concern(self, symbols: frozenset[str]) -> bool:
        """Whether one of the symbols is expressed by others."""
        return not symbols.isdisjoint(self._solved)

    def resolved(self, size: SymbolicSize) -> SymbolicSize:
        """A size in the symbols that are left."""
        if not isinstance(size, Expression):
            return size
        while not size.symbols.isdisjoint(self._solved):
            size = size.replaced(self._solved)
        return size_of(size)

    def value(self, name: str) -> SymbolicSize:
        """What a symbol is equal to; None for one that stands for itself."""
        return self.resolved(self._solved[name]) if name in self._solved else None

    def equate(self, first: Expression | int, second: Expression | int, reason: Reason) -> Outcome:
        """Takes in that two sizes are equal."""
        difference = self.resolved(as_expression(first) - second)
        if difference == 0:
            return Outcome.KNOWN
        if not isinstance(difference, Expression):
            return Outcome.CONTRADICTION
        common = gcd(*(number for _, number in difference.terms))
        terms = {monomial: number // common for monomial, number in difference.terms}
        candidates = [
            (monomial[0][0], number)
            for monomial, number in terms.items()
            if abs(number) == 1 and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], str)
        ]
        alone = [(name, number) for name, number in candidates if _occurrences(terms, name) == 1]
        if not alone:
            return Outcome.OPEN
        name, number = max(alone, key=lambda item: self._keep(item[0]))
        rest = Expression({monomial: times for monomial, times in terms.items() if monomial != ((name, 1),)})
        value = rest * -number
        if value.constant is not None and value.constant < 0:
            return Outcome.CONTRADICTION
        self._solved[name] = value
        self.reasons[name] = reason
        return Outcome.SOLVED


def _occurrences(terms: dict[Any, int], name: str) -> int:
    """In how many terms a symbol takes part."""
    return sum(
        any(
            factor == name or (isinstance(factor, Quotient) and name in factor.numerator.symbols)
            for factor, _ in monomial
        )
        for monomial in terms
    )
