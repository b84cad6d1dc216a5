"""Starts, pauses and resets training for the window, and brings its numbers back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

from editor.document import Document
from editor.run.cursor import CursorControl
from editor.run.history import RunHistory
from editor.run.link import RING_CAPACITY, WorkerLink
from editor.run.loaded_model import problem_of
from editor.run.messages import (
    Answered,
    Ask,
    Discard,
    Fork,
    Inquired,
    KeepMemory,
    Load,
    Lost,
    Moved,
    Pause,
    Pictured,
    Prepared,
    Profile,
    Profiled,
    Report,
    Reset,
    Run,
    Select,
    Stopped,
    Watch,
    Watched,
)
from editor.run.runs import RunInfo, Runs
from editor.run.snapshot import Conditions, fork_words, model_bytes
from editor.run.state import RunProgress, RunState, Speed
from engine.debugger.breakpoints import Breakpoint
from engine.debugger.moment import Moment
from engine.graph import EngineError, Problem
from engine.runtime.explanation import Explanation
from engine.training.history import DEFAULT_MEMORY

__all__ = ["RunController", "RunProgress", "RunState"]

Array = np.ndarray[Any, np.dtype[Any]]

_POLL_MS = 16
_HISTORY_EVERY = 1 / 30
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

    _arrived = Signal(object, object)

    def __init__(self, document: Document, parent: QObject | None = None, ring_capacity: int = RING_CAPACITY) -> None:
        super().__init__(parent)
        self.runs = Runs(self)
        self._history_memory = DEFAULT_MEMORY
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._document = document
        self._ring_capacity = ring_capacity
        self._link: WorkerLink | None = None
        self._state = RunState.IDLE
        #: That of the present run.
        self.history = RunHistory()
        self._values: dict[str, Array] = {}
        #: Trained values from the file, until the run is reset.
        self._start_values: dict[str, Array] = {}
        #: What the worker's model was made from; None while it has none.
        self._conditions: Conditions | None = None
        self._is_stale = False
        self._generation = 0
        self._is_prepared = False
        self._load_problem: Problem | None = None
        self._stretch = 0
        #: The epoch at which the present count of epochs began, and where it ends.
        self._base = 0
        self._target = 0
        self._epoch = 0
        self._is_stepping = False
        #: Questions the worker has not answered yet.
        self._questions = 0
        #: The number of the last profile that was asked for, and whether it is still to come.
        self._profile_number = 0
        self._is_profiling = False
        self._speed = Speed()
        self._history_told = 0.0
        self._history_is_untold = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._arrived.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._listen_to_document()

    def _listen_to_document(self) -> None:
        document = self._document
        for signal in (
            document.nodes_added,
            document.nodes_removed,
            document.node_renamed,
            document.nodes_changed,
            document.wires_added,
            document.wires_removed,
        ):
            signal.connect(self._graph_edited)
        document.data_changed.connect(self._conditions_edited)
        document.run_settings_changed.connect(self._conditions_edited)
        document.replaced.connect(self._begin_document)
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
        return self._epoch

    @property
    def is_stale(self) -> bool:
        """Whether the next :meth:`run` begins anew, because of an edit since this run began."""
        return self._is_stale and self._state is not RunState.IDLE

    def variable_values(self) -> dict[str, Array]:
        """The variables' latest values; those saved with the document before anything ran; else none."""
        return dict(self._values)

    @property
    def process_id(self) -> int | None:
        """The training process's id; None while there is none."""
        return None if self._link is None else self._link.process_id

    # --- doing ---------------------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Starts the training process ahead of its first use. For when the window stands: it takes a second."""
        if self._link is None:
            self._link = WorkerLink(self._tell_arrival, self._ring_capacity)
            self._link.send(Watch(self._breakpoints))
            self._questions = 0
            self.destroyed.connect(self._link.close)

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
        if self._state is RunState.FINISHED or self._epoch >= self._base + count:
            self._base = self._epoch
        self._target = self._base + count
        self._is_stepping = False
        self._train_until(self._target)

    def step_epoch(self) -> None:
        """Trains for one epoch, or to the end of the one in which the run was paused."""
        if self._state in _BUSY or not (self._fork_after_edit() or self._begin_or_continue()):
            return
        if self._epoch >= self._target:
            self._target = max(self._base + self._document.model.run.epochs, self._epoch + 1)
        self._is_stepping = True
        self._train_until(self._epoch + 1)

    def run_to_epoch(self, epoch: int) -> None:
        """Trains until so many epochs are done; goes back where they have been already."""
        view = self._view
        if view is not None and not self.is_stale and epoch <= view.last.epoch:
            self.seek(Moment(epoch, 0, 0))
        elif self._state not in _BUSY and (self._fork_after_edit() or self._begin_or_continue()):
            self._is_stepping = False
            self._target = max(epoch, self._epoch + 1)
            self._train_until(self._target)

    def pause(self) -> None:
        """Stops training after the present mini-batch; the state changes when it has stopped."""
        if self._state in _BUSY and self._link is not None:
            self._link.send(Pause())

    def reset(self) -> None:
        """Back to epoch 0 and initial values, whatever is going on."""
        self._start_values = {}
        self._timer.stop()
        if self._state is RunState.STARTING:
            self._forget_model(end_process=True)
        if self._link is not None and self._conditions is not None and not self._is_stale:
            self._generation += 1
            self._link.send(Reset(self._generation))
            self._restart_history()
            self._await_prepared()
        elif self._values or self._state is not RunState.IDLE:
            self._forget_model(end_process=False)
            self._restart_history()
            if self.runs.present is not None:
                self._leave_run(self.runs.present)
            with suppress(EngineError):  # what is wrong with the document is told when it is run
                self._load()
        self._set_state(RunState.IDLE)

    def ask(self, names: Sequence[str], feeds: Mapping[str, str | Array]) -> None:
        """Computes nodes of the document with the latest variables; the answer comes as ``answered`` or ``failed``.

        ``feeds`` are arrays or text as a person types it, by placeholder. A run goes on meanwhile.
        """
        try:
            model = model_bytes(self._document) if self._is_stale else None
            if self._conditions is None:
                self._load()
        except EngineError as error:
            self.failed.emit(problem_of(error))
            return
        assert self._link is not None
        self._questions += 1
        self._link.send(Ask(tuple(names), dict(feeds), model))

    def set_breakpoints(self, breakpoints: Sequence[Breakpoint]) -> None:
        """Runs stop at these from now on, this one and all to come."""
        if tuple(breakpoints) == self._breakpoints:
            return
        self._breakpoints = tuple(breakpoints)
        if self._link is not None:
            self._link.send(Watch(self._breakpoints))

    def profile(self) -> None:
        """Times the training step of the document as it is now; the answer comes as ``profiled``.

        Neither the run nor anything that is shown of it changes; a run that goes on waits meanwhile. Does nothing
        while a profile is to come.
        """
        if self._is_profiling:
            return
        self._is_profiling = True
        self._profile_number += 1
        try:
            model = model_bytes(self._document)
        except EngineError as error:
            self._end_profile(problem_of(error))
            return
        self.warm_up()
        assert self._link is not None
        self._link.send(Profile(self._profile_number, model, self._folder()))

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
        self._generation += 1
        self.runs.choose(number)
        self.history = chosen.history
        self._send(Select(self._generation, number))
        self._await_prepared()
        self._tell_history()
        self._set_state(RunState.PAUSED)

    def delete_run(self, number: int) -> None:
        """Forgets a run with its curve; the present one stays."""
        chosen = self.runs.get(number)
        if chosen is None or number == self.runs.current:
            return
        if chosen.is_alive and self._link is not None:
            self._send(Discard(number))
        self.runs.remove(number)

    @property
    def history_memory(self) -> int:
        """Bytes that the history of all runs may take."""
        return self._history_memory

    def set_history_memory(self, memory: int) -> None:
        self._history_memory = memory
        if self._link is not None:
            self._send(KeepMemory(memory))

    def _fork_after_edit(self) -> bool:
        """Begins a fork with the document as it is now, where the cursor was put somewhere before the edit.

        Returns whether it did. It does not where the variables are others now: then the run begins anew.
        """
        conditions = self._conditions
        if not self.is_stale or conditions is None or self._state is not RunState.PAUSED or self._view is None:
            return False
        if self._view.moment <= self._view.first or not self._has_same_variables():
            return False
        try:
            model = model_bytes(self._document)
        except EngineError:
            return False
        changes = fork_words(conditions, Conditions.of(self._document))
        self._conditions = Conditions.of(self._document)
        self._is_stale = False
        self._fork(model, changes, {})
        return True

    def _has_same_variables(self) -> bool:
        graph = self._document.graph
        variables = {op.name: op.output for op in graph.get_operations() if op.type == "Variable"}
        return variables.keys() == self._values.keys() and all(
            variables[name].shape.is_compatible_with(value.shape) for name, value in self._values.items()
        )

    def _fork(self, model: bytes | None, changes: str, values: Mapping[str, Array]) -> None:
        view = self._view
        parent = self.runs.present
        number = None if parent is None else parent.number
        epoch = 0 if view is None else view.epochs_done
        run = self.runs.begin(self._document.model.run, number, epoch, changes)
        self._begin_history_of(run)
        self._generation += 1
        self._send(Fork(self._generation, run.number, model, self._folder(), dict(values)))
        self._await_prepared()
        self._epoch = epoch
        self._tell_history()
        self._set_state(RunState.PAUSED)

    def _begin_history_of(self, run: RunInfo) -> None:
        run.history = self.history = RunHistory(self.history.loss_name, self.history.metric_names)

    # --- beginning -----------------------------------------------------------------------------------------------

    def _begin_or_continue(self) -> bool:
        """Loads the document's model unless a run can go on. Returns False, with the run failed, when it cannot."""
        if self.is_stale:
            self._start_values = {}
        can_go_on = self._conditions is not None and not self._is_stale and self._load_problem is None
        if can_go_on and self._state is not RunState.FAILED:
            return True
        try:
            self._load()
        except EngineError as error:
            self._fail(problem_of(error))
            return False
        return True

    def _load(self) -> None:
        """Gives the worker the document's model as it is now. Raises EngineError when that cannot be written."""
        document = self._document
        model = model_bytes(document)
        self.warm_up()
        assert self._link is not None
        self._conditions = Conditions.of(document)
        self._is_stale = False
        self._generation += 1
        before = self.runs.present
        if before is not None and not len(before.history):  # nothing was trained that could be compared
            self._leave_run(before)
        run = self.runs.begin(document.model.run)
        self._begin_history_of(run)
        self._link.send(
            Load(self._generation, model, self._folder(), self._start_values, run.number, self._history_memory)
        )
        self._restart_history()
        self._await_prepared()

    def _leave_run(self, run: RunInfo) -> None:
        """Gives up the present run."""
        self.runs.choose(0)
        if run.is_alive and self._link is not None:
            self._link.send(Discard(run.number))
        self.runs.remove(run.number)

    def _send(self, message: object) -> None:
        assert self._link is not None
        self._link.send(message)

    def _get_ready_to_move(self) -> bool:
        if self._conditions is not None and self._load_problem is None:
            return True
        return self._begin_or_continue()

    def _folder(self) -> str | None:
        return None if self._document.folder is None else str(self._document.folder)

    def _await_prepared(self) -> None:
        """What arrives until the worker has begun the new run belongs to the old one."""
        self._is_prepared = False
        self._load_problem = None
        self._stretch += 1
        self._forget_cursor()
        self.pictured.emit(None)

    def _restart_history(self) -> None:
        """The present run begins again at epoch 0."""
        self._base = self._target = self._epoch = 0
        self.history = RunHistory(self.history.loss_name, self.history.metric_names)
        if self.runs.present is not None:
            self.runs.present.history = self.history
        self._tell_history()

    def _train_until(self, epoch: int) -> None:
        assert self._link is not None
        self._stretch += 1
        self._forget_cursor()
        self._link.send(Run(self._stretch, epoch))
        self._speed.restart(perf_counter(), self._epoch)
        self._timer.start()
        self._set_state(RunState.RUNNING if self._is_prepared else RunState.STARTING)

    def _forget_model(self, end_process: bool) -> None:
        """The next use loads the document's model. ``end_process`` also ends what is being loaded or trained."""
        self._conditions = None
        self._is_stale = False
        self._is_prepared = False
        self._timer.stop()
        if end_process and self._link is not None:
            self._link.close()
            self._lose_link(None)

    def _lose_link(self, problem: Problem | None) -> None:
        """The training process has ended, and with it all that it held."""
        self._link = None
        self.runs.let_die()
        self._forget_cursor()
        self._end_profile(problem)
        gone = Problem(self.tr("The training process has ended. Run the graph again.")) if problem is None else problem
        self._give_up_questions(gone)

    # --- the document --------------------------------------------------------------------------------------------

    def _graph_edited(self) -> None:
        if self._conditions is None or self._is_stale:
            return
        self._is_stale = True
        if self._values or len(self.history):
            self.went_stale.emit()

    def _conditions_edited(self) -> None:
        if self._conditions is not None and self._conditions != Conditions.of(self._document):
            self._graph_edited()

    def _begin_document(self) -> None:
        """Another document is open: nothing of the old one's run stays."""
        had_process = self._link is not None
        self._end_profile(None)
        self._forget_model(end_process=self._state in _BUSY)
        for run in self.runs.all():
            if run.is_alive and self._link is not None:
                self._link.send(Discard(run.number))
        self.runs.clear()
        self._forget_cursor()
        if had_process:
            self.warm_up()
        self._start_values = dict(self._document.model.values)
        self._values = dict(self._start_values)
        self.history = RunHistory()
        self._restart_history()
        self._set_state(RunState.IDLE)
        if self._values:
            # Later, so that all who listen to the document have its nodes first.
            QTimer.singleShot(0, self, self._show_saved_values)

    def _show_saved_values(self) -> None:
        if self._state is RunState.IDLE and self._start_values:
            self.values_changed.emit(dict(self._start_values))

    # --- what the worker sends -----------------------------------------------------------------------------------

    def _tell_arrival(self, link: WorkerLink, message: object) -> None:
        """Called on the link's thread: passes a message on to this object's own."""
        with suppress(RuntimeError):  # this object is gone, and nobody listens
            self._arrived.emit(link, message)

    def _receive(self, link: WorkerLink, message: object) -> None:
        if link is not self._link:
            return
        match message:
            case Prepared() if message.generation == self._generation:
                self._receive_prepared(message)
            case Report() if message.generation == self._generation and self._is_prepared:
                self._receive_report(message)
            case Stopped() if message.stretch == self._stretch:
                self._receive_stopped(message)
            case Moved() if message.generation == self._generation and self._is_prepared:
                self._receive_cursor(message)
            case Pictured() if message.generation == self._generation and self._is_prepared:
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
            case Profiled() if message.number == self._profile_number:
                self._end_profile(message.result)
            case Lost():
                self._receive_lost(message)

    def _receive_prepared(self, message: Prepared) -> None:
        assert self._link is not None
        self._is_prepared = True
        self._load_problem = message.problem
        self._link.ring.skip_to(message.position)
        self._epoch = message.epoch
        present = self.runs.present
        if not len(self.history):
            self.history = RunHistory(message.loss_name, message.metric_names)
            if present is not None:
                present.history = self.history
        if present is not None:
            present.is_alive = message.problem is None
        self._tell_history()
        self._show_values(message.values or {}, None)
        if self._state is not RunState.STARTING:
            if message.problem is not None and self._give_up_motion():
                self.failed.emit(message.problem)
            return
        if message.problem is not None:
            self._fail(message.problem)
        else:
            self._speed.restart(perf_counter(), message.epoch)
            self._set_state(RunState.RUNNING)

    def _receive_cursor(self, message: Moved) -> None:
        if self._take_records():  # of epochs that the cursor has left
            self._tell_history()
        self._show_values(message.values, message.loss)
        if self._state in (RunState.IDLE, RunState.FINISHED, RunState.FAILED) and self._is_moving:
            at_start = message.moment <= message.first
            self._set_state(RunState.IDLE if at_start and not len(self.history) else RunState.PAUSED)
        self._receive_moved(message)
        if self._view is not None and message.problem is None:  # an epoch that failed is not done
            self._epoch = self._view.epochs_done
        if message.problem is not None and self._state is not RunState.FAILED:
            self.failed.emit(message.problem)

    def _receive_report(self, message: Report) -> None:
        self.history.append_rows(message.rows)
        self._history_is_untold = True
        self._take_records()
        self._show_values(message.values, message.loss)

    def _receive_stopped(self, message: Stopped) -> None:
        self._timer.stop()
        self._take_records()
        self._tell_history()
        self._epoch = message.epoch
        if message.problem is not None:
            state = RunState.FAILED
        elif self._is_stepping or message.epoch < self._target:
            state = RunState.PAUSED
        else:
            state = RunState.FINISHED
        self._set_state(state)
        self._tell_progress(message.epochs_per_second)
        if message.problem is not None:
            self.failed.emit(message.problem)

    def _receive_lost(self, message: Lost) -> None:
        assert self._link is not None
        self._take_records()
        self._tell_history()
        self._link.close()
        problem = Problem(self._sentence_of(message))
        self._lose_link(problem)
        self._forget_model(end_process=False)
        if self._state not in (RunState.IDLE, RunState.FAILED):
            self._fail(problem)
        elif self._questions:
            self.failed.emit(problem)

    def _sentence_of(self, lost: Lost) -> str:
        if lost.exit_code is None:
            return self.tr("The training process could not be started. Close other programs and try again.")
        if lost.exit_code < 0:
            sentence = self.tr(
                "The training process was ended from outside (signal {number}), perhaps for lack of memory. Try again."
            )
        else:
            sentence = self.tr("The training process ended unexpectedly (exit code {number}). Try again.")
        return sentence.format(number=abs(lost.exit_code))

    def _fail(self, problem: Problem) -> None:
        self._timer.stop()
        self._set_state(RunState.FAILED)
        self.failed.emit(problem)

    def _end_profile(self, result: Explanation | Problem | None) -> None:
        """Tells what came of the profile that was asked for; does nothing when none was."""
        if self._is_profiling:
            self._is_profiling = False
            self.profiled.emit(result)

    # --- telling the window --------------------------------------------------------------------------------------

    def _poll(self) -> None:
        if self._take_records():
            self._tell_progress(self._speed.at(perf_counter(), self._epoch))
        if self._history_is_untold and perf_counter() - self._history_told >= _HISTORY_EVERY:
            self._tell_history()

    def _take_records(self) -> bool:
        """Takes the records of new epochs out of the ring. Returns whether there were any."""
        if self._link is None or not self._is_prepared:
            return False
        records = self._link.ring.read().reshape(-1, self.history.record_width)
        if not len(records):
            return False
        self._epoch = int(records[-1, 0]) + 1
        epochs = self.history.epochs
        if len(epochs):  # a run that was set back comes by epochs again that are there already, bit for bit
            records = records[records[:, 0] > epochs[-1]]
        self.history.append_records(records)
        self._history_is_untold = True
        return True

    def _tell_progress(self, epochs_per_second: float) -> None:
        losses = self.history.losses
        loss = float(losses[-1]) if len(losses) else float("nan")
        self.progress.emit(RunProgress(self._epoch, loss, epochs_per_second, self._target))

    def _tell_history(self) -> None:
        self._history_told = perf_counter()
        self._history_is_untold = False
        self.history_grown.emit()

    def _show_values(self, values: dict[str, Array], loss: float | None) -> None:
        self._values = values
        if self.runs.present is not None:
            self.runs.present.values = values
        shown = dict(values)
        if loss is not None and self.history.loss_name:
            shown[self.history.loss_name] = np.asarray(loss)
        for name, curve in self.history.metrics.items():
            if len(curve):
                shown[name] = np.asarray(curve[-1])
        if shown:
            self.values_changed.emit(shown)

    def _set_state(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
