"""The panel "Gradients": what comparing the gradients with central differences has found, node by node."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import RefusalLabel
from editor.panels.gradient_model import ERROR, GRADIENT, PLACE, VERDICT, GradientModel
from editor.panels.node_table import NodeTable
from editor.panels.node_table_model import NODE
from editor.theme import SPACE_M, SPACE_S, SPACE_XS
from engine.debugger.gradient_check.check import GradientCheck

_COLUMN_WIDTHS = {NODE: 116, VERDICT: 108, ERROR: 108, PLACE: 116, GRADIENT: 88}
_FIGURE_WIDTH = 84
_PROGRESS_WIDTH = 160


class GradientPanel(QWidget):
    """A row for each node; the selected rows are the nodes that are selected on the canvas."""

    def __init__(self, check: QAction, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = GradientModel(self)
        self.view = NodeTable(self.model, _COLUMN_WIDTHS, _FIGURE_WIDTH, self)
        self.view.setAccessibleName(self.tr("Gradients of each node"))
        self.view.sort_first_by(VERDICT, Qt.SortOrder.AscendingOrder)
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
        self.clear()

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
        selected = self.view.selected_nodes()
        is_busy = self.progress.isVisibleTo(self)
        self._show(check, "")
        self.progress.setVisible(is_busy)
        self.view.select_nodes(selected)

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
        if count == 1:
            is_wrong, is_right = (
                self.tr("The gradient of {loss} is wrong here"),
                self.tr("The gradient of {loss} is right here"),
            )
        else:
            is_wrong, is_right = (
                self.tr("{wrong} of {count} gradients of {loss} are wrong"),
                self.tr("All {count} gradients of {loss} are right"),
            )
        verdict = (is_wrong if wrong else is_right).format(wrong=wrong, count=count, loss=check.loss)
        samples = self.tr("at most {samples} elements of each tensor, chosen with seed {seed}, in float64").format(
            samples=check.samples, seed=check.seed
        )
        return f"{verdict}   ·   {samples}"
