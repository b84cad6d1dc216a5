"""Sums of products of an element of one input with one of another: matrix products and convolutions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .inquiry import Inquiry
from .local_model import LocalModel
from .reason import Array, ElementReason, Index, Term
from .terms import TermGroup, picked, places_where


@dataclass(frozen=True)
class Pairing:
    """Which element of the second operand each element of the first is multiplied with."""

    #: The inputs that are multiplied.
    first: int
    second: int
    #: Indices into the first, a row each, and the flat places in the second of what stands with them.
    places: Array
    partners: Array
    #: 1, or −1 where the product is subtracted.
    signs: Array


def factors_of(model: LocalModel) -> tuple[int, int] | None:
    """The two inputs of which elements are multiplied; None where they are not two."""
    operands = [
        place for place, value in enumerate(model.values) if value.dtype.kind == "f" and model.is_differentiable(place)
    ]
    return (operands[0], operands[1]) if len(operands) == 2 else None


def places_as_numbers(shape: tuple[int, ...]) -> Array:
    """n + 1, n + 2 … 2 n in the place of n elements: a derivative to the other operand then tells which one it is.

    What adds up several of them is more than 2 n, and is not taken for one.
    """
    size = np.prod(shape, dtype=int)
    return np.arange(size + 1.0, 2 * size + 1).reshape(shape)


def pairing(first: int, second: int, row: Array, size: int) -> Pairing | None:
    """What a derivative tells that was taken with the second operand's places, ``size`` of them, as its numbers.

    None where an element of the first operand is multiplied with several of the second that go into one sum.
    """
    places = places_where(row != 0)
    told = picked(row, places)
    partners = np.abs(np.rint(told)).astype(int) - size - 1
    if not np.array_equal(np.abs(told), partners + size + 1.0) or np.any((partners < 0) | (partners >= size)):
        return None
    return Pairing(first, second, places, partners, np.sign(told))


def explain_products(inquiry: Inquiry) -> ElementReason | None:
    """The products that are added; None where the operation is no sum of products of two operands here."""
    # The operands may be whole numbers, which are multiplied alike.
    model = inquiry.alone([not inquiry.is_shape_only(k) and p != "output_shape" for k, p in enumerate(inquiry.ports)])
    operands = None if model is None else factors_of(model)
    if model is None or operands is None:
        return None
    first, second = operands
    numbers = places_as_numbers(model.values[second].shape)
    told = model.row(0, inquiry.index, {second: numbers}, only=first)[first]
    paired = None if told is None else pairing(first, second, told, numbers.size)
    return None if paired is None else inquiry.sum_of([_group(inquiry, paired)])


def _group(inquiry: Inquiry, paired: Pairing) -> TermGroup:
    x, y = (inquiry.values[place] for place in (paired.first, paired.second))
    with np.errstate(all="ignore"):
        left = picked(x, paired.places).astype(float)
        contributions = paired.signs * left * y.reshape(-1)[paired.partners].astype(float)

    def make(k: int) -> Term:
        place: Index = tuple(map(int, paired.places[k]))
        partner: Index = tuple(map(int, np.unravel_index(paired.partners[k], y.shape))) if y.ndim else ()
        elements = (inquiry.input_element(paired.first, place), inquiry.input_element(paired.second, partner))
        return Term(elements, float(paired.signs[k]), float(contributions[k]))

    return TermGroup(make, contributions, True)
