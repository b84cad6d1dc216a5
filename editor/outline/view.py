"""The tree view of the outline, and what keys do in it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from editor.outline.branches import Key
from editor.outline.model import KEY_ROLE, NAME, OPERATION, SHAPE, VALUE, OutlineModel
from editor.theme import ThemeManager
from editor.wire_id import WireId

_WIDTHS = {NAME: 136, OPERATION: 96, SHAPE: 128, VALUE: 88}


class OutlineView(QTreeView):
    """Selected rows are what is selected on the canvas. Enter edits a node, follows a wire, or unfolds a block."""

    nodes_chosen = Signal(list)
    """The names of the nodes that the person has selected here."""
    node_wanted = Signal(str)
    """The node that the person wants to see on the canvas."""
    inspector_wanted = Signal()
    """Enter was pressed on a node: its attributes are to be edited."""
    delete_wanted = Signal(list, list)
    """The nodes and the wires that are to be deleted."""

    def __init__(self, model: OutlineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        #: Whether the selection follows the canvas, which then need not be told.
        self._is_following = False
        self.setModel(model)
        self.setAccessibleName(self.tr("Outline"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for column, width in _WIDTHS.items():
            self.header().resizeSection(column, width)
        self.selectionModel().selectionChanged.connect(self._tell_chosen)
        self.doubleClicked.connect(self._go_to)
        ThemeManager.instance().changed.connect(self.viewport().update)

    # --- selection -----------------------------------------------------------------------------------------------

    def selected_keys(self) -> list[Key]:
        """What is selected, from top to bottom."""
        rows = self.selectionModel().selectedRows(NAME)
        return [key for index in rows if isinstance(key := index.data(KEY_ROLE), Key)]

    def select_nodes(self, names: list[str]) -> None:
        """Selects the rows of these nodes and no others; the first is brought into view."""
        if names == self._chosen_nodes():
            return
        chosen = QItemSelection()
        indexes = [index for name in names if (index := self._model.index_of_node(name)).isValid()]
        for index in indexes:
            chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self._is_following = True
        try:
            self.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
            if indexes and not self.hasFocus():
                self.selectionModel().setCurrentIndex(indexes[0], flags.NoUpdate)
        finally:
            self._is_following = False
        if indexes:
            self.scrollTo(indexes[0])

    def _chosen_nodes(self) -> list[str]:
        """The selected nodes, and those in selected blocks."""
        names: list[str] = []
        for key in self.selected_keys():
            if key.is_scope:
                names += self._model.members(key.name)
            elif key.is_node:
                names.append(key.name)
        return list(dict.fromkeys(names))

    def _tell_chosen(self) -> None:
        if not self._is_following:
            self.nodes_chosen.emit(self._chosen_nodes())

    # --- keys ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._enter(index.siblingAtColumn(NAME))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            keys = self.selected_keys()
            wires: list[WireId] = [key.wire for key in keys if key.wire is not None]
            self.delete_wanted.emit(self._chosen_nodes(), wires)
        else:
            super().keyPressEvent(event)

    def _enter(self, index: QModelIndex) -> None:
        key = index.data(KEY_ROLE)
        if not isinstance(key, Key):
            return
        if key.is_scope:
            self.setExpanded(index, not self.isExpanded(index))
        elif key.is_node:
            self.inspector_wanted.emit()
        else:
            self._jump_to(key.other_end)

    def _jump_to(self, name: str) -> None:
        """Goes to the row of a node."""
        index = self._model.index_of_node(name)
        if index.isValid():
            self.setCurrentIndex(index)

    def _go_to(self, index: QModelIndex) -> None:
        key = index.data(KEY_ROLE)
        if isinstance(key, Key) and not key.is_scope:
            self.node_wanted.emit(key.other_end or key.name)
        elif isinstance(key, Key):
            self.setExpanded(index.siblingAtColumn(NAME), not self.isExpanded(index.siblingAtColumn(NAME)))
