"""Trains a run in the training process, which looks for messages meanwhile. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from editor.run.held_runs import problem_of_any
from editor.run.loaded_model import LoadedModel
from editor.run.messages import Run, Stopped
from editor.run.pictures import Pictures
from editor.run.reports import Reports
from engine.debugger.breakpoints import Stop
from engine.graph import Problem
from engine.training.run import TrainingRun

#: Seconds between two looks at the pipe.
LOOK_EVERY = 0.008
#: Epochs that are trained without a look at the clock: so many that they take about a millisecond.
_LARGEST_BLOCK = 256
_BLOCK_SECONDS = 0.001


class Trainer:
    """Trains the present run in blocks of epochs.

    ``show_step`` is called in a step whose values are kept, ``attend`` every now and then, to do what has been asked
    for meanwhile; that may stop this.
    """

    def __init__(
        self,
        loaded: LoadedModel,
        run: TrainingRun,
        reports: Reports,
        pictures: Pictures,
        show_step: Callable[[], None],
        attend: Callable[[], None],
    ) -> None:
        self._loaded = loaded
        self._run = run
        self._reports = reports
        self._pictures = pictures
        self._show_step = show_step
        self._attend = attend
        self.is_training = False
        #: The breakpoint at which training has stopped.
        self.reached: Stop | None = None
        #: Why training has stopped; None at its target, at a breakpoint or for a pause.
        self.problem: Problem | None = None
        #: To be said once the records before it have gone out.
        self._farewell: Stopped | None = None
        self._stretch = 0
        self._until = 0
        self._began = (0.0, 0)
        self._block = 1
        self._look_at = 0.0
        #: Whether the next step is trained in the plan that keeps its values, for a picture of it.
        self._is_picture_due = False

    def start(self, message: Run) -> None:
        """Training is to go on from where the cursor is."""
        self._stretch = message.stretch
        self._until = message.until
        self._farewell = None
        self.reached = None
        self.is_training = True
        now = perf_counter()
        self._began = (now, self._run.epoch)
        self._look_at = now + LOOK_EVERY
        self._reports.begin(now)

    def stop(self, problem: Problem | None = None) -> None:
        """Stops training, at the target, for a pause or for a problem."""
        self.is_training = False
        self.problem = problem
        if problem is None:
            self._reports.put_last_row()
        self._reports.send()
        began, epoch = self._began
        seconds = perf_counter() - began
        rate = (self._run.epoch - epoch) / seconds if seconds > 0 else 0.0
        self._farewell = Stopped(self._stretch, self._run.epoch, rate, problem)

    def give_up(self) -> None:
        """Another run takes the place of this one: nobody waits for what it has to say."""
        self.is_training = False
        self._farewell = None

    def take_farewell(self) -> Stopped | None:
        """That training has stopped, once all records are out and it has not been said."""
        if self._farewell is None or not self._reports.flush():
            return None
        farewell, self._farewell = self._farewell, None
        return farewell

    @property
    def has_farewell(self) -> bool:
        """Whether it is still to be said that training has stopped."""
        return self._farewell is not None

    def train(self) -> None:
        """Trains until the target is reached, a message stops it or it fails."""
        try:
            self._leave_step()
            while self.is_training:
                if self._run.epoch >= self._until:
                    self.stop()
                    return
                self._train_block()
                if self.reached is not None:
                    self.stop()
                    return
                if self.is_training and perf_counter() >= self._look_at:
                    self._look()
        except (EOFError, ConnectionError):
            raise
        except Exception as error:
            self.stop(problem_of_any(error))

    def _leave_step(self) -> None:
        """Ends the step that the cursor is in, unless a breakpoint may come in what is left of it.

        A record of its epoch, should that end with it, may have gone out before; it is known by its number.
        """
        epoch = self._run.epoch
        if not self._loaded.stops.is_within_step:
            self._loaded.debugger.leave_step()
            if self._run.epoch > epoch:
                self._reports.put_epoch()

    def _train_block(self) -> None:
        """Trains some epochs and puts out their records.

        Ends early, with an open epoch, when a message says so, and at a breakpoint.
        """
        run, reports = self._run, self._reports
        count = min(self._block, self._until - run.epoch, reports.epochs_to_row)
        losses: list[float] = []
        metrics: list[list[float]] = []
        begun = perf_counter()
        try:
            for _ in range(count):
                while not self._train_step():
                    if self.reached is not None:
                        return
                    if perf_counter() >= self._look_at:
                        reports.put(losses, metrics)
                        self._look()
                        if not self.is_training:
                            return
                if reports.has_metrics:
                    metrics.append(list(run.metrics().values()))
                losses.append(run.last_loss)
                if self.reached is not None:
                    return
        finally:
            reports.put(losses, metrics)
        reports.put_due_row()
        self._adapt_block(count, perf_counter() - begun)

    def _train_step(self) -> bool:
        """Trains one mini-batch, or a part of one up to a breakpoint. Returns whether an epoch is over."""
        stops = self._loaded.stops
        if stops.is_empty:
            return self._train_observed() if self._is_picture_due else self._run.train_step()
        if not self._is_picture_due:
            is_over, self.reached = stops.train_step()
            return is_over
        with self._pictures.counted():
            is_over, self.reached = stops.train_step(self._look_at_step)
        return is_over

    def _train_observed(self) -> bool:
        """Trains one mini-batch with the same bits where its values can be seen, and shows it."""
        with self._pictures.counted():
            is_over = self._loaded.debugger.observe_step()
            self._look_at_step()
            self._loaded.debugger.leave_step()
        return is_over

    def _look_at_step(self) -> None:
        """Shows the step that has just been trained."""
        self._is_picture_due = False
        self._show_step()

    def _adapt_block(self, count: int, seconds: float) -> None:
        if count == self._block and seconds < _BLOCK_SECONDS:
            self._block = min(2 * self._block, _LARGEST_BLOCK)
        elif seconds > 4 * _BLOCK_SECONDS:
            self._block = max(self._block // 2, 1)

    def _look(self) -> None:
        """Reports when it is time, and does what has been asked for meanwhile."""
        self._reports.flush()
        self._reports.send_when_due()
        self._is_picture_due = self._pictures.is_due()
        self._attend()
        self._look_at = perf_counter() + LOOK_EVERY
