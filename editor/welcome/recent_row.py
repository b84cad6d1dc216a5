"""A file that was opened before: picture, name and folder; it can be pinned and taken off the list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from editor.files.sketch_picture import sketch_pixmap
from editor.files.sketches import sketch_of_file
from editor.icons import bind_icon
from editor.panels.elided_label import ElidedLabel
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style

_PICTURE = QSize(72, 44)


class RecentRow(QFrame):
    """Its buttons tell what the person wants; the page does it."""

    open_wanted = Signal()
    pin_wanted = Signal(bool)
    forget_wanted = Signal()

    def __init__(self, path: Path, is_pinned: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        is_there = path.exists()
        self._picture = QLabel(self)
        name = ElidedLabel(path.name, Qt.TextElideMode.ElideMiddle, self)
        set_style(name, role="" if is_there else "muted")
        place = str(path.parent)
        if not is_there:
            place = self.tr("Missing from {folder}").format(folder=place)
        folder = ElidedLabel(place, Qt.TextElideMode.ElideMiddle, self)
        set_style(folder, role="caption")
        self.open = QPushButton(self.tr("Open"), self)
        self.open.setEnabled(is_there)
        self.open.setAccessibleName(self.tr("Open {name}").format(name=path.name))
        self.open.clicked.connect(self.open_wanted)
        self.pin = QToolButton(self)
        bind_icon(self.pin, "pin", "accent" if is_pinned else "muted")
        self.pin.setCheckable(True)
        self.pin.setChecked(is_pinned)
        words = self.tr("Unpin {name}") if is_pinned else self.tr("Keep {name} in this list")
        self.pin.setToolTip(words.format(name=path.name))
        self.pin.setAccessibleName(self.pin.toolTip())
        self.pin.clicked.connect(self.pin_wanted)
        self.forget = QToolButton(self)
        bind_icon(self.forget, "close", "muted")
        self.forget.setToolTip(self.tr("Take {name} off this list; the file stays").format(name=path.name))
        self.forget.setAccessibleName(self.forget.toolTip())
        self.forget.clicked.connect(self.forget_wanted)
        words_layout = QVBoxLayout()
        words_layout.setSpacing(SPACE_XS)
        words_layout.addStretch(1)
        words_layout.addWidget(name)
        words_layout.addWidget(folder)
        words_layout.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._picture)
        layout.addSpacing(SPACE_M - SPACE_S)
        layout.addLayout(words_layout, 1)
        for button in (self.open, self.pin, self.forget):
            layout.addWidget(button)
        ThemeManager.instance().changed.connect(self._show_picture)
        self._show_picture()

    def _show_picture(self) -> None:
        self._picture.setPixmap(sketch_pixmap(sketch_of_file(self.path), _PICTURE, self.devicePixelRatio()))
