"""Several documents, each in a window of its own: opening, bringing to the front, closing, quitting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from editor.app import open_all
from editor.window import MainWindow
from editor.windows import DocumentWindow
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from tests.editor.window_kit import show_window


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    first = show_window(qtbot, tmp_path, 1000, 700)
    windows = first.windows
    yield first
    for left in windows.all:
        left.close_without_asking()
    QApplication.processEvents()


def saved(path: Path, *types: str) -> Path:
    lines = [f'{{"name": "{kind.lower()}{n}", "type": "{kind}"}}' for n, kind in enumerate(types)]
    path.write_text(
        '{"format": "chainrule.graph", "version": 1, "nodes": [' + ", ".join(lines) + '], "wires": [], "data": {}}',
        encoding="utf-8",
    )
    return path


def answers(monkeypatch: pytest.MonkeyPatch, *buttons: str) -> list[str]:
    """What the boxes ask, each answered with the next of these buttons."""
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        wanted = buttons[min(len(asked), len(buttons) - 1)]
        asked.append(box.text())
        next(b for b in box.buttons() if b.text().replace("&", "") == wanted).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


def paths(window: MainWindow) -> list[Path | None]:
    return [each.document.path for each in window.windows.all]


def edit(window: DocumentWindow) -> None:
    window.document.add_node("Placeholder", (0, 0))


def test_each_file_has_a_window_and_the_empty_one_is_used_first(window: MainWindow, tmp_path: Path) -> None:
    a, b = saved(tmp_path / "a.graph", "Placeholder"), saved(tmp_path / "b.graph", "Variable", "Variable")
    open_all(window, [a, b])
    assert paths(window) == [a, b]
    assert [each.document.names() for each in window.windows.all] == [["placeholder0"], ["variable0", "variable1"]]


def test_a_file_that_is_open_is_not_opened_twice(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    a, b = saved(tmp_path / "a.graph", "Placeholder"), saved(tmp_path / "b.graph", "Variable")
    open_all(window, [a, b])
    edit(window)
    (tmp_path / "link.graph").symlink_to(a)
    for name in (a, tmp_path / "link.graph", tmp_path / "." / "a.graph"):
        other = window.windows.all[1]
        other.activateWindow()
        qtbot.waitUntil(other.isActiveWindow)
        open_all(window, [name])
        assert paths(window) == [a, b]
        qtbot.waitUntil(window.isActiveWindow)
    assert len(window.document.names()) == 2, "what was edited in it is kept"


def test_a_file_that_cannot_be_opened_leaves_no_window(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(window)
    asked = answers(monkeypatch, "OK")
    bad = tmp_path / "bad.graph"
    bad.write_text("no graph at all", encoding="utf-8")
    open_all(window, [bad, tmp_path / "none.graph"])
    assert paths(window) == [None]
    assert len(asked) == 2 and "bad.graph" in asked[0] and "none.graph" in asked[1]


def test_a_new_window_has_a_document_of_its_own_and_takes_what_was_copied(window: MainWindow) -> None:
    edit(window)
    window.canvas.select_all()
    window.edit.copy.trigger()
    window.window_menu.new_window.trigger()
    other = window.windows.all[1]
    assert isinstance(other, MainWindow)
    assert other.document.names() == [] and other.controller is not window.controller
    other.edit.paste.trigger()
    assert other.document.names() == window.document.names()
    assert not other.document.is_clean


def test_the_window_menu_lists_all_and_brings_them_to_the_front(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    open_all(window, [saved(tmp_path / "a.graph"), saved(tmp_path / "b.graph")])
    edit(window)
    menu = window.window_menu.menu
    menu.aboutToShow.emit()
    listed = [(action.text(), action.isChecked()) for action in menu.actions() if action.isCheckable()]
    assert listed == [("&1 a*", True), ("&2 b", False)]
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    next(action for action in menu.actions() if action.text() == "&2 b").trigger()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window.windows.all[1])


def test_a_closed_window_leaves_the_others(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    open_all(window, [saved(tmp_path / "a.graph"), saved(tmp_path / "b.graph"), saved(tmp_path / "c.graph")])
    second = window.windows.all[1]
    with qtbot.waitSignal(second.destroyed):
        second.close()
    assert paths(window) == [tmp_path / "a.graph", tmp_path / "c.graph"]


def test_quitting_asks_for_each_and_cancel_keeps_every_window(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [saved(tmp_path / f"{name}.graph") for name in "abc"]
    open_all(window, files)
    for each in window.windows.all[:2]:
        edit(each)
    asked = answers(monkeypatch, "Save", "Cancel")
    window.window_menu.quit.trigger()
    assert len(asked) == 2 and "a" in asked[0] and "b" in asked[1]
    assert paths(window) == files
    before = model_to_bytes(window.windows.all[1].document.model)
    assert len(model_from_bytes(files[0].read_bytes(), "a").graph) == 1, "what was answered with Save is saved"
    asked = answers(monkeypatch, "Discard changes")
    assert window.windows.quit()
    assert len(asked) == 1 and paths(window) == []
    assert files[1].read_bytes() != before


def test_what_was_open_is_known_at_the_next_start(window: MainWindow, tmp_path: Path) -> None:
    files = [saved(tmp_path / "a.graph"), saved(tmp_path / "b.graph")]
    open_all(window, files)
    window.files.reopen.setChecked(True)
    settings = window.files.settings
    assert window.windows.quit()
    assert settings.reopens_files and settings.open_files == [str(path) for path in files]
    files[0].unlink()
    assert settings.open_files == [str(files[1])]
