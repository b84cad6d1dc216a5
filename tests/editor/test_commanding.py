"""The command palette, and giving commands other keys."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from editor.commanding.commands import Command, bare_text
from editor.commanding.keys import KeyFileError, KeyMap
from editor.commanding.keys_dialog import KeysDialog
from editor.commanding.search import command_rows
from editor.files.examples import EXAMPLES
from editor.settings import Settings
from tests.editor.window_kit import show_window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1200, 800)
    window.open_path(EXAMPLES / "linear_regression.graph")
    yield window
    window.document.undo_stack.setClean()
    window.close()


def activate(window) -> None:
    """Without a window manager a window stays inactive when a popup over it is closed."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)


# --- the command palette -----------------------------------------------------------------------------------------


def test_a_command_is_found_and_done_by_keyboard(window):
    activate(window)
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    palette = window.features.commanding.palette
    assert palette.isVisible()
    assert QApplication.focusWidget() is palette.search
    QTest.keyClicks(palette.search, "select all")
    assert palette.rows()[0].title == "Select all"
    assert palette.rows()[0].keys == "Ctrl+A"
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.canvas.selected_nodes() == window.document.names()
    # What was done last comes first.
    window.features.commanding.open()
    assert palette.rows()[0].title == "Select all"
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_every_command_of_the_menus_is_there(window):
    commands = {command.action for command in window.menus.commands()}
    for owner in (window.files, window.edit, window.view):
        for action in vars(owner).values():
            if isinstance(action, QAction):
                assert action in commands, bare_text(action.text())
    titles = {command.title for command in window.menus.commands()}
    assert {"Export picture…", "Minimap", "Linear regression", "Dark", "Outline", "Quit"} <= titles


def test_words_of_the_description_and_the_place_find_it_too(window):
    window.features.commanding.open()
    palette = window.features.commanding.palette
    QTest.keyClicks(palette.search, "examples xor")
    assert palette.rows()[0].title == "XOR with a hidden layer"
    palette.search.clear()
    QTest.keyClicks(palette.search, "whole graph small corner")
    assert [row.title for row in palette.rows()] == ["Minimap"]
    palette.search.clear()
    QTest.keyClicks(palette.search, "qqqqqq")
    assert palette.rows() == []
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_what_is_not_possible_now_is_listed_and_not_done(window):
    window.document.undo_stack.clear()
    window.features.commanding.open()
    palette = window.features.commanding.palette
    QTest.keyClicks(palette.search, "undo")
    (row,) = [row for row in palette.rows() if row.title == "Undo"]
    assert not row.is_enabled
    assert "not possible now" in palette.view.model().index(palette.rows().index(row), 0).data(
        Qt.ItemDataRole.AccessibleTextRole
    )
    palette.close()


def test_it_goes_to_nodes(window):
    window.features.commanding.open()
    palette = window.features.commanding.palette
    QTest.keyClicks(palette.search, "@hyp")
    assert palette.rows()[0].title == "hypothesis"
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.canvas.selected_nodes() == ["hypothesis"]


@pytest.fixture
def some(qapp) -> list[Command]:
    titles = ("Copy", "Copy as picture", "Paste", "Select all", "Arrange")
    return [Command(title, QAction(title), "Edit") for title in titles]


def test_equal_matches_stand_as_they_were_used(some):
    assert [row.title for row in command_rows(some, "a", ["Select all"])][:2] == ["Arrange", "Select all"]
    assert [row.title for row in command_rows(some, "", ["Paste", "Arrange"])][:3] == ["Paste", "Arrange", "Copy"]
    assert [row.title for row in command_rows(some, "copy", [])] == ["Copy", "Copy as picture"]


# --- keys --------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(some, tmp_path) -> KeyMap:
    for command, text in zip(some, ("Ctrl+C", "", "Ctrl+V", "Ctrl+A", "Ctrl+L"), strict=True):
        command.action.setShortcut(text)
    keys = KeyMap(Settings(QSettings(str(tmp_path / "keys.ini"), QSettings.Format.IniFormat)))
    keys.take(some)
    return keys


def shortcuts(keys: KeyMap) -> list[str]:
    return [command.action.shortcut().toString() for command in keys.commands]


def test_keys_are_assigned_taken_over_removed_and_reset(keys):
    copy, picture, paste, *_ = keys.commands
    keys.assign(picture, QKeySequence("Ctrl+V"))
    assert shortcuts(keys) == ["Ctrl+C", "Ctrl+V", "", "Ctrl+A", "Ctrl+L"]
    assert "Ctrl+V" in picture.action.toolTip()
    keys.clear(copy)
    assert shortcuts(keys)[0] == ""
    keys.reset(paste)
    assert shortcuts(keys) == ["", "", "Ctrl+V", "Ctrl+A", "Ctrl+L"]
    keys.reset_all()
    assert shortcuts(keys) == ["Ctrl+C", "", "Ctrl+V", "Ctrl+A", "Ctrl+L"]
    assert not any(keys.is_changed(command) for command in keys.commands)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["assign", "clear", "reset"]), st.integers(0, 5)), max_size=12
    )
)
def test_whatever_is_done_no_two_commands_have_the_same_keys(qapp, steps):
    store = QSettings("/nonexistent/keys.ini", QSettings.Format.IniFormat)
    commands = [Command(f"c{number}", QAction(f"Command {number}"), "Edit") for number in range(5)]
    for number, command in enumerate(commands):
        command.action.setShortcut(f"Ctrl+{number}")
    keys = KeyMap(Settings(store))
    store.clear()
    keys.take(commands)
    for number, step, key in steps:
        match step:
            case "assign":
                keys.assign(commands[number], QKeySequence(f"Ctrl+{key}"))
                assert commands[number].action.shortcut().toString() == f"Ctrl+{key}"
            case "clear":
                keys.clear(commands[number])
            case _:
                keys.reset(commands[number])
                assert commands[number].action.shortcut().toString() == f"Ctrl+{number}"
        held = [text for text in shortcuts(keys) if text]
        assert len(held) == len(set(held))
    keys.reset_all()
    assert shortcuts(keys) == [f"Ctrl+{number}" for number in range(5)]


def test_keys_are_kept_exported_and_read_again(keys, some, tmp_path):
    keys.assign(some[1], QKeySequence("F12"))
    data = keys.export()
    assert json.loads(data) == {"format": "chainrule.keys", "keys": {"Copy as picture": ["F12"]}}
    keys.reset_all()
    keys.read(data)
    assert shortcuts(keys)[1] == "F12"
    for wrong, sentence in (
        (b"{", "That is no file of keys"),
        (b'{"format": "other", "keys": {}}', 'does not say "format"'),
        (b'{"format": "chainrule.keys", "keys": {"Copy": ["no such key"]}}', "'no such key', the key of Copy"),
        (b'{"format": "chainrule.keys", "keys": {"Copy": 3}}', "That is no file of keys"),
    ):
        with pytest.raises(KeyFileError, match=sentence):
            keys.read(wrong)
        assert shortcuts(keys)[1] == "F12"


def test_the_dialog_by_keyboard(window, qtbot):
    dialog = KeysDialog(window.menus.keys, window.windows.apply_keys, window)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClicks(dialog.search, "arrange the")
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "duplicate")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.command is not None
    assert dialog.command.title == "Duplicate"
    assert dialog.focusWidget() in (dialog.edit, dialog.edit.focusProxy(), *dialog.edit.children())
    dialog.edit.setKeySequence(QKeySequence("Ctrl+S"))
    assert dialog.refusal.text() == "Ctrl+S belongs to “Save”, which would lose it."
    assert dialog.assign.text() == "T&ake over"
    QTest.mouseClick(dialog.assign, Qt.MouseButton.LeftButton)
    assert window.edit.duplicate.shortcut().toString() == "Ctrl+S"
    assert window.files.save.shortcut().isEmpty()
    # The key does it, at once.
    dialog.reject()
    activate(window)
    window.canvas.select(["cost"])
    QTest.keyClick(window, Qt.Key.Key_S, CTRL)
    assert "cost_1" in window.document.graph
    window.menus.keys.reset_all()
    assert window.files.save.shortcut() == QKeySequence(QKeySequence.StandardKey.Save)


def test_changed_keys_are_there_at_the_next_start(window, qtbot, tmp_path):
    command = next(command for command in window.menus.commands() if command.action is window.edit.duplicate)
    window.menus.keys.assign(command, QKeySequence("F12"))
    again = show_window(qtbot, tmp_path, 1000, 700)
    assert again.edit.duplicate.shortcut().toString() == "F12"
    again.close()


def test_a_file_that_is_none_is_told(window, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(box.text()))
    dialog = KeysDialog(window.menus.keys, window.windows.apply_keys, window)
    path = tmp_path / "keys.json"
    path.write_text("nothing")
    dialog.import_from(path)
    dialog.import_from(tmp_path / "none.json")
    assert told[0].startswith("That is no file of keys")
    assert "none.json" in told[1]
    dialog.export_to(tmp_path / "none" / "keys.json")
    assert len(told) == 3
