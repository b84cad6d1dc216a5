"""A plane of a tensor as a table model that holds only what is seen of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.theme import current_theme
from engine.debugger.tensors.excerpts import Region
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]
Index = QModelIndex | QPersistentModelIndex

#: More rows and columns than a view can address at once; further ones are in the file that the tensor is saved to.
MOST_SECTIONS = 1_000_000
#: What stands in a cell until it has come.
WAITING = "…"


class TensorModel(QAbstractTableModel):
    """Rows and columns are named by their indices. Numbers have all their digits; what is not finite is an error."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = self._columns = 0
        self._region = Region(rows=0, columns=0)
        self._values: Array = np.zeros((0, 0))

    def show(self, size: tuple[int, int], region: Region, values: Array) -> None:
        """Shows a region of a plane of this many rows and columns."""
        rows, columns = (min(count, MOST_SECTIONS) for count in size)
        if (rows, columns) != (self._rows, self._columns):
            self.beginResetModel()
            self._rows, self._columns = rows, columns
            self._region, self._values = region, values
            self.endResetModel()
            return
        self._region, self._values = region, values
        if rows and columns:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def has(self, row: int, column: int) -> bool:
        """Whether this element has come."""
        rows, columns = self._values.shape
        is_in_rows = 0 <= row - self._region.row < int(rows)
        return is_in_rows and 0 <= column - self._region.column < int(columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return current_theme().error if self._is_bad(index.row(), index.column()) else None
        return None

    def text(self, row: int, column: int) -> str:
        """An element as it is shown and copied."""
        return element_text(self._value(row, column)) if self.has(row, column) else WAITING

    def widest_text(self) -> str:
        """The longest of the elements at the beginning of what has come, for the width of the columns."""
        texts = (element_text(value) for value in self._values[:32, :8].ravel())
        return max(texts, key=len, default="")

    def _value(self, row: int, column: int) -> Any:
        return self._values[row - self._region.row, column - self._region.column]

    def _is_bad(self, row: int, column: int) -> bool:
        if self._values.dtype.kind != "f" or not self.has(row, column):
            return False
        return not bool(np.isfinite(self._value(row, column)))


def element_text(value: Any) -> str:
    """An element with all its digits; strings as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else format_number(value)
