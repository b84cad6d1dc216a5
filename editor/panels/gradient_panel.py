"""The panel "Gradients": what comparing the gradients with central differences has found, node by node."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import RefusalLabel
from editor.panels.gradient_model import ERROR, GRADIENT, NODE, PLACE, SORT_ROLE, VERDICT, GradientModel
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, ThemeManager
from engine.debugger.gradient_check.check import GradientCheck

_ROW_HEIGHT = 24
_COLUMN_WIDTHS = {NODE: 160, VERDICT: 152, ERROR: 112, PLACE: 128, GRADIENT: 120}
_FIGURE_WIDTH = 88
_PROGRESS_WIDTH = 160


class GradientPanel(QWidget):
    """A row for each node; the selected rows are the nodes that are selected on the canvas."""

    nodes_chosen = Signal(list)
    """The names of the nodes whose rows the person has selected."""
    node_wanted = Signal(str)
    """The node that the person wants to be taken to."""

    def __init__(self, check: QAction, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        #: Whether the selection follows the canvas, so that the canvas need not be told.
        self._is_following = False
        self.model = GradientModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.view = self._make_view()
        self.summary = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(self.tr("Nodes checked"))
        self.progress.setFixedWidth(_PROGRESS_WIDTH)
        self.progress.setTextVisible(False)
        self.refusal = RefusalLabel(self)
        self.refusal.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        self.empty = EmptyState("check", "", self)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_tools(check, stop))
        layout.addWidget(self.refusal)
        layout.addLayout(self._body, 1)
        ThemeManager.instance().changed.connect(self.view.viewport().update)
        self.clear()

    def _make_view(self) -> QTableView:
        view = QTableView(self)
        view.setModel(self._sorted)
        view.setAccessibleName(self.tr("Gradients of each node"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setTabKeyNavigation(False)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for column in range(self.model.columnCount()):
            header.resizeSection(column, _COLUMN_WIDTHS.get(column, _FIGURE_WIDTH))
        view.setSortingEnabled(True)
        view.sortByColumn(VERDICT, Qt.SortOrder.AscendingOrder)
        view.selectionModel().selectionChanged.connect(self._tell_chosen)
        view.doubleClicked.connect(self._want_node)
        view.activated.connect(self._want_node)
        return view

    def _make_tools(self, check: QAction, stop: QAction) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_S)
        tools.addWidget(self.summary, 1)
        tools.addWidget(self.progress)
        for action in (stop, check):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            tools.addWidget(button)
        return tools

    # --- what is shown -------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Shows that nothing was checked yet."""
        self._show(
            None,
            self.tr(
                "Whether the gradient of each node agrees with central differences appears here. Press Check gradients."
            ),
        )

    def show_outdated(self) -> None:
        """Shows that what was checked was another graph."""
        self._show(
            None, self.tr("This was changed since its gradients were checked. Press Check gradients to do it again.")
        )

    def show_refusal(self, sentence: str) -> None:
        """Shows why gradients cannot be checked."""
        self.clear()
        self.refusal.say(sentence)

    def show_progress(self, done: int, count: int) -> None:
        """Shows how many of the nodes have been checked."""
        if not done:
            self._show(None, self.tr("The gradients are being checked…"))
        self.progress.setVisible(done < count)
        self.progress.setRange(0, count)
        self.progress.setValue(done)

    def show_check(self, check: GradientCheck) -> None:
        """Shows what was found so far."""
        selected = self.selected_nodes()
        is_busy = self.progress.isVisibleTo(self)
        self._show(check, "")
        self.progress.setVisible(is_busy)
        self.select_nodes(selected)

    def _show(self, check: GradientCheck | None, instead: str) -> None:
        self.refusal.say("")
        self.progress.hide()
        self.model.show_check(check)
        self.empty.label.setText(instead)
        self._body.setCurrentIndex(0 if check is None else 1)
        self.summary.set_text("" if check is None else self._summary(check))

    def _summary(self, check: GradientCheck) -> str:
        """``All 7 gradients of cost are right · at most 24 elements of each tensor, chosen with seed 0``."""
        wrong = sum(not node.is_right for node in check.nodes)
        count = len(check.nodes)
        verdict = (
            self.tr("{wrong} of {count} gradients of {loss} are wrong")
            if wrong
            else self.tr("All {count} gradients of {loss} are right")
        ).format(wrong=wrong, count=count, loss=check.loss)
        samples = self.tr("at most {samples} elements of each tensor, chosen with seed {seed}, in float64").format(
            samples=check.samples, seed=check.seed
        )
        return f"{verdict}   ·   {samples}"

    # --- selection -----------------------------------------------------------------------------------------------

    def select_nodes(self, names: Iterable[str]) -> None:
        """Selects the rows of these nodes and no others; the first is brought into view."""
        wanted = set(names)
        if wanted == set(self.selected_nodes()):
            return
        places = [place for place, row in enumerate(self.model.rows) if row.node in wanted]
        chosen = QItemSelection()
        for place in places:
            index = self._sorted.mapFromSource(self.model.index(place, 0))
            chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self._is_following = True
        try:
            self.view.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
        finally:
            self._is_following = False
        if places:
            self.view.scrollTo(self._sorted.mapFromSource(self.model.index(places[0], 0)))

    def selected_nodes(self) -> list[str]:
        return [str(index.data()) for index in self.view.selectionModel().selectedRows(NODE)]

    def _tell_chosen(self) -> None:
        names = self.selected_nodes()
        if names and not self._is_following:
            self.nodes_chosen.emit(names)

    def _want_node(self, index: QModelIndex) -> None:
        self.node_wanted.emit(str(index.siblingAtColumn(NODE).data()))
