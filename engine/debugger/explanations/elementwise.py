"""Elementwise operations: an element follows from one element of each input, so only those are looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .families import ELEMENTWISE_CHOICES, ELEMENTWISE_SUMS
from .inquiry import Inquiry
from .latex import number, with_symbols
from .local_model import local_model
from .reason import Array, Element, ElementReason, Index, Term
from .terms import TermGroup, single


def broadcast_index(index: Index, shape: Sequence[int]) -> Index:
    """The element of an input of ``shape`` that an elementwise operation reads for its result's ``index``."""
    tail = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else place for place, size in zip(tail, shape, strict=True))


def explain_elementwise(inquiry: Inquiry) -> ElementReason:
    """The elements of the inputs with their coefficients (sums) or local derivatives (functions)."""
    op, values = inquiry.op, inquiry.values
    places = [broadcast_index(inquiry.index, value.shape) for value in values]
    elements = [inquiry.input_element(place, index) for place, index in enumerate(places)]
    scalars = [np.asarray(value[index]) for value, index in zip(values, places, strict=True)]
    derivatives = _derivatives(inquiry, scalars)
    if op.type in ELEMENTWISE_SUMS:
        signs = (1.0, -1.0) if op.type == "Subtract" else (-1.0,) if op.type == "Negative" else (1.0,) * len(elements)
        if not any(isinstance(element.value, str) for element in elements):
            return inquiry.sum_of([_share(e, sign) for e, sign in zip(elements, signs, strict=True)])
    formula, numbers = written(inquiry, elements)
    if op.type in ELEMENTWISE_CHOICES and None not in derivatives[-2:]:
        first = len(elements) - 2
        shares = [
            _share(element, float(factor or 0.0))
            for element, factor in zip(elements[first:], derivatives[first:], strict=True)
        ]
        conditions = [single(Term((element,))) for element in elements[:first]]
        return inquiry.sum_of([*shares, *conditions], formula, numbers)
    if all(factor is None for factor in derivatives):
        return inquiry.depending_on(elements, formula, numbers)
    terms = [single(Term((e,), factor)) for e, factor in zip(elements, derivatives, strict=True)]
    return inquiry.function_of(terms, formula, numbers)


def written(inquiry: Inquiry, elements: Sequence[Element]) -> tuple[str, str]:
    """The declared formula with the elements in the place of its symbols, and with their values."""
    formula, ports = inquiry.op.declaration.formula, inquiry.ports
    names = {port: element.latex for port, element in zip(ports, elements, strict=True)}
    numbers = {port: number(element.value, in_product=True) for port, element in zip(ports, elements, strict=True)}
    if inquiry.op.type == "SigmoidCrossEntropyWithLogits":
        names, numbers = ({"x": each["logits"], "y": each["labels"]} for each in (names, numbers))
    return with_symbols(formula, names), with_symbols(formula, numbers)


def _derivatives(inquiry: Inquiry, scalars: Sequence[Array]) -> list[float | None]:
    """The local derivative to each of the elements read; None where there is none.

    Where a gradient rule chooses among equals, it is the rule's choice.
    """
    model = local_model(inquiry.op, scalars)
    if model is None:
        return [None] * len(scalars)
    return [None if row is None else float(row) for row in model.row(inquiry.tensor.value_index, ())]


def _share(element: Element, factor: float) -> TermGroup:
    # A number that is not chosen contributes nothing, be it infinite.
    contribution = factor * float(element.value) if factor else 0.0
    return single(Term((element,), factor, contribution))
