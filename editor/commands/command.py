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


class Host(Editable, Protocol):
    """The document, as commands see it."""

    def tell(self, changes: Changes) -> None:
        """Sends the signals that say what changed."""


class DocumentCommand(QUndoCommand):
    """A list of edits that are made and undone as one.

    ``execute`` is called before the command is pushed, because an exception while it is pushed would leave it on the
    stack; the redo that pushing brings does nothing.
    """

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
        changes = _apply(self._host, self._edits)
        self._routes = before, followed(model.routes, changes, self._edits)
        _lead(model, self._routes, changes)
        self._is_executed = True
        return changes

    def redo(self) -> None:
        if self._is_executed:
            self._is_executed = False
            return
        changes = _apply(self._host, self._edits)
        _lead(self._host.model, self._routes, changes)
        self._host.tell(changes)

    def undo(self) -> None:
        changes = _apply(self._host, inverse(self._edits))
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


def _apply(document: Editable, edits: Sequence[Edit]) -> Changes:
    tracker = Tracker(document.model.graph)
    done: list[Edit] = []
    try:
        for edit in edits:
            edit.apply(document, tracker)
            done.append(edit)
    except Exception:
        for edit in inverse(done):
            edit.apply(document, tracker)
        tracker.changes()
        raise
    return tracker.changes()
