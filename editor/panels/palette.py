"""The palette: favourites, what was used recently, and every entry under its family, to drag or to choose."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QVBoxLayout, QWidget

from editor.adding.entry import PaletteEntries, PaletteEntry
from editor.adding.preferences import Preferences
from editor.adding.search import Finding, search
from editor.panels.empty_state import EmptyState
from editor.panels.palette_delegate import PaletteDelegate
from editor.panels.palette_model import GROUP_ROLE, Group, PaletteModel, entry_of
from editor.panels.palette_rows import RowActions
from editor.panels.search_field import SearchField
from editor.theme import SPACE_M, SPACE_S, ThemeManager


class Palette(QWidget):
    """Drag an entry onto the canvas, or choose it with a double-click or Enter."""

    chosen = Signal(object)
    """The PaletteEntry that was chosen."""

    def __init__(self, entries: PaletteEntries, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self._preferences = preferences
        self._model = PaletteModel(self)
        self.view = _PaletteView(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(PaletteDelegate(preferences, self.view))
        self.view.setAccessibleName(self.tr("Operations"))
        self.search = SearchField(self.view, self.tr("Search operations"), self)
        self._rows = RowActions(self.view, self.search)
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
        self.view.folded.connect(preferences.set_group_open)
        self._rows.starred.connect(preferences.toggle_favourite)
        self._rows.help_wanted.connect(entries.help_wanted)
        ThemeManager.instance().changed.connect(self.view.viewport().update)
        entries.changed.connect(self._refresh)
        preferences.changed.connect(self._refresh)
        self._search("")

    def _refresh(self) -> None:
        """Shows what there is now, at the place where the person was."""
        place = self.view.verticalScrollBar().value()
        current = entry_of(self.view.currentIndex())
        self._search(self.search.text())
        if current is not None:
            self.view.make_current(current.key)
        self.view.verticalScrollBar().setValue(place)

    def _search(self, query: str) -> None:
        if query.strip():
            preference = self._preferences.rank(lambda entry: True)
            spelled_out = [Finding(entry) for entry in self._entries.spelled_out(query)]
            self._model.show_list([*spelled_out, *search(self._entries.all(), query, preference)])
            self.view.setCurrentIndex(self._model.first_entry())
        else:
            groups = list(self._groups())
            self._model.show_groups(groups)
            is_open = self._preferences.is_group_open
            self.view.unfold({group.title for group in groups if is_open(group.title, group.is_open_at_first)})
        found = self._model.rowCount() > 0
        self.view.setVisible(found)
        self._nothing.setVisible(not found)

    def _groups(self) -> Iterator[Group]:
        entries = self._entries.all()
        for title, keys in (
            (self.tr("Favourites"), self._preferences.favourites),
            (self.tr("Used recently"), self._preferences.recent),
        ):
            there = [entry for key in keys if (entry := self._entries.get(key)) is not None]
            if there:
                yield Group(title, there, is_open_at_first=True)
        families: dict[str, list[PaletteEntry]] = {}
        for entry in entries:
            families.setdefault(entry.family, []).append(entry)
        for number, (family, members) in enumerate(families.items()):
            yield Group(family, members, is_open_at_first=number == 0)

    def _choose_current(self) -> None:
        self._choose(self.view.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        entry = entry_of(index)
        if entry is not None:
            self.chosen.emit(entry)


class _PaletteView(QTreeView):
    """Groups fold with a click anywhere on their row, or Enter; Enter on an entry confirms."""

    confirmed = Signal()
    folded = Signal(str, bool)
    """The title of a group that the person folds or unfolds, and whether it is open now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._follows = True
        self.setHeaderHidden(True)
        self.setIndentation(SPACE_M)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.clicked.connect(self._fold)
        self.expanded.connect(lambda index: self._tell(index, True))
        self.collapsed.connect(lambda index: self._tell(index, False))

    def unfold(self, titles: set[str]) -> None:
        """Unfolds these groups and folds all others."""
        self._follows = False
        for row in range(self.model().rowCount()):
            index = self.model().index(row, 0)
            self.setExpanded(index, index.data(GROUP_ROLE) in titles)
        self._follows = True

    def make_current(self, key: str) -> None:
        """Makes the first row of an entry that is not folded away the current one."""
        index = self.model().index(0, 0)
        while index.isValid():
            entry = entry_of(index)
            if entry is not None and entry.key == key:
                self.setCurrentIndex(index)
                return
            index = self.indexBelow(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._fold(self.currentIndex())
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def _tell(self, index: QModelIndex, is_open: bool) -> None:
        if self._follows:
            self.folded.emit(index.data(GROUP_ROLE), is_open)

    def _fold(self, index: QModelIndex) -> None:
        if index.isValid() and entry_of(index) is None:
            self.setExpanded(index, not self.isExpanded(index))
