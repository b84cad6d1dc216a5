"""The panel "Breakpoints": the list of them, a field for conditions, switches for first causes, and the last stop."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.breakpoint_list import BreakpointList
from editor.icons import bind_icon
from editor.panels.empty_state import EmptyState
from editor.panels.fields import LineField
from editor.panels.section import Section
from editor.panels.stop_report import StopReport
from editor.phases import phase_name
from editor.theme import SPACE_M, SPACE_S, ThemeManager, current_theme
from engine.debugger.breakpoints import AtFirstCause, AtNode, Breakpoint, WhenHolds
from engine.debugger.causes.cause import CauseKind

_NUMBER = Qt.ItemDataRole.UserRole


class BreakpointsPanel(QSplitter):
    """Shows a BreakpointList and changes it."""

    node_wanted = Signal(str)
    """The person wants to see a node."""

    def __init__(self, breakpoints: BreakpointList, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._breakpoints = breakpoints
        #: How often runs have stopped at each, by number.
        self._hits: dict[int, int] = {}
        #: What the training process says is wrong with some, by number.
        self._run_problems: dict[int, str] = {}
        #: The condition that is being changed; None while a new one is typed.
        self._edited: int | None = None
        self.tree = _Tree(self)
        self.tree.setAccessibleName(self.tr("Breakpoints"))
        self.tree.setHeaderLabels([self.tr("Stop at"), self.tr("Hits"), self.tr("Note")])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().resizeSection(1, 56)
        self.tree.header().resizeSection(2, 96)
        self.tree.itemChanged.connect(self._item_changed)
        self.tree.itemDoubleClicked.connect(lambda item: self._open(item))
        self.tree.delete_pressed.connect(self.remove_chosen)
        self.tree.confirmed.connect(lambda: self._open(self.tree.currentItem()))
        self.tree.itemSelectionChanged.connect(self._follow_selection)
        self.empty = EmptyState(
            "breakpoint",
            self.tr("Type a condition below, or select a node and press F9, to stop runs there."),
            self,
        )
        self.field = LineField(self)
        self.field.edit.setPlaceholderText(self.tr("Condition, such as loss < 0.1"))
        self.field.edit.setAccessibleName(self.tr("Condition"))
        self.field.edit.setToolTip(
            self.tr(
                "Runs stop when this begins to hold. Names: epoch, batch, step, loss, nodes and metrics (in backquotes "
                "where they hold other signs than letters), grad NAME, elements W[0, 1]; functions: norm, mean, sum, "
                "std, min, max, abs, size, any_nan, any_inf; and, or, not, < <= > >= == !=, + - * / **"
            )
        )
        self.add = QPushButton(self.tr("Add"), self)
        self.add.setToolTip(self.tr("Stops runs when the condition begins to hold"))
        self.remove = QToolButton(self)
        bind_icon(self.remove, "delete")
        self.remove.setAccessibleName(self.tr("Remove"))
        self.remove.setToolTip(self.tr("Takes the selected breakpoints away (Delete)"))
        self.remove.clicked.connect(self.remove_chosen)
        self.field.edit.textChanged.connect(self._check)
        self.field.edit.returnPressed.connect(self._commit)
        self.field.edit.restored.connect(self._end_editing)
        self.add.clicked.connect(self._commit)
        self.switches = {kind: self._switch(kind) for kind in CauseKind}
        self.report = StopReport(self)
        self._lay_out()
        breakpoints.changed.connect(self.refresh)
        ThemeManager.instance().changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        left, body = QWidget(self), QStackedLayout()
        body.addWidget(self.empty)
        body.addWidget(self.tree)
        self._body = body
        self.field.add_beside(self.add)
        self.field.add_beside(self.remove)
        layout = QVBoxLayout(left)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(body, 1)
        self.field.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        layout.addWidget(self.field)
        causes = Section(self.tr("Stop at the first"), self)
        causes.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        for switch in self.switches.values():
            causes.body.addWidget(switch)
        causes.body.addStretch(1)
        self.addWidget(left)
        self.addWidget(causes)
        self.addWidget(self.report)
        for place, stretch in enumerate((1, 0, 1)):
            self.setStretchFactor(place, stretch)
        self.setSizes([520, 180, 340])
        self.setChildrenCollapsible(False)

    def _switch(self, kind: CauseKind) -> QCheckBox:
        names = {
            CauseKind.NON_FINITE: (
                self.tr("NaN or infinity"),
                self.tr("Stops at the operation that made it from finite numbers, in any pass"),
            ),
            CauseKind.DYING_GRADIENT: (
                self.tr("Dying gradient"),
                self.tr("Stops when a variable has got no gradient, or next to none, for an epoch and ten steps"),
            ),
            CauseKind.EXPLODING_GRADIENT: (
                self.tr("Exploding gradient"),
                self.tr("Stops when gradients grow out of proportion, or training diverges"),
            ),
            CauseKind.DEAD_RELU: (
                self.tr("Dead ReLU"),
                self.tr("Stops when half of a layer's units are at 0 for all rows, for an epoch and ten steps"),
            ),
        }
        switch = QCheckBox(names[kind][0], self)
        switch.setToolTip(names[kind][1])
        switch.toggled.connect(lambda is_on: self._breakpoints.watch(kind, is_on))
        return switch

    # --- showing -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows the breakpoints as they are now. Rows stay: one may be telling that it was ticked."""
        listed = [each for each in self._breakpoints.all() if not isinstance(each.at, AtFirstCause)]
        self.tree.blockSignals(True)
        numbers = {each.number for each in listed}
        for row in reversed(range(self.tree.topLevelItemCount())):
            if self._number_at(row) not in numbers:
                self.tree.takeTopLevelItem(row)
        for row, each in enumerate(listed):
            if row >= self.tree.topLevelItemCount():
                self.tree.addTopLevelItem(QTreeWidgetItem())
            item = self.tree.topLevelItem(row)
            assert item is not None
            self._fill(item, each)
        self.tree.blockSignals(False)
        self._body.setCurrentWidget(self.tree if listed else self.empty)
        for kind, switch in self.switches.items():
            switch.blockSignals(True)
            switch.setChecked(kind in self._breakpoints.watched_kinds())
            switch.blockSignals(False)
        self._follow_selection()
        self._check(self.field.edit.text())

    def _number_at(self, row: int) -> int:
        item = self.tree.topLevelItem(row)
        assert item is not None
        number: int = item.data(0, _NUMBER)
        return number

    def _fill(self, item: QTreeWidgetItem, each: Breakpoint) -> None:
        where = each.at.text if isinstance(each.at, WhenHolds) else ""
        if isinstance(each.at, AtNode):
            where = self.tr("{node} · {phase}").format(node=each.at.node, phase=phase_name(each.at.phase))
        note = self._breakpoints.problem(each) or self._run_problems.get(each.number, "")
        hits = self._hits.get(each.number, 0)
        item.setData(0, _NUMBER, each.number)
        for column, text in enumerate((where, str(hits) if hits else "", note)):
            item.setText(column, text)
            item.setToolTip(column, note or where)
        item.setCheckState(0, Qt.CheckState.Checked if each.is_enabled else Qt.CheckState.Unchecked)
        item.setForeground(2, QBrush(current_theme().error))

    def show_hits(self, number: int, hits: int) -> None:
        """Notes how often runs have stopped at a breakpoint."""
        self._hits[number] = hits
        self.refresh()

    def show_run_problems(self, problems: Mapping[int, str]) -> None:
        """What is wrong with breakpoints in the present run, by number."""
        self._run_problems = dict(problems)
        self.refresh()

    def ask_for_condition(self) -> None:
        """Lets the person type a condition."""
        self.field.edit.setFocus()
        self.field.edit.selectAll()

    # --- changing ------------------------------------------------------------------------------------------------

    def _chosen(self) -> list[int]:
        return [item.data(0, _NUMBER) for item in self.tree.selectedItems()]

    def _follow_selection(self) -> None:
        self.remove.setEnabled(bool(self.tree.selectedItems()))

    def remove_chosen(self) -> None:
        """Takes the selected breakpoints away."""
        self._breakpoints.remove(self._chosen())

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            is_on = item.checkState(0) is Qt.CheckState.Checked
            self._breakpoints.set_enabled(item.data(0, _NUMBER), is_on)

    def _open(self, item: QTreeWidgetItem | None) -> None:
        """Shows the node of a breakpoint, or lets its condition be changed."""
        each = None if item is None else self._by_number(item.data(0, _NUMBER))
        if each is None:
            return
        if isinstance(each.at, AtNode):
            self.node_wanted.emit(each.at.node)
        elif isinstance(each.at, WhenHolds):
            self._edited = each.number
            self.add.setText(self.tr("Change"))
            self.field.edit.setText(each.at.text)
            self.ask_for_condition()

    def _by_number(self, number: int) -> Breakpoint | None:
        return next((each for each in self._breakpoints.all() if each.number == number), None)

    def _check(self, text: str) -> None:
        """Says at once what is wrong with the condition that is being typed."""
        refusal = self._breakpoints.refusal(text) if text.strip() else ""
        self.field.refusal.say(refusal)
        self.add.setEnabled(bool(text.strip()) and not refusal)

    def _commit(self) -> None:
        text = self.field.edit.text()
        if not text.strip():
            return
        refusal = self._breakpoints.refusal(text)
        if refusal:
            self.field.refuse(refusal)
            return
        edited = self._edited
        self._end_editing()
        if edited is None or self._by_number(edited) is None:
            self._breakpoints.add_condition(text)
        else:
            self._breakpoints.change_condition(edited, text)

    def _end_editing(self) -> None:
        self._edited = None
        self.add.setText(self.tr("Add"))
        self.field.edit.setModified(False)
        self.field.show_value("")


class _Tree(QTreeWidget):
    """The list; Delete and Enter act on what is selected."""

    delete_pressed = Signal()
    confirmed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)
