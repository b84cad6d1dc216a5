"""Notices what other programs do to the file of a document."""

from __future__ import annotations

import enum
import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from editor.document import Document

#: How long after a sign of change the file is looked at, in milliseconds: programs write in several steps.
_DELAY = 200


class FileState(enum.Enum):
    """What became of the file since the document was read from it or saved to it."""

    SAME = enum.auto()
    #: It holds something else.
    CHANGED = enum.auto()
    #: It was deleted, moved or renamed.
    GONE = enum.auto()


class FileWatch(QObject):
    """Follows the file of a document. A file that was only touched, or written with what it held, is the same."""

    #: :attr:`state` is another one than before.
    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.state = FileState.SAME
        self._stamp: tuple[int, int, int] | None = None
        self._digest = ""
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self.check)
        self._watcher.fileChanged.connect(lambda _: self._timer.start())
        self._watcher.directoryChanged.connect(lambda _: self._timer.start())
        document.replaced.connect(self.take_as_known)

    def take_as_known(self) -> None:
        """What the file holds now is what the document is compared with from now on."""
        path = self._document.path
        self._stamp = None if path is None else stamp_of(path)
        self._digest = "" if path is None else _digest(path)
        self._watch()
        self._set(FileState.SAME)

    def check(self) -> FileState:
        """Looks at the file now."""
        path = self._document.path
        if path is None:
            return self.state
        self._watch()
        stamp = stamp_of(path)
        if stamp is None:
            # Where there was none from the beginning, nothing was lost.
            self._set(FileState.SAME if self._stamp is None else FileState.GONE)
        elif stamp != self._stamp or self.state is FileState.GONE:
            if _digest(path) == self._digest:
                self._stamp = stamp
                self._set(FileState.SAME)
            else:
                self._set(FileState.CHANGED)
        else:
            self._set(FileState.SAME)
        return self.state

    def _set(self, state: FileState) -> None:
        if state is not self.state:
            self.state = state
            self.changed.emit()

    def _watch(self) -> None:
        """Watches the file, and its folder: a file that is replaced at one stroke is another one."""
        path = self._document.path
        wanted = set() if path is None else {str(each) for each in (path, path.parent) if each.exists()}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))


def is_read_only(path: Path) -> bool:
    """Whether a file that is there cannot be replaced: it is protected, or its folder is."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK))


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """What is another one as soon as a file is written: its time in nanoseconds, size and number; None without one."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _digest(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
