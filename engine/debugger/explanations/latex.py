"""Writing equations in LaTeX: names, numbers, and formulas with elements in the place of their symbols."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .reason import Index

#: So many terms of a sum are written out.
WRITTEN_TERMS = 4


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
        is_bound = formula[match.start() - 1 : match.start()] in ("^", "_") or formula[match.end() :][:1] in ("^", "_")
        return f"{{{symbol}}}" if is_bound else symbol

    return pattern.sub(replaced, formula)


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
