"""The nodes that can be metrics, each with its check box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

Index = QModelIndex | QPersistentModelIndex


class MetricsModel(QAbstractListModel):
    """Asked only for the rows that are seen, so that thousands of nodes cost nothing."""

    #: The names of the nodes that are metrics now that the person has ticked or unticked one.
    ticked = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()
        self._chosen: frozenset[str] = frozenset()

    def show(self, names: Sequence[str], chosen: Sequence[str]) -> None:
        """Lists these nodes, with a tick at those that are chosen."""
        if names != self.names:
            self.beginResetModel()
            self.names, self._chosen = names, frozenset(chosen)
            self.endResetModel()
        elif self._chosen != frozenset(chosen):
            self._chosen = frozenset(chosen)
            self.dataChanged.emit(self.index(0), self.index(len(names) - 1), [Qt.ItemDataRole.CheckStateRole])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name = self.names[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return name
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if name in self._chosen else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        name, is_ticked = self.names[index.row()], Qt.CheckState(value) is Qt.CheckState.Checked
        self._chosen = self._chosen | {name} if is_ticked else self._chosen - {name}
        self.dataChanged.emit(index, index, [role])
        self.ticked.emit(tuple(each for each in self.names if each in self._chosen))
        return True
