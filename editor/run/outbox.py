"""What the training process has to tell the window and has not told it yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from editor.run.curves import Curves
from editor.run.history import ArraySummary, ValueRow
from editor.run.ring import Ring

Array = np.ndarray[Any, np.dtype[Any]]

#: Variables with more elements than this are summarised in the rows of the table.
LARGEST_IN_ROW = 64
#: With more elements than this in all variables together, rows are rare from the start.
SMALL_MODEL = 1 << 14
_EVERY_EPOCH_UNTIL = 1000
_WAITING_LIMIT = 1 << 16


class RecordOutbox:
    """Puts records of epochs into the ring; thins them here for as long as the window does not read them."""

    def __init__(self, ring: Ring, curve_count: int) -> None:
        self._ring = ring
        self._curve_count = curve_count
        self._waiting: Curves | None = None

    @property
    def is_empty(self) -> bool:
        return self._waiting is None

    def put(self, epochs_done: int, losses: Sequence[float], metrics: Sequence[Sequence[float]]) -> None:
        """Sends the losses (and the metrics, when there are any) of consecutive epochs, ``epochs_done`` with them."""
        count = len(losses)
        records = np.empty((count, 1 + self._curve_count))
        records[:, 0] = np.arange(epochs_done - count, epochs_done)
        records[:, 1] = losses
        if metrics:
            records[:, 2:] = metrics
        if self.flush() and self._ring.write(records.ravel()):
            return
        if self._waiting is None:
            self._waiting = self._waiting_from(records)
        else:
            self._waiting.append(records)

    def flush(self) -> bool:
        """Sends of what has waited as much as there is room for. Returns whether nothing waits any more."""
        if self._waiting is None:
            return True
        rows = self._waiting.rows()
        piece = max(self._ring.capacity // (4 * (1 + self._curve_count)), 1)
        sent = 0
        while sent < len(rows) and self._ring.write(rows[sent : sent + piece].ravel()):
            sent += piece
        if sent:
            self._waiting = self._waiting_from(rows[sent:])
        return self._waiting is None

    def _waiting_from(self, rows: Array) -> Curves | None:
        if not len(rows):
            return None
        curves = Curves(self._curve_count, _WAITING_LIMIT)
        curves.append(rows)
        return curves


class RowOutbox:
    """Gathers rows for the table of values, thinned so that a million epochs give some hundred rows."""

    def __init__(self, element_count: int, epoch: int = 0) -> None:
        self._is_small = element_count <= SMALL_MODEL
        self._rows: list[ValueRow] = []
        #: The epochs that are done in the last row; a run that was set back comes by them again.
        self._last = epoch
        #: After so many epochs the next row is due.
        self.next_at = 1
        while self.next_at <= epoch:
            self.next_at = self._after(self.next_at)

    def put(self, epochs_done: int, loss: float, values: dict[str, Array]) -> None:
        """Adds a row for the epoch that was just done, unless there is one for it or a later one."""
        if epochs_done <= self._last:
            return
        row = {name: _row_value(value) for name, value in values.items()}
        self._rows.append(ValueRow(epochs_done - 1, loss, row))
        self._last = epochs_done
        while self.next_at <= epochs_done:
            self.next_at = self._after(self.next_at)

    @property
    def are_waiting(self) -> bool:
        """Whether there are rows that were not taken yet."""
        return bool(self._rows)

    def take(self) -> list[ValueRow]:
        """The rows since the last time."""
        rows, self._rows = self._rows, []
        return rows

    def _after(self, epochs: int) -> int:
        if self._is_small:
            return epochs + 1 if epochs < _EVERY_EPOCH_UNTIL else epochs + epochs // 100
        return epochs + max(1, epochs // 10)


def _row_value(value: Array) -> Array | ArraySummary:
    if value.size <= LARGEST_IN_ROW:
        return value
    return ArraySummary(value.shape, str(value.dtype), float(np.linalg.norm(value)))
