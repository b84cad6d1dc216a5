"""Shows the welcome page in the place of the canvas, and lets it give way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from editor.actions import ActionText, make_action
from editor.files.actions import FileActions
from editor.welcome.page import WelcomePage
from editor.windows import DocumentWindow


class WelcomeHost(QObject):
    """Help ▸ Welcome shows the page; whatever is made or opened leads back to the canvas."""

    def __init__(self, window: DocumentWindow, stack: QStackedWidget, canvas: QWidget, files: FileActions) -> None:
        super().__init__(window)
        self._stack = stack
        self._canvas = canvas
        self._files = files
        self._page: WelcomePage | None = None
        tr = self.tr
        self.show_page = make_action(
            window, ActionText(tr("&Welcome"), tr("Shows examples and recent files.")), self.show, "example"
        )
        window.document.edited.connect(self.leave)
        window.document.replaced.connect(self.leave)

    @property
    def page(self) -> WelcomePage:
        """Made when it is seen first."""
        if self._page is None:
            page = WelcomePage(self._files.settings, self._stack)
            page.new_wanted.connect(self._make_new)
            page.open_wanted.connect(self._files.ask_and_open)
            page.file_wanted.connect(self._open)
            page.left.connect(self.leave)
            self._stack.addWidget(page)
            self._page = page
        return self._page

    @property
    def is_shown(self) -> bool:
        return self._page is not None and self._stack.currentWidget() is self._page

    def show(self) -> None:
        """Shows the page; the document stays as it is."""
        self.page.refresh()
        self._stack.setCurrentWidget(self.page)
        self.page.take_focus()

    def leave(self) -> None:
        """Shows the canvas again."""
        if self.is_shown:
            self._stack.setCurrentIndex(0)
            self._canvas.setFocus()

    def _make_new(self) -> None:
        self._files.make_new()
        # A person who keeps the document stays where it can be seen.
        self.leave()

    def _open(self, path: Path) -> None:
        if self._files.open_or_explain(path):
            self.leave()
