"""The memory of a run's history: what it is said to take, and that it keeps to what it may."""

import tracemalloc

import pytest

from engine.debugger.debugger import Debugger
from engine.training.history import DEFAULT_MEMORY
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression


@pytest.mark.parametrize("model", [linear_regression(), classifier(batch_size=8)])
def test_frames_take_no_more_than_they_are_said_to(model):
    run = TrainingRun(model)
    run.record_history()
    for _ in range(300):
        run.train_step()
    history = run.history
    tracemalloc.start()
    try:
        before, said = tracemalloc.get_traced_memory()[0], history.nbytes
        for step in range(10_000, 10_500):
            history.record(step, run.full_state)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.5 * (history.nbytes - said) < taken <= history.nbytes - said


def test_a_hundred_thousand_steps_stay_within_the_memory_they_may_take():
    run = TrainingRun(linear_regression())
    Debugger(run, 100_000)
    most = 0
    for _ in range(100_000):
        run.train_step()
        most = max(most, run.history.nbytes)
    assert most <= 100_000 and run.history.first == 0 and len(run.history) > 10
    assert DEFAULT_MEMORY == 256 << 20
