"""The way of a training run through the space of its variables."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np

from ...graph import NonFiniteError
from ...training.history import History
from ...training.run import TrainingRun
from .parameters import ParameterSpace

Array = np.ndarray[Any, np.dtype[Any]]

#: The points of a path, and the elements of all of them together, are no more than these.
MOST_POINTS = 240
MOST_ELEMENTS = 1 << 23
_LEAST_POINTS = 16


@dataclass(frozen=True)
class PathPoint:
    """Where a run was at the start of a mini-batch."""

    epoch: int
    batch: int
    #: The trained variables, of shape (size,).
    vector: Array


class TrajectoryReplay:
    """Computes the points of a run's path from its history, a slice of time after another.

    Between slices the run stands exactly where it stood, whoever uses it. ``last_step`` is the number of the
    furthest mini-batch that the run has come to the start of; it needs a history.
    """

    def __init__(self, run: TrainingRun, space: ParameterSpace, last_step: int) -> None:
        assert run.history is not None, "record_history() comes first"
        self._run = run
        self._space = space
        most = max(_LEAST_POINTS, min(MOST_POINTS, MOST_ELEMENTS // space.size))
        self._steps = _at_frames(path_steps(run.history.first, last_step, most), run.history)
        self.points: list[PathPoint] = []
        self._state = None if not self._steps else run.history.nearest(self._steps[0])[1]

    @property
    def share(self) -> float:
        """How much of the path is known, from 0 to 1."""
        return len(self.points) / len(self._steps) if self._steps else 1.0

    def advance(self, seconds: float) -> bool:
        """Goes on for about so long. Returns whether the path is complete. Raises what training raises."""
        if len(self.points) == len(self._steps):
            return True
        until = perf_counter() + seconds
        run, random = self._run, self._run.session_state.random
        kept, number = run.full_state(), random.run
        assert run.history is not None
        try:
            assert self._state is not None
            run.restore_full_state(self._state)
            run.history.pause()
            while len(self.points) < len(self._steps):
                wanted = self._steps[len(self.points)]
                nearest, frame = run.history.nearest(wanted)
                if nearest > run.step:
                    run.restore_full_state(frame)
                while run.step < wanted and perf_counter() < until:
                    run.train_step()
                if run.step == wanted:
                    self.points.append(PathPoint(run.epoch, run.batch, self._space.vector(run.values())))
                if perf_counter() >= until:
                    break
            self._state = run.full_state()
        except NonFiniteError:  # where the run has ended, its path does
            self._steps = self._steps[: len(self.points)]
        finally:
            run.restore_full_state(kept)
            run.history.pause()
            random.run = number
        return len(self.points) == len(self._steps)


def _at_frames(steps: list[int], history: History) -> list[int]:
    """The same steps, but key frames in the place of those far from others: these need not be computed again."""
    moved = steps[:1]
    for step, following in pairwise(steps[1:]):
        frame = history.nearest(step)[0]
        is_alone = following - moved[-1] > 2
        moved.append(frame if is_alone and frame > moved[-1] else step)
    return [*moved, *steps[1:][-1:]]


def path_steps(first: int, last: int, most: int) -> list[int]:
    """Which steps of a run make its path: the early ones, where it changes most, one by one, then equal distances."""
    count = last - first + 1
    if count <= most:
        return list(range(first, last + 1))
    early = most // 2
    later = np.linspace(first + early, last, most - early).round().astype(int)
    return [*range(first, first + early), *dict.fromkeys(map(int, later))]
