"""Choosing keys: every command with its keys, which can be given others, and what the hands can do besides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.adding.search import match_text
from editor.commanding.commands import Command
from editor.commanding.keys import KeyFileError, KeyMap
from editor.errors import sentence_of, show_error
from editor.panels.fields import RefusalLabel
from editor.panels.search_field import SearchField
from editor.theme import SPACE_L, SPACE_S, set_style

_ROLE = Qt.ItemDataRole.UserRole
_SIZE = (680, 620)


class _KeysField(QKeySequenceEdit):
    """Takes the keys that are pressed, except those that leave it: Qt would take Shift+Tab for a shortcut."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Backtab:
            return event.type() != QEvent.Type.KeyPress or self.focusNextPrevChild(False)
        return super().event(event)


class KeysDialog(QDialog):
    """Search a command, press other keys for it, and assign them. What is done here is kept at once."""

    def __init__(self, keys: KeyMap, applied: Callable[[], object], parent: QWidget | None = None) -> None:
        """``applied`` is called after each change, for the other windows."""
        super().__init__(parent)
        self._keys = keys
        self._applied = applied
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(self.tr("Commands and their keys"))
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Keys"), self.tr("Menu")])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        set_style(self.tree, framed=True)
        self.search = SearchField(self.tree, self.tr("Search commands and keys"), self, escape_clears=False)
        self.edit = _KeysField(self)
        self.edit.setMaximumSequenceLength(1)
        self.edit.setClearButtonEnabled(True)
        self.edit.setAccessibleName(self.tr("New keys"))
        label = QLabel(self.tr("&New keys"), self)
        label.setBuddy(self.edit)
        self.assign = self._button(self.tr("&Assign"), self._assign)
        self.remove = self._button(self.tr("Re&move"), lambda: self._change(self._keys.clear))
        self.reset = self._button(self.tr("&Reset"), lambda: self._change(self._keys.reset))
        self.refusal = RefusalLabel(self)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(label)
        row.addWidget(self.edit, 1)
        for button in (self.assign, self.remove, self.reset):
            row.addWidget(button)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        for text, do in (
            (self.tr("Reset all"), self._reset_all),
            (self.tr("Export…"), self._ask_and_export),
            (self.tr("Import…"), self._ask_and_import),
        ):
            button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(do)
            button.setAutoDefault(False)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addWidget(self.refusal)
        layout.addWidget(self.buttons)
        self.resize(*_SIZE)
        self.search.textChanged.connect(self._filter)
        self.search.confirmed.connect(self.edit.setFocus)
        self.tree.currentItemChanged.connect(lambda item, _: self._show_chosen())
        self.tree.itemActivated.connect(lambda item: self.edit.setFocus())
        self.edit.keySequenceChanged.connect(lambda keys: self._say_who_has(keys))
        self._fill()
        self.search.setFocus()

    def _button(self, text: str, pressed: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: pressed())
        return button

    # --- the list ------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for command in sorted(self._keys.commands, key=lambda command: (command.place, command.title)):
            item = QTreeWidgetItem([command.title.rstrip("…"), "", command.place])
            item.setData(0, _ROLE, command)
            item.setToolTip(0, command.help)
            self.tree.addTopLevelItem(item)
        for title, keys in self._gestures():
            item = QTreeWidgetItem([title, keys, self.tr("Canvas")])
            item.setToolTip(1, self.tr("These keys cannot be changed."))
            self.tree.addTopLevelItem(item)
        self._show_keys()
        self.tree.resizeColumnToContents(1)
        self.tree.resizeColumnToContents(2)
        self.tree.setCurrentIndex(self.tree.model().index(0, 0))

    def _gestures(self) -> list[tuple[str, str]]:
        """What keys and the pointer do on the canvas."""
        tr = self.tr
        return [
            (tr("Add a node at the pointer"), tr("Tab, double click, or type")),
            (tr("Wire from the selected node"), "C"),
            (tr("While wiring, what a repair would make fit"), "R"),
            (tr("Cut wires"), tr("Ctrl and drag with the right button")),
            (tr("Put a node into a wire"), tr("Drag it onto the wire")),
            (tr("Add, move or take away a point of a wire"), tr("Alt and click or drag on the wire")),
            (tr("Fit the selection"), "F"),
            (tr("Fit the graph"), tr("Home")),
            (tr("Unfold, enter, look at a tensor"), tr("Enter")),
            (tr("Select the neighbour"), tr("Ctrl and arrow keys")),
            (tr("Move the selection"), tr("Arrow keys, further with Shift")),
            (tr("Delete the selection"), tr("Delete, Backspace")),
            (tr("Cancel, select nothing"), tr("Esc")),
            (tr("Edit a node in its place"), tr("Double-click, or Enter")),
            (tr("Add to the selection"), tr("Shift and click, or Shift and drag a rectangle")),
            (tr("Toggle in the selection"), tr("Ctrl and click, or Ctrl and drag a rectangle")),
            (tr("Move the view"), tr("Middle button, or Space and drag")),
            (tr("Zoom"), tr("Mouse wheel")),
        ]

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _show_keys(self) -> None:
        for item in self._items():
            command = item.data(0, _ROLE)
            if not isinstance(command, Command):
                continue
            item.setText(1, _native(self._keys.keys_of(command)))
            bold = item.font(1)
            bold.setBold(self._keys.is_changed(command))
            item.setFont(1, bold)
            changed = self.tr("changed") if self._keys.is_changed(command) else ""
            item.setData(1, Qt.ItemDataRole.AccessibleDescriptionRole, changed)

    def _filter(self, text: str) -> None:
        word = text.strip()
        first = None
        for item in self._items():
            texts = [item.text(column) for column in range(3)]
            matches = not word or match_text(texts[0], word) is not None or word.lower() in " ".join(texts).lower()
            item.setHidden(not matches)
            first = item if first is None and matches else first
        self.tree.setCurrentIndex(QModelIndex() if first is None else self.tree.indexFromItem(first))

    @property
    def command(self) -> Command | None:
        """The command that is chosen; None for a gesture or nothing."""
        item = self.tree.currentItem()
        found = None if item is None else item.data(0, _ROLE)
        return found if isinstance(found, Command) else None

    # --- changing ------------------------------------------------------------------------------------------------

    def _show_chosen(self) -> None:
        command = self.command
        self.edit.setKeySequence(QKeySequence())
        self.edit.setEnabled(command is not None)
        self.remove.setEnabled(command is not None and bool(self._keys.keys_of(command)))
        self.reset.setEnabled(command is not None and self._keys.is_changed(command))
        self._say_who_has(QKeySequence())

    def _say_who_has(self, keys: QKeySequence) -> None:
        """Says which command has the keys that were pressed, and that it would lose them."""
        command = self.command
        self.assign.setEnabled(command is not None and not keys.isEmpty())
        holder = None if keys.isEmpty() else self._keys.holder(keys, command)
        if holder is None:
            self.refusal.say("")
            self.assign.setText(self.tr("&Assign"))
            return
        text = self.tr("{keys} belongs to “{command}”, which would lose it.")
        self.refusal.say(text.format(keys=_native([keys]), command=holder.title.rstrip("…")))
        self.assign.setText(self.tr("T&ake over"))

    def _assign(self) -> None:
        keys = self.edit.keySequence()
        if not keys.isEmpty():
            self._change(lambda command: self._keys.assign(command, keys))

    def _change(self, do: Callable[[Command], object]) -> None:
        command = self.command
        if command is not None:
            do(command)
            self._follow()
            self.tree.setFocus()

    def _reset_all(self) -> None:
        self._keys.reset_all()
        self._follow()

    def _follow(self) -> None:
        self._applied()
        self._show_keys()
        self._show_chosen()

    # --- files ---------------------------------------------------------------------------------------------------

    def _ask_and_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export keys"), "chainrule-keys.json", self.tr("Keys (*.json)")
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Writes what was changed to a file, or says why that cannot be."""
        try:
            path.write_bytes(self._keys.export())
        except OSError as error:
            show_error(self, self.tr("Cannot export {name}").format(name=path.name), sentence_of(error, path))

    def _ask_and_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import keys"), "", self.tr("Keys (*.json);;All files (*)"))
        if name:
            self.import_from(Path(name))

    def import_from(self, path: Path) -> None:
        """Takes keys over from a file, or says why that cannot be."""
        try:
            self._keys.read(path.read_bytes())
        except (KeyFileError, OSError) as error:
            show_error(self, self.tr("Cannot import {name}").format(name=path.name), sentence_of(error, path))
            return
        self._follow()


def _native(sequences: list[QKeySequence]) -> str:
    return ", ".join(sequence.toString(QKeySequence.SequenceFormat.NativeText) for sequence in sequences)
