"""Stepping in the window, with the real training process: keys, menus, the timeline, the ring on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.run.controller import RunState
from editor.run.step_view import StepView
from editor.theme import current_theme
from editor.window import MainWindow
from engine.debugger.breakpoints import Breakpoint, WhenHolds
from engine.debugger.moment import Moment
from engine.formats.graph_file import save_graph_file
from engine.model import Model
from tests.editor.gui import click
from tests.editor.test_profiling import in_a_scope
from tests.editor.window_kit import show_window
from tests.engine.models import linear_regression

#: How long to wait for what must happen, in milliseconds; nothing here is measured.
PATIENCE = 60_000
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
F4, F5, F10, F11 = Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F10, Qt.Key.Key_F11


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1300, 850)
    open_model(window, linear_regression(), tmp_path)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def open_model(window: MainWindow, model: Model, folder: Path) -> None:
    path = folder / "model.graph"
    save_graph_file(model, path)
    window.open_path(path)


Press = Callable[..., StepView]


@pytest.fixture
def press(qtbot: QtBot, window: MainWindow) -> Press:
    """Presses a key and waits until the cursor has moved."""

    def press(key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> StepView:
        window.activateWindow()
        before = window.controller.view
        QTest.keyClick(window.canvas, key, keys)
        qtbot.waitUntil(lambda: window.controller.view not in (None, before), timeout=PATIENCE)
        view = window.controller.view
        assert view is not None
        return view

    return press


def value(window: MainWindow, name: str) -> float:
    return float(np.ravel(window.controller.variable_values()[name])[0])


def rings(window: MainWindow) -> dict[str, tuple[str, bool]]:
    shown = window.canvas.graph_scene.shown()
    return {item.name: (item.step.phase, item.step.is_done) for item in shown if item.step is not None}


def test_the_keys_step_through_the_tutorials_first_epoch_and_back(window: MainWindow, press: Press) -> None:
    panel = window.features.stepping.panel
    assert panel.empty.isVisibleTo(panel)
    first = press(F11)
    assert first.moment == Moment(0, 0, 1)
    assert rings(window) == {"product": ("forward", True), "hypothesis": ("forward", False)}
    assert panel.position.text().endswith("forward · operation 1 of 18: Multiply of product")
    assert press(F10).latest == first.operations[4]
    assert rings(window)["cost"] == ("forward", True)
    assert press(F10).moment.operation == 14
    assert [press(F11).latest.phase for _ in range(2)] == ["update", "update"]  # type: ignore[union-attr]
    assert value(window, "W") == 1.0, "nothing is written before the last operations"
    done = press(F10)
    assert done.is_complete and done.next is None
    assert (value(window, "W"), value(window, "b")) == (4.5, pytest.approx(2.2, rel=1e-7))
    assert press(F11, SHIFT).moment.operation == 17
    assert press(F10, SHIFT).moment.operation == 14
    assert (value(window, "W"), value(window, "b")) == (1.0, 1.0)
    assert press(F10, SHIFT).moment.operation == 5
    assert press(F10, SHIFT).moment == Moment(0, 0, 0)
    assert panel.position.text().startswith("Epoch 0 · before the first of 18")
    refused = press(F11, SHIFT)
    assert refused.moment == Moment(0, 0, 0)
    assert "This is where the run begins" in window.status.refusal


def test_batches_and_epochs_have_their_keys(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    assert press(F11, CONTROL).moment == Moment(0, 0, 18)
    assert press(F11, CONTROL | SHIFT).moment == Moment(0, 0, 0)
    press(F10, CONTROL)
    press(F10, CONTROL)
    assert window.controller.epoch == 2
    assert value(window, "W") == pytest.approx(2.15, rel=1e-6)
    assert press(F10, CONTROL | SHIFT).moment == Moment(1, 0, 0)
    assert press(F10, CONTROL | SHIFT).moment == Moment(0, 0, 0)
    assert value(window, "W") == 1.0


def test_the_toolbar_steps_and_rests_while_a_run_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    steps = window.features.stepping.steps
    for action in (steps.epoch_back, steps.operation_back, steps.operation, steps.epoch):
        assert window.menus.toolbar.widgetForAction(action) is not None
    button = window.menus.toolbar.widgetForAction(steps.operation)
    assert button is not None
    click(button, button.rect().center())
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)
    assert rings(window)
    window.controller.run(1_000_000)
    qtbot.waitUntil(lambda: window.controller.state is RunState.RUNNING, timeout=PATIENCE)
    assert not steps.operation.isEnabled() and not steps.epoch_back.isEnabled()
    assert rings(window) == {}, "full speed shows no highlight"
    panel = window.features.stepping.panel
    qtbot.waitUntil(lambda: panel.position.text().endswith("· training"), timeout=PATIENCE)
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)
    assert steps.operation.isEnabled()
    assert rings(window)


def test_a_click_and_a_drag_in_the_timeline_go_there_with_the_values(window: MainWindow, qtbot: QtBot) -> None:
    controller, panel = window.controller, window.features.stepping.panel
    window.docks.bring("timeline")
    controller.run(100)
    qtbot.waitUntil(lambda: controller.view is not None, timeout=PATIENCE)
    assert panel.view is not None and panel.view.epochs_done == 100
    ruler = panel.ruler
    click(ruler, QPointF(ruler.x_of(Moment(1, 0, 0)) + 2, 20))
    qtbot.waitUntil(lambda: controller.view is not None and controller.view.moment == Moment(1, 0, 0), timeout=PATIENCE)
    assert value(window, "W") == 4.5
    click(panel.strip, panel.strip.cell_rect(17).center())
    qtbot.waitUntil(lambda: controller.view is not None and controller.view.is_complete, timeout=PATIENCE)
    assert value(window, "W") == pytest.approx(2.1499999, rel=1e-7)
    panel.ask_for_epoch()
    QTest.keyClicks(panel.epoch, "98")
    QTest.keyClick(panel.epoch, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: controller.view is not None and controller.view.moment == Moment(98, 0, 0), timeout=PATIENCE
    )
    assert value(window, "W") == pytest.approx(3.004957, rel=1e-7)
    assert window.canvas.hasFocus()


def test_a_click_on_the_ruler_stops_a_run_that_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    controller, panel = window.controller, window.features.stepping.panel
    window.docks.bring("timeline")
    controller.run(100_000_000)
    qtbot.waitUntil(lambda: controller.epoch > 1000, timeout=PATIENCE)
    assert panel.ruler.isVisible()
    click(panel.ruler, QPointF(panel.ruler.width() / 2, 20))
    qtbot.waitUntil(lambda: controller.view is not None, timeout=PATIENCE)
    assert controller.state is RunState.PAUSED
    assert controller.view is not None and 0 < controller.view.moment.epoch < controller.view.last.epoch


def test_an_epoch_that_is_still_to_come_is_trained_for(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    QTest.keyClick(window.canvas, F5, CONTROL)
    epoch = window.features.stepping.panel.epoch
    assert epoch.hasFocus()
    QTest.keyClicks(epoch, "3")
    QTest.keyClick(epoch, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.controller.epoch == 3 and window.controller.view is not None, timeout=PATIENCE)
    assert value(window, "W") == pytest.approx(3.72, rel=1e-6)


def test_run_to_this_node_goes_to_its_next_operation(window: MainWindow, press: Press) -> None:
    action = window.features.stepping.to_node
    assert action in window.menus.node_menu.actions()
    assert not action.isEnabled()
    window.canvas.select(["hypothesis"])
    assert action.isEnabled()
    found = press(F4)
    assert found.latest is not None
    assert (found.latest.node, found.latest.phase) == ("hypothesis", "forward")
    again = press(F4)
    assert again.latest is not None
    assert (again.latest.node, again.latest.phase) == ("hypothesis", "backward")
    assert press(F4).moment.epoch == 1
    window.canvas.select(["x"])
    press(F4)
    assert "x is not computed in a training step" in window.status.refusal


def test_the_ring_stands_around_the_block_that_a_node_is_folded_into(
    window: MainWindow, press: Press, tmp_path: Path
) -> None:
    open_model(window, in_a_scope(), tmp_path)
    window.canvas.unfold_all()
    press(F11)
    assert rings(window) == {"layer/product": ("forward", True), "layer/sum": ("forward", False)}
    window.document.set_folded(["layer"], True)
    assert rings(window) == {"layer": ("forward", True)}
    press(F11)
    assert rings(window) == {"layer": ("forward", True), "error": ("forward", False)}
    window.document.set_folded(["layer"], False)
    assert rings(window) == {"layer/sum": ("forward", True), "error": ("forward", False)}


@pytest.mark.parametrize("zoom", [1.0, 0.1])
def test_the_ring_has_the_colour_of_the_phase_near_and_far(
    window: MainWindow, press: Press, qtbot: QtBot, zoom: float
) -> None:
    press(F10)
    press(F11)
    canvas = window.canvas
    canvas.camera.zoom_to(zoom)
    canvas.center_on("cost")

    def is_around_the_node() -> bool:
        picture = canvas.viewport().grab().toImage()
        box = canvas.viewportTransform().mapRect(canvas.graph_scene.nodes["cost"].box)
        y = round(box.top() + 0.75 * box.height())
        reach = range(round(box.left()) - 8, round(box.right()) + 8)
        return current_theme().backward.name() in {picture.pixelColor(x, y).name() for x in reach}

    # After a zoom the canvas is painted quickly first, and well a moment later.
    qtbot.waitUntil(is_around_the_node)


def test_the_canvas_follows_the_cursor_only_when_it_is_asked_to(window: MainWindow, press: Press) -> None:
    canvas, follow = window.canvas, window.features.stepping.follow
    canvas.camera.zoom_to(2.0)
    canvas.center_on("train")
    press(F11)
    box = canvas.graph_scene.nodes["product"].box
    assert not canvas.camera.visible_rect.contains(box)
    follow.trigger()
    assert canvas.camera.visible_rect.contains(box)
    press(F10)
    assert canvas.camera.visible_rect.contains(canvas.graph_scene.nodes["cost"].box)


def test_a_breakpoint_and_a_failure_leave_their_marks_on_the_ruler(
    window: MainWindow, press: Press, qtbot: QtBot
) -> None:
    controller, ruler = window.controller, window.features.stepping.panel.ruler
    window.docks.bring("timeline")
    press(F11, CONTROL)
    refused = press(F11, CONTROL | SHIFT)
    assert refused.moment == Moment(0, 0, 0)
    press(F11, SHIFT)
    assert ruler.marks == (), "a step that could not be taken is no stop"
    controller.set_breakpoints([Breakpoint(1, WhenHolds("epoch == 7"))])
    controller.run(100)
    qtbot.waitUntil(lambda: controller.view is not None and controller.view.stop is not None, timeout=PATIENCE)
    assert [mark.moment.epoch for mark in ruler.marks] == [7]
    assert "epoch == 7" in ruler.marks[0].reason
    press(F10, CONTROL)
    click(ruler, QPointF(ruler.x_of(ruler.marks[0].moment), 28))
    qtbot.waitUntil(
        lambda: controller.view is not None and controller.view.moment == ruler.marks[0].moment, timeout=PATIENCE
    )
    window.document.set_attribute("train", "learning_rate", 10.0)
    controller.set_breakpoints([])
    controller.reset()
    controller.run(1000)
    qtbot.waitUntil(lambda: controller.state is RunState.FAILED and controller.view is not None, timeout=PATIENCE)
    assert len(ruler.marks) == 1
    assert "Try a smaller learning rate" in ruler.marks[0].reason
    assert rings(window)


def test_another_document_has_no_cursor(window: MainWindow, press: Press, tmp_path: Path) -> None:
    press(F11)
    open_model(window, linear_regression(), tmp_path)
    panel = window.features.stepping.panel
    assert rings(window) == {}
    assert panel.empty.isVisibleTo(panel)
