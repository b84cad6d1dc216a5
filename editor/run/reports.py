"""What the training process tells of the epochs of a run. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from editor.run.messages import Report
from editor.run.outbox import RecordOutbox, RowOutbox
from editor.run.ring import Ring
from engine.training.run import TrainingRun

Array = np.ndarray[Any, np.dtype[Any]]

#: Seconds between two reports of the values, at the least; with large variables; and in their own durations.
_EVERY = 0.1
_LARGE_EVERY = 0.5
_LARGE = 1 << 16
_SHARE = 20


class Reports:
    """A record of each epoch of a run, a row for some of them, and the variables' values now and then."""

    def __init__(self, generation: int, run: TrainingRun, ring: Ring, send: Callable[[object], None]) -> None:
        self._generation = generation
        self._run = run
        self._send = send
        self.has_metrics = bool(run.metric_names)
        self._records = RecordOutbox(ring, 1 + len(run.metric_names))
        self._rows = RowOutbox(_element_count(run.values()), run.epoch)
        self._loss: float | None = None
        self._due_at = 0.0

    def put(self, losses: list[float], metrics: list[list[float]]) -> None:
        """Puts out the records of the epochs that were done last, and empties the lists."""
        if losses:
            self._loss = losses[-1]
            self._records.put(self._run.epoch, losses, metrics)
            losses.clear()
            metrics.clear()

    def put_epoch(self) -> None:
        """Puts out the record of an epoch that was stepped through, and its row where one is due."""
        run = self._run
        metrics = [list(run.metrics().values())] if self.has_metrics else []
        self.put([run.last_loss], metrics)
        if run.epoch >= self._rows.next_at:
            self._rows.put(run.epoch, run.last_loss, run.values())

    @property
    def epochs_to_row(self) -> int:
        """How many epochs are to be trained until the next row is due."""
        return self._rows.next_at - self._run.epoch

    def put_due_row(self) -> None:
        """Adds the row of the epoch that was done last, where it is due."""
        if self._run.epoch == self._rows.next_at:
            self._rows.put(self._run.epoch, self._run.last_loss, self._run.values())

    def put_last_row(self) -> None:
        """Adds a row where the run has stopped between two epochs."""
        if self._run.batch == 0 and self._loss is not None:
            self._rows.put(self._run.epoch, self._loss, self._run.values())

    def flush(self) -> bool:
        """Sends the records that have waited. Returns whether none waits any more."""
        return self._records.flush()

    def begin(self, now: float) -> None:
        """Training begins now, and with it the time until the next report."""
        self._due_at = now + _EVERY

    def send_when_due(self) -> None:
        """Sends the present values and the new rows when it is time."""
        now = perf_counter()
        if now >= self._due_at:
            values = self._run.values()
            self._send_values(values)
            interval = _LARGE_EVERY if _element_count(values) > _LARGE else _EVERY
            self._due_at = now + max(interval, _SHARE * (perf_counter() - now))

    def send_rows(self) -> None:
        """Sends the new rows, if there are any, with the present values."""
        if self._rows.are_waiting:
            self.send()

    def send(self) -> None:
        """Sends the present values and the new rows."""
        self._send_values(self._run.values())

    def _send_values(self, values: dict[str, Array]) -> None:
        self._send(Report(self._generation, self._loss, values, self._rows.take()))


def _element_count(values: dict[str, Array]) -> int:
    return sum(value.size for value in values.values())
