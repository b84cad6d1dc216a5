"""Making a lowered graph smaller, without changing what its fetches are."""

from __future__ import annotations

from ...graph import NodeKind, Operation
from ..draft import Draft
from ..schedule import in_order
from ..stage import Stage, StageName
from .common import merge_equal
from .scalars import gather_scalars
from .softmax import share_softmax
from .sums import gather_terms


def simplify(draft: Draft) -> list[Stage]:
    """Rewrites the draft until equal values are computed once, and by as few operations as they can be.

    What does more than give a value (it changes a variable, draws random numbers, prints) runs as it would have. Each
    pass is given the operations that are needed, in order. Returns how many those are at first and after each pass.
    """
    order = keep_stateful(draft)
    stages = [Stage(StageName.LOWERED, len(order))]
    for name, rewrite in _PASSES.items():
        if draft.is_exact and name in _ROUNDING:
            continue
        version = draft.graph.version
        rewrite(draft, order)
        if draft.graph.version != version:
            order = in_order(draft)
        stages.append(Stage(name, len(order)))
    return stages


def keep_stateful(draft: Draft) -> list[Operation]:
    """Requires what does more than give a value. Returns the operations that are needed, in order."""
    order = in_order(draft)
    draft.required += [op for op in order if op.declaration.stateful and op.kind not in _GIVEN]
    return order


_PASSES = {
    StageName.MERGED: merge_equal,
    StageName.SOFTMAX: share_softmax,
    StageName.SCALARS: gather_scalars,
    StageName.TERMS: gather_terms,
}
#: These round otherwise than the operations as they are lowered.
_ROUNDING = frozenset({StageName.SOFTMAX, StageName.TERMS})
_GIVEN = frozenset({NodeKind.VARIABLE, NodeKind.PLACEHOLDER})
