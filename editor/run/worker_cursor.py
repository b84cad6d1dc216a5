"""The training process's side of the cursor: moves it and tells where it is. No Qt here."""

from __future__ import annotations

from collections.abc import Callable

from editor.run.held_runs import HeldRuns, problem_of_any
from editor.run.loaded_model import LoadedModel
from editor.run.messages import Moved, Pictured
from editor.run.motions import Motion
from editor.run.pictures import Pictures
from editor.run.reports import Reports
from editor.run.step_view import StepOperation
from engine.debugger.breakpoints import Stop
from engine.debugger.moment import Moment
from engine.debugger.observed_step import ObservedStep
from engine.graph import Problem


class WorkerCursor:
    """The cursor in the present run, which can be trained."""

    def __init__(
        self,
        generation: int,
        loaded: LoadedModel,
        runs: HeldRuns,
        reports: Reports,
        pictures: Pictures,
        send: Callable[[object], None],
    ) -> None:
        self._generation = generation
        self._loaded = loaded
        self._runs = runs
        self._reports = reports
        self._pictures = pictures
        self._send = send
        #: Whether training goes on, or has stopped and the cursor is still to be put there.
        self.is_away = True
        #: The step whose operations were told last.
        self._told_step: ObservedStep | None = None

    def go(self, motion: Motion) -> None:
        """Moves the cursor, and tells where it has come to."""
        self.is_away = False
        debugger = self._loaded.debugger
        problem = None
        debugger.on_epoch = self._reports.put_epoch
        try:
            motion.carry_out(debugger)
        except Exception as error:
            problem = problem_of_any(error)
        finally:
            debugger.on_epoch = None
        self._reports.flush()
        self._reports.send_rows()
        self._tell_moved(problem)

    def arrive(self, reached: Stop | None, problem: Problem | None) -> None:
        """Puts the cursor behind the step that was trained last, with all its values.

        ``reached`` is the breakpoint at which training has stopped, ``problem`` why it failed.
        """
        self.is_away = False
        try:
            if reached is not None:
                self._loaded.stops.arrive()
            elif problem is None:
                self._loaded.debugger.arrive()
            else:
                self._loaded.debugger.arrive_at_failure()
        except Exception as error:
            problem = problem or problem_of_any(error)
        self._tell_moved(problem, reached)

    def _tell_moved(self, problem: Problem | None, stop: Stop | None = None) -> None:
        debugger = self._loaded.debugger
        try:
            step = debugger.step
        except Exception as error:
            self._runs.problem = problem_of_any(error)
            return
        loss = step.value(step.loss)
        history = debugger.run.history
        assert history is not None
        per_epoch = debugger.run.batches_per_epoch
        self._send(
            Moved(
                self._generation,
                debugger.moment,
                debugger.last,
                Moment(*divmod(history.first, per_epoch), 0),
                per_epoch,
                self._new_operations(step),
                debugger.run.values(),
                None if loss is None else float(loss.sum()),
                problem,
                self._runs.history_bytes,
                stop,
            )
        )
        self.show_step()

    def _new_operations(self, step: ObservedStep) -> tuple[StepOperation, ...] | None:
        """The step's operations; None where they have been told."""
        if step is self._told_step:
            return None
        self._told_step = step
        return tuple(
            StepOperation(op.node_name, op.type, op.phase, op.name, step.meaning(op)) for op in step.operations
        )

    def show_step(self) -> None:
        """Sends a picture of the step that the cursor is in."""
        self._send(Pictured(self._generation, self._pictures.paint(self._loaded.debugger)))
