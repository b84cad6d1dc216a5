"""What stands in an empty panel: what will appear there, and the action that makes it so."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from editor.icons import icon
from editor.theme import SPACE_S, SPACE_XL, ThemeManager, set_style

_PICTURE = 24


class EmptyState(QWidget):
    """A picture and a sentence in the middle of the panel."""

    def __init__(self, icon_name: str, sentence: str, parent: QWidget | None = None, color: str = "muted") -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._color = color
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label = QLabel(sentence, self)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setWordWrap(True)
        set_style(self.label, role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        layout.setSpacing(SPACE_S)
        layout.addStretch(1)
        layout.addWidget(self._picture)
        layout.addWidget(self.label)
        layout.addStretch(1)
        ThemeManager.instance().changed.connect(self._update_picture)
        self._update_picture()

    def _update_picture(self) -> None:
        self._picture.setPixmap(
            icon(self._icon_name, self._color).pixmap(QSize(_PICTURE, _PICTURE), self.devicePixelRatio())
        )
