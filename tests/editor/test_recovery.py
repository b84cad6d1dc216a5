"""After a crash, what was edited is offered: at the next start, and when the file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import begin, open_all
from editor.recovery import places
from editor.recovery.dialog import RecoveryDialog
from editor.window import MainWindow
from engine.formats.graph_file import load_graph_file, model_from_bytes, model_to_bytes
from engine.formats.journal import read_journal
from tests.editor.gui import press_key
from tests.editor.recovery_kit import leave_journal
from tests.editor.test_windows import answers, saved
from tests.editor.window_kit import show_window


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder."""
    folder = tmp_path / "state"
    for module in ("editor.app", "editor.window"):
        monkeypatch.setattr(f"{module}.state_folder", lambda: folder)
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, folder: Path) -> Iterator[MainWindow]:
    first = show_window(qtbot, tmp_path, 1000, 700)
    windows = first.windows
    yield first
    for left in windows.all:
        left.close_without_asking()
    QApplication.processEvents()


def dialog() -> RecoveryDialog | None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, RecoveryDialog) and w.isVisible()]
    assert len(shown) <= 1
    return shown[0] if shown else None


def offered() -> RecoveryDialog:
    found = dialog()
    assert found is not None
    return found


def test_nothing_is_offered_where_nothing_was_lost(window: MainWindow) -> None:
    begin(window, [])
    assert dialog() is None


def test_a_start_offers_what_was_lost_and_recovers_it_unsaved(window: MainWindow, tmp_path: Path, folder: Path) -> None:
    path = saved(tmp_path / "a.graph", "Variable")
    before = path.read_bytes()
    journal = leave_journal(folder, path, ("first", "second"))
    begin(window, [])
    (card,) = offered().cards
    assert not offered().all.isVisible()
    card.recover.click()
    assert dialog() is None
    document = window.document
    assert document.names() == ["variable0", "first", "second"]
    assert document.path == path and not document.is_clean and window.isWindowModified()
    assert path.read_bytes() == before
    assert document.position("second") == (200.0, 40.0)
    window.journal.flush()
    assert not journal.exists(), "a journal of this process has taken its place"
    assert window.journal.journal is not None
    kept = read_journal(window.journal.journal)
    assert kept.edits == 2 and kept.data is not None
    assert model_to_bytes(model_from_bytes(kept.data, "")) == model_to_bytes(document.model)
    document.save()
    window.journal.flush()
    assert load_graph_file(path).graph.operation("second") is not None
    assert places.left_journals(folder) == [] and window.journal.journal is None


def test_several_are_recovered_each_into_a_window(window: MainWindow, tmp_path: Path, folder: Path) -> None:
    leave_journal(folder, saved(tmp_path / "a.graph"))
    leave_journal(folder, None, ("never_saved",))
    begin(window, [])
    assert offered().all.isVisible()
    offered().all.click()
    found = {(each.document.title, *each.document.names()) for each in window.windows.all}
    assert found == {("a", "lost"), ("Untitled", "never_saved")}
    assert dialog() is None


def test_later_offers_again_and_discard_gives_up(window: MainWindow, tmp_path: Path, folder: Path) -> None:
    path = saved(tmp_path / "a.graph", "Variable")
    before = path.read_bytes()
    journal = leave_journal(folder, path)
    begin(window, [])
    press_key(offered(), Qt.Key.Key_Escape)
    assert dialog() is None and journal.exists()
    begin(window, [])
    offered().cards[0].discard.click()
    assert dialog() is None and not journal.exists()
    begin(window, [])
    assert dialog() is None and path.read_bytes() == before and window.document.names() == []


def test_opening_the_file_offers_it_too(window: MainWindow, tmp_path: Path, folder: Path) -> None:
    a, b = saved(tmp_path / "a.graph", "Variable"), saved(tmp_path / "b.graph", "Constant")
    leave_journal(folder, a)
    open_all(window, [b])
    assert dialog() is None
    open_all(window, [a])
    offered().cards[0].recover.click()
    assert [each.document.names() for each in window.windows.all] == [["constant0"], ["variable0", "lost"]]
    assert window.windows.all[1].document.path == a


def test_a_file_named_at_the_start_is_offered_once(window: MainWindow, tmp_path: Path, folder: Path) -> None:
    path = saved(tmp_path / "a.graph")
    leave_journal(folder, path)
    begin(window, [path])
    offered().cards[0].recover.click()
    assert dialog() is None
    assert [each.document.names() for each in window.windows.all] == [["lost"]]


def test_other_edits_of_the_same_file_are_not_overwritten(
    window: MainWindow, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, "OK")
    path = saved(tmp_path / "a.graph")
    open_all(window, [path])
    journal = leave_journal(folder, path)
    window.document.add_node("Variable", (0, 0), "mine")
    begin(window, [])
    offered().cards[0].recover.click()
    assert len(asked) == 1 and "Save or close it" in asked[0]
    assert window.document.names() == ["mine"] and journal.exists()
    offered().later.click()


def test_of_a_damaged_journal_what_is_whole_is_offered_and_it_is_kept_aside(
    window: MainWindow, tmp_path: Path, folder: Path
) -> None:
    journal = leave_journal(folder, None, ("whole",))
    damage = journal.read_bytes() + b"00000000 {broken}\n"
    journal.write_bytes(damage)
    begin(window, [])
    offered().cards[0].recover.click()
    assert window.document.names() == ["whole"]
    window.journal.flush()
    (aside,) = folder.glob("*.damaged")
    assert aside.read_bytes() == damage and not journal.exists()


def test_a_journal_that_is_no_journal_is_told_of_and_kept_aside(
    window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, "OK")
    folder.mkdir()
    (folder / "abc.journal").write_bytes(b"what is this\n")
    begin(window, [])
    assert dialog() is None
    assert len(asked) == 1 and "damaged" in asked[0] and "abc.journal.damaged" in asked[0]
    assert (folder / "abc.journal.damaged").read_bytes() == b"what is this\n"


def test_closing_a_window_leaves_nothing_to_recover(
    window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "Discard changes")
    window.document.add_node("Variable", (0, 0))
    window.journal.flush()
    assert len(list(folder.iterdir())) == 1
    window.close()
    assert list(folder.iterdir()) == []
