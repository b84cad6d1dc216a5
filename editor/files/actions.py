"""Opening, saving, recent files and examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from editor.actions import ActionText, make_action, make_toggle
from editor.document import Document
from editor.errors import sentence_of, show_error
from editor.files.examples import examples, is_example
from editor.files.recent_menu import RecentMenu
from editor.files.save_dialog import ask_where_to_save
from editor.files.save_questions import SaveAnswer, ask_about_changed, ask_about_read_only
from editor.files.watch import FileState, FileWatch, is_read_only
from editor.question_box import QuestionBox
from editor.run.controller import RunController
from editor.settings import Settings
from editor.windows import DocumentWindow, Windows
from engine.graph import EngineError

SUFFIX = ".graph"


class FileActions(QObject):
    """What the File menu does. Nothing is lost without being asked about, and a failure changes nothing."""

    def __init__(
        self,
        document: Document,
        controller: RunController,
        settings: Settings,
        window: DocumentWindow,
        windows: Windows,
        watch: FileWatch,
        opened: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._document = document
        self._controller = controller
        self.settings = settings
        self._window = window
        self._windows = windows
        self._watch = watch
        self._opened = opened
        Keys = QKeySequence.StandardKey
        tr = self.tr
        self.new = make_action(
            window, ActionText(tr("&New"), tr("Begins an empty document.")), self.make_new, "new", Keys.New
        )
        self.open = make_action(
            window, ActionText(tr("&Open…"), tr("Opens a .graph file.")), self.ask_and_open, "open", Keys.Open
        )
        self.save = make_action(
            window, ActionText(tr("&Save"), tr("Saves the document.")), self.save_document, "save", Keys.Save
        )
        self.save_as = make_action(
            window,
            ActionText(tr("Save &as…"), tr("Saves the document under another name.")),
            self.save_document_as,
            "save_as",
            "Ctrl+Shift+S",
        )
        self.save_values = make_toggle(
            window,
            ActionText(tr("Save trained &values"), tr("Saves the present values of the variables with the document.")),
            lambda on: None,
        )
        self.reopen = make_toggle(
            window,
            ActionText(
                tr("&Reopen at the next start"), tr("Opens the files that were open last when the program starts.")
            ),
            self._set_reopening,
            settings.reopens_files,
        )
        self.recent = RecentMenu(settings, self.open_or_explain, window)
        self.examples = QMenu(self.tr("&Examples"), window)
        self.examples.aboutToShow.connect(self._fill_examples)
        document.replaced.connect(self._remember_whether_values_were_saved)

    def make_new(self) -> None:
        if self.may_close():
            self._document.new()
            self._opened()

    def ask_and_open(self) -> None:
        """Asks for files; each comes to stand in a window of its own."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open graph"), str(self.settings.last_folder), self._filter()
        )
        for name in names:
            self.open_or_explain(Path(name))

    def open_or_explain(self, path: Path) -> bool:
        """Opens a file: in the window where it is open already, in this one where nothing was done in it, else in
        another. Or says in a sentence why it cannot be.
        """
        try:
            self._windows.open(path, self._window)
        except (EngineError, OSError) as error:
            title = self.tr("Cannot open {name}").format(name=path.name)
            show_error(self._window, title, sentence_of(error, path))
            return False
        return True

    def open_path(self, path: Path) -> None:
        """Opens a file in this window. Raises EngineError or OSError, with nothing changed, when it cannot be read."""
        self._document.open(path)
        if not is_example(path):
            self.settings.add_recent_file(path)
            self.settings.last_folder = path.parent
        self._opened()

    def reload(self) -> None:
        """Opens the document's file again, as it is now, or says why it cannot be."""
        path = self._document.path
        assert path is not None
        try:
            self._document.open(path)
        except (EngineError, OSError) as error:
            title = self.tr("Cannot reload {name}").format(name=path.name)
            show_error(self._window, title, sentence_of(error, path))

    def save_document(self) -> bool:
        """Saves under the document's name, or asks for one. False when it was not saved."""
        path = self._document.path
        # A picture stays a picture: the graph that was in it is saved beside it.
        if path is None or is_example(path) or path.suffix.lower() == ".png":
            return self.save_document_as()
        answer = SaveAnswer.REPLACE
        if is_read_only(path):
            answer = ask_about_read_only(self._window, path.name)
        elif self._watch.check() is FileState.CHANGED:
            answer = ask_about_changed(self._window, path.name)
        if answer is SaveAnswer.SAVE_AS:
            return self.save_document_as()
        return answer is SaveAnswer.REPLACE and self._save_to(path)

    def save_document_as(self) -> bool:
        folder = Path(self.settings.last_folder)
        begin = folder / f"{self._document.title}{SUFFIX}"
        path = ask_where_to_save(self._window, self.tr("Save graph"), begin, self._filter())
        return path is not None and self._save_to(path)

    def _save_to(self, path: Path) -> bool:
        values = self._controller.variable_values() if self.save_values.isChecked() else None
        try:
            self._document.save(path, values)
        except (EngineError, OSError) as error:
            title = self.tr("Cannot save {name}").format(name=path.name)
            show_error(self._window, title, sentence_of(error, path))
            return False
        self._watch.take_as_known()
        self.settings.add_recent_file(path)
        self.settings.last_folder = path.parent
        return True

    def may_close(self) -> bool:
        """Whether the document may go: it has no changes, they were saved, or the person gives them up."""
        if self._document.is_clean:
            return True
        box = QuestionBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Unsaved changes"))
        box.setText(self.tr("You have unsaved changes in “{title}”.").format(title=self._document.title))
        box.setInformativeText(self.tr("Save them before it is closed?"))
        save = box.addButton(self.tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(self.tr("Discard changes"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save)
        box.exec()
        if box.clickedButton() is save:
            return self.save_document()
        return box.clickedButton() is discard

    def _set_reopening(self, is_wanted: bool) -> None:
        self.settings.reopens_files = is_wanted

    def _filter(self) -> str:
        return self.tr("Chainrule graphs (*.graph);;All files (*)")

    def _remember_whether_values_were_saved(self) -> None:
        self.save_values.setChecked(bool(self._document.model.values))

    def _fill_examples(self) -> None:
        self.examples.clear()
        for example in examples():
            action = self.examples.addAction(example.title, partial(self.open_or_explain, example.path))
            action.setStatusTip(example.line)
