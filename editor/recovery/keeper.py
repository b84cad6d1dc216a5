"""Keeps the journal of a document: what was edited lies on the disk within a second."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from editor.document import Array, Document
from editor.errors import sentence_of
from editor.recovery.document_text import DocumentText
from editor.recovery.journal_file import JournalFile
from editor.recovery.places import own_header
from engine.formats.journal import JournalEntry, Recovered
from engine.formats.pieces import rest_text, values_text
from engine.graph import EngineError

#: How long after an edit it is written, in milliseconds; edits in between are written together.
_DELAY = 250
#: How long the window may wait for texts being gathered at one time, in seconds.
_SLICE = 0.004
#: How long it has then to itself while nothing is to be written yet, in milliseconds.
_REST = 16
#: How long after a failure it is tried again, in milliseconds.
_RETRY = 10_000


class JournalKeeper(QObject):
    """There is a journal as long as something is not saved.

    The text of the document is gathered from the moment it is opened, a few milliseconds at a time, so that the window
    never waits and the first edit is on the disk as fast as the next. The disk is waited for elsewhere.
    """

    #: A sentence: what is edited cannot be kept at present.
    failed = Signal(str)

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._folder = folder
        self._text = DocumentText(document, self)
        self._file: JournalFile | None = None
        self._path: Path | None = None
        self._edits = 0
        self._superseded: Recovered | None = None
        #: The trained values as they were written last.
        self._values: dict[str, Array] = {}
        #: Whether the next entry holds the whole document.
        self._is_first = True
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._gather)
        document.edited.connect(self._note_edit)
        document.replaced.connect(self._begin_anew)
        document.location_changed.connect(self._follow_location)

    @property
    def journal(self) -> Path | None:
        """Where the journal lies; None while there is none."""
        return None if self._file is None else self._file.path

    def take_over(self, found: Recovered) -> None:
        """Keeps a document that was recovered from a journal, which goes as soon as this one stands."""
        self._superseded = found
        self._edits = found.edits
        self._gather()

    def end(self) -> None:
        """The document is closed: its journal goes, and nothing is written any more."""
        self._document.edited.disconnect(self._note_edit)
        self._document.location_changed.disconnect(self._follow_location)
        self._document.replaced.disconnect(self._begin_anew)
        self._drop()

    def flush(self) -> None:
        """Writes what was edited, now."""
        self._timer.stop()
        while not self._document.is_clean and not self._gather():
            self._timer.stop()

    # --- following the document ----------------------------------------------------------------------------------

    def _note_edit(self) -> None:
        self._edits += 1
        self._wake(_DELAY)

    def _follow_location(self) -> None:
        if self._document.is_clean:
            self._begin_anew()
            return
        if self._document.path != self._path and self._file is not None:
            # Paths of data are written as seen from the folder.
            edits = self._edits
            self._drop()
            self._edits = edits
        if self._file is None:
            self._wake(_DELAY)

    def _begin_anew(self) -> None:
        """There is nothing to keep; what is to be kept next is gathered ahead."""
        self._drop()
        self._wake(_DELAY)

    def _drop(self) -> None:
        """There is nothing to keep."""
        self._timer.stop()
        if self._file is not None:
            self._file.remove()
            self._file = None
        self._superseded = None
        self._edits = 0
        self._is_first = True

    def _wake(self, delay: int) -> None:
        """Gathers after so many milliseconds, or as soon as it is due already."""
        if not self._timer.isActive() or self._timer.remainingTime() > delay:
            self._timer.start(delay)

    # --- writing -------------------------------------------------------------------------------------------------

    def _gather(self) -> bool:
        """Turns some of what changed into text, and writes it when that is all; returns whether it was."""
        is_clean = self._document.is_clean
        if not self._text.gather(_SLICE):
            self._timer.start(_REST if is_clean else 0)
            return False
        if not is_clean:
            self._write()
        return True

    def _write(self) -> None:
        if self._file is None:
            self._path = self._document.path
            self._file = JournalFile(own_header(self._path), self._folder)
            self._is_first = True
        is_first = self._is_first
        try:
            entry = self._entry()
            if is_first:
                self._file.begin(entry, self._superseded)
            else:
                self._file.append(entry)
        except (OSError, EngineError) as error:
            self._is_first = True
            if is_first:
                self._tell(sentence_of(error))
            else:
                # The whole document may be written where one entry cannot: the journal was taken away.
                self._wake(_DELAY)
            return
        self._superseded = None
        self._is_first = self._file.is_to_be_renewed
        if self._is_first:
            self._wake(_DELAY)

    def _entry(self) -> JournalEntry:
        """What is to be written. Raises EngineError for what cannot be text."""
        model, is_first = self._document.model, self._is_first
        values = dict(model.values)
        before = {} if is_first else self._values
        is_same = values.keys() == before.keys() and all(values[name] is before[name] for name in values)
        rest = rest_text(model) if is_first or self._text.is_rest_dirty else None
        nodes, gone = (self._text.whole(), []) if is_first else self._text.take_changes()
        self._text.is_rest_dirty = False
        self._values = values
        return JournalEntry(
            time=time.time(),
            edits=self._edits,
            nodes=nodes,
            gone=gone,
            rest=rest,
            values=None if is_same else values_text(model),
        )

    def _tell(self, reason: str) -> None:
        sentence = self.tr("What you edit cannot be kept for recovery ({reason}) Save the document.")
        self.failed.emit(sentence.format(reason=reason))
        self._timer.start(_RETRY)
