"""Breakpoints: on nodes, on conditions and on first causes, in the tutorial's run and in broken ones."""

import numpy as np
import pytest

from engine.debugger.breakpoints import AtFirstCause, AtNode, Breakpoint, WhenHolds
from engine.debugger.causes.cause import CauseKind
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.debugger.stops import Stops
from engine.graph import NonFiniteError
from engine.training.run import TrainingRun
from tests.engine.debugger.broken_graphs import BROKEN
from tests.engine.models import classifier, linear_regression


def made(model, *places):
    debugger = Debugger(TrainingRun(model), 1 << 24)
    stops = Stops(debugger)
    problems = stops.set([Breakpoint(number, at) for number, at in enumerate(places)])
    return debugger, stops, problems


def next_stop(debugger, stops, steps=1000):
    for _ in range(steps):
        stop = stops.train_step().stop
        if stop is not None:
            stops.arrive()
            return stop
    return None


def node_value(debugger, name):
    step = debugger.step
    return step.value(step.lowered(debugger.run.graph.operation(name).output))


def last_node(step):
    return step.operations[step.done - 1].node_name


def test_nothing_is_watched_without_breakpoints():
    _, stops, problems = made(linear_regression())
    assert stops.is_empty and not stops.observes and problems == {}


def test_a_run_stops_when_its_loss_is_small_enough():
    """The tutorial's table: the loss of epoch 9 is 0.0383, that of epoch 8 still above 0.05."""
    straight = TrainingRun(linear_regression())
    losses = [straight.train_epoch() for _ in range(20)]
    first = next(epoch for epoch, loss in enumerate(losses) if loss < 0.05)
    debugger, stops, _ = made(linear_regression(), WhenHolds("loss < 0.05"))
    assert not stops.observes
    stop = next_stop(debugger, stops)
    assert stop.sentence == f"loss < 0.05 holds at epoch {first}, mini-batch 0."
    assert debugger.moment.epoch == first and debugger.step.is_complete
    assert float(node_value(debugger, "cost")) == losses[first]
    assert next_stop(debugger, stops, 50) is None, "it goes on holding"


def test_a_run_stops_before_an_epoch():
    debugger, stops, _ = made(linear_regression(), WhenHolds("epoch == 3"))
    next_stop(debugger, stops)
    assert debugger.moment == Moment(3, 0, 0)
    assert next_stop(debugger, stops, 50) is None


def test_a_run_stops_at_a_mini_batch():
    debugger, stops, _ = made(classifier(batch_size=8), WhenHolds("epoch == 2 and batch == 4"))
    next_stop(debugger, stops)
    assert debugger.moment == Moment(2, 4, 0)
    assert debugger.run.step == 2 * debugger.run.batches_per_epoch + 4


def test_a_condition_on_a_variable_sees_it_after_the_update():
    debugger, stops, _ = made(linear_regression(), WhenHolds("W[0] > 4 and b[0] == 2.2"))
    assert not stops.observes
    assert next_stop(debugger, stops, 5) is None, "the float32 2.2 is not the number 2.2"
    debugger, stops, _ = made(linear_regression(), WhenHolds("W[0] > 4 and abs(b[0] - 2.2) < 1e-6"))
    next_stop(debugger, stops)
    assert debugger.moment.epoch == 0


@pytest.mark.parametrize(
    ("text", "epoch"),
    [("grad W[0] == -35", None), ("(grad W)[0] == -35", 0), ("norm(grad b) > 11", 0), ("max(hypothesis) > 19", 1)],
)
def test_conditions_see_values_and_gradients_within_a_step(text, epoch):
    """The tutorial's gradients are -35 for W and -12 for b; the second step's largest hypothesis is 4.5 * 4 + 2.2."""
    debugger, stops, problems = made(linear_regression(), WhenHolds(text))
    assert problems == {}
    stop = next_stop(debugger, stops, 3)
    assert stop is not None
    assert debugger.moment.epoch == (0 if epoch is None else epoch)
    assert debugger.step.is_complete


def test_a_metric_is_asked_after_each_epoch():
    debugger, stops, _ = made(classifier(batch_size=8, metrics=("accuracy",)), WhenHolds("accuracy > 0.9"))
    assert not stops.observes
    next_stop(debugger, stops)
    assert debugger.moment.batch == debugger.run.batches_per_epoch - 1
    debugger.leave_step()
    assert debugger.run.metrics()["accuracy"] > 0.9


@pytest.mark.parametrize(
    ("at", "done"),
    [
        (AtNode("hypothesis"), lambda step, value: value("hypothesis") is not None and value("error") is None),
        (AtNode("cost"), lambda step, value: value("cost") == 41.0),
        (
            AtNode("squared_error", "backward"),
            lambda step, _: step.operations[step.done - 1].node_name == "squared_error",
        ),
        (AtNode("train", "update"), lambda step, value: np.allclose(value("W"), 4.5)),
        (AtNode("b", "update"), lambda step, value: np.allclose(value("b"), 2.2)),
        (AtNode("x"), lambda step, value: step.done == 0),
    ],
)
def test_a_run_stops_at_a_node_in_every_step(at, done):
    debugger, stops, _ = made(linear_regression(), at)
    for epoch in range(3):
        stop = next_stop(debugger, stops, 2)
        assert stop.node == at.node and stop.hits == epoch + 1
        assert debugger.moment.epoch == epoch
        if epoch == 0:
            assert done(debugger.step, lambda name: node_value(debugger, name))


def test_the_gradient_of_a_variable_is_there_where_it_stops_in_its_backward_pass():
    debugger, stops, _ = made(linear_regression(), AtNode("W", "backward"))
    next_stop(debugger, stops)
    step = debugger.step
    gradient = step.gradient(step.lowered(debugger.run.graph.operation("W").output))
    assert step.value(gradient).tolist() == [-35.0]


def test_several_breakpoints_come_in_the_order_of_the_step():
    debugger, stops, _ = made(linear_regression(), AtNode("cost", "backward"), AtNode("error"), WhenHolds("epoch == 1"))
    numbers = [next_stop(debugger, stops).number for _ in range(5)]
    assert numbers == [1, 0, 2, 1, 0]


def test_stops_leave_the_numbers_as_they_are():
    straight = TrainingRun(classifier(batch_size=8))
    losses = [straight.train_epoch() for _ in range(4)]
    debugger, stops, _ = made(classifier(batch_size=8), AtNode("logits"), WhenHolds("norm(grad W) > 1e9"))
    seen = []
    while len(seen) < 4:
        trained = stops.train_step()
        if trained.is_epoch_over:
            seen.append(debugger.run.last_loss)
    assert seen == losses
    assert np.array_equal(debugger.run.values()["W"], straight.values()["W"])


def test_a_run_stops_at_the_operation_that_made_the_first_nan():
    broken = BROKEN["log_of_what_reaches_zero"]
    debugger, stops, _ = made(broken.build(), AtFirstCause(CauseKind.NON_FINITE))
    stop = next_stop(debugger, stops)
    step = debugger.step
    assert stop.cause.node == stop.node == "log"
    assert debugger.moment == Moment(4, 0, stop.cause.operation)
    assert step.operations[step.done - 1].node_name == "log"
    with pytest.raises(NonFiniteError):
        stops.train_step()


def test_a_run_goes_on_after_a_cause_that_left_the_loss_finite():
    """The update of the first step makes the NaN; the loss of the second step shows it."""
    debugger, stops, _ = made(BROKEN["adam_without_epsilon"].build(), AtFirstCause(CauseKind.NON_FINITE))
    stop = next_stop(debugger, stops)
    assert debugger.moment == Moment(0, 0, stop.cause.operation)
    assert stops.train_step().stop is None
    with pytest.raises(NonFiniteError):
        stops.train_step()


def test_a_cause_is_found_in_a_step_at_the_end_of_which_a_node_has_stopped_the_run():
    model = BROKEN["where_hides_x_log_x"].build()
    debugger, stops, _ = made(model, AtNode("W", "update"), AtFirstCause(CauseKind.NON_FINITE))
    assert next_stop(debugger, stops).number == 0
    stop = next_stop(debugger, stops)
    assert stop.cause is not None and stop.cause.step == 0
    # The cursor was put back to the cause, so that the run comes by the node again.
    assert [(next_stop(debugger, stops).number, debugger.moment.epoch) for _ in range(2)] == [(0, 0), (0, 1)]


def test_only_the_chosen_kinds_of_causes_stop():
    build = BROKEN["bias_far_below_zero"].build
    debugger, stops, _ = made(build(), AtFirstCause(CauseKind.NON_FINITE))
    assert next_stop(debugger, stops, 30) is None
    debugger, stops, _ = made(build(), AtFirstCause(CauseKind.DEAD_RELU))
    assert next_stop(debugger, stops, 30).cause.kind is CauseKind.DEAD_RELU


def test_other_breakpoints_do_not_let_a_condition_begin_to_hold_again():
    debugger, stops, _ = made(linear_regression(), WhenHolds("loss < 0.05"))
    assert next_stop(debugger, stops) is not None
    stops.set([Breakpoint(0, WhenHolds("loss < 0.05")), Breakpoint(1, WhenHolds("epoch == 40"))])
    assert next_stop(debugger, stops).number == 1
    stops.set([Breakpoint(0, WhenHolds("loss < 0.06"))])
    assert next_stop(debugger, stops).number == 0, "it is another condition now"


def test_a_metric_that_goes_on_holding_stops_once():
    model = classifier(batch_size=8, metrics=("accuracy",))
    debugger, stops, _ = made(model, WhenHolds("accuracy > 0.9"))
    assert next_stop(debugger, stops) is not None
    assert next_stop(debugger, stops, 40) is None


def test_what_cannot_be_used_is_told_and_the_others_work():
    debugger, stops, problems = made(
        linear_regression(), AtNode("gone"), WhenHolds("los < 1"), WhenHolds("norm(W, b)"), WhenHolds("epoch == 1")
    )
    assert set(problems) == {0, 1, 2}
    assert "gone" in str(problems[0]) and "did you mean loss" in str(problems[1])
    assert next_stop(debugger, stops).number == 3


def test_a_condition_that_fails_while_it_runs_stops_once_and_says_why():
    debugger, stops, _ = made(linear_regression(), WhenHolds("W[7] > 1"))
    stop = next_stop(debugger, stops)
    assert "cannot be checked" in stop.sentence and "no element [7]" in stop.sentence
    assert next_stop(debugger, stops, 20) is None


def test_a_node_that_no_step_computes_is_told():
    debugger, stops, _ = made(classifier(), WhenHolds("accuracy > 0.9"))
    assert "accuracy is not computed in a training step" in next_stop(debugger, stops).sentence


def test_after_going_back_it_stops_there_again():
    debugger, stops, _ = made(linear_regression(), WhenHolds("loss < 0.05"))
    next_stop(debugger, stops)
    found = debugger.moment
    debugger.seek(Moment(2, 0, 0))
    assert next_stop(debugger, stops).hits == 2
    assert debugger.moment == found


def test_a_disabled_breakpoint_does_nothing():
    debugger = Debugger(TrainingRun(linear_regression()), 1 << 24)
    stops = Stops(debugger)
    stops.set([Breakpoint(1, AtNode("cost"), is_enabled=False), Breakpoint(2, WhenHolds("epoch == 1"), False)])
    assert stops.is_empty
