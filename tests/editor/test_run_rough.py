"""Rough handling of a run with a cursor: a killed process, seeks while training, runs chosen and deleted in haste."""

from __future__ import annotations

import os
import signal

import numpy as np

from editor.run.controller import RunState
from engine.debugger.moment import Moment
from engine.graph import Problem


class Losses:
    """A question with a long answer, so that a process can be killed while it is worked out."""

    def answer(self, debugger):
        return [debugger.run.step for _ in range(10)]


def kill(steps):
    os.kill(steps.controller.process_id, signal.SIGKILL)


def test_a_process_that_is_killed_while_paused_is_told_and_the_next_run_works(steps):
    controller = steps.controller
    steps.run(30)
    steps.after(lambda: controller.seek(Moment(3, 0, 2)))
    kill(steps)
    steps.qtbot.waitUntil(lambda: controller.state is RunState.FAILED, timeout=20_000)
    assert "ended from outside" in steps.failures[-1].message
    assert controller.view is None and not controller.runs.present.is_alive
    steps.run(10)
    assert controller.history.epochs[0] == 0 and len(controller.history) == 10


def test_a_question_to_a_process_that_is_killed_is_answered_with_a_problem(steps):
    controller = steps.controller
    steps.run(5)
    os.kill(controller.process_id, signal.SIGSTOP)
    answers = []
    controller.inquire(Losses(), answers.append)
    controller.seek(Moment(2, 0, 0))
    kill(steps)
    steps.qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    assert isinstance(answers[0], Problem)
    view = steps.after(lambda: controller.step_operation(1))  # another process begins
    assert view.moment == Moment(0, 0, 1)


def test_a_seek_while_training_goes_on_stops_it_there(steps):
    controller = steps.controller
    controller.run(10_000_000)
    steps.qtbot.waitUntil(lambda: controller.epoch > 100, timeout=20_000)
    view = steps.after(lambda: controller.seek(Moment(7, 0, 4)))
    assert view.moment == Moment(7, 0, 4) and controller.state is RunState.PAUSED
    view = steps.after(lambda: controller.step_operation(1))
    assert view.moment == Moment(7, 0, 5)


def test_steps_that_come_fast_are_all_taken(steps):
    controller = steps.controller
    for _ in range(25):
        controller.step_operation(1)
    steps.qtbot.waitUntil(lambda: bool(steps.views) and len(steps.views) >= 25, timeout=20_000)
    view = steps.views[-1]
    assert view.moment == Moment(1, 0, 25 - len(view.operations))


def test_runs_are_chosen_deleted_and_reset_in_haste(steps):
    controller = steps.controller
    steps.run(20)
    steps.after(lambda: controller.seek(Moment(5, 0, 0)))
    controller.set_values({"W": np.array([3.0], np.float32)})
    controller.set_values({"W": np.array([4.0], np.float32)})
    controller.select_run(1)
    controller.select_run(2)
    controller.delete_run(2)  # the present one: it stays
    controller.delete_run(3)
    steps.qtbot.waitUntil(lambda: controller.view is not None, timeout=20_000)
    assert [run.number for run in controller.runs.all()] == [1, 2] and controller.runs.current == 2
    assert steps.value("W") == 3.0
    controller.reset()
    assert controller.state is RunState.IDLE
    steps.run(5)
    assert len(controller.history) == 5


def test_another_document_forgets_the_cursor_and_all_runs(steps):
    controller = steps.controller
    steps.run(20)
    steps.after(lambda: controller.seek(Moment(5, 0, 3)))
    steps.document.new()
    assert controller.view is None and len(controller.runs) == 0 and controller.state is RunState.IDLE
    controller.step_operation(1)
    steps.qtbot.waitUntil(lambda: bool(steps.failures), timeout=20_000)
    assert "no optimizer" in steps.failures[-1].message


def test_a_history_smaller_than_a_frame_still_seeks(steps):
    controller = steps.controller
    controller.set_history_memory(1)
    steps.run(500)
    view = steps.after(lambda: controller.seek(Moment(123, 0, 3)))
    assert view.moment == Moment(123, 0, 3)


def test_a_loss_that_is_not_finite_from_the_first_step_can_be_looked_at(steps):
    steps.document.set_attribute("W", "initial_value", "[1e30]")
    steps.controller.run(10)
    steps.qtbot.waitUntil(lambda: bool(steps.views), timeout=20_000)
    view = steps.views[-1]
    assert view.moment.epoch == 0 and view.is_complete and view.stopped_by is not None
    view = steps.after(lambda: steps.controller.step_batch(-1))
    assert view.moment == Moment(0, 0, 0)
