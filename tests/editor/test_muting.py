"""M mutes the selection and unmutes it: one undo step, seen on the canvas, refused with a sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from editor.canvas.node_text import ValueAge, details, node_tooltip
from editor.commands import MuteNodes
from tests.editor.canvas_kit import Canvas
from tests.editor.window_kit import show_window


def test_m_mutes_what_can_be_and_tells_of_the_rest(qtbot: QtBot, tmp_path: Path) -> None:
    window = show_window(qtbot, tmp_path, 1200, 800)
    document, canvas = window.document, window.canvas
    for op_type, name in (("Placeholder", "x"), ("Square", "s"), ("Exp", "e")):
        document.add_node(op_type, (0, 0), name)
    assert document.connect("x", "output", "s", "x") and document.connect("s", "output", "e", "x")
    document.undo_stack.clear()
    canvas.setFocus()

    def muted() -> list[str]:
        return [name for name in document.names() if document.operation(name).is_muted]

    canvas.select(["x", "s", "e"])
    qtbot.keyClick(canvas, Qt.Key.Key_M)
    assert muted() == ["s", "e"]
    assert "x cannot be muted" in window.status.refusal
    assert document.undo_stack.count() == 1
    canvas.select(["s", "e"])
    qtbot.keyClick(canvas, Qt.Key.Key_M)
    assert muted() == []
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert muted() == ["s", "e"]
    canvas.select(["x"])
    qtbot.keyClick(canvas, Qt.Key.Key_M)
    assert document.undo_stack.index() == 1 and document.undo_stack.count() == 2
    assert "x cannot be muted" in window.status.refusal


def test_a_muted_node_is_drawn_and_written_otherwise(canvas: Canvas) -> None:
    box = canvas.node("square").box
    canvas.document.connect("x", "output", "square", "x")
    before = canvas.pixels(box)
    canvas.document.do(MuteNodes(canvas.document, ["square"], True))
    assert canvas.document.undo_stack.undoText() == "Mute square"
    assert canvas.pixels(box) != before
    op = canvas.document.operation("square")
    assert details(op) == "muted"
    assert "Muted" in node_tooltip(op, None, ValueAge.PRESENT, [])
    canvas.document.undo_stack.undo()
    assert canvas.pixels(box) == before
