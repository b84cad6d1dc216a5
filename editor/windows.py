"""The windows of the program: each shows one document, and a file is open in one of them at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QMainWindow

from editor.document import Document
from editor.settings import Settings
from engine.formats.journal import Recovered

#: How far a further window stands from the one it was opened from, in pixels to the right and down.
_STEP = 32


class DocumentWindow(QMainWindow):
    """A window with one document, as the list of windows knows it."""

    document: Document

    def open_path(self, path: Path) -> None:
        """Opens a file here. Raises EngineError or OSError, with nothing changed, when it cannot be read."""
        raise NotImplementedError

    def may_close(self) -> bool:
        """Whether the document may go; asks when it has unsaved changes."""
        raise NotImplementedError

    def show_recovered(self, found: Recovered) -> None:
        """Shows what a journal holds, not saved yet. Raises EngineError, with nothing changed."""
        raise NotImplementedError

    def close_without_asking(self) -> None:
        """Closes the window of a document that may go."""
        raise NotImplementedError

    def shut_down(self) -> None:
        """Ends what runs for the window outside this process."""
        raise NotImplementedError

    def apply_keys(self) -> None:
        """Takes over the keys of commands that were changed in another window."""
        raise NotImplementedError

    @property
    def is_untouched(self) -> bool:
        """Whether the document is empty and nothing was done in it: a file that is opened may take its place."""
        document = self.document
        return document.path is None and not document.names() and document.is_clean


class Windows(QObject):
    """All windows of this process. Windows that are closed leave the list themselves."""

    #: A window was opened or closed.
    changed = Signal()
    #: A DocumentWindow in which a file was opened just now.
    opened = Signal(object)

    def __init__(
        self, settings: Settings, make: Callable[[Windows], DocumentWindow], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._make = make
        self._windows: list[DocumentWindow] = []
        self._is_quitting = False

    @property
    def all(self) -> tuple[DocumentWindow, ...]:
        """In the order in which they were opened."""
        return tuple(self._windows)

    def apply_keys(self) -> None:
        """Lets every window take over the keys that were changed in one of them."""
        for window in self._windows:
            window.apply_keys()

    def make_window(self) -> DocumentWindow:
        """A further window with an empty document, not shown yet."""
        window = self._make(self)
        self._windows.append(window)
        self.changed.emit()
        return window

    def open_new(self, beside: DocumentWindow | None = None) -> DocumentWindow:
        """Shows a further window, a little away from the one it is asked for from."""
        window = self.make_window()
        self._show(window, beside)
        return window

    def showing(self, path: Path) -> DocumentWindow | None:
        """The window in which a file is open, by whatever name it is asked for."""
        wanted = path.resolve()
        for window in self._windows:
            if window.document.path is not None and window.document.path.resolve() == wanted:
                return window
        return None

    def open(self, path: Path, asking: DocumentWindow) -> DocumentWindow:
        """Opens a file and returns its window: the one that shows it already, ``asking`` where nothing was done in
        it, or another one.

        Raises EngineError or OSError when it cannot be read; then everything is as it was.
        """
        window = self.showing(path)
        if window is not None:
            bring_to_front(window)
            return window
        if asking.is_untouched:
            asking.open_path(path)
            self.opened.emit(asking)
            return asking
        window = self.make_window()
        try:
            window.open_path(path)
        except BaseException:
            window.close_without_asking()
            raise
        self._show(window, asking)
        self.opened.emit(window)
        return window

    def quit(self) -> bool:
        """Closes every window, after asking for each document that has unsaved changes.

        The person may keep one open: then all of them stay, and False is returned.
        """
        for window in self._windows:
            if not window.document.is_clean:
                bring_to_front(window)
            if not window.may_close():
                return False
        self._remember_session()
        self._is_quitting = True
        try:
            for window in self.all:
                window.close_without_asking()
        finally:
            self._is_quitting = False
        return True

    def leave(self, window: DocumentWindow) -> None:
        """Takes a window that is being closed off the list."""
        if window not in self._windows:
            return
        if len(self._windows) == 1 and not self._is_quitting:
            self._remember_session()
        self._windows.remove(window)
        window.deleteLater()
        self.changed.emit()

    def _remember_session(self) -> None:
        paths: Iterable[Path | None] = (window.document.path for window in self._windows)
        self._settings.open_files = [str(path) for path in paths if path is not None]

    def _show(self, window: DocumentWindow, beside: DocumentWindow | None) -> None:
        if beside is not None and not beside.isMaximized() and not beside.isFullScreen():
            screen = beside.screen().availableGeometry()
            place = beside.pos() + QPoint(_STEP, _STEP)
            # Its frame comes on top of its size.
            frame = beside.frameGeometry().size() - beside.size()
            room = QRect(place, screen.bottomRight()).size() - frame
            has_room = room.width() >= 0.8 * beside.width() and room.height() >= 0.8 * beside.height()
            window.resize(beside.size().boundedTo(room) if has_room else beside.size())
            window.move(place if has_room else screen.topLeft())
        window.show()
        bring_to_front(window)


def bring_to_front(window: QMainWindow) -> None:
    """Shows a window before all others, with the keyboard."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
