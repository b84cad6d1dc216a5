"""Files dropped on the window: graphs and pictures open, data goes to a placeholder, anything else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog

from editor.export.files import export_picture
from editor.export.picture import PictureOptions, picture_rect
from editor.window import MainWindow
from engine.formats.graph_file import load_graph_file
from engine.model import CsvColumns, NumpyArray
from tests.editor.gui import drop
from tests.editor.test_files_on_disk import shown  # noqa: F401 - a fixture
from tests.editor.test_windows import answers, paths, saved


@pytest.fixture
def window(shown: MainWindow) -> Iterator[MainWindow]:  # noqa: F811 - the fixture
    yield shown
    for other in shown.windows.all[1:]:
        other.close_without_asking()
    shown.document.new()


@pytest.fixture
def told(window: MainWindow) -> Iterator[list[str]]:
    told: list[str] = []
    window.drops.refused.connect(told.append)
    yield told
    window.drops.refused.disconnect(told.append)


def drop_files(window: MainWindow, files: list[Path], at: QPointF | None = None) -> bool:
    """Drops files on the canvas, at a point of the scene."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    viewport = window.canvas.viewport()
    place = QPoint(40, 40) if at is None else window.canvas.mapFromScene(at)
    taken = drop(viewport, place, mime)
    QApplication.processEvents()
    return taken


def test_graphs_open_in_a_window_each(window: MainWindow, tmp_path: Path) -> None:
    files = [saved(tmp_path / "a.graph", "Variable"), saved(tmp_path / "b.graph", "Constant")]
    assert drop_files(window, files)
    assert paths(window) == files


def test_a_dropped_graph_leaves_what_is_open(window: MainWindow, tmp_path: Path) -> None:
    window.document.add_node("Placeholder", (0, 0), "mine")
    drop_files(window, [saved(tmp_path / "a.graph")])
    assert window.document.names() == ["mine"]
    assert paths(window) == [None, tmp_path / "a.graph"]


def test_the_graph_in_a_picture_opens_and_is_saved_beside_it(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.document.add_node("Placeholder", (0, 0), "seen")
    scene = window.canvas.graph_scene
    picture = tmp_path / "a.png"
    export_picture(scene, picture, picture_rect(scene), PictureOptions(), window.document.model, "a")
    window.document.new()
    before = picture.read_bytes()
    drop_files(window, [picture])
    assert window.document.names() == ["seen"]
    window.document.add_node("Placeholder", (300, 0), "more")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "a.graph"), ""))
    assert window.files.save_document()
    assert picture.read_bytes() == before
    assert len(load_graph_file(tmp_path / "a.graph").graph) == 2


def test_data_dropped_on_a_placeholder_is_its_data(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.zeros((4, 3), np.float32))
    window.document.add_node("Placeholder", (0, 0), "x")
    drop_files(window, [path], QPointF(60, 20))
    assert window.document.model.data == {"x": NumpyArray(path.as_posix())}
    assert window.document.names() == ["x"] and window.canvas.selected_nodes() == ["x"]
    window.document.undo_stack.undo()
    assert window.document.model.data == {}


def test_data_dropped_beside_makes_a_placeholder_in_one_step(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "my data.csv"
    path.write_text("height,name,weight\n1,a,2\n3,b,4\n", encoding="utf-8")
    window.document.add_node("Variable", (0, 0), "W")
    drop_files(window, [path], QPointF(60, 20))
    assert window.document.names() == ["W", "my_data"]
    assert window.document.model.data == {"my_data": CsvColumns(path.as_posix(), ("height", "weight"))}
    window.document.undo_stack.undo()
    assert window.document.names() == ["W"]


def test_data_is_named_as_seen_from_the_document(window: MainWindow, tmp_path: Path) -> None:
    window.open_path(saved(tmp_path / "a.graph"))
    np.savez(tmp_path / "two.npz", first=np.zeros(2), second=np.zeros(3))
    drop_files(window, [tmp_path / "two.npz"])
    assert window.document.model.data == {"two": NumpyArray("two.npz", "first")}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("letter.txt", b"hello", "letter.txt cannot be opened here"),
        ("words.csv", b"a,b\nx,y\n", "no column of numbers"),
        ("broken.npy", b"nonsense", "broken.npy"),
        ("empty.csv", b"", "empty.csv"),
        ("empty.npz", b"PK\x05\x06" + 18 * b"\0", "empty.npz"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(
    window: MainWindow, told: list[str], tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    drop_files(window, [tmp_path / name])
    assert len(told) == 1 and says in told[0]
    assert window.document.names() == [] and window.document.is_clean


def test_a_picture_without_a_graph_is_told_of(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, "OK")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    drop_files(window, [tmp_path / "photo.png"])
    assert len(asked) == 1 and "photo.png" in asked[0]


def test_a_folder_is_refused_and_the_rest_opens(window: MainWindow, told: list[str], tmp_path: Path) -> None:
    (tmp_path / "folder.graph").mkdir()
    drop_files(window, [tmp_path / "folder.graph", saved(tmp_path / "a.graph")])
    assert len(told) == 1 and "folder.graph" in told[0]
    assert paths(window) == [tmp_path / "a.graph"]


def test_text_is_no_file(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("relu(x)")
    assert not drop(window.canvas.viewport(), QPoint(40, 40), mime)
