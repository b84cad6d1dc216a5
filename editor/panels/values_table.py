"""The numbers of a run, epoch by epoch."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.files.save_dialog import ask_where_to_save
from editor.icons import bind_icon
from editor.panels.copying_table import CopyingTable
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.values_model import ValuesModel
from editor.settings import Settings
from editor.theme import SPACE_S, SPACE_XS, set_style

if TYPE_CHECKING:
    from editor.run.controller import RunController

_ROW_HEIGHT = 24
_WIDEST_COLUMN = 320


class ValuesTable(QWidget):
    """Follows the newest epoch until the person scrolls up."""

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._is_stale = True
        self.model = ValuesModel(self)
        self.view = CopyingTable(self)
        self.view.copy_pressed.connect(self.copy)
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.tr("Values of each epoch"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # One height for all rows: nothing is measured, so a million rows cost nothing.
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setHighlightSections(False)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.empty = EmptyState("table", self.tr("Loss and variables of each epoch appear here. Press Run."), self)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(self.view)

        self.copy_action = QAction(self.tr("Copy"), self)
        self.copy_action.setToolTip(self.tr("Copy: the selected cells as text, with tabs between them (Ctrl+C)"))
        bind_icon(self.copy_action, "copy")
        self.copy_action.triggered.connect(self.copy)
        self.export_action = QAction(self.tr("Export CSV…"), self)
        self.export_action.setToolTip(self.tr("Export CSV: saves all rows as a table"))
        bind_icon(self.export_action, "csv")
        self.export_action.triggered.connect(self._export)
        self.view.addActions([self.copy_action, self.export_action])
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.message = ElidedLabel("", Qt.TextElideMode.ElideMiddle, self)
        self.tools = QWidget(self)
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.message, 1)
        for action in (self.copy_action, self.export_action):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self.tools.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addLayout(self._body, 1)
        self._follows = True
        bar = self.view.verticalScrollBar()
        bar.valueChanged.connect(self._notice_scrolling)
        bar.rangeChanged.connect(self._keep_following)
        controller.history_grown.connect(self.refresh)

    def refresh(self) -> None:
        """Shows the run as it is now; put off while the panel cannot be seen."""
        self._is_stale = True
        if not self.isVisible():
            return
        self._is_stale = False
        columns = self.model.headers()
        self.model.show_history(self._controller.history)
        filled = self.model.rowCount() > 0
        self.tools.setEnabled(filled)
        self._body.setCurrentWidget(self.view if filled else self.empty)
        if filled and self.model.headers() != columns:
            self._fit_columns()
        if self._follows:
            self.view.scrollToBottom()

    def _notice_scrolling(self, value: int) -> None:
        self._follows = value >= self.view.verticalScrollBar().maximum()

    def _keep_following(self) -> None:
        # More rows, or another height of the panel.
        if self._follows:
            self.view.scrollToBottom()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def copy(self) -> None:
        """Puts the selected cells on the clipboard; all that lie in the rectangle around them."""
        chosen = self.view.selectedIndexes()
        if not chosen:
            return
        rows = [index.row() for index in chosen]
        columns = [index.column() for index in chosen]
        lines = (
            "\t".join(self.model.text(row, column) for column in range(min(columns), max(columns) + 1))
            for row in range(min(rows), max(rows) + 1)
        )
        QGuiApplication.clipboard().setText("\n".join(lines))

    def export_to(self, path: str) -> None:
        """Writes all rows as CSV; says in the panel when that fails."""
        try:
            with open(path, "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(self.model.headers())
                for row in range(self.model.rowCount()):
                    writer.writerow(self.model.text(row, column) for column in range(self.model.columnCount()))
        except OSError:
            set_style(self.message, role="error")
            self.message.set_text(self.tr("{path} could not be written; choose another folder.").format(path=path))
        else:
            self.message.set_text("")

    def _export(self) -> None:
        start = Path(Settings().last_folder, "values.csv")
        path = ask_where_to_save(self, self.tr("Export CSV"), start, self.tr("CSV table (*.csv)"))
        if path is not None:
            self.export_to(str(path))

    def _fit_columns(self) -> None:
        """As wide as a long value of each needs; values change, so the widths do not follow them."""
        metrics = self.view.fontMetrics()
        for column, header in enumerate(self.model.headers()):
            texts = [header, "-0.000000000e-00" if column else "1000000", f"{self.model.text(0, column)}000"]
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            self.view.setColumnWidth(column, min(widest + 3 * SPACE_S, _WIDEST_COLUMN))
