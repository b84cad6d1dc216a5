"""The window around the parts: where the focus goes, what the files do, what settings it can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.files.examples import EXAMPLES
from editor.panels.attribute_editor import ChoiceEditor
from editor.panels.fields import RefusalLabel
from editor.question_box import QuestionBox
from editor.settings import Settings
from editor.window import MainWindow
from engine.formats.graph_file import save_graph_file
from engine.model import Model, RunSettings
from tests.editor.gui import turn_wheel


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = build_window(app, None, settings)
    window.resize(1300, 850)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    QApplication.processEvents()
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def add(window: MainWindow, op_type: str, x: float = 0, y: float = 0) -> str:
    [name] = window.adder.add(op_type, QPointF(x, y))
    QApplication.processEvents()
    return name


# --- focus -----------------------------------------------------------------------------------------------------------


def test_a_name_typed_with_f2_goes_back_to_the_canvas(window: MainWindow) -> None:
    add(window, "Placeholder")
    assert window.canvas.hasFocus()
    window.edit.rename.trigger()
    assert window.inspector.node is not None
    edit = window.inspector.node.header.name_edit
    assert edit.selectedText() == "Placeholder"
    # The check of the document comes shortly after the node was added; what is selected stays so.
    window.document.check_now()
    window.inspector.node.refresh()
    assert edit.selectedText() == "Placeholder"
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.document.names() == ["x"]
    assert window.canvas.hasFocus()


def test_a_name_that_is_refused_keeps_the_focus(window: MainWindow) -> None:
    add(window, "Placeholder")
    second = add(window, "Variable", 300)
    window.edit.rename.trigger()
    assert window.inspector.node is not None
    edit = window.inspector.node.header.name_edit
    QTest.keyClicks(edit, "Placeholder")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert second in window.document.names()
    assert edit.hasFocus()
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == second
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_escape_goes_back_to_the_canvas(window: MainWindow) -> None:
    add(window, "Placeholder")
    assert window.inspector.node is not None
    data = window.inspector.node.data
    assert data is not None
    data.kind.setFocus()
    QTest.keyClick(data.kind, Qt.Key.Key_Down)
    text = data.typed.text
    text.setFocus()
    QTest.keyClicks(text, "1, 2")
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert text.toPlainText() == ""
    assert text.hasFocus()
    QTest.keyClicks(text, "3, 4")
    QTest.keyClick(text, Qt.Key.Key_Return)
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert text.toPlainText() == "3, 4"
    assert window.canvas.hasFocus()


def test_the_epochs_typed_in_the_toolbar_go_back_to_the_canvas(window: MainWindow) -> None:
    epochs = window.transport.epochs
    epochs.setFocus()
    epochs.selectAll()
    QTest.keyClicks(epochs, "250")
    QTest.keyClick(epochs, Qt.Key.Key_Return)
    assert window.document.model.run.epochs == 250
    assert window.canvas.hasFocus()


def test_typed_values_chosen_from_the_list_can_be_typed_at_once(window: MainWindow) -> None:
    add(window, "Placeholder")
    assert window.inspector.node is not None
    data = window.inspector.node.data
    assert data is not None
    data.kind.showPopup()
    QApplication.processEvents()
    rows = data.kind.view()
    place = rows.visualRect(data.kind.model().index(data.kind.findText("Typed values"), 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QApplication.processEvents()
    assert data.typed.text.hasFocus()


def test_a_step_with_the_arrow_keys_stays_in_the_list_of_sources(window: MainWindow) -> None:
    add(window, "Placeholder")
    assert window.inspector.node is not None
    data = window.inspector.node.data
    assert data is not None
    data.kind.setFocus()
    QTest.keyClick(data.kind, Qt.Key.Key_Down)
    assert data.kind.currentText() == "Typed values"
    assert data.kind.hasFocus()


# --- adding nodes ----------------------------------------------------------------------------------------------------


def test_nodes_added_one_after_the_other_by_keys_stand_beside_each_other(window: MainWindow) -> None:
    for op_type in ("Placeholder", "Multiply", "GradientDescent", "Square"):
        QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
        assert window.popup.isVisible()
        QTest.keyClicks(window.popup.search, op_type)
        QTest.keyClick(window.popup.search, Qt.Key.Key_Return)
        QApplication.processEvents()
    boxes = [item.box for item in window.canvas.graph_scene.nodes.values()]
    assert len(boxes) == 4
    for number, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[number + 1 :])


# --- the wheel -------------------------------------------------------------------------------------------------------


def test_the_wheel_does_not_change_what_passes_under_the_pointer(window: MainWindow) -> None:
    settings = window.inspector.run_settings
    before = window.document.model.run
    turn_wheel(settings.epochs, QPoint(20, 10), 1)
    turn_wheel(window.transport.epochs, QPoint(20, 10), 1)
    assert window.document.model.run == before
    window.transport.epochs.setFocus()
    turn_wheel(window.transport.epochs, QPoint(20, 10), 1)
    assert window.document.model.run.epochs == before.epochs + 1
    add(window, "Placeholder")
    assert window.inspector.node is not None
    dtype = window.inspector.node.attributes.editors["dtype"]
    assert isinstance(dtype, ChoiceEditor)
    shown = dtype.combo.currentText()
    turn_wheel(dtype.combo, QPoint(20, 10), -1)
    assert dtype.combo.currentText() == shown
    assert window.document.operation("Placeholder").attributes["dtype"].name == shown


# --- files -----------------------------------------------------------------------------------------------------------


def test_run_settings_beyond_what_the_boxes_hold_are_shown_as_their_most(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "large.graph"
    run = RunSettings(epochs=10**30, batch_size=10**12, seed=10**12, held_back=10**12)
    save_graph_file(Model(run=run), path)
    window.open_path(path)
    assert window.transport.epochs.value() == window.transport.epochs.maximum()
    for spin in (window.inspector.run_settings.batch_size, window.inspector.run_settings.seed):
        assert spin.value() == spin.maximum()
    assert window.document.model.run == run
    assert window.document.is_clean


def _answer_replacing(monkeypatch: pytest.MonkeyPatch, button: str) -> list[str]:
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.buttons() if b.text().replace("&", "") == button).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


@pytest.mark.parametrize("button", ["Replace", "Cancel"])
def test_an_ending_that_is_added_replaces_no_file_unasked(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    there = tmp_path / "mine.graph"
    there.write_text("something of value", encoding="utf-8")
    add(window, "Placeholder")
    asked = _answer_replacing(monkeypatch, button)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "mine"), ""))
    saved = window.files.save_document_as()
    assert len(asked) == 1 and "mine.graph" in asked[0]
    assert saved == (button == "Replace")
    assert (there.read_text(encoding="utf-8") == "something of value") == (button == "Cancel")
    assert window.document.is_clean == saved


def test_a_new_file_is_saved_with_its_ending_without_a_question(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(window, "Placeholder")
    asked = _answer_replacing(monkeypatch, "Cancel")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "version.2"), ""))
    assert window.files.save_document_as()
    assert window.document.path == tmp_path / "version.2.graph"
    assert asked == []
    window.document.set_run_settings(replace(window.document.model.run, epochs=7))
    assert window.files.save_document()
    assert asked == []


# --- what the window tells -------------------------------------------------------------------------------------------


def test_a_long_refusal_does_not_widen_the_window(window: MainWindow) -> None:
    width, least = window.width(), window.minimumSizeHint().width()
    sentence = "A sentence that says what was wrong. " * 20
    window.status.show_refusal(sentence)
    QApplication.processEvents()
    assert window.status.refusal == sentence
    assert window.minimumSizeHint().width() == least
    assert window.width() == width


def test_the_next_edit_takes_a_refusal_away(window: MainWindow) -> None:
    window.status.show_refusal("That cannot be.")
    assert window.status.refusal == "That cannot be."
    add(window, "Placeholder")
    assert window.status.refusal == ""


def test_text_that_is_no_graph_is_not_pasted(window: MainWindow) -> None:
    add(window, "Placeholder")
    QApplication.clipboard().setText("a line of a letter")
    window.edit.paste.trigger()
    assert window.document.names() == ["Placeholder"]
    assert window.status.refusal.startswith("The clipboard holds neither nodes nor an expression. Line 1, column 3: ")
    window.canvas.select(["Placeholder"])
    window.edit.copy.trigger()
    window.edit.paste.trigger()
    assert len(window.document.names()) == 2


def test_renaming_keeps_the_inspector_and_what_is_typed_in_it(window: MainWindow) -> None:
    add(window, "Variable")
    shown = window.inspector.node
    assert shown is not None
    edit = shown.header.name_edit
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "W")
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert window.document.names() == ["W"]
    assert window.inspector.node is shown
    assert not shown.header.findChildren(RefusalLabel)[0].isVisible()
    assert window.document.rename("W", "weight")
    assert edit.text() == "weight"


def test_the_value_of_a_node_has_the_nodes_dtype(window: MainWindow) -> None:
    add(window, "Variable")
    window.inspector.show_values({"Variable": np.asarray(float(np.float32(3.3379514e-05)))})
    assert window.inspector.node is not None
    texts = [label.text() for label in window.inspector.node.value.findChildren(QLabel)]
    assert any("float32" in text for text in texts)
    assert not any("float64" in text for text in texts)


def test_every_menu_fits_on_a_small_screen(window: MainWindow) -> None:
    menus = window.findChildren(QMenu)
    assert window.menus.node_menu in menus
    for menu in menus:
        shown = [action for action in menu.actions() if action.isVisible()]
        assert sum(menu.actionGeometry(action).height() for action in shown) <= 660, menu.title()


def test_menus_show_which_panels_are_open(window: MainWindow) -> None:
    for dock in window.docks.by_name.values():
        action = dock.toggleViewAction()
        assert action.isCheckable() and not action.isIconVisibleInMenu()


def test_a_panel_behind_another_tab_is_brought_forward_before_it_is_hidden(window: MainWindow) -> None:
    window.docks.bring("plot")
    QApplication.processEvents()
    dock = window.docks.by_name["values"]
    action = dock.toggleViewAction()
    assert dock.visibleRegion().isEmpty()
    action.trigger()
    QApplication.processEvents()
    assert not dock.visibleRegion().isEmpty() and action.isChecked()
    action.trigger()
    assert dock.isHidden() and not action.isChecked()
    action.trigger()
    QApplication.processEvents()
    assert not dock.visibleRegion().isEmpty()


def test_delete_is_the_canvas_key_and_the_menu_tells_of_it(window: MainWindow) -> None:
    add(window, "Placeholder")
    assert window.edit.delete.shortcut().toString() == "Del"
    window.docks.bring("values")
    window.values.view.setFocus()
    QTest.keyClick(window.values.view, Qt.Key.Key_Delete)
    assert window.document.names() == ["Placeholder"]
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.document.names() == []


def test_no_two_actions_have_the_same_key(window: MainWindow) -> None:
    """Of two that do, Qt would do neither, not even where one of them belongs to a part of the window."""
    taken: dict[str, str] = {}
    for action in window.findChildren(QAction):
        for key in action.shortcuts():
            assert key.toString() not in taken, f"{key.toString()}: {taken[key.toString()]} and {action.text()}"
            taken[key.toString()] = action.text()
    assert len(taken) > 60


def test_all_is_deleted_and_comes_back(window: MainWindow) -> None:
    """What follows the selection hears of it between the wires' going and the nodes'."""
    window.open_path(EXAMPLES / "xor.graph")
    nodes, wires = len(window.document.graph), len(list(window.document.graph.wires()))
    window.canvas.setFocus()
    window.canvas.select_all()
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert len(window.document.graph) == 0
    assert window.canvas.selected_nodes() == []
    window.edit.undo.trigger()
    QApplication.processEvents()
    assert (len(window.document.graph), len(list(window.document.graph.wires()))) == (nodes, wires)
    assert len(window.canvas.graph_scene.wires) == wires


def test_the_buttons_of_a_question_keep_room_for_their_words(window: MainWindow) -> None:
    box = QuestionBox(window)
    box.setText("?")
    button = box.addButton("Discard all of the changes", QMessageBox.ButtonRole.DestructiveRole)
    box.show()
    QApplication.processEvents()
    assert button.minimumWidth() > button.fontMetrics().horizontalAdvance(button.text())
    assert button.width() >= button.minimumWidth()
    box.close()
