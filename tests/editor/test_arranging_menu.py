"""Edit ▸ Arrange in the window: what can be chosen, what it does, and what is kept between starts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.settings import Settings
from engine.model import FlowDirection
from tests.editor import gui
from tests.editor.window_kit import show_window


def test_the_menu_arranges_frames_writes_and_turns_the_graph(qtbot: QtBot, tmp_path: Path) -> None:
    window = show_window(qtbot, tmp_path, 1200, 800)
    document, canvas, feature = window.document, window.canvas, window.features.arranging
    names = [document.add_node("Placeholder", (place * 240.0, place * 35.0)) for place in range(4)]
    actions = [*feature.alignments, *feature.distributions, feature.frame, feature.collapse]
    canvas.select([])
    assert not any(action.isEnabled() for action in actions)
    canvas.select(names[:1])
    assert [action.isEnabled() for action in actions] == [False] * 8 + [True] * 2
    canvas.select(names)
    assert all(action.isEnabled() for action in actions)
    assert all(action.statusTip() for action in actions)

    by_name = {action.text().replace("&", ""): action for action in actions}
    by_name["Align top"].trigger()
    assert {document.position(name)[1] for name in names} == {0.0}
    by_name["Align centres"].trigger()
    assert len({document.position(name)[0] for name in names}) == 1
    by_name["Distribute vertically"].trigger()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert [document.position(name)[0] for name in names] == [0.0, 240.0, 480.0, 720.0]

    canvas.select(names[:2])
    feature.frame.trigger()
    editor = canvas.area_editor
    assert editor.line.isVisible()
    QTest.keyClicks(editor.line, "Inputs")
    gui.press_key(editor.line, Qt.Key.Key_Return)
    assert document.model.frames[0].title == "Inputs"
    assert feature.colors.isEnabled()
    feature.colors.actions()[1].trigger()
    assert document.model.frames[0].color == "blue"
    assert window.edit.rename.isEnabled()
    window.edit.rename.trigger()
    assert editor.line.isVisible()
    gui.press_key(editor.line, Qt.Key.Key_Escape)
    window.edit.copy.trigger()
    window.edit.paste.trigger()
    assert len(document.model.frames) == 2
    assert canvas.selected_areas() == [document.model.frames[1]]
    window.edit.cut.trigger()
    assert len(document.model.frames) == 1

    feature.note.trigger()
    QTest.keyClicks(editor.text, "a note")
    gui.press_key(editor.text, Qt.Key.Key_Escape)
    assert [note.text for note in document.model.notes] == ["a note"]

    feature.top_to_bottom.trigger()
    assert document.model.direction is FlowDirection.DOWN
    assert feature.top_to_bottom.isChecked()
    document.undo_stack.undo()
    assert not feature.top_to_bottom.isChecked()

    assert canvas.snapping.to_grid
    assert canvas.snapping.to_neighbours
    feature.snap_to_grid.trigger()
    feature.snap_to_neighbours.trigger()
    assert not canvas.snapping.to_grid
    assert not canvas.snapping.to_neighbours
    kept = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert not kept.snap_to_grid
    assert not kept.snap_to_neighbours

    canvas.laying_out.began.emit(5000)
    assert feature.progress.isVisibleTo(window)
    canvas.laying_out.progressed.emit(0.5)
    assert feature.progress.bar.value() == 50
    canvas.laying_out.discarded.emit("The layout was given up.")
    canvas.laying_out.ended.emit()
    assert not feature.progress.isVisibleTo(window)
    assert window.status.refusal == "The layout was given up."
    document.undo_stack.setClean()
    QApplication.clipboard().clear()
    window.close()
