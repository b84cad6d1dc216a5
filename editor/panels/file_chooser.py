"""A file's name and a button to choose another one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from editor.panels.elided_label import ElidedLabel
from editor.settings import Settings
from editor.theme import SPACE_S


class FileChooser(QWidget):
    """Shows a path, cut in the middle where it is long; the whole one on hover."""

    chosen = Signal(str)
    """The absolute path of the file that was chosen."""

    def __init__(self, title: str, file_filter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._filter = file_filter
        self._folder = ""
        self.label = ElidedLabel(self.tr("No file chosen"), Qt.TextElideMode.ElideMiddle, self)
        self.button = QPushButton(self.tr("Choose…"), self)
        self.button.setToolTip(title)
        self.button.setAccessibleName(title)
        self.setFocusProxy(self.button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._choose)

    def show_path(self, shown: str, folder: Path | None) -> None:
        """Shows a path as the document holds it; the dialog begins in ``folder``."""
        self.label.set_text(shown or self.tr("No file chosen"))
        self._folder = str(folder or "")

    def _choose(self) -> None:
        settings = Settings()
        path, _ = QFileDialog.getOpenFileName(self, self._title, self._folder or settings.last_folder, self._filter)
        if path:
            settings.last_folder = Path(path).parent
            self.chosen.emit(path)
