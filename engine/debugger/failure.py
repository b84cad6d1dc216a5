"""Where the NaN or infinity comes from for which a run has failed."""

from __future__ import annotations

from time import perf_counter

from ..graph import EngineError
from .causes.cause import Cause, CauseKind
from .causes.first_cause import FirstCauseWatch
from .causes.step_place import place_of_step
from .debugger import Debugger

#: So many steps before the failure are carried out again at most, and as many as take so long.
LONGEST_LOOK_BACK = 500
LOOK_BACK_SECONDS = 2.0


def cause_of_failure(debugger: Debugger) -> Cause | None:
    """Why the loss of the step that the cursor is at the end of is not finite; None where it is.

    Carries the steps before it out again. The cursor is where it was afterwards.
    """
    run, moment = debugger.run, debugger.moment
    if not debugger.step.is_complete or debugger.step.has_finite_loss:
        return None
    kinds = {CauseKind.NON_FINITE}
    last = run.step
    watch = FirstCauseWatch(run.optimizer.name, run.batches_per_epoch, kinds)
    try:
        return _look_again(debugger, watch, _first_step(debugger))
    except EngineError:  # what cannot be carried out again is looked at as it is
        watch.forget()
        return watch.observe(debugger.step, place_of_step(last, run.batches_per_epoch))
    finally:
        if debugger.moment != moment:
            debugger.seek(moment)


def _first_step(debugger: Debugger) -> int:
    """The step to begin at, by how long one takes."""
    run, step = debugger.run, debugger.step
    begun = perf_counter()
    step.go_to(0)
    step.go_to(len(step.operations))
    count = int(LOOK_BACK_SECONDS / max(perf_counter() - begun, 1e-6))
    assert run.history is not None
    return max(run.history.first, run.step - min(count, LONGEST_LOOK_BACK))


def _look_again(debugger: Debugger, watch: FirstCauseWatch, first: int) -> Cause | None:
    run, last = debugger.run, debugger.run.step
    start = place_of_step(first, run.batches_per_epoch)
    debugger.seek(debugger.moment._replace(epoch=start.epoch, batch=start.batch, operation=0))
    for number in range(first, last + 1):
        debugger.observe_step()
        cause = watch.observe(debugger.step, place_of_step(number, run.batches_per_epoch))
        if cause is not None:
            return cause
    return None
