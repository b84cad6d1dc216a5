"""Which mini-batch of a run an observed step is the one of."""

from __future__ import annotations

from typing import NamedTuple


class StepPlace(NamedTuple):
    """All three count from 0; ``step`` counts mini-batches over all epochs."""

    epoch: int
    batch: int
    step: int

    def __str__(self) -> str:
        return f"epoch {self.epoch}, mini-batch {self.batch}"


def place_of_step(step: int, batches_per_epoch: int) -> StepPlace:
    """The place of the mini-batch with this number."""
    if batches_per_epoch == 1:
        return StepPlace(step, 0, step)
    return StepPlace(*divmod(step, batches_per_epoch), step)
