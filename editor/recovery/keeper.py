"""Keeps the journal of a document: what was edited lies on the disk within a second."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from editor.document import Array, Document
from editor.errors import sentence_of
from editor.recovery.journal_file import JournalFile
from editor.recovery.places import own_header
from editor.wire_id import WireId
from engine.formats.journal import JournalEntry, Recovered
from engine.formats.pieces import NodePiece, node_piece, rest_text, values_text
from engine.graph import EngineError

#: How long after an edit it is written, in milliseconds; edits in between are written together.
_DELAY = 250
#: How long the window may wait for texts being gathered at one time, in seconds.
_SLICE = 0.004
#: How long after a failure it is tried again, in milliseconds.
_RETRY = 10_000


class JournalKeeper(QObject):
    """Follows a document by its signals. There is a journal as long as something is not saved.

    Only what an edit touched is turned into text; the first time it is all, a few milliseconds at a time, so that the
    window never waits. The disk is waited for elsewhere.
    """

    #: A sentence: what is edited cannot be kept at present.
    failed = Signal(str)

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._folder = folder
        self._file: JournalFile | None = None
        self._path: Path | None = None
        self._edits = 0
        self._superseded: Recovered | None = None
        self._dirty: set[str] = set()
        self._pieces: dict[str, NodePiece] = {}
        self._gone: list[str] = []
        #: The points on wires as they were noted last.
        self._routes = document.model.routes
        self._is_rest_dirty = False
        #: The trained values as they were written last.
        self._values: dict[str, Array] = {}
        #: Whether the next entry holds the whole document.
        self._is_first = True
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._gather)
        self._slice = QTimer(self, singleShot=True, interval=0)
        self._slice.timeout.connect(self._gather)
        document.nodes_added.connect(self._touch)
        document.nodes_removed.connect(self._touch)
        document.nodes_moved.connect(self._touch)
        document.nodes_changed.connect(self._touch)
        document.node_renamed.connect(self._rename)
        document.wires_added.connect(self._touch_wires)
        document.wires_removed.connect(self._touch_wires)
        for signal in (
            document.data_changed,
            document.run_settings_changed,
            document.field_changed,
            document.folding_changed,
            document.nodes_removed,
            document.nodes_added,
            document.node_renamed,
        ):
            signal.connect(self._touch_rest)
        document.field_changed.connect(self._touch_routes)
        document.edited.connect(self._note_edit)
        document.replaced.connect(self._drop)
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
        self._document.replaced.disconnect(self._drop)
        self._drop()

    def flush(self) -> None:
        """Writes what was edited, now."""
        self._timer.stop()
        self._slice.stop()
        while not self._document.is_clean and not self._gather():
            continue

    # --- noting what changed -------------------------------------------------------------------------------------

    def _touch(self, names: list[str]) -> None:
        self._dirty.update(names)

    def _rename(self, old: str, new: str) -> None:
        # The wires out of it carry its name.
        wires = self._document.wires_of(new) if new in self._document.graph else []
        self._dirty.update((old, new), (wire.target for wire in wires))

    def _touch_wires(self, wires: list[WireId]) -> None:
        self._dirty.update(wire.target for wire in wires)

    def _touch_routes(self, field: str) -> None:
        """Points stand with the wires that they are on."""
        if field == "routes":
            before, after = self._routes, self._document.model.routes
            self._dirty.update(wire[2] for wire in before.keys() | after.keys() if before.get(wire) != after.get(wire))
            self._routes = after

    def _touch_rest(self) -> None:
        self._is_rest_dirty = True

    def _note_edit(self) -> None:
        self._edits += 1
        if not self._timer.isActive() and not self._slice.isActive():
            self._timer.start(_DELAY)

    def _follow_location(self) -> None:
        if self._document.is_clean:
            self._drop()
            return
        if self._document.path != self._path and self._file is not None:
            # Paths of data are written as seen from the folder.
            edits = self._edits
            self._drop()
            self._edits = edits
        if self._file is None and not self._timer.isActive():
            self._timer.start(_DELAY)

    def _drop(self) -> None:
        """Begins again with nothing to keep."""
        self._timer.stop()
        self._slice.stop()
        if self._file is not None:
            self._file.remove()
            self._file = None
        self._superseded = None
        self._edits = 0
        self._begin_again()

    def _begin_again(self) -> None:
        self._is_first = True
        self._dirty.clear()
        self._pieces.clear()
        self._gone.clear()
        self._routes = self._document.model.routes

    # --- writing -------------------------------------------------------------------------------------------------

    def _gather(self) -> bool:
        """Turns what changed into text, and hands it on when that is all; returns whether it was."""
        document = self._document
        if document.is_clean:
            return True
        if self._is_first and not self._pieces:
            self._dirty = set(document.names())
            self._gone.clear()
            self._is_rest_dirty = True
            self._values = {}
        until = time.perf_counter() + _SLICE
        while self._dirty:
            self._take_piece(self._dirty.pop())
            if time.perf_counter() > until and self._dirty:
                self._slice.start()
                return False
        self._hand_on()
        return True

    def _take_piece(self, name: str) -> None:
        document = self._document
        if name in document.graph:
            self._pieces[name] = node_piece(document.model, document.operation(name))
        else:
            self._pieces.pop(name, None)
            self._gone.append(name)

    def _hand_on(self) -> None:
        model = self._document.model
        values = dict(model.values)
        is_same = values.keys() == self._values.keys() and all(values[name] is self._values[name] for name in values)
        try:
            entry = JournalEntry(
                time=time.time(),
                edits=self._edits,
                nodes=self._pieces,
                gone=[name for name in self._gone if name not in self._pieces],
                rest=rest_text(model) if self._is_rest_dirty else None,
                values=None if is_same else values_text(model),
            )
        except EngineError as error:
            self._tell(str(error))
            return
        self._values = values
        is_first = self._is_first or self._file is None
        self._is_first, self._is_rest_dirty = False, False
        self._pieces, self._gone = {}, []
        if self._file is None:
            self._path = self._document.path
            self._file = JournalFile(own_header(self._path), self._folder)
        if self._write(entry, is_first) and self._file.is_to_be_renewed:
            self._begin_again()
            self._timer.start(_DELAY)

    def _write(self, entry: JournalEntry, is_first: bool) -> bool:
        """Whether it was written. If not, the whole document is tried again."""
        assert self._file is not None
        try:
            if is_first:
                self._file.begin(entry, self._superseded)
                self._superseded = None
            else:
                self._file.append(entry)
        except OSError as error:
            self._begin_again()
            if is_first:
                self._tell(sentence_of(error))
            else:
                self._timer.start(_DELAY)
            return False
        return True

    def _tell(self, reason: str) -> None:
        sentence = self.tr("What you edit cannot be kept for recovery ({reason}) Save the document.")
        self.failed.emit(sentence.format(reason=reason))
        self._timer.start(_RETRY)
