"""The rows of a run as a table model."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.panels.figures import array_rows, array_text, number_text
from editor.run.history import ArraySummary, RunHistory

Index = QModelIndex | QPersistentModelIndex


class ValuesModel(QAbstractTableModel):
    """Epoch, loss, each variable, each metric. Texts are made when a view asks for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: RunHistory | None = None
        self._count = 0
        self._variables: list[str] = []
        self._metrics: list[str] = []

    def show_history(self, history: RunHistory) -> None:
        """Shows the rows that there are now. Rows that only came behind those shown leave the view where it is."""
        rows = history.value_rows
        count = len(rows)
        if history is self._history and 0 < self._count <= count:
            if count > self._count:
                self.beginInsertRows(QModelIndex(), self._count, count - 1)
                self._count = count
                self.endInsertRows()
            return
        self.beginResetModel()
        self._history = history
        self._variables = list(rows[0].values) if rows else []
        self._metrics = list(history.metric_names)
        self._count = count
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers())

    def headers(self) -> list[str]:
        return [self.tr("Epoch"), self.tr("Loss"), *self._variables, *self._metrics]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headers()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            value = self._value(index.row(), index.column())
            return array_rows(value) if isinstance(value, np.ndarray) and value.ndim else None
        return None

    def text(self, row: int, column: int) -> str:
        """A cell as it is shown, copied and exported."""
        value = self._value(row, column)
        if isinstance(value, np.ndarray):
            return array_text(value)
        if value is None:
            return "–"
        if isinstance(value, ArraySummary):
            return str(value)
        return str(value) if isinstance(value, int) else number_text(value)

    def _value(self, row: int, column: int) -> Any:
        """A number, an array, or None where nothing was recorded."""
        assert self._history is not None
        epoch, loss, values = self._history.value_rows[row]
        if column < 2:
            return (epoch, loss)[column]
        column -= 2
        if column < len(self._variables):
            return values.get(self._variables[column])
        return self._metric(self._metrics[column - len(self._variables)], epoch)

    def _metric(self, name: str, epoch: int) -> float | None:
        assert self._history is not None
        epochs = self._history.epochs
        at = int(np.searchsorted(epochs, epoch))
        found = at < len(epochs) and int(epochs[at]) == epoch
        return float(self._history.metrics[name][at]) if found else None

    @staticmethod
    def _alignment(column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column == 0 else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
