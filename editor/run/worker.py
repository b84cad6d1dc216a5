"""The process that trains, so that the window never waits. No Qt here, nor in what is imported."""

from __future__ import annotations

import logging
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from editor.run import channel
from editor.run.loaded_model import LoadedModel, ask_another, explain_step, problem_of
from editor.run.messages import (
    Answered,
    Ask,
    Discard,
    Fork,
    Go,
    Inquire,
    Inquired,
    KeepMemory,
    Load,
    Moved,
    Pause,
    Pictured,
    Prepared,
    Profile,
    Profiled,
    Ready,
    Report,
    Reset,
    Run,
    Select,
    Stopped,
    Watch,
    Watched,
)
from editor.run.outbox import RecordOutbox, RowOutbox
from editor.run.pictures import Pictures
from editor.run.questions import AboutStep
from editor.run.ring import Ring
from editor.run.step_view import StepOperation
from engine.debugger.breakpoints import Breakpoint, Stop
from engine.debugger.moment import Moment
from engine.debugger.observed_step import ObservedStep
from engine.graph import EngineError, InvalidArgumentError, Problem
from engine.training.run import TrainingRun

Array = np.ndarray[Any, np.dtype[Any]]

#: Seconds between two looks at the pipe.
_LOOK_EVERY = 0.008
#: Seconds between two reports of the values, at the least; with large variables; and in their own durations.
_REPORT_EVERY = 0.1
_REPORT_LARGE_EVERY = 0.5
_LARGE = 1 << 16
_REPORT_SHARE = 20
#: Epochs that are trained without a look at the clock: so many that they take about a millisecond.
_LARGEST_BLOCK = 256
_BLOCK_SECONDS = 0.001


def worker_main(connection: Connection[Any, Any], ring_name: str, ring_capacity: int) -> None:
    """Serves the window's process until that closes the pipe or ends."""
    # Ctrl+C in the terminal reaches every process of it; the window decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ring = Ring.attach(ring_name, ring_capacity)
    try:
        Worker(connection, ring).serve()
    except (EOFError, ConnectionError):
        pass  # the window's process is gone
    finally:
        ring.close()


class Worker:
    """Does what the messages say, one after the other, and looks for new ones while it trains."""

    def __init__(self, connection: Connection[Any, Any], ring: Ring) -> None:
        self._connection = connection
        self._ring = ring
        #: All runs that can be looked at, by number, and the present one.
        self._runs: dict[int, LoadedModel] = {}
        self._run = 0
        self._memory = 0
        #: Why nothing is loaded.
        self._load_problem: Problem | None = None
        self._generation = 0
        self._records = RecordOutbox(ring, 1)
        self._rows = RowOutbox(0)
        self._has_metrics = False
        self._loss: float | None = None
        self._is_training = False
        self._stretch = 0
        self._until = 0
        self._began = (0.0, 0)
        self._block = 1
        self._look_at = 0.0
        self._report_at = 0.0
        self._report_interval = _REPORT_EVERY
        #: Said once the records before it have gone out.
        self._farewell: Stopped | None = None
        #: Whether the cursor is to be put where training has stopped, once there is nothing else to do.
        self._is_arrival_due = False
        #: A motion that came while training was going on, until that has been said to have stopped.
        self._postponed: Go | None = None
        #: Why training has stopped there; None at its target or for a pause.
        self._stop_problem: Problem | None = None
        self._breakpoints: tuple[Breakpoint, ...] = ()
        #: The breakpoint at which training has stopped.
        self._reached: Stop | None = None
        #: The step whose operations were told last.
        self._told_step: ObservedStep | None = None
        self._pictures = Pictures()
        #: Whether the next step is trained in the plan that keeps its values, for a picture of it.
        self._is_picture_due = False
        #: Questions about the values of a step that came while training goes on: answered in the next such step.
        self._about_step: list[Inquire] = []

    @property
    def _loaded(self) -> LoadedModel | None:
        return self._runs.get(self._run)

    def serve(self) -> None:
        """Raises EOFError or ConnectionError when the other side is gone."""
        self._send(Ready())
        while True:
            if self._is_training:
                self._train()
            elif self._say_farewell() or self._connection.poll(_LOOK_EVERY):
                self._await_message()

    def _await_message(self) -> None:
        """Does the next thing that is asked for; before it waits, puts the cursor where training has stopped."""
        postponed, self._postponed = self._postponed, None
        if postponed is not None:
            self._go(postponed)
        elif self._is_arrival_due and self._farewell is None and not self._connection.poll():
            self._arrive()
        else:
            self._handle(channel.receive(self._connection))
        if not self._is_underway:
            self._answer_about_step()

    @property
    def _is_underway(self) -> bool:
        """Whether training goes on, or has stopped and the cursor is still to be put there."""
        return self._is_training or self._is_arrival_due

    def _send(self, message: object) -> None:
        channel.send(self._connection, message)

    # --- messages ------------------------------------------------------------------------------------------------

    def _handle(self, message: object) -> None:
        match message:
            case Load():
                self._generation = message.generation
                self._load(message)
            case Reset():
                self._generation = message.generation
                self._reset()
            case Fork():
                self._generation = message.generation
                self._fork(message)
            case Select():
                self._generation = message.generation
                self._run = message.run
                self._prepare()
            case Discard():
                self._runs.pop(message.run, None)
                self._share_memory()
            case Go():
                self._go(message)
            case Inquire():
                if self._is_underway and isinstance(message.question, AboutStep):
                    self._about_step.append(message)
                else:
                    self._answer_question(message)
            case Watch():
                self._breakpoints = message.breakpoints
                self._watch()
            case KeepMemory():
                self._memory = message.memory
                self._share_memory()
            case Run():
                self._start(message)
            case Pause():
                if self._is_training:
                    self._stop()
            case Ask():
                self._answer(message)
            case Profile():
                self._profile(message)

    def _load(self, message: Load) -> None:
        self._run = message.run
        self._memory = message.memory
        self._load_problem = None
        try:
            folder = None if message.folder is None else Path(message.folder)
            self._runs[self._run] = LoadedModel(message.model, folder, message.values, self._memory)
        except Exception as error:
            self._load_problem = _problem_of_any(error)
        self._share_memory()
        self._prepare()

    def _fork(self, message: Fork) -> None:
        loaded = self._loaded
        try:
            if loaded is None:
                raise InvalidArgumentError("There is no run to go on from; run the graph first.", "")
            folder = None if message.folder is None else Path(message.folder)
            forked = loaded.fork(message.model, folder, message.values)
        except Exception as error:
            self._run = message.run
            self._load_problem = _problem_of_any(error)
        else:
            self._run = message.run
            self._load_problem = None
            self._runs[self._run] = forked
            self._share_memory()
        self._prepare()

    def _share_memory(self) -> None:
        """Each run may take its part of the memory."""
        for loaded in self._runs.values():
            loaded.limit_memory(self._memory // len(self._runs))

    def _reset(self) -> None:
        try:
            if self._loaded is not None:
                self._loaded.reset()
        except Exception as error:
            self._runs.pop(self._run, None)
            self._load_problem = _problem_of_any(error)
        self._prepare()

    def _prepare(self) -> None:
        """Begins the records of another run, and says so."""
        self._is_training = False
        self._farewell = None
        self._is_arrival_due = True
        self._stop_problem = None
        self._reached = None
        self._told_step = None
        self._pictures.begin_again()
        self._loss = None
        self._block = 1
        loaded = self._loaded
        run = None if loaded is None else loaded.run
        values = {} if loaded is None else loaded.values()
        metrics = () if run is None else run.metric_names
        self._records = RecordOutbox(self._ring, 1 + len(metrics))
        self._rows = RowOutbox(_element_count(values), 0 if run is None else run.epoch)
        self._has_metrics = bool(metrics)
        self._send(
            Prepared(
                self._generation,
                self._ring.written,
                self._load_problem if loaded is None else loaded.problem,
                "" if run is None else run.loss_name,
                metrics,
                values,
                0 if run is None else run.epoch,
            )
        )
        if self._breakpoints:
            self._watch()

    def _watch(self) -> None:
        """Lets the present run stop at the breakpoints, and tells which of them cannot be used."""
        loaded = self._loaded
        if loaded is not None and loaded.run is not None:
            self._send(Watched(loaded.stops.set(self._breakpoints)))

    def _answer(self, question: Ask) -> None:
        loaded = self._loaded
        if loaded is None:
            self._send(Answered({}, self._load_problem))
            return
        try:
            if question.model is None:
                values = loaded.ask(question.names, question.feeds)
            else:
                values = ask_another(question.model, loaded.values(), question.names, question.feeds)
            answer = Answered(values)
        except Exception as error:
            answer = Answered({}, _problem_of_any(error))
        self._send(answer)

    def _profile(self, wanted: Profile) -> None:
        """Times a step of a run of its own, so that the one that goes on is not changed."""
        try:
            folder = None if wanted.folder is None else Path(wanted.folder)
            answer = Profiled(wanted.number, explain_step(wanted.model, folder))
        except Exception as error:
            answer = Profiled(wanted.number, _problem_of_any(error))
        self._send(answer)

    # --- the cursor ----------------------------------------------------------------------------------------------

    def _go(self, message: Go) -> None:
        if self._is_training:
            self._stop()
        if self._farewell is not None:
            self._postponed = message
            return
        loaded = self._loaded
        if loaded is None or loaded.run is None:
            return  # Prepared has told why
        self._is_arrival_due = False
        problem = None
        run = loaded.run
        loaded.debugger.on_epoch = lambda: self._record_epoch(run)
        try:
            message.motion.carry_out(loaded.debugger)
        except Exception as error:
            problem = _problem_of_any(error)
        finally:
            loaded.debugger.on_epoch = None
        self._records.flush()
        if self._rows.are_waiting:
            self._report()
        self._tell_moved(loaded, problem)

    def _arrive(self) -> None:
        """Puts the cursor behind the step that was trained last, with all its values."""
        self._is_arrival_due = False
        loaded = self._loaded
        if loaded is None or loaded.run is None:
            return
        problem = self._stop_problem
        try:
            if self._reached is not None:
                loaded.stops.arrive()
            elif problem is None:
                loaded.debugger.arrive()
            else:
                loaded.debugger.arrive_at_failure()
        except Exception as error:
            problem = problem or _problem_of_any(error)
        self._tell_moved(loaded, problem, self._reached)

    def _tell_moved(self, loaded: LoadedModel, problem: Problem | None, stop: Stop | None = None) -> None:
        debugger = loaded.debugger
        try:
            step = debugger.step
        except Exception as error:
            self._load_problem = _problem_of_any(error)
            return
        operations = None
        if step is not self._told_step:
            self._told_step = step
            operations = tuple(
                StepOperation(op.node_name, op.type, op.phase, op.name, step.meaning(op)) for op in step.operations
            )
        loss = step.value(step.loss)
        history = debugger.run.history
        assert history is not None
        per_epoch = debugger.run.batches_per_epoch
        self._send(
            Moved(
                self._generation,
                debugger.moment,
                debugger.last,
                Moment(*divmod(history.first, per_epoch), 0),
                per_epoch,
                operations,
                debugger.run.values(),
                None if loss is None else float(loss.sum()),
                problem,
                sum(each.history_bytes for each in self._runs.values()),
                stop,
            )
        )
        self._send(Pictured(self._generation, self._pictures.paint(debugger)))

    def _answer_question(self, message: Inquire) -> None:
        loaded = self._loaded
        try:
            if loaded is None:
                answer: Any = self._load_problem or Problem("There is no run to ask; run the graph first.")
            else:
                answer = message.question.answer(loaded.debugger)
        except Exception as error:
            answer = _problem_of_any(error)
        self._send(Inquired(message.number, answer))

    def _answer_about_step(self) -> None:
        """Answers what waited for a step whose values are kept."""
        waiting, self._about_step = self._about_step, []
        for message in waiting:
            self._answer_question(message)

    # --- training ------------------------------------------------------------------------------------------------

    def _start(self, message: Run) -> None:
        if self._loaded is None or self._loaded.run is None:
            return  # Prepared has told why
        self._stretch = message.stretch
        self._until = message.until
        self._farewell = None
        self._is_arrival_due = False
        self._reached = None
        self._is_training = True
        now = perf_counter()
        self._began = (now, self._loaded.run.epoch)
        self._look_at = now + _LOOK_EVERY
        self._report_at = now + _REPORT_EVERY

    def _train(self) -> None:
        """Trains until the target is reached, a message stops it or it fails."""
        assert self._loaded is not None
        run = self._loaded.run
        assert run is not None
        loaded = self._loaded
        try:
            self._leave_step(loaded, run)
            while self._is_training and loaded is self._loaded:
                if run.epoch >= self._until:
                    self._stop()
                    return
                self._train_block(loaded, run)
                if self._reached is not None:
                    self._stop()
                    return
                if perf_counter() >= self._look_at:
                    self._look()
        except (EOFError, ConnectionError):
            raise
        except Exception as error:
            self._stop(_problem_of_any(error))

    def _leave_step(self, loaded: LoadedModel, run: TrainingRun) -> None:
        """Ends the step that the cursor is in, unless a breakpoint may come in what is left of it.

        A record of its epoch, should that end with it, may have gone out before; it is known by its number.
        """
        epoch = run.epoch
        if not loaded.stops.is_within_step:
            loaded.debugger.leave_step()
            if run.epoch > epoch:
                self._record_epoch(run)

    def _record_epoch(self, run: TrainingRun) -> None:
        """Puts out the record of an epoch that was stepped through, and its row where one is due."""
        metrics = [list(run.metrics().values())] if self._has_metrics else []
        self._put_records(run, [run.last_loss], metrics)
        if run.epoch >= self._rows.next_at:
            self._rows.put(run.epoch, run.last_loss, run.values())

    def _train_block(self, loaded: LoadedModel, run: TrainingRun) -> None:
        """Trains some epochs and puts out their records.

        Ends early, with an open epoch, when a message says so, and at a breakpoint.
        """
        count = min(self._block, self._until - run.epoch, self._rows.next_at - run.epoch)
        losses: list[float] = []
        metrics: list[list[float]] = []
        begun = perf_counter()
        try:
            for _ in range(count):
                while not self._train_step(loaded, run):
                    if self._reached is not None:
                        return
                    if perf_counter() >= self._look_at:
                        self._put_records(run, losses, metrics)
                        self._look()
                        if not self._is_training or self._loaded is None or run is not self._loaded.run:
                            return
                if self._has_metrics:
                    metrics.append(list(run.metrics().values()))
                losses.append(run.last_loss)
                if self._reached is not None:
                    return
        finally:
            self._put_records(run, losses, metrics)
        if run.epoch == self._rows.next_at:
            self._rows.put(run.epoch, run.last_loss, run.values())
        self._adapt_block(count, perf_counter() - begun)

    def _train_step(self, loaded: LoadedModel, run: TrainingRun) -> bool:
        """Trains one mini-batch, or a part of one up to a breakpoint. Returns whether an epoch is over."""
        if loaded.stops.is_empty:
            return self._train_observed(loaded) if self._is_picture_due else run.train_step()
        if not self._is_picture_due:
            is_over, self._reached = loaded.stops.train_step()
            return is_over
        with self._pictures.counted():
            is_over, self._reached = loaded.stops.train_step(self._send_picture)
        return is_over

    def _train_observed(self, loaded: LoadedModel) -> bool:
        """Trains one mini-batch with the same bits where its values can be seen, and sends a picture of it."""
        with self._pictures.counted():
            is_over = loaded.debugger.observe_step()
            self._send_picture()
            loaded.debugger.leave_step()
        return is_over

    def _send_picture(self) -> None:
        """Tells what the step that has just been trained has computed."""
        assert self._loaded is not None
        self._is_picture_due = False
        self._send(Pictured(self._generation, self._pictures.paint(self._loaded.debugger)))
        self._answer_about_step()

    def _put_records(self, run: TrainingRun, losses: list[float], metrics: list[list[float]]) -> None:
        if losses:
            self._loss = losses[-1]
            self._records.put(run.epoch, losses, metrics)
            losses.clear()
            metrics.clear()

    def _adapt_block(self, count: int, seconds: float) -> None:
        if count == self._block and seconds < _BLOCK_SECONDS:
            self._block = min(2 * self._block, _LARGEST_BLOCK)
        elif seconds > 4 * _BLOCK_SECONDS:
            self._block = max(self._block // 2, 1)

    def _look(self) -> None:
        """Reports when it is time, and does what has been asked for meanwhile."""
        self._records.flush()
        now = perf_counter()
        if now >= self._report_at:
            cost = self._report()
            self._report_at = now + max(self._report_interval, _REPORT_SHARE * cost)
        self._is_picture_due = self._pictures.is_due()
        while self._connection.poll():
            self._handle(channel.receive(self._connection))
        self._look_at = perf_counter() + _LOOK_EVERY

    def _report(self) -> float:
        """Sends the present values and the new rows. Returns the seconds it took."""
        assert self._loaded is not None
        begun = perf_counter()
        values = self._loaded.values()
        self._report_interval = _REPORT_LARGE_EVERY if _element_count(values) > _LARGE else _REPORT_EVERY
        self._send(Report(self._generation, self._loss, values, self._rows.take()))
        return perf_counter() - begun

    def _stop(self, problem: Problem | None = None) -> None:
        """Stops training, at the target, for a pause or for a problem."""
        assert self._loaded is not None
        run = self._loaded.run
        assert run is not None
        self._is_training = False
        self._is_arrival_due = True
        self._stop_problem = problem
        if problem is None and run.batch == 0 and self._loss is not None:
            self._rows.put(run.epoch, self._loss, run.values())
        self._report()
        began, epoch = self._began
        seconds = perf_counter() - began
        rate = (run.epoch - epoch) / seconds if seconds > 0 else 0.0
        self._farewell = Stopped(self._stretch, run.epoch, rate, problem)

    def _say_farewell(self) -> bool:
        """Says that training has stopped once all records are out. Returns whether nothing is left to say."""
        if self._farewell is not None and self._records.flush():
            self._send(self._farewell)
            self._farewell = None
        return self._farewell is None


def _element_count(values: dict[str, Array]) -> int:
    return sum(value.size for value in values.values())


def _problem_of_any(error: Exception) -> Problem:
    """The sentence of an error on purpose; for any other, one that tells it is a fault of the program."""
    if isinstance(error, EngineError):
        return problem_of(error)
    if isinstance(error, MemoryError):
        return Problem("There is not enough memory for this; use smaller mini-batches, fewer rows or fewer values.")
    logging.getLogger(__name__).error("unexpected error in the training process", exc_info=error)
    return Problem(f"A fault in the program stopped it: {type(error).__name__}: {error}. Please report it.")
