"""What is asked before a document is saved where that is not plain."""

from __future__ import annotations

import enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from editor.question_box import QuestionBox


class SaveAnswer(enum.Enum):
    REPLACE = enum.auto()
    SAVE_AS = enum.auto()
    CANCEL = enum.auto()


def ask_about_changed(parent: QWidget, name: str) -> SaveAnswer:
    """The file holds something that the person has not seen."""
    return _ask(
        parent,
        _tr("File changed"),
        _tr("“{name}” was changed by another program since it was opened.").format(name=name),
        _tr("Replacing it gives up what the other program wrote."),
        may_replace=True,
    )


def ask_about_read_only(parent: QWidget, name: str) -> SaveAnswer:
    """The file, or its folder, is protected."""
    return _ask(
        parent,
        _tr("File is read-only"),
        _tr("“{name}” is read-only: it or its folder is protected.").format(name=name),
        _tr("Save the document under another name or in another folder?"),
        may_replace=False,
    )


def ask_about_reloading(parent: QWidget, name: str) -> bool:
    """Whether unsaved edits are given up for what is in the file."""
    box = _box(
        parent,
        _tr("Reload file"),
        _tr("You have unsaved changes in “{name}”.").format(name=name),
        _tr("Reloading it gives them up."),
    )
    reload = box.addButton(_tr("Reload"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is reload


def _ask(parent: QWidget, title: str, text: str, more: str, may_replace: bool) -> SaveAnswer:
    box = _box(parent, title, text, more)
    replace = box.addButton(_tr("Replace"), QMessageBox.ButtonRole.DestructiveRole) if may_replace else None
    save_as = box.addButton(_tr("Save as…"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save_as)
    box.exec()
    clicked = box.clickedButton()
    if clicked is save_as:
        return SaveAnswer.SAVE_AS
    return SaveAnswer.REPLACE if replace is not None and clicked is replace else SaveAnswer.CANCEL


def _box(parent: QWidget, title: str, text: str, more: str) -> QMessageBox:
    box = QuestionBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(more)
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("SaveQuestions", text)
