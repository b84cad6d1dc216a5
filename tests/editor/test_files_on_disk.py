"""What other programs and the disk do to a document's file: nothing is lost, and the person is told in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.document import Document
from editor.files.watch import FileState, FileWatch, is_read_only
from editor.settings import Settings
from editor.window import MainWindow
from engine.formats.graph_file import load_graph_file
from tests.editor.test_windows import answers, saved


@pytest.fixture(scope="module")
def shown(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all tests: making it takes longer than they do."""
    store = QSettings(str(tmp_path_factory.mktemp("settings") / "settings.ini"), QSettings.Format.IniFormat)
    window = build_window(qapp, None, Settings(store))
    window.show()
    window.canvas.set_motion_reduced(True)
    yield window
    window.close_without_asking()
    QApplication.processEvents()


@pytest.fixture
def window(shown: MainWindow, tmp_path: Path) -> Iterator[MainWindow]:
    shown.open_path(saved(tmp_path / "a.graph", "Variable"))
    yield shown
    shown.document.new()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.graph"


def press(window: MainWindow, name: str) -> None:
    button = next(button for button in window.notice.buttons if button.text() == name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def change(window: MainWindow, qtbot: QtBot, path: Path, *types: str) -> None:
    """Another program replaces the file, as good programs do: at one stroke."""
    os.replace(saved(path.with_name("new"), *types), path)
    qtbot.waitUntil(window.notice.isVisible, timeout=5000)


def names(path: Path) -> list[str]:
    return [op.name for op in load_graph_file(path).graph.get_operations()]


# --- changed by another program --------------------------------------------------------------------------------------


def test_a_changed_file_is_told_of_and_reloaded(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    assert not window.notice.isVisible()
    change(window, qtbot, path, "Placeholder", "Constant")
    assert "“a.graph” was changed" in window.notice.label.text()
    assert window.document.names() == ["variable0"]
    press(window, "Reload")
    assert window.document.names() == ["placeholder0", "constant1"]
    assert window.document.is_clean and not window.notice.isVisible()


@pytest.mark.parametrize("answer", ["Reload", "Cancel"])
def test_reloading_asks_where_edits_would_be_lost(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    window.document.add_node("Placeholder", (0, 0), "mine")
    change(window, qtbot, path, "Constant")
    asked = answers(monkeypatch, answer)
    press(window, "Reload")
    assert len(asked) == 1
    assert window.document.names() == (["constant0"] if answer == "Reload" else ["variable0", "mine"])
    assert window.notice.isVisible() == (answer == "Cancel")


def test_keeping_mine_makes_the_document_unsaved_and_saving_replaces(
    window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(window, qtbot, path, "Constant")
    asked = answers(monkeypatch, "Cancel")
    press(window, "Keep mine")
    assert not window.notice.isVisible() and not window.document.is_clean
    assert window.files.save_document()
    assert names(path) == ["variable0"] and asked == []


def test_comparing_shows_both_and_leaves_the_choice(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    change(window, qtbot, path, "Variable", "Constant")
    press(window, "Compare")
    assert window.features.comparing.pane.isVisible()
    assert window.notice.isVisible()


@pytest.mark.parametrize("answer", ["Replace", "Save as…", "Cancel"])
def test_saving_over_a_changed_file_asks(
    window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    other = path.with_name("b.graph")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(other), ""))
    window.document.add_node("Placeholder", (0, 0), "mine")
    os.replace(saved(path.with_name("new"), "Constant"), path)
    asked = answers(monkeypatch, answer)
    assert window.files.save_document() == (answer != "Cancel")
    assert len(asked) == 1 and "changed by another program" in asked[0]
    assert names(path) == (["variable0", "mine"] if answer == "Replace" else ["constant0"])
    assert other.exists() == (answer == "Save as…")
    assert window.document.is_clean == (answer != "Cancel")


def test_what_this_window_saves_is_no_change(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    for _ in range(3):
        window.document.add_node("Placeholder", (0, 0))
        assert window.files.save_document()
        qtbot.wait(250)
        assert window.watch.check() is FileState.SAME and not window.notice.isVisible()


def test_a_file_that_is_only_touched_is_the_same(qapp: QApplication, tmp_path: Path) -> None:
    document = Document()
    watch = FileWatch(document, document)
    path = saved(tmp_path / "a.graph", "Variable")
    document.open(path)
    path.touch()
    assert watch.check() is FileState.SAME
    data = path.read_bytes()
    path.write_bytes(b"something")
    assert watch.check() is FileState.CHANGED
    path.write_bytes(data)
    assert watch.check() is FileState.SAME
    path.unlink()
    assert watch.check() is FileState.GONE
    path.write_bytes(data)
    assert watch.check() is FileState.SAME


# --- gone ------------------------------------------------------------------------------------------------------------


def test_a_file_that_is_gone_can_be_written_anew(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    path.rename(path.with_name("moved.graph"))
    qtbot.waitUntil(window.notice.isVisible, timeout=5000)
    assert "deleted, moved or renamed" in window.notice.label.text()
    assert not window.document.is_clean, "it is nowhere but here"
    press(window, "Save again")
    assert names(path) == ["variable0"]
    assert window.document.is_clean and not window.notice.isVisible()


# --- no permission, no room ------------------------------------------------------------------------------------------


def test_a_read_only_file_offers_another_name(window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()
    other = path.with_name("b.graph")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(other), ""))
    for module in ("editor.files.actions", "editor.window"):
        monkeypatch.setattr(f"{module}.is_read_only", lambda file: file == path)
    window.document.add_node("Placeholder", (0, 0), "mine")
    assert "(read-only)" in window.windowTitle()
    asked = answers(monkeypatch, "Cancel", "Save as…")
    assert not window.files.save_document()
    assert "read-only" in asked[0] and not other.exists()
    assert window.files.save_document()
    assert names(other) == ["variable0", "mine"] and path.read_bytes() == before
    assert "(read-only)" not in window.windowTitle()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may write everywhere")
def test_protected_files_and_folders_are_read_only(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.graph")
    assert not is_read_only(path) and not is_read_only(tmp_path / "none.graph")
    path.chmod(0o400)
    assert is_read_only(path)
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    assert is_read_only(path)
    tmp_path.chmod(0o700)


_SAVE_WITH_LITTLE_ROOM = """
import resource, signal, sys
from PySide6.QtWidgets import QApplication
from editor.app import build_window
from editor.document import Document
from engine.graph import EngineError
app = QApplication([])
document = Document()
document.open(sys.argv[1])
for number in range(400):
    document.add_node("Placeholder", (20.0 * number, 0))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    document.save()
except EngineError as error:
    print(error, document.is_clean)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of files are POSIX")
def test_a_disk_without_room_leaves_the_file_whole(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.graph", "Variable")
    before = path.read_bytes()
    root = Path(__file__).resolve().parent.parent.parent
    command = [sys.executable, "-c", _SAVE_WITH_LITTLE_ROOM, str(path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert "could not be saved" in done.stdout and "Free some space" in done.stdout and "False" in done.stdout
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path], "nothing half written is left"


def test_a_save_that_fails_is_told_of_and_nothing_is_lost(
    window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    window.document.add_node("Placeholder", (0, 0), "mine")
    monkeypatch.setattr("engine.formats.storage._write_through", full)
    asked = answers(monkeypatch, "OK")
    assert not window.files.save_document()
    assert len(asked) == 1 and "no space left" in asked[0]
    assert path.read_bytes() == before and not window.document.is_clean
    assert window.document.names() == ["variable0", "mine"]
    monkeypatch.undo()
    assert window.files.save_document() and names(path) == ["variable0", "mine"]
