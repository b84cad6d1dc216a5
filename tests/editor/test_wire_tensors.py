"""Tensors on wires in the real window: what they show of a step, and how that is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.canvas.value_display import ValueDisplay
from editor.canvas.wire_item import WireItem
from editor.run.controller import RunState
from editor.settings import Settings
from editor.window import MainWindow
from engine.debugger.breakpoints import Breakpoint, WhenHolds
from engine.debugger.moment import Moment
from engine.debugger.tensors.step_picture import StepPicture, WireKey
from engine.debugger.tensors.tensor_picture import NOT_COMPUTED, TensorState, picture_of
from engine.formats.graph_file import save_graph_file
from engine.training.run import TrainingRun
from tests.editor.wire_kit import LOSS, PATIENCE, PRODUCT, B, W, X, value_of
from tests.engine.models import linear_regression


def make_window(qtbot: QtBot, folder: Path) -> MainWindow:
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = build_window(app, None, settings)
    window.resize(1800, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.canvas.set_motion_reduced(True)
    path = folder / "model.graph"
    save_graph_file(linear_regression(), path)
    window.open_path(path)
    return window


def close_window(window: MainWindow) -> None:
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = make_window(qtbot, tmp_path)
    yield window
    close_window(window)


def wire(window: MainWindow, key: WireKey) -> WireItem:
    return next(item for each, item in window.canvas.graph_scene.wires.items() if each == key)


def node_value(window: MainWindow, name: str) -> ValueDisplay:
    display = window.canvas.graph_scene.nodes[name].value
    assert display is not None
    return display


def step_to(window: MainWindow, qtbot: QtBot, moment: Moment) -> None:
    """Steps forward, operation by operation, until the canvas shows that moment."""
    values = window.canvas.graph_scene.values
    while values.step is None or values.step.moment < moment:
        before = values.step
        window.controller.step_operation()
        qtbot.waitUntil(lambda before=before: values.step is not before, timeout=PATIENCE)  # type: ignore[misc]
    assert values.step.moment == moment


# --- what wires show -----------------------------------------------------------------------------------------------


def test_stepping_shows_values_then_gradients_then_what_was_updated(window: MainWindow, qtbot: QtBot) -> None:
    step_to(window, qtbot, Moment(0, 0, 1))
    label = wire(window, W).value
    assert label is not None
    assert label.text(72) == "1"
    assert not label.has_heat
    assert value_of(wire(window, X).value).elements == (1, 2, 3, 4)
    product = wire(window, PRODUCT).value
    assert product is not None
    assert product.text(72) == "[4]"
    assert product.has_heat
    loss = wire(window, LOSS)
    assert value_of(loss.value) == NOT_COMPUTED
    assert loss.value is not None
    assert loss.value.text(72) == "–"
    assert wire(window, W).gradient is None, "before the backward phase there is nothing to tell of it"
    assert node_value(window, "cost").text == "–"

    window.controller.step_phase(2)
    scene = window.canvas.graph_scene
    qtbot.waitUntil(lambda: scene.values.step is not None and wire(window, W).gradient is not None, timeout=PATIENCE)
    gradient = wire(window, W).gradient
    assert gradient is not None
    assert gradient.text(72) == "-35"
    assert value_of(wire(window, B).gradient).elements == (-12,)
    assert wire(window, X).gradient is None
    assert value_of(loss.value).elements == (41,)

    window.controller.step_phase()
    qtbot.waitUntil(lambda: node_value(window, "W").picture.elements == (4.5,), timeout=PATIENCE)
    assert value_of(wire(window, W).value).elements == (1,), "that is what flowed into the product"
    assert node_value(window, "b").picture.elements == pytest.approx((2.2,))

    window.controller.step_operation()
    qtbot.waitUntil(lambda: value_of(wire(window, W).gradient).state is TensorState.STALE, timeout=PATIENCE)
    assert value_of(wire(window, W).value).elements == (4.5,)
    assert value_of(loss.value).state is TensorState.STALE
    assert node_value(window, "cost").is_stale
    assert node_value(window, "cost").text == "41"


def test_keys_choose_what_wires_show_and_the_choice_is_kept(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    feature = window.features.wire_tensors
    window.controller.step_phase(2)
    qtbot.waitUntil(lambda: wire(window, W).gradient is not None, timeout=PATIENCE)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert wire(window, W).gradient is None
    assert wire(window, W).value is not None
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert wire(window, W).value is None
    assert wire(window, W).gradient is None
    assert not feature.values.isChecked()
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert value_of(wire(window, W).gradient).elements == (-35,)
    assert wire(window, W).value is None
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.flow.speed == 0
    assert not feature.speed.isEnabled()

    again = make_window(qtbot, tmp_path)
    chosen = again.features.wire_tensors
    assert (chosen.values.isChecked(), chosen.gradients.isChecked(), chosen.animate.isChecked()) == (False, True, False)
    close_window(again)


def test_the_slider_chooses_the_speed(window: MainWindow) -> None:
    feature = window.features.wire_tensors
    assert window.canvas.flow.speed == 1
    feature.speed.setFocus()
    QTest.keyClick(feature.speed, Qt.Key.Key_Right)
    assert window.canvas.flow.speed == 2
    for speed in (1, 0.5, 0.25, 0.25):
        QTest.keyClick(feature.speed, Qt.Key.Key_Left)
        assert window.canvas.flow.speed == speed
    assert window.features.wire_tensors.bench.settings.animation_speed == 0.25


def test_while_a_run_goes_on_pictures_come_and_nothing_flows(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.set_motion_reduced(False)
    pictures: list[StepPicture | None] = []
    flowing: list[object] = []
    window.controller.pictured.connect(pictures.append)
    window.canvas.graph_scene.values.step_shown.connect(
        lambda before, after: flowing.append(window.canvas.flow.item) if window.canvas.flow.is_still else None
    )
    window.controller.run(10**9)
    qtbot.waitUntil(lambda: sum(picture is not None for picture in pictures) >= 4, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(flowing) >= 2, timeout=PATIENCE)
    assert not any(flowing)
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)
    view = window.controller.view
    assert view is not None
    step = window.canvas.graph_scene.values
    qtbot.waitUntil(lambda: step.step is not None and step.step.moment == view.moment, timeout=PATIENCE)
    assert step.step is not None
    assert {picture.state for picture in step.step.tensors.values()} == {TensorState.COMPUTED}


def test_pictures_do_not_change_a_runs_numbers(window: MainWindow, qtbot: QtBot) -> None:
    """Each picture is made in a step that is trained in another plan."""
    pictures: list[StepPicture] = []
    window.controller.pictured.connect(pictures.append)
    window.controller.run(30_000)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=PATIENCE)
    assert len(pictures) > 1
    straight = TrainingRun(linear_regression())
    for _ in range(30_000):
        straight.train_epoch()
    for name, value in straight.values().items():
        np.testing.assert_array_equal(window.controller.variable_values()[name], value)
    for picture in pictures[:3]:
        if picture is not None and picture.moment.operation:
            expected = TrainingRun(linear_regression())
            for _ in range(picture.moment.epoch):
                expected.train_epoch()
            assert picture.carried(("W", "output")) == picture_of(expected.values()["W"])


@pytest.mark.parametrize("at", [WhenHolds("epoch == 1000000000"), WhenHolds("norm(grad W) > 1e9")])
def test_pictures_come_beside_breakpoints_too(window: MainWindow, qtbot: QtBot, at: WhenHolds) -> None:
    """The first lets a run go at full speed, the second observes every step."""
    window.controller.set_breakpoints([Breakpoint(1, at)])
    pictures: list[StepPicture | None] = []
    window.controller.pictured.connect(pictures.append)
    window.controller.run(10**9)
    qtbot.waitUntil(lambda: sum(picture is not None for picture in pictures) >= 3, timeout=PATIENCE)
    assert window.controller.state is RunState.RUNNING
    last = pictures[-1]
    assert last is not None
    assert {picture.state for picture in last.tensors.values()} == {TensorState.COMPUTED}
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)


def test_a_reset_shows_shapes_until_there_is_a_step_again(window: MainWindow, qtbot: QtBot) -> None:
    step_to(window, qtbot, Moment(0, 0, 2))
    window.controller.reset()
    assert wire(window, W).value is None
    assert wire(window, W).gradient is None
    values = window.canvas.graph_scene.values
    qtbot.waitUntil(lambda: values.step is not None, timeout=PATIENCE)
    assert value_of(wire(window, PRODUCT).value) == NOT_COMPUTED
    assert node_value(window, "product").text == "–"


def test_an_edit_greys_what_wires_show(window: MainWindow, qtbot: QtBot) -> None:
    step_to(window, qtbot, Moment(0, 0, 2))
    window.document.set_attribute("train", "learning_rate", 0.5)
    assert value_of(wire(window, X).value).state is TensorState.STALE
    assert value_of(wire(window, LOSS).value) == NOT_COMPUTED, "what was not computed stays so"
    assert node_value(window, "product").is_stale
