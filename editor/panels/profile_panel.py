"""What a training step consists of and what its time goes into: node by node, and what compiling has made of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import RefusalLabel
from editor.panels.node_table import NodeTable
from editor.panels.node_table_model import NODE
from editor.panels.profile_model import SHARE, ProfileModel
from editor.panels.section import clear_layout
from editor.panels.share_delegate import ShareDelegate
from editor.panels.words import stage_name
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, set_style
from engine.runtime.explanation import Explanation, time_text
from engine.runtime.memory_limit import size_text

#: Narrower, the panel has no room for what compiling has done beside the table.
_WIDTH_FOR_STAGES = 900
_COLUMN_WIDTHS = {NODE: 152, SHARE: 144}
_TIME_WIDTH = 88


class ProfilePanel(QWidget):
    """A row for each node that takes time; the selected rows are the nodes that are selected on the canvas."""

    def __init__(self, profile: QAction, heat: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProfileModel(self)
        self.view = NodeTable(self.model, _COLUMN_WIDTHS, _TIME_WIDTH, self)
        self.view.setAccessibleName(self.tr("Time of each node"))
        self.view.setItemDelegateForColumn(SHARE, ShareDelegate(self.view))
        self.view.sort_first_by(SHARE, Qt.SortOrder.DescendingOrder)
        self.summary = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.refusal = RefusalLabel(self)
        self.refusal.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        self.empty = EmptyState("timer", "", self)
        self.stages = QGridLayout()
        self._stages_area = self._make_stages_area()
        shown = QWidget(self)
        beside = QHBoxLayout(shown)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.view, 1)
        beside.addWidget(self._stages_area)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_tools(profile, heat))
        layout.addWidget(self.refusal)
        layout.addLayout(self._body, 1)
        self.clear()

    def _make_stages_area(self) -> QScrollArea:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        column.addLayout(self.stages)
        column.addStretch(1)
        self.stages.setHorizontalSpacing(SPACE_M)
        self.stages.setVerticalSpacing(SPACE_XS)
        area = QScrollArea(self)
        area.setAccessibleName(self.tr("Time of each stage"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        return area

    def _make_tools(self, profile: QAction, heat: QAction) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_XS)
        tools.addWidget(self.summary, 1)
        for action in (heat, profile):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tools.addWidget(button)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return tools

    # --- what is shown -------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Shows that there is no profile yet."""
        self._show(None, self.tr("What each node takes of a training step appears here. Press Profile a step."))

    def show_outdated(self) -> None:
        """Shows that the profile there was is of another graph, other data or other settings."""
        self._show(None, self.tr("This was changed since the step was profiled. Press Profile a step to do it again."))

    def show_busy(self) -> None:
        """Shows that a profile is being made."""
        self._show(None, self.tr("A training step is being profiled…"))

    def show_refusal(self, sentence: str) -> None:
        """Shows why there is no profile."""
        self.clear()
        self.refusal.say(sentence)

    def show_explanation(self, explanation: Explanation) -> None:
        """Shows a profile."""
        self._show(explanation, "")

    def _show(self, explanation: Explanation | None, instead: str) -> None:
        self.refusal.say("")
        self.model.show_explanation(explanation)
        self.empty.label.setText(instead)
        self._body.setCurrentIndex(0 if explanation is None else 1)
        self.summary.set_text("" if explanation is None else self._summary(explanation))
        clear_layout(self.stages)
        if explanation is not None:
            self._fill_stages(explanation)

    def _summary(self, explanation: Explanation) -> str:
        """``9.1 µs a step (median of 20 runs) · 10 operations → 13 calls · 116 bytes of memory``."""
        memory = explanation.memory
        parts = (
            self.tr("{time} a step (median of %n runs)", "", explanation.runs).format(time=time_text(explanation.step)),
            self.tr("{before} operations → {after} calls").format(
                before=explanation.stages[0].operations, after=explanation.instructions
            ),
            (
                self.tr("{held} of memory")
                if memory.held == memory.peak
                else self.tr("{held} of memory, {peak} used at once")
            ).format(held=size_text(memory.held), peak=size_text(memory.peak)),
        )
        return "   ·   ".join(parts)

    def _fill_stages(self, explanation: Explanation) -> None:
        rows = [(stage_name(stage.name), str(stage.operations)) for stage in explanation.stages]
        if explanation.fused_products:
            rows.append((self.tr("Products fused into sums"), str(explanation.fused_products)))
        if explanation.chains:
            rows.append((self.tr("Elementwise operations in blocks"), str(sum(explanation.chains))))
        rows.append((self.tr("Calls in a step"), str(explanation.instructions)))
        rows.append((self.tr("Memory without sharing"), size_text(explanation.memory.unshared)))
        heading = QLabel(self.tr("What compiling has done"), self)
        set_style(heading, role="section")
        self.stages.addWidget(heading, 0, 0, 1, 2)
        names, figures = [QLabel(name, self) for name, _ in rows], [QLabel(figure, self) for _, figure in rows]
        for place, (name, figure) in enumerate(zip(names, figures, strict=True), 1):
            set_style(name, role="muted")
            self.stages.addWidget(name, place, 0)
            self.stages.addWidget(figure, place, 1, Qt.AlignmentFlag.AlignRight)
        self.stages.setColumnStretch(0, 1)
        widest = sum(max(label.sizeHint().width() for label in column) for column in (names, figures))
        bar = self._stages_area.verticalScrollBar().sizeHint().width()
        self._stages_area.setFixedWidth(widest + SPACE_M + 2 * SPACE_L + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stages_area.setVisible(self.width() >= _WIDTH_FOR_STAGES)
