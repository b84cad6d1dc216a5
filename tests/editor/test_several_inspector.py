"""Several nodes in the inspector: what they share, and edits of all of them in one undo step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.panels.attribute_editor import CheckEditor, ChoiceEditor, LineEditor
from editor.panels.inspector import Inspector
from tests.editor.panels_kit import RecordedRun, retype, show


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    document = Document()
    for op_type, name, attributes in (
        ("Variable", "W", {"initial_value": "[1]"}),
        ("Variable", "b", {"initial_value": "[2]"}),
        ("Placeholder", "x", {"shape": "[?, 3]"}),
        ("Square", "s", {}),
        ("GradientDescent", "train", {"learning_rate": "0.1"}),
        ("Adam", "adam", {"learning_rate": "0.1"}),
        ("Split", "split", {"num": "3"}),
        ("Split", "other", {"num": "3"}),
    ):
        document.add_node(op_type, (0, 0), name, attributes)
    document.undo_stack.clear()
    inspector = Inspector(document, RecordedRun(document))
    show(qtbot, inspector)
    return inspector


def values(inspector: Inspector, attribute: str, *names: str) -> list[str]:
    return [str(inspector._document.operation(name).attributes[attribute]) for name in names]


def test_it_counts_names_and_shows_what_is_common(inspector: Inspector) -> None:
    inspector.show_nodes(["W", "b", "x"])
    several = inspector.several
    assert several.isVisible() and several.heading.text() == "3 nodes"
    assert several.kinds.text() == "2 Variable, 1 Placeholder"
    assert list(several.editors) == ["dtype", "shape"]
    inspector.show_nodes(["W", "b"])
    assert list(several.editors) == ["dtype", "shape", "initial_value", "trainable"]
    inspector.show_nodes(["W", "s"])
    assert several.editors == {} and several.nothing.isVisible()
    inspector.show_nodes(["W"])
    assert not several.isVisible()


def test_different_values_are_told_and_one_edit_sets_all_of_them(inspector: Inspector) -> None:
    document = inspector._document
    inspector.show_nodes(["W", "b"])
    initial = inspector.several.editors["initial_value"]
    assert isinstance(initial, LineEditor)
    assert initial.field.edit.text() == "" and initial.field.edit.placeholderText() == "several values"
    retype(initial.field.edit, "[7]")
    assert values(inspector, "initial_value", "W", "b") == ["[7]", "[7]"]
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Set initial value of 2 nodes to [7]"
    assert initial.field.edit.text() == "[7]"
    document.undo_stack.undo()
    assert values(inspector, "initial_value", "W", "b") == ["[1]", "[2]"]
    assert initial.field.edit.text() == ""


def test_check_boxes_and_choices_show_several_values_too(inspector: Inspector) -> None:
    document = inspector._document
    document.set_attribute("b", "trainable", False)
    document.set_attribute("b", "dtype", "float64")
    inspector.show_nodes(["W", "b"])
    box, dtype = inspector.several.editors["trainable"], inspector.several.editors["dtype"]
    assert isinstance(box, CheckEditor) and isinstance(dtype, ChoiceEditor)
    assert box.box.checkState() is Qt.CheckState.PartiallyChecked
    assert dtype.combo.currentIndex() == -1
    box.box.click()
    assert len(set(values(inspector, "trainable", "W", "b"))) == 1
    assert box.box.checkState() is not Qt.CheckState.PartiallyChecked


def test_nodes_that_cannot_take_a_value_are_named_and_the_others_take_it(inspector: Inspector) -> None:
    document = inspector._document
    document.add_node("Square", (0, 0), "user")
    assert document.connect("split", document.operation("split").outputs[2].port, "user", "x")
    document.undo_stack.clear()
    inspector.show_nodes(["split", "other"])
    number = inspector.several.editors["num"]
    assert isinstance(number, LineEditor)
    retype(number.field.edit, "2")
    assert values(inspector, "num", "split", "other") == ["3", "2"]
    assert number.refusal.text().startswith("split: ") and "wired" in number.refusal.text()
    assert document.undo_stack.count() == 1


def test_a_value_that_none_can_take_stays_to_be_mended(inspector: Inspector) -> None:
    document = inspector._document
    inspector.show_nodes(["train", "adam"])
    rate = inspector.several.editors["learning_rate"]
    assert isinstance(rate, LineEditor)
    retype(rate.field.edit, "fast")
    assert rate.field.edit.text() == "fast" and rate.field.edit.is_refused
    assert "train: " in rate.field.refusal.text() and "adam: " in rate.field.refusal.text()
    assert document.undo_stack.count() == 0
    retype(rate.field.edit, "0.5")
    assert values(inspector, "learning_rate", "train", "adam") == ["0.5", "0.5"]
    assert rate.field.refusal.text() == ""


def test_it_follows_renames_and_removals(inspector: Inspector) -> None:
    document = inspector._document
    inspector.show_nodes(["W", "b", "x"])
    document.rename("b", "bias")
    document.set_attribute("bias", "dtype", "float64")
    dtype = inspector.several.editors["dtype"]
    assert isinstance(dtype, ChoiceEditor) and dtype.combo.currentIndex() == -1
    document.delete(["bias"])
    assert inspector.several.heading.text() == "2 nodes" and dtype.combo.currentText() == "float32"
    document.delete(["x"])
    assert inspector.node is not None and inspector.node.name == "W"


def test_very_many_nodes_are_looked_at_once_the_selection_rests(inspector: Inspector, qtbot: QtBot) -> None:
    document = inspector._document
    names = [document.add_node("Variable", (0, 0)) for _ in range(201)]
    inspector.show_nodes(names)
    assert inspector.several.heading.text() == "201 nodes"
    qtbot.waitUntil(lambda: list(inspector.several.editors) == ["dtype", "shape", "initial_value", "trainable"])
    document.delete(names[:10])
    qtbot.waitUntil(lambda: inspector.several.kinds.text() == "191 Variable")
