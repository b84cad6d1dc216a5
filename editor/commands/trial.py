"""Edits that are made for a moment, to see what would become of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.graph import Operation, Problem

from .command import inverse
from .edits import Edit, Editable
from .tracker import Tracker


@contextmanager
def tried(document: Editable, edits: Sequence[Edit]) -> Iterator[None]:
    """A with block in which the edits are made; afterwards everything is as before, and nobody is told."""
    carry_out(document, edits)
    try:
        yield
    finally:
        carry_out(document, inverse(edits))


def carry_out(document: Editable, edits: Sequence[Edit]) -> None:
    """Makes edits and infers what follows, without telling anybody."""
    tracker = Tracker(document.model.graph)
    for edit in edits:
        edit.apply(document, tracker)
    tracker.changes()


def new_problem(document: Editable, edits: Sequence[Edit], new: str = "") -> Problem | None:
    """The first problem of shapes or dtypes that the edits would bring; those of ``new`` count, had it some or not."""
    graph = document.model.graph
    had: set[Operation] = {op for op in graph.get_operations() if op.problem is not None and op.name != new}
    with tried(document, edits):
        return next((op.problem for op in graph.get_operations() if op.problem is not None and op not in had), None)
