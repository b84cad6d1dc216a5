"""Everything that can be looked at in a run, looked at: steps, values, reasons, conditions, and moments past."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from engine.debugger.causes.step_place import place_of_step
from engine.debugger.conditions.condition import Condition
from engine.debugger.conditions.run_readings import RunReadings
from engine.debugger.debugger import Debugger
from engine.debugger.explanations.explain import explain
from engine.debugger.explanations.reason import ElementReason, How, Kind
from engine.debugger.moment import Moment
from engine.debugger.observed_step import ObservedStep
from engine.debugger.tensors.statistics import statistics
from engine.graph import EngineError, Operation
from engine.runtime import Session
from engine.training.history import DEFAULT_MEMORY
from engine.training.run import TrainingRun
from tests.engine.debugger.states import fingerprint, straight_run

Array = np.ndarray[Any, np.dtype[Any]]


def assert_same_states(make: Callable[[], TrainingRun], epochs: int, seeks: int) -> None:
    """Steps through two mini-batches forwards and back, then goes to random moments: the straight run's states."""
    prints = straight_run(make(), epochs)
    debugger = Debugger(make(), DEFAULT_MEMORY)
    run, per_epoch = debugger.run, debugger.run.batches_per_epoch
    steps = min(2, len(prints) - 1)
    for step in range(steps):
        assert fingerprint(run) == prints[step]
        for _ in debugger.step.operations:
            debugger.step_operation()
        if step + 1 < steps:
            debugger.leave_step()
    while debugger.moment > Moment(0, 0, 0):
        debugger.step_operation(-1)
    assert fingerprint(run) == prints[0]
    debugger.seek(debugger.last)
    debugger.leave_step()
    assert fingerprint(run) == prints[steps]
    while run.step < len(prints) - 1:
        run.train_step()
    debugger.arrive()
    chance = random.Random(1)
    for _ in range(seeks):
        step, operation = chance.randrange(len(prints) - 1), chance.choice((0, 0, 2, 5, 10_000))
        debugger.seek(Moment(*divmod(step, per_epoch), operation))
        if debugger.step.done == 0:
            assert fingerprint(run) == prints[step]
        else:
            debugger.leave_step()
            assert fingerprint(run) == prints[step + 1]


def assert_values_of_session(run: TrainingRun) -> None:
    """What the step shows for the forward tensors of the person's graph is what a session computes, bit for bit."""
    debugger = Debugger(run, DEFAULT_MEMORY)
    step = debugger.step
    feeds = {tensor: value.copy() for tensor, value in run.present_batch().items()}
    before = run.values()
    step.go_to(step.next_phase())
    shown = {}
    for op in run.graph.get_operations():
        for tensor in op.outputs:
            lowered = step.lowered(tensor)
            if lowered is None or op.type in ("Placeholder", "Variable") or _is_random(lowered.op):
                continue
            value = step.value(lowered)
            if value is not None:
                shown[tensor] = value.copy()
    with Session(graph=run.graph, seed=run.settings.seed) as session:
        session.initialize()
        for name, value in before.items():
            session.set_value(run.graph.operation(name), value)
        found = session.run(list(shown), feeds)
    for (tensor, value), other in zip(shown.items(), found, strict=True):
        other = np.asarray(other)
        assert value.shape == other.shape, tensor.name
        if value.dtype.kind in "fc":  # a plan that simplifies may round otherwise
            np.testing.assert_allclose(value, other, rtol=2e-3 if value.dtype.itemsize < 4 else 2e-5, atol=1e-5)
        else:
            assert value.tolist() == other.tolist(), tensor.name


def _is_random(op: Operation) -> bool:
    needed = op.graph.ancestors([op]) | {op}
    return any(each.declaration.stateful and each.type != "Variable" for each in needed)


def assert_explained(step: ObservedStep, chance: random.Random, per_tensor: int = 2) -> None:
    """Elements of every tensor of a step that is carried out are explained, and what is a sum adds up."""
    for op in step.graph.get_operations():
        for tensor in op.outputs:
            value = step.value(tensor)
            if value is None or value.size == 0:
                continue
            statistics(value)
            for _ in range(per_tensor):
                index = tuple(chance.randrange(size) for size in value.shape)
                reason = explain(step, tensor, index)
                if reason.how is How.SUM and value.dtype.kind == "f":
                    _assert_adds_up(reason, 64 * float(np.finfo(value.dtype).eps))
                if step.gradient(tensor) is not None:
                    try:
                        back = explain(step, tensor, index, Kind.GRADIENT)
                    except EngineError as error:
                        if "computes the gradient" not in str(error):
                            raise
                        continue  # no update needs it
                    if back.how is How.SUM and value.dtype.kind == "f":
                        # The local derivatives are float64 ones: 1 - tanh² of a float32 near 1 has few right digits.
                        _assert_adds_up(back, 1e-3 if value.dtype.itemsize < 8 else 1e-9)


def _assert_adds_up(reason: ElementReason, tolerance: float) -> None:
    value = float(reason.element.value)
    if not math.isfinite(value) or not math.isfinite(reason.total):
        return
    size = sum(abs(term.contribution or 0.0) for term in reason.terms) + abs(value)
    assert abs(reason.total - value) <= tolerance * size + 1e-30, reason


def assert_conditions_are_read(debugger: Debugger) -> None:
    """Conditions on every node of the graph and its gradient are evaluated, or refused as an engine's error."""
    run = debugger.run
    place = place_of_step(run.step, run.batches_per_epoch)
    for op in run.graph.get_operations():
        for text in (f"norm(`{op.name}`) > 1e30", f"max(abs(grad `{op.name}`)) >= 0", f"`{op.name}` > 0"):
            with suppress(EngineError):
                condition = Condition(text, run.graph, run.metric_names)
                condition.holds(RunReadings(run, place, is_done=True, step=debugger.step))


def look_through(make: Callable[[], TrainingRun], epochs: int = 3, seeks: int = 12, per_tensor: int = 1) -> None:
    """All of the above, at the end of a step that is carried out whole."""
    assert_same_states(make, epochs, seeks)
    assert_values_of_session(make())
    debugger = Debugger(make(), DEFAULT_MEMORY)
    debugger.step_batch()
    assert_explained(debugger.step, random.Random(2), per_tensor)
    assert_conditions_are_read(debugger)
