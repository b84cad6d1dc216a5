"""The process that trains, so that the window never waits. No Qt here, nor in what is imported."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
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
    Load,
    Pause,
    Prepared,
    Profile,
    Profiled,
    Ready,
    Report,
    Reset,
    Run,
    Stopped,
)
from editor.run.outbox import RecordOutbox, RowOutbox
from editor.run.ring import Ring
from engine.graph import EngineError, Problem
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
        self._loaded: LoadedModel | None = None
        #: Why nothing is loaded.
        self._load_problem: Problem | None = None
        self._generation = 0
        self._records = RecordOutbox(ring, 1)
        self._rows = RowOutbox(0)
        self._has_metrics = False
        self._loss: float | None = None
        #: The epoch in which a pause came between two mini-batches.
        self._open_epoch: Iterator[int] | None = None
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

    def serve(self) -> None:
        """Raises EOFError or ConnectionError when the other side is gone."""
        self._send(Ready())
        while True:
            if self._is_training:
                self._train()
            elif self._say_farewell() or self._connection.poll(_LOOK_EVERY):
                self._handle(channel.receive(self._connection))

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
        self._loaded = None  # its memory is free before the next one needs some
        self._load_problem = None
        try:
            folder = None if message.folder is None else Path(message.folder)
            self._loaded = LoadedModel(message.model, folder, message.values)
        except Exception as error:
            self._load_problem = _problem_of_any(error)
        self._prepare()

    def _reset(self) -> None:
        try:
            if self._loaded is not None:
                self._loaded.reset()
        except Exception as error:
            self._loaded = None
            self._load_problem = _problem_of_any(error)
        self._prepare()

    def _prepare(self) -> None:
        """Begins the records of another run, and says so."""
        self._is_training = False
        self._open_epoch = None
        self._farewell = None
        self._loss = None
        self._block = 1
        loaded = self._loaded
        run = None if loaded is None else loaded.run
        values = {} if loaded is None else loaded.values()
        metrics = () if run is None else run.metric_names
        self._records = RecordOutbox(self._ring, 1 + len(metrics))
        self._rows = RowOutbox(_element_count(values))
        self._has_metrics = bool(metrics)
        self._send(
            Prepared(
                self._generation,
                self._ring.written,
                self._load_problem if loaded is None else loaded.problem,
                "" if run is None else run.loss_name,
                metrics,
                values,
            )
        )

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

    # --- training ------------------------------------------------------------------------------------------------

    def _start(self, message: Run) -> None:
        if self._loaded is None or self._loaded.run is None:
            return  # Prepared has told why
        self._stretch = message.stretch
        self._until = message.until
        self._farewell = None
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
        try:
            while self._is_training and run is self._loaded.run:
                if run.epoch >= self._until:
                    self._stop()
                    return
                self._train_block(run)
                if perf_counter() >= self._look_at:
                    self._look()
        except (EOFError, ConnectionError):
            raise
        except Exception as error:
            self._stop(_problem_of_any(error))

    def _train_block(self, run: TrainingRun) -> None:
        """Trains some epochs and puts out their records; ends early, with an open epoch, when a message says so."""
        count = min(self._block, self._until - run.epoch, self._rows.next_at - run.epoch)
        losses: list[float] = []
        metrics: list[list[float]] = []
        begun = perf_counter()
        try:
            for _ in range(count):
                batches = self._open_epoch or run.train_batches()
                self._open_epoch = batches
                for _ in batches:
                    if perf_counter() >= self._look_at:
                        self._put_records(run, losses, metrics)
                        self._look()
                        if not self._is_training or self._open_epoch is not batches:
                            return
                self._open_epoch = None
                if self._has_metrics:
                    metrics.append(list(run.metrics().values()))
                losses.append(run.last_loss)
        finally:
            self._put_records(run, losses, metrics)
        if run.epoch == self._rows.next_at:
            self._rows.put(run.epoch, run.last_loss, run.values())
        self._adapt_block(count, perf_counter() - begun)

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
        if problem is not None:
            self._open_epoch = None
        elif self._open_epoch is None and self._loss is not None:
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
