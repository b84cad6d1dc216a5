"""What a check of gradients has found, as a table model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from editor.panels.node_table_model import NODE, SORT_ROLE, Index, NodeTableModel
from editor.theme import current_theme
from engine.debugger.gradient_check.check import GradientCheck, NodeCheck
from engine.graph import Problem

VERDICT, ERROR, ELEMENTS, KINKS, PLACE, GRADIENT, DIFFERENCE = range(NODE + 1, NODE + 8)
_NOTHING = "–"


class GradientModel(NodeTableModel[NodeCheck | Problem]):
    """Node, verdict, largest error, elements, kinks, and the worst element with both numbers."""

    figures = (ERROR, ELEMENTS, KINKS, GRADIENT, DIFFERENCE)

    def show_check(self, check: GradientCheck | None) -> None:
        """Shows the nodes of a check, the wrong ones first; none without one."""
        self.show_rows([] if check is None else [*check.nodes, *check.unchecked])

    def headers(self) -> list[str]:
        tr = self.tr
        return [
            *(tr("Node"), tr("Gradient"), tr("Largest error"), tr("Elements"), tr("At kinks"), tr("Worst element")),
            *(tr("Engine"), tr("Differences")),
        ]

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
            return self.alignment(column)
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
