"""Where the cursor of a run is, as the window is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from engine.debugger.breakpoints import Stop
from engine.debugger.moment import Moment
from engine.graph import Problem


class StepOperation(NamedTuple):
    """One operation of a training step."""

    #: The node of the person's graph that it is carried out for.
    node: str
    type: str
    #: One of engine.compiler.schedule.PHASES.
    phase: str
    #: Its own name, which tells it from the others of the node.
    name: str
    #: What it is there for, in symbols: ``∂cost/∂W``, ``W ←``; "" for one that is a step on the way.
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """The cursor, and the step that it is in."""

    moment: Moment
    #: The furthest moment that the run has come to.
    last: Moment
    #: The epoch and mini-batch at which the run begins: a fork does not begin at 0.
    first: Moment
    batches_per_epoch: int
    operations: tuple[StepOperation, ...]
    #: Why the cursor stopped where it is, or did not move; None when it went where it was to go.
    stopped_by: Problem | None = None
    #: The breakpoint that has brought the run here.
    stop: Stop | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all operations of the step have been carried out."""
        return self.moment.operation == len(self.operations)

    @property
    def epochs_done(self) -> int:
        """How many whole epochs lie before the cursor."""
        ends_epoch = self.is_complete and self.moment.batch == self.batches_per_epoch - 1
        return self.moment.epoch + ends_epoch

    @property
    def epochs(self) -> float:
        """The cursor as a number of epochs, with the part of the one that it is in."""
        done = self.moment.operation / max(len(self.operations), 1)
        return self.moment.epoch + (self.moment.batch + done) / self.batches_per_epoch

    @property
    def next(self) -> StepOperation | None:
        """The operation that is carried out next; None at the end of the step."""
        done = self.moment.operation
        return self.operations[done] if done < len(self.operations) else None

    @property
    def latest(self) -> StepOperation | None:
        """The operation that was carried out last; None at the beginning of the step."""
        done = self.moment.operation
        return self.operations[done - 1] if done else None
