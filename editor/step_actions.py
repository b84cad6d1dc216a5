"""The actions that move the cursor of a run by a step of any size, forwards and back."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from editor.actions import ActionText, make_action
from editor.run.controller import RunController, RunState

_BUSY = (RunState.STARTING, RunState.RUNNING)


class StepActions(QObject):
    """F11 goes by operations and F10 by phases, with Ctrl by mini-batches and epochs; Shift goes back."""

    def __init__(self, controller: RunController, window: QWidget) -> None:
        super().__init__(window)
        tr, text = self.tr, ActionText
        self.operation = make_action(
            window,
            text(tr("Step &operation"), tr("Carries out the next operation of the training step.")),
            lambda: controller.step_operation(1),
            "step",
            "F11",
        )
        self.phase = make_action(
            window,
            text(tr("Step over &phase"), tr("Goes to the end of the forward, backward or update phase.")),
            lambda: controller.step_phase(1),
            "step_phase",
            "F10",
        )
        self.batch = make_action(
            window,
            text(tr("Step &batch"), tr("Goes to the end of the mini-batch.")),
            lambda: controller.step_batch(1),
            "step_batch",
            "Ctrl+F11",
        )
        self.epoch = make_action(
            window,
            text(tr("Step &epoch"), tr("Trains for one epoch.")),
            controller.step_epoch,
            "step_epoch",
            "Ctrl+F10",
        )
        self.operation_back = make_action(
            window,
            text(tr("Step back"), tr("Takes the last operation back; every value is what it was before.")),
            lambda: controller.step_operation(-1),
            "step_back",
            "Shift+F11",
        )
        self.phase_back = make_action(
            window,
            text(tr("Back over phase"), tr("Goes back to the beginning of the forward, backward or update phase.")),
            lambda: controller.step_phase(-1),
            "back_phase",
            "Shift+F10",
        )
        self.batch_back = make_action(
            window,
            text(tr("Back a batch"), tr("Goes back to the beginning of the mini-batch.")),
            lambda: controller.step_batch(-1),
            "back_batch",
            "Ctrl+Shift+F11",
        )
        self.epoch_back = make_action(
            window,
            text(tr("Back an epoch"), tr("Goes back to the beginning of the epoch.")),
            lambda: controller.step_epochs(-1),
            "back_epoch",
            "Ctrl+Shift+F10",
        )
        #: From the largest step to the smallest, and back, as they stand in a row around Run.
        self.back: list[QAction] = [self.epoch_back, self.batch_back, self.phase_back, self.operation_back]
        self.forward: list[QAction] = [self.operation, self.phase, self.batch, self.epoch]
        controller.state_changed.connect(self._follow_state)

    def _follow_state(self, state: RunState) -> None:
        for action in (*self.back, *self.forward):
            action.setEnabled(state not in _BUSY)
