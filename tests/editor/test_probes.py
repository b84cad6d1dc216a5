"""Probes on the canvas: pinned by key, moved and removed with the mouse, following the run, remembered."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.canvas.probe_item import WIDTH, Reading
from editor.settings import Settings
from editor.theme import Appearance, ThemeManager, current_theme
from editor.window import MainWindow
from engine.debugger.moment import Moment
from engine.debugger.tensors.statistics import statistics
from engine.debugger.tensors.tensor_name import Kind, TensorName
from tests.editor.gui import click, double_click, drag, hover
from tests.editor.test_tensors import PATIENCE, open_model, step, window  # noqa: F401
from tests.engine.models import classifier

W = TensorName("W")
GRADIENT = TensorName("W", 0, Kind.GRADIENT)


def press_p(window: MainWindow, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:  # noqa: F811
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_P, keys)


def probes(window: MainWindow):  # noqa: F811
    return window.canvas.graph_scene.probes


def at(window: MainWindow, tensor: TensorName, offset: QPointF) -> QPointF:  # noqa: F811
    return window.canvas.viewportTransform().map(probes(window).items[tensor].scenePos() + offset)


@pytest.fixture
def pinned(window):  # noqa: F811
    """Value and gradient of W."""
    window.canvas.zoom_reset()
    window.canvas.select(["W"])
    window.canvas.center_on("W")
    press_p(window)
    press_p(window, Qt.KeyboardModifier.ShiftModifier)
    assert probes(window).shown == [W, GRADIENT]
    QApplication.processEvents()
    return window


def test_cards_do_not_cover_the_node_or_each_other(pinned):
    boxes = [item.box for item in probes(pinned).items.values()]
    assert not boxes[0].intersects(boxes[1])
    nodes = pinned.canvas.graph_scene.nodes.values()
    assert not any(box.intersects(node.box) for box in boxes for node in nodes)


def test_cards_follow_the_cursor_forwards_and_back(pinned, step, qtbot):  # noqa: F811
    value, gradient = probes(pinned).items.values()
    step(lambda: pinned.controller.step_phase())
    qtbot.waitUntil(lambda: value.text == "1", timeout=PATIENCE)
    assert gradient.text == "–", "not computed yet is no zero"
    step(lambda: pinned.controller.step_phase())
    error = np.array([2, 3, 4, 5.0]) - [5, 8, 11, 14]
    expected = np.mean(2 * error * [1, 2, 3, 4])
    qtbot.waitUntil(lambda: gradient.text == f"{expected:.5g}", timeout=PATIENCE)
    step(lambda: pinned.controller.step_phase())
    qtbot.waitUntil(lambda: value.text == f"{1 - 0.1 * expected:.5g}", timeout=PATIENCE)
    step(lambda: pinned.controller.step_batch(-1))
    qtbot.waitUntil(lambda: value.text == "1" and gradient.text == "–", timeout=PATIENCE)


def test_a_card_moves_with_the_mouse_and_with_its_node(pinned):
    item = probes(pinned).items[W]
    before = item.scenePos()
    start = at(pinned, W, QPointF(60, 30))
    drag(pinned.canvas.viewport(), start, start + QPointF(50, 40))
    moved = QPointF(50, 40)
    assert (item.scenePos() - before - moved).manhattanLength() <= 10, "it stands on the grid"
    assert item.x() % 10 == item.y() % 10 == 0
    moved = item.scenePos() - before
    assert dict(probes(pinned).pinned)[W] == (item.pos().x(), item.pos().y())
    x, y = pinned.document.position("W")
    pinned.document.move_nodes({"W": (x + 100, y)})
    assert item.scenePos() == before + moved + QPointF(100, 0)


def test_escape_puts_a_dragged_card_back(pinned):
    item = probes(pinned).items[W]
    before = item.pos()
    start = at(pinned, W, QPointF(60, 30))

    def escape() -> None:
        assert item.pos() != before
        QTest.keyClick(pinned.canvas, Qt.Key.Key_Escape)

    drag(pinned.canvas.viewport(), start, start + QPointF(50, 40), before_release=escape)
    assert item.pos() == before


def test_the_cross_and_the_key_remove_and_a_double_click_opens(pinned):
    double_click(pinned.canvas.viewport(), at(pinned, GRADIENT, QPointF(60, 30)))
    assert pinned.features.tensors.panel.tensor == GRADIENT
    place = at(pinned, GRADIENT, QPointF(WIDTH - 12, 12))
    hover(pinned.canvas.viewport(), place)
    click(pinned.canvas.viewport(), place)
    assert probes(pinned).shown == [W]
    press_p(pinned)
    assert probes(pinned).shown == []
    press_p(pinned)
    pinned.features.probing.unpin_all.trigger()
    assert probes(pinned).shown == []


def test_probes_go_and_come_back_with_their_node_and_its_name(pinned):
    pinned.document.rename("W", "weight")
    assert probes(pinned).shown == [TensorName("weight"), TensorName("weight", 0, Kind.GRADIENT)]
    pinned.document.delete(["weight"], [])
    assert probes(pinned).shown == []
    pinned.document.undo_stack.undo()
    assert len(probes(pinned).shown) == 2
    pinned.document.undo_stack.undo()
    assert probes(pinned).shown == [W, GRADIENT]


def test_probes_are_remembered_with_the_document(pinned, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    kept = probes(pinned).pinned
    path = pinned.document.path
    open_model(pinned, classifier(), folder)
    assert probes(pinned).shown == []
    pinned.open_path(path)
    assert probes(pinned).pinned == kept
    assert isinstance(pinned.settings, Settings) and len(pinned.settings.probes(path)) == 2


def test_an_edit_marks_cards_as_old_and_another_run_empties_them(pinned, step, qtbot):  # noqa: F811
    item = probes(pinned).items[W]
    step(lambda: pinned.controller.step_batch())
    qtbot.waitUntil(lambda: item.text != "–", timeout=PATIENCE)
    pinned.document.set_attribute("train", "learning_rate", 0.5)
    assert item.is_stale
    pinned.controller.reset()
    qtbot.waitUntil(lambda: item.text == "–" or not item.is_stale, timeout=PATIENCE)


def test_a_large_tensor_has_its_shape_a_heat_strip_and_a_curve_of_norms(window, qtbot):  # noqa: F811
    window.canvas.zoom_reset()
    window.canvas.center_on("W")
    probes(window).pin(W)
    item = probes(window).items[W]
    ThemeManager.instance().set_appearance(Appearance.LIGHT)
    for batch in range(3):
        array = np.full((3, 40), batch + 1.0)
        item.show_reading(Reading(Moment(0, batch, 0), statistics(array), np.array([1.0, -1.0])))
    assert item.text == "[3, 40]"
    assert item.curve == pytest.approx([np.sqrt(120) * (batch + 1) for batch in range(3)])
    item.show_reading(Reading(Moment(0, 1, 0), statistics(np.zeros((3, 40))), np.zeros(2)))
    assert item.curve == pytest.approx([np.sqrt(120), 0]), "the run went back"
    item.show_reading(Reading(Moment(0, 2, 0), statistics(np.ones((3, 40))), np.array([1.0, -1.0])))

    def shows_heat() -> bool:
        image = window.canvas.viewport().grab().toImage()
        colours = {image.pixelColor(at(window, W, QPointF(x, 29)).toPoint()).name() for x in range(70, 150, 2)}
        return {current_theme().backward.name(), current_theme().forward.name()} <= colours

    # While it zooms, the canvas is painted in less detail.
    qtbot.waitUntil(shows_heat, timeout=PATIENCE)


def test_nothing_selected_is_said(window):  # noqa: F811
    window.canvas.select([])
    window.features.probing.pin_value.trigger()
    assert "Select a node or a wire first" in window.status.refusal
