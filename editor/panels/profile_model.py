"""What each node takes of a training step, as a table model."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.step_times import PhaseTimes, node_times
from engine.runtime.explanation import Explanation, time_text

Index = QModelIndex | QPersistentModelIndex

#: By this the rows are sorted: a name or a number.
SORT_ROLE = Qt.ItemDataRole.UserRole
#: The ProfileRow of a cell.
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

NODE, SHARE, FORWARD, BACKWARD, UPDATE, TYPE = range(6)
NO_TIME = "–"


class ProfileRow(NamedTuple):
    """One node."""

    node: str
    type: str
    times: PhaseTimes
    calls: int
    #: Of the time of all nodes.
    share: float
    #: Of the time of the node that takes most.
    level: float


class ProfileModel(QAbstractTableModel):
    """Node, share of the step, time in each phase, type."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ProfileRow] = []

    def show_explanation(self, explanation: Explanation | None) -> None:
        """Shows the nodes of a profile, the longest first; none without one."""
        self.beginResetModel()
        self.rows = [] if explanation is None else _rows(explanation)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers())

    def headers(self) -> list[str]:
        tr = self.tr
        return [tr("Node"), tr("Share"), tr("Forward"), tr("Backward"), tr("Update"), tr("Type")]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headers()[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == SORT_ROLE:
            return _sort_key(row, column)
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            total = time_text(row.times.total)
            return self.tr("{node} ({type}): {total} in %n calls", "", row.calls).format(
                node=row.node, type=row.type, total=total
            )
        return None


def _rows(explanation: Explanation) -> list[ProfileRow]:
    times = node_times(explanation)
    types = {each.node: each.type for each in explanation.times}
    calls = Counter[str]()
    for each in explanation.times:
        calls[each.node] += each.calls
    most = max((each.total for each in times.values()), default=0.0)
    return [
        ProfileRow(
            name, types[name], each, calls[name], explanation.share(each.total), each.total / most if most else 0.0
        )
        for name, each in times.items()
    ]


def _text(row: ProfileRow, column: int) -> str:
    if column == NODE:
        return row.node
    if column == TYPE:
        return row.type
    if column == SHARE:
        return f"{100 * row.share:.1f} %"
    time = row.times[column - FORWARD]
    return time_text(time) if time else NO_TIME


def _sort_key(row: ProfileRow, column: int) -> str | float:
    if column == NODE:
        return row.node
    if column == TYPE:
        return row.type
    return row.share if column == SHARE else row.times[column - FORWARD]


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if FORWARD <= column <= UPDATE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
