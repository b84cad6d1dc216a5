"""Reusable blocks in the window and on the canvas, with real keys and mouse; and the library on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import commands
from editor.block_library import BlockLibrary, starter_blocks
from editor.canvas.block_item import BlockItem
from editor.document import Document
from editor.panels.block_parameters import BlockParameters
from editor.window import MainWindow
from engine.formats.graph_file import model_to_bytes
from engine.graph import FileFormatError
from tests.data.build_blocks import BUILDERS, library_text
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.editor.panels_kit import retype, show
from tests.editor.window_kit import show_window

LIBRARY = {name: build() for name, build in BUILDERS.items()}
CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1300, 800)
    yield window
    window.document.undo_stack.setClean()
    window.close()


def block(canvas: Canvas, scope: str) -> BlockItem:
    return canvas.view.graph_scene.blocks.items[scope]


def shown(canvas: Canvas) -> set[str]:
    return {item.name for item in canvas.view.graph_scene.shown()}


def test_a_selection_is_grouped_entered_edited_left_and_ungrouped(window: MainWindow) -> None:
    document, canvas = window.document, window.canvas
    for number, (op_type, name) in enumerate((("Placeholder", "x"), ("Tanh", "tanh"), ("Square", "square"))):
        document.add_node(op_type, (240.0 * number, 0.0), name)
    document.connect("x", "output", "tanh", "x")
    document.connect("tanh", "output", "square", "x")
    before = model_to_bytes(document.model)
    canvas.fit()
    canvas.select(["tanh"])
    blocks = window.features.reusable_blocks
    blocks.group.trigger()
    line = blocks.name_field.line
    assert line.isVisible()
    line.selectAll()
    QTest.keyClicks(line, "a/b")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert blocks.name_field.reason.isVisible()
    line.selectAll()
    QTest.keyClicks(line, "Squash")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert not line.isVisible()
    assert {name: each.definition for name, each in document.model.instances.items()} == {"squash": "Squash"}
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    document.undo_stack.redo()
    canvas.select([])
    item = canvas.graph_scene.blocks.items["squash"]
    gui.double_click(canvas.viewport(), canvas.viewportTransform().map(item.pos() + QPointF(80, 12)))
    assert document.entered == "squash"
    assert {item.name for item in canvas.graph_scene.shown()} == {"squash/x", "squash/tanh", "squash/output"}
    assert window.bodies.crumbs.isVisible()
    (added,) = window.adder.add("Relu", QPointF(0, 200))
    assert added == "squash/Relu"
    assert {item.name for item in canvas.graph_scene.shown()} >= {added}
    gui.press_key(canvas, Qt.Key.Key_Escape)
    gui.press_key(canvas, Qt.Key.Key_Escape)
    assert document.entered == ""
    assert {item.name for item in canvas.graph_scene.shown()} == {"x", "square", "squash"}
    assert not window.bodies.crumbs.isVisible()
    canvas.select(["squash/tanh"])
    blocks.ungroup.trigger()
    assert {"tanh", "Relu", "x", "square"} == set(document.names())
    assert document.model.instances == {}


def test_the_palette_lists_the_library_and_adds_an_instance(window: MainWindow, tmp_path: Path) -> None:
    document = window.document
    entries = window.features.reusable_blocks.bench.entries
    starters = [entry.title for entry in entries.all() if entry.key.startswith("block:starter:")]
    assert starters == list(starter_blocks())
    assert set(starters) == set(BUILDERS)
    document.add_node("Placeholder", (0, 0), "x", {"shape": "[?, 6]"})
    window.canvas.select(["x"])
    window.adder.add("block:starter:Dense", QPointF(300, 0))
    assert document.undo_stack.undoText() == "Add Dense"
    assert document.model.instances.keys() == {"dense"}
    assert document.folded == {"dense"}
    blocks = window.features.reusable_blocks
    blocks.library.folder = tmp_path / "blocks"
    window.canvas.select(["dense/W"])
    blocks.keep.trigger()
    assert window.status.refusal == "The library has the block Dense now."
    assert (tmp_path / "blocks" / "Dense.graph").is_file()
    assert [entry.title for entry in entries.all() if entry.key.startswith("block:")].count("Dense") == 1
    document.undo_stack.undo()
    assert document.names() == ["x"]
    assert document.model.definitions == {}


# --- on the canvas -----------------------------------------------------------------------------------------------


@pytest.fixture
def blocks_canvas(qapp: QApplication) -> Iterator[Canvas]:
    document = Document()
    document.add_node("Placeholder", (0, 0), "x", {"shape": "[?, 6]"})
    document.do(commands.AddBlock(document, "Softmax classifier", LIBRARY, (260.0, 0.0)))
    canvas = Canvas(document)
    yield canvas
    canvas.view.close()
    canvas.view.deleteLater()


def test_a_folded_block_shows_its_ports_by_name_and_takes_wires_there(blocks_canvas: Canvas) -> None:
    canvas = blocks_canvas
    item = block(canvas, "softmax_classifier")
    names = [(port.key.is_input, port.title, port.is_named) for port in item.geometry.ports]
    assert names == [
        (True, "features", True),
        (True, "labels", True),
        (False, "loss", True),
        (False, "probabilities", True),
    ]
    target = next(port for port in item.geometry.ports if port.title == "features")
    end = canvas.at(item.pos() + target.center)
    canvas.drag(canvas.on_output("x"), end)
    assert {(wire.source, wire.target) for wire in canvas.document.wires() if wire.source == "x"} == {
        ("x", "softmax_classifier/features")
    }
    assert canvas.document.operation("softmax_classifier/W").output.shape.known() == (6, 10)


def test_enter_goes_inside_and_alone_leaves_nothing_else(blocks_canvas: Canvas) -> None:
    canvas = blocks_canvas
    canvas.view.select(["softmax_classifier/W"])
    gui.press_key(canvas.view, Qt.Key.Key_Return)
    assert canvas.document.entered == "softmax_classifier"
    assert shown(canvas) == {name for name in canvas.document.names() if name != "x"}
    canvas.document.undo_stack.undo()
    assert canvas.document.entered == ""
    assert shown(canvas) == {"x"}


def test_parameters_are_set_in_the_inspector(qtbot: QtBot) -> None:
    document = Document()
    document.do(commands.AddBlock(document, "Dense", LIBRARY, (0.0, 0.0)))
    section = BlockParameters(document, "dense")
    show(qtbot, section)
    assert list(section.editors) == ["units", "activation"]
    retype(section.editors["units"].field.edit, "24")
    assert document.operation("dense/b").output.shape.known() == (24,)
    retype(section.editors["units"].field.edit, "0")
    assert "too small" in section.editors["units"].field.refusal.text()
    assert document.operation("dense/b").output.shape.known() == (24,)


# --- the library -------------------------------------------------------------------------------------------------


def test_a_block_is_kept_and_read_again(tmp_path: Path) -> None:
    library = BlockLibrary(tmp_path / "blocks")
    assert library.save("Dense", LIBRARY) == "Dense"
    assert library.save("Dense", LIBRARY) == "Dense"
    other = {"Dense": LIBRARY["Dropout"]}
    assert library.save("Dense", other) == "Dense 2"
    again = BlockLibrary(tmp_path / "blocks")
    assert again.problems == []
    assert dict(again.personal["Dense"]) == {"Dense": LIBRARY["Dense"]}
    assert dict(again.personal["Dense 2"]) == {"Dense 2": LIBRARY["Dropout"]}
    again.delete("Dense 2")
    assert set(again.personal) == {"Dense"}


def test_damaged_files_are_named_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Good.graph").write_text(library_text("Dense").replace('"Dense": {', '"Good": {'), encoding="utf-8")
    (tmp_path / "Cut.graph").write_text(library_text("Dense")[:200], encoding="utf-8")
    (tmp_path / "Other name.graph").write_text(library_text("Dense"), encoding="utf-8")
    (tmp_path / "Binary.graph").write_bytes(b"\xff\x00")
    library = BlockLibrary(tmp_path)
    assert set(library.personal) == {"Good"}
    assert len(library.problems) == 3
    for name in ("Cut.graph", "Other name.graph", "Binary.graph"):
        assert any(name in problem for problem in library.problems)


def test_a_library_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way = tmp_path / "blocks"
    in_the_way.write_text("", encoding="utf-8")
    with pytest.raises(FileFormatError, match="could not be made"):
        BlockLibrary(in_the_way).save("Dense", LIBRARY)
    library = BlockLibrary(tmp_path / "full")
    library.save("Dense", LIBRARY)
    before = (library.folder / "Dense.graph").read_bytes()

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FileFormatError, match="no space left"):
        library.save("Dropout", LIBRARY)
    assert [path.name for path in library.folder.iterdir()] == ["Dense.graph"]
    assert (library.folder / "Dense.graph").read_bytes() == before


def test_blocks_of_a_document_are_imported(tmp_path: Path) -> None:
    path = tmp_path / "made.graph"
    path.write_text(library_text("Conv2D"), encoding="utf-8")
    library = BlockLibrary(tmp_path / "blocks")
    assert library.import_file(path) == ["Conv2D"]
    path.write_text('{"format": "chainrule.graph", "version": 1}', encoding="utf-8")
    with pytest.raises(FileFormatError, match="holds no blocks"):
        library.import_file(path)
