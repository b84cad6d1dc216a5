"""What a run has computed so far: its curves, and the rows of the table of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from editor.run.curves import Curves

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class ArraySummary:
    """What a row keeps of a variable that is too large to be kept whole in every row."""

    shape: tuple[int, ...]
    dtype: str
    #: The square root of the sum of squares of all elements.
    norm: float

    def __str__(self) -> str:
        return f"{list(self.shape)} {self.dtype}, norm {self.norm:.4g}"


class ValueRow(NamedTuple):
    """The loss in an epoch and the variables after it."""

    epoch: int
    loss: float
    values: dict[str, Array | ArraySummary]


class RunHistory:
    """The history of one run; another run begins another history.

    ``epochs``, ``losses`` and each of ``metrics`` are float64 arrays of the same length. Epochs count from 0; the
    loss of an epoch is the one before its updates. Beyond a million points the middle keeps the extremes only.
    """

    def __init__(self, loss_name: str = "", metric_names: Sequence[str] = ()) -> None:
        self.loss_name = loss_name
        self.metric_names = tuple(metric_names)
        #: All of the first 1000 epochs, then one in every percent of the epochs so far, and where the run stopped.
        #: With large variables, one in every ten percent from the start.
        self.value_rows: list[ValueRow] = []
        self._curves = Curves(1 + len(self.metric_names))

    def __len__(self) -> int:
        return len(self._curves)

    @property
    def record_width(self) -> int:
        """Numbers in a record: epoch, loss, metrics."""
        return 2 + len(self.metric_names)

    @property
    def epochs(self) -> Array:
        return self._curves.columns[0]

    @property
    def losses(self) -> Array:
        return self._curves.columns[1]

    @property
    def metrics(self) -> dict[str, Array]:
        return dict(zip(self.metric_names, self._curves.columns[2:], strict=True))

    def append_records(self, records: Array) -> None:
        """Adds records (n, record_width) of further epochs."""
        self._curves.append(records)

    def append_rows(self, rows: Iterable[ValueRow]) -> None:
        self.value_rows.extend(rows)
