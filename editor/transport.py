"""The transport: reset, run and pause, steps forward and back, and for how many epochs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QSizePolicy, QSpinBox, QToolBar, QWidget

from editor.actions import ActionText, make_action, rename
from editor.document import Document
from editor.icons import bind_icon
from editor.panels.fields import guard_from_wheel, show_number
from editor.run.controller import RunController, RunState
from editor.step_actions import StepActions
from editor.theme import SPACE_S, set_style

_BUSY = (RunState.STARTING, RunState.RUNNING)


class Transport(QObject):
    """The actions that start, stop and step training, and the toolbar part that shows them."""

    def __init__(self, document: Document, controller: RunController, steps: StepActions, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._controller = controller
        self._steps = steps
        self._run_text = ActionText(self.tr("&Run"), self.tr("Trains for the number of epochs beside it."))
        self._pause_text = ActionText(self.tr("&Pause"), self.tr("Stops training after the present mini-batch."))
        self.run = make_action(window, self._run_text, self.toggle, "run", ["F5", "Ctrl+R"])
        self.reset = make_action(
            window,
            ActionText(self.tr("Re&set"), self.tr("Initialises the variables again and begins at epoch 0.")),
            controller.reset,
            "reset",
            "Shift+F5",
        )
        self.epochs = QSpinBox(window)
        self.epochs.setRange(1, 1_000_000_000)
        self.epochs.setGroupSeparatorShown(True)
        self.epochs.setFixedWidth(120)
        self.epochs.setAccessibleName(self.tr("Epochs"))
        self.epochs.setToolTip(self.tr("<p><b>Epochs</b><br>How many epochs Run trains for.</p>"))
        self.epochs.setKeyboardTracking(False)
        guard_from_wheel(self.epochs)
        self.epochs.valueChanged.connect(self._set_epochs)
        document.run_settings_changed.connect(self._show_epochs)
        document.replaced.connect(self._show_epochs)
        controller.state_changed.connect(self._show_state)
        self._show_epochs()
        self._show_state(controller.state)

    def fill(self, toolbar: QToolBar) -> None:
        """Adds the transport to a toolbar, centred between what stands left and right of it."""
        toolbar.addWidget(_spacer())
        steps = self._steps
        toolbar.addActions([steps.epoch_back, steps.operation_back, self.run, steps.operation, steps.epoch, self.reset])
        label = QLabel(self.tr("Epochs"))
        set_style(label, role="muted")
        label.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        label.setBuddy(self.epochs)
        toolbar.addWidget(label)
        toolbar.addWidget(self.epochs)
        toolbar.addWidget(_spacer())

    def toggle(self) -> None:
        """Runs, or pauses what runs."""
        if self._controller.state in _BUSY:
            self._controller.pause()
        else:
            self.epochs.interpretText()
            self._controller.run(self.epochs.value())

    def _set_epochs(self, epochs: int) -> None:
        self._document.set_run_settings(replace(self._document.model.run, epochs=epochs))

    def _show_epochs(self) -> None:
        show_number(self.epochs, self._document.model.run.epochs)

    def _show_state(self, state: RunState) -> None:
        busy = state in _BUSY
        rename(self.run, self._pause_text if busy else self._run_text)
        bind_icon(self.run, "pause" if busy else "run", "accent")


def _spacer() -> QWidget:
    spacer = QWidget()
    spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return spacer
