"""A message box that asks."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMessageBox


class QuestionBox(QMessageBox):
    """Its buttons have room for their words: Qt fixes the width of the box before the style sheet makes them wider."""

    def showEvent(self, event: QShowEvent) -> None:
        for button in self.buttons():
            button.ensurePolished()
            button.setMinimumWidth(button.sizeHint().width())
        super().showEvent(event)
