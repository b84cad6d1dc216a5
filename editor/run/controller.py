"""Starts, pauses and resets training for the window, and brings its numbers back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from editor.document import Document
from editor.run.cursor import CursorControl
from editor.run.freshness import Freshness
from editor.run.goal import Goal
from editor.run.history import RunHistory
from editor.run.intake import Intake
from editor.run.link import RING_CAPACITY
from editor.run.loaded_model import problem_of
from editor.run.messages import (
    Answered,
    Ask,
    Inquired,
    Lost,
    Moved,
    Pause,
    Pictured,
    Prepared,
    Profiled,
    Report,
    Run,
    Stopped,
    Watched,
)
from editor.run.process import TrainingProcess, problem_of_loss
from editor.run.run_keeper import RunKeeper
from editor.run.run_values import RunValues
from editor.run.runs import Runs
from editor.run.snapshot import model_bytes
from editor.run.state import RunProgress, RunState
from editor.run.step_profile import StepProfile
from engine.debugger.breakpoints import Breakpoint
from engine.debugger.moment import Moment
from engine.graph import EngineError, Problem

__all__ = ["RunController", "RunProgress", "RunState"]

Array = np.ndarray[Any, np.dtype[Any]]

_BUSY = (RunState.STARTING, RunState.RUNNING)


class RunController(CursorControl):
    """The training of one document, in a process of its own. No method waits for that process.

    A run goes on with the model it was given; after an edit that matters for training it is stale. It can still be
    looked at and stepped through then; the next :meth:`run` begins anew, or, where the cursor was put somewhere and
    the variables are the same, as another run from there: a fork.
    """

    state_changed = Signal(object)
    """The RunState."""
    progress = Signal(object)
    """A RunProgress; at most 60 times a second."""
    history_grown = Signal()
    """`history` has new points or rows, or is another one; at most 30 times a second while it grows."""
    values_changed = Signal(dict)
    """Name to array: the variables, the loss and the metrics, at most 10 times a second."""
    failed = Signal(object)
    """A Problem: training failed (then the state is FAILED), or a question could not be answered."""
    answered = Signal(dict)
    """Name to array: the answer to ask()."""
    profiled = Signal(object)
    """The Explanation that profile() asked for, or the Problem why there is none; None when it is given up."""
    pictured = Signal(object)
    """The StepPicture of the present step: after each move of the cursor, and at most 10 times a second while
    training goes on. None when there is no step any more that a picture would be of."""
    watched = Signal(object)
    """Number to Problem: the breakpoints that the present run cannot use."""
    went_stale = Signal()
    """What is shown belongs to the graph, data or settings before an edit."""

    def __init__(self, document: Document, parent: QObject | None = None, ring_capacity: int = RING_CAPACITY) -> None:
        super().__init__(parent)
        self._document = document
        self._state = RunState.IDLE
        self._process = TrainingProcess(self, ring_capacity)
        self._freshness = Freshness(document, self)
        self._goal = Goal()
        self._intake = Intake(self._process, self._goal, self)
        self._profile = StepProfile(document, self._process, self)
        self.runs = Runs(self)
        self._keeper = RunKeeper(
            document, self.runs, self._process, self._freshness, self._intake, self._goal, parent=self
        )
        self._values = RunValues(self.runs, self._intake, self)
        #: The number of the stretch of training that goes on, or was the last one to.
        self._stretch = 0
        #: Questions the worker has not answered yet.
        self._questions = 0
        self._connect()

    def _connect(self) -> None:
        self._process.received.connect(self._receive)
        self._freshness.edited.connect(self._tell_stale)
        self._intake.progress.connect(self.progress)
        self._intake.history_grown.connect(self.history_grown)
        self._values.changed.connect(self.values_changed)
        self._keeper.began.connect(self._leave_step)
        self._profile.ended.connect(self.profiled)
        self._document.replaced.connect(self._begin_document)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.stop)

    # --- asking --------------------------------------------------------------------------------------------------

    @property
    def state(self) -> RunState:
        return self._state

    @property
    def epoch(self) -> int:
        """Epochs done so far, as far as they have come back."""
        return self._intake.epoch

    @property
    def history(self) -> RunHistory:
        """That of the present run."""
        return self._intake.history

    @property
    def is_stale(self) -> bool:
        """Whether the next :meth:`run` begins anew, because of an edit since this run began."""
        return self._freshness.is_stale and self._state is not RunState.IDLE

    def variable_values(self) -> dict[str, Array]:
        """The variables' latest values; those saved with the document before anything ran; else none."""
        return dict(self._values.latest)

    @property
    def process_id(self) -> int | None:
        """The training process's id; None while there is none."""
        return self._process.id

    # --- doing ---------------------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Starts the training process ahead of its first use. For when the window stands: it takes a second."""
        self._process.warm_up()

    def run(self, epochs: int | None = None) -> None:
        """Trains for ``epochs`` (None: as the run settings say).

        A paused run goes on to the end of its count; after that, or when it is finished, for so many more. A stale
        or failed run begins anew. Does nothing while a run goes on.
        """
        count = self._document.model.run.epochs if epochs is None else epochs
        if self._state in _BUSY or count < 1:
            return
        if not (self._fork_after_edit() or self._begin_or_continue()):
            return
        self._goal.train_for(count, self.epoch, self._state is RunState.FINISHED)
        self._train_until(self._goal.target)

    def step_epoch(self) -> None:
        """Trains for one epoch, or to the end of the one in which the run was paused."""
        if self._state in _BUSY or not (self._fork_after_edit() or self._begin_or_continue()):
            return
        self._goal.train_one(self._document.model.run.epochs, self.epoch)
        self._train_until(self.epoch + 1)

    def run_to_epoch(self, epoch: int) -> None:
        """Trains until so many epochs are done; goes back where they have been already."""
        view = self._view
        if view is not None and not self.is_stale and epoch <= view.last.epoch:
            self.seek(Moment(epoch, 0, 0))
        elif self._state not in _BUSY and (self._fork_after_edit() or self._begin_or_continue()):
            self._goal.train_to(epoch, self.epoch)
            self._train_until(self._goal.target)

    def pause(self) -> None:
        """Stops training after the present mini-batch; the state changes when it has stopped."""
        if self._state in _BUSY:
            self._process.send(Pause())

    def reset(self) -> None:
        """Back to epoch 0 and initial values, whatever is going on."""
        self._values.forget_saved()
        self._intake.stop()
        if self._state is RunState.STARTING:
            self._forget_model(end_process=True)
        if self._process.is_there and self._freshness.is_fresh:
            self._keeper.set_back()
        elif self._values.latest or self._state is not RunState.IDLE:
            self._forget_model(end_process=False)
            self._keeper.restart_history()
            self._keeper.leave_present()
            with suppress(EngineError):  # what is wrong with the document is told when it is run
                self._keeper.load(self._values.saved)
        self._set_state(RunState.IDLE)

    def ask(self, names: Sequence[str], feeds: Mapping[str, str | Array]) -> None:
        """Computes nodes of the document with the latest variables; the answer comes as ``answered`` or ``failed``.

        ``feeds`` are arrays or text as a person types it, by placeholder. A run goes on meanwhile.
        """
        try:
            model = model_bytes(self._document) if self._freshness.is_stale else None
            if not self._freshness.has_model:
                self._keeper.load(self._values.saved)
        except EngineError as error:
            self.failed.emit(problem_of(error))
            return
        self._questions += 1
        self._process.send(Ask(tuple(names), dict(feeds), model))

    def set_breakpoints(self, breakpoints: Sequence[Breakpoint]) -> None:
        """Runs stop at these from now on, this one and all to come."""
        self._process.watch(breakpoints)

    def profile(self) -> None:
        """Times the training step of the document as it is now; the answer comes as ``profiled``.

        Neither the run nor anything that is shown of it changes; a run that goes on waits meanwhile. Does nothing
        while a profile is to come.
        """
        self._profile.ask()

    def stop(self) -> None:
        """Ends the training process at once, for when the window closes. A later run starts another one."""
        self._forget_model(end_process=True)
        if self._state in _BUSY:
            self._set_state(RunState.IDLE)

    # --- runs ----------------------------------------------------------------------------------------------------

    def set_values(self, values: Mapping[str, Array]) -> None:
        """Gives variables other values where the cursor is: the run forks there, and waits to be run on.

        Does nothing while training goes on. Before anything was run, the document's model is loaded.
        """
        if self._state in _BUSY or not self._get_ready_to_move():
            return
        self._fork(None, self.tr("set {names}").format(names=", ".join(values)), values)

    def select_run(self, number: int) -> None:
        """Goes on with another of the runs, where its cursor is. Does nothing while training goes on."""
        chosen = self.runs.get(number)
        if chosen is None or not chosen.is_alive or number == self.runs.current or self._state in _BUSY:
            return
        self._keeper.choose(chosen)
        self._set_state(RunState.PAUSED)

    def delete_run(self, number: int) -> None:
        """Forgets a run with its curve; the present one stays."""
        chosen = self.runs.get(number)
        if chosen is not None and number != self.runs.current:
            self._keeper.delete(chosen)

    @property
    def history_memory(self) -> int:
        """Bytes that the history of all runs may take."""
        return self._keeper.memory

    def set_history_memory(self, memory: int) -> None:
        self._keeper.set_memory(memory)

    def _fork_after_edit(self) -> bool:
        """Begins a fork with the document as it is now, where the cursor was put somewhere before the edit.

        Returns whether it did. It does not where the variables are others now: then the run begins anew.
        """
        view = self._view
        if not self.is_stale or self._state is not RunState.PAUSED or view is None or view.moment <= view.first:
            return False
        if not self._freshness.has_variables(self._values.latest):
            return False
        try:
            model = model_bytes(self._document)
        except EngineError:
            return False
        changes = self._freshness.changes()
        self._freshness.note_model()
        self._fork(model, changes, {})
        return True

    def _fork(self, model: bytes | None, changes: str, values: Mapping[str, Array]) -> None:
        self._keeper.fork(model, changes, values, 0 if self._view is None else self._view.epochs_done)
        self._set_state(RunState.PAUSED)

    # --- beginning -----------------------------------------------------------------------------------------------

    def _begin_or_continue(self) -> bool:
        """Loads the document's model unless a run can go on. Returns False, with the run failed, when it cannot."""
        if self.is_stale:
            self._values.forget_saved()
        if self._freshness.is_fresh and self._keeper.problem is None and self._state is not RunState.FAILED:
            return True
        try:
            self._keeper.load(self._values.saved)
        except EngineError as error:
            self._fail(problem_of(error))
            return False
        return True

    def _send(self, message: object) -> None:
        self._process.send(message)

    def _get_ready_to_move(self) -> bool:
        if self._freshness.has_model and self._keeper.problem is None:
            return True
        return self._begin_or_continue()

    def _leave_step(self) -> None:
        """Another run begins: nothing of what the old one has still to say counts."""
        self._stretch += 1
        self._forget_cursor()
        self.pictured.emit(None)

    def _train_until(self, epoch: int) -> None:
        self._stretch += 1
        self._forget_cursor()
        self._process.send(Run(self._stretch, epoch))
        self._intake.start()
        self._set_state(RunState.RUNNING if self._intake.is_open else RunState.STARTING)

    def _forget_model(self, end_process: bool) -> None:
        """The next use loads the document's model. ``end_process`` also ends what is being loaded or trained."""
        self._freshness.forget_model()
        self._intake.is_open = False
        self._intake.stop()
        if end_process and self._process.is_there:
            self._process.end()
            self._lose_process(None)

    def _lose_process(self, problem: Problem | None) -> None:
        """The training process has ended, and with it all that it held."""
        self._questions = 0
        self.runs.let_die()
        self._forget_cursor()
        self._profile.end(problem)
        gone = Problem(self.tr("The training process has ended. Run the graph again.")) if problem is None else problem
        self._give_up_questions(gone)

    # --- the document --------------------------------------------------------------------------------------------

    def _tell_stale(self) -> None:
        if self._values.latest or len(self.history):
            self.went_stale.emit()

    def _begin_document(self) -> None:
        """Another document is open: nothing of the old one's run stays."""
        had_process = self._process.is_there
        self._profile.end(None)
        self._forget_model(end_process=self._state in _BUSY)
        self._keeper.forget_all()
        self._forget_cursor()
        if had_process:
            self.warm_up()
        self._values.open(self._document.model.values)
        self._keeper.restart_history()
        self._set_state(RunState.IDLE)
        if self._values.saved:
            # Later, so that all who listen to the document have its nodes first.
            QTimer.singleShot(0, self, self._show_saved_values)

    def _show_saved_values(self) -> None:
        if self._state is RunState.IDLE:
            self._values.tell_saved()

    # --- what the worker sends -----------------------------------------------------------------------------------

    def _receive(self, message: object) -> None:
        match message:
            case Prepared() if self._keeper.receive(message):
                self._receive_prepared(message)
            case Report() if self._keeper.is_prepared_as(message.generation):
                self._intake.take_rows(message.rows)
                self._intake.take_records()
                self._values.take(message.values, message.loss)
            case Stopped() if message.stretch == self._stretch:
                self._receive_stopped(message)
            case Moved() if self._keeper.is_prepared_as(message.generation):
                self._receive_cursor(message)
            case Pictured() if self._keeper.is_prepared_as(message.generation):
                self.pictured.emit(message.picture)
            case Inquired():
                self._receive_answer(message)
            case Watched():
                self.watched.emit(message.problems)
            case Answered():
                self._questions -= 1
                if message.problem is None:
                    self.answered.emit(message.values)
                else:
                    self.failed.emit(message.problem)
            case Profiled():
                self._profile.receive(message)
            case Lost():
                self._receive_loss(problem_of_loss(message))

    def _receive_prepared(self, message: Prepared) -> None:
        self._values.take(message.values or {}, None)
        if self._state is not RunState.STARTING:
            if message.problem is not None and self._give_up_motion():
                self.failed.emit(message.problem)
            return
        if message.problem is not None:
            self._fail(message.problem)
        else:
            self._intake.measure_speed()
            self._set_state(RunState.RUNNING)

    def _receive_cursor(self, message: Moved) -> None:
        if self._intake.take_records():  # of epochs that the cursor has left
            self._intake.tell_history()
        self._values.take(message.values, message.loss)
        if self._state in (RunState.IDLE, RunState.FINISHED, RunState.FAILED) and self._is_moving:
            at_start = message.moment <= message.first
            self._set_state(RunState.IDLE if at_start and not len(self.history) else RunState.PAUSED)
        self._receive_moved(message)
        if self._view is not None and message.problem is None:  # an epoch that failed is not done
            self._intake.epoch = self._view.epochs_done
        if message.problem is not None and self._state is not RunState.FAILED:
            self.failed.emit(message.problem)

    def _receive_stopped(self, message: Stopped) -> None:
        self._intake.stop()
        self._intake.take_records()
        self._intake.tell_history()
        self._intake.epoch = message.epoch
        if message.problem is not None:
            state = RunState.FAILED
        else:
            state = RunState.FINISHED if self._goal.is_reached(message.epoch) else RunState.PAUSED
        self._set_state(state)
        self._intake.tell_progress(message.epochs_per_second)
        if message.problem is not None:
            self.failed.emit(message.problem)

    def _receive_loss(self, problem: Problem) -> None:
        self._intake.take_records()
        self._intake.tell_history()
        self._process.end()
        is_answer_missing = self._questions > 0
        self._lose_process(problem)
        self._forget_model(end_process=False)
        if self._state not in (RunState.IDLE, RunState.FAILED):
            self._fail(problem)
        elif is_answer_missing:
            self.failed.emit(problem)

    def _fail(self, problem: Problem) -> None:
        self._intake.stop()
        self._set_state(RunState.FAILED)
        self.failed.emit(problem)

    def _set_state(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
