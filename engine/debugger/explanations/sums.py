"""Sums of elements with coefficients that do not depend on them; moving or choosing an element is a sum of one."""

from __future__ import annotations

import numpy as np

from .families import PLACES, SUMS
from .inquiry import Inquiry
from .reason import Array, ElementReason, Index, Term
from .terms import TermGroup, picked, places_where


def explain_sum(inquiry: Inquiry) -> ElementReason | None:
    """The elements with their coefficients, which the gradient rule gives; None where they do not add up."""
    only = SUMS[inquiry.op.type]
    moves = [port not in PLACES and not inquiry.is_shape_only(k) for k, port in enumerate(inquiry.ports)]
    model = inquiry.alone(moves)
    if model is None:
        return None
    groups: list[TermGroup] = []
    for place, row in enumerate(model.row(inquiry.tensor.value_index, inquiry.index)):
        if row is None or inquiry.is_shape_only(place) or (only and inquiry.ports[place] not in only):
            continue
        if not np.isfinite(row).all():
            return None
        groups.append(_group(inquiry, place, row))
    if sum(group.weights.size for group in groups) == 0:
        return inquiry.given(f"No element of an input comes here: {inquiry.op.type} puts this number here itself.")
    return inquiry.sum_of(groups) if adds_up(groups, inquiry) else None


def explain_same_place(inquiry: Inquiry) -> ElementReason:
    """The one element at the same place of the first input."""
    element = inquiry.input_element(0, inquiry.index)
    if isinstance(element.value, str):
        return inquiry.depending_on([element], element.latex)
    term = Term((element,), 1.0, float(inquiry.element.value))
    return inquiry.sum_of([TermGroup(lambda _: term, np.array([term.contribution]), True)])


def adds_up(groups: list[TermGroup], inquiry: Inquiry) -> bool:
    """Whether the contributions add up to the value, to within rounding; what is not a number cannot be checked."""
    value = float(inquiry.value)
    with np.errstate(all="ignore"):
        total = sum(float(group.weights.sum()) for group in groups)
        size = sum(float(np.abs(group.weights).sum()) for group in groups)
    if not np.isfinite(total) or not np.isfinite(value):
        return any(group.weights.size for group in groups)
    return abs(total - value) <= 1e-2 * size + 1e-30


def _group(inquiry: Inquiry, place: int, row: Array) -> TermGroup:
    """The contributions of one input's elements."""
    places = places_where(row != 0)
    factors = picked(row, places)
    with np.errstate(all="ignore"):
        contributions = factors * picked(inquiry.values[place], places).astype(float)

    def make(k: int) -> Term:
        index: Index = tuple(map(int, places[k]))
        return Term((inquiry.input_element(place, index),), float(factors[k]), float(contributions[k]))

    return TermGroup(make, contributions, True)
