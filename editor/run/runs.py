"""The runs of a document: their names, curves, and which one the others left and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.run.history import RunHistory
from engine.model import RunSettings

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class RunInfo:
    """One run, as the window knows it."""

    number: int
    name: str
    #: Its curve's place among the colours.
    color: int
    settings: RunSettings
    history: RunHistory = field(default_factory=RunHistory)
    #: The run that it left, and how many epochs had been done there; None for one that began at its initial values.
    parent: int | None = None
    forked_at: int = 0
    #: What was changed where it left that one, in words.
    changes: str = ""
    #: The variables as they were when the run was looked at last.
    values: dict[str, Array] = field(default_factory=dict)
    is_shown: bool = True
    #: Whether the training process still has it, so that one can go back in it.
    is_alive: bool = True

    @property
    def last_loss(self) -> float:
        """NaN before the first epoch."""
        losses = self.history.losses
        return float(losses[-1]) if len(losses) else float("nan")


class Runs(QObject):
    """The list of runs. What is done to a run beyond its name and look is the controller's."""

    changed = Signal()
    """A run came, went, or has another name, look or place in the list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[int, RunInfo] = {}
        self._next = 1
        #: The number of the run that is trained and stepped; 0 before the first.
        self.current = 0

    def __len__(self) -> int:
        return len(self._runs)

    def all(self) -> list[RunInfo]:
        """All runs, oldest first."""
        return list(self._runs.values())

    def get(self, number: int) -> RunInfo | None:
        return self._runs.get(number)

    @property
    def present(self) -> RunInfo | None:
        """The run that is trained and stepped."""
        return self._runs.get(self.current)

    def begin(self, settings: RunSettings, parent: int | None = None, forked_at: int = 0, changes: str = "") -> RunInfo:
        """Adds a run and makes it the present one."""
        number = self._next
        self._next += 1
        name = self.tr("Run {number}").format(number=number)
        run = RunInfo(number, name, self._free_color(), settings, parent=parent, forked_at=forked_at, changes=changes)
        self._runs[number] = run
        self.current = number
        self.changed.emit()
        return run

    def _free_color(self) -> int:
        used = {run.color for run in self._runs.values()}
        return next(color for color in range(len(used) + 1) if color not in used)

    def choose(self, number: int) -> None:
        """Makes another run the present one."""
        self.current = number
        self.changed.emit()

    def rename(self, number: int, name: str) -> None:
        """Gives a run another name; an empty one changes nothing."""
        name = name.strip()
        if name and number in self._runs:
            self._runs[number].name = name
            self.changed.emit()

    def set_shown(self, number: int, is_shown: bool) -> None:
        """Whether the run's curve is drawn."""
        if number in self._runs:
            self._runs[number].is_shown = is_shown
            self.changed.emit()

    def remove(self, number: int) -> None:
        """Takes a run that is not the present one off the list."""
        if number != self.current and self._runs.pop(number, None) is not None:
            self.changed.emit()

    def let_die(self) -> None:
        """The training process has gone, and with it the moments of all runs; their curves stay."""
        for run in self._runs.values():
            run.is_alive = False
        self.changed.emit()

    def clear(self) -> None:
        """Begins again, for another document."""
        if self._runs:
            self._runs.clear()
            self._next = 1
            self.current = 0
            self.changed.emit()
