"""The journal of one document on the disk. Its methods run in one thread of their own, one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from editor.recovery import places
from engine.formats.journal import JournalEntry, JournalHeader, Recovered, append_entry, write_journal

#: A journal is begun anew when it has grown to so many times what it began with,
_GROWTH = 4
#: but not below so many bytes.
_LEAST = 1 << 20

#: Writes and removes for all documents of this process, in the order in which they were asked for.
WRITER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")


class JournalFile:
    """Made when there is something to write; it finds a place for itself."""

    def __init__(self, header: JournalHeader, folder: Path) -> None:
        self._header = header
        self._folder = folder
        #: Where it lies; None until something was written.
        self.path: Path | None = None
        self._begun_with = 0
        self._size = 0

    @property
    def is_overgrown(self) -> bool:
        """Whether most of it is history, and it had better be begun anew."""
        return self._size > max(_GROWTH * self._begun_with, _LEAST)

    def begin(self, entry: JournalEntry, superseded: Recovered | None) -> None:
        """Writes a first entry that holds the whole document; then the journal that it was recovered from goes.

        Raises OSError when it can be written nowhere.
        """
        document = Path(self._header.path) if self._header.path else None
        candidates = [self.path] if self.path is not None else places.new_places(document, self._folder)
        for number, place in enumerate(candidates, 1):
            try:
                if place.parent == self._folder:
                    self._folder.mkdir(parents=True, exist_ok=True)
                self._begun_with = self._size = write_journal(place, self._header, entry)
                self.path = place
                places.note_place(place, self._folder)
                break
            except OSError:
                if number == len(candidates):
                    raise
        if superseded is not None:
            discard(superseded, self._folder)

    def append(self, entry: JournalEntry) -> None:
        """Adds an entry. Raises OSError."""
        assert self.path is not None
        self._size += append_entry(self.path, entry)

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
