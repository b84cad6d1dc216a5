"""The palette: every entry under its family, to drag or to choose."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QVBoxLayout, QWidget

from editor.adding.entry import PaletteEntries
from editor.panels.empty_state import EmptyState
from editor.panels.palette_delegate import PaletteDelegate
from editor.panels.palette_model import PaletteModel, entry_of
from editor.panels.search_field import SearchField
from editor.theme import SPACE_M, SPACE_S, ThemeManager


class Palette(QWidget):
    """Drag an entry onto the canvas, or choose it with a double-click or Enter."""

    chosen = Signal(str)
    """The key of the entry that was chosen."""

    def __init__(self, entries: PaletteEntries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self._model = PaletteModel(grouped=True, parent=self)
        self.view = _PaletteView(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(PaletteDelegate(two_lines=False, parent=self.view))
        self.view.setAccessibleName(self.tr("Operations"))
        self.search = SearchField(self.view, self.tr("Search operations"), self)
        self._nothing = EmptyState("search", self.tr("No operation matches."), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_S, 0, 0)
        layout.setSpacing(SPACE_S)
        search_row = QVBoxLayout()
        search_row.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        search_row.addWidget(self.search)
        layout.addLayout(search_row)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._nothing, 1)
        self.search.textChanged.connect(self._search)
        self.search.confirmed.connect(self._choose_current)
        self.view.doubleClicked.connect(self._choose)
        self.view.confirmed.connect(self._choose_current)
        ThemeManager.instance().changed.connect(self.view.viewport().update)
        entries.changed.connect(lambda: self._search(self.search.text()))
        self._search("")

    def _search(self, query: str) -> None:
        self._model.show_matches(self._entries.all(), query)
        self.view.expandAll()
        found = self._model.rowCount() > 0
        self.view.setVisible(found)
        self._nothing.setVisible(not found)
        if query.strip():
            self.view.setCurrentIndex(self._model.first_entry())

    def _choose_current(self) -> None:
        self._choose(self.view.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        entry = entry_of(index)
        if entry is not None:
            self.chosen.emit(entry.key)


class _PaletteView(QTreeView):
    """Groups fold with a click anywhere on their row; Enter confirms."""

    confirmed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(SPACE_M)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.clicked.connect(self._fold)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def _fold(self, index: QModelIndex) -> None:
        if entry_of(index) is None:
            self.setExpanded(index, not self.isExpanded(index))
