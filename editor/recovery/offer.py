"""Offers what was edited before a crash: when the program starts, and when such a file is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from editor.errors import show_error
from editor.recovery import places
from editor.recovery.dialog import RecoveryDialog
from editor.recovery.journal_file import discard
from editor.windows import DocumentWindow, Windows
from engine.formats.journal import Recovered, read_journal
from engine.graph import EngineError


class RecoveryOffer(QObject):
    """Looks for journals that nobody keeps any more."""

    def __init__(self, windows: Windows, folder: Path) -> None:
        super().__init__(windows)
        self._windows = windows
        self._folder = folder
        #: Journals that stand in an open dialog.
        self._offered: set[Path] = set()
        windows.opened.connect(self._look_for_file)

    def offer_left(self, window: DocumentWindow) -> RecoveryDialog | None:
        """Offers all that crashes on this machine left."""
        return self._offer(places.left_journals(self._folder), window)

    def _look_for_file(self, window: DocumentWindow) -> None:
        path = window.document.path
        if path is None:
            return
        journals = places.left_journals_of(path, self._folder)
        if journals:
            # After the window has come up.
            QTimer.singleShot(0, window, partial(self._offer, journals, window))

    def _offer(self, journals: Sequence[Path], window: DocumentWindow) -> RecoveryDialog | None:
        fresh = [journal for journal in journals if journal not in self._offered]
        found = [each for each in (self._read(journal, window) for journal in fresh) if each is not None]
        if not found:
            return None
        dialog = RecoveryDialog(found, partial(self._recover, window), self._discard, window)
        self._offered.update(each.path for each in found)
        dialog.destroyed.connect(partial(self._offered.difference_update, [each.path for each in found]))
        dialog.open()
        return dialog

    def _read(self, journal: Path, window: DocumentWindow) -> Recovered | None:
        """What a journal holds; of one that holds nothing that can be read, the person is told."""
        try:
            found = read_journal(journal)
            if found.data is not None:
                return found
            if not found.is_damaged:
                # The program ended before a first edit was written.
                places.remove(journal, self._folder)
                return None
            reason = self.tr("Nothing in it is whole.")
        except EngineError as error:
            reason = str(error)
        aside = places.set_aside(journal, self._folder)
        self._tell_later(window, self.tr("{reason} It is kept as {path}.").format(reason=reason, path=aside))
        return None

    def _recover(self, asking: DocumentWindow, found: Recovered) -> bool:
        path = Path(found.header.path) if found.header.path else None
        if not found.path.exists():
            self._tell(asking, self.tr("Another window has recovered or discarded these edits meanwhile."))
            return True
        window = None if path is None else self._windows.showing(path)
        if window is not None and not window.document.is_clean:
            sentence = self.tr("“{name}” is open with other edits. Save or close it, then recover these.")
            self._tell(asking, sentence.format(name=window.document.title))
            return False
        try:
            if window is None:
                window = asking if asking.is_untouched else self._windows.open_new(asking)
            window.show_recovered(found)
        except EngineError as error:
            aside = places.set_aside(found.path, self._folder)
            self._tell(asking, self.tr("{reason} It is kept as {path}.").format(reason=error, path=aside))
        return True

    def _discard(self, found: Recovered) -> None:
        discard(found, self._folder)

    def _tell_later(self, window: DocumentWindow, sentence: str) -> None:
        QTimer.singleShot(0, window, partial(self._tell, window, sentence))

    def _tell(self, window: DocumentWindow, sentence: str) -> None:
        show_error(window, self.tr("Cannot recover"), sentence)
