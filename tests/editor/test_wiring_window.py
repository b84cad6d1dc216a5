"""What the window's menus, keys and panels do with wires."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.palette_mime import PALETTE_MIME_TYPE
from editor.window import MainWindow
from editor.wire_id import WireId
from engine.formats.graph_file import model_to_bytes
from tests.editor.gui import drop, press_key
from tests.editor.window_kit import show_window

WIRE = WireId("x", "output", "square", "x", 0)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1300, 850)
    document = window.document
    for op_type, name, position, attributes in (
        ("Placeholder", "x", (0, 0), {"shape": "[?, 3]"}),
        ("Square", "square", (400, 0), {}),
        ("MatMul", "product", (800, 0), {}),
        ("Variable", "W", (400, 200), {"shape": "[3, 2]"}),
    ):
        document.add_node(op_type, position, name, attributes)
    for source, target, port in (("x", "square", "x"), ("square", "product", "x"), ("W", "product", "y")):
        assert document.connect(source, "output", target, port)
    document.undo_stack.clear()
    window.canvas.fit()
    window.activateWindow()
    QApplication.processEvents()
    yield window
    document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def test_a_problem_of_the_list_leads_to_its_node_and_offers_repairs(window: MainWindow) -> None:
    document = window.document
    assert document.set_attribute("W", "shape", "[4, 2]")
    document.check_now()
    before = model_to_bytes(document.model)
    number = next(n for n, problem in enumerate(document.problems) if problem.node == "product")
    window.problems.view.setCurrentIndex(window.problems.model.index(number, 0))
    press_key(window.problems.view, Qt.Key.Key_Return)
    card = window.canvas.repairs.card
    assert card.isVisible()
    assert window.canvas.selected_nodes() == ["product"]
    texts = [button.text() for button in card.buttons]
    press_key(card.buttons[texts.index("Change the shape of W from (4, 2) to (3, 2)")], Qt.Key.Key_Return)
    assert document.operation("product").problem is None
    assert not card.isVisible()
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    # The same from the menu, for the selected node.
    window.canvas.select(["product"])
    assert window.features.wiring.repair.isEnabled()
    window.features.wiring.repair.trigger()
    assert card.isVisible()
    press_key(card.buttons[0], Qt.Key.Key_Escape)
    assert window.inspector.node is not None
    assert window.inspector.node.header.repair.isVisible()
    window.inspector.node.header.repair.click()
    assert card.isVisible()
    window.canvas.select(["x"])
    assert window.inspector.node is not None
    assert not window.inspector.node.header.repair.isVisible()
    assert not window.features.wiring.repair.isEnabled()


def test_ctrl_delete_heals_and_says_where_it_could_not(window: MainWindow) -> None:
    document, canvas = window.document, window.canvas
    canvas.setFocus()
    canvas.select(["square"])
    QTest.keyClick(canvas, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert WireId("x", "output", "product", "x", 0) in document.wires()
    refusals: list[str] = []
    canvas.refused.connect(lambda reason, place: refusals.append(reason))
    canvas.select(["x"])
    window.features.wiring.heal.trigger()
    assert document.names() == ["product", "W"]
    assert refusals == ["Nothing could be joined to 'x' of product: nothing flowed into what was deleted."]


def test_the_palette_puts_what_is_chosen_into_the_selected_wire(window: MainWindow) -> None:
    document, canvas = window.document, window.canvas
    before = model_to_bytes(document.model)
    canvas.graph_scene.select_only([], [WIRE])
    press_key(canvas, Qt.Key.Key_Tab)
    QTest.keyClicks(window.popup.search, "tanh")
    press_key(window.popup.search, Qt.Key.Key_Return)
    (name,) = set(document.names()) - {"x", "square", "product", "W"}
    assert document.operation(name).type == "Tanh"
    assert {("x", name), (name, "square")} <= {(wire.source, wire.target) for wire in document.wires()}
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before


def test_what_is_dragged_from_the_palette_onto_a_wire_goes_into_it_if_it_fits(window: MainWindow) -> None:
    document, canvas = window.document, window.canvas
    middle = canvas.viewportTransform().map(canvas.middle_of(WIRE))
    refusals: list[str] = []
    canvas.refused.connect(lambda reason, place: refusals.append(reason))
    mime = QMimeData()
    mime.setData(PALETTE_MIME_TYPE, b"Placeholder")
    assert drop(canvas.viewport(), middle, mime)
    assert "does not fit into the wire from x to square" in refusals[-1]
    assert WIRE in document.wires()
    document.undo_stack.undo()
    mime.setData(PALETTE_MIME_TYPE, b"Relu")
    assert drop(canvas.viewport(), middle, mime)
    assert WIRE not in document.wires()
    assert document.undo_stack.undoText() == "Insert Relu between x and square"
    assert len(refusals) == 1


def test_a_point_is_added_to_the_selected_wire_and_wires_are_straightened_by_key(window: MainWindow) -> None:
    document, canvas = window.document, window.canvas
    wiring = window.features.wiring
    assert not wiring.reroute.isEnabled()
    canvas.graph_scene.select_only([], [WIRE])
    assert not wiring.straighten.isEnabled()
    wiring.reroute.trigger()
    assert len(document.model.routes[WIRE]) == 1
    assert wiring.straighten.isEnabled()
    wiring.straighten.trigger()
    assert document.model.routes == {}
    assert document.undo_stack.count() == 2
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.viewport().cursor().shape() is Qt.CursorShape.CrossCursor
    press_key(canvas, Qt.Key.Key_Escape)
    assert canvas.viewport().cursor().shape() is not Qt.CursorShape.CrossCursor


def test_no_two_actions_have_the_same_shortcut(window: MainWindow) -> None:
    wiring = window.features.wiring
    own = [wiring.repair, wiring.heal, wiring.knife, wiring.reroute]
    taken = [
        (action.text(), keys.toString())
        for action in window.findChildren(QAction)
        if action not in own
        for keys in action.shortcuts()
    ]
    for action in own:
        assert action.statusTip()
        assert [text for text, keys in taken if keys == action.shortcut().toString()] == []


def test_a_click_with_the_right_button_selects_the_wire_that_its_menu_is_about(window: MainWindow) -> None:
    canvas = window.canvas
    middle = canvas.viewportTransform().map(canvas.middle_of(WIRE)).toPoint()
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, middle)
    assert canvas.selected_wires() == [WIRE]
    canvas.customContextMenuRequested.emit(middle)
    assert window.menus.wire_menu.isVisible()
    assert not window.menus.node_menu.isVisible()
    wiring = window.features.wiring
    assert {wiring.reroute, wiring.straighten, window.edit.delete} <= set(window.menus.wire_menu.actions())
    window.menus.wire_menu.close()
    canvas.select(["square"])
    canvas.customContextMenuRequested.emit(middle)
    assert window.menus.node_menu.isVisible()
    window.menus.node_menu.close()
