"""The Window menu: another window, closing this one, and the list of all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from editor.actions import ActionText, make_action
from editor.windows import DocumentWindow, Windows, bring_to_front


class WindowMenu(QObject):
    """What a window can do with the others."""

    def __init__(self, window: DocumentWindow, windows: Windows) -> None:
        super().__init__(window)
        self._window = window
        self._windows = windows
        tr = self.tr
        self.new_window = make_action(
            window,
            ActionText(tr("New &window"), tr("Opens another window with an empty document.")),
            lambda: windows.open_new(window),
            "new",
            "Ctrl+Shift+N",
        )
        self.close = make_action(
            window,
            ActionText(tr("&Close window"), tr("Closes this window; asks first when there are unsaved changes.")),
            window.close,
            "close",
            "Ctrl+W",
        )
        self.quit = make_action(
            window,
            ActionText(tr("&Quit"), tr("Closes all windows; asks for each document that has unsaved changes.")),
            windows.quit,
            "",
            "Ctrl+Q",
        )
        self.menu = QMenu(tr("&Window"), window)
        self.menu.aboutToShow.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        """The windows as they are now, this one with a check mark."""
        self.menu.clear()
        self.menu.addActions([self.new_window, self.close])
        self.menu.addSeparator()
        for number, window in enumerate(self._windows.all, 1):
            mark = "" if window.document.is_clean else "*"
            key = f"&{number} " if number < 10 else ""
            name = window.document.title.replace("&", "&&")
            action = self.menu.addAction(f"{key}{name}{mark}", partial(bring_to_front, window))
            action.setCheckable(True)
            action.setChecked(window is self._window)
            path = window.document.path
            action.setStatusTip(self.tr("Not saved yet") if path is None else str(path))
