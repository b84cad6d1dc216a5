"""The list of steps: names, the present one, the saved one, and going to any of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.panels.history_panel import HistoryPanel
from engine.formats.graph_file import model_to_bytes
from tests.editor.panels_kit import show

Role = Qt.ItemDataRole


def texts(panel: HistoryPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def states(panel: HistoryPanel) -> list[str]:
    return [panel.model.index(row).data(Role.AccessibleDescriptionRole) for row in range(panel.model.rowCount())]


def test_it_lists_the_steps_and_goes_to_the_one_that_is_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document()
    panel = HistoryPanel(document.undo_stack)
    show(qtbot, panel)
    assert panel.empty.isVisible() and not panel.list.isVisible()
    content = [model_to_bytes(document.model)]
    document.add_node("Placeholder", (0, 0), "x")
    content.append(model_to_bytes(document.model))
    document.save(tmp_path / "a.graph")
    document.rename("x", "images")
    content.append(model_to_bytes(document.model))
    document.move_nodes({"images": (40, 40)})
    content.append(model_to_bytes(document.model))
    assert panel.list.isVisible()
    assert texts(panel) == ["As it was opened", "Add Placeholder", "Rename x to images", "Move images"]
    assert states(panel) == ["undo 3 steps", "saved, undo 2 steps", "undo 1 step", "the document is here"]
    assert panel.list.currentIndex().row() == 3

    place = panel.list.visualRect(panel.model.index(1)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert model_to_bytes(document.model) == content[1] and document.is_clean
    assert states(panel)[1] == "saved, the document is here"
    assert panel.model.index(2).data(Role.ForegroundRole) is not None
    assert panel.model.index(1).data(Role.ForegroundRole) is None

    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert model_to_bytes(document.model) == content[1]
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert model_to_bytes(document.model) == content[3]
    QTest.keyClick(panel.list, Qt.Key.Key_Home)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert model_to_bytes(document.model) == content[0]
    document.add_node("Variable", (0, 0))
    assert texts(panel) == ["As it was opened", "Add Variable"]
    document.new()
    assert panel.empty.isVisible()


def test_it_catches_up_when_it_is_seen_again(qtbot: QtBot) -> None:
    document = Document()
    panel = HistoryPanel(document.undo_stack)
    show(qtbot, panel)
    panel.hide()
    document.add_node("Placeholder", (0, 0), "x")
    panel.show()
    assert panel.list.currentIndex().data() == "Add Placeholder"
