"""A change of a document that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from engine.model import Model

from .changes import Changes
from .edits import Edit, Editable
from .routes import Routes, followed
from .tracker import Tracker
from .upkeep import keep_blocks


class Host(Editable, Protocol):
    """The document, as commands see it."""

    @property
    def entered(self) -> str:
        """The instance of a block that new nodes are added to; "" for none."""

    def tell(self, changes: Changes) -> None:
        """Sends the signals that say what changed."""


class DocumentCommand(QUndoCommand):
    """A list of edits that are made and undone as one.

    ``execute`` is called before the command is pushed, because an exception while it is pushed would leave it on the
    stack; the redo that pushing brings does nothing.
    """

    #: What there is to tell the person once it is carried out, in sentences.
    notes: Sequence[str] = ()

    def __init__(self, host: Host, text: str, edits: Iterable[Edit]) -> None:
        super().__init__(text)
        self._host = host
        self._edits = tuple(edits)
        self._is_executed = False
        #: The points on wires before the command and after it.
        self._routes: tuple[Routes, Routes] = (host.model.routes, host.model.routes)

    @property
    def is_empty(self) -> bool:
        """Whether it would change nothing; such a command is not pushed."""
        return not self._edits

    def execute(self) -> Changes:
        """Makes the change for the first time. Raises what an edit raises, with nothing changed."""
        model = self._host.model
        before = model.routes
        changes, self._edits = apply_edits(self._host, self._edits, with_upkeep=True)
        self._routes = before, followed(model.routes, changes, self._edits)
        _lead(model, self._routes, changes)
        self._is_executed = True
        return changes

    def redo(self) -> None:
        if self._is_executed:
            self._is_executed = False
            return
        changes, _ = apply_edits(self._host, self._edits)
        _lead(self._host.model, self._routes, changes)
        self._host.tell(changes)

    def undo(self) -> None:
        changes, _ = apply_edits(self._host, inverse(self._edits))
        before, after = self._routes
        _lead(self._host.model, (after, before), changes)
        self._host.tell(changes)


def inverse(edits: Sequence[Edit]) -> list[Edit]:
    """What undoes the edits."""
    return [edit.inverse() for edit in reversed(edits)]


def _lead(model: Model, routes: tuple[Routes, Routes], changes: Changes) -> None:
    """Leads wires as after a command, and notes whether that is otherwise than before it."""
    before, model.routes = routes
    if before != model.routes and "routes" not in changes.fields:
        changes.fields.append("routes")


def apply_edits(
    document: Editable, edits: Sequence[Edit], with_upkeep: bool = False
) -> tuple[Changes, tuple[Edit, ...]]:
    """Makes edits, and those that reusable blocks ask for besides. Returns all that were made."""
    tracker = Tracker(document.model.graph)
    done: list[Edit] = []

    def carry_out(edit: Edit) -> None:
        edit.apply(document, tracker)
        done.append(edit)

    try:
        for edit in edits:
            carry_out(edit)
        if with_upkeep:
            keep_blocks(document, tracker, edits, carry_out)
    except Exception:
        for edit in inverse(done):
            edit.apply(document, tracker)
        tracker.changes()
        raise
    return tracker.changes(), tuple(done)
