"""What this program is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def show_about(parent: QWidget) -> None:
    """What this program is, its version and licence."""
    try:
        number = version("chainrule")
    except PackageNotFoundError:
        number = "0.1.0"
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("About", "About Chainrule"))
    box.setIconPixmap(parent.windowIcon().pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Chainrule {number}")
    box.setInformativeText(
        QCoreApplication.translate(
            "About",
            "See what a neural network computes: build a computational graph, run it, differentiate it, train it, "
            "step by step.\n\nMIT licence.",
        )
    )
    box.exec()
