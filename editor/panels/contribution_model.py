"""The terms of a reason as a table: the elements, their values, what they are multiplied with, what they add."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from editor.theme import current_theme
from engine.debugger.explanations import Element, ElementReason, How, Kind, Term
from engine.graph.literals import format_number

ELEMENT, VALUE, TIMES, CONTRIBUTION, PATH = range(5)
#: The part of the largest contribution, from -1 to 1; NaN for what is not a number.
SHARE_ROLE = Qt.ItemDataRole.UserRole
#: The Element that a cell stands for, which can be looked into; None for other cells.
ELEMENT_ROLE = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_DIGITS = 6


class ContributionModel(QAbstractTableModel):
    """A row for each term that is listed, and one for all the others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reason: ElementReason | None = None
        self._largest = 0.0

    def show_reason(self, reason: ElementReason | None) -> None:
        self.beginResetModel()
        self.reason = reason
        parts = [] if reason is None else [self._part(term) or 0.0 for term in reason.terms]
        self._largest = max((abs(part) for part in parts if math.isfinite(part)), default=0.0)
        self.endResetModel()

    @property
    def has_several_paths(self) -> bool:
        """Whether the gradient comes back over more than one path."""
        return self.reason is not None and len({term.path for term in self.reason.terms}) > 1

    @property
    def has_products(self) -> bool:
        """Whether elements of a sum are multiplied with anything but 1."""
        reason = self.reason
        return reason is not None and reason.how is How.SUM and any(_times_text(term) for term in reason.terms)

    def _part(self, term: Term) -> float | None:
        """What the bar shows of a term: its contribution, or else its local derivative."""
        return term.contribution if self.reason is not None and self.reason.how is How.SUM else term.factor

    # --- Qt's side -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        if self.reason is None or parent.isValid():
            return 0
        return len(self.reason.terms) + bool(self.reason.unlisted)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else PATH + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in (VALUE, TIMES) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        is_sum = self.reason is None or self.reason.how is How.SUM
        if role == Qt.ItemDataRole.DisplayRole:
            last = self.tr("Contribution") if is_sum else self.tr("Local derivative")
            is_gradient = self.reason is not None and self.reason.element.kind is Kind.GRADIENT
            times = self.tr("Local derivative") if is_gradient else self.tr("Times")
            return (self.tr("Element"), self.tr("Value"), times, last, self.tr("Through"))[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("What the number was made of. A click asks why it is what it is."),
                self.tr("The element's value."),
                self.tr("What it is multiplied with: a coefficient, another element, or a local derivative."),
                self.tr("What it adds to the result.")
                if is_sum
                else self.tr("How fast the result changes with the element."),
                self.tr("The node that the gradient comes back through."),
            )[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        reason = self.reason
        if reason is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (VALUE, TIMES):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if index.row() >= len(reason.terms):
            return self._rest(reason, index.column(), role)
        term = reason.terms[index.row()]
        element = _element_at(term, index.column())
        if role == ELEMENT_ROLE:
            return element
        if role == SHARE_ROLE:
            return self._share(self._part(term))
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(term, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and element is not None:
            return current_theme().accent
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(term, index.column(), element)
        return None

    def _text(self, term: Term, column: int) -> str:
        first = term.elements[0] if term.elements else None
        if column == ELEMENT:
            return first.label if first is not None else ""
        if column == VALUE:
            return "" if first is None else value_text(first.value)
        if column == TIMES:
            return _times_text(term)
        if column == CONTRIBUTION:
            part = self._part(term)
            return "" if part is None else value_text(part)
        return term.path

    def _tooltip(self, term: Term, column: int, element: Element | None) -> str | None:
        if element is not None:
            return self.tr("{label} = {value}. Click: why?").format(label=element.label, value=element.value)
        value = {VALUE: term.elements[0].value if term.elements else None, CONTRIBUTION: self._part(term)}.get(column)
        return None if value is None else str(value)

    def _rest(self, reason: ElementReason, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            if column == ELEMENT:
                return self.tr("%n more", "", reason.unlisted)
            return value_text(reason.rest) if column == CONTRIBUTION and reason.how is How.SUM else ""
        if role == SHARE_ROLE:
            return self._share(reason.rest) if reason.how is How.SUM else 0.0
        return current_theme().muted if role == Qt.ItemDataRole.ForegroundRole else None

    def _share(self, part: float | None) -> float:
        if part is None:
            return 0.0
        if not math.isfinite(part):
            return math.nan
        return max(-1.0, min(1.0, part / self._largest)) if self._largest else 0.0


def _element_at(term: Term, column: int) -> Element | None:
    """The element that a cell leads to."""
    if column == ELEMENT and term.elements:
        return term.elements[0]
    return term.elements[1] if column == TIMES and len(term.elements) > 1 else None


def _times_text(term: Term) -> str:
    """The other element of a product with its value, or the coefficient; nothing for 1 and for no coefficient."""
    if len(term.elements) > 1:
        sign = "−" if term.factor == -1 else ""
        return f"{sign}{term.elements[1].label} = {value_text(term.elements[1].value)}"
    return "" if term.factor is None or (term.factor == 1 and not term.path) else value_text(term.factor)


def value_text(value: Any) -> str:
    """A number as tables show it, without a sign for zero; truth values and texts as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return format_number(value + 0, _DIGITS)
