"""Asking where to save: the ending is added, and a file that is there is never replaced without a word."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from editor.question_box import QuestionBox


def ask_where_to_save(parent: QWidget, title: str, start: Path, file_filter: str) -> Path | None:
    """The file the person chose, with the ending of ``start``; None when they did not."""
    name, _ = QFileDialog.getSaveFileName(parent, title, str(start), file_filter)
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() == start.suffix:
        return path
    path = path.with_name(path.name + start.suffix)
    # The dialog asked about the name without the ending.
    return None if path.exists() and not _may_replace(parent, path) else path


def _may_replace(parent: QWidget, path: Path) -> bool:
    tr = QCoreApplication.translate
    box = QuestionBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("SaveDialog", "Replace file"))
    box.setText(tr("SaveDialog", "“{name}” is there already.").format(name=path.name))
    box.setInformativeText(tr("SaveDialog", "Replace it? What it holds now is lost."))
    replace = box.addButton(tr("SaveDialog", "Replace"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is replace
