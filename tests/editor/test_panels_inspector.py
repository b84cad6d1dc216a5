"""The inspector: seeing and changing one node."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.panels.attribute_editor import ArrayEditor, CheckEditor, ChoiceEditor, LineEditor
from editor.panels.fields import LineField, step_float, step_int
from editor.panels.formulas import plain_formula
from editor.panels.inspector import Inspector
from editor.panels.node_inspector import NodeInspector
from engine.graph import Problem
from tests.editor.panels_kit import RecordedRun, retype, show


@pytest.fixture
def inspector(qtbot: QtBot, document: Document, run: RecordedRun) -> Inspector:
    inspector = Inspector(document, run)
    show(qtbot, inspector, 320, 760)
    return inspector


def node(inspector: Inspector) -> NodeInspector:
    assert inspector.node is not None
    return inspector.node


def line(inspector: Inspector, attribute: str) -> LineField:
    editor = node(inspector).attributes.editors[attribute]
    assert isinstance(editor, LineEditor)
    return editor.field


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_the_name_is_changed_in_the_header(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["W"])
    retype(node(inspector).header.name_edit, "weight")
    assert "weight" in document.names()
    assert "W" not in document.names()
    assert node(inspector).name == "weight"
    retype(line(inspector, "initial_value").edit, "[4]")
    assert document.operation("weight").attributes["initial_value"].tolist() == [4]
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert node(inspector).header.name_edit.text() == "W"


def test_a_taken_name_is_refused_in_place_and_escape_brings_the_old_one_back(
    inspector: Inspector, document: Document
) -> None:
    inspector.show_nodes(["W"])
    edit = node(inspector).header.name_edit
    retype(edit, "b")
    assert edit.text() == "b"
    assert any("There is already a node called" in text for text in texts(node(inspector).header))
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "W"
    assert not any("already" in text for text in texts(node(inspector).header))
    assert "W" in document.names()


def test_the_learning_rate_takes_e_notation(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["train"])
    field = line(inspector, "learning_rate")
    assert field.edit.text() == "0.1"
    retype(field.edit, "1e-3")
    assert document.operation("train").attributes["learning_rate"] == 0.001
    assert field.edit.text() == "0.001"
    assert "Learning rate" in texts(node(inspector))
    document.undo_stack.undo()
    assert field.edit.text() == "0.1"


def test_a_refused_value_stays_with_its_reason(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["train"])
    field = line(inspector, "learning_rate")
    count = document.undo_stack.count()
    retype(field.edit, "fast")
    assert field.edit.text() == "fast"
    assert field.edit.property("invalid") is True
    assert "'fast' is not a number" in field.refusal.text()
    assert field.refusal.isVisible()
    field.edit.clearFocus()
    assert field.edit.text() == "fast"
    assert document.operation("train").attributes["learning_rate"] == 0.1
    assert document.undo_stack.count() == count
    retype(field.edit, "0.5")
    assert document.operation("train").attributes["learning_rate"] == 0.5
    assert not field.refusal.isVisible()
    assert not field.edit.property("invalid")


def test_escape_restores_a_refused_value(inspector: Inspector) -> None:
    inspector.show_nodes(["train"])
    field = line(inspector, "learning_rate")
    retype(field.edit, "-1")
    assert "too small" in field.refusal.text()
    QTest.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.edit.text() == "0.1"
    assert not field.refusal.isVisible()


def test_leaving_a_field_commits_it(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["x"])
    retype(line(inspector, "shape").edit, "?, 3", end=Qt.Key.Key_Tab)
    assert document.operation("x").attributes["shape"].dims == (None, 3)
    assert line(inspector, "shape").edit.text() == "[?, 3]"


def test_looking_at_a_field_changes_nothing(inspector: Inspector, document: Document) -> None:
    count = document.undo_stack.count()
    inspector.show_nodes(["W"])
    for name in ("shape", "initial_value"):
        QTest.mouseClick(line(inspector, name).edit, Qt.MouseButton.LeftButton)
        QTest.keyClick(line(inspector, name).edit, Qt.Key.Key_Return)
    inspector.show_nodes(["x"])
    assert document.undo_stack.count() == count


def test_the_initial_value_shows_in_the_documents_spelling(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["W"])
    field = line(inspector, "initial_value")
    retype(field.edit, "1 2; 3 4.5")
    assert field.edit.text() == "[[1.0, 2.0], [3.0, 4.5]]" or field.edit.text() == "[[1. , 2. ], [3. , 4.5]]"
    assert document.operation("W").attributes["initial_value"].tolist() == [[1, 2], [3, 4.5]]


def test_a_large_array_is_summarised(inspector: Inspector, document: Document) -> None:
    document.set_attribute("W", "initial_value", np.ones((10, 10)))
    inspector.show_nodes(["W"])
    editor = node(inspector).attributes.editors["initial_value"]
    assert isinstance(editor, ArrayEditor)
    assert not editor.field.isVisible()
    assert any("[10, 10] float64, norm 10" in text for text in texts(editor))
    document.undo_stack.undo()
    assert editor.field.isVisible()
    assert editor.field.edit.text() == "[1]"


def test_check_boxes_and_choices_change_the_node_at_once(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["W"])
    trainable = node(inspector).attributes.editors["trainable"]
    dtype = node(inspector).attributes.editors["dtype"]
    assert isinstance(trainable, CheckEditor)
    assert isinstance(dtype, ChoiceEditor)
    QTest.keyClick(trainable.box, Qt.Key.Key_Space)
    assert document.operation("W").attributes["trainable"] is False
    QTest.keyClick(dtype.combo, Qt.Key.Key_Down)
    assert document.operation("W").attributes["dtype"] == "float64"
    document.undo_stack.undo()
    assert dtype.combo.currentText() == "float32"


def test_a_wired_port_takes_the_place_of_its_attribute(inspector: Inspector, document: Document) -> None:
    document.add_node("Constant", (0.0, 0.0), "rate")
    inspector.show_nodes(["train"])
    editor = node(inspector).attributes.editors["learning_rate"]
    assert editor.isEnabled()
    assert document.connect("rate", "output", "train", "learning_rate")
    assert not editor.isEnabled()
    assert "rate" in editor.toolTip()
    document.undo_stack.undo()
    assert editor.isEnabled()


def test_inputs_and_output_show_names_and_shapes(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["product"])
    shown = texts(node(inspector).wiring)
    assert "W   [1] float32" in shown
    assert "x   any shape float32" in shown
    document.set_attribute("x", "shape", "[4]")
    assert "x   [4] float32" in texts(node(inspector).wiring)
    document.disconnect([wire for wire in document.wires_of("product") if wire.source == "W"])
    assert "nothing yet" in texts(node(inspector).wiring)


def test_the_value_has_all_its_digits(inspector: Inspector, run: RecordedRun) -> None:
    inspector.show_nodes(["W"])
    assert not node(inspector).value.isVisible()
    run.values_changed.emit({"W": np.array([3.0046647], np.float32), "cost": np.float32(3.3379514e-05)})
    assert node(inspector).value.text.toPlainText() == "[3.0046647]"
    inspector.show_nodes(["cost"])
    run.values_changed.emit({"cost": np.array(3.3379514e-05, np.float32)})
    assert node(inspector).value.text.toPlainText() == "3.3379514e-05"
    run.values_changed.emit({"cost": np.array(np.nan, np.float32)})
    assert node(inspector).value.text.toPlainText() == "nan"


def test_problems_of_the_node_stand_at_the_top(
    qtbot: QtBot, inspector: Inspector, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspector.show_nodes(["W"])
    problem = Problem("Nothing is wired to 'x'; connect it.", "W")
    monkeypatch.setattr(Document, "problems", property(lambda self: [problem]))
    monkeypatch.setattr(Document, "problems_of", lambda self, name: [problem] if name == "W" else [])
    document.problems_changed.emit()
    qtbot.waitUntil(lambda: problem.message in texts(node(inspector).header))
    inspector.show_nodes(["b"])
    assert problem.message not in texts(node(inspector).header)


def test_several_and_none_and_removed_nodes(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["W", "b"])
    assert inspector.node is None
    assert inspector.several.heading.text() == "2 nodes"
    assert not inspector.run_settings.isVisible()
    inspector.show_nodes(["b"])
    document.delete(["b"])
    assert inspector.node is None
    assert inspector.run_settings.isVisible()
    inspector.show_nodes(["W"])
    document.new()
    assert inspector.node is None


def test_a_node_that_comes_back_under_the_same_name_is_shown_anew(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["b"])
    document.delete(["b"])
    document.undo_stack.undo()
    inspector.show_nodes(["b"])
    retype(line(inspector, "initial_value").edit, "7")
    assert document.operation("b").attributes["initial_value"].tolist() == 7


def test_every_field_has_a_name_for_screen_readers_and_a_tooltip(inspector: Inspector, document: Document) -> None:
    for name in document.names():
        inspector.show_nodes([name])
        for editor in node(inspector).attributes.editors.values():
            proxy: QWidget = editor
            while (inner := proxy.focusProxy()) is not None:
                proxy = inner
            assert proxy.accessibleName()
            assert proxy.focusPolicy() & Qt.FocusPolicy.TabFocus
            assert editor.toolTip()


@pytest.mark.parametrize(
    ("text", "direction", "stepped"),
    [
        ("0.1", 1, "0.2"),
        ("0.1", -1, "0.09"),
        ("0.3", -1, "0.2"),
        ("1e-3", 1, "0.002"),
        ("-1", 1, "-0.9"),
        ("-1", -1, "-2"),
        ("0", 1, "0.1"),
        ("0", -1, "-0.1"),
        ("nan", 1, None),
        ("x", 1, None),
    ],
)
def test_a_step_is_one_of_the_first_digit(text: str, direction: int, stepped: str | None) -> None:
    assert step_float(text, direction) == stepped


def test_the_arrow_keys_step_and_enter_commits(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["train"])
    edit = line(inspector, "learning_rate").edit
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert edit.text() == "0.08"
    assert document.operation("train").attributes["learning_rate"] == 0.1
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert document.operation("train").attributes["learning_rate"] == 0.08
    assert step_int("3", -1) == "2"


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"x + y", "x + y"),
        (r"\sigma(x) = \frac{1}{1 + e^{-x}}", "σ(x) = 1 / (1 + e⁻ˣ)"),
        (r"\max(x, 0)", "max(x, 0)"),
        (r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}", "θ ← θ − η ∂L / ∂θ"),
        (r"\frac{1}{n} \sum_i x_i", "1 / n Σᵢ xᵢ"),
        (r"\begin{cases} x \end{cases}", None),
        (r"x^{\unknown}", None),
        (r"\frac{1", None),
        ("", None),
    ],
)
def test_simple_formulas_are_plain_text(latex: str, plain: str | None) -> None:
    assert plain_formula(latex) == plain
