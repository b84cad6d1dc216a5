"""What the clipboard holds becomes nodes: copies, expressions, and a sentence for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import engine as tf
from editor.commands import expression
from editor.commands.expression import AddExpression, paste_text
from editor.document import Document
from editor.features.expressions import ExpressionDialog
from editor.window import MainWindow
from engine.formats.graph_file import model_to_bytes
from engine.graph import EngineError
from engine.model import CsvColumns
from tests.editor.window_kit import show_window

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    yield show_window(qtbot, tmp_path, 1200, 800)
    QGuiApplication.clipboard().clear()


def wires(document: Document) -> set[tuple[str, str, str]]:
    return {(wire.source, wire.target, wire.target_port) for wire in document.wires()}


def test_an_expression_is_wired_to_the_nodes_it_names_and_is_one_undo_step() -> None:
    document = Document()
    document.add_node("Placeholder", (0, 0), "x", {"shape": "[?, 2]"})
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    command = AddExpression(document, "y = relu(x @ W + b)", (100, 50))
    document.do(command)
    assert command.names == ["W", "matmul", "b", "add", "y"]
    assert wires(document) == {
        ("x", "matmul", "x"),
        ("W", "matmul", "y"),
        ("matmul", "add", "x"),
        ("b", "add", "y"),
        ("add", "y", "x"),
    }
    assert document.operation("y").output.shape.as_list() == [None, 1]
    places = [document.position(name) for name in command.names]
    assert len(set(places)) == len(places)
    assert sum((min(axis) + max(axis)) / 2 for axis in zip(*places, strict=True)) == pytest.approx(150)
    assert document.undo_stack.count() == 1 and "y = relu" in document.undo_stack.undoText()
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before


def test_the_same_expression_twice_makes_two_of_it_that_share_what_has_a_name() -> None:
    document = Document()
    for _ in range(2):
        document.do(AddExpression(document, "h = tanh(x * W)", (0, 0)))
    assert set(document.names()) == {"x", "W", "mul", "h", "mul_1", "h_1"}
    assert {("x", "mul_1", "x"), ("W", "mul_1", "y"), ("mul_1", "h_1", "x")} <= wires(document)
    run = tf.Session(graph=document.graph)
    variable = document.operation("W")
    found = run.run(document.operation("h_1").output, {document.operation("x").output: 0.5, variable.output: 2.0})
    np.testing.assert_allclose(found, np.tanh(1.0), rtol=1e-6)


def test_several_wires_of_a_variadic_port_keep_their_order_inside_and_out() -> None:
    document = Document()
    for name in ("x", "z"):
        document.add_node("Placeholder", (0, 0), name)
    document.do(AddExpression(document, "concat([x, new, z, x], 0)", (0, 0)))
    assert [source.op.name for source in document.operation("concat").inputs_of("values")] == ["x", "new", "z", "x"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no text"),
        (" \n ", "no text"),
        ("relu(x", "column 5"),
        ("Dear Sir or Madam", "neither nodes nor an expression"),
        ("<html><body>x</body></html>", "neither nodes nor an expression"),
        ('{"format": "chainrule.graph", "version": 1, "nodes": [', "cut off"),
        ('{"format": "chainrule.graph", "version": 99, "nodes": []}', "99"),
        ('{"a": 1}', "clipboard"),
        ("x" * 100, "characters"),
    ],
)
def test_any_other_text_is_refused_with_a_sentence(text: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "LONGEST_CLIPBOARD", 99)
    document = Document()
    with pytest.raises(EngineError, match=f"(?i){word}"):
        paste_text(document, text, None, (0, 0))
    assert document.names() == [] and document.undo_stack.count() == 0


def test_ctrl_v_pastes_an_expression_and_selects_it(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("a = sigmoid(x)\nb2 = a * 2")
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert set(window.canvas.selected_nodes()) == {"x", "a", "Const", "b2"}
    assert window.document.undo_stack.count() == 1
    visible = window.canvas.camera.visible_rect
    assert all(visible.contains(window.canvas.graph_scene.nodes[name].box) for name in window.document.names())


def test_what_is_no_text_is_refused_at_the_status_bar(window: MainWindow) -> None:
    for fill in ("image", "html", "bytes"):
        mime = QMimeData()
        if fill == "image":
            mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
        else:
            mime.setData("application/x-other" if fill == "bytes" else "application/x-html", b"\0\1")
        QGuiApplication.clipboard().setMimeData(mime)
        window.status.show_refusal("-")
        window.edit.paste.trigger()
        assert "no text" in window.status.refusal
    assert window.document.names() == []


def test_copies_go_from_one_document_to_another_with_their_data(tmp_path: Path) -> None:
    first, second = Document(), Document()
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first.add_node("Placeholder", (0, 0), "x")
    first.add_node("Square", (200, 0), "s")
    assert first.connect("x", "output", "s", "x")
    first.save(tmp_path / "one" / "a.graph")
    second.save(tmp_path / "two" / "b.graph")
    first.set_data("x", CsvColumns("data.csv", ("a",)))
    text = first.copy(["x", "s"])
    for _ in range(2):
        second.do(paste_text(second, text, (300, 300), (0, 0)))
    assert second.names() == ["x", "s", "x_1", "s_1"]
    assert wires(second) == {("x", "s", "x"), ("x_1", "s_1", "x")}
    for name in ("x", "x_1"):
        source = second.model.data[name]
        assert isinstance(source, CsvColumns)
        assert (tmp_path / "two" / source.path).resolve() == (tmp_path / "one" / "data.csv").resolve()


def test_the_field_tells_at_every_key_what_would_be_added(qtbot: QtBot) -> None:
    document = Document()
    document.add_node("Placeholder", (0, 0), "x")
    dialog = ExpressionDialog(document)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.add_button.isEnabled()
    QTest.keyClicks(dialog.edit, "y = relu(x")
    assert "never closed" in dialog.refusal.text() and not dialog.add_button.isEnabled()
    QTest.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClicks(dialog.edit, ")")
    assert dialog.refusal.text() == ""
    assert dialog.outcome.text() == "Adds y, wired to x."
    QTest.keyClick(dialog.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(dialog.edit, "y * 2")
    assert dialog.outcome.text() == "Adds y, Const, mul, wired to x."
    QTest.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert not dialog.isVisible() and dialog.result() == ExpressionDialog.DialogCode.Accepted


def test_the_action_adds_the_expression_where_it_can_be_seen(window: MainWindow, qtbot: QtBot) -> None:
    def type_it() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExpressionDialog)
        QTest.keyClicks(dialog.edit, "exp(x)")
        QTest.keyClick(dialog.edit, Qt.Key.Key_Return)

    QTimer.singleShot(0, type_it)
    window.features.expressions.action.trigger()
    assert set(window.document.names()) == {"x", "Exp"}
    assert set(window.canvas.selected_nodes()) == {"x", "Exp"}
