"""The training process of a window: started when it is needed, and again after it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from editor.run.link import RING_CAPACITY, WorkerLink
from editor.run.messages import Lost, Watch
from editor.run.ring import Ring
from engine.debugger.breakpoints import Breakpoint
from engine.graph import Problem


class TrainingProcess(QObject):
    """At most one process at a time; what an earlier one had still to say is passed over."""

    received = Signal(object)
    """A message of the process, in this object's thread; Lost as the last one when it ends by itself."""

    _arrived = Signal(object, object)

    def __init__(self, parent: QObject, ring_capacity: int = RING_CAPACITY) -> None:
        super().__init__(parent)
        self._ring_capacity = ring_capacity
        self._link: WorkerLink | None = None
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def is_there(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._link is not None

    @property
    def id(self) -> int | None:
        """The process's id; None while there is none."""
        return None if self._link is None else self._link.process_id

    @property
    def ring(self) -> Ring | None:
        """Where the process writes its records; None while there is none."""
        return None if self._link is None else self._link.ring

    def warm_up(self) -> None:
        """Starts the process unless it is there, which takes a second; does not wait for it."""
        if self._link is None:
            self._link = WorkerLink(self._tell_arrival, self._ring_capacity)
            self._link.send(Watch(self._breakpoints))
            self.destroyed.connect(self._link.close)

    def watch(self, breakpoints: Sequence[Breakpoint]) -> None:
        """Runs stop at these from now on, in this process and all to come."""
        if tuple(breakpoints) != self._breakpoints:
            self._breakpoints = tuple(breakpoints)
            self.send(Watch(self._breakpoints))

    def send(self, message: object) -> None:
        """Queues a message for the process; while there is none it goes nowhere."""
        if self._link is not None:
            self._link.send(message)

    def end(self) -> None:
        """Ends the process at once, whatever it is doing."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _tell_arrival(self, link: WorkerLink, message: object) -> None:
        """Called on the link's thread: passes a message on to this object's own."""
        with suppress(RuntimeError):  # this object is gone, and nobody listens
            self._arrived.emit(link, message)

    def _pass_on(self, link: WorkerLink, message: object) -> None:
        if link is self._link:
            self.received.emit(message)


def problem_of_loss(lost: Lost) -> Problem:
    """Why the process has ended by itself, and what to do."""
    tr = QCoreApplication.translate
    if lost.exit_code is None:
        return Problem(
            tr("RunController", "The training process could not be started. Close other programs and try again.")
        )
    if lost.exit_code < 0:
        sentence = tr(
            "RunController",
            "The training process was ended from outside (signal {number}), perhaps for lack of memory. Try again.",
        )
    else:
        sentence = tr("RunController", "The training process ended unexpectedly (exit code {number}). Try again.")
    return Problem(sentence.format(number=abs(lost.exit_code)))
