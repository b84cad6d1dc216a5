"""Scheduling: the order in which a program's operations run.

Everything is computed with the variables' values at the start of the run; then the updates are applied. So what
changes a variable comes last, with what depends on the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from ..graph import Operation
from ..graph.walk import postorder
from .draft import Draft
from .writes import changed_variables


def in_order(draft: Draft) -> list[Operation]:
    """The operations that are needed, each after those that it needs."""
    return postorder([*(fetch.op for fetch in draft.fetches), *draft.required], sources_of)


def schedule(draft: Draft) -> tuple[list[Operation], int]:
    """The operations that are needed, in the order in which they run, and how many come before the first write."""
    order = in_order(draft)
    late: set[Operation] = set()
    for op in order:
        if changed_variables(op) or (late and not late.isdisjoint(sources_of(op))):
            late.add(op)
    if not late:
        return order, len(order)
    early = [op for op in order if op not in late]
    return early + _soonest_first(order, late), len(early)


#: The parts of a training step, in their order.
PHASES = ("forward", "backward", "update")


def phases_in_turn(order: Sequence[Operation]) -> list[Operation]:
    """``order`` with the operations of each phase as near together as their dependencies allow, the phases in turn.

    What is stateful stays in its order.
    """
    place = {op: index for index, op in enumerate(order)}
    followers: list[list[int]] = [[] for _ in order]
    waiting = [0] * len(order)
    before: Operation | None = None
    for index, op in enumerate(order):
        needed = {place[source] for source in sources_of(op) if source in place}
        if op.declaration.stateful and op.type not in ("Variable", "Placeholder"):
            if before is not None:
                needed.add(place[before])
            before = op
        waiting[index] = len(needed)
        for source in needed:
            followers[source].append(index)
    ready = [(PHASES.index(order[i].phase), i) for i, count in enumerate(waiting) if count == 0]
    heapify(ready)
    result = []
    while ready:
        _, index = heappop(ready)
        result.append(order[index])
        for follower in followers[index]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heappush(ready, (PHASES.index(order[follower].phase), follower))
    return result


def _soonest_first(order: list[Operation], late: set[Operation]) -> list[Operation]:
    """The operations of ``late``: first the changes that wait for no other, as they become ready, then the rest.

    Where nothing orders two changes of one variable, TensorFlow makes them as they become ready: weights that are
    clipped in the run that trains them are clipped first, and then take their step.
    """
    depth: dict[Operation, int] = {}
    for op in order:
        depth[op] = 1 + max((depth[source] for source in sources_of(op)), default=0)
    following = [op for op in order if op in late]
    first = [op for op in following if changed_variables(op) and not any(source in late for source in sources_of(op))]
    ready = set(first)
    return sorted(first, key=lambda op: depth[op]) + [op for op in following if op not in ready]


def sources_of(op: Operation) -> list[Operation]:
    return [source.op for source in op.sources]
