"""Nothing a person does may end in a traceback: what was not foreseen becomes a message and a report to copy."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QThread
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget


def show_error(parent: QWidget | None, title: str, message: str) -> None:
    """A dialog with one sentence that says what went wrong."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, message, QMessageBox.StandardButton.Ok, parent)
    box.setAccessibleName(title)
    box.exec()


def sentence_of(error: BaseException, path: object = "") -> str:
    """What an error means to a person: an engine's own sentence, or the system's word for a file."""
    if isinstance(error, OSError) and error.strerror:
        place = error.filename or path
        return f"{place}: {error.strerror}." if place else f"{error.strerror}."
    return str(error)


def install_exception_hook() -> None:
    """Shows what no part of the program has foreseen, and goes on."""
    sys.excepthook = _report


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        QCoreApplication.quit()
        return
    details = "".join(traceback.format_exception(kind, error, trace))
    app = QApplication.instance()
    if app is None or QThread.currentThread() is not app.thread():
        sys.stderr.write(details)
        return
    box = QMessageBox(QMessageBox.Icon.Critical, "Chainrule", "")
    box.setText(QCoreApplication.translate("Errors", "Something went wrong inside Chainrule."))
    box.setInformativeText(
        QCoreApplication.translate(
            "Errors",
            "Your document is still open and unchanged on disk: save it under another name to be safe. The details "
            "below help to mend this.",
        )
    )
    box.setDetailedText(details)
    box.exec()
