"""The table of what a number was made of; a click or Enter on an element asks about that one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from editor.panels.contribution_delegate import ContributionDelegate
from editor.panels.contribution_model import (
    CONTRIBUTION,
    ELEMENT,
    ELEMENT_ROLE,
    PATH,
    TIMES,
    VALUE,
    ContributionModel,
)
from editor.theme import SPACE_S, ThemeManager
from engine.debugger.explanations import Element, ElementReason, How

_ROW_HEIGHT = 24
#: Columns are as wide as what is in them needs, within these bounds; the bars have the rest, and at least so much.
_NARROWEST, _WIDEST = 56, 208
#: Where there is too little room the names give way, down to this.
_NARROWEST_NAMES = 104
_BARS_WIDTH = 164


class ContributionTable(QTableView):
    """A row for each term of a reason, with only the columns that say something."""

    element_wanted = Signal(object)
    """The Element that the person asks about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.terms = ContributionModel(self)
        self.setModel(self.terms)
        self.setAccessibleName(self.tr("What the number was made of"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setItemDelegateForColumn(CONTRIBUTION, ContributionDelegate(self))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(_NARROWEST)
        self.setMouseTracking(True)
        self.entered.connect(self._point)
        self.clicked.connect(self._want)
        ThemeManager.instance().changed.connect(self.viewport().update)

    def show_reason(self, reason: ElementReason | None) -> None:
        """Shows the terms of a reason; nothing for None."""
        self.terms.show_reason(reason)
        if reason is not None:
            self.setColumnHidden(PATH, not self.terms.has_several_paths)
            self.setColumnHidden(TIMES, not self.terms.has_products)
            self.setColumnHidden(CONTRIBUTION, reason.how is How.DEPENDS)
        self._fit_columns()

    def _fit_columns(self) -> None:
        for column in (ELEMENT, VALUE, TIMES, PATH):
            needed = max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))
            self.setColumnWidth(column, min(max(needed + SPACE_S, _NARROWEST), _WIDEST))
        names = self.columnWidth(ELEMENT)
        # A hidden column is 0 wide.
        room = self.viewport().width() - sum(self.columnWidth(column) for column in (VALUE, TIMES, PATH))
        bars = 0 if self.isColumnHidden(CONTRIBUTION) else _BARS_WIDTH
        names = max(min(names, room - bars), min(names, _NARROWEST_NAMES))
        self.setColumnWidth(ELEMENT, names)
        self.setColumnWidth(CONTRIBUTION, max(room - names, _BARS_WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _want(self, index: QModelIndex) -> None:
        element = index.data(ELEMENT_ROLE)
        if isinstance(element, Element):
            self.element_wanted.emit(element)

    def _point(self, index: QModelIndex) -> None:
        """The pointer tells what a click would do."""
        is_door = isinstance(index.data(ELEMENT_ROLE), Element)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_door else Qt.CursorShape.ArrowCursor)
