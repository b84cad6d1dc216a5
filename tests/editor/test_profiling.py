"""Profiling a step, with the real training process: the table, the selection, the heat, and what an edit does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from editor.canvas.geometry import FAINT_ZOOM
from editor.canvas.heat import BoxHeat, distant_ground
from editor.panels.profile_model import BACKWARD, FORWARD, NO_TIME, NODE, SHARE, TYPE, UPDATE
from editor.run.controller import RunState
from editor.step_times import PhaseTimes
from editor.theme import DARK, LIGHT, Appearance, ThemeManager, current_theme
from editor.theme.tokens import Theme, contrast
from editor.window import MainWindow
from engine.formats.graph_file import save_graph_file
from engine.graph import Graph
from engine.model import Model, RunSettings, TypedValues
from tests.editor.gui import click
from tests.editor.window_kit import show_window
from tests.engine.models import linear_regression

#: How long to wait for what must happen, in milliseconds; nothing here is measured.
PATIENCE = 60_000
COMPUTED = {"product", "hypothesis", "error", "squared_error", "cost", "train"}


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1300, 850)
    open_model(window, linear_regression(), tmp_path)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def profile(qtbot: QtBot) -> Callable[[MainWindow], None]:
    """Presses the key, and waits for what comes."""

    def press(window: MainWindow) -> None:
        window.activateWindow()
        QTest.keyClick(window, Qt.Key.Key_F6)
        assert not window.features.profiling.profile.isEnabled()
        qtbot.waitUntil(window.features.profiling.profile.isEnabled, timeout=PATIENCE)

    return press


def open_model(window: MainWindow, model: Model, folder: Path) -> None:
    path = folder / "model.graph"
    save_graph_file(model, path)
    window.open_path(path)


def cells(window: MainWindow, column: int) -> list[str]:
    """A column as it is seen."""
    rows = window.features.profiling.panel.view.model()
    return [str(rows.index(row, column).data()) for row in range(rows.rowCount())]


def heats(window: MainWindow) -> dict[str, BoxHeat | None]:
    return {name: item.heat for name, item in window.canvas.graph_scene.nodes.items()}


def ground(window: MainWindow, name: str) -> str:
    """The colour that a node is painted on: in its middle from far away, else beside what is written on it."""
    QApplication.processEvents()
    canvas = window.canvas
    box = canvas.graph_scene.nodes[name].box
    point = canvas.mapFromScene(box.center() if canvas.zoom < FAINT_ZOOM else box.bottomRight() - QPointF(30, 6))
    return canvas.viewport().grab().toImage().pixelColor(point).name()


def click_row(window: MainWindow, name: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = window.features.profiling.panel.view
    row = cells(window, NODE).index(name)
    click(view.viewport(), view.visualRect(view.model().index(row, NODE)).center(), keys=keys)


# --- the table -------------------------------------------------------------------------------------------------------


def test_a_profile_fills_the_table_before_anything_was_trained(window, profile):
    panel = window.features.profiling.panel
    assert not window.features.profiling.heat.isEnabled()
    assert "Press Profile a step" in panel.empty.label.text() and panel.empty.isVisibleTo(panel)
    profile(window)
    assert panel.view.isVisible()
    assert set(cells(window, NODE)) == COMPUTED
    assert dict(zip(cells(window, NODE), cells(window, TYPE), strict=True))["train"] == "GradientDescent"
    phases = {name: [cells(window, column)[row] != NO_TIME for column in (FORWARD, BACKWARD, UPDATE)]
              for row, name in enumerate(cells(window, NODE))}  # fmt: skip
    assert phases["train"] == [False, False, True]
    assert phases["product"] == [True, True, False]
    assert sum(float(text.removesuffix(" %")) for text in cells(window, SHARE)) == pytest.approx(100, abs=1)
    explanation = window.features.profiling.explanation
    assert explanation is not None and explanation.runs > 1
    assert f"10 operations → {explanation.instructions} calls" in panel.summary.text()
    assert "of memory" in panel.summary.text() and "a step (median of" in panel.summary.text()


def test_the_window_shows_what_each_pass_has_done(window, profile):
    profile(window)
    shown = [label.text() for label in window.features.profiling.panel.findChildren(QLabel)]
    assert window.features.profiling.explanation is not None
    for stage in window.features.profiling.explanation.stages:
        at = shown.index(stage.name.value.capitalize())
        assert str(stage.operations) in shown, shown[at]


def test_rows_are_sorted_by_the_column_that_is_pressed(window, profile):
    profile(window)
    shares = [float(text.removesuffix(" %")) for text in cells(window, SHARE)]
    assert shares == sorted(shares, reverse=True)
    header = window.features.profiling.panel.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(NODE) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert cells(window, NODE) in (sorted(COMPUTED), sorted(COMPUTED, reverse=True))


def test_a_profile_changes_nothing_of_a_run(window, profile, qtbot):
    controller = window.controller
    controller.run(5)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=PATIENCE)
    values, history = controller.variable_values(), controller.history
    profile(window)
    assert controller.state is RunState.FINISHED and controller.epoch == 5
    assert controller.history is history and len(history) == 5
    controller.run(5)
    qtbot.waitUntil(lambda: controller.epoch == 10 and controller.state is RunState.FINISHED, timeout=PATIENCE)
    losses = controller.history.losses
    controller.reset()
    controller.run(10)
    qtbot.waitUntil(lambda: controller.epoch == 10 and controller.state is RunState.FINISHED, timeout=PATIENCE)
    assert np.array_equal(controller.history.losses, losses)
    assert not np.array_equal(controller.variable_values()["W"], values["W"])


def test_a_run_goes_on_while_a_step_is_profiled(window, profile, qtbot):
    controller = window.controller
    controller.run(10**9)
    qtbot.waitUntil(lambda: controller.epoch > 0, timeout=PATIENCE)
    profile(window)
    assert set(cells(window, NODE)) == COMPUTED
    epoch = controller.epoch
    qtbot.waitUntil(lambda: controller.epoch > epoch, timeout=PATIENCE)
    assert controller.state is RunState.RUNNING


# --- selection -------------------------------------------------------------------------------------------------------


def test_a_row_selects_its_node_and_a_node_its_row(window, profile):
    profile(window)
    panel, canvas = window.features.profiling.panel, window.canvas
    panel.view.setFocus()
    click_row(window, "cost")
    assert canvas.selected_nodes() == ["cost"]
    assert panel.view.hasFocus(), "the arrow keys go on in the table"
    click_row(window, "error", Qt.KeyboardModifier.ControlModifier)
    assert set(canvas.selected_nodes()) == {"cost", "error"}
    canvas.select(["product"])
    assert panel.view.selected_nodes() == ["product"]
    canvas.select(["W"])
    assert panel.view.selected_nodes() == []
    assert canvas.selected_nodes() == ["W"], "a node without a row stays selected"


def test_a_node_that_is_selected_already_has_its_row_selected(window, profile):
    window.canvas.select(["train"])
    profile(window)
    assert window.features.profiling.panel.view.selected_nodes() == ["train"]


def test_a_row_brings_its_node_into_view(window, profile):
    profile(window)
    canvas = window.canvas
    for _ in range(8):
        canvas.zoom_in()
    canvas.center_on("W")
    click_row(window, "train")
    assert canvas.camera.visible_rect.contains(canvas.graph_scene.nodes["train"].box.center())


def test_enter_goes_to_the_node_on_the_canvas(window, profile):
    profile(window)
    click_row(window, "cost")
    window.features.profiling.panel.view.activated.emit(window.features.profiling.panel.view.currentIndex())
    assert window.canvas.hasFocus() and window.canvas.selected_nodes() == ["cost"]


# --- heat ------------------------------------------------------------------------------------------------------------


def test_heat_is_on_the_nodes_that_take_time_and_can_be_switched_off(window, profile):
    profile(window)
    found = heats(window)
    assert {name for name, heat in found.items() if heat is not None} == COMPUTED
    shares = [heat.share for heat in found.values() if heat is not None]
    levels = [heat.level for heat in found.values() if heat is not None]
    assert sum(shares) == pytest.approx(1) and max(levels) == pytest.approx(1)
    assert found["cost"] is not None
    assert ground(window, "cost") == found["cost"].ground(current_theme().surface, current_theme()).name()
    QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert not window.features.profiling.heat.isChecked()
    assert not any(heats(window).values())
    assert ground(window, "cost") == current_theme().surface.name()
    window.features.profiling.heat.trigger()
    assert heats(window) == found
    assert ground(window, "cost") != current_theme().surface.name()


def test_a_folded_block_has_the_heat_of_all_that_is_in_it(window, profile, tmp_path):
    open_model(window, in_a_scope(), tmp_path)
    profile(window)
    scene, document = window.canvas.graph_scene, window.document
    inside = [item.heat.times for name, item in scene.nodes.items() if name.startswith("layer/") and item.heat]
    assert len(inside) == 2
    document.set_folded(["layer"], True)
    heat = scene.blocks.items["layer"].heat
    assert heat is not None and heat.times == PhaseTimes.sum_of(inside)
    click_row(window, "layer/product")
    assert scene.blocks.items["layer"].isSelected()
    assert window.features.profiling.panel.view.selected_nodes() == ["layer/product"]
    window.features.profiling.heat.trigger()
    assert scene.blocks.items["layer"].heat is None
    document.set_folded(["layer"], False)
    window.features.profiling.heat.trigger()
    assert scene.nodes["layer/product"].heat is not None


def test_heat_is_seen_from_far_away_too(window, profile):
    profile(window)
    canvas = window.canvas
    canvas.camera.zoom_to(0.1)
    canvas.camera.center_on(canvas.graph_scene.nodes["train"].box.center())
    heat = heats(window)["train"]
    assert canvas.zoom == pytest.approx(0.1) and heat is not None
    assert ground(window, "train") == distant_ground(heat.phase, heat.distant_step, current_theme()).name()
    window.features.profiling.heat.trigger()
    assert ground(window, "train") == current_theme().surface.name()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("phase", [0, 1, 2])
def test_what_is_written_on_the_hottest_node_can_be_read(theme: Theme, phase: int) -> None:
    times = PhaseTimes(*(float(place == phase) for place in range(3)))
    ground = BoxHeat(times, 1.0, 1.0).ground(theme.surface, theme)
    assert ground != theme.surface
    assert contrast(theme.text, ground) >= 4.5 and contrast(theme.muted, ground) >= 4.5


def test_shares_are_written_in_whole_percent():
    times = PhaseTimes(1.0)
    assert [BoxHeat(times, share, 0.1).text for share in (0.314, 0.006, 0.004)] == ["31 %", "1 %", "< 1 %"]


def test_panel_and_heat_are_painted_in_the_dark_too(window, profile):
    profile(window)
    light = window.features.profiling.panel.grab().toImage()
    ThemeManager.instance().set_appearance(Appearance.DARK)
    try:
        QApplication.processEvents()
        assert window.features.profiling.panel.grab().toImage() != light
    finally:
        ThemeManager.instance().set_appearance(Appearance.LIGHT)


# --- edits and errors ------------------------------------------------------------------------------------------------


def assert_outdated(window: MainWindow) -> None:
    panel = window.features.profiling.panel
    assert window.features.profiling.explanation is None
    assert not any(heats(window).values()) and not window.features.profiling.heat.isEnabled()
    assert panel.model.rowCount() == 0
    assert "changed since" in panel.empty.label.text() and panel.empty.isVisibleTo(panel)


@pytest.mark.parametrize("edit", ["node", "attribute", "delete", "rename", "data", "settings"])
def test_an_edit_makes_the_profile_go_away(window, profile, edit):
    profile(window)
    document = window.document
    if edit == "node":
        window.adder.add("Constant", window.canvas.free_place_in_view())
    elif edit == "attribute":
        document.set_attribute("train", "learning_rate", 0.5)
    elif edit == "delete":
        document.delete(["train"], [])
    elif edit == "rename":
        document.rename("cost", "loss")
    elif edit == "data":
        document.set_data("x", TypedValues("1, 2, 3, 5"))
    else:
        document.set_run_settings(replace(document.model.run, batch_size=2))
    assert_outdated(window)
    assert window.features.profiling.profile.isEnabled()


def test_moving_a_node_or_more_epochs_leave_the_profile(window, profile):
    profile(window)
    window.document.move_nodes({"cost": (900.0, 500.0)})
    window.transport.epochs.setValue(7)
    assert set(cells(window, NODE)) == COMPUTED
    assert any(heats(window).values())


def test_an_edit_while_the_step_is_profiled_outdates_what_comes(window, qtbot):
    window.features.profiling.profile.trigger()
    window.document.set_attribute("train", "learning_rate", 0.5)
    qtbot.waitUntil(window.features.profiling.profile.isEnabled, timeout=PATIENCE)
    assert_outdated(window)


def test_another_document_has_no_profile(window, profile, tmp_path):
    profile(window)
    open_model(window, in_a_scope(), tmp_path)
    assert window.features.profiling.explanation is None
    assert "appears here" in window.features.profiling.panel.empty.label.text()
    window.features.profiling.profile.trigger()
    open_model(window, linear_regression(), tmp_path)
    assert window.features.profiling.profile.isEnabled(), "what was asked for is given up"
    profile(window)
    assert set(cells(window, NODE)) == COMPUTED


def test_data_that_is_missing_is_said_in_the_panel_and_shown_on_the_canvas(window, profile):
    window.document.set_data("x", None)
    profile(window)
    panel = window.features.profiling.panel
    assert panel.refusal.isVisible() and "x has no data" in panel.refusal.text()
    assert "x has no data" in window.status.currentMessage() or window.canvas.selected_nodes() == ["x"]
    assert window.controller.state is RunState.IDLE
    window.document.set_data("x", TypedValues("1, 2, 3, 4"))
    profile(window)
    assert panel.refusal.isHidden()
    assert set(cells(window, NODE)) == COMPUTED


def test_a_graph_without_an_optimizer_is_said_to_have_none(window, profile):
    window.document.delete(["train"], [])
    profile(window)
    assert "There is no optimizer" in window.features.profiling.panel.refusal.text()


def test_a_training_process_that_is_lost_is_said(window, qtbot):
    import os
    import signal

    window.controller.warm_up()
    qtbot.waitUntil(lambda: window.controller.process_id is not None, timeout=PATIENCE)
    process = window.controller.process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    window.features.profiling.profile.trigger()
    os.kill(process, signal.SIGKILL)
    qtbot.waitUntil(window.features.profiling.profile.isEnabled, timeout=PATIENCE)
    assert "training process" in window.features.profiling.panel.refusal.text()


def in_a_scope() -> Model:
    """A regression whose line is computed in the scope ``layer``."""
    graph = Graph()
    x = graph.create("Placeholder", name="x").output
    y = graph.create("Placeholder", name="y").output
    W = graph.create("Variable", attributes={"initial_value": [1.0]}, name="layer/W").output
    b = graph.create("Variable", attributes={"initial_value": [1.0]}, name="layer/b").output
    line = graph.apply("Add", graph.apply("Multiply", W, x, name="layer/product"), b, name="layer/sum")
    square = graph.apply("Square", graph.apply("Subtract", line, y, name="error"), name="square")
    graph.create("GradientDescent", {"loss": graph.apply("ReduceMean", square, name="cost")}, name="train")
    data = {"x": TypedValues("1, 2, 3, 4"), "y": TypedValues("5, 8, 11, 14")}
    return Model(graph, data=data, run=RunSettings())
