"""The welcome page: it stands where the canvas does until something is made or opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor.files.examples import examples
from editor.icons import bind_icon
from editor.settings import Settings
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, set_style
from editor.welcome.card import Card
from editor.welcome.recent_row import RecentRow

_COLUMNS = 3
#: More recent files are in the menu.
_ROWS = 6


class WelcomePage(QScrollArea):
    """Tab goes from one thing to the next; Esc leaves the page."""

    new_wanted = Signal()
    open_wanted = Signal()
    file_wanted = Signal(Path)
    left = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Welcome"))
        self.setWidgetResizable(True)
        self.cards: list[Card] = []
        self.rows: list[RecentRow] = []
        inside = QWidget(self)
        self._column = QWidget(inside)
        layout = QVBoxLayout(self._column)
        layout.setContentsMargins(SPACE_L, SPACE_XL, SPACE_L, SPACE_XL)
        layout.setSpacing(SPACE_M)
        self._add_head(layout)
        layout.addSpacing(SPACE_L)
        layout.addWidget(_section(self.tr("Examples"), self._column))
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACE_M)
        layout.addLayout(self._grid)
        self._make_cards()
        layout.addSpacing(SPACE_L)
        self._recent_head = _section(self.tr("Recent files"), self._column)
        layout.addWidget(self._recent_head)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        layout.addLayout(self._recent)
        layout.addStretch(1)
        around = QHBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(self._column)
        around.addStretch(1)
        self.setWidget(inside)
        self.refresh()

    def refresh(self) -> None:
        """Lists the recent files as they are now."""
        for row in self.rows:
            self._recent.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows.clear()
        pinned = self._settings.pinned_files
        for name in self._settings.remembered_files[:_ROWS]:
            row = RecentRow(Path(name), name in pinned, self._column)
            row.open_wanted.connect(partial(self.file_wanted.emit, row.path))
            row.pin_wanted.connect(partial(self._pin, row.path))
            row.forget_wanted.connect(partial(self._forget, row.path))
            self._recent.addWidget(row)
            self.rows.append(row)
        self._recent_head.setVisible(bool(self.rows))

    def take_focus(self) -> None:
        """Enter begins with the first example."""
        (self.cards[0] if self.cards else self.new).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _add_head(self, layout: QVBoxLayout) -> None:
        title = QLabel(self.tr("See what a neural network computes"), self._column)
        set_style(title, role="title")
        line = QLabel(self.tr("Build a graph, run it, differentiate it, train it, step by step."), self._column)
        set_style(line, role="muted")
        for label in (title, line):
            label.setWordWrap(True)
        self.new = QPushButton(self.tr("New graph"), self._column)
        set_style(self.new, primary=True)
        self.new.setToolTip(self.tr("Shows an empty canvas."))
        self.new.clicked.connect(self.new_wanted)
        self.open = QPushButton(self.tr("Open…"), self._column)
        bind_icon(self.open, "open")
        self.open.setToolTip(self.tr("Opens a .graph file."))
        self.open.clicked.connect(self.open_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.new)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        layout.addWidget(title)
        layout.addWidget(line)
        layout.addLayout(buttons)

    def _make_cards(self) -> None:
        for example in examples():
            card = Card(example.path, example.title, example.line, self._column)
            card.clicked.connect(partial(self.file_wanted.emit, example.path))
            self.cards.append(card)
        self._place_cards(_COLUMNS)

    def _place_cards(self, columns: int) -> None:
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns, Qt.AlignmentFlag.AlignLeft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many cards stand beside each other as have room."""
        super().resizeEvent(event)
        if self.cards:
            card = self.cards[0].sizeHint().width()
            room = self.viewport().width() - 2 * SPACE_L + SPACE_M
            columns = min(max(room // (card + SPACE_M), 1), _COLUMNS)
            if columns != self._columns:
                self._place_cards(columns)

    def _pin(self, path: Path, is_pinned: bool) -> None:
        self._settings.pin_file(path, is_pinned)
        self.refresh()

    def _forget(self, path: Path) -> None:
        self._settings.forget_file(path)
        self.refresh()


def _section(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    set_style(label, role="heading")
    return label
