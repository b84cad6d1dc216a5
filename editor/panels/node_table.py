"""A table with a row for each node, tied to what is selected on the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from editor.panels.node_table_model import NODE, SORT_ROLE, NodeTableModel
from editor.theme import ThemeManager

#: The height of a row in tables, in pixels.
ROW_HEIGHT = 24


def dress_table(view: QTableView, row_height: int = ROW_HEIGHT) -> None:
    """Makes a table calm: whole rows are selected, there are no lines, and headers stand out little."""
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(row_height)
    view.verticalHeader().hide()
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setStretchLastSection(True)


class NodeTable(QTableView):
    """Its selected rows are the nodes that are selected on the canvas; a press on a header sorts it."""

    nodes_chosen = Signal(list)
    """The names of the nodes whose rows the person has selected."""
    node_wanted = Signal(str)
    """The node that the person wants to be taken to."""

    def __init__(
        self, model: NodeTableModel[Any], widths: Mapping[int, int], figure_width: int, parent: QWidget
    ) -> None:
        """``widths`` of columns in pixels; the others have ``figure_width``."""
        super().__init__(parent)
        self._model = model
        #: Whether the selection follows the canvas, so that the canvas need not be told.
        self._is_following = False
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        dress_table(self)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for column in range(model.columnCount()):
            self.horizontalHeader().resizeSection(column, widths.get(column, figure_width))
        self.selectionModel().selectionChanged.connect(self._tell_chosen)
        self.doubleClicked.connect(self._want_node)
        self.activated.connect(self._want_node)
        ThemeManager.instance().changed.connect(self.viewport().update)

    def sort_first_by(self, column: int, order: Qt.SortOrder) -> None:
        """Lets headers sort, and sorts by this column until another one is pressed."""
        self.setSortingEnabled(True)
        self.sortByColumn(column, order)

    def select_nodes(self, names: Iterable[str]) -> None:
        """Selects the rows of these nodes and no others; the first is brought into view."""
        wanted = set(names)
        if wanted == set(self.selected_nodes()):
            return
        places = [place for place, row in enumerate(self._model.rows) if row.node in wanted]
        chosen = QItemSelection()
        for place in places:
            index = self._sorted.mapFromSource(self._model.index(place, NODE))
            chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self._is_following = True
        try:
            self.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
        finally:
            self._is_following = False
        if places:
            self.scrollTo(self._sorted.mapFromSource(self._model.index(places[0], NODE)))

    def selected_nodes(self) -> list[str]:
        """The nodes of the selected rows."""
        return [str(index.data()) for index in self.selectionModel().selectedRows(NODE)]

    def _tell_chosen(self) -> None:
        names = self.selected_nodes()
        if names and not self._is_following:
            self.nodes_chosen.emit(names)

    def _want_node(self, index: QModelIndex) -> None:
        self.node_wanted.emit(str(index.siblingAtColumn(NODE).data()))
