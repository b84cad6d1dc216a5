"""The operations as a model for views: in groups to browse, or ranked by what is searched for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from editor.op_mime import OP_MIME_TYPE
from editor.panels.op_search import OpFilter, search
from editor.panels.words import category_name, description_of
from engine.graph import Category, OpDeclaration, declarations

#: The OpDeclaration of a row; None for a group.
DECLARATION_ROLE = Qt.ItemDataRole.UserRole


class PaletteModel(QStandardItemModel):
    """All operations that a person may add, again after each :meth:`show_matches`."""

    def __init__(self, grouped: bool, parent: QObject | None = None) -> None:
        """``grouped`` puts them under their categories while nothing is searched for."""
        super().__init__(parent)
        self._grouped = grouped
        self.show_matches("")

    def show_matches(self, query: str, accepts: OpFilter | None = None) -> None:
        """Shows what ``query`` finds, the best first; everything when it is empty."""
        self.clear()
        found = search(declarations(), query, accepts)
        if not self._grouped or query.strip():
            self._append(self.invisibleRootItem(), found)
            return
        for category in Category:
            members = [declaration for declaration in found if declaration.category is category]
            if members:
                group = QStandardItem(category_name(category))
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self._append(group, members)
                self.appendRow(group)

    def first_operation(self) -> QModelIndex:
        """The first row that can be chosen; an invalid index when there is none."""
        for row in range(self.rowCount()):
            index = self.index(row, 0)
            if declaration_of(index) is not None:
                return index
            if self.rowCount(index):
                return self.index(0, 0, index)
        return QModelIndex()

    def mimeTypes(self) -> list[str]:
        return [OP_MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        for index in indexes:
            declaration = declaration_of(index)
            if declaration is not None:
                mime.setData(OP_MIME_TYPE, declaration.type.encode())
        return mime

    @staticmethod
    def _append(parent: QStandardItem, members: Sequence[OpDeclaration]) -> None:
        for declaration in members:
            item = QStandardItem(declaration.type)
            item.setData(declaration, DECLARATION_ROLE)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsDragEnabled
                | Qt.ItemFlag.ItemNeverHasChildren
            )
            item.setToolTip(_tooltip(declaration))
            item.setData(description_of(declaration), Qt.ItemDataRole.AccessibleDescriptionRole)
            parent.appendRow(item)


def declaration_of(index: QModelIndex | QPersistentModelIndex) -> OpDeclaration | None:
    """The operation that a row stands for; None for a group or no row."""
    value = index.data(DECLARATION_ROLE)
    return value if isinstance(value, OpDeclaration) else None


def _tooltip(declaration: OpDeclaration) -> str:
    lines = [declaration.type, description_of(declaration)]
    if declaration.example:
        lines.append(declaration.example)
    return "\n".join(lines)
