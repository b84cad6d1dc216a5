"""The landscape panel, with the real training process: what is drawn, how it is read, moved and used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.panels.landscape_panel import LandscapePanel
from editor.panels.relief import Relief
from editor.run.controller import RunState
from editor.settings import Settings
from editor.theme import Appearance, ThemeManager
from editor.window import MainWindow
from engine.formats.graph_file import save_graph_file
from engine.model import Model
from tests.editor.gui import double_click, drag, hover, turn_wheel
from tests.engine.models import classifier, linear_regression

PATIENCE = 60_000


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Model], MainWindow]]:
    """Opens a model in a window, with the panel in front."""
    opened: list[MainWindow] = []

    def open_model(model: Model) -> MainWindow:
        settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        window = build_window(app, None, settings)
        opened.append(window)
        window.resize(1400, 900)
        with qtbot.waitExposed(window):
            window.show()
        window.canvas.set_motion_reduced(True)
        path = tmp_path / "model.graph"
        save_graph_file(model, path)
        window.open_path(path)
        return window

    yield open_model
    for window in opened:
        window.document.undo_stack.setClean()
        window.close()
        window.deleteLater()


def panel_of(window: MainWindow) -> LandscapePanel:
    return window.features.landscape.panel


def wait_for_landscape(qtbot: QtBot, window: MainWindow, path_points: int) -> None:
    panel = panel_of(window)

    def is_there() -> bool:
        landscape = panel.landscape
        return landscape is not None and landscape.is_complete and len(landscape.path) == path_points

    qtbot.waitUntil(is_there, timeout=PATIENCE)


def train(qtbot: QtBot, window: MainWindow, epochs: int) -> None:
    window.controller.run(epochs)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)


def compute(window: MainWindow) -> None:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def pixel(window: MainWindow, x: float, y: float) -> QPointF:
    """Where a point of the plane stands in the contour's viewport."""
    plot = panel_of(window).contour.plot
    return QPointF(plot.mapFromScene(plot.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y))))


def choose(combo: QComboBox, text: str) -> None:
    combo.setFocus()
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def test_the_tutorials_path_stands_on_the_contour_and_the_rate_beside_it(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 10)
    compute(window)
    wait_for_landscape(qtbot, window, 11)
    panel = panel_of(window)
    assert (panel.axis_boxes.first.currentText(), panel.axis_boxes.second.currentText()) == ("W[0]", "b[0]")
    assert panel.rate.text() == "Diverges from learning rate 0.1198 on. It is 0.1 now."
    assert "15, 5; 5, 2" in panel.slope.text() and "all 4 training rows" in panel.plane.text()
    assert panel.where.text().startswith("Cursor: Epoch 10: loss 0.0211")
    viewport = panel.contour.plot.viewport()
    hover(viewport, pixel(window, 4.5, 2.2))
    assert panel.reading.text() == "Epoch 1: loss 18.42, 0 off the plane"
    qtbot.wait(50)  # moves that follow each other more quickly are passed over
    hover(viewport, pixel(window, 3.0, 0.9))
    assert panel.reading.text().startswith("W[0] 3")


def test_a_double_click_puts_the_model_there_as_another_run(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 10)
    compute(window)
    wait_for_landscape(qtbot, window, 11)
    runs = len(window.controller.runs)
    double_click(panel_of(window).contour.plot.viewport(), pixel(window, 2.0, 1.5))
    qtbot.waitUntil(lambda: len(window.controller.runs) == runs + 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: abs(window.controller.variable_values()["W"][0] - 2.0) < 0.05, timeout=PATIENCE)
    assert window.controller.variable_values()["b"][0] == pytest.approx(1.5, abs=0.05)
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.landscape.is_complete and panel.landscape.present.x < 2.1, timeout=PATIENCE)
    assert panel.where.text().startswith("Cursor: Epoch 10: loss")


def test_the_keyboard_puts_the_model_too(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 5)
    compute(window)
    wait_for_landscape(qtbot, window, 6)
    panel = panel_of(window)
    plot = panel.contour.plot
    (left, right), (bottom, top) = panel.contour.extent
    for _ in range(4):
        QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    wanted = (left + right) / 2 - 4 * (right - left) / 40
    qtbot.waitUntil(lambda: abs(window.controller.variable_values()["W"][0] - wanted) < 1e-4, timeout=PATIENCE)
    assert window.controller.variable_values()["b"][0] == pytest.approx((bottom + top) / 2, abs=1e-4)


def test_the_mark_follows_the_time_cursor(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 10)
    compute(window)
    wait_for_landscape(qtbot, window, 11)
    panel = panel_of(window)
    window.controller.step_epochs(-9)
    qtbot.waitUntil(lambda: "Epoch 1: loss 18.42" in panel.where.text(), timeout=PATIENCE)
    assert panel.landscape.is_complete and len(panel.landscape.path) == 11


def test_zooming_computes_what_is_seen_and_the_whole_comes_back(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 10)
    compute(window)
    wait_for_landscape(qtbot, window, 11)
    panel = panel_of(window)
    whole = panel.landscape
    turn_wheel(panel.contour.plot.viewport(), pixel(window, 3, 1.8), 3)
    qtbot.waitUntil(lambda: panel.landscape.xs[0] > whole.xs[0] + 0.2 and panel.landscape.is_complete, timeout=PATIENCE)
    x, y, loss = panel.landscape.xs[3], panel.landscape.ys[5], panel.landscape.losses[5, 3]
    X, Y = np.array([1.0, 2, 3, 4]), np.array([5.0, 8, 11, 14])
    assert loss == pytest.approx(((X * x + y - Y) ** 2).mean(), rel=1e-3)
    panel.whole_button.click()
    qtbot.waitUntil(lambda: panel.landscape.xs[0] == whole.xs[0] and panel.landscape.is_complete, timeout=PATIENCE)


def test_the_trajectory_and_random_directions_of_a_larger_model(qtbot, open_window):
    window = open_window(classifier(batch_size=10))
    train(qtbot, window, 6)
    compute(window)
    wait_for_landscape(qtbot, window, 31)
    panel = panel_of(window)
    assert panel.axis_boxes.first.currentText() == "Trajectory" and not panel.axis_boxes.second.isEnabled()
    assert "The plane contains" in panel.plane.text()
    choose(panel.axis_boxes.first, "Random directions")
    qtbot.waitUntil(lambda: panel.landscape.labels[0] == "direction 1", timeout=PATIENCE)
    choose(panel.axis_boxes.first, "W[0, 0]")
    assert panel.axis_boxes.second.isEnabled()
    qtbot.waitUntil(lambda: panel.landscape.labels == ("W[0, 0]", "W[1, 0]"), timeout=PATIENCE)
    wait_for_landscape(qtbot, window, 31)
    choose(panel.axis_boxes.second, "W[0, 0]")
    qtbot.waitUntil(lambda: "needs two scalars" in panel.refusal.text(), timeout=PATIENCE)


def test_axes_that_are_chosen_before_anything_is_known_stay_chosen(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 3)
    panel = panel_of(window)
    window.features.landscape.bench.docks.bring("landscape")
    choose(panel.axis_boxes.first, "Random directions")
    wait_for_landscape(qtbot, window, 4)
    assert panel.landscape.labels == ("direction 1", "direction 2")
    assert panel.axis_boxes.first.currentText() == "Random directions"


def test_the_surface_turns_with_the_mouse_and_the_keys_and_takes_a_double_click(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 6)
    compute(window)
    wait_for_landscape(qtbot, window, 7)
    panel = panel_of(window)
    panel.surface_button.click()
    surface = panel.surface
    assert surface.isVisible()
    turn, tilt = surface.turn, surface.tilt
    drag(surface, QPointF(100, 100), QPointF(140, 110))
    assert (surface.turn, surface.tilt) == ((turn + 20) % 360, tilt + 5)
    QTest.keyClick(surface, Qt.Key.Key_Left)
    assert surface.turn == (turn + 12) % 360
    middle = QPointF(surface.width() / 2, surface.height() / 2)
    found = surface.what_is_at(middle)
    assert found is not None
    hover(surface, middle)
    assert panel.reading.text()
    double_click(surface, middle)
    x = found.x if hasattr(found, "x") else found[0]
    qtbot.waitUntil(lambda: abs(window.controller.variable_values()["W"][0] - x) < 1e-3, timeout=PATIENCE)


def test_it_is_computed_while_the_run_goes_on_and_again_when_it_stands(qtbot, open_window):
    window = open_window(linear_regression())
    panel = panel_of(window)
    window.controller.run(3_000_000)
    qtbot.waitUntil(lambda: window.controller.epoch > 0, timeout=PATIENCE)
    compute(window)
    qtbot.waitUntil(lambda: panel.landscape is not None and panel.landscape.is_complete, timeout=PATIENCE)
    assert window.controller.state is RunState.RUNNING
    first = panel.landscape.path[-1].epoch
    window.controller.pause()
    qtbot.waitUntil(
        lambda: panel.landscape.is_complete and panel.landscape.path[-1].epoch == window.controller.epoch > first,
        timeout=PATIENCE,
    )


def test_computing_can_be_stopped(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 3)
    compute(window)
    action = window.features.landscape.compute
    assert "Stop" in action.text() and panel_of(window).progress.isVisible()
    compute(window)
    assert "Stop" not in action.text()
    qtbot.wait(400)
    assert panel_of(window).landscape is None and not panel_of(window).progress.isVisible()


def test_another_document_clears_it_and_both_themes_draw_it(qtbot, open_window):
    window = open_window(linear_regression())
    train(qtbot, window, 3)
    compute(window)
    wait_for_landscape(qtbot, window, 4)
    panel = panel_of(window)
    for appearance in (Appearance.DARK, Appearance.LIGHT):
        ThemeManager.instance().set_appearance(appearance)
        assert not panel.grab().isNull()
    window.document.new()
    assert panel.landscape is None and panel.empty.isVisible()


def test_heights_are_roots_between_the_lowest_and_the_highest_loss():
    losses = np.array([[0.0, 1.0, 4.0], [9.0, np.nan, np.inf]])
    heights = Relief(losses).heights(losses)
    assert heights[0, 0] == 0 and np.isnan(heights[1, 1:]).all()
    np.testing.assert_allclose(heights[0, 2] / heights[0, 1], 2)
