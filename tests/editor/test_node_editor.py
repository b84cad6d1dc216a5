"""Typing on the node itself: its name, and the value, shape or setting under it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from editor.canvas.node_editor import NodeEditor
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

Key = Qt.Key


def opened(canvas: Canvas, name: str, y: float = 12) -> NodeEditor:
    """The editor that a double click on a node opens, at a height on it."""
    gui.double_click(canvas.viewport, canvas.at(canvas.node(name).pos() + QPointF(80, y)))
    editor = canvas.view.node_editor
    assert editor.is_open and editor.line.isVisible()
    return editor


def retype(editor: NodeEditor, text: str, end: Key) -> None:
    editor.line.selectAll()
    QTest.keyClicks(editor.line, text)
    QTest.keyClick(editor.line, end)


def test_a_double_click_on_the_title_renames_the_node(canvas: Canvas) -> None:
    editor = opened(canvas, "square")
    assert editor.line.selectedText() == "square"
    assert editor.line.geometry().contains(canvas.on_node("square").toPoint())
    retype(editor, "sq", Key.Key_Return)
    assert "sq" in canvas.document.names() and not editor.is_open
    assert canvas.document.undo_stack.count() == 1
    assert canvas.view.hasFocus() or not editor.line.isVisible()


def test_a_refused_name_stays_open_with_the_reason_and_escape_leaves_it(canvas: Canvas) -> None:
    editor = opened(canvas, "square")
    retype(editor, "W", Key.Key_Return)
    assert editor.is_open and editor.reason.isVisible()
    assert editor.reason.text() == canvas.document.rename("square", "W").reason
    QTest.keyClick(editor.line, Key.Key_Escape)
    assert not editor.is_open and not editor.reason.isVisible()
    assert canvas.document.undo_stack.count() == 0


def test_the_line_under_the_title_is_the_shape_and_type(canvas: Canvas) -> None:
    document = canvas.document
    editor = opened(canvas, "x", 31)
    assert editor.line.text() == "[?, 3] float32"
    retype(editor, "[4, 2] float64", Key.Key_Return)
    spec = document.operation("x").output.spec
    assert spec.shape.as_list() == [4, 2] and spec.dtype is not None and spec.dtype.name == "float64"
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    editor = opened(canvas, "x", 31)
    retype(editor, "unknown", Key.Key_Return)
    assert document.operation("x").output.shape.dims is None
    editor = opened(canvas, "x", 31)
    retype(editor, "[2, oops oops]", Key.Key_Return)
    assert editor.is_open and "shape" in editor.reason.text()
    QTest.keyClick(editor.line, Key.Key_Escape)


def test_tab_goes_from_field_to_field_and_takes_over_each(canvas: Canvas) -> None:
    document = canvas.document
    editor = opened(canvas, "b")
    retype(editor, "bias", Key.Key_Tab)
    assert "bias" in document.names()
    assert editor.line.text() == "unknown float32"
    QTest.keyClick(editor.line, Key.Key_Tab)
    assert editor.line.text() == "[1]"
    retype(editor, "[5, 6]", Key.Key_Tab)
    np.testing.assert_array_equal(document.operation("bias").attributes["initial_value"], [5, 6])
    assert editor.line.text() == "bias"
    QTest.keyClick(editor.line, Key.Key_Backtab)
    assert editor.line.text() == "[5, 6]"
    QTest.keyClick(editor.line, Key.Key_Return)
    assert not editor.is_open and document.undo_stack.count() == 2


def test_a_constants_value_is_typed_where_it_stands(canvas: Canvas) -> None:
    editor = opened(canvas, "flag", 31)
    assert editor.line.text() == "[1, 2]"
    retype(editor, "[1, two]", Key.Key_Return)
    assert editor.is_open and "two" in editor.reason.text()
    retype(editor, "[3, 4, 5]", Key.Key_Return)
    np.testing.assert_array_equal(canvas.document.operation("flag").attributes["value"], [3, 4, 5])
    assert not editor.is_open and canvas.document.undo_stack.count() == 1


def test_enter_on_a_selected_node_opens_it_and_undo_closes_it(canvas: Canvas) -> None:
    canvas.document.move_nodes({"W": (0.0, 140.0)})
    canvas.view.select(["W"])
    canvas.key(Key.Key_Return)
    editor = canvas.view.node_editor
    assert editor.is_open and editor.line.text() == "W"
    canvas.document.undo_stack.undo()
    assert not editor.is_open


def test_a_document_that_is_only_looked_at_is_not_edited(canvas: Canvas) -> None:
    canvas.document.look_at(canvas.document.model, "Only to be looked at.")
    gui.double_click(canvas.viewport, canvas.on_node("x"))
    assert not canvas.view.node_editor.is_open
