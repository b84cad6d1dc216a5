"""The latest values of a run's variables, told with its loss and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.run.intake import Intake
from editor.run.runs import Runs

Array = np.ndarray[Any, np.dtype[Any]]


class RunValues(QObject):
    """The variables of the present run; before there is one, those saved with the document."""

    changed = Signal(dict)
    """Name to array: the variables, the loss and the metrics."""

    def __init__(self, runs: Runs, intake: Intake, parent: QObject) -> None:
        super().__init__(parent)
        self._runs = runs
        self._intake = intake
        self.latest: dict[str, Array] = {}
        #: Trained values from the file, until the run is reset.
        self.saved: dict[str, Array] = {}

    def open(self, saved: Mapping[str, Array]) -> None:
        """A document has been opened that these values were saved with."""
        self.saved = dict(saved)
        self.latest = dict(saved)

    def forget_saved(self) -> None:
        """The next run begins at initial values."""
        self.saved = {}

    def tell_saved(self) -> None:
        if self.saved:
            self.changed.emit(dict(self.saved))

    def take(self, values: dict[str, Array], loss: float | None) -> None:
        """The present run's variables and loss are these now."""
        self.latest = values
        if self._runs.present is not None:
            self._runs.present.values = values
        history = self._intake.history
        shown = dict(values)
        if loss is not None and history.loss_name:
            shown[history.loss_name] = np.asarray(loss)
        for name, curve in history.metrics.items():
            if len(curve):
                shown[name] = np.asarray(curve[-1])
        if shown:
            self.changed.emit(shown)
