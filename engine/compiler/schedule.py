"""Scheduling: the order in which a program's operations run.

Everything is computed with the variables' values at the start of the run; then the updates are applied. So what
changes a variable comes last, with what depends on the change.
"""

from __future__ import annotations

from ..graph import Operation
from ..graph.walk import postorder
from .draft import Draft
from .writes import changed_variables


def schedule(draft: Draft) -> tuple[list[Operation], int]:
    """The operations that are needed, in the order in which they run, and how many come before the first write."""
    starts = [*(fetch.op for fetch in draft.fetches), *draft.required]
    order = postorder(starts, _sources)
    late: set[Operation] = set()
    for op in order:
        if changed_variables(op) or (late and not late.isdisjoint(_sources(op))):
            late.add(op)
    if not late:
        return order, len(order)
    early = [op for op in order if op not in late]
    return early + _soonest_first(order, late), len(early)


def _soonest_first(order: list[Operation], late: set[Operation]) -> list[Operation]:
    """The operations of ``late``: first the changes that wait for no other, as they become ready, then the rest.

    Where nothing orders two changes of one variable, TensorFlow makes them as they become ready: weights that are
    clipped in the run that trains them are clipped first, and then take their step.
    """
    depth: dict[Operation, int] = {}
    for op in order:
        depth[op] = 1 + max((depth[source] for source in _sources(op)), default=0)
    following = [op for op in order if op in late]
    first = [op for op in following if changed_variables(op) and not any(source in late for source in _sources(op))]
    ready = set(first)
    return sorted(first, key=lambda op: depth[op]) + [op for op in following if op not in ready]


def _sources(op: Operation) -> list[Operation]:
    return [source.op for source in op.sources]
