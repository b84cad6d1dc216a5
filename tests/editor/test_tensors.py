"""Looking at tensors in the window, with the real training process; numbers by numpy and by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from editor.run.controller import RunState
from editor.window import MainWindow
from engine.debugger.tensors.tensor_name import Kind
from engine.formats.graph_file import save_graph_file
from engine.graph import Graph
from engine.model import Model, RunSettings
from tests.editor.gui import click, double_click, hover, press_key
from tests.editor.window_kit import show_window
from tests.engine.models import linear_regression

PATIENCE = 20_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1300, 850)
    open_model(window, linear_regression(), tmp_path)
    yield window
    QToolTip.hideText()
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def open_model(window: MainWindow, model: Model, folder: Path) -> None:
    path = folder / "model.graph"
    save_graph_file(model, path)
    window.open_path(path)
    window.canvas.fit()
    QApplication.processEvents()


@pytest.fixture
def step(window: MainWindow, qtbot: QtBot) -> Callable[[Callable[[], None]], None]:
    """Moves the cursor, and waits until it stands somewhere else."""

    def go(motion: Callable[[], None]) -> None:
        with qtbot.waitSignal(window.controller.moved, timeout=PATIENCE):
            motion()

    return go


def on_strip(window: MainWindow, name: str) -> QPoint:
    """A point of the viewport on a node's value."""
    box = window.canvas.graph_scene.nodes[name].box
    return window.canvas.mapFromScene(QPointF(box.center().x(), box.bottom() - 8))


def on_wire(window: MainWindow, source: str, target: str) -> QPoint:
    wires = window.canvas.graph_scene.wires
    item = next(item for wire, item in wires.items() if (wire.source, wire.target) == (source, target))
    return window.canvas.mapFromScene((item.start + item.end) / 2)


def table(window: MainWindow) -> list[list[str]]:
    model = window.features.tensors.panel.table.model
    return [[model.text(row, column) for column in range(model.columnCount())] for row in range(model.rowCount())]


def show_gradient(window: MainWindow) -> None:
    button = window.features.tensors.panel.tools.buttons[Kind.GRADIENT]
    click(button, button.rect().center())


# --- opening and following -------------------------------------------------------------------------------------------


def test_a_double_click_on_a_value_opens_the_panel_which_follows_the_cursor(window, step, qtbot):
    panel = window.features.tensors.panel
    step(lambda: window.controller.step_phase())
    qtbot.waitUntil(lambda: window.canvas.graph_scene.nodes["W"].value is not None, timeout=PATIENCE)
    double_click(window.canvas.viewport(), on_strip(window, "W"))
    assert panel.isVisible() and panel.tensor is not None and panel.tensor.node == "W"
    qtbot.waitUntil(lambda: table(window) == [["1.0"]], timeout=PATIENCE)
    assert panel.figures.texts()["Mean"] == "1" and panel.figures.spec.text() == "[1] float32"
    show_gradient(window)
    qtbot.waitUntil(lambda: "Not computed yet" in panel.empty.label.text(), timeout=PATIENCE)
    assert panel.empty.isVisible()
    step(lambda: window.controller.step_phase())
    error = np.array([2, 3, 4, 5.0]) - [5, 8, 11, 14]
    gradient = np.mean(2 * error * [1, 2, 3, 4])
    qtbot.waitUntil(lambda: table(window) == [[str(np.float32(gradient))]], timeout=PATIENCE)
    step(lambda: window.controller.step_phase(-1))
    qtbot.waitUntil(lambda: panel.empty.isVisible(), timeout=PATIENCE)


def test_a_selected_wire_opens_by_enter_and_a_node_by_v(window, step, qtbot):
    panel = window.features.tensors.panel
    step(lambda: window.controller.step_batch())
    canvas = window.canvas
    click(canvas.viewport(), on_wire(window, "error", "squared_error"))
    press_key(canvas, Qt.Key.Key_Return)
    assert panel.tensor is not None and panel.tensor.node == "error"
    qtbot.waitUntil(lambda: table(window) == [["-3.0"], ["-5.0"], ["-7.0"], ["-9.0"]], timeout=PATIENCE)
    canvas.select(["cost"])
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_V)
    assert panel.tensor is not None and panel.tensor.node == "cost"
    qtbot.waitUntil(lambda: table(window) == [["41.0"]], timeout=PATIENCE)
    double_click(canvas.viewport(), on_wire(window, "x", "product"))
    qtbot.waitUntil(lambda: table(window) == [["1.0"], ["2.0"], ["3.0"], ["4.0"]], timeout=PATIENCE)


def test_an_optimizer_has_no_tensor_and_that_is_said(window):
    window.canvas.select(["train"])
    window.features.tensors.look.trigger()
    assert window.features.tensors.panel.tensor is None
    assert "Select a node or a wire first" in window.status.refusal


def test_the_panel_follows_a_run_at_full_speed(window, qtbot):
    panel = window.features.tensors.panel
    window.features.tensors.look_at("W")
    window.controller.run(3_000)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=PATIENCE)
    qtbot.waitUntil(lambda: [[str(window.controller.variable_values()["W"][0])]] == table(window), timeout=PATIENCE)
    assert float(table(window)[0][0]) == pytest.approx(3, abs=1e-3)
    assert "epoch 2999" in panel.tools.state.text()


def test_gradients_can_be_seen_while_the_run_goes_on(window, qtbot):
    panel = window.features.tensors.panel
    window.features.tensors.look_at("hypothesis", 0, "gradient")
    window.controller.run(10_000_000)
    qtbot.waitUntil(lambda: len(table(window)) == 4 and "…" not in table(window)[0], timeout=PATIENCE)
    before = panel.tools.state.text()
    assert window.controller.state is RunState.RUNNING
    qtbot.waitUntil(lambda: panel.tools.state.text() != before, timeout=PATIENCE)
    assert "Not computed" not in panel.empty.label.text()
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.state is RunState.PAUSED, timeout=PATIENCE)


def test_after_an_edit_the_numbers_are_said_to_be_old(window, step, qtbot):
    window.features.tensors.look_at("W")
    step(lambda: window.controller.step_batch())
    qtbot.waitUntil(lambda: bool(table(window)), timeout=PATIENCE)
    window.document.set_attribute("train", "learning_rate", 0.5)
    assert "before the last change" in window.features.tensors.panel.tools.state.text()


def test_a_renamed_node_is_seen_again_in_the_next_run(window, step, qtbot):
    panel = window.features.tensors.panel
    window.features.tensors.look_at("W")
    step(lambda: window.controller.step_batch())
    qtbot.waitUntil(lambda: bool(table(window)), timeout=PATIENCE)
    window.document.rename("W", "weight")
    assert panel.tensor is not None and panel.tensor.node == "weight"
    qtbot.waitUntil(lambda: "run again" in panel.empty.label.text(), timeout=PATIENCE)
    window.controller.run(1)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=PATIENCE)
    qtbot.waitUntil(lambda: panel.empty.isHidden() and table(window) != [], timeout=PATIENCE)


def test_an_element_that_is_clicked_is_asked_about(window, step, qtbot):
    window.features.tensors.look_at("error")
    step(lambda: window.controller.step_batch())
    qtbot.waitUntil(lambda: len(table(window)) == 4, timeout=PATIENCE)
    chosen: list[tuple[object, ...]] = []
    window.features.tensors.element_chosen.connect(lambda *found: chosen.append(found))
    view = window.features.tensors.panel.table.view
    click(view.viewport(), view.visualRect(view.model().index(2, 0)).center())
    assert chosen == [("error", 0, (2,), "value")]


# --- taking it elsewhere ---------------------------------------------------------------------------------------------


def test_elements_are_copied_and_saved_with_all_their_digits(window, step, qtbot, tmp_path):
    feature = window.features.tensors
    feature.look_at("hypothesis")
    step(lambda: window.controller.step_batch(2))
    qtbot.waitUntil(lambda: len(table(window)) == 4, timeout=PATIENCE)
    expected = [row[0] for row in table(window)]
    view = feature.panel.table.view
    window.canvas.select(["hypothesis"])
    window.activateWindow()
    view.setFocus()
    view.selectAll()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "\n".join(expected), timeout=PATIENCE)
    feature.save_to(tmp_path / "h.npy")
    qtbot.waitUntil(lambda: (tmp_path / "h.npy").exists() and (tmp_path / "h.npy").stat().st_size > 128)
    saved = np.load(tmp_path / "h.npy")
    assert saved.dtype == np.float32 and [str(value) for value in saved] == expected
    feature.save_to(tmp_path / "h.csv")
    qtbot.waitUntil(lambda: (tmp_path / "h.csv").exists() and bool((tmp_path / "h.csv").read_text()))
    assert (tmp_path / "h.csv").read_text().split() == expected
    feature.save_to(tmp_path / "no such folder" / "h.csv")
    qtbot.waitUntil(lambda: "could not be written" in window.status.refusal, timeout=PATIENCE)


# --- large and many-dimensional tensors ------------------------------------------------------------------------------


def large() -> Model:
    """A variable of 300 by 200 and one of three axes, in a loss."""
    graph = Graph()
    numbers = np.arange(60_000, dtype=np.float32).reshape(300, 200) / 60_000
    W = graph.create("Variable", attributes={"initial_value": numbers}, name="W").output
    deep = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    D = graph.create("Variable", attributes={"initial_value": deep}, name="D").output
    total = graph.apply("Add", graph.apply("ReduceSum", W), graph.apply("ReduceSum", D), name="loss")
    graph.create("GradientDescent", {"loss": total}, {"learning_rate": 0.0}, name="train")
    return Model(graph, data={}, run=RunSettings())


def test_of_a_large_tensor_what_is_seen_is_fetched(window, step, qtbot, tmp_path):
    open_model(window, large(), tmp_path)
    feature = window.features.tensors
    feature.look_at("W")
    step(lambda: window.controller.step_batch())
    model, view = feature.panel.table.model, feature.panel.table.view
    expected = np.arange(60_000, dtype=np.float32).reshape(300, 200) / 60_000
    qtbot.waitUntil(lambda: model.rowCount() == 300 and model.has(0, 0), timeout=PATIENCE)
    assert not model.has(299, 199), "not all of it has come"
    view.scrollTo(model.index(299, 199))
    qtbot.waitUntil(lambda: model.has(299, 199), timeout=PATIENCE)
    assert model.text(299, 199) == str(expected[299, 199])
    feature.panel.tabs.setCurrentWidget(feature.panel.heatmap)
    heatmap = feature.panel.heatmap
    qtbot.waitUntil(lambda: heatmap._values.size > 0, timeout=PATIENCE)
    assert heatmap._values.shape == (150, 200), "two rows share a cell"
    assert (heatmap._values == expected[1::2]).all(), "the largest magnitude of the two"


def test_a_plane_of_a_tensor_of_three_axes_is_chosen(window, step, qtbot, tmp_path):
    open_model(window, large(), tmp_path)
    feature = window.features.tensors
    feature.look_at("D")
    step(lambda: window.controller.step_batch())
    qtbot.waitUntil(lambda: len(table(window)) == 3, timeout=PATIENCE)
    assert table(window)[0] == ["0.0", "1.0", "2.0", "3.0"]
    (spin,) = feature.panel.tools.spins
    spin.setFocus()
    QTest.keyClick(spin, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: table(window)[0] == ["12.0", "13.0", "14.0", "15.0"], timeout=PATIENCE)
    chosen: list[tuple[object, ...]] = []
    feature.element_chosen.connect(lambda *found: chosen.append(found))
    view = feature.panel.table.view
    click(view.viewport(), view.visualRect(view.model().index(1, 2)).center())
    assert chosen == [("D", 0, (1, 1, 2), "value")]


# --- under the pointer -----------------------------------------------------------------------------------------------


def wait_for_tooltip(window: MainWindow, qtbot: QtBot, at: QPoint, part: str) -> None:
    """Rests the pointer on a point until the tooltip has this in it; a window that comes to the front hides it."""
    viewport = window.canvas.viewport()

    def is_told() -> bool:
        if not QToolTip.isVisible():
            hover(viewport, at)
            QApplication.sendEvent(viewport, QHelpEvent(QHelpEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
        return part in QToolTip.text()

    qtbot.waitUntil(is_told, timeout=PATIENCE)


def test_the_figures_of_value_and_gradient_are_told_where_the_pointer_rests(window, step, qtbot):
    step(lambda: window.controller.step_phase(2))
    wait_for_tooltip(window, qtbot, on_wire(window, "error", "squared_error"), "Norm")
    text = QToolTip.text()
    error = np.array([-3.0, -5, -7, -9])
    for figure in (error.min(), error.mean(), error.max(), np.linalg.norm(error), np.linalg.norm(2 * error / 4)):
        assert f"{figure:.6g}" in text
    assert "Gradient" in text and "[4] float32" in text


def test_what_is_not_computed_yet_is_said_where_the_pointer_rests(window, step, qtbot):
    step(lambda: window.controller.step_operation())
    wait_for_tooltip(window, qtbot, on_wire(window, "error", "squared_error"), "Not computed yet")
