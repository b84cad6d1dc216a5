"""The fit panel, with the real training process: curve and regions follow the run and the time cursor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.features.fit import ModelFit
from editor.panels.fit_panel import FitPanel
from editor.panels.fit_plot import class_color
from editor.run.controller import RunState
from editor.theme import Appearance, ThemeManager, current_theme
from editor.window import MainWindow
from engine.formats.graph_file import load_graph_file
from tests.editor.gui import hover
from tests.editor.test_landscape import PATIENCE, open_window, train  # noqa: F401
from tests.engine.models import linear_regression

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"


def panel_of(window: MainWindow) -> FitPanel:
    feature: ModelFit = window.features.fit
    return feature.panel


def show_fit(qtbot: QtBot, window: MainWindow) -> FitPanel:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    panel = panel_of(window)
    qtbot.waitUntil(lambda: panel.points is not None, timeout=PATIENCE)
    return panel


def line_of(panel: FitPanel) -> tuple[float, float]:
    """Slope and intercept of the curve as it is drawn."""
    xs, ys = panel.plot.curves[0].getOriginalDataset()
    slope, intercept = np.polyfit(xs, ys, 1)
    return float(slope), float(intercept)


def test_before_anything_ran_the_initial_line_is_drawn(qtbot, open_window):  # noqa: F811
    panel = show_fit(qtbot, open_window(linear_regression()))
    assert line_of(panel) == pytest.approx((1, 1), abs=1e-5)
    assert [tuple(point) for point in np.transpose(panel.plot.data.getData())] == [(1, 5), (2, 8), (3, 11), (4, 14)]
    assert panel.node.currentText() == "hypothesis"
    assert panel.what.text() == "Curve over x, and y of 4 rows"


def test_the_line_follows_the_run_and_the_time_cursor(qtbot, open_window):  # noqa: F811
    window = open_window(linear_regression())
    panel = show_fit(qtbot, window)
    train(qtbot, window, 10)
    qtbot.waitUntil(lambda: line_of(panel) == pytest.approx((3.0336602, 1.7755046), abs=1e-4), timeout=PATIENCE)
    window.controller.step_epochs(-9)
    qtbot.waitUntil(lambda: line_of(panel) == pytest.approx((4.5, 2.2), abs=1e-4), timeout=PATIENCE)
    window.controller.step_epochs(1)
    qtbot.waitUntil(lambda: line_of(panel) == pytest.approx((2.15, 1.41), abs=1e-4), timeout=PATIENCE)


def test_it_follows_while_training_goes_on(qtbot, open_window):  # noqa: F811
    window = open_window(linear_regression())
    panel = show_fit(qtbot, window)
    window.controller.run(10_000_000)
    qtbot.waitUntil(lambda: line_of(panel)[0] == pytest.approx(3, abs=1e-3), timeout=PATIENCE)
    assert window.controller.state is RunState.RUNNING
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.state is RunState.PAUSED, timeout=PATIENCE)


def test_another_node_is_chosen_in_the_box(qtbot, open_window):  # noqa: F811
    window = open_window(linear_regression())
    panel = show_fit(qtbot, window)
    panel.node.setFocus()
    QTest.keyClick(panel.node, Qt.Key.Key_Up)
    assert panel.node.currentText() == "product"
    qtbot.waitUntil(lambda: line_of(panel) == pytest.approx((1, 0), abs=1e-5), timeout=PATIENCE)


def test_the_pointer_reads_the_curve(qtbot, open_window):  # noqa: F811
    panel = show_fit(qtbot, open_window(linear_regression()))
    plot = panel.plot.plot
    at = plot.mapFromScene(plot.getPlotItem().getViewBox().mapViewToScene(QPointF(2.0, 8.0)))
    hover(plot.viewport(), QPointF(at))
    place, value = panel.reading.text().removeprefix("x ").split(": ")
    assert float(place) == pytest.approx(2, abs=0.02) and float(value) == pytest.approx(3, abs=0.02)


def test_the_regions_of_xor_are_tinted_by_class(qtbot, open_window):  # noqa: F811
    window = open_window(load_graph_file(EXAMPLES / "xor.graph"))
    train(qtbot, window, 1000)
    panel = show_fit(qtbot, window)
    assert panel.what.text() == "Regions of 2 classes over x[0], x[1], and 4 rows"
    plot = panel.plot.plot
    view = plot.getPlotItem().getViewBox()
    for x, y, label in ((0.1, 0.1, 0), (0.1, 0.9, 1), (0.9, 0.1, 1), (0.9, 0.9, 0)):
        qtbot.wait(50)  # moves that follow each other more quickly are passed over
        at = QPointF(plot.mapFromScene(view.mapViewToScene(QPointF(x, y))))
        hover(plot.viewport(), at)
        assert f"class {label}, probability 0.9" in panel.reading.text()
        seen = panel.plot.grab().toImage().pixelColor(at.toPoint())
        own, other = class_color(current_theme(), label), class_color(current_theme(), 1 - label)
        assert abs(seen.hue() - own.hue()) < abs(seen.hue() - other.hue())
    for appearance in (Appearance.DARK, Appearance.LIGHT):
        ThemeManager.instance().set_appearance(appearance)
        assert not panel.grab().isNull()


def test_what_has_no_fit_says_why(qtbot, open_window):  # noqa: F811
    window = open_window(linear_regression())
    window.open_path(EXAMPLES / "digits.graph")
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    panel = panel_of(window)
    qtbot.waitUntil(lambda: "depends on 64 numbers" in panel.empty.label.text(), timeout=PATIENCE)


def test_other_data_are_drawn_with_the_next_run(qtbot, open_window):  # noqa: F811
    from engine.model import TypedValues

    window = open_window(linear_regression())
    panel = show_fit(qtbot, window)
    window.document.set_data("x", TypedValues("2, 4, 6, 8"))
    window.controller.run(1)
    qtbot.waitUntil(lambda: panel.points is not None and panel.points.xs[-1, 0] == 8, timeout=PATIENCE)
    QApplication.processEvents()
    window.document.new()
    assert panel.points is None and not panel.node.isEnabled()
