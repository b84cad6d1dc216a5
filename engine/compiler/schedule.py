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
        if changed_variables(op) or any(source.op in late for _, sources in op.connected_ports() for source in sources):
            late.add(op)
    early = [op for op in order if op not in late]
    return early + [op for op in order if op in late], len(early)


def _sources(op: Operation) -> list[Operation]:
    return [source.op for _, sources in op.connected_ports() for source in sources]
