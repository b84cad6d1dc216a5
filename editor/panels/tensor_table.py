"""The numbers of a plane of a tensor, however many they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from editor.panels.copying_table import CopyingTable
from editor.panels.tensor_model import TensorModel
from editor.theme import SPACE_S, ThemeManager
from engine.debugger.tensors.excerpts import Excerpt, Region, plane_shape
from engine.debugger.tensors.statistics import TensorStatistics

Array = np.ndarray[Any, np.dtype[Any]]

_ROW_HEIGHT = 24
_LEAST_WIDTH, _GREATEST_WIDTH = 56, 240
#: Planes of at most so many elements come whole; of larger ones what is seen, and as much around it.
WHOLE_ELEMENTS = 1 << 14
_FIRST = Region(rows=64, columns=32)


class TensorTable(QWidget):
    """Indices at the edges; a click on an element asks why it is what it is."""

    excerpt_changed = Signal()
    """Other elements are seen than those that have come."""
    element_clicked = Signal(int, int)
    """Row and column in the plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leading: tuple[int, ...] = ()
        self._shape: tuple[int, ...] | None = None
        self.model = TensorModel(self)
        self.view = CopyingTable(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Elements of the tensor"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # One size for all: nothing is measured, so a million rows cost nothing.
        for header in (self.view.verticalHeader(), self.view.horizontalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(True)
        self.view.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.view.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.view.horizontalHeader().setDefaultSectionSize(_LEAST_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.clicked.connect(self._tell_click)
        self.view.activated.connect(self._tell_click)
        for bar in (self.view.verticalScrollBar(), self.view.horizontalScrollBar()):
            bar.valueChanged.connect(self._follow_scrolling)
        ThemeManager.instance().changed.connect(self.view.viewport().update)

    def excerpt(self) -> Excerpt:
        """What is to be fetched for what is seen."""
        if self._shape is None:
            return Region(self.leading, 0, 0, _FIRST.rows, _FIRST.columns)
        rows, columns = plane_shape(self._shape)
        if rows * columns <= WHOLE_ELEMENTS:
            return Region(self.leading, 0, 0, rows, columns)
        row, last_row, column, last_column = self._seen()
        down, across = last_row - row + 1, last_column - column + 1
        return Region(self.leading, max(row - down, 0), max(column - across, 0), 3 * down, 3 * across)

    def show_excerpt(self, figures: TensorStatistics, excerpt: Region, values: Array) -> None:
        """Shows what has come."""
        is_other = figures.shape != self._shape
        self._shape = figures.shape
        self.model.show(plane_shape(figures.shape), excerpt, values)
        self._fit_columns(is_other)
        if is_other and self.excerpt() != excerpt:
            self.excerpt_changed.emit()

    def clear(self) -> None:
        self._shape = None
        self.model.show((0, 0), Region(rows=0, columns=0), np.zeros((0, 0)))

    def selected_region(self) -> Region | None:
        """The rectangle that is selected; the whole plane when nothing is; None while there is none."""
        chosen = self.view.selectionModel().selection()
        if self._shape is None:
            return None
        if chosen.isEmpty():
            rows, columns = plane_shape(self._shape)
            return Region(self.leading, 0, 0, rows, columns)
        area = chosen.first()
        return Region(self.leading, area.top(), area.left(), area.height(), area.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow_scrolling()

    def _follow_scrolling(self) -> None:
        if self._shape is None:
            return
        if not self.model.rowCount() or not self.model.columnCount():
            return
        row, last_row, column, last_column = self._seen()
        if not (self.model.has(row, column) and self.model.has(last_row, last_column)):
            self.excerpt_changed.emit()

    def _seen(self) -> tuple[int, int, int, int]:
        """The first and last row and the first and last column that are seen."""
        view, size = self.view, self.view.viewport().size()
        rows = _range(view.rowAt(0), view.rowAt(size.height() - 1), self.model.rowCount())
        return (*rows, *_range(view.columnAt(0), view.columnAt(size.width() - 1), self.model.columnCount()))

    def _fit_columns(self, is_other: bool) -> None:
        """As wide as the longest number at the beginning, and wider where longer ones come; never narrower again."""
        header = self.view.horizontalHeader()
        wanted = self.view.fontMetrics().horizontalAdvance(f"-{self.model.widest_text()}") + 3 * SPACE_S
        width = min(max(wanted, _LEAST_WIDTH), _GREATEST_WIDTH)
        if is_other or width > header.defaultSectionSize():
            header.setDefaultSectionSize(width)

    def _tell_click(self, index: QModelIndex) -> None:
        self.element_clicked.emit(index.row(), index.column())


def _range(first: int, last: int, count: int) -> tuple[int, int]:
    """The first and the last section that is seen; a view says -1 where it ends before the edge."""
    return max(first, 0), last if last >= 0 else count - 1
