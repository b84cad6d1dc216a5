"""How a run stands, as the window shows it."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass

#: Seconds over which the speed of a run is averaged.
_SPEED_WINDOW = 1.0


class RunState(enum.Enum):
    #: Nothing has been trained since the document was opened or the run was reset.
    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is."""

    epoch: int
    #: The loss of that epoch; NaN before the first.
    loss: float
    epochs_per_second: float
    target_epochs: int


class Speed:
    """Epochs per second over the last second."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def restart(self, time: float, epoch: int) -> None:
        self._marks = deque([(time, epoch)])

    def at(self, time: float, epoch: int) -> float:
        """The speed, given that ``epoch`` is reached at ``time`` (in seconds)."""
        marks = self._marks
        marks.append((time, epoch))
        while len(marks) > 2 and marks[1][0] <= time - _SPEED_WINDOW:
            marks.popleft()
        seconds = time - marks[0][0]
        return (epoch - marks[0][1]) / seconds if seconds > 0 else 0.0
