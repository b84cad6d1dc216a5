"""The palette's entries as a model for views: in groups to browse, or ranked by what is searched for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from editor.adding.entry import PaletteEntry
from editor.adding.search import search
from editor.palette_mime import PALETTE_MIME_TYPE

#: The PaletteEntry of a row; None for a group.
ENTRY_ROLE = Qt.ItemDataRole.UserRole


class PaletteModel(QStandardItemModel):
    """What a person may add, again after each :meth:`show_matches`."""

    def __init__(self, grouped: bool, parent: QObject | None = None) -> None:
        """``grouped`` puts them under their families while nothing is searched for."""
        super().__init__(parent)
        self._grouped = grouped

    def show_matches(self, entries: Iterable[PaletteEntry], query: str) -> None:
        """Shows what ``query`` finds among the entries, the best first; all of them when it is empty."""
        self.clear()
        found = search(entries, query)
        if not self._grouped or query.strip():
            self._append(self.invisibleRootItem(), found)
            return
        for family in dict.fromkeys(entry.family for entry in found):
            group = QStandardItem(family)
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._append(group, [entry for entry in found if entry.family == family])
            self.appendRow(group)

    def first_entry(self) -> QModelIndex:
        """The first row that can be chosen; an invalid index when there is none."""
        for row in range(self.rowCount()):
            index = self.index(row, 0)
            if entry_of(index) is not None:
                return index
            if self.rowCount(index):
                return self.index(0, 0, index)
        return QModelIndex()

    def mimeTypes(self) -> list[str]:
        return [PALETTE_MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        for index in indexes:
            entry = entry_of(index)
            if entry is not None:
                mime.setData(PALETTE_MIME_TYPE, entry.key.encode())
        return mime

    @staticmethod
    def _append(parent: QStandardItem, members: Sequence[PaletteEntry]) -> None:
        for entry in members:
            item = QStandardItem(entry.title)
            item.setData(entry, ENTRY_ROLE)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsDragEnabled
                | Qt.ItemFlag.ItemNeverHasChildren
            )
            item.setToolTip("\n".join(line for line in (entry.title, entry.description, entry.example) if line))
            item.setData(entry.description, Qt.ItemDataRole.AccessibleDescriptionRole)
            parent.appendRow(item)


def entry_of(index: QModelIndex | QPersistentModelIndex) -> PaletteEntry | None:
    """The entry that a row stands for; None for a group or no row."""
    value = index.data(ENTRY_ROLE)
    return value if isinstance(value, PaletteEntry) else None
