"""Breakpoints in the training process: runs stop there with the cursor at the place, and go on from it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from editor.document import Document
from editor.run.controller import RunController, RunState
from engine.debugger.breakpoints import AtFirstCause, AtNode, Breakpoint, WhenHolds
from engine.debugger.causes.cause import CauseKind
from engine.debugger.moment import Moment
from engine.formats.graph_file import save_graph_file
from tests.editor.panels_kit import tutorial_document
from tests.engine.debugger.broken_graphs import BROKEN


class Stopping:
    """A controller with breakpoints, and every StepView it told."""

    def __init__(self, document: Document, qtbot) -> None:
        self.controller = RunController(document)
        self.qtbot = qtbot
        self.views = []
        self.problems = []
        self.controller.moved.connect(lambda view: view is not None and self.views.append(view))
        self.controller.watched.connect(self.problems.append)

    def run(self, epochs):
        count = len(self.views)
        self.controller.run(epochs)
        self.qtbot.waitUntil(lambda: len(self.views) > count, timeout=20_000)
        return self.views[-1]


@pytest.fixture
def stopping(qtbot):
    stopping = Stopping(tutorial_document(), qtbot)
    yield stopping
    stopping.controller.stop()
    QCoreApplication.processEvents()


def test_a_run_stops_where_a_condition_begins_to_hold_and_goes_on(stopping):
    controller = stopping.controller
    view = stopping.run(30)
    straight = controller.history.losses.copy()
    controller.reset()
    controller.set_breakpoints([Breakpoint(4, WhenHolds("loss < 0.05"))])
    view = stopping.run(30)
    assert controller.state is RunState.PAUSED
    assert view.stop.number == 4 and view.stop.hits == 1
    assert straight[view.moment.epoch] < 0.05 <= straight[: view.moment.epoch].min()
    assert view.is_complete
    view = stopping.run(30)
    assert view.stop is None and controller.state is RunState.FINISHED
    assert np.array_equal(controller.history.losses, straight)


def test_a_run_stops_in_the_midst_of_each_step_and_keeps_its_numbers(stopping):
    controller = stopping.controller
    stopping.run(4)
    straight = controller.history.losses.copy()
    controller.reset()
    controller.set_breakpoints([Breakpoint(1, AtNode("hypothesis")), Breakpoint(2, WhenHolds("epoch == 2"))])
    seen = [stopping.run(4) for _ in range(5)]
    assert [(view.stop.number, view.moment.epoch) for view in seen] == [(1, 0), (1, 1), (2, 2), (1, 2), (1, 3)]
    assert all(view.latest.node == "hypothesis" for view in seen if view.stop.number == 1)
    assert seen[2].moment == Moment(2, 0, 0)
    controller.set_breakpoints([])
    view = stopping.run(4)
    assert view.stop is None
    assert np.array_equal(controller.history.losses, straight)


def test_what_the_run_cannot_use_is_told(stopping, qtbot):
    stopping.controller.set_breakpoints([Breakpoint(1, AtNode("gone")), Breakpoint(2, WhenHolds("lss < 1"))])
    stopping.run(3)
    qtbot.waitUntil(lambda: bool(stopping.problems), timeout=20_000)
    assert set(stopping.problems[-1]) == {1, 2}
    assert "did you mean loss" in stopping.problems[-1][2].message


def test_the_first_nan_stops_at_the_operation_that_made_it(qtbot, tmp_path):
    path = tmp_path / "broken.graph"
    save_graph_file(BROKEN["log_of_what_reaches_zero"].build(), path)
    document = Document()
    document.open(path)
    stopping = Stopping(document, qtbot)
    stopping.controller.set_breakpoints([Breakpoint(7, AtFirstCause(CauseKind.NON_FINITE))])
    view = stopping.run(50)
    assert view.latest.node == "log"
    assert view.moment.epoch == 4 and view.stop.cause.path[0] == "log"
    assert stopping.controller.state is RunState.PAUSED
    stopping.controller.run(50)
    qtbot.waitUntil(lambda: stopping.controller.state is RunState.FAILED, timeout=20_000)
    stopping.controller.stop()
