"""What the window's process and the training process say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from editor.run.history import ValueRow
from editor.run.motions import Motion
from editor.run.questions import Question
from editor.run.step_view import StepOperation
from engine.debugger.breakpoints import Breakpoint, Stop
from engine.debugger.moment import Moment
from engine.debugger.tensors.step_picture import StepPicture
from engine.graph import Problem
from engine.runtime.explanation import Explanation

Array = np.ndarray[Any, np.dtype[Any]]


# --- to the training process ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """Take this model (the bytes of a ``.graph`` file) and begin at epoch 0; answered with Prepared."""

    #: Grows with every Load and Reset; answers carry it, so that those of an earlier one are recognised.
    generation: int
    model: bytes
    #: The document's folder, from which relative data paths start.
    folder: str | None
    #: Values to begin with in place of initial ones, by variable; those that do not fit are left out.
    values: dict[str, Array]
    #: The number of the run that begins.
    run: int
    #: Bytes that the history of all runs may take.
    memory: int


@dataclass(frozen=True, slots=True)
class Fork:
    """Begin another run where the cursor of the present one is, at the start of its mini-batch or of the next one.

    Answered with Prepared.
    """

    generation: int
    #: The number of the run that begins.
    run: int
    #: The model to go on with; None for that of the present run.
    model: bytes | None
    folder: str | None
    #: Values that take the place of those the variables have there; those that do not fit are left out.
    values: dict[str, Array]


@dataclass(frozen=True, slots=True)
class Select:
    """Go on with another of the runs, where its cursor is; answered with Prepared."""

    generation: int
    run: int


@dataclass(frozen=True, slots=True)
class Discard:
    """Forget a run that is not the present one."""

    run: int


@dataclass(frozen=True, slots=True)
class Go:
    """Move the cursor; answered with Moved. Training, if it goes on, stops first."""

    motion: Motion


@dataclass(frozen=True, slots=True)
class Inquire:
    """Answer a question about the run and its present step; answered with Inquired. Training goes on."""

    number: int
    question: Question


@dataclass(frozen=True, slots=True)
class Watch:
    """Stop at these breakpoints from now on, in all runs; answered with Watched."""

    breakpoints: tuple[Breakpoint, ...]


@dataclass(frozen=True, slots=True)
class KeepMemory:
    """From now on the history of all runs may take so many bytes."""

    memory: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Initialise the loaded model's variables again and begin at epoch 0; answered with Prepared."""

    generation: int


@dataclass(frozen=True, slots=True)
class Run:
    """Train until so many epochs are done; answered with Stopped or Failed."""

    #: Grows with every Run; the answer carries it.
    stretch: int
    until: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the present mini-batch."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Compute nodes with the present variables; answered with Answered. Training goes on."""

    names: tuple[str, ...]
    #: Values of placeholders: arrays, or text as a person types it.
    feeds: dict[str, str | Array]
    #: The model to ask, when it is not the loaded one; it takes the loaded one's variables over by name.
    model: bytes | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Time the training step of this model (the bytes of a ``.graph`` file); answered with Profiled.

    What is loaded stays as it is, and training goes on afterwards.
    """

    #: Grows with every Profile; the answer carries it.
    number: int
    model: bytes
    #: The document's folder, from which relative data paths start.
    folder: str | None


# --- from the training process -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has started."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A Load or Reset is done."""

    generation: int
    #: Where in the ring the records of this run begin.
    position: int
    #: Why the model cannot be trained; None when it can.
    problem: Problem | None
    loss_name: str = ""
    metric_names: tuple[str, ...] = ()
    values: dict[str, Array] | None = None
    #: Epochs done so far: a fork, or a run that is gone on with, has some.
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The present values, and the rows of the table since the last report."""

    generation: int
    #: The loss of the last epoch; None before the first.
    loss: float | None
    values: dict[str, Array]
    rows: list[ValueRow]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Training stands still: the target is reached, it was paused, or a problem stopped it."""

    stretch: int
    epoch: int
    #: Mean over this stretch.
    epochs_per_second: float
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The cursor stands here: after a Go, or where training has stopped."""

    generation: int
    moment: Moment
    last: Moment
    first: Moment
    batches_per_epoch: int
    #: The operations of the step; None when they are those that were told last.
    operations: tuple[StepOperation, ...] | None
    #: The variables there, and the loss of that step where it is computed already.
    values: dict[str, Array]
    loss: float | None
    #: Why the cursor did not get where it was to go.
    problem: Problem | None
    #: Bytes that the history of all runs takes.
    history_bytes: int
    #: The breakpoint that has brought it here.
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """Breakpoints that cannot be used with the present run, by number, and why."""

    problems: dict[int, Problem]


@dataclass(frozen=True, slots=True)
class Pictured:
    """What the present step has computed: after Moved, and now and then while training goes on."""

    generation: int
    picture: StepPicture


@dataclass(frozen=True, slots=True)
class Inquired:
    """The answer to an Inquire, or why there is none."""

    number: int
    answer: Any


@dataclass(frozen=True, slots=True)
class Answered:
    """The values that were asked for, or why there are none."""

    values: dict[str, Array]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Profiled:
    """What the training step that was asked for consists of and takes, or why that cannot be told."""

    number: int
    result: Explanation | Problem


@dataclass(frozen=True, slots=True)
class Lost:
    """The process has ended by itself; sent by the link, not by the process."""

    #: As multiprocessing gives it: negative for a signal; None when the process could not be started.
    exit_code: int | None
