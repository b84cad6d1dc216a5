"""The status bar: refusals, problems, where training runs and how fast."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from editor.document import Document
from editor.icons import bind_icon
from editor.panels.elided_label import ElidedLabel
from editor.run.controller import RunController, RunState
from editor.run.state import RunProgress
from editor.run.step_view import StepView
from editor.theme import SPACE_S, set_style
from engine.graph import Severity

#: How long a refusal stays, in milliseconds.
REFUSAL_MS = 12_000
#: How often the progress is written anew, in milliseconds.
READING_MS = 100


class StatusBar(QStatusBar):
    """Tells what just happened on the left, and what is the case on the right."""

    problems_clicked = Signal()
    """The person wants to see the problems."""

    def __init__(self, document: Document, controller: RunController, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        # As wide as there is room: a long sentence must not widen the window.
        self._refusal = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self._refusal.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        set_style(self._refusal, role="error")
        self._refusal.hide()
        self._clear = QTimer(self)
        self._clear.setSingleShot(True)
        self._clear.timeout.connect(self._refusal.hide)
        self.addWidget(self._refusal, 1)
        self._progress = self._permanent_label(self.tr("How far and how fast training goes"))
        self._progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._place = self._permanent_label(self.tr("Where the graph runs: on this machine's processor, with numpy"))
        self._place.setText(self.tr("CPU · numpy"))
        self._problems = QToolButton(self)
        self._problems.setAutoRaise(True)
        self._problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._problems.clicked.connect(self.problems_clicked)
        self.addPermanentWidget(self._problems)
        self._latest: RunProgress | None = None
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.timeout.connect(self._show_progress)
        document.problems_changed.connect(self._show_problems)
        document.replaced.connect(self._show_problems)
        # An edit that is made answers the refusal of the one before.
        document.undo_stack.indexChanged.connect(lambda: self._refusal.hide())
        controller.state_changed.connect(self._show_state)
        controller.went_stale.connect(self._show_stale)
        controller.moved.connect(self._show_cursor)
        controller.progress.connect(self._keep_progress)
        self._show_problems()
        self._show_state(controller.state)

    def _permanent_label(self, tooltip: str) -> QLabel:
        label = QLabel(self)
        set_style(label, role="muted")
        label.setToolTip(tooltip)
        self.addPermanentWidget(label)
        return label

    def show_refusal(self, reason: str) -> None:
        """Says in a sentence why something was not done."""
        self._refusal.set_text(reason)
        # Qt breaks the lines of rich text only.
        self._refusal.setToolTip(f"<p>{escape(reason)}</p>")
        self._refusal.show()
        self._clear.start(REFUSAL_MS)

    @property
    def refusal(self) -> str:
        """The sentence that is shown, "" when none is."""
        return "" if self._refusal.isHidden() else self._refusal.text()

    def _show_problems(self) -> None:
        errors = sum(problem.severity is Severity.ERROR for problem in self._document.problems)
        warnings = len(self._document.problems) - errors
        if errors:
            bind_icon(self._problems, "error", "error")
            self._problems.setText(
                self.tr("1 problem") if errors == 1 else self.tr("{count} problems").format(count=errors)
            )
        elif warnings:
            bind_icon(self._problems, "warning", "warning")
            self._problems.setText(
                self.tr("1 warning") if warnings == 1 else self.tr("{count} warnings").format(count=warnings)
            )
        else:
            bind_icon(self._problems, "check", "muted")
            self._problems.setText(self.tr("No problems"))
        self._problems.setToolTip(self.tr("Shows the problems panel"))

    def _show_state(self, state: RunState) -> None:
        words = {
            RunState.IDLE: self.tr("Ready"),
            RunState.STARTING: self.tr("Starting…"),
            RunState.RUNNING: self.tr("Training"),
            RunState.PAUSED: self.tr("Paused"),
            RunState.FINISHED: self.tr("Finished"),
            RunState.FAILED: self.tr("Stopped by a problem"),
        }
        self._state = words[state]
        if self._controller.is_stale and state is not RunState.RUNNING:
            self._state = self.tr("{state}, older graph").format(state=self._state)
        if state is RunState.IDLE:
            self._progress.setText(self._state)

    def _show_stale(self) -> None:
        """An edit has made what is shown that of an older graph; it can still be looked at."""
        self._show_state(self._controller.state)
        self._progress.setText(self._state)
        self._progress.setToolTip(
            self.tr(
                "The graph, its data or settings were edited since this run began. Its moments can still be looked "
                "at; Run begins another one."
            )
        )

    def _show_cursor(self, view: StepView | None) -> None:
        """Where the cursor is; what is told of a run that has ended by itself stays."""
        if view is None or self._controller.state in (RunState.FINISHED, RunState.FAILED):
            return
        self._show_state(self._controller.state)
        self._write(
            self.tr("{state} · epoch {epoch} · operation {done} of {count}").format(
                state=self._state,
                epoch=f"{view.moment.epoch:,}",
                done=f"{view.moment.operation:,}",
                count=f"{len(view.operations):,}",
            )
        )

    def _keep_progress(self, progress: RunProgress) -> None:
        """Shows the latest progress ten times a second: more cannot be read and costs the training time."""
        self._latest = progress
        if not self._reading.isActive():
            self._show_progress()
            self._reading.start(READING_MS)

    def _show_progress(self) -> None:
        progress = self._latest
        if progress is None:
            return
        self._latest = None
        text = self.tr("{state} · epoch {epoch} of {target}").format(
            state=self._state,
            epoch=f"{progress.epoch:,}",
            target=f"{max(progress.target_epochs, progress.epoch):,}",
        )
        rate = progress.epochs_per_second
        if rate:
            text += " · " + self.tr("{rate} epochs/s").format(rate=f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}")
        self._write(text)

    def _write(self, text: str) -> None:
        # Only ever wider, so that figures coming and going do not lay the whole window out anew.
        width = self._progress.fontMetrics().horizontalAdvance(text)
        if width > self._progress.minimumWidth():
            self._progress.setMinimumWidth(width + 16)
        self._progress.setText(text)
