"""What is answered to "why this number?": a formula, and what the number was made of. Plain data, to be sent around."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Index = tuple[int, ...]

#: So many terms are listed; what the others add up to is told in one number.
LISTED_TERMS = 24


class Kind(enum.StrEnum):
    """Which number is meant at an element of a tensor: itself, or the gradient of the loss to it."""

    VALUE = "value"
    #: Of a variable: the value that it had before the step, which is what the step's operations read.
    BEFORE = "before"
    GRADIENT = "gradient"


@dataclass(frozen=True)
class Element:
    """One number of a training step."""

    #: The lowered tensor's name, ``operation:output``; of a gradient, that of the forward tensor.
    tensor: str
    index: Index
    kind: Kind
    #: A Python number, a bool or a text.
    value: Any
    #: How it is called: ``W[0, 1]``, or ``d cost / d W[0, 1]``.
    label: str
    #: The same in LaTeX.
    latex: str
    #: The node of the person's graph that it belongs to.
    node: str


class How(enum.StrEnum):
    """How a number follows from its terms."""

    #: It is the sum of the terms' contributions.
    SUM = "sum"
    #: It is a function of the elements; the factors are its local derivatives.
    FUNCTION = "function"
    #: It depends on the elements, and no derivative leads through.
    DEPENDS = "depends"
    #: It was not computed from other numbers in this step: fed, drawn, kept or constant.
    GIVEN = "given"


@dataclass(frozen=True)
class Term:
    """One line of a reason."""

    #: The elements that it is made of: one, or the two of a product.
    elements: tuple[Element, ...]
    #: What the (first) element is multiplied with: the coefficient or the local derivative; None where there is none.
    factor: float | None = None
    #: The part of the result that it makes up; None where the reason is not a sum.
    contribution: float | None = None
    #: The node that the path of a gradient leads through; "" where no path is meant.
    path: str = ""


@dataclass(frozen=True)
class ElementReason:
    """Why an element of a tensor has the value it has."""

    element: Element
    how: How
    #: The type of the operation that computed it.
    operation: str
    #: The equation with names, and the one with numbers, in LaTeX; "" for what is given.
    formula: str
    numbers: str
    #: All of few, in their order; else the largest by magnitude first, and what is not a number before these.
    terms: tuple[Term, ...] = ()
    #: How many terms are not listed, and what they add up to.
    unlisted: int = 0
    rest: float = 0.0
    #: A sentence more: where a given number comes from, what a rule says.
    note: str = ""
    #: The same number, seen another way: the tensor of the backward pass that holds a gradient.
    see_also: tuple[Element, ...] = ()

    @property
    def total(self) -> float:
        """What the contributions add up to, those that are not listed included."""
        return self.rest + sum(term.contribution for term in self.terms if term.contribution is not None)


def python_value(value: Any) -> Any:
    """An array's element as a Python number, bool or text; of what is none of these (a data pipeline), its kind."""
    plain = value.item() if isinstance(value, np.generic | np.ndarray) else value
    if isinstance(plain, bytes):
        return plain.decode("utf-8", "replace")
    return plain if isinstance(plain, bool | int | float | complex | str) else type(plain).__name__
