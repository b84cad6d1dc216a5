"""The settings in one place: what is chosen holds at once and is kept between starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor.commanding.commands import bare_text
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, set_style

_SIZE = (560, 620)
_LABEL_WIDTH = 180


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    label: str
    values: Sequence[tuple[str, Any]]
    get: Callable[[], Any]
    set: Callable[[Any], object]
    #: A sentence under it.
    note: str = ""


@dataclass(frozen=True)
class Deed:
    """A button that opens something larger."""

    label: str
    action: QAction
    note: str = ""


#: A toggle is an action of the window that is on or off.
Option = Choice | Deed | QAction


@dataclass(frozen=True)
class Section:
    title: str
    options: Sequence[Option]


class SettingsDialog(QDialog):
    """A page with all sections; what is typed above leaves the options that have to do with it."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.tr("Search settings"))
        self.search.setClearButtonEnabled(True)
        #: By the text that is searched in, what belongs to an option.
        self._rows: list[tuple[str, list[QWidget]]] = []
        self._headings: list[tuple[QLabel, list[int]]] = []
        page = QWidget(self)
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, SPACE_M, 0)
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        for section in sections:
            self._add_section(section)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea(self)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.search)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        self.search.textChanged.connect(self._filter)
        self.resize(*_SIZE)

    # --- building ------------------------------------------------------------------------------------------------

    def _add_section(self, section: Section) -> None:
        heading = QLabel(section.title, self)
        set_style(heading, role="section")
        row = self._grid.rowCount()
        if self._headings:
            heading.setContentsMargins(0, SPACE_XL - SPACE_S, 0, 0)
        self._grid.addWidget(heading, row, 0, 1, 2)
        first = len(self._rows)
        for option in section.options:
            match option:
                case Choice():
                    self._add_choice(section, option)
                case Deed():
                    self._add_deed(section, option)
                case _:
                    self._add_toggle(section, option)
        self._headings.append((heading, list(range(first, len(self._rows)))))

    def _add_choice(self, section: Section, choice: Choice) -> None:
        box = QComboBox(self)
        # Qt would make a plain text of an enumeration's member, so that the values stay here.
        values = [value for _, value in choice.values]
        box.addItems([text for text, _ in choice.values])
        box.setCurrentIndex(values.index(choice.get()) if choice.get() in values else 0)
        box.setAccessibleName(choice.label)
        box.currentIndexChanged.connect(lambda index: choice.set(values[index]))
        self._add_row(section, choice.label, box, choice.note)

    def _add_toggle(self, section: Section, action: QAction) -> None:
        box = QCheckBox(bare_text(action.text()), self)
        box.setChecked(action.isChecked())
        box.setAccessibleDescription(action.statusTip())
        box.setToolTip(action.toolTip())
        box.clicked.connect(lambda: action.trigger())
        action.toggled.connect(box.setChecked)
        self._add_row(section, "", box, action.statusTip())

    def _add_deed(self, section: Section, deed: Deed) -> None:
        button = QPushButton(bare_text(deed.action.text()), self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: deed.action.trigger())
        self._add_row(section, deed.label, button, deed.note or deed.action.statusTip(), is_wide=False)

    def _add_row(self, section: Section, label: str, widget: QWidget, note: str, is_wide: bool = True) -> None:
        row = self._grid.rowCount()
        widgets: list[QWidget] = [widget]
        if label:
            name = QLabel(label, self)
            name.setBuddy(widget)
            self._grid.addWidget(name, row, 0)
            widgets.append(name)
        side = Qt.AlignmentFlag(0) if is_wide else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(widget, row, 1, side)
        if note:
            text = QLabel(note, self)
            text.setWordWrap(True)
            set_style(text, role="caption")
            self._grid.addWidget(text, row + 1, 1)
            widgets.append(text)
        words = f"{section.title} {label} {note} {getattr(widget, 'text', str)()}"
        self._rows.append((words.lower(), widgets))

    # --- searching -----------------------------------------------------------------------------------------------

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        shown = [all(word in row_text for word in words) for row_text, _ in self._rows]
        for (_, widgets), is_shown in zip(self._rows, shown, strict=True):
            for widget in widgets:
                widget.setVisible(is_shown)
        for heading, rows in self._headings:
            heading.setVisible(any(shown[row] for row in rows))
