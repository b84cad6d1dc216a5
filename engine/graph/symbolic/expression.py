"""Sizes as expressions of named ones: ``2·B``, ``H − 2``, ``(H − 1) // 2``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import gcd
from typing import NamedTuple


class Quotient(NamedTuple):
    """A whole-number division, rounded down; its constant is at least 0 and less than the divisor."""

    numerator: Expression
    divisor: int


#: What is multiplied in a term: a symbol, or a division that does not come out even.
Factor = str | Quotient
#: Factors with their powers, in order; () for the constant term.
Monomial = tuple[tuple[Factor, int], ...]
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Expression:
    """A sum of products of symbols with whole coefficients. Immutable; equal ones have the same terms."""

    def __init__(self, terms: Mapping[Monomial, int]) -> None:
        kept = {monomial: number for monomial, number in terms.items() if number}
        self.terms: tuple[tuple[Monomial, int], ...] = tuple(sorted(kept.items(), key=lambda term: _order(term[0])))
        self._hash = hash(self.terms)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Expression) and self._hash == other._hash and self.terms == other.terms
        )

    @property
    def constant(self) -> int | None:
        """The number that it is; None where a symbol takes part."""
        if not self.terms:
            return 0
        return self.terms[0][1] if len(self.terms) == 1 and self.terms[0][0] == () else None

    @property
    def is_symbol(self) -> bool:
        """Whether it is one symbol and nothing else."""
        if len(self.terms) != 1:
            return False
        monomial, number = self.terms[0]
        return number == 1 and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], str)

    @cached_property
    def symbols(self) -> frozenset[str]:
        """All symbols in it, those in divisions included."""
        found: set[str] = set()
        for monomial, _ in self.terms:
            for factor, _ in monomial:
                found |= {factor} if isinstance(factor, str) else factor.numerator.symbols
        return frozenset(found)

    def __add__(self, other: Expression | int) -> Expression:
        terms = dict(self.terms)
        for monomial, number in as_expression(other).terms:
            terms[monomial] = terms.get(monomial, 0) + number
        return Expression(terms)

    def __sub__(self, other: Expression | int) -> Expression:
        return self + as_expression(other) * -1

    def __mul__(self, other: Expression | int) -> Expression:
        terms: dict[Monomial, int] = {}
        for first, number in self.terms:
            for second, times in as_expression(other).terms:
                product = _product(first, second)
                terms[product] = terms.get(product, 0) + number * times
        return Expression(terms)

    def __floordiv__(self, divisor: int) -> Expression:
        """The division by a whole number above 0, rounded down, in the one form in which it is kept."""
        even: dict[Monomial, int] = {}
        rest: dict[Monomial, int] = {}
        for monomial, number in self.terms:
            quotient, remainder = divmod(number, divisor)
            if not remainder:
                even[monomial] = quotient
            elif monomial == ():
                even[monomial], rest[monomial] = quotient, remainder
            else:
                rest[monomial] = number
        if set(rest) <= {()}:
            return Expression(even)
        shared = gcd(divisor, *(number for monomial, number in rest.items() if monomial))
        numerator = Expression({monomial: number // shared for monomial, number in rest.items()})
        divisor //= shared
        nested = _lone_quotient(numerator)
        if nested is not None:
            inner, shift = nested
            deeper = inner.numerator + shift * inner.divisor
            return Expression(even) + deeper // (inner.divisor * divisor)
        return Expression(even) + Expression({((Quotient(numerator, divisor), 1),): 1})

    def value(self, sizes: Mapping[str, int]) -> int:
        """What it is for these sizes of its symbols."""
        total = 0
        for monomial, number in self.terms:
            for factor, power in monomial:
                size = sizes[factor] if isinstance(factor, str) else factor.numerator.value(sizes) // factor.divisor
                number *= size**power
            total += number
        return total

    def replaced(self, replacements: Mapping[str, Expression]) -> Expression:
        """The expression with others in the place of symbols."""
        if self.symbols.isdisjoint(replacements):
            return self
        if self.is_symbol:
            return replacements[next(iter(self.symbols))]
        total = Expression({})
        for monomial, number in self.terms:
            product = Expression({(): number})
            for factor, power in monomial:
                if isinstance(factor, str):
                    base = replacements.get(factor) or symbol(factor)
                else:
                    base = factor.numerator.replaced(replacements) // factor.divisor
                for _ in range(power):
                    product = product * base
            total = total + product
        return total

    def text(self, names: Mapping[str, str]) -> str:
        """As a person reads it; symbols without a name are written ?."""
        lone = _lone_quotient(self)
        if lone is not None and lone[1]:
            return _division_text(lone[0].numerator + lone[1] * lone[0].divisor, lone[0].divisor, names)
        words = [(number < 0, _term_text(monomial, abs(number), names)) for monomial, number in self.terms]
        text = ""
        for is_negative, word in sorted(words, key=lambda item: item[0]) if words and words[0][0] else words:
            text += (" − " if is_negative else " + ") if text else ("−" if is_negative else "")
            text += word
        return text or "0"

    @property
    def is_sum(self) -> bool:
        """Whether its text has to stand in brackets where it is multiplied."""
        return len(self.terms) > 1 or any(isinstance(f, Quotient) for monomial, _ in self.terms for f, _ in monomial)

    def __repr__(self) -> str:
        return f"Expression({self.text({name: name for name in self.symbols})})"


#: A size as it is solved for; None for one of which nothing is known.
SymbolicSize = int | Expression | None


def symbol(name: str) -> Expression:
    """The expression that is one symbol."""
    return Expression({((name, 1),): 1})


def as_expression(size: Expression | int) -> Expression:
    return size if isinstance(size, Expression) else Expression({(): size})


def size_of(expression: Expression) -> Expression | int:
    """A number where the expression is one."""
    constant = expression.constant
    return expression if constant is None else constant


def size_text(size: SymbolicSize, names: Mapping[str, str]) -> str:
    """A size as it is written in a shape; ? for one of which nothing is known."""
    if isinstance(size, Expression):
        return size.text(names) if size.symbols <= names.keys() else "?"
    return "?" if size is None else str(size)


def symbols_of(sizes: Iterable[SymbolicSize]) -> frozenset[str]:
    """The symbols in sizes."""
    found: frozenset[str] = frozenset()
    for size in sizes:
        if isinstance(size, Expression):
            found |= size.symbols
    return found


def _order(monomial: Monomial) -> tuple[int, list[tuple[int, str, int]]]:
    """By degree, the constant last: so terms are written."""
    return -sum(power for _, power in monomial), [(*_factor_order(factor), power) for factor, power in monomial]


def _factor_order(factor: Factor) -> tuple[int, str]:
    return (0, factor) if isinstance(factor, str) else (factor.divisor, repr(factor.numerator))


def _product(first: Monomial, second: Monomial) -> Monomial:
    powers = dict(first)
    for factor, power in second:
        powers[factor] = powers.get(factor, 0) + power
    return tuple(sorted(powers.items(), key=lambda item: _factor_order(item[0])))


def _lone_quotient(expression: Expression) -> tuple[Quotient, int] | None:
    """The division and the number of an expression that is one division plus a number."""
    constant, division = 0, None
    for monomial, number in expression.terms:
        if monomial == ():
            constant = number
        elif division is None and number == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            division = monomial[0][0]
        else:
            return None
    return (division, constant) if isinstance(division, Quotient) else None


def _division_text(numerator: Expression, divisor: int, names: Mapping[str, str]) -> str:
    text = numerator.text(names)
    return f"({text}) // {divisor}" if numerator.is_sum else f"{text} // {divisor}"


def _term_text(monomial: Monomial, number: int, names: Mapping[str, str]) -> str:
    parts = [str(number)] if number != 1 or not monomial else []
    for factor, power in monomial:
        if isinstance(factor, str):
            word = names.get(factor, "?")
        else:
            word = _division_text(factor.numerator, factor.divisor, names)
            word = f"({word})" if number != 1 or len(monomial) > 1 or power > 1 else word
        parts.append(word + (str(power).translate(_SUPERSCRIPTS) if power > 1 else ""))
    return "·".join(parts)
