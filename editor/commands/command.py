"""A change of a document that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from .changes import Changes
from .edits import Edit, Editable
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

    @property
    def is_empty(self) -> bool:
        """Whether it would change nothing; such a command is not pushed."""
        return not self._edits

    def execute(self) -> Changes:
        """Makes the change for the first time. Raises what an edit raises, with nothing changed."""
        changes = _apply(self._host, self._edits)
        self._is_executed = True
        return changes

    def redo(self) -> None:
        if self._is_executed:
            self._is_executed = False
            return
        self._host.tell(_apply(self._host, self._edits))

    def undo(self) -> None:
        self._host.tell(_apply(self._host, inverse(self._edits)))


def inverse(edits: Sequence[Edit]) -> list[Edit]:
    """What undoes the edits."""
    return [edit.inverse() for edit in reversed(edits)]


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
