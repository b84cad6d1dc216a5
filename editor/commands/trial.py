"""Edits that are made for a moment, to see what would become of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.graph import Operation, Problem

from .block_state import BlockError
from .command import apply_edits, inverse
from .edits import Edit, Editable
from .tracker import Tracker


@contextmanager
def tried(document: Editable, edits: Sequence[Edit]) -> Iterator[None]:
    """A with block in which the edits are made, with what blocks make of them; afterwards everything is as before.

    Nobody is told. Raises what a command with these edits would raise.
    """
    _, done = apply_edits(document, edits, with_upkeep=True)
    try:
        yield
    finally:
        apply_edits(document, inverse(done))


def carry_out(document: Editable, edits: Sequence[Edit]) -> None:
    """Makes edits and infers what follows, without telling anybody."""
    tracker = Tracker(document.model.graph)
    for edit in edits:
        edit.apply(document, tracker)
    tracker.changes()


def new_problem(document: Editable, edits: Sequence[Edit], new: str = "") -> Problem | None:
    """The first problem that the edits would bring; those of ``new`` count, had it some or not."""
    graph = document.model.graph
    had: set[Operation] = {op for op in graph.get_operations() if op.problem is not None and op.name != new}
    try:
        with tried(document, edits):
            return next((op.problem for op in graph.get_operations() if op.problem is not None and op not in had), None)
    except BlockError as error:
        return Problem(str(error), new)
