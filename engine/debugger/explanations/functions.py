"""Functions of many elements, told by their local derivatives; and losses, which are sums of shares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .inquiry import Inquiry
from .reason import Array, ElementReason, Index, Term
from .terms import TermGroup, picked, places_where


def explain_function(inquiry: Inquiry) -> ElementReason | None:
    """The elements with their local derivatives, as the gradient rule has them; None where no gradient goes back."""
    model = inquiry.alone()
    if model is None:
        return None
    rows = model.row(inquiry.tensor.value_index, inquiry.index)
    groups = [inquiry.factors(place, row) for place, row in enumerate(rows) if row is not None]
    return inquiry.function_of(groups) if any(group.weights.size for group in groups) else None


def explain_squares(inquiry: Inquiry) -> ElementReason:
    """L2Loss: ½ x² of each element."""
    return inquiry.sum_of([_shares(inquiry, 0, inquiry.values[0].astype(float) ** 2 / 2)], r"\frac{1}{2} \sum_i x_i^2")


def explain_cross_entropy(inquiry: Inquiry) -> ElementReason:
    """Softmax cross entropy of a row: −label · ln softmax of each class, shown at its logit."""
    labels, logits = inquiry.values[inquiry.ports.index("labels")], inquiry.values[inquiry.ports.index("logits")]
    row = logits[inquiry.index].astype(float)
    with np.errstate(all="ignore"):
        highest = row.max()
        surprise = highest + np.log(np.exp(row - highest).sum()) - row
    if inquiry.op.type.startswith("Sparse"):
        weights = np.zeros(row.shape)
        weights[int(labels[inquiry.index])] = 1.0
    else:
        weights = np.broadcast_to(labels, logits.shape)[inquiry.index].astype(float)
    shares = np.zeros(logits.shape)
    # A class without a label has no share, however unlikely it is.
    shares[inquiry.index] = np.where(weights == 0, 0.0, weights * surprise)
    formula = inquiry.op.declaration.formula
    return inquiry.sum_of([_shares(inquiry, inquiry.ports.index("logits"), shares)], formula)


def _shares(inquiry: Inquiry, place: int, shares: Array) -> TermGroup:
    """What each element of an input adds to the result."""
    places = places_where(shares != 0)
    contributions = picked(shares, places)

    def make(k: int) -> Term:
        index: Index = tuple(map(int, places[k]))
        return Term((inquiry.input_element(place, index),), None, float(contributions[k]))

    return TermGroup(make, contributions, True)


#: Operations whose results are sums of a function of each element.
SHARES: dict[str, Callable[[Inquiry], ElementReason]] = {
    "L2Loss": explain_squares,
    "SoftmaxCrossEntropyWithLogits": explain_cross_entropy,
    "SparseSoftmaxCrossEntropyWithLogits": explain_cross_entropy,
}
