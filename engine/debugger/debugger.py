"""A training run with a cursor: at any operation of any mini-batch that it has come by, forwards and back."""

from __future__ import annotations

from collections.abc import Callable

from ..graph import GraphError, InvalidArgumentError
from ..runtime.backends.numpy_plan import NumpyPlan
from ..training.history import RunState
from ..training.loss import loss_number
from ..training.run import TrainingRun
from .moment import Moment
from .observed_step import ObservedStep


class Debugger:
    """Steps through ``run``, which keeps a history from now on (in ``memory`` bytes at most).

    Whoever trains on with the run itself calls :meth:`leave_step` before, and :meth:`arrive` when it stands still.
    """

    def __init__(self, run: TrainingRun, memory: int) -> None:
        self.run = run
        run.record_history(memory)
        #: Called when the cursor leaves an epoch forwards, with the run at its end.
        self.on_epoch: Callable[[], None] | None = None
        self._step: ObservedStep | None = None
        #: The step of the mini-batch that was looked at last, with its plan: mini-batches of one size share theirs.
        self._known: tuple[NumpyPlan, ObservedStep] | None = None
        self._rows = 0
        #: The furthest place that the run has come to: how many mini-batches are trained, and of the next one how
        #: many operations are carried out.
        self._furthest = (run.step, 0)

    # --- where the cursor is ---------------------------------------------------------------------------------------

    @property
    def step(self) -> ObservedStep:
        """The step of the mini-batch that the cursor is in. Raises what compiling raises."""
        if self._step is None:
            lowered, plan, self._rows = self.run.observed_plan()
            if self._known is None or self._known[0] is not plan:
                self._known = (plan, ObservedStep(lowered, plan, self.run.session_state, self.run.loss))
            self._step = self._known[1]
            self._step.begin()
        return self._step

    @property
    def is_between_steps(self) -> bool:
        """Whether the cursor is in no step, so that the run can train on by itself."""
        return self._step is None

    @property
    def moment(self) -> Moment:
        return Moment(self.run.epoch, self.run.batch, 0 if self._step is None else self._step.done)

    @property
    def last(self) -> Moment:
        """The furthest moment that the run has come to."""
        self._note()
        trained, done = self._furthest
        return Moment(*divmod(trained, self.run.batches_per_epoch), done)

    def _note(self) -> None:
        self._furthest = max(self._furthest, (self.run.step, 0 if self._step is None else self._step.done))

    # --- training at full speed ------------------------------------------------------------------------------------

    def leave_step(self) -> None:
        """Ends the step that the cursor is in, so that the run stands between two mini-batches and can train on.

        Raises NonFiniteError when the loss of the step is not finite; the cursor stays then.
        """
        step = self._step
        if step is None:
            return
        ends_epoch = False
        if step.done:
            step.go_to(len(step.operations))
            self._note()
            ends_epoch = self._count(step)
        self._step = None
        if ends_epoch and self.on_epoch is not None:
            self.on_epoch()

    def _count(self, step: ObservedStep) -> bool:
        loss = step.value(step.loss)
        assert loss is not None
        return self.run.count_step(loss_number(loss), self._rows)

    def observe_step(self) -> bool:
        """Trains one mini-batch as :meth:`TrainingRun.train_step` does, with the same bits, but keeps its values.

        The cursor is at the end of it until the run goes on. Returns whether the epoch is over then.
        """
        self.leave_step()
        step = self.step
        step.go_to(len(step.operations))
        self._note()
        return self.run.batch == self.run.batches_per_epoch - 1

    def arrive(self) -> None:
        """The run stands still: goes to the end of the mini-batch that was trained last, so that its values show."""
        self._step = None
        self._note()
        history = self.run.history
        assert history is not None
        if self.run.step > history.first and self.step.unrepeatable is None:
            self._seek(self.run.step - 1, None)

    def arrive_at_failure(self) -> None:
        """Training has failed in a step: goes to the end of it, or to the operation that could not be computed.

        What cannot be carried out again is left as it is: with other data it would be another step.
        """
        self._step = None
        if self.step.unrepeatable is not None:
            return
        self._step = None  # it took the variables as the failed step has left them for those before it
        step = self.run.step
        self.run.restore_nearest()
        self.run.seek(*divmod(step, self.run.batches_per_epoch))
        self._seek(step, None)

    def forking_state(self) -> RunState:
        """The state before the step that the cursor is in, or after it where it has been carried out whole."""
        step = self._step
        if step is None or step.done == 0:
            return self.run.full_state()
        done = step.done
        if step.is_complete:
            self.leave_step()
            state = self.run.full_state()
            self._seek(self.run.step - 1, None)
        else:
            step.rewind()
            state = self.run.full_state()
            step.go_to(done)
        return state

    # --- going -----------------------------------------------------------------------------------------------------

    def seek(self, moment: Moment) -> None:
        """Goes to a moment that the run has come by.

        Raises InvalidArgumentError for one it has not come to yet, or that lies before its beginning.
        """
        per_epoch = self.run.batches_per_epoch
        if not 0 <= moment.batch < per_epoch or moment.operation < 0 or moment.epoch < 0:
            raise InvalidArgumentError(
                f"There is no mini-batch {moment.batch} in epoch {moment.epoch}: an epoch has {per_epoch}.", ""
            )
        last = self.last
        if moment > last:
            raise InvalidArgumentError(
                f"The run has come to epoch {last.epoch}, mini-batch {last.batch}; epoch {moment.epoch}, mini-batch "
                f"{moment.batch} is still to come. Run on to get there.",
                "",
            )
        self._seek(moment.epoch * per_epoch + moment.batch, moment.operation)

    def _seek(self, step: int, operation: int | None) -> None:
        """Goes to an operation of the mini-batch with this number; None: to its end."""
        if step < self.run.step and self.step.unrepeatable is not None:
            self.step.refuse_to_go_back()
        if self.run.step != step or self._step is None:
            self._drop_step()
            self.run.seek(*divmod(step, self.run.batches_per_epoch))
        present = self.step
        present.go_to(len(present.operations) if operation is None else operation)
        self._note()

    def _drop_step(self) -> None:
        """Takes back what of the present step has been carried out."""
        if self._step is not None:
            self._note()
            self._step.rewind()
            self._step = None

    def step_operation(self, count: int = 1) -> None:
        """Carries out so many operations; fewer than none: takes as many back, also those of mini-batches before.

        Raises NonFiniteError where the run cannot go on because its loss is not finite, InvalidArgumentError at the
        run's beginning.
        """
        for _ in range(count):
            self._open_next()
            self.step.go_to(self.step.done + 1)
            self._note()
        for _ in range(-count):
            self._open_previous()
            self.step.go_to(self.step.done - 1)

    def step_phase(self, count: int = 1) -> None:
        """To the end of the present phase (forward, backward, update), or back to its beginning; so many times."""
        for _ in range(count):
            self._open_next()
            self.step.go_to(self.step.next_phase())
            self._note()
        for _ in range(-count):
            self._open_previous()
            self.step.go_to(self.step.previous_phase())

    def step_batch(self, count: int = 1) -> None:
        """To the end of the present mini-batch, or back to its beginning; so many times."""
        for _ in range(count):
            self._open_next()
            self.step.go_to(len(self.step.operations))
            self._note()
        for _ in range(-count):
            self._open_previous()
            self.step.go_to(0)

    def step_epoch(self, count: int = 1) -> None:
        """To the end of the present epoch, or back to its beginning; so many times."""
        per_epoch = self.run.batches_per_epoch
        for _ in range(count):
            self._open_next()
            while self.run.batch < per_epoch - 1:
                self.step_batch()
                self.leave_step()
            self.step_batch()
        for _ in range(-count):
            self._open_previous()
            self._seek(self.run.epoch * per_epoch, 0)

    def _open_next(self) -> None:
        """A step that is complete gives way to the next one."""
        if self.step.is_complete:
            self.leave_step()

    def _open_previous(self) -> None:
        """Before the first operation of a step, goes to the end of the step before."""
        if self._step is not None and self._step.done:
            return
        history = self.run.history
        assert history is not None
        if self.run.step <= history.first:
            raise InvalidArgumentError("This is where the run begins; there is nothing before it.", "")
        self._seek(self.run.step - 1, None)

    def run_to_node(self, node: str) -> None:
        """Carries out operations until the next one of a node of the person's graph has been.

        Raises GraphError for a node that the training step does not compute.
        """
        if not self.step.places_of(node):
            raise GraphError(f"{node} is not computed in a training step, so the run cannot stop there.", node)
        self._open_next()
        place = next((place for place in self.step.places_of(node) if place >= self.step.done), None)
        if place is None:
            self.step.go_to(len(self.step.operations))
            self._open_next()
            place = self.step.places_of(node)[0]
        self.step.go_to(place + 1)
        self._note()
