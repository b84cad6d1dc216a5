"""A bar above the canvas: one sentence about the document, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from editor.icons import icon
from editor.theme import ICON_SIZE, SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style


class NoticeBar(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_style(self, role="notice")
        self._mark = QLabel(self)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons: list[QPushButton] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        self._layout.setSpacing(SPACE_S)
        self._layout.addWidget(self._mark)
        self._layout.addWidget(self.label, 1)
        ThemeManager.instance().changed.connect(self._show_mark)
        self._show_mark()
        self.hide()

    def say(self, sentence: str, choices: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        """Shows a sentence with a button for each choice: what it is called, what it does in words, and doing it."""
        self._clear()
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        for name, help_text, do in choices:
            button = QPushButton(name, self)
            button.setToolTip(help_text)
            # What is done may say something else here, and so take this button away.
            button.clicked.connect(lambda _=False, do=do: do(), Qt.ConnectionType.QueuedConnection)
            self._layout.addWidget(button)
            self.buttons.append(button)
        self.show()

    def be_silent(self) -> None:
        self._clear()
        self.hide()

    def _clear(self) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons.clear()

    def _show_mark(self) -> None:
        size = QSize(ICON_SIZE, ICON_SIZE)
        self._mark.setPixmap(icon("warning", "warning").pixmap(size, self.devicePixelRatio()))
