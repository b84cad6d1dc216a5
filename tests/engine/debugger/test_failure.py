"""Why a run has failed that nobody watched."""

import pytest

from engine.debugger.causes.cause import CauseKind
from engine.debugger.debugger import Debugger
from engine.debugger.failure import cause_of_failure
from engine.graph import NonFiniteError
from engine.training.run import TrainingRun
from tests.engine.debugger.broken_graphs import BROKEN
from tests.engine.models import linear_regression


def failed(name):
    """A run that has been trained at full speed until its loss was not finite, with the cursor there."""
    debugger = Debugger(TrainingRun(BROKEN[name].build()), 1 << 24)
    with pytest.raises(NonFiniteError):
        for _ in range(1000):
            debugger.run.train_step()
    debugger.arrive_at_failure()
    return debugger


@pytest.mark.parametrize(
    ("name", "node", "step"),
    [
        ("log_of_what_reaches_zero", "log", 4),
        ("log_of_zero", "log", 0),
        ("adam_without_epsilon", "train", 0),
        ("learning_rate_too_large", "train", 0),
        ("learning_rate_a_little_too_large", "train", 0),
        ("nan_in_a_later_row", "x", 3),
    ],
)
def test_the_cause_is_found_afterwards(name, node, step):
    debugger = failed(name)
    moment = debugger.moment
    cause = cause_of_failure(debugger)
    assert (cause.node, cause.step) == (node, step), cause.sentence
    assert debugger.moment == moment, "the cursor is where it was"


def test_divergence_is_told_from_a_plain_overflow():
    assert cause_of_failure(failed("learning_rate_too_large")).kind is CauseKind.EXPLODING_GRADIENT
    assert cause_of_failure(failed("an_outlier_overflows")).kind is CauseKind.NON_FINITE


def test_a_healthy_step_has_no_cause():
    debugger = Debugger(TrainingRun(linear_regression()), 1 << 24)
    debugger.observe_step()
    assert cause_of_failure(debugger) is None
