"""The history of a training run: key frames, from which every moment of it is computed again.

A run is determined by its state at any step, so a frame every now and then is enough: what lies between two of them is
run again. Frames stand as far apart as a fraction of a second of training takes, and when they need more memory than
they may, every second one is given up: they are thinned, from the whole run alike, and the first one stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from ..runtime.storage import VariableValues

#: Bytes that the frames of a run may take, when nothing else is said.
DEFAULT_MEMORY = 256 << 20
#: Seconds of training between two frames, about: what a seek has to run again.
SECONDS_BETWEEN = 0.02
#: A frame may take this part of the time of the steps before it.
MOST_SHARE = 0.01
#: Steps between the first frames, until it is known how long a step takes.
FIRST_DISTANCE = 64
#: What a frame takes beside the values, in bytes, and for each value; an estimate of Python's objects.
_FRAME_BYTES = 800
_VALUE_BYTES = 160


@dataclass(frozen=True)
class RunState:
    """All that the further run depends on, at the start of a mini-batch."""

    #: The epoch, and which of its mini-batches comes next.
    epoch: int
    batch: int
    variables: VariableValues
    #: Where the random numbers of operations with a seed are.
    positions: dict[str, int]
    #: The sum of the losses of this epoch's mini-batches so far, times their rows, and these rows.
    loss_sum: float
    rows: int
    #: The loss of the last whole epoch; NaN before the first.
    last_loss: float

    @property
    def nbytes(self) -> int:
        return self.variables.nbytes + _FRAME_BYTES + _VALUE_BYTES * len(self.variables.arrays)


class History:
    """Key frames of one run by step, the number of mini-batches trained before."""

    def __init__(self, memory: int = DEFAULT_MEMORY) -> None:
        self._memory = memory
        self._steps: list[int] = []
        self._frames: list[RunState] = []
        self._bytes = 0
        self._distance = FIRST_DISTANCE
        #: Frames stand at least so many steps apart: it doubles each time they are thinned.
        self._least_distance = 1
        #: The step from which on another frame is due.
        self.next_at = 0
        self._recorded = 0.0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def nbytes(self) -> int:
        """How many bytes the frames take, about."""
        return self._bytes

    @property
    def memory(self) -> int:
        """How many bytes the frames may take."""
        return self._memory

    @memory.setter
    def memory(self, value: int) -> None:
        self._memory = value
        self._thin()

    @property
    def first(self) -> int:
        """The first step that can be gone back to."""
        return self._steps[0]

    def record(self, step: int, state: Callable[[], RunState]) -> None:
        """Keeps the state before ``step`` when the run gets there for the first time."""
        begun = perf_counter()
        last = self._steps[-1] if self._steps else -1
        if step <= last:  # the run was set back, and comes by here again
            self.next_at = last + self._distance
            return
        frame = state()
        self._steps.append(step)
        self._frames.append(frame)
        self._bytes += frame.nbytes
        if self._bytes > self._memory:
            self._thin()
        now = perf_counter()
        if last >= 0 and self._recorded:
            self._adapt((begun - self._recorded) / (step - last), now - begun)
        self._recorded = now
        self.next_at = step + self._distance

    def pause(self) -> None:
        """The time until the next frame is not that of training alone."""
        self._recorded = 0.0

    def _adapt(self, step_seconds: float, frame_seconds: float) -> None:
        """Chooses the distance of frames from what a step and a frame take, at most twice or half of what it was."""
        wanted = max(SECONDS_BETWEEN, frame_seconds / MOST_SHARE) / max(step_seconds, 1e-9)
        wanted = min(max(wanted, self._distance / 2), self._distance * 2)
        self._distance = max(int(wanted), self._least_distance)

    def _thin(self) -> None:
        """Gives up every second frame until they take no more than they may; the first and the last one stay."""
        while self._bytes > self._memory and len(self._frames) > 2:
            last = len(self._frames) - 1
            kept = [place for place in range(len(self._frames)) if place % 2 == 0 or place == last]
            self._steps = [self._steps[place] for place in kept]
            self._frames = [self._frames[place] for place in kept]
            self._bytes = sum(frame.nbytes for frame in self._frames)
            self._least_distance = max(2 * self._least_distance, self._distance)
            self._distance = max(self._distance, self._least_distance)

    def nearest(self, step: int) -> tuple[int, RunState]:
        """The last frame at or before ``step``, with its step."""
        place = bisect_right(self._steps, step) - 1
        return self._steps[place], self._frames[place]
