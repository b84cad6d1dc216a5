"""What each node takes of a training step, as a table model."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from PySide6.QtCore import Qt

from editor.panels.node_table_model import NODE, SORT_ROLE, Index, NodeTableModel
from editor.step_times import PhaseTimes, node_times
from engine.runtime.explanation import Explanation, time_text

#: The ProfileRow of a cell.
ROW_ROLE = SORT_ROLE + 1

SHARE, FORWARD, BACKWARD, UPDATE, TYPE = range(NODE + 1, NODE + 6)
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


class ProfileModel(NodeTableModel[ProfileRow]):
    """Node, share of the step, time in each phase, type."""

    figures = (FORWARD, BACKWARD, UPDATE)

    def show_explanation(self, explanation: Explanation | None) -> None:
        """Shows the nodes of a profile, the longest first; none without one."""
        self.show_rows([] if explanation is None else _rows(explanation))

    def headers(self) -> list[str]:
        tr = self.tr
        return [tr("Node"), tr("Share"), tr("Forward"), tr("Backward"), tr("Update"), tr("Type")]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == SORT_ROLE:
            return _sort_key(row, column)
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(column)
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
