"""Pictures of a graph: what they show, what is inside, and that they open again."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from editor.canvas.scene import GraphScene
from editor.document import Document
from editor.export.command import main
from editor.export.dialog import ExportDialog
from editor.export.files import LONGEST_PAGE, export_picture, image_of
from editor.export.picture import PictureOptions, picture_rect
from editor.files.examples import EXAMPLES
from editor.theme import DARK, LIGHT, ThemeManager
from engine.formats.graph_file import load_graph_file, model_to_bytes
from engine.graph import EngineError
from engine.model import CsvColumns
from tests.editor.window_kit import show_window

REGRESSION = EXAMPLES / "linear_regression.graph"


@pytest.fixture
def document(qapp):
    document = Document()
    document.open(REGRESSION)
    return document


@pytest.fixture
def scene(document):
    return GraphScene(document)


def export(scene: GraphScene, path: Path, options: PictureOptions | None = None) -> None:
    model = scene.document.model
    export_picture(scene, path, picture_rect(scene), options or PictureOptions(), model, "regression")


def colors(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_png_has_the_graph_inside_and_opens_again(scene, document, tmp_path):
    path = tmp_path / "regression.png"
    export(scene, path, PictureOptions(scale=1.0))
    image = QImage(str(path))
    assert (image.width(), image.height()) == tuple(picture_rect(scene).size().toTuple())
    assert image.pixelColor(0, 0) == LIGHT.canvas
    again = Document()
    again.open(path)
    assert model_to_bytes(again.model) == model_to_bytes(document.model)
    # The picture is no file to be saved over.
    assert again.path is None
    assert again.is_clean


def test_data_beside_the_picture_is_found_from_it(qapp, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.csv").write_text("x\n1\n2\n")
    document = Document()
    document.add_node("Placeholder", (0, 0), "x")
    document.save(tmp_path / "graph.graph")
    document.set_data("x", CsvColumns("data/rows.csv", ("x",)))
    path = tmp_path / "graph.png"
    scene = GraphScene(document)
    model = document.model_for_folder(tmp_path)
    export_picture(scene, path, picture_rect(scene), PictureOptions(), model, "graph")
    again = Document()
    again.open(path)
    assert Path(again.model.data["x"].path) == tmp_path / "data" / "rows.csv"


def test_an_svg_has_its_texts_as_texts(scene, tmp_path):
    path = tmp_path / "regression.svg"
    export(scene, path)
    root = ElementTree.parse(path).getroot()
    written = "".join(root.itertext())
    for name in ("hypothesis", "cost", "GradientDescent", "regression"):
        assert name in written, name
    size = picture_rect(scene).size()
    assert root.get("viewBox") == f"0 0 {size.width():g} {size.height():g}"
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    # A pixel is a 96th of an inch.
    assert float(root.get("width").removesuffix("mm")) == pytest.approx(size.width() / 96 * 25.4, abs=0.01)
    assert renderer.viewBoxF() == QRectF(0, 0, size.width(), size.height())


def test_a_pdf_has_one_page_of_the_graphs_size(scene, tmp_path):
    path = tmp_path / "regression.pdf"
    export(scene, path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    size = picture_rect(scene).size()
    assert [float(side) for side in box] == pytest.approx([size.width() * 0.75, size.height() * 0.75], abs=1)
    # Its names are written with a font.
    assert b"/Font" in content


def test_a_graph_wider_than_a_page_may_be_is_made_smaller(qapp, tmp_path):
    document = Document()
    document.add_node("Placeholder", (0, 0))
    document.add_node("Placeholder", (40_000, 100))
    path = tmp_path / "wide.pdf"
    export(GraphScene(document), path)
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", path.read_bytes())
    assert float(box[0]) == pytest.approx(LONGEST_PAGE, abs=1)


def test_a_picture_has_its_own_colours_and_no_selection(scene):
    plain = image_of(scene, picture_rect(scene), PictureOptions(LIGHT, scale=1.0))
    told = []
    scene.selection_changed.connect(lambda: told.append(True))
    scene.select_only(["cost"])
    told.clear()
    assert image_of(scene, picture_rect(scene), PictureOptions(LIGHT, scale=1.0)) == plain
    assert scene.selected_names() == ["cost"]
    assert told == []
    dark = image_of(scene, picture_rect(scene), PictureOptions(DARK, scale=1.0))
    assert DARK.surface.name() in colors(dark)
    assert LIGHT.surface.name() not in colors(dark)
    assert ThemeManager.instance().theme is LIGHT
    clear = image_of(scene, picture_rect(scene), PictureOptions(LIGHT, is_transparent=True, scale=1.0))
    assert clear.pixelColor(0, 0).alpha() == 0


def test_what_cannot_be_written_is_a_sentence_and_leaves_the_file(scene, tmp_path):
    path = tmp_path / "regression.png"
    path.write_bytes(b"what was there")
    with pytest.raises(EngineError, match=r"The picture would be \d+ × \d+ pixels\. Choose a smaller scale"):
        export(scene, path, PictureOptions(scale=100))
    assert path.read_bytes() == b"what was there"
    with pytest.raises(EngineError, match=r"graph\.gif is no picture; let its name end in \.png, \.svg or \.pdf\."):
        export(scene, tmp_path / "graph.gif")
    with pytest.raises(EngineError, match="could not be saved"):
        export(scene, tmp_path / "none" / "graph.svg")
    with pytest.raises(EngineError, match="There are no nodes"):
        export(GraphScene(Document()), path)


def test_the_command(qapp, tmp_path, capsys):
    for suffix in ("png", "svg", "pdf"):
        assert main([str(REGRESSION), "-o", str(tmp_path / f"graph.{suffix}"), "--theme", "dark", "--scale", "1"]) == 0
    assert QImage(str(tmp_path / "graph.png")).pixelColor(0, 0) == DARK.canvas
    assert model_to_bytes(load_graph_file(tmp_path / "graph.png")) == model_to_bytes(load_graph_file(REGRESSION))
    capsys.readouterr()
    assert main([str(tmp_path / "none.graph"), "-o", str(tmp_path / "graph.svg")]) == 1
    assert "There is no file" in capsys.readouterr().err
    assert main([str(REGRESSION), "-o", str(tmp_path / "graph.svg"), "--scale", "0"]) == 2
    assert "0 is no scale" in capsys.readouterr().err


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1200, 800)
    window.open_path(REGRESSION)
    yield window
    window.document.undo_stack.setClean()
    window.close()


def test_exporting_from_the_window_by_keyboard(window, tmp_path, monkeypatch):
    path = tmp_path / "part"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(path), ""))
    window.canvas.select(["cost", "train"])
    seen = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        whole = dialog.source
        dialog.part.setFocus()
        QTest.keyClick(dialog.part, Qt.Key.Key_Down)
        seen.append((whole, dialog.source, not dialog.preview.pixmap().isNull()))
        QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
        assert dialog.suffix == ".svg"
        assert not dialog.scale.isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    window.features.exporting.export.trigger()
    ((whole, part, has_preview),) = seen
    assert whole.contains(part)
    assert whole != part
    assert has_preview
    written = "".join(ElementTree.parse(path.with_suffix(".svg")).getroot().itertext())
    assert "cost" in written
    assert str(path.with_suffix(".svg")) in window.status.currentMessage()


def test_a_failure_is_told_in_the_window(window, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(box.text()))
    dialog = ExportDialog(window.canvas.graph_scene, [], window)
    window.features.exporting.write(tmp_path / "none" / "graph.png", dialog)
    assert len(told) == 1
    assert "could not be saved" in told[0]


def test_a_picture_is_copied(window):
    window.features.exporting.copy.trigger()
    image = QGuiApplication.clipboard().image()
    assert not image.isNull()
    assert LIGHT.surface.name() in colors(image.scaledToWidth(300))
    window.document.new()
    assert not window.features.exporting.copy.isEnabled()
    assert not window.features.exporting.export.isEnabled()
