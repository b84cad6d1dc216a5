"""Training that diverges: updates that are too long, so that each makes the loss larger than the one before.

A later overflow is only where it ends. It began with the update after the mini-batch that had the smallest loss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..observed_step import ObservedStep
from .step_place import StepPlace
from .trained_variables import TrainedVariable, rms

#: Training has diverged when the loss, or a variable, is so many times what it was at the beginning and at its best.
GROWTH = 100.0
#: And when so many losses in a row have risen.
RISES = 3


class Divergence(NamedTuple):
    """Where training began to diverge, and how the loss (or else a variable) has grown since."""

    began: StepPlace
    variable: str
    #: What has grown: "the loss", or the variable.
    what: str
    was: float
    #: NaN or infinity where it has overflown.
    now: float


class DivergenceWatch:
    """Follows the loss and the sizes of the trained variables from step to step, in constant memory."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begins anew."""
        self._first = math.nan
        self._best = math.inf
        self._best_at: StepPlace | None = None
        #: The size of each variable before the first step, and before the one with the smallest loss.
        self._first_sizes: dict[str, float] = {}
        self._best_sizes: dict[str, float] = {}
        self._last = math.inf
        self._rises = 0

    def observe(self, step: ObservedStep, place: StepPlace, variables: Sequence[TrainedVariable]) -> Divergence | None:
        """Notes a complete step. Returns where divergence began once it cannot be missed, or has ended in overflow."""
        value = step.value(step.loss)
        loss = math.nan if value is None else float(np.sum(value))
        sizes = {variable.name: _size_before(step, variable) for variable in variables}
        if math.isnan(self._first) and math.isfinite(loss):
            self._first, self._first_sizes = loss, sizes
        if not math.isfinite(loss):
            return self._of_variables(sizes, place) or self._of_loss(self._last, place, sizes)
        self._rises = self._rises + 1 if loss > self._last else 0
        self._last = loss
        if loss <= self._best:
            self._best, self._best_at, self._best_sizes = loss, place, sizes
        return self._of_loss(loss, place, sizes) if self._rises >= RISES else None

    def _of_loss(self, loss: float, place: StepPlace, sizes: dict[str, float]) -> Divergence | None:
        scale = max(abs(self._first), abs(self._best))
        if self._best_at is None or self._best_at.step >= place.step or loss - self._best <= GROWTH * scale:
            return None
        return Divergence(self._best_at, self._fastest(sizes), "the loss", self._best, loss)

    def _of_variables(self, sizes: dict[str, float], place: StepPlace) -> Divergence | None:
        if self._best_at is None or self._best_at.step >= place.step:
            return None
        name = self._fastest(sizes)
        was = max(self._first_sizes.get(name, 0.0), self._best_sizes.get(name, 0.0))
        if not name or not sizes[name] > GROWTH * max(was, 1.0):
            return None
        return Divergence(self._best_at, name, name, self._best_sizes.get(name, 0.0), sizes[name])

    def _fastest(self, sizes: dict[str, float]) -> str:
        """The variable that has grown the most."""
        return max(sizes, key=lambda name: sizes[name] / max(self._best_sizes.get(name, 0.0), 1e-6), default="")


def _size_before(step: ObservedStep, variable: TrainedVariable) -> float:
    """The root mean square of a variable before the step."""
    value = variable.value_before(step)
    return 0.0 if value is None else rms(value)
