"""Checking gradients in the window, with the real training process: the table, the marks, and what an edit does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.canvas.gradient_marks import BoxVerdict
from editor.panels.gradient_model import DIFFERENCE, ELEMENTS, ERROR, GRADIENT, KINKS, NODE, PLACE, VERDICT
from editor.run.controller import RunState
from editor.theme import DARK, LIGHT, current_theme
from editor.window import MainWindow
from engine.formats.graph_file import save_graph_file
from engine.graph import Graph
from engine.model import Model
from tests.editor.gui import click
from tests.editor.window_kit import show_window
from tests.engine.models import linear_regression

PATIENCE = 60_000
CHECKED = {"product", "hypothesis", "error", "squared_error", "cost", "W", "b"}


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1400, 900)
    open_model(window, linear_regression(), tmp_path)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def check(qtbot: QtBot) -> Callable[[MainWindow], None]:
    """Presses the key, and waits for all that comes."""

    def press(window: MainWindow) -> None:
        feature = window.features.gradient_checking
        window.activateWindow()
        QTest.keyClick(window, Qt.Key.Key_F8)
        assert not feature.check.isEnabled() and feature.stop.isEnabled()
        qtbot.waitUntil(feature.check.isEnabled, timeout=PATIENCE)

    return press


def open_model(window: MainWindow, model: Model, folder: Path) -> None:
    save_graph_file(model, folder / "model.graph")
    window.open_path(folder / "model.graph")


def panel_of(window: MainWindow):
    return window.features.gradient_checking.panel


def rows(window: MainWindow) -> dict[str, dict[int, str]]:
    """The table as it is seen, by node."""
    shown = panel_of(window).view.model()
    cells = [{column: str(shown.index(row, column).data()) for column in range(8)} for row in range(shown.rowCount())]
    return {row[NODE]: row for row in cells}


def verdicts(window: MainWindow) -> dict[str, BoxVerdict | None]:
    return {name: item.verdict for name, item in window.canvas.graph_scene.nodes.items()}


def wrong_model() -> Model:
    """The tutorial's, but the gradient of Tanh is taken for that of the square."""
    model = linear_regression()
    model.graph.operation("squared_error").gradient_name = "Tanh"
    return model


# --- what is found ---------------------------------------------------------------------------------------------------


def test_right_gradients_get_ticks_with_their_numbers(window, check):
    panel = panel_of(window)
    assert "Press Check gradients" in panel.empty.label.text()
    check(window)
    assert panel.isVisible()
    shown = rows(window)
    assert {name for name, row in shown.items() if row[VERDICT] == "✓ right"} == CHECKED
    assert shown["W"][ELEMENTS] == "1"
    assert float(shown["W"][GRADIENT]) == float(shown["W"][DIFFERENCE]) == -35
    assert float(shown["b"][DIFFERENCE]) == -12
    assert all(float(shown[name][ERROR]) < 1e-6 for name in CHECKED)
    assert shown["x"][VERDICT] == "not checked"
    assert panel.summary.text().startswith("All 7 gradients of cost are right")
    marks = verdicts(window)
    assert {name for name, mark in marks.items() if mark is not None} == CHECKED
    assert all(marks[name].text.startswith("✓") for name in CHECKED)
    assert not panel.progress.isVisible()


def test_a_wrong_one_stands_first_with_both_numbers_in_the_error_colour(window, check, tmp_path):
    open_model(window, wrong_model(), tmp_path)
    check(window)
    shown = rows(window)
    assert next(iter(shown)) == "squared_error"
    assert shown["squared_error"][VERDICT] == "✗ wrong"
    assert shown["squared_error"][PLACE].startswith("x[")
    assert shown["squared_error"][GRADIENT] != shown["squared_error"][DIFFERENCE]
    index = panel_of(window).view.model().index(0, NODE)
    assert index.data(Qt.ItemDataRole.ForegroundRole) == current_theme().error
    assert "but central differences give" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert shown["W"][VERDICT] == shown["b"][VERDICT] == "✗ from squared_error"
    assert shown["hypothesis"][VERDICT] == "✓ right"
    marks = verdicts(window)
    assert marks["squared_error"] is not None and not marks["squared_error"].is_right
    assert marks["squared_error"].text.startswith("✗")
    for theme in (LIGHT, DARK):
        assert marks["squared_error"].color(theme) == theme.error


def test_kinks_are_shown_and_are_no_errors(window, check, tmp_path):
    graph = Graph()
    W = graph.create("Variable", attributes={"initial_value": [0.0]}, name="W").output
    graph.create("GradientDescent", {"loss": graph.apply("ReduceSum", graph.apply("Relu", W, name="bent"))})
    open_model(window, Model(graph), tmp_path)
    check(window)
    assert rows(window)["bent"][VERDICT] == "⌃ at kinks only"
    assert rows(window)["bent"][KINKS] == "1"
    assert verdicts(window)["bent"] == BoxVerdict(True, None)


def test_only_the_selected_nodes_are_checked(window, check):
    window.canvas.select(["product", "b"])
    check(window)
    assert set(rows(window)) == {"product", "b"}


def test_a_run_is_checked_where_it_stands_and_stays_as_it_is(window, check, qtbot):
    controller = window.controller
    controller.run(1)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=PATIENCE)
    values = controller.variable_values()
    check(window)
    # W = 4.5 and b = 2.2: the mean of 2 (4.5 x + 2.2 - y) x, with y = 3 x + 2
    assert float(rows(window)["W"][DIFFERENCE]) == pytest.approx(2 * (1.5 * 7.5 + 0.2 * 2.5), rel=1e-6)
    assert controller.variable_values() == values and controller.epoch == 1


# --- going there, and edits ------------------------------------------------------------------------------------------


def test_rows_and_nodes_select_each_other_columns_are_sorted_and_an_edit_makes_it_all_go_away(window, check):
    check(window)
    view = panel_of(window).view
    place = list(rows(window)).index("error")
    click(view.viewport(), view.visualRect(view.model().index(place, NODE)).center())
    assert window.canvas.selected_nodes() == ["error"]
    canvas = window.canvas
    click(canvas.viewport(), canvas.mapFromScene(canvas.graph_scene.nodes["cost"].pos() + QPointF(80, 12)))
    assert panel_of(window).view.selected_nodes() == ["cost"]

    header = panel_of(window).view.horizontalHeader()
    QTest.mouseClick(
        header.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(header.sectionViewportPosition(ERROR) + 20, header.height() // 2),
    )
    errors = [float(row[ERROR]) for row in rows(window).values() if row[ERROR] != "–"]
    assert errors in (sorted(errors), sorted(errors, reverse=True))

    window.document.set_attribute("train", "learning_rate", 0.2)
    assert "Check gradients to do it again" in panel_of(window).empty.label.text()
    assert set(verdicts(window).values()) == {None}


def test_a_graph_that_cannot_be_run_is_refused_in_a_sentence(window, qtbot):
    window.document.delete(["train"])
    feature = window.features.gradient_checking
    feature.check.trigger()
    qtbot.waitUntil(feature.check.isEnabled, timeout=PATIENCE)
    assert panel_of(window).refusal.text() or "There is no optimizer" in window.status.refusal
    assert set(verdicts(window).values()) == {None}


def test_a_check_can_be_stopped(window, qtbot, monkeypatch):
    monkeypatch.setattr("editor.features.gradient_checking._NODES_AT_ONCE", 1)
    feature = window.features.gradient_checking
    feature.check.trigger()
    qtbot.waitUntil(lambda: feature.found is not None and bool(feature.found.nodes), timeout=PATIENCE)
    feature.stop.trigger()
    count = len(feature.found.nodes)
    assert feature.check.isEnabled() and count < len(CHECKED)
    qtbot.wait(50)
    assert len(feature.found.nodes) == count


def test_a_folded_block_shows_the_worst_of_its_nodes():
    right, worse, wrong, bent = (
        *(BoxVerdict(True, 1e-12), BoxVerdict(True, 1e-9), BoxVerdict(False, 1e-3), BoxVerdict(True, None)),
    )
    assert right.worse(worse) == worse
    assert worse.worse(wrong) == wrong
    assert bent.worse(right) == right
    assert (right.text, bent.text, wrong.text) == ("✓ 1e-12", "⌃", "✗ 0.001")
