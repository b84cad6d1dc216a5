"""Watching a run step by step, as the debugger does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.debugger.causes.cause import Cause
from engine.debugger.causes.first_cause import EVERY_KIND, FirstCauseWatch
from engine.debugger.causes.step_place import place_of_step
from engine.debugger.debugger import Debugger
from engine.graph import NonFiniteError
from engine.model import Model
from engine.training.run import TrainingRun


def causes(model: Model, steps: int, kinds=EVERY_KIND, folder: Path | None = None) -> Iterator[Cause]:
    """The causes that a watch of ``kinds`` reports in so many steps, in this order."""
    run = TrainingRun(model, folder)
    debugger = Debugger(run, 1 << 24)
    watch = FirstCauseWatch(run.optimizer.name, run.batches_per_epoch, kinds)
    for step in range(steps):
        try:
            debugger.observe_step()
        except NonFiniteError:
            return
        cause = watch.observe(debugger.step, place_of_step(step, run.batches_per_epoch))
        if cause is not None:
            yield cause


def first_cause(model: Model, steps: int, kinds=EVERY_KIND, folder: Path | None = None) -> Cause | None:
    return next(causes(model, steps, kinds, folder), None)
