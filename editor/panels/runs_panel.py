"""The list of runs, and two of them side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.icons import bind_icon
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.node_table import dress_table
from editor.panels.run_comparison import ComparisonRow, compare
from editor.panels.runs_model import CHANGES, EPOCHS, LOSS, NAME, PARENT, RunsModel
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style

if TYPE_CHECKING:
    from editor.run.controller import RunController
    from editor.run.runs import RunInfo

_ROW_HEIGHT = 28
_WIDTHS = {NAME: 192, EPOCHS: 72, LOSS: 136, PARENT: 152, CHANGES: 120}
_COMPARISON_WIDTHS = (84, 112, 112, 104)
#: Of the list while it stands beside a comparison, which says the rest.
_NARROW_WIDTH = sum(_WIDTHS[column] for column in (NAME, EPOCHS, LOSS))


class RunsView(QTableView):
    """A table whose actions have keys of their own while it has the focus; the window uses the same ones elsewhere."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.keys: dict[Qt.Key, QAction] = {}

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in self.keys:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.keys.get(Qt.Key(event.key()))
        # The Enter that ends the typing of a name comes by here, too.
        is_typing = self.state() == QAbstractItemView.State.EditingState
        if action is not None and not is_typing and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            action.trigger()
        else:
            super().keyPressEvent(event)


class RunsPanel(QWidget):
    """Ticks show and hide curves, F2 renames, Delete deletes, Enter goes on with a run; two selected are compared."""

    run_wanted = Signal(int)
    """The number of the run that the person wants to go on with."""
    deletion_wanted = Signal(int)
    """The number of a run that the person wants to be gone."""

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = RunsModel(controller.runs, self)
        self.view = self._make_view()
        self.comparison = self._make_comparison()
        self.hint = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        set_style(self.hint, role="muted")
        keys = Qt.Key
        self.go = self._action("run", self.tr("Go on with this run"), self._want_run, keys.Key_Return)
        self.rename = self._action("text", self.tr("Rename run"), self._rename, keys.Key_F2)
        self.delete = self._action("delete", self.tr("Delete run"), self._want_deletion, keys.Key_Delete)
        self.empty = EmptyState(
            "history", self.tr("Each run appears here with its curve. Press Run, change a value, and run again."), self
        )
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.view)
        self._splitter.addWidget(self.comparison)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(self._splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_tools())
        layout.addLayout(self._body, 1)
        controller.runs.changed.connect(self.refresh)
        controller.history_grown.connect(self.refresh)
        controller.values_changed.connect(self._follow_values)
        ThemeManager.instance().changed.connect(self.refresh)
        self.refresh()

    def _make_view(self) -> RunsView:
        view = RunsView(self)
        view.setModel(self.model)
        view.setAccessibleName(self.tr("Runs"))
        dress_table(view, _ROW_HEIGHT)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = view.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        view.selectionModel().selectionChanged.connect(self._follow_selection)
        view.doubleClicked.connect(self._open)
        return view

    def _make_comparison(self) -> QTableWidget:
        table = QTableWidget(self)
        table.setAccessibleName(self.tr("Comparison of two runs"))
        table.setColumnCount(4)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        dress_table(table)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_COMPARISON_WIDTHS):
            table.setColumnWidth(column, width)
        table.hide()
        return table

    def _action(self, icon: str, name: str, do: Callable[[], None], key: Qt.Key) -> QAction:
        action = QAction(name, self.view)
        bind_icon(action, icon)
        written = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"<p><b>{name}</b>&nbsp;&nbsp;{written}</p>")
        action.triggered.connect(lambda: do())
        self.view.addAction(action)
        self.view.keys[key] = action
        return action

    def _make_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_XS)
        tools.addWidget(self.hint, 1)
        for action in (self.go, self.rename, self.delete):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tools.addWidget(button)
        return tools

    # --- what is shown -------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows the runs as they are now; put off while the panel cannot be seen."""
        if not self.isVisible() and self.model.rows:
            return
        chosen = {run.number for run in self.selected_runs()}
        self.model.refresh()
        self._body.setCurrentIndex(1 if self.model.rows else 0)
        self._select(chosen)
        self._follow_selection()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def selected_runs(self) -> list[RunInfo]:
        """In the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.model.rows[row] for row in rows]

    def _select(self, numbers: set[int]) -> None:
        """Keeps runs selected that stand in other rows now."""
        if {run.number for run in self.selected_runs()} == numbers:
            return
        flags = QItemSelectionModel.SelectionFlag
        for row, run in enumerate(self.model.rows):
            if run.number in numbers:
                self.view.selectionModel().select(self.model.index(row, 0), flags.Select | flags.Rows)

    def _follow_selection(self) -> None:
        chosen = self.selected_runs()
        one = chosen[0] if len(chosen) == 1 else None
        is_other = one is not None and one.number != self._controller.runs.current
        self.go.setEnabled(is_other and one is not None and one.is_alive)
        self.rename.setEnabled(one is not None)
        self.delete.setEnabled(is_other)
        if len(chosen) == 2:
            self.hint.set_text(self.tr("{first} beside {second}").format(first=chosen[0].name, second=chosen[1].name))
        elif len(self.model.rows) > 1:
            self.hint.set_text(self.tr("Select two runs to compare them."))
        else:
            self.hint.set_text("")
        self._show_comparison()

    def _follow_values(self) -> None:
        if self.isVisible():
            self._show_comparison()

    def _show_comparison(self) -> None:
        chosen = self.selected_runs()
        compares = len(chosen) == 2
        if compares == self.comparison.isHidden():
            for column in (PARENT, CHANGES):
                self.view.setColumnHidden(column, compares)
            self.comparison.setVisible(compares)
            self._splitter.setSizes([_NARROW_WIDTH, max(self.width() - _NARROW_WIDTH, 1)])
        if not compares:
            return
        rows = compare(chosen[0], chosen[1])
        table = self.comparison
        table.setHorizontalHeaderLabels(["", chosen[0].name, chosen[1].name, self.tr("Difference")])
        table.setRowCount(len(rows))
        table.clearSpans()
        for place, row in enumerate(rows):
            self._fill_row(place, row)
            if row.is_heading:
                table.setSpan(place, 0, 1, table.columnCount())

    def _fill_row(self, place: int, row: ComparisonRow) -> None:
        for column, text in enumerate((row.what, row.first, row.second, row.difference)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if row.is_heading:
                bold = QFont(self.font())
                bold.setBold(True)
                item.setFont(bold)
            self.comparison.setItem(place, column, item)

    # --- what is done --------------------------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        run = self.model.rows[index.row()]
        if run.is_alive and run.number != self._controller.runs.current:
            self.run_wanted.emit(run.number)

    def _want_run(self) -> None:
        for run in self.selected_runs()[:1]:
            self.run_wanted.emit(run.number)

    def _rename(self) -> None:
        for index in self.view.selectionModel().selectedRows()[:1]:
            self.view.edit(index)

    def _want_deletion(self) -> None:
        for run in self.selected_runs()[:1]:
            self.deletion_wanted.emit(run.number)
