"""Fitting an expression to sizes that an operation's rule gives for sizes of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product

from .expression import Expression, as_expression, symbol

Sizes = Mapping[str, int]
#: The sizes that a rule gives; None in the place of one that it does not know. None where it gives an error.
Answer = tuple[int | None, ...] | None
Rule = Callable[[Sizes], Answer]

#: Sizes that have nothing in common: a rule that wants two of them equal gives an error.
_ROUGH = (101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157)
#: Sizes that many numbers divide, for rules that cut an axis into equal parts.
_SMOOTH = tuple(720 * prime for prime in (7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47))
#: A step that leaves the remainders of small divisors as they are.
_STEP = 5040
_LARGEST_DIVISOR = 64
_MOST_SYMBOLS = len(_ROUGH)
#: More symbols than these in one size are not looked for.
_MOST_IN_PRODUCT = 3


def probe(symbols: Sequence[str], rule: Rule) -> tuple[dict[str, int], tuple[int | None, ...]] | None:
    """Different sizes for the symbols that the rule takes, with its answer; None where it takes none of those tried."""
    if len(symbols) > _MOST_SYMBOLS:
        return None
    for sizes in (_ROUGH, _SMOOTH):
        base = dict(zip(symbols, sizes, strict=False))
        answer = rule(base)
        if answer is not None:
            return base, answer
    return None


def fitted(
    symbols: Sequence[str], rule: Rule, base: dict[str, int], answer: Sequence[int | None]
) -> list[Expression | None]:
    """An expression for each size that the rule gives; None where none holds for all sizes that are tried.

    ``base`` and ``answer`` are what :func:`probe` has found.
    """
    steps = {name: rule(base | {name: base[name] + _STEP}) for name in symbols}
    found: list[Expression | None] = []
    for place, at_base in enumerate(answer):
        if at_base is None:
            found.append(None)
            continue
        moved = {name: step[place] if step is not None else None for name, step in steps.items()}
        if any(size is None for size in moved.values()):
            found.append(None)
            continue
        active = {name: size for name, size in moved.items() if size is not None and size != at_base}
        found.append(_candidate(_Target(rule, base, place, at_base), active))
    return _verified(symbols, rule, base, found)


class _Target:
    """One of the sizes that a rule gives, as a function of the inputs' sizes."""

    def __init__(self, rule: Rule, base: dict[str, int], place: int, at_base: int) -> None:
        self._rule, self.base, self._place, self.at_base = rule, base, place, at_base

    def at(self, changes: Sizes) -> int | None:
        answer = self._rule({**self.base, **changes})
        return None if answer is None else answer[self._place]


def _candidate(target: _Target, active: Sizes) -> Expression | None:
    if not active:
        return as_expression(target.at_base)
    if len(active) == 1:
        ((name, moved),) = active.items()
        return _of_one(target, name, moved) or _product_of(target, active)
    return _product_of(target, active) or _multilinear(target, active)


def _of_one(target: _Target, name: str, moved: int) -> Expression | None:
    """``(p·a + c) // s`` for the size of one symbol."""
    slope = Fraction(moved - target.at_base, _STEP)
    rise, run, start = slope.numerator, slope.denominator, target.base[name]
    if run > _LARGEST_DIVISOR or target.at({name: start + 2 * _STEP}) != moved + moved - target.at_base:
        return None
    if run == 1:
        return symbol(name) * rise + (target.at_base - rise * start)
    low, high = -(2**60), 2**60
    for size in range(start, start + run):
        there = target.at({name: size})
        if there is not None:
            low, high = max(low, run * there - rise * size), min(high, run * there + run - 1 - rise * size)
    if low > high:
        return None
    return (symbol(name) * rise + (0 if low <= 0 <= high else low)) // run


def _product_of(target: _Target, active: Sizes) -> Expression | None:
    """``q · a · b²``, or that with a divisor."""
    if not target.at_base:
        return None
    result, rest = as_expression(1), Fraction(target.at_base)
    for name, moved in active.items():
        start = target.base[name]
        growth = Fraction(moved, target.at_base)
        power = next((power for power in (1, 2) if Fraction(start + _STEP, start) ** power == growth), 0)
        if not power:
            return None
        rest /= start**power
        for _ in range(power):
            result = result * symbol(name)
    if rest.denominator > _LARGEST_DIVISOR:
        return None
    return (result * rest.numerator) // rest.denominator


def _multilinear(target: _Target, active: Sizes) -> Expression | None:
    """A sum of products in which each symbol stands at most once: it is known at the corners of a box."""
    names = list(active)
    if len(names) > _MOST_IN_PRODUCT:
        return _linear(target, active)
    total = as_expression(0)
    differences: dict[tuple[int, ...], int] = {}
    for corner in product((0, 1), repeat=len(names)):
        there = target.at({name: target.base[name] + _STEP * bit for name, bit in zip(names, corner, strict=True)})
        if there is None:
            return None
        differences[corner] = there
    for axis in range(len(names)):
        for corner in differences:
            if corner[axis]:
                differences[corner] -= differences[(*corner[:axis], 0, *corner[axis + 1 :])]
    for corner, difference in differences.items():
        factor, rest = divmod(difference, _STEP ** sum(corner))
        if rest:
            return None
        term = as_expression(factor)
        for name, bit in zip(names, corner, strict=True):
            if bit:
                term = term * (symbol(name) - target.base[name])
        total = total + term
    return total


def _linear(target: _Target, active: Sizes) -> Expression | None:
    total = as_expression(target.at_base)
    for name, moved in active.items():
        slope, rest = divmod(moved - target.at_base, _STEP)
        if rest:
            return None
        total = total + (symbol(name) - target.base[name]) * slope
    return total


def _verified(
    symbols: Sequence[str], rule: Rule, base: dict[str, int], found: list[Expression | None]
) -> list[Expression | None]:
    """Those that hold for other sizes, too: large, smooth, and small ones.

    Sizes that the rule refuses count neither way.
    """
    kept, is_tried = list(found), False
    count = len(symbols)
    trials = [
        _ROUGH[::-1][:count],
        _SMOOTH[::-1][:count],
        [1] * count,
        [2 + place for place in range(count)],
        [5 + count - place for place in range(count)],
        [12 + 12 * place for place in range(count)],
    ]
    for trial in trials:
        sizes = dict(zip(symbols, trial, strict=True))
        answer = rule(sizes)
        if answer is None:
            continue
        is_tried = is_tried or sizes != base
        for place, expression in enumerate(kept):
            if expression is not None and expression.value(sizes) != answer[place]:
                kept[place] = None
    return kept if is_tried else [None] * len(kept)
