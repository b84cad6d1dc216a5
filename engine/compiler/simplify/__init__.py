"""Making a lowered graph smaller, without changing what its fetches are."""

from __future__ import annotations

from ...graph import NodeKind
from ..draft import Draft
from ..schedule import in_order
from .common import merge_equal
from .scalars import gather_scalars
from .softmax import share_softmax
from .sums import gather_terms


def simplify(draft: Draft) -> None:
    """Rewrites the draft until equal values are computed once, and by as few operations as they can be.

    What does more than give a value (it changes a variable, draws random numbers, prints) runs as it would have.
    """
    order = in_order(draft)
    draft.required += [op for op in order if op.declaration.stateful and op.kind not in _GIVEN]
    order = merge_equal(draft, order)
    share_softmax(draft, order)
    gather_scalars(draft, order)
    gather_terms(draft)


_GIVEN = frozenset({NodeKind.VARIABLE, NodeKind.PLACEHOLDER})
