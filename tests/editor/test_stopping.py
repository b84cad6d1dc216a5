"""Breakpoints in the window: the panel, the key, the menu, the marks on the canvas, and what a stop shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.canvas.view import GraphView
from editor.features.stopping import Stopping
from editor.run.controller import RunState
from editor.theme import current_theme
from editor.window import MainWindow
from engine.debugger.breakpoints import AtNode, WhenHolds
from engine.debugger.causes.cause import CauseKind
from engine.debugger.moment import Moment
from engine.formats.graph_file import save_graph_file
from engine.model import Model
from tests.editor.gui import click, hover
from tests.editor.window_kit import show_window
from tests.engine.debugger.broken_graphs import BROKEN
from tests.engine.models import linear_regression

#: How long to wait for what must happen, in milliseconds; nothing here is measured.
PATIENCE = 60_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1400, 900)
    open_model(window, linear_regression(), tmp_path)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def stopping(window: MainWindow) -> Stopping:
    window.docks.bring("breakpoints")
    return window.features.stopping


def open_model(window: MainWindow, model: Model, folder: Path) -> None:
    path = folder / "model.graph"
    save_graph_file(model, path)
    window.open_path(path)


def type_condition(stopping: Stopping, text: str, enter: bool = True) -> None:
    stopping.panel.ask_for_condition()
    QTest.keyClicks(stopping.panel.field.edit, text)
    if enter:
        QTest.keyClick(stopping.panel.field.edit, Qt.Key.Key_Return)


def rows(stopping: Stopping) -> list[tuple[str, str, str]]:
    tree = stopping.panel.tree
    items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return [(item.text(0), item.text(1), item.text(2)) for item in items if item is not None]


def run_to_stop(qtbot: QtBot, window: MainWindow) -> None:
    window.transport.run.trigger()
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)


def marks(window: MainWindow) -> dict[str, tuple[str, ...]]:
    shown = window.canvas.graph_scene.shown()
    return {item.name: item.stop.phases for item in shown if item.stop is not None and item.stop.phases}


def wait_for_red(qtbot: QtBot, canvas: GraphView, at: QPoint) -> None:
    """Waits for the error colour at a point: after a movement the canvas is painted in full a moment later."""
    red = current_theme().error.name()
    qtbot.waitUntil(lambda: canvas.viewport().grab().toImage().pixelColor(at).name() == red, timeout=PATIENCE)


# --- conditions ------------------------------------------------------------------------------------------------------


def test_a_condition_is_typed_and_the_run_stops_there(window: MainWindow, stopping: Stopping, qtbot: QtBot) -> None:
    assert stopping.panel.empty.isVisibleTo(stopping.panel)
    type_condition(stopping, "loss < 0.05")
    assert rows(stopping) == [("loss < 0.05", "", "")]
    run_to_stop(qtbot, window)
    assert window.controller.state is RunState.PAUSED
    assert rows(stopping) == [("loss < 0.05", "1", "")]
    report = stopping.panel.report
    assert "loss < 0.05 holds at epoch" in report.sentence.text()
    assert not report.go.isVisibleTo(report)
    assert window.status.refusal == "", "nothing has gone wrong"


def test_what_is_wrong_with_a_condition_is_said_while_it_is_typed(stopping: Stopping) -> None:
    panel = stopping.panel
    type_condition(stopping, "los < 1", enter=False)
    assert "Column 1: there is no node 'los'; did you mean loss" in panel.field.refusal.text()
    assert panel.field.refusal.isVisibleTo(panel) and not panel.add.isEnabled()
    QTest.keyClick(panel.field.edit, Qt.Key.Key_Return)
    assert rows(stopping) == [] and panel.field.edit.text() == "los < 1", "what was typed stays"
    panel.field.edit.setCursorPosition(3)
    QTest.keyClicks(panel.field.edit, "s")
    assert not panel.field.refusal.isVisibleTo(panel) and panel.add.isEnabled()
    click(panel.add, panel.add.rect().center())
    assert rows(stopping) == [("loss < 1", "", "")]


def test_a_condition_is_changed_disabled_and_removed(stopping: Stopping) -> None:
    panel = stopping.panel
    type_condition(stopping, "epoch == 3")
    item = panel.tree.topLevelItem(0)
    assert item is not None
    panel.tree.setCurrentItem(item)
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    assert panel.field.edit.text() == "epoch == 3" and panel.add.text() == "Change"
    QTest.keyClicks(panel.field.edit, "epoch == 5")
    QTest.keyClick(panel.field.edit, Qt.Key.Key_Return)
    assert rows(stopping) == [("epoch == 5", "", "")] and panel.add.text() == "Add"
    item = panel.tree.topLevelItem(0)
    assert item is not None
    box = panel.tree.visualItemRect(item)
    click(panel.tree.viewport(), QPointF(box.left() + 10, box.center().y()))
    assert not stopping.breakpoints.all()[0].is_enabled
    item = panel.tree.topLevelItem(0)
    assert item is not None
    panel.tree.setCurrentItem(item)
    QTest.keyClick(panel.tree, Qt.Key.Key_Delete)
    assert stopping.breakpoints.all() == ()


# --- nodes -----------------------------------------------------------------------------------------------------------


def test_f9_stops_at_a_node_and_the_dot_shows_it(window: MainWindow, stopping: Stopping, qtbot: QtBot) -> None:
    canvas = window.canvas
    canvas.select(["hypothesis"])
    QTest.keyClick(canvas, Qt.Key.Key_F9)
    assert marks(window) == {"hypothesis": ("forward",)}
    assert rows(stopping) == [("hypothesis · forward", "", "")]
    canvas.select([])
    item = canvas.graph_scene.nodes["hypothesis"]
    canvas.bring_into_view("hypothesis")
    at = canvas.mapFromScene(item.pos() + QPointF(-5, -5))
    wait_for_red(qtbot, canvas, at)
    hover(canvas.viewport(), QPointF(canvas.mapFromScene(item.box.center())))
    assert "Runs stop here: forward" in canvas._hover.tooltip()
    run_to_stop(qtbot, window)
    view = window.controller.view
    assert view is not None and view.latest is not None and view.latest.node == "hypothesis"
    assert view.moment.epoch == 0
    canvas.select(["hypothesis"])
    QTest.keyClick(canvas, Qt.Key.Key_F9)
    assert marks(window) == {} and rows(stopping) == []


def test_the_dot_is_seen_from_far_away(window: MainWindow, stopping: Stopping, qtbot: QtBot) -> None:
    canvas = window.canvas
    stopping.breakpoints.toggle_node("error", "forward")
    while not canvas.is_far:
        canvas.zoom_out()
    item = canvas.graph_scene.nodes["error"]
    at = canvas.mapFromScene(item.pos() + QPointF(-8, -8))
    wait_for_red(qtbot, canvas, at)


def test_the_menu_chooses_the_pass(window: MainWindow, stopping: Stopping, qtbot: QtBot) -> None:
    window.canvas.select(["W"])
    stopping.phases["update"].trigger()
    stopping.phases["backward"].trigger()
    assert marks(window) == {"W": ("backward", "update")}
    assert stopping.phases["update"].isChecked() and not stopping.phases["forward"].isChecked()
    assert stopping.phase_menu.menuAction() in window.menus.node_menu.actions()
    run_to_stop(qtbot, window)
    view = window.controller.view
    assert view is not None and view.latest is not None and view.latest.phase == "backward"
    window.controller.run()
    qtbot.waitUntil(lambda: window.controller.view not in (None, view), timeout=PATIENCE)
    assert float(window.controller.variable_values()["W"][0]) == 4.5
    stopping.phases["update"].trigger()
    assert marks(window) == {"W": ("backward",)}


def test_a_breakpoint_goes_with_its_node(window: MainWindow, stopping: Stopping) -> None:
    document = window.document
    stopping.breakpoints.toggle_node("error", "forward")
    stopping.breakpoints.add_condition("max(error) > 1 and norm(grad error) < 5 and `error`[0] > 0")
    document.rename("error", "mistake")
    assert [each.at for each in stopping.breakpoints.all()] == [
        AtNode("mistake"),
        WhenHolds("max(mistake) > 1 and norm(grad mistake) < 5 and `mistake`[0] > 0"),
    ]
    assert marks(window) == {"mistake": ("forward",)}
    window.canvas.select(["mistake"])
    window.canvas.delete_selection()
    assert [each.at for each in stopping.breakpoints.all() if isinstance(each.at, AtNode)] == []
    assert "there is no node 'mistake'" in rows(stopping)[0][2], "a condition is kept, and says so"


def test_another_document_has_no_breakpoints(window: MainWindow, stopping: Stopping, tmp_path: Path) -> None:
    stopping.breakpoints.toggle_node("error", "forward")
    open_model(window, linear_regression(), tmp_path)
    assert stopping.breakpoints.all() == () and marks(window) == {}


# --- first causes ----------------------------------------------------------------------------------------------------


def test_the_first_cause_is_shown_with_its_path(
    window: MainWindow, stopping: Stopping, qtbot: QtBot, tmp_path: Path
) -> None:
    open_model(window, BROKEN["log_of_what_reaches_zero"].build(), tmp_path)
    switch = stopping.panel.switches[CauseKind.NON_FINITE]
    click(switch, QPointF(8, switch.rect().center().y()))
    assert stopping.breakpoints.watched_kinds() == {CauseKind.NON_FINITE}
    run_to_stop(qtbot, window)
    report = stopping.panel.report
    assert report.sentence.text().startswith("log (Log) gives -inf at epoch 4, mini-batch 0, from 0.")
    assert "Elements: -inf" in report.elements.text()
    items = window.canvas.graph_scene.nodes
    log = items["log"].stop
    assert log is not None and log.is_cause
    on_path = {name for name, item in items.items() if item.stop is not None and item.stop.is_on_path}
    assert report.cause is not None
    assert on_path == set(report.cause.path) and len(on_path) > 2
    assert any(wire.is_on_path for wire in window.canvas.graph_scene.wires.values())
    window.controller.seek(Moment(0, 0, 0))
    qtbot.waitUntil(lambda: window.controller.view is not None and window.controller.view.moment == Moment(0, 0, 0))
    window.canvas.select([])
    click(report.go, report.go.rect().center())
    qtbot.waitUntil(
        lambda: window.controller.view is not None and window.controller.view.moment.epoch == 4, timeout=PATIENCE
    )
    view = window.controller.view
    assert view is not None and view.latest is not None and view.latest.node == "log"
    assert window.canvas.selected_nodes() == ["log"]
    end = report.cause.path[-1]
    report.path.linkActivated.emit(end)
    assert window.canvas.selected_nodes() == [end]


def test_a_run_that_fails_without_breakpoints_shows_its_cause(
    window: MainWindow, stopping: Stopping, qtbot: QtBot, tmp_path: Path
) -> None:
    window.docks.bring("problems")
    open_model(window, BROKEN["log_of_what_reaches_zero"].build(), tmp_path)
    window.transport.run.trigger()
    qtbot.waitUntil(lambda: stopping.panel.report.cause is not None, timeout=PATIENCE)
    assert window.controller.state is RunState.FAILED
    cause = stopping.panel.report.cause
    assert cause is not None and (cause.node, cause.phase, cause.step) == ("log", "forward", 4)
    assert stopping.panel.report.isVisible()
    log = window.canvas.graph_scene.nodes["log"].stop
    assert log is not None and log.is_cause


def test_an_edit_while_a_run_is_paused_is_told_and_nothing_is_lost(
    window: MainWindow, stopping: Stopping, qtbot: QtBot
) -> None:
    """The paused run is one of the graph before the edit; the next run knows the new name."""
    type_condition(stopping, "epoch == 3")
    run_to_stop(qtbot, window)
    window.document.rename("error", "mistake")
    stopping.breakpoints.toggle_node("mistake", "forward")
    qtbot.waitUntil(lambda: rows(stopping)[1][2] != "", timeout=PATIENCE)
    assert "mistake" in rows(stopping)[1][2]
    window.controller.reset()
    run_to_stop(qtbot, window)
    qtbot.waitUntil(lambda: rows(stopping)[1][1] == "1", timeout=PATIENCE)
    assert rows(stopping)[1] == ("mistake · forward", "1", "")
