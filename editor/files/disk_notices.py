"""Tells what other programs did to the document's file, and does about it what the person chooses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from editor.document import Document
from editor.files.actions import FileActions
from editor.files.notice_bar import NoticeBar
from editor.files.save_questions import ask_about_reloading
from editor.files.watch import FileState, FileWatch
from editor.windows import DocumentWindow


class DiskNotices(QObject):
    """Fills the bar above the canvas."""

    def __init__(
        self,
        window: DocumentWindow,
        watch: FileWatch,
        files: FileActions,
        bar: NoticeBar,
        compare: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document: Document = window.document
        self._watch = watch
        self._files = files
        self._bar = bar
        self._compare = compare
        watch.changed.connect(self._show)

    def _show(self) -> None:
        path, tr = self._document.path, self.tr
        if path is None or self._watch.state is FileState.SAME:
            self._bar.be_silent()
            return
        if self._watch.state is FileState.CHANGED:
            self._bar.say(
                tr("“{name}” was changed by another program.").format(name=path.name),
                [
                    (tr("Reload"), tr("Opens the file again, as it is now."), self._reload),
                    (tr("Compare"), tr("Shows what is different; choose afterwards."), self._compare),
                    (tr("Keep mine"), tr("Goes on with this document; saving replaces the file."), self._keep_mine),
                ],
            )
            return
        # What is seen here is all that there is of it now.
        self._document.undo_stack.resetClean()
        self._bar.say(
            tr("“{name}” was deleted, moved or renamed.").format(name=path.name),
            [
                (tr("Save again"), tr("Writes the file anew where it was."), self._files.save_document),
                (tr("Save as…"), tr("Saves the document under another name."), self._files.save_document_as),
            ],
        )

    def _reload(self) -> None:
        path = self._document.path
        if path is None:
            return
        if self._document.is_clean or ask_about_reloading(self._window, path.name):
            self._files.reload()

    def _keep_mine(self) -> None:
        self._watch.take_as_known()
        self._document.undo_stack.resetClean()
