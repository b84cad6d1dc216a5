"""The runs of a document in the training process: begun, forked, chosen and given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.document import Document
from editor.run.freshness import Freshness
from editor.run.goal import Goal
from editor.run.history import RunHistory
from editor.run.intake import Intake
from editor.run.messages import Discard, Fork, KeepMemory, Load, Prepared, Reset, Select
from editor.run.process import TrainingProcess
from editor.run.runs import RunInfo, Runs
from editor.run.snapshot import folder_of, model_bytes
from engine.graph import Problem
from engine.training.history import DEFAULT_MEMORY

Array = np.ndarray[Any, np.dtype[Any]]


class RunKeeper(QObject):
    """Keeps the list of runs and what the training process holds alike."""

    began = Signal()
    """Another run is the present one, or it begins again; what arrives until it is prepared belongs to the old one."""

    def __init__(
        self,
        document: Document,
        runs: Runs,
        process: TrainingProcess,
        freshness: Freshness,
        intake: Intake,
        goal: Goal,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runs = runs
        self._process = process
        self._freshness = freshness
        self._intake = intake
        self._goal = goal
        #: How often the present run has been another one; messages say which one they are about.
        self._generation = 0
        #: Why the present run cannot be trained.
        self.problem: Problem | None = None
        #: Bytes that the history of all runs may take.
        self.memory = DEFAULT_MEMORY

    def is_prepared_as(self, generation: int) -> bool:
        """Whether a message is about the present run, and the training process has begun that."""
        return self._intake.is_open and generation == self._generation

    def load(self, values: Mapping[str, Array]) -> None:
        """Begins a run with the document's model as it is now, and these values of variables.

        Raises EngineError when the model cannot be written.
        """
        model = model_bytes(self._document)
        self._process.warm_up()
        self._freshness.note_model()
        self._generation += 1
        before = self._runs.present
        if before is not None and not len(before.history):  # nothing was trained that could be compared
            self.leave_present()
        run = self._runs.begin(self._document.model.run)
        self._begin_history_of(run)
        self._process.send(
            Load(self._generation, model, folder_of(self._document), dict(values), run.number, self.memory)
        )
        self.restart_history()
        self._begin()

    def fork(self, model: bytes | None, changes: str, values: Mapping[str, Array], epoch: int) -> None:
        """Begins a run where the cursor is, after so many epochs."""
        parent = self._runs.present
        number = None if parent is None else parent.number
        run = self._runs.begin(self._document.model.run, number, epoch, changes)
        self._begin_history_of(run)
        self._generation += 1
        self._process.send(Fork(self._generation, run.number, model, folder_of(self._document), dict(values)))
        self._begin()
        self._intake.epoch = epoch
        self._intake.tell_history()

    def choose(self, run: RunInfo) -> None:
        """Makes another run the present one."""
        self._generation += 1
        self._runs.choose(run.number)
        self._intake.history = run.history
        self._process.send(Select(self._generation, run.number))
        self._begin()
        self._intake.tell_history()

    def set_back(self) -> None:
        """The present run begins again at its initial values."""
        self._generation += 1
        self._process.send(Reset(self._generation))
        self.restart_history()
        self._begin()

    def leave_present(self) -> None:
        """Gives up the present run, if there is one."""
        run = self._runs.present
        if run is not None:
            self._runs.choose(0)
            self.delete(run)

    def delete(self, run: RunInfo) -> None:
        """Forgets a run that is not the present one, with its curve."""
        if run.is_alive:
            self._process.send(Discard(run.number))
        self._runs.remove(run.number)

    def forget_all(self) -> None:
        """Another document has been opened."""
        for run in self._runs.all():
            if run.is_alive:
                self._process.send(Discard(run.number))
        self._runs.clear()
        self._intake.history = RunHistory()

    def set_memory(self, memory: int) -> None:
        self.memory = memory
        self._process.send(KeepMemory(memory))

    def restart_history(self) -> None:
        """The present run begins again at epoch 0."""
        self._goal.begin_again()
        self._intake.epoch = 0
        self._take_history(RunHistory(self._intake.history.loss_name, self._intake.history.metric_names))
        self._intake.tell_history()

    def receive(self, message: Prepared) -> bool:
        """The training process has begun a run. Returns whether that is the present one."""
        if message.generation != self._generation:
            return False
        self.problem = message.problem
        self._intake.open_at(message.position, message.epoch)
        if not len(self._intake.history):
            self._take_history(RunHistory(message.loss_name, message.metric_names))
        if self._runs.present is not None:
            self._runs.present.is_alive = message.problem is None
        self._intake.tell_history()
        return True

    def _take_history(self, history: RunHistory) -> None:
        self._intake.history = history
        if self._runs.present is not None:
            self._runs.present.history = history

    def _begin_history_of(self, run: RunInfo) -> None:
        before = self._intake.history
        run.history = self._intake.history = RunHistory(before.loss_name, before.metric_names)

    def _begin(self) -> None:
        self._intake.is_open = False
        self.problem = None
        self.began.emit()
