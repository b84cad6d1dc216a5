"""Terms as arrays, until it is clear which of them are shown: a sum may have a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .reason import LISTED_TERMS, Array, Index, Term


@dataclass(frozen=True)
class TermGroup:
    """Terms that are made alike."""

    #: Makes the term with this number.
    make: Callable[[int], Term]
    #: The contribution, or else the factor, of each.
    weights: Array
    #: Whether the weights are contributions.
    adds_up: bool = False


def single(term: Term) -> TermGroup:
    """A term by itself."""
    weight = term.contribution if term.contribution is not None else (term.factor or 0.0)
    return TermGroup(lambda _: term, np.array([weight]), term.contribution is not None)


def weighted(row: Array, make: Callable[[Index, float], Term]) -> TermGroup:
    """A term for each element of ``row`` that is not 0, which is its factor."""
    places = places_where(row != 0)
    factors = picked(row, places)
    return TermGroup(lambda k: make(_index(places[k]), float(factors[k])), factors)


def places_where(chosen: Array) -> Array:
    """The indices at which an array of truth values is true, a row each; that of a scalar is empty."""
    if chosen.ndim == 0:
        return np.zeros((int(bool(chosen)), 0), int)
    return np.argwhere(chosen)


def picked(array: Array, places: Array) -> Array:
    """The elements at these places, in one row."""
    return array[tuple(places.T)] if array.ndim else np.full(len(places), array)


def _index(place: Array) -> Index:
    return tuple(map(int, place))


def listed(groups: Sequence[TermGroup], most: int = LISTED_TERMS) -> tuple[tuple[Term, ...], int, float]:
    """The terms that are shown, the number of the others, and what these contribute together.

    All of few, in the order of the elements; of more the largest, these first, and what is not a number before them.
    """
    if not groups:
        return (), 0, 0.0
    weights = np.concatenate([np.asarray(group.weights, float).reshape(-1) for group in groups])
    sizes = np.where(np.isnan(weights), np.inf, np.abs(weights))
    order = np.argsort(-sizes, kind="stable") if weights.size > most else np.arange(weights.size)
    starts = np.cumsum([0, *(group.weights.size for group in groups)])
    terms = []
    for place in order[:most]:
        group = int(np.searchsorted(starts, place, side="right")) - 1
        terms.append(groups[group].make(int(place - starts[group])))
    adds_up = np.repeat([group.adds_up for group in groups], [group.weights.size for group in groups])
    others = order[most:]
    return tuple(terms), len(others), float(weights[others][adds_up[others]].sum())
