"""The journal of one document on the disk."""

from __future__ import annotations

import time
from pathlib import Path

from editor.recovery import places
from editor.recovery.settling import settle
from engine.formats.journal import JournalEntry, JournalHeader, Recovered, append_entry, write_journal

#: A journal is begun anew when it has grown to so many times what it began with,
_GROWTH = 4
#: but not below so many bytes.
_LEAST = 1 << 20
#: A place where writing takes longer, in seconds, is left for the state folder: a network that is slow today.
_PATIENCE = 0.5


class JournalFile:
    """Made when there is something to write; it finds a place for itself."""

    def __init__(self, header: JournalHeader, folder: Path) -> None:
        self._header = header
        self._folder = folder
        #: Where it lies; None until something was written.
        self.path: Path | None = None
        self._begun_with = 0
        self._size = 0
        self._is_slow = False

    @property
    def is_to_be_renewed(self) -> bool:
        """Whether most of it is history, or its place is slow: it had better be begun anew."""
        return self._is_slow or self._size > max(_GROWTH * self._begun_with, _LEAST)

    def begin(self, entry: JournalEntry, superseded: Recovered | None) -> None:
        """Writes a first entry that holds the whole document; then the journal that it was recovered from goes.

        Raises OSError when it can be written nowhere.
        """
        document = Path(self._header.path) if self._header.path else None
        before = self.path
        candidates = places.new_places(None if self._is_slow else document, self._folder)
        if before is not None and not self._is_slow:
            candidates.insert(0, before)
        for number, place in enumerate(candidates, 1):
            try:
                if place.parent == self._folder:
                    self._folder.mkdir(parents=True, exist_ok=True)
                self._begun_with = self._size = write_journal(place, self._header, entry, settle)
                self.path = place
                places.note_place(place, self._folder)
                break
            except OSError:
                if number == len(candidates):
                    raise
        if before is not None and before != self.path:
            places.remove(before, self._folder)
        self._is_slow = False
        if superseded is not None:
            discard(superseded, self._folder)

    def append(self, entry: JournalEntry) -> None:
        """Adds an entry. Raises OSError."""
        assert self.path is not None
        began = time.monotonic()
        self._size += append_entry(self.path, entry, settle)
        self._is_slow = time.monotonic() - began > _PATIENCE and self.path.parent != self._folder

    def remove(self) -> None:
        """Takes it away: what it kept is saved, or given up."""
        if self.path is not None:
            places.remove(self.path, self._folder)
            self.path = None


def discard(found: Recovered, folder: Path) -> None:
    """Lets go of a journal that nobody needs; one that is damaged is kept aside."""
    if found.is_damaged:
        places.set_aside(found.path, folder)
    else:
        places.remove(found.path, folder)
