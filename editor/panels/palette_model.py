"""The palette's entries as a model for views: in groups to browse, or ranked by what is searched for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from editor.adding.entry import PaletteEntry
from editor.adding.search import Finding
from editor.palette_mime import PALETTE_MIME_TYPE

#: The Finding of a row; None for a group.
FINDING_ROLE = Qt.ItemDataRole.UserRole
#: The name of a group, as it is stored.
GROUP_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Group:
    """Entries under a heading."""

    title: str
    entries: Sequence[PaletteEntry]
    #: Whether it is unfolded as long as the person has not said so.
    is_open_at_first: bool = False


class PaletteModel(QStandardItemModel):
    """What a person may add, as it was shown last."""

    def show_list(self, findings: Iterable[Finding]) -> None:
        """Shows what was found, in this order."""
        self.clear()
        self._append(self.invisibleRootItem(), findings)

    def show_groups(self, groups: Iterable[Group]) -> None:
        """Shows groups; an entry may stand in several."""
        self.clear()
        for group in groups:
            heading = QStandardItem(f"{group.title}  {len(group.entries)}")
            heading.setData(group.title, GROUP_ROLE)
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._append(heading, map(Finding, group.entries))
            self.appendRow(heading)

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
    def _append(parent: QStandardItem, findings: Iterable[Finding]) -> None:
        for finding in findings:
            entry = finding.entry
            item = QStandardItem(entry.title)
            item.setData(finding, FINDING_ROLE)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsDragEnabled
                | Qt.ItemFlag.ItemNeverHasChildren
            )
            item.setToolTip("\n".join(line for line in (entry.title, entry.description, entry.example) if line))
            item.setData(entry.description, Qt.ItemDataRole.AccessibleDescriptionRole)
            parent.appendRow(item)


def finding_of(index: QModelIndex | QPersistentModelIndex) -> Finding | None:
    value = index.data(FINDING_ROLE)
    return value if isinstance(value, Finding) else None


def entry_of(index: QModelIndex | QPersistentModelIndex) -> PaletteEntry | None:
    """The entry that a row stands for; None for a group or no row."""
    finding = finding_of(index)
    return None if finding is None else finding.entry
