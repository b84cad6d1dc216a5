"""What a check of gradients has found, as a table model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.theme import current_theme
from engine.debugger.gradient_check.check import GradientCheck, NodeCheck
from engine.graph import Problem

Index = QModelIndex | QPersistentModelIndex

#: By this the rows are sorted: a name or a number.
SORT_ROLE = Qt.ItemDataRole.UserRole

NODE, VERDICT, ERROR, ELEMENTS, KINKS, PLACE, GRADIENT, DIFFERENCE = range(8)
_FIGURES = (ERROR, ELEMENTS, KINKS, GRADIENT, DIFFERENCE)
_NOTHING = "–"


class GradientModel(QAbstractTableModel):
    """Node, verdict, largest error, elements, kinks, and the worst element with both numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[NodeCheck | Problem] = []

    def show_check(self, check: GradientCheck | None) -> None:
        """Shows the nodes of a check, the wrong ones first; none without one."""
        self.beginResetModel()
        self.rows = [] if check is None else [*check.nodes, *check.unchecked]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers())

    def headers(self) -> list[str]:
        tr = self.tr
        return [
            *(tr("Node"), tr("Gradient"), tr("Largest error"), tr("Elements"), tr("At kinks"), tr("Worst element")),
            *(tr("Engine"), tr("Differences")),
        ]

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
            return self._text(row, column)
        if role == SORT_ROLE:
            return _sort_key(row, index.row(), column)
        if role == Qt.ItemDataRole.ForegroundRole and isinstance(row, NodeCheck):
            if not row.is_right:
                return current_theme().error
            return current_theme().update if column == VERDICT and row.worst is not None else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.message if isinstance(row, Problem) else f"{row.node}: {row.sentence}"
        return None

    def _text(self, row: NodeCheck | Problem, column: int) -> str:
        if column == NODE:
            return row.node
        if isinstance(row, Problem):
            return self.tr("not checked") if column == VERDICT else _NOTHING
        if column == VERDICT:
            return self._verdict(row)
        if column == ELEMENTS:
            return f"{row.checked}" if row.checked == row.elements else f"{row.checked} / {row.elements}"
        if column == KINKS:
            return str(row.kinks)
        if row.worst is None:
            return _NOTHING
        if column == ERROR:
            return f"{row.largest_error:.1e}"
        if column == PLACE:
            return f"{row.worst_at}{list(row.worst.index) if row.worst.index else ''}"
        return f"{row.worst.gradient if column == GRADIENT else row.worst.difference:.7g}"

    def _verdict(self, row: NodeCheck) -> str:
        if row.because_of:
            return self.tr("✗ from {nodes}").format(nodes=", ".join(row.because_of))
        if not row.is_right:
            return self.tr("✗ wrong")
        return self.tr("⌃ at kinks only") if row.worst is None else self.tr("✓ right")


def _sort_key(row: NodeCheck | Problem, place: int, column: int) -> str | float:
    if column == NODE:
        return row.node
    if column == VERDICT:
        return float(place)
    if isinstance(row, Problem):
        return "" if column == PLACE else -1.0
    if column == PLACE:
        return row.worst_at
    if column == ELEMENTS:
        return float(row.checked)
    if column == KINKS:
        return float(row.kinks)
    if row.worst is None:
        return -1.0
    if column == ERROR:
        return row.largest_error
    return abs(row.worst.gradient if column == GRADIENT else row.worst.difference)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _FIGURES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
