"""Runs beside each other, with the real training process: their list, their curves, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from editor.panels.run_colors import run_color
from editor.panels.run_comparison import compare
from editor.panels.runs_model import NAME
from editor.run.controller import RunState
from editor.run.history import RunHistory
from editor.run.runs import RunInfo
from editor.theme import LIGHT
from editor.window import MainWindow
from engine.debugger.moment import Moment
from engine.formats.graph_file import save_graph_file
from engine.model import RunSettings
from tests.editor.gui import click, double_click, drag
from tests.editor.window_kit import show_window
from tests.engine.models import linear_regression

#: How long to wait for what must happen, in milliseconds; nothing here is measured.
PATIENCE = 60_000
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1300, 850)
    path = tmp_path / "model.graph"
    save_graph_file(linear_regression(), path)
    window.open_path(path)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda condition: qtbot.waitUntil(condition, timeout=PATIENCE)


@pytest.fixture
def fork(window: MainWindow, until: Until) -> MainWindow:
    """A run of 20 epochs, and one that left it after 10 with W = 8 and is trained to the same epoch."""
    controller = window.controller
    controller.run(20)
    until(lambda: controller.view is not None)
    go(window, until, Moment(10, 0, 0))
    controller.set_values({"W": np.array([8], np.float32)})
    controller.run_to_epoch(20)
    until(lambda: controller.view is not None and controller.view.epochs_done == 20)
    window.docks.bring("runs")
    return window


def go(window: MainWindow, until: Until, moment: Moment) -> None:
    window.controller.seek(moment)
    until(lambda: window.controller.view is not None and window.controller.view.moment == moment)


def line(epochs: int, W: float, b: float, start: int = 0) -> list[float]:
    """The losses of so many steps of gradient descent on the line, in float32 as the tutorial computes them."""
    x, y = np.array([1, 2, 3, 4], np.float32), np.array([5, 8, 11, 14], np.float32)
    w, c = np.float32(W), np.float32(b)
    losses = []
    for _ in range(epochs):
        error = w * x + c - y
        losses.append(float(np.mean(error**2)))
        w, c = w - np.float32(0.1) * np.mean(2 * error * x), c - np.float32(0.1) * np.mean(2 * error)
    return losses


def cells(window: MainWindow, row: int) -> list[str]:
    model = window.features.run_keeping.panel.model
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def click_row(window: MainWindow, row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = window.features.run_keeping.panel.view
    click(view.viewport(), view.visualRect(view.model().index(row, 1)).center(), keys=keys)


def test_a_fork_stands_in_the_list_with_its_parent_and_both_curves_in_the_plot(fork: MainWindow) -> None:
    assert cells(fork, 0)[:2] == ["Run 1", "20"]
    assert cells(fork, 0)[3:] == ["initial values", "–"]
    assert cells(fork, 1)[:2] == ["Run 2 (present)", "20"]
    assert cells(fork, 1)[3:] == ["Run 1, epoch 10", "set W"]
    fork.docks.bring("plot")
    plot = fork.plot.plot
    np.testing.assert_allclose(plot.drawn_others[0], line(20, 1, 1), rtol=1e-4)
    assert len(plot.drawn_losses) == 10
    b = float(fork.controller.runs.all()[0].history.value_rows[9].values["b"][0])
    np.testing.assert_allclose(plot.drawn_losses, line(10, 8, b), rtol=1e-4)
    assert fork.plot.legend.names == ["Run 1", "Run 2"]
    assert plot.loss_pen().color().name() == run_color(1, LIGHT).name() != run_color(0, LIGHT).name()


def test_a_tick_hides_a_curve_and_its_name(fork: MainWindow) -> None:
    panel = fork.features.run_keeping.panel
    box = panel.view.visualRect(panel.model.index(0, NAME))
    click(panel.view.viewport(), QPointF(box.left() + 16, box.center().y()))
    assert not fork.controller.runs.all()[0].is_shown
    fork.docks.bring("plot")
    assert fork.plot.plot.drawn_others == []
    assert fork.plot.legend.names == []
    fork.controller.runs.set_shown(1, True)
    fork.controller.runs.set_shown(2, False)
    assert len(fork.plot.plot.drawn_losses) == 0 and len(fork.plot.plot.drawn_others) == 1


def test_a_run_is_renamed_in_its_place(fork: MainWindow) -> None:
    panel = fork.features.run_keeping.panel
    click_row(fork, 0)
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    edit = panel.view.findChild(QLineEdit)
    assert edit is not None and edit.text() == "Run 1"
    QTest.keyClicks(edit, "from the start")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    QApplication.processEvents()  # the table takes the name over a moment later
    assert cells(fork, 0)[0] == "from the start"
    assert cells(fork, 1)[3] == "from the start, epoch 10"
    assert fork.plot.legend.names == ["from the start", "Run 2"]


def test_another_run_is_gone_on_with_where_it_was(fork: MainWindow, until: Until) -> None:
    controller = fork.controller
    panel = fork.features.run_keeping.panel
    view = panel.view
    double_click(view.viewport(), view.visualRect(panel.model.index(0, 1)).center())
    until(lambda: controller.view is not None and controller.runs.current == 1)
    assert cells(fork, 0)[0] == "Run 1 (present)"
    go(fork, until, Moment(2, 0, 0))
    assert float(controller.variable_values()["W"][0]) == pytest.approx(2.15, rel=1e-6)
    click_row(fork, 1)
    QTest.keyClick(view, Qt.Key.Key_Return)
    until(lambda: controller.view is not None and controller.runs.current == 2)
    go(fork, until, Moment(10, 0, 0))
    assert float(controller.variable_values()["W"][0]) == 8.0


def test_a_run_is_deleted_with_its_curve_but_not_the_present_one(fork: MainWindow) -> None:
    panel = fork.features.run_keeping.panel
    click_row(fork, 1)
    assert not panel.delete.isEnabled() and not panel.go.isEnabled()
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert len(fork.controller.runs) == 2
    click_row(fork, 0)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.model.rowCount() == 1
    assert cells(fork, 0)[3] == "a deleted run, epoch 10"
    fork.docks.bring("plot")
    assert fork.plot.plot.drawn_others == []


def test_two_selected_runs_stand_side_by_side(fork: MainWindow) -> None:
    panel = fork.features.run_keeping.panel
    click_row(fork, 0)
    assert not panel.comparison.isVisible()
    assert panel.hint.text() == "Select two runs to compare them."
    click_row(fork, 1, CONTROL)
    assert panel.comparison.isVisible()
    table = panel.comparison
    rows = [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]
    assert ["Changed", "–", "set W", ""] in rows
    assert next(row[0] for row in rows if row[0].startswith("Epoch")) == "Epoch 10"
    W = next(row for row in rows if row[0] == "W")
    assert W[1] == str(fork.controller.runs.all()[0].values["W"])
    assert W[2] == str(fork.controller.variable_values()["W"])


def test_a_comparison_has_what_differs_the_losses_in_common_and_the_variables() -> None:
    first = RunInfo(1, "a", 0, RunSettings(seed=1), RunHistory("cost"))
    second = RunInfo(2, "b", 1, replace(first.settings, seed=2, batch_size=8), RunHistory("cost"), changes="data of x")
    first.history.append_records(np.column_stack([np.arange(100), np.arange(100) * 2.0]))
    second.history.append_records(np.column_stack([np.arange(40, 200), np.arange(40, 200) * 3.0]))
    first.values = {"W": np.array([1.0, 2.0]), "b": np.array(1.0), "old": np.array(1.0)}
    second.values = {"W": np.array([4.0, 6.0]), "b": np.array(1.5), "new": np.zeros(100)}
    rows = {row.what: row[1:4] for row in compare(first, second)}
    assert rows["Seed"] == ("1", "2", "")
    assert rows["Batch size"] == ("0", "8", "")
    assert "Shuffle" not in rows
    assert rows["Changed"] == ("–", "data of x", "")
    assert rows["Epoch 40"] == ("80.0", "120.0", "40")
    assert rows["Epoch 99"] == ("198.0", "297.0", "99")
    assert "Epoch 39" not in rows and "Epoch 100" not in rows
    assert rows["W"][2] == "norm 5"
    assert rows["b"][2] == "0.5"
    assert rows["old"][1] == "–" and rows["new"][0] == "–"
    assert "[100] float64, norm 0" in rows["new"][1]


# --- the cursor in the plot ------------------------------------------------------------------------------------------


def test_a_click_and_a_drag_in_the_plot_go_to_the_epoch(window: MainWindow, until: Until) -> None:
    controller = window.controller
    controller.run(100)
    until(lambda: controller.state is RunState.FINISHED and controller.view is not None)
    window.docks.bring("plot")
    plot = window.plot.plot
    # The view fits the curve a moment after it is drawn.
    until(lambda: plot.present.line.isVisible() and 99 <= plot._item.getViewBox().viewRange()[0][1] < 120)
    assert plot.present.line.value() == pytest.approx(100)

    def place(epoch: float) -> QPointF:
        box = plot._item.getViewBox()
        rect = box.viewRect()
        scene = box.mapViewToScene(QPointF(epoch, rect.center().y()))
        return QPointF(plot._plot.mapFromScene(scene))

    viewport = plot._plot.viewport()
    click(viewport, place(30.2))
    until(lambda: controller.view is not None and controller.view.moment == Moment(30, 0, 0))
    assert plot.present.line.value() == 30
    QApplication.processEvents()
    drag(viewport, place(30), place(60), steps=12)
    until(lambda: controller.view is not None and controller.view.moment == Moment(60, 0, 0))
    until(lambda: plot.present.line.value() == 60)


def test_the_line_goes_while_a_run_goes_on(window: MainWindow, until: Until) -> None:
    controller = window.controller
    window.docks.bring("plot")
    controller.run(5)
    until(lambda: controller.view is not None and controller.epoch == 5)
    assert window.plot.plot.present.line.isVisible()
    controller.run(10_000_000)
    until(lambda: controller.state is RunState.RUNNING)
    assert not window.plot.plot.present.line.isVisible()
