"""The backward graph in the window: it follows edits, is tied to the canvas, shows the step's numbers, and is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from editor.canvas.geometry import PortKey
from editor.features.step_graph_builder import placed_step
from editor.theme import current_theme
from editor.window import MainWindow
from engine.formats.graph_file import load_graph_file, save_graph_file
from engine.model import Model
from engine.training.check import check_model
from tests.editor.gui import click, hover
from tests.editor.window_kit import show_window
from tests.engine.models import linear_regression

PATIENCE = 60_000


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1400, 1000)
    save_graph_file(linear_regression(), tmp_path / "model.graph")
    window.open_path(tmp_path / "model.graph")
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with the backward graph switched on, by its key."""
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    wait_for_step(window, qtbot)
    return window


def wait_for_step(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.features.backward_graph.step is not None, timeout=PATIENCE)


def pane_of(window: MainWindow):
    return window.features.backward_graph.pane


def nodes_of(window: MainWindow):
    return pane_of(window).canvas.graph_scene.nodes


def on_node(view, name: str) -> QPoint:
    return view.mapFromScene(view.graph_scene.nodes[name].pos() + QPointF(80, 12))


# --- what is drawn ---------------------------------------------------------------------------------------------------


def test_the_key_draws_the_generated_nodes_and_hides_them_again(window, shown):
    pane = pane_of(window)
    assert pane.isVisible() and pane.is_showing
    assert set(nodes_of(window)) > set(window.document.names()) - {"train"}
    assert {item.phase for item in nodes_of(window).values()} == {"forward", "backward", "update"}
    assert pane.counts.text() == "9 forward, 10 gradient and 6 update nodes"
    theme = current_theme()
    assert nodes_of(window)["gradients/product_grad/mul"].color(theme) == theme.backward
    assert nodes_of(window)["train/update_W/AssignSub"].color(theme) == theme.update
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not pane.isVisible()


def test_gradients_flow_back_under_the_forward_pass_to_the_updates_at_its_left(shown):
    nodes = nodes_of(shown)
    seed, last = nodes["gradients/grad_ys"], nodes["gradients/product_grad/SumToShapeOf"]
    assert last.x() < seed.x()
    assert min(item.y() for item in nodes.values() if item.phase == "backward") > nodes["cost"].y()
    updates = [item for item in nodes.values() if item.phase == "update"]
    assert max(item.box.right() for item in updates) < nodes["W"].x()
    assert max(item.box.bottom() for item in updates) < seed.y()
    given, taken = last.port_position(PortKey(False, "output", 0)), last.port_position(PortKey(True, "x", 0))
    assert given is not None and taken is not None and given.x() < taken.x()
    forward = nodes["product"]
    given, taken = forward.port_position(PortKey(False, "output", 0)), forward.port_position(PortKey(True, "x", 0))
    assert given is not None and taken is not None and given.x() > taken.x()


def test_no_two_nodes_overlap(shown):
    boxes = [item.box for item in nodes_of(shown).values()]
    assert not any(a.intersects(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])


def test_it_follows_edits_and_undo(shown, qtbot):
    document = shown.document
    assert "gradients/hypothesis_grad/SumToShapeOf" in nodes_of(shown)
    document.set_attribute("b", "trainable", False)
    qtbot.waitUntil(lambda: "train/update_b/AssignSub" not in nodes_of(shown), timeout=PATIENCE)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: "train/update_b/AssignSub" in nodes_of(shown), timeout=PATIENCE)


def test_a_graph_without_a_step_says_why_and_comes_back(shown, qtbot):
    pane = pane_of(shown)
    shown.document.delete(["train"])
    qtbot.waitUntil(lambda: not pane.is_showing, timeout=PATIENCE)
    assert "There is no optimizer" in pane.empty.label.text()
    shown.document.undo_stack.undo()
    qtbot.waitUntil(lambda: pane.is_showing, timeout=PATIENCE)


def test_nothing_can_be_changed_in_it(shown):
    view = pane_of(shown).canvas
    click(view.viewport(), on_node(view, "gradients/product_grad/mul"))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert "gradients/product_grad/mul" in nodes_of(shown)
    assert "it can be looked at, not changed" in shown.status.refusal


# --- tied to the canvas ----------------------------------------------------------------------------------------------


def test_a_selected_node_selects_its_gradients_and_updates(shown):
    pane = pane_of(shown).canvas
    click(shown.canvas.viewport(), on_node(shown.canvas, "product"))
    assert set(pane.selected_nodes()) == {
        *("product", "gradients/product_grad/mul", "gradients/product_grad/SumToShapeOf"),
        "gradients/squared_error_grad/mul_1",  # the gradient of the loss to the product
    }
    click(shown.canvas.viewport(), on_node(shown.canvas, "W"))
    assert set(pane.selected_nodes()) == {*("W", "gradients/product_grad/SumToShapeOf", "train/update_W/AssignSub")}
    click(shown.canvas.viewport(), on_node(shown.canvas, "train"))
    assert set(pane.selected_nodes()) == {name for name, item in nodes_of(shown).items() if item.phase == "update"}


def test_a_selected_gradient_selects_the_node_that_it_comes_from(shown):
    pane = pane_of(shown).canvas
    click(pane.viewport(), on_node(pane, "gradients/squared_error_grad/mul"))
    assert shown.canvas.selected_nodes() == ["squared_error"]
    assert pane.selected_nodes() == ["gradients/squared_error_grad/mul"]
    click(pane.viewport(), on_node(pane, "train/update_W/AssignSub"))
    assert shown.canvas.selected_nodes() == ["train"]
    assert shown.inspector.node is not None


def test_hovering_brings_out_what_belongs_together(shown):
    pane = pane_of(shown).canvas
    hover(shown.canvas.viewport(), on_node(shown.canvas, "product"))
    assert nodes_of(shown)["gradients/product_grad/mul"].is_hovered
    assert not nodes_of(shown)["gradients/cost_grad/truediv"].is_hovered
    hover(shown.canvas.viewport(), QPoint(5, 5))
    assert not nodes_of(shown)["gradients/product_grad/mul"].is_hovered
    hover(pane.viewport(), on_node(pane, "gradients/cost_grad/truediv"))
    assert shown.canvas.graph_scene.nodes["cost"].is_hovered


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_the_values_of_a_step_come_as_it_is_stepped_through(shown, qtbot):
    shown.controller.step_batch()

    def value(name):
        shown_value = nodes_of(shown)[name].value
        return None if shown_value is None else shown_value.array

    qtbot.waitUntil(lambda: value("train/update_W/AssignSub") is not None, timeout=PATIENCE)
    np.testing.assert_array_equal(value("gradients/product_grad/SumToShapeOf"), [-35.0])
    np.testing.assert_array_equal(value("gradients/hypothesis_grad/SumToShapeOf"), [-12.0])
    np.testing.assert_array_equal(value("train/update_W/AssignSub"), np.array([4.5], np.float32))
    last = [name for name, item in nodes_of(shown).items() if item.step is not None]
    assert len(last) == 1 and last[0].endswith("/AssignSub")
    shown.controller.step_phase(-2)
    qtbot.waitUntil(lambda: value("gradients/product_grad/SumToShapeOf") is None, timeout=PATIENCE)
    assert value("cost") == 41.0
    assert nodes_of(shown)["cost"].step.is_done and not nodes_of(shown)["gradients/grad_ys"].step.is_done


# --- saving ----------------------------------------------------------------------------------------------------------


def test_it_is_saved_as_a_graph_of_its_own(shown, tmp_path, monkeypatch):
    target = tmp_path / "elsewhere" / "step.graph"
    target.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    QTest.keyClick(shown, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    saved = load_graph_file(target)
    assert check_model(saved, target.parent) == []
    assert set(nodes_of(shown)) == {op.name for op in saved.graph.get_operations()}
    shown.open_path(target)
    assert "gradients/product_grad/mul" in shown.document.names()


def test_a_graph_without_a_step_is_not_saved(shown, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("asks where to save nothing"))
    shown.document.delete(["train"])
    shown.features.backward_graph.save.trigger()
    assert "There is no optimizer" in shown.status.refusal


# --- large graphs ----------------------------------------------------------------------------------------------------


def test_what_is_generated_for_many_nodes_is_folded():
    model = deep_model(12)
    step = placed_step(model, None)
    assert {"gradients/product_3_grad", "train/update_W_5"} <= step.model.folded
    assert "gradients" not in step.model.folded
    assert set(step.model.positions) == {op.name for op in step.model.graph.get_operations()}


def test_of_a_step_too_large_to_be_drawn_the_part_of_the_selection_is(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("editor.features.step_excerpt.MOST_DRAWN", 20)
    save_graph_file(deep_model(12), tmp_path / "deep.graph")
    window.open_path(tmp_path / "deep.graph")
    window.features.backward_graph.toggle.trigger()
    wait_for_step(window, qtbot)
    pane = pane_of(window)
    assert not pane.is_showing and "Select nodes" in pane.empty.label.text()
    window.canvas.select(["product_3"])
    assert pane.is_showing
    assert "gradients/product_3_grad/mul" in nodes_of(window)
    assert "gradients/product_9_grad/mul" not in nodes_of(window)
    assert set(pane.canvas.selected_nodes()) >= {"product_3", "gradients/product_3_grad/mul"}
    boxes = [item.box for item in nodes_of(window).values()]
    assert not any(a.intersects(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
    window.canvas.select([])
    assert not pane.is_showing


def deep_model(layers: int) -> Model:
    model = linear_regression()
    graph = model.graph
    tensor = graph.operation("hypothesis").output
    for number in range(layers):
        weight = graph.create("Variable", attributes={"initial_value": [0.5]}, name=f"W_{number}").output
        tensor = graph.apply("Tanh", graph.apply("Multiply", tensor, weight, name=f"product_{number}"))
    graph.connect(tensor, graph.operation("error"), "x")
    return model
