"""The process that trains, so that the window never waits. No Qt here, nor in what is imported."""

from __future__ import annotations

import signal
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from editor.run import channel
from editor.run.answers import Answers
from editor.run.held_runs import HeldRuns
from editor.run.messages import (
    Ask,
    Discard,
    Fork,
    Go,
    Inquire,
    KeepMemory,
    Load,
    Pause,
    Prepared,
    Profile,
    Ready,
    Reset,
    Run,
    Select,
    Watch,
    Watched,
)
from editor.run.pictures import Pictures
from editor.run.reports import Reports
from editor.run.ring import Ring
from editor.run.trainer import LOOK_EVERY, Trainer
from editor.run.worker_cursor import WorkerCursor
from engine.debugger.breakpoints import Breakpoint


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


class _Present(NamedTuple):
    """The present run at work."""

    trainer: Trainer
    cursor: WorkerCursor


class Worker:
    """Does what the messages say, one after the other, and looks for new ones while it trains."""

    def __init__(self, connection: Connection[Any, Any], ring: Ring) -> None:
        self._connection = connection
        self._ring = ring
        self._runs = HeldRuns()
        self._answers = Answers(self._runs, self._send)
        self._pictures = Pictures()
        self._breakpoints: tuple[Breakpoint, ...] = ()
        #: None where there is no run, or one that cannot be trained; Prepared has told why.
        self._present: _Present | None = None
        #: A motion that came while training was going on, until that has been said to have stopped.
        self._postponed: Go | None = None

    def serve(self) -> None:
        """Raises EOFError or ConnectionError when the other side is gone."""
        self._send(Ready())
        while True:
            if self._present is not None and self._present.trainer.is_training:
                self._present.trainer.train()
            elif self._say_farewell() or self._connection.poll(LOOK_EVERY):
                self._await_message()
            if self._has_step:
                self._answers.answer_waiting()

    def _await_message(self) -> None:
        """Does the next thing that is asked for; before it waits, puts the cursor where training has stopped."""
        postponed, self._postponed = self._postponed, None
        if postponed is not None:
            self._go(postponed)
        elif self._present is not None and self._is_arrival_due(self._present):
            trainer, cursor = self._present
            cursor.arrive(trainer.reached, trainer.problem)
        else:
            self._handle(channel.receive(self._connection))

    def _is_arrival_due(self, present: _Present) -> bool:
        """Whether the cursor is to be put where training has stopped, as there is nothing else to do."""
        return present.cursor.is_away and not present.trainer.has_farewell and not self._connection.poll()

    def _say_farewell(self) -> bool:
        """Says that training has stopped once all records are out. Returns whether nothing is left to say."""
        if self._present is None:
            return True
        farewell = self._present.trainer.take_farewell()
        if farewell is not None:
            self._send(farewell)
        return not self._present.trainer.has_farewell

    @property
    def _has_step(self) -> bool:
        """Whether the cursor is where the values of a step are kept, or there is none that they could be waited for."""
        return self._present is None or not self._present.cursor.is_away

    def _send(self, message: object) -> None:
        channel.send(self._connection, message)

    def _handle_all(self) -> None:
        """Does what has been asked for by now."""
        while self._connection.poll():
            self._handle(channel.receive(self._connection))

    def _handle(self, message: object) -> None:
        match message:
            case Load():
                self._runs.load(message)
                self._prepare(message.generation)
            case Reset():
                self._runs.reset()
                self._prepare(message.generation)
            case Fork():
                self._runs.fork(message)
                self._prepare(message.generation)
            case Select():
                self._runs.select(message.run)
                self._prepare(message.generation)
            case Discard():
                self._runs.discard(message.run)
                if self._runs.present is None:
                    self._leave_present()
            case KeepMemory():
                self._runs.keep_memory(message.memory)
            case Watch():
                self._breakpoints = message.breakpoints
                self._watch()
            case Run():
                self._start(message)
            case Pause():
                if self._present is not None and self._present.trainer.is_training:
                    self._present.trainer.stop()
            case Go():
                self._go(message)
            case Inquire():
                self._answers.inquire(message, self._has_step)
            case Ask():
                self._answers.ask(message)
            case Profile():
                self._answers.profile(message)

    # --- the present run -----------------------------------------------------------------------------------------

    def _leave_present(self) -> None:
        if self._present is not None:
            self._present.trainer.give_up()
            self._present = None
        self._pictures.begin_again()

    def _prepare(self, generation: int) -> None:
        """Begins the records of another run, and says so."""
        self._leave_present()
        loaded = self._runs.present
        run = None if loaded is None else loaded.run
        if loaded is not None and run is not None:
            reports = Reports(generation, run, self._ring, self._send)
            cursor = WorkerCursor(generation, loaded, self._runs, reports, self._pictures, self._send)

            def show_step() -> None:
                cursor.show_step()
                self._answers.answer_waiting()

            trainer = Trainer(loaded, run, reports, self._pictures, show_step, self._handle_all)
            self._present = _Present(trainer, cursor)
        self._send(
            Prepared(
                generation,
                self._ring.written,
                self._runs.problem if loaded is None else loaded.problem,
                "" if run is None else run.loss_name,
                () if run is None else run.metric_names,
                {} if loaded is None else loaded.values(),
                0 if run is None else run.epoch,
            )
        )
        if self._breakpoints:
            self._watch()

    def _watch(self) -> None:
        """Lets the present run stop at the breakpoints, and tells which of them cannot be used."""
        loaded = self._runs.present
        if loaded is not None and loaded.run is not None:
            self._send(Watched(loaded.stops.set(self._breakpoints)))

    def _start(self, message: Run) -> None:
        if self._present is not None:
            self._present.trainer.start(message)
            self._present.cursor.is_away = True

    def _go(self, message: Go) -> None:
        if self._present is None:
            return
        trainer, cursor = self._present
        if trainer.is_training:
            trainer.stop()
        if trainer.has_farewell:
            self._postponed = message
        else:
            cursor.go(message.motion)
