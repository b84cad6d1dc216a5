"""Scheduling: the order in which a program's operations run.

Everything is computed with the variables' values at the start of the run; then the updates are applied. So what
changes a variable comes last, with what depends on the change.
"""

from __future__ import annotations

from ..graph import Operation
from .draft import Draft

#: The operations that change a variable.
WRITES = frozenset({"Assign", "AssignAdd", "AssignSub"})


def schedule(draft: Draft) -> tuple[list[Operation], int]:
    """The operations that are needed, in the order in which they run, and how many come before the first write."""
    order = _dependency_order(draft)
    late: set[Operation] = set()
    for op in order:
        if op.type in WRITES or any(source.op in late for _, sources in op.connected_ports() for source in sources):
            late.add(op)
    early = [op for op in order if op not in late]
    return early + [op for op in order if op in late], len(early)


def _dependency_order(draft: Draft) -> list[Operation]:
    order: list[Operation] = []
    visited: set[Operation] = set()
    for start in [*(fetch.op for fetch in draft.fetches), *draft.required]:
        if start in visited:
            continue
        visited.add(start)
        stack = [(start, iter(_sources(start)))]
        while stack:
            op, upstream = stack[-1]
            following = next((source for source in upstream if source not in visited), None)
            if following is None:
                order.append(op)
                stack.pop()
            else:
                visited.add(following)
                stack.append((following, iter(_sources(following))))
    return order


def _sources(op: Operation) -> list[Operation]:
    return [source.op for _, sources in op.connected_ports() for source in sources]
