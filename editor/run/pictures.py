"""Pictures of the steps of a run, and when another one is due while training goes on. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, process_time

from engine.debugger.debugger import Debugger
from engine.debugger.tensors.step_picture import StepPainter, StepPicture
from engine.training.run import TrainingRun

#: Seconds between two pictures at the least and at the most, and in the processor time that the last one took.
_LEAST_INTERVAL = 0.1
_MOST_INTERVAL = 2.0
_SHARE = 20


class Pictures:
    """Paints the steps of one run after another, for the training process."""

    def __init__(self) -> None:
        self._run: TrainingRun | None = None
        self._painter: StepPainter | None = None
        self._due_at = 0.0

    def paint(self, debugger: Debugger) -> StepPicture:
        """What the step that the cursor is in has computed. Raises what compiling the step raises."""
        if self._painter is None or debugger.run is not self._run:
            self.begin_again()
            self._run = debugger.run
            self._painter = StepPainter(debugger.run.graph)
        return self._painter.paint(debugger.step, debugger.moment)

    def begin_again(self) -> None:
        """What was painted before is of another run."""
        self._run = self._painter = None

    def is_due(self) -> bool:
        """Whether it is time for another picture while training goes on."""
        return perf_counter() >= self._due_at

    @contextmanager
    def counted(self) -> Iterator[None]:
        """A with block in which a picture is made while training goes on; the next one is due accordingly."""
        is_first = self._painter is None  # compiling the step for it is done once
        begun = process_time()
        yield
        cost = 0.0 if is_first else process_time() - begun
        self._due_at = perf_counter() + min(max(_LEAST_INTERVAL, _SHARE * cost), _MOST_INTERVAL)
