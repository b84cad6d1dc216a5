"""Writing equations in LaTeX: names, numbers, and formulas with elements in the place of their symbols."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .reason import Index

#: So many terms of a sum are written out.
WRITTEN_TERMS = 4
_LEFT, _RIGHT = r"\left(", r"\right)"


def name_of(name: str) -> str:
    """A node's name: a letter as a variable, longer names upright."""
    if len(name) == 1:
        return name
    escaped = "".join(f"\\{each}" if each in "_#%&$" else each for each in name)
    return rf"\mathrm{{{escaped}}}"


def subscripted(latex: str, index: Index) -> str:
    return latex if not index else f"{latex}_{{{','.join(map(str, index))}}}"


def number(value: Any, in_product: bool = False) -> str:
    """A value with six significant digits, zero without a sign.

    In a product one below zero is in parentheses, as it may stand after another.
    """
    if isinstance(value, bool):
        return rf"\mathrm{{{str(value).lower()}}}"
    if isinstance(value, str):
        return name_of(value) if len(value) <= 20 else r"\dots"
    if isinstance(value, float) and math.isnan(value):
        return r"\mathrm{NaN}"
    if isinstance(value, float) and math.isinf(value):
        text = r"\infty" if value > 0 else r"-\infty"
    else:
        text = f"{value + 0.0:.6g}" if isinstance(value, float) else str(value)
        mantissa, _, exponent = text.partition("e")
        if exponent:
            text = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return rf"\left({text}\right)" if in_product and text.startswith("-") else text


def with_symbols(formula: str, symbols: Mapping[str, str]) -> str:
    """A declared formula with something else in the place of its symbols: of letters and of words in ``\\text``."""
    if not symbols:
        return formula
    formula = re.sub(r"(?<![A-Za-z\\])([a-z]) (?=[a-z](?![A-Za-z]))", r"\1 \\cdot ", formula)  # x y is a product
    names = "|".join(sorted(map(re.escape, symbols), key=len, reverse=True))
    pattern = re.compile(rf"\\(?:text|mathrm)\{{({names})\}}|(?<![A-Za-z\\])({names})(?![A-Za-z])")

    def replaced(match: re.Match[str]) -> str:
        symbol = symbols[match[1] or match[2]]
        before, behind = formula[: match.start()][-1:], formula[match.end() :][:1]
        if (before, behind) in (("{", "}"), ("(", ")")):  # needs no parentheses of its own
            return symbol.removeprefix(_LEFT).removesuffix(_RIGHT) if _is_enclosed(symbol) else symbol
        if behind == "^" and " " in symbol and not _is_enclosed(symbol):  # a product to a power
            symbol = enclosed_sum(symbol)
        return f"{{{symbol}}}" if before in ("^", "_") or behind in ("^", "_") else symbol

    return pattern.sub(replaced, formula)


def enclosed_sum(text: str) -> str:
    """A sum that stands in another formula; :func:`with_symbols` takes the parentheses away where none are needed."""
    return f"{_LEFT}{text}{_RIGHT}"


def _is_enclosed(text: str) -> bool:
    """Whether the parentheses at both ends belong to each other."""
    if not (text.startswith(_LEFT) and text.endswith(_RIGHT)):
        return False
    inside = text[len(_LEFT) : -len(_RIGHT)]
    depth = 0
    for mark in re.findall(r"\\left|\\right", inside):
        depth += 1 if mark == r"\left" else -1
        if depth < 0:
            return False
    return True


def summed(parts: Sequence[str], count: int) -> str:
    """The first of ``count`` terms and, where there are more, dots; a minus takes the plus's place."""
    if count == 0:
        return "0"
    written = list(parts[:WRITTEN_TERMS])
    text = written[0] if written else ""
    for part in written[1:]:
        text += f" - {part[1:].lstrip()}" if part.startswith("-") else f" + {part}"
    return rf"{text} + \dots" if count > len(written) else text


def coefficient(value: float) -> str:
    """What stands before an element: nothing for 1, a minus for -1, a fraction for 1/n, else the number."""
    if value == 1:
        return ""
    if value == -1:
        return "-"
    inverse = 1 / value if value else math.inf
    if 1 < abs(inverse) < 1e6 and abs(inverse - round(inverse)) < 1e-9 * abs(inverse) and round(inverse):
        sign = "-" if inverse < 0 else ""
        return rf"{sign}\frac{{1}}{{{abs(round(inverse))}}} \cdot "
    return rf"{number(value)} \cdot "


def enclosed(factor: float, total: str) -> str:
    """A sum times a factor."""
    return total if factor == 1 else rf"{coefficient(factor)}\left({total}\right)"
