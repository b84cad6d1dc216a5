"""One tensor of the run, as numbers, colours, a histogram and an image. It follows the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from editor.icons import bind_icon
from editor.panels.empty_state import EmptyState
from editor.panels.tensor_figures import TensorFigures
from editor.panels.tensor_heatmap import TensorHeatmap
from editor.panels.tensor_histogram import TensorHistogram
from editor.panels.tensor_picture_tab import TensorPictureTab
from editor.panels.tensor_table import TensorTable
from editor.panels.tensor_tools import TensorTools
from editor.run.looking import Seen, Wanted
from editor.tensor_text import availability_text, moment_text
from editor.theme import SPACE_S, set_style
from engine.debugger.tensors.excerpts import Excerpt, Region, element_index
from engine.debugger.tensors.tensor_name import Kind, TensorName
from engine.graph import Problem

Array = np.ndarray[Any, np.dtype[Any]]


class TensorPanel(QWidget):
    """Says by :meth:`wanted` what it needs, and shows what comes by :meth:`show_seen`."""

    wanted_changed = Signal()
    """Something else is wanted than before."""
    element_chosen = Signal(str, int, tuple, str)
    """Node, output, index of the element, "value" or "gradient": the person asks why it is what it is."""
    copy_wanted = Signal(object, str)
    """The region that is to go to the clipboard, and what stands between its columns."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tensor: TensorName | None = None
        self._shape: tuple[int, ...] | None = None
        self._is_outdated = False
        self._moment = ""
        self.table, self.heatmap = TensorTable(self), TensorHeatmap(self)
        self.histogram, self.picture = TensorHistogram(self), TensorPictureTab(self)
        self.figures = TensorFigures(self)
        self.copy_text = self._copy_action(
            self.tr("Copy"), self.tr("Copy: the selected elements, tabs between them (Ctrl+C)"), "\t"
        )
        self.copy_csv = self._copy_action(
            self.tr("Copy as CSV"), self.tr("Copy as CSV: the selected elements, commas between them"), ","
        )
        self.table.view.addActions([self.copy_text, self.copy_csv])
        self.table.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.table.view.copy_pressed.connect(self.copy_text.trigger)
        self.tools = TensorTools([self.copy_text, *actions], self)
        self.tabs = self._make_tabs()
        self.empty = EmptyState("table", "", self)
        shown = QWidget(self)
        beside = QHBoxLayout(shown)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.figures)
        beside.addWidget(self.tabs, 1)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addLayout(self._body, 1)
        self.tools.kind_chosen.connect(self._choose_kind)
        self.tools.leading_chosen.connect(self._choose_plane)
        self.tabs.currentChanged.connect(self.wanted_changed)
        for view in (self.table, self.heatmap):
            view.element_clicked.connect(self._tell_element)
        for tab in (self.table, self.heatmap, self.histogram, self.picture):
            tab.excerpt_changed.connect(self.wanted_changed)
        self.clear()

    def _copy_action(self, name: str, tooltip: str, separator: str) -> QAction:
        action = QAction(name, self)
        action.setToolTip(tooltip)
        bind_icon(action, "copy" if separator == "\t" else "csv")
        action.triggered.connect(lambda: self._tell_copy(separator))
        return action

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setDocumentMode(True)
        self.log_button = QToolButton(self)
        self.log_button.setText(self.tr("Log scale"))
        self.log_button.setToolTip(self.tr("Log scale: shows rare values beside frequent ones"))
        self.log_button.setCheckable(True)
        set_style(self.log_button, framed=True)
        self.log_button.toggled.connect(self.histogram.set_log)
        tabs.addTab(self.table, self.tr("Table"))
        tabs.addTab(self.heatmap, self.tr("Heatmap"))
        tabs.addTab(self.histogram, self.tr("Histogram"))
        tabs.addTab(self.picture, self.tr("Image"))
        corner = QWidget(tabs)
        inside = QHBoxLayout(corner)
        inside.setContentsMargins(0, 0, SPACE_S, 0)
        inside.addWidget(self.log_button)
        tabs.setCornerWidget(corner)
        tabs.currentChanged.connect(lambda: self.log_button.setVisible(tabs.currentWidget() is self.histogram))
        self.log_button.hide()
        return tabs

    # --- what is wanted ------------------------------------------------------------------------------------------

    def look_at(self, tensor: TensorName) -> None:
        """Shows another tensor as soon as it comes."""
        if tensor != self.tensor:
            is_same_node = self.tensor is not None and (tensor.node, tensor.output) == (
                self.tensor.node,
                self.tensor.output,
            )
            self.tensor = tensor
            self.histogram.is_gradient = tensor.kind is Kind.GRADIENT
            self.tools.name.set_text(f"{tensor.node}:{tensor.output}" if tensor.output else tensor.node)
            self.tools.show_kind(tensor.kind)
            if not is_same_node:
                self._forget()
            self._say_waiting()
        self.wanted_changed.emit()

    def rename(self, old: str, new: str) -> None:
        """The node has another name."""
        if self.tensor is not None and self.tensor.node == old:
            self.look_at(TensorName(new, self.tensor.output, self.tensor.kind))

    def clear(self) -> None:
        """No tensor is looked at."""
        self.tensor = None
        self._forget()
        self.tools.name.set_text("")
        self.tools.setEnabled(False)
        self._show_instead(
            self.tr("The numbers of a tensor appear here. Double-click a value or a wire, or select one and press V.")
        )

    def wanted(self) -> Wanted | None:
        """What is to be fetched; None while no tensor is looked at, or the panel cannot be seen."""
        if self.tensor is None or not self.isVisible():
            return None
        excerpt = self._excerpt()
        return Wanted(self.tensor, () if excerpt is None else (excerpt,))

    def _excerpt(self) -> Excerpt | None:
        tab = self.tabs.currentWidget()
        if isinstance(tab, TensorTable | TensorHeatmap | TensorHistogram | TensorPictureTab):
            return tab.excerpt()
        return None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted_changed.emit()

    # --- what comes ----------------------------------------------------------------------------------------------

    def show_seen(self, seen: Seen) -> None:
        """Shows what has come, if it is still wanted."""
        if seen.wanted.tensor != self.tensor:
            return
        self.tools.setEnabled(True)
        self._is_outdated = False
        self._moment = moment_text(seen.moment)
        self._show_state()
        if seen.figures is None:
            self._show_instead(availability_text(seen.availability))
            return
        shape = seen.figures.shape
        self._body.setCurrentIndex(1)
        self.figures.show_figures(seen.figures)
        self.tabs.setTabEnabled(self.tabs.indexOf(self.picture), self.picture.set_shape(shape))
        self._shape = shape
        self.tools.show_shape(shape)
        tab = self.tabs.currentWidget()
        pairs: zip[tuple[Any, Any]] = zip(seen.wanted.excerpts, seen.excerpts, strict=True)
        for excerpt, taken in pairs:
            if isinstance(tab, TensorTable | TensorHeatmap | TensorHistogram | TensorPictureTab):
                tab.show_excerpt(seen.figures, excerpt, taken)
        if self._excerpt() not in seen.wanted.excerpts:
            self.wanted_changed.emit()

    def show_problem(self, problem: Problem) -> None:
        """Says why nothing came."""
        self._show_instead(problem.message)

    def show_outdated(self) -> None:
        """What is shown belongs to the graph before an edit."""
        self._is_outdated = True
        self._show_state()

    def _show_state(self) -> None:
        outdated = self.tr("From the graph before the last change: {moment}").format(moment=self._moment)
        self.tools.state.set_text((outdated if self._is_outdated else self._moment) if self._moment else "")

    def _say_waiting(self) -> None:
        if self._shape is None:
            self._show_instead(self.tr("The run has computed nothing yet. Press Run, or step into it."))

    def _show_instead(self, sentence: str) -> None:
        self.empty.label.setText(sentence)
        self._body.setCurrentIndex(0)

    def _forget(self) -> None:
        self._shape = None
        self._moment = ""
        self._show_state()
        self.figures.show_figures(None)
        for tab in (self.table, self.heatmap, self.histogram, self.picture):
            tab.clear()

    # --- what the person does ------------------------------------------------------------------------------------

    def _choose_kind(self, kind: Kind) -> None:
        if self.tensor is not None:
            self.look_at(self.tensor.of_kind(kind))

    def _choose_plane(self, leading: tuple[int, ...]) -> None:
        self.table.leading = self.heatmap.leading = leading
        self.wanted_changed.emit()

    def _tell_element(self, row: int, column: int) -> None:
        if self.tensor is not None and self._shape is not None:
            index = element_index(self._shape, self.tools.leading, row, column)
            self.element_chosen.emit(self.tensor.node, self.tensor.output, index, self.tensor.kind.value)

    def selected_element(self) -> tuple[int, ...] | None:
        """The index of the element that the table's cursor is on; None without one."""
        index = self.table.view.currentIndex()
        if self._shape is None:
            return None
        if not self._shape:
            return ()
        if not index.isValid():
            return None
        return element_index(self._shape, self.tools.leading, index.row(), index.column())

    def _tell_copy(self, separator: str) -> None:
        region = self.table.selected_region()
        if isinstance(region, Region):
            self.copy_wanted.emit(region, separator)
