"""Takes what the training process has recorded into a run's history, and tells of it no faster than a screen shows."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from editor.run.goal import Goal
from editor.run.history import RunHistory, ValueRow
from editor.run.process import TrainingProcess
from editor.run.state import RunProgress, Speed

_POLL_MS = 16
_HISTORY_EVERY = 1 / 30


class Intake(QObject):
    """The records of the present run."""

    progress = Signal(object)
    """A RunProgress; at most 60 times a second."""
    history_grown = Signal()
    """`history` has new points or rows, or is another one; at most 30 times a second while it grows."""

    def __init__(self, process: TrainingProcess, goal: Goal, parent: QObject) -> None:
        super().__init__(parent)
        self._process = process
        self._goal = goal
        self.history = RunHistory()
        #: Epochs done so far, as far as they have come back.
        self.epoch = 0
        #: Whether what the process records belongs to the present run.
        self.is_open = False
        self._speed = Speed()
        self._history_told = 0.0
        self._history_is_untold = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self) -> None:
        """Training goes on from now: looks for records again and again."""
        self.measure_speed()
        self._timer.start()

    def measure_speed(self) -> None:
        """The speed is measured from here."""
        self._speed.restart(perf_counter(), self.epoch)

    def stop(self) -> None:
        """Training goes on no more."""
        self._timer.stop()

    def open_at(self, position: int, epoch: int) -> None:
        """What was recorded before ``position`` belongs to another run; the present one is at ``epoch``."""
        self.is_open = True
        if self._process.ring is not None:
            self._process.ring.skip_to(position)
        self.epoch = epoch

    def take_records(self) -> bool:
        """Takes the records of new epochs out of the ring. Returns whether there were any."""
        ring = self._process.ring
        if ring is None or not self.is_open:
            return False
        records = ring.read().reshape(-1, self.history.record_width)
        if not len(records):
            return False
        self.epoch = int(records[-1, 0]) + 1
        epochs = self.history.epochs
        if len(epochs):  # a run that was set back comes by epochs again that are there already, bit for bit
            records = records[records[:, 0] > epochs[-1]]
        self.history.append_records(records)
        self._history_is_untold = True
        return True

    def take_rows(self, rows: Iterable[ValueRow]) -> None:
        """Adds rows of values."""
        self.history.append_rows(rows)
        self._history_is_untold = True

    def tell_progress(self, epochs_per_second: float) -> None:
        losses = self.history.losses
        loss = float(losses[-1]) if len(losses) else float("nan")
        self.progress.emit(RunProgress(self.epoch, loss, epochs_per_second, self._goal.target))

    def tell_history(self) -> None:
        self._history_told = perf_counter()
        self._history_is_untold = False
        self.history_grown.emit()

    def _poll(self) -> None:
        if self.take_records():
            self.tell_progress(self._speed.at(perf_counter(), self.epoch))
        if self._history_is_untold and perf_counter() - self._history_told >= _HISTORY_EVERY:
            self.tell_history()
