"""The cursor of a run, driven through the training process: stepping, seeking, forking, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from editor.run.controller import RunState
from engine.debugger.moment import Moment
from engine.model import TypedValues


def test_the_tutorials_first_step_is_stepped_to_its_update(steps):
    controller = steps.controller
    view = steps.after(lambda: controller.step_phase(1))
    assert view.latest.node == "cost" and view.next.phase == "backward"
    view = steps.after(lambda: controller.step_phase(1))
    assert view.next.phase == "update" and steps.value("W") == 1.0
    view = steps.after(lambda: controller.step_phase(1))
    assert view.is_complete and controller.state is RunState.PAUSED
    assert (steps.value("W"), steps.value("b")) == pytest.approx((4.5, 2.2))
    view = steps.after(lambda: controller.step_operation(-1))
    assert view.moment == Moment(0, 0, len(view.operations) - 1)
    view = steps.after(lambda: controller.step_batch(-1))
    assert view.moment == Moment(0, 0, 0) and steps.value("W") == 1.0


def test_a_run_is_sought_and_goes_on_with_the_same_numbers(steps):
    controller = steps.controller
    steps.run(60)
    straight = controller.history.losses.copy()
    final = {name: value.copy() for name, value in controller.variable_values().items()}
    view = steps.after(lambda: controller.seek(Moment(7, 0, 5)))
    assert view.moment == Moment(7, 0, 5) and controller.state is RunState.PAUSED and controller.epoch == 7
    steps.run(60)
    assert np.array_equal(controller.history.losses, straight)
    assert all(np.array_equal(value, final[name]) for name, value in controller.variable_values().items())


def test_seeks_that_come_fast_end_at_the_last_one(steps):
    controller = steps.controller
    steps.run(50)
    for epoch in range(40):
        controller.seek(Moment(epoch, 0, 0))
    steps.qtbot.waitUntil(lambda: steps.views[-1].moment == Moment(39, 0, 0), timeout=20_000)


def test_a_seek_past_the_end_is_refused_in_a_sentence(steps):
    controller = steps.controller
    steps.run(5)
    view = steps.after(lambda: controller.seek(Moment(9, 0, 0)))
    assert "has come to epoch 5" in view.stopped_by.message
    assert steps.failures[-1] is view.stopped_by
    assert view.moment.epoch == 4  # the cursor stays where it was


def test_stepping_back_before_the_beginning_is_refused(steps):
    view = steps.after(lambda: steps.controller.step_operation(-1))
    assert "nothing before it" in view.stopped_by.message


def test_an_edit_at_a_past_moment_forks_the_run(steps):
    controller = steps.controller
    steps.run(30)
    straight = controller.history.losses.copy()
    steps.after(lambda: controller.seek(Moment(10, 0, 0)))
    steps.document.set_attribute("train", "learning_rate", 0.01)
    assert controller.is_stale
    view = steps.after(lambda: controller.step_operation(1))  # the older graph can still be looked at
    assert view.moment == Moment(10, 0, 1)
    steps.run(30)
    first, second = controller.runs.all()
    assert second.parent == first.number and second.forked_at == 10
    assert second.changes == "learning rate 0.1 → 0.01"
    assert np.array_equal(first.history.losses, straight)
    assert second.history.epochs[0] == 10 and second.history.losses[0] == straight[10]
    assert second.history.losses[5] != straight[15]
    view = steps.after(lambda: controller.seek(Moment(3, 0, 0)))
    assert "begins at epoch 10" in view.stopped_by.message
    view = steps.after(lambda: controller.select_run(first.number))
    assert controller.history is first.history
    view = steps.after(lambda: controller.seek(Moment(3, 0, 0)))
    assert view.moment == Moment(3, 0, 0)


def test_values_are_set_at_a_past_moment(steps):
    controller = steps.controller
    steps.run(20)
    steps.after(lambda: controller.seek(Moment(4, 0, 0)))
    steps.after(lambda: controller.set_values({"W": np.array([1.0], np.float32)}))
    assert steps.value("W") == 1.0
    assert controller.runs.present.changes == "set W" and controller.runs.present.forked_at == 4
    controller.delete_run(1)
    assert [run.number for run in controller.runs.all()] == [2]


def test_an_edit_of_the_variables_begins_anew(steps):
    controller = steps.controller
    steps.run(20)
    steps.after(lambda: controller.seek(Moment(4, 0, 0)))
    steps.document.add_node("Variable", (0, 0), "extra")
    steps.run(5)
    assert controller.runs.present.parent is None and controller.history.epochs[0] == 0


def test_a_failed_run_shows_the_step_that_failed(steps):
    steps.document.set_attribute("train", "learning_rate", 1e6)
    steps.controller.run(1000)
    steps.qtbot.waitUntil(lambda: bool(steps.views), timeout=20_000)
    view = steps.views[-1]
    assert steps.controller.state is RunState.FAILED and view.is_complete and view.stopped_by.node == "cost"
    view = steps.after(lambda: steps.controller.step_batch(-1))
    assert view.stopped_by is None and steps.controller.state is RunState.PAUSED


def test_epochs_that_were_stepped_through_are_in_the_curve_and_a_run_goes_on_from_there(steps, qtbot):
    controller = steps.controller
    for _ in range(4):
        steps.after(lambda: controller.step_batch(1))
    assert controller.view.moment == Moment(3, 0, 18)
    assert controller.history.epochs.tolist() == [0, 1, 2]
    assert [row.epoch for row in controller.history.value_rows] == [0, 1, 2]
    assert [float(row.values["W"][0]) for row in controller.history.value_rows] == pytest.approx([4.5, 2.15, 3.72])
    controller.run_to_epoch(10)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=20_000)
    stepped = controller.history.losses.copy()
    controller.reset()
    controller.run(10)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=20_000)
    assert np.array_equal(stepped, controller.history.losses)


def test_an_epoch_that_is_stepped_through_again_is_in_the_curve_once(steps):
    controller = steps.controller
    steps.run(5)
    steps.after(lambda: controller.seek(Moment(1, 0, 0)))
    for _ in range(3):
        steps.after(lambda: controller.step_batch(1))
    assert controller.history.epochs.tolist() == [0, 1, 2, 3, 4]
    assert [row.epoch for row in controller.history.value_rows] == [0, 1, 2, 3, 4]


def test_another_data_point_at_a_past_moment_forks_the_run(steps):
    controller = steps.controller
    steps.run(30)
    straight = controller.history.losses.copy()
    steps.after(lambda: controller.seek(Moment(10, 0, 0)))
    at_fork = {name: value.copy() for name, value in controller.variable_values().items()}
    steps.document.set_data("y", TypedValues("5, 8, 11, 20"))
    steps.run(30)
    fork = controller.runs.present
    assert fork.parent == 1 and fork.forked_at == 10 and "y" in fork.changes
    weights, bias = at_fork["W"][0], at_fork["b"][0]
    errors = weights * np.array([1, 2, 3, 4]) + bias - np.array([5, 8, 11, 20])
    assert fork.history.losses[0] == pytest.approx(np.mean(errors**2), rel=1e-5)
    assert np.array_equal(controller.runs.get(1).history.losses, straight)


def test_a_fork_by_wires_says_that_the_graph_is_another_one(steps):
    controller = steps.controller
    steps.run(12)
    steps.after(lambda: controller.seek(Moment(5, 0, 0)))
    steps.document.add_node("Constant", (900.0, 900.0))
    steps.document.set_attribute("train", "learning_rate", 0.02)
    steps.run(12)
    assert controller.runs.present.changes == "learning rate 0.1 → 0.02, graph"
