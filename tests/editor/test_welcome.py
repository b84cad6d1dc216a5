"""The welcome page and the list of recent files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from editor.app import begin
from editor.files.examples import EXAMPLES, examples
from editor.files.recent_menu import RecentMenu
from editor.files.sketch_picture import sketch_pixmap
from editor.files.sketches import sketch_of_file
from editor.settings import Settings
from editor.theme import DARK, LIGHT
from editor.welcome.page import WelcomePage
from editor.window import MainWindow
from engine.formats.graph_file import load_graph_file
from engine.formats.sketch import read_sketch, sketch_of
from engine.graph import FileFormatError, NodeKind
from tests.editor.test_files_on_disk import shown  # noqa: F401 - a fixture
from tests.editor.test_windows import saved


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def page(qapp: QApplication, settings: Settings) -> Iterator[WelcomePage]:
    page = WelcomePage(settings)
    page.resize(900, 700)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    yield page
    page.deleteLater()


@pytest.fixture
def window(shown: MainWindow) -> Iterator[MainWindow]:  # noqa: F811 - the fixture
    shown.activateWindow()
    yield shown
    for other in shown.windows.all[1:]:
        other.close_without_asking()
    shown.document.new()
    shown.welcome.leave()


def recent(settings: Settings, tmp_path: Path, *names: str) -> list[Path]:
    """Files that were opened one after the other, the last one first."""
    files = [saved(tmp_path / f"{name}.graph", "Placeholder", "Variable") for name in names]
    for file in files:
        settings.add_recent_file(file)
    return files[::-1]


# --- the page in the window ------------------------------------------------------------------------------------------


def test_a_start_without_a_file_shows_the_page_and_an_example_takes_its_place(window: MainWindow) -> None:
    begin(window, [])
    assert window.welcome.is_shown and not window.canvas.isVisible()
    titles = [card.text() for card in window.welcome.page.cards]
    assert titles == [example.title for example in examples()] and len(titles) == 3
    QTest.keyClick(window.welcome.page.cards[1], Qt.Key.Key_Return)
    assert window.document.path == EXAMPLES / "xor.graph"
    assert not window.welcome.is_shown and window.canvas.isVisible()


def test_a_start_with_a_file_shows_the_file(window: MainWindow, tmp_path: Path) -> None:
    begin(window, [saved(tmp_path / "a.graph", "Variable")])
    assert not window.welcome.is_shown and window.canvas.isVisible()


def test_the_page_gives_way_to_whatever_is_made(window: MainWindow) -> None:
    for make in (
        window.welcome.page.new.click,
        lambda: window.document.add_node("Placeholder", (0, 0)),
        window.document.undo_stack.undo,
        lambda: QTest.keyClick(window.welcome.page, Qt.Key.Key_Escape),
    ):
        window.welcome.show_page.trigger()
        assert window.welcome.is_shown
        make()
        assert not window.welcome.is_shown and window.canvas.isVisible()


def test_opening_from_the_page(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "a.graph", "Variable")
    window.welcome.show()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: ([str(path)], ""))
    window.welcome.page.open.click()
    assert window.document.path == path and not window.welcome.is_shown
    window.document.new()
    window.welcome.show()
    row = window.welcome.page.rows[0]
    assert row.path == path
    row.open.click()
    assert window.document.path == path and not window.welcome.is_shown


# --- the page alone --------------------------------------------------------------------------------------------------


def test_everything_on_the_page_is_reached_with_tab(page: WelcomePage, settings: Settings, tmp_path: Path) -> None:
    recent(settings, tmp_path, "a", "b")
    page.refresh()
    QApplication.processEvents()
    page.new.setFocus()
    seen = []
    for _ in range(20):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(seen[-1], Qt.Key.Key_Tab)
    wanted = [page.new, page.open, *page.cards]
    wanted += [button for row in page.rows for button in (row.open, row.pin, row.forget)]
    assert len(wanted) == 11 and all(widget in seen for widget in wanted)
    assert all(widget.accessibleName() for widget in wanted[2:])


def test_recent_files_are_pinned_and_taken_off(page: WelcomePage, settings: Settings, tmp_path: Path) -> None:
    c, b, a = recent(settings, tmp_path, "a", "b", "c")
    page.refresh()
    assert [row.path for row in page.rows] == [c, b, a]
    page.rows[2].pin.click()
    assert [row.path for row in page.rows] == [a, c, b] and page.rows[0].pin.isChecked()
    page.rows[1].forget.click()
    assert [row.path for row in page.rows] == [a, b] and c.exists()
    page.rows[0].pin.click()
    assert [row.path for row in page.rows] == [b, a]


def test_a_missing_file_is_shown_as_such(page: WelcomePage, settings: Settings, tmp_path: Path) -> None:
    b, a = recent(settings, tmp_path, "a", "b")
    b.unlink()
    page.refresh()
    assert [row.path for row in page.rows] == [b, a]
    assert [row.open.isEnabled() for row in page.rows] == [False, True]


def test_pinned_files_stay_however_many_are_opened(settings: Settings, tmp_path: Path) -> None:
    (first,) = recent(settings, tmp_path, "first")
    settings.pin_file(first, True)
    recent(settings, tmp_path, *[f"other{number}" for number in range(12)])
    assert settings.remembered_files[0] == str(first) and len(settings.remembered_files) == 11
    settings.clear_recent_files()
    assert settings.remembered_files == [str(first)]
    settings.forget_file(first)
    assert settings.remembered_files == []


# --- the menu --------------------------------------------------------------------------------------------------------


def test_the_menu_lists_them_with_a_picture_and_marks_missing_ones(
    page: WelcomePage, settings: Settings, tmp_path: Path
) -> None:
    opened: list[Path] = []
    menu = RecentMenu(settings, opened.append, page)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["No recent files"]
    b, a = recent(settings, tmp_path, "a", "b")
    b.unlink()
    menu.aboutToShow.emit()
    missing, there = menu.actions()[:2]
    assert (missing.text(), missing.isEnabled()) == ("b.graph (missing)", False)
    there.trigger()
    assert opened == [a]
    menu.hovered.emit(there)
    assert "data:image/png" in there.toolTip() and str(a) in there.toolTip()
    menu.hovered.emit(QAction(menu))


# --- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["linear_regression", "xor", "digits"])
def test_a_sketch_shows_every_node_and_wire(name: str) -> None:
    path = EXAMPLES / f"{name}.graph"
    model, sketch = load_graph_file(path), read_sketch(path)
    ops = model.graph.get_operations()
    assert [(x, y) for x, y, _ in sketch.nodes] == [model.positions[op.name] for op in ops]
    assert [kind for _, _, kind in sketch.nodes] == [op.kind for op in ops]
    numbers = {op.name: number for number, op in enumerate(ops)}
    wires = sorted((numbers[wire.source.op.name], numbers[wire.target.name]) for wire in model.graph.wires())
    assert sorted(sketch.wires) == wires


def test_a_sketch_of_what_could_not_be_built() -> None:
    data = b'{"nodes": [{"name": "a", "type": "FromTheFuture", "position": [1, 2]}, {"name": "b", "type": "Add"}]}'
    sketch = sketch_of(data, "a.graph")
    assert sketch.nodes == ((1.0, 2.0, None),) and sketch.count == 2
    with pytest.raises(FileFormatError, match="is no graph"):
        sketch_of(b"[1, 2]", "a.graph")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_picture_has_the_colours_of_its_nodes(qapp: QApplication, theme: object) -> None:
    sketch = read_sketch(EXAMPLES / "linear_regression.graph")
    image = sketch_pixmap(sketch, QSize(400, 240), 1.0, theme).toImage()  # type: ignore[arg-type]
    colors = {image.pixelColor(x, y).name() for x in range(400) for y in range(240)}
    assert NodeKind.PLACEHOLDER in [kind for _, _, kind in sketch.nodes]
    for token in ("canvas", "surface", "forward", "update"):
        assert getattr(theme, token).name() in colors


def test_the_picture_of_a_file_follows_the_file(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.graph", "Variable")
    assert (found := sketch_of_file(path)) is not None and found.count == 1
    assert sketch_of_file(path) is found
    saved(path, "Variable", "Constant")
    assert (found := sketch_of_file(path)) is not None and found.count == 2
    path.write_text("nonsense", encoding="utf-8")
    assert sketch_of_file(path) is None and sketch_of_file(tmp_path / "none.graph") is None


def test_cards_stand_where_they_have_room(page: WelcomePage, settings: Settings, tmp_path: Path, qtbot: QtBot) -> None:
    recent(settings, tmp_path, "one", "two")
    page.refresh()
    for width, columns in ((900, 3), (560, 2), (440, 1)):
        page.resize(width, 460)
        qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0)
        assert len({card.x() for card in page.cards}) == columns
