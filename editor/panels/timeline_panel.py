"""Where a run is: its epochs as a ruler, the operations of the present step as a strip, and the steps to go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import guard_from_wheel, show_number
from editor.panels.run_ruler import RunRuler, StopMark
from editor.panels.step_strip import StepStrip
from editor.phases import phase_name
from editor.run.step_view import StepView
from editor.theme import SPACE_L, SPACE_S, SPACE_XS, set_style
from engine.debugger.moment import Moment

_EPOCH_WIDTH = 96


class TimelinePanel(QWidget):
    """Shows a StepView; while a run goes on at full speed, the last one without its cursor."""

    moment_wanted = Signal(object)
    """The Moment that the person wants the cursor to stand at."""
    epoch_wanted = Signal(int)
    """The person wants so many epochs to be done, before here or still to come."""
    phase_wanted = Signal(int)
    """The person wants to step over a phase, forward (1) or back (-1)."""

    def __init__(self, actions: Sequence[Sequence[QAction]], parent: QWidget | None = None) -> None:
        """``actions`` are groups of buttons, with a gap between them."""
        super().__init__(parent)
        self._view: StepView | None = None
        self.position = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.position.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
        self.ruler = RunRuler(self)
        self.strip = StepStrip(self)
        self.epoch = QSpinBox(self)
        self.empty = EmptyState(
            "timeline",
            self.tr("The operations of a training step appear here, one after the other. Press Step operation (F11)."),
            self,
        )
        shown = QWidget(self)
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, SPACE_XS, 0, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(self.position)
        column.addWidget(self.ruler)
        column.addWidget(self.strip)
        column.addStretch(1)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_tools(actions))
        layout.addLayout(self._body, 1)
        self.ruler.wanted.connect(self.moment_wanted)
        self.strip.wanted.connect(self._want_operation)
        self.strip.phase_wanted.connect(self.phase_wanted)

    def _make_tools(self, actions: Sequence[Sequence[QAction]]) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_XS)
        for group in actions:
            for action in group:
                button = QToolButton(self)
                button.setDefaultAction(action)
                button.setAccessibleName(action.iconText())
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                tools.addWidget(button)
            tools.addSpacing(SPACE_S)
        tools.addStretch(1)
        label = QLabel(self.tr("Go to epoch"), self)
        set_style(label, role="muted")
        label.setBuddy(self.epoch)
        self.epoch.setRange(0, 1_000_000_000)
        self.epoch.setGroupSeparatorShown(True)
        self.epoch.setFixedWidth(_EPOCH_WIDTH)
        self.epoch.setKeyboardTracking(False)
        self.epoch.setAccessibleName(self.tr("Go to epoch"))
        self.epoch.setToolTip(
            self.tr("<p><b>Go to epoch</b><br>Enter goes back to an epoch, or trains on until it is reached.</p>")
        )
        guard_from_wheel(self.epoch)
        self.epoch.lineEdit().returnPressed.connect(self._want_epoch)
        tools.addWidget(label)
        tools.addWidget(self.epoch)
        return tools

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def view(self) -> StepView | None:
        return self._view

    def clear(self) -> None:
        """Nothing has been trained or stepped through."""
        self._view = None
        self.position.set_text("")
        self._body.setCurrentWidget(self.empty)

    def show_view(self, view: StepView) -> None:
        """Shows where the cursor is."""
        self._view = view
        self._body.setCurrentIndex(1)
        self.strip.show_step(view.operations, view.moment.operation)
        self.ruler.show_run(view.first, view.last, view.moment, view.batches_per_epoch, len(view.operations))
        self.position.set_text(self.describe(view))
        if not self.epoch.lineEdit().isModified():
            show_number(self.epoch, view.moment.epoch)

    def show_running(self, epoch: int) -> None:
        """A run goes on at full speed and has done so many epochs: there is no cursor."""
        self.position.set_text(self.tr("Epoch {epoch} · training").format(epoch=f"{epoch:,}"))
        self._body.setCurrentIndex(1)
        view = self._view
        if view is None:  # nothing is known yet of its step
            self.strip.show_step((), 0, is_running=True)
            self.ruler.show_run(Moment(0, 0, 0), Moment(epoch, 0, 0), None, 1, 1)
        else:
            self.strip.show_step(view.operations, 0, is_running=True)
            last = max(view.last, Moment(epoch, 0, 0))
            self.ruler.show_run(view.first, last, None, view.batches_per_epoch, len(view.operations))

    def show_marks(self, marks: Sequence[StopMark]) -> None:
        """Shows where the run was stopped."""
        self.ruler.show_marks(marks)

    def ask_for_epoch(self) -> None:
        """Puts the person into the field for the epoch."""
        self.epoch.setFocus()
        self.epoch.selectAll()

    def describe(self, view: StepView) -> str:
        """``Epoch 12 · batch 3 of 5 · backward · operation 14 of 31: Multiply of cost``."""
        moment = view.moment
        parts = [self.tr("Epoch {epoch}").format(epoch=f"{moment.epoch:,}")]
        if view.batches_per_epoch > 1:
            parts.append(
                self.tr("batch {batch} of {batches}").format(
                    batch=f"{moment.batch + 1:,}", batches=f"{view.batches_per_epoch:,}"
                )
            )
        latest = view.latest
        if latest is None:
            parts.append(self.tr("before the first of %n operations", "", len(view.operations)))
        else:
            parts.append(phase_name(latest.phase))
            parts.append(
                self.tr("operation {number} of {count}: {type} of {node}").format(
                    number=f"{moment.operation:,}",
                    count=f"{len(view.operations):,}",
                    type=latest.type,
                    node=latest.node,
                )
            )
            if latest.meaning:
                parts.append(latest.meaning)
        return " · ".join(parts)

    # --- what is wanted ------------------------------------------------------------------------------------------

    def _want_operation(self, done: int) -> None:
        if self._view is not None:
            self.moment_wanted.emit(self._view.moment._replace(operation=done))

    def _want_epoch(self) -> None:
        self.epoch.interpretText()
        self.epoch_wanted.emit(self.epoch.value())
