"""Training until a breakpoint: at full speed where nothing within a step is watched, else step by observed step."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from ..graph import EngineError, Problem
from .breakpoints import AtFirstCause, AtNode, Breakpoint, Stop, WhenHolds, stops_in
from .causes.cause import Cause, CauseKind
from .causes.first_cause import FirstCauseWatch
from .causes.step_place import StepPlace, place_of_step
from .conditions.condition import Condition, Need
from .conditions.run_readings import RunReadings
from .debugger import Debugger


class Trained(NamedTuple):
    """What a call of :meth:`Stops.train_step` has done."""

    #: Whether the last mini-batch of an epoch is done.
    is_epoch_over: bool
    #: Why the run must stand still now; None where it goes on.
    stop: Stop | None = None


_GOES_ON = (Trained(False), Trained(True))


class Stops:
    """Trains the run of ``debugger`` and says when one of its breakpoints is reached.

    A breakpoint on a node, on a condition about values within a step and on first causes lets every step be observed;
    conditions about the epoch, the loss, variables and metrics leave training at full speed.
    """

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger
        self._run = debugger.run
        self._hits: dict[int, int] = {}
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._watch = self._new_watch(())
        #: The conditions that held when they were checked last, or cannot be checked.
        self._held: set[int] = set()
        #: The step that follows the one that was trained last, and the one that a stop came before the end of.
        self._expected = self._present = -1
        #: The cause at which the run has stopped, and whether the mini-batch of the stop is counted already.
        self._cause: Cause | None = None
        self._is_counted = False
        self.set(())

    def set(self, breakpoints: Collection[Breakpoint]) -> dict[int, Problem]:
        """Stops at these from now on. Returns what is wrong with those that cannot be used, by their numbers.

        What is known of those that were there before stays known: a condition that holds does not begin to.
        """
        problems: dict[int, Problem] = {}
        self._nodes: list[tuple[Breakpoint, AtNode]] = []
        #: By what they need to know.
        self._conditions: dict[Need, list[tuple[Breakpoint, Condition]]] = {need: [] for need in Need}
        causes: dict[CauseKind, Breakpoint] = {}
        for each in breakpoints:
            try:
                if isinstance(each.at, AtNode):
                    self._run.graph.operation(each.at.node)
                    if each.is_enabled:
                        self._nodes.append((each, each.at))
                elif isinstance(each.at, WhenHolds):
                    condition = Condition(each.at.text, self._run.graph, self._run.metric_names)
                    if each.is_enabled:
                        self._conditions[condition.need].append((each, condition))
                elif isinstance(each.at, AtFirstCause) and each.is_enabled:
                    causes[each.at.kind] = each
            except EngineError as error:
                problems[each.number] = Problem(str(error), error.node or "")
        if self._watch.kinds != frozenset(causes):
            self._watch = self._new_watch(causes)
        self._causes = causes
        unchanged = {each.number for each in self._breakpoints if each in breakpoints}
        self._held &= unchanged
        self._breakpoints = tuple(breakpoints)
        conditions = [condition for found in self._conditions.values() for _, condition in found]
        self._reads_metrics = any(not condition.nodes.isdisjoint(self._run.metric_names) for condition in conditions)
        #: Whether each step must be observed.
        self.observes = bool(self._nodes or causes or self._conditions[Need.STEP])
        #: Whether there is nothing to stop at.
        self.is_empty = not (self.observes or conditions)
        return problems

    def _new_watch(self, kinds: Collection[CauseKind]) -> FirstCauseWatch:
        return FirstCauseWatch(self._run.optimizer.name, self._run.batches_per_epoch, kinds)

    def train_step(self, look: Callable[[], None] | None = None) -> Trained:
        """Trains one mini-batch, or the rest of the one that the cursor is in, as far as the next breakpoint.

        ``look`` is called at the end of the mini-batch, while all of its values are in reach. Where a stop comes,
        :meth:`arrive` puts the cursor there. Raises NonFiniteError as :meth:`TrainingRun.train_step` does.
        """
        debugger, run = self._debugger, self._run
        if debugger.is_between_steps and not self.observes and look is None:
            return self._train_at_full_speed()
        self._cause, self._is_counted = None, False
        is_inside = self.is_within_step
        if not is_inside:
            debugger.leave_step()
        place = place_of_step(run.step, run.batches_per_epoch)
        begins = self._follow(place)
        before = None if is_inside else self._stop_before(place)
        return self._train_observed(place, begins, look) if before is None else Trained(False, before)

    def _train_at_full_speed(self) -> Trained:
        """As :meth:`train_step` between two mini-batches, where nothing within a step is watched."""
        run = self._run
        self._cause, self._is_counted = None, False
        place = place_of_step(run.step, run.batches_per_epoch)
        self._follow(place)
        before = self._stop_before(place)
        if before is not None:
            return Trained(False, before)
        is_over = run.train_step()
        self._expected, self._present = place.step + 1, -1
        if not self._conditions[Need.RESULTS]:
            return _GOES_ON[is_over]
        readings = RunReadings(run, place, True, None, self._metrics(is_over))
        stop = self._check(Need.RESULTS, readings)
        if stop is None:
            return _GOES_ON[is_over]
        self._is_counted = True
        return Trained(is_over, stop)

    def _stop_before(self, place: StepPlace) -> Stop | None:
        """The stop that comes before anything of a mini-batch is done."""
        if not self._conditions[Need.POSITION]:
            return None
        stop = self._check(Need.POSITION, RunReadings(self._run, place))
        if stop is not None:
            self._present = place.step
        return stop

    def _train_observed(self, place: StepPlace, begins: bool, look: Callable[[], None] | None) -> Trained:
        debugger, run = self._debugger, self._run
        step = debugger.step
        ahead = [(stops_in(step, at), each, at) for each, at in self._nodes]
        # 0 stands for a stop before the first operation.
        here = step.done - 1 if begins else step.done
        reached = [(done, each, at) for done, each, at in ahead if done is not None and done > here]
        if reached:
            done, each, at = min(reached, key=lambda found: found[0])
            self._present = place.step
            debugger.step_operation(done - step.done)
            return Trained(False, self._hit(each, f"{at.node} has done its {at.phase} part in {place}.", at.node))
        if not step.is_complete:
            debugger.step_batch()
        if look is not None:
            look()
        self._expected, self._present = place.step + 1, -1
        cause = self._watch.observe(step, place) if self._causes else None
        self._cause = cause
        stop = None
        if cause is not None:
            self._present = place.step  # the cursor is put back into it
            stop = self._cause_stop(cause)
        if stop is not None and not step.has_finite_loss:
            return Trained(False, stop)
        is_over = run.batch == run.batches_per_epoch - 1
        debugger.leave_step()
        if stop is None:
            readings = RunReadings(run, place, True, step, self._metrics(is_over))
            stop = self._check(Need.RESULTS, readings) or self._check(Need.STEP, readings)
        self._is_counted = stop is not None
        return Trained(is_over, stop)

    @property
    def is_within_step(self) -> bool:
        """Whether the cursor is in a step of which something may still be stopped at."""
        if self.is_empty or self._debugger.moment.operation == 0:
            return False
        return self._run.step == self._present or not self._debugger.step.is_complete

    def arrive(self) -> None:
        """Puts the cursor at the stop that has come: to the operation of a cause, or the end of the mini-batch."""
        if self._is_counted:
            self._debugger.arrive()
        moment, cause = self._debugger.moment, self._cause
        if cause is not None and (cause.epoch, cause.batch) == moment[:2]:
            self._debugger.seek(moment._replace(operation=cause.operation))

    def _cause_stop(self, cause: Cause) -> Stop:
        each = self._causes.get(cause.kind) or next(iter(self._causes.values()))
        return self._hit(each, cause.sentence, cause.node, cause)

    def _follow(self, place: StepPlace) -> bool:
        """Forgets what was before, where a step does not follow the one that was trained last.

        Returns whether no stop has come in this step yet.
        """
        begins = place.step != self._present
        if begins and place.step != self._expected:
            self._watch.forget()
            self._held = set()
        return begins

    def _metrics(self, is_epoch_over: bool) -> dict[str, float]:
        """The metrics where a condition reads one and an epoch is over."""
        return self._run.metrics() if is_epoch_over and self._reads_metrics else {}

    def _check(self, need: Need, readings: RunReadings) -> Stop | None:
        """The stop at the first condition of this need that begins to hold; all are checked."""
        found: Stop | None = None
        for each, condition in self._conditions[need]:
            refusal = ""
            try:
                holds = condition.holds(readings)
            except EngineError as error:
                holds, refusal = True, f"The condition {condition.text} cannot be checked: {error}"
            if holds is False:
                self._held.discard(each.number)
            elif holds and each.number not in self._held:
                self._held.add(each.number)
                stop = self._hit(each, refusal or f"{condition.text} holds at {readings.place}.")
                found = found or stop
        return found

    def _hit(self, each: Breakpoint, sentence: str, node: str = "", cause: Cause | None = None) -> Stop:
        hits = self._hits[each.number] = self._hits.get(each.number, 0) + 1
        return Stop(each.number, hits, sentence, node, cause)
