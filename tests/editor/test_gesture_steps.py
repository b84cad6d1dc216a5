"""What each gesture leaves on the undo stack: exactly one step, under this name, or none at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from editor.canvas.view import GraphView
from editor.commands import Area, ChangeAreas, CollapseNodes, MuteNodes
from engine.formats.graph_file import model_to_bytes
from engine.model import Frame
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
FRAME = Frame(500.0, 300.0, 200.0, 160.0, "Loss")


def select(*names: str) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.view.select(names)


def keys(names: list[str], *pressed: Key, modifiers: Qt.KeyboardModifier = gui.NO_MODIFIER) -> Callable[[Canvas], None]:
    def do(canvas: Canvas) -> None:
        canvas.view.select(names)
        for key in pressed:
            canvas.key(key, modifiers)

    return do


def drag_node(canvas: Canvas) -> None:
    canvas.drag(canvas.on_node("square"), canvas.on_node("square") + QPointF(60, 20))


def drag_two_nodes(canvas: Canvas) -> None:
    canvas.view.select(["square", "b"])
    drag_node(canvas)


def drag_nowhere(canvas: Canvas) -> None:
    start = canvas.on_node("square")
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, start + QPointF(60, 20))
    gui.drag_on(canvas.viewport, start + QPointF(60, 20), start)
    gui.release(canvas.viewport, start)


def drag_wire(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_port("sum", "y"))


def rewire(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "x"), canvas.on_port("square", "x"))


def pull_off(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "x"), canvas.on_nothing())


def refused_wire(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("flag"), canvas.on_port("sum", "y"))


def band(canvas: Canvas) -> None:
    canvas.drag(canvas.on_nothing(), canvas.at(QPointF(100, 200)))


def pan(canvas: Canvas) -> None:
    gui.drag(canvas.viewport, canvas.on_nothing(), canvas.on_nothing() + QPointF(80, -60), Qt.MouseButton.MiddleButton)


def zoom(canvas: Canvas) -> None:
    gui.turn_wheel(canvas.viewport, canvas.on_nothing(), 2)


def cut_wires(canvas: Canvas) -> None:
    start = canvas.at(QPointF(220, -40))
    gui.drag(canvas.viewport, start, canvas.at(QPointF(220, 300)), Qt.MouseButton.RightButton, CTRL)


def keyboard_wire(canvas: Canvas) -> None:
    canvas.view.select(["b"])
    canvas.key(Key.Key_C)
    for _ in range(20):
        if "to sum y?" in canvas.view._tools.status.text():
            break
        canvas.key(Key.Key_Tab)
    canvas.key(Key.Key_Return)


def type_on_node(text: str, y: float) -> Callable[[Canvas], None]:
    def do(canvas: Canvas) -> None:
        name = "x" if y > 20 else "square"
        gui.double_click(canvas.viewport, canvas.at(canvas.node(name).pos() + QPointF(80, y)))
        line = canvas.view.node_editor.line
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Key.Key_Return)

    return do


def drag_frame(canvas: Canvas) -> None:
    start = canvas.at(QPointF(FRAME.left + 60, FRAME.top + 10))
    canvas.drag(start, start + QPointF(-80, 0))


def resize_frame(canvas: Canvas) -> None:
    right = canvas.at(QPointF(FRAME.left + FRAME.width, FRAME.top + 120))
    canvas.drag(right, right + QPointF(60, 0))


def on_document(do: Callable[[Canvas], object]) -> Callable[[Canvas], None]:
    return lambda canvas: (do(canvas), None)[1]


STEPS: list[tuple[str, Callable[[Canvas], None], str]] = [
    ("drag a node", drag_node, "Move square"),
    ("drag two nodes", drag_two_nodes, "Move 2 nodes"),
    ("drag a wire", drag_wire, "Wire b"),
    ("drag a wire's end to another port", rewire, "Reconnect product to square"),
    ("pull a wire off", pull_off, "Disconnect product from sum"),
    ("cut wires with the knife", cut_wires, "Disconnect 2 wires"),
    ("wire by keyboard", keyboard_wire, "Wire b"),
    ("delete a node", keys(["product"], Key.Key_Delete), "Delete product"),
    ("delete several", keys(["x", "W"], Key.Key_Backspace), "Delete 2 nodes"),
    ("nudge three times", keys(["b"], Key.Key_Left, Key.Key_Left, Key.Key_Down), "Move b"),
    ("nudge far", keys(["b"], Key.Key_Left, modifiers=SHIFT), "Move b"),
    ("collapse", keys(["b"], Key.Key_H), "Collapse b"),
    (
        "collapse several",
        on_document(lambda c: c.document.do(CollapseNodes(c.document, ["b", "W"], True))),
        "Collapse nodes",
    ),
    ("mute", on_document(lambda c: c.document.do(MuteNodes(c.document, ["product"], True))), "Mute product"),
    ("name on the node", type_on_node("sq", 12), "Rename square to sq"),
    ("shape and type on the node", type_on_node("[4, 2] float64", 31), "Set shape and type of x"),
    ("shape alone on the node", type_on_node("[4, 2]", 31), "Set shape and type of x"),
    ("drag a frame", drag_frame, "Move square"),
    ("resize a frame", resize_frame, ""),
    ("cut", on_document(lambda c: c.document.cut(["x", "W"])), "Cut 2 nodes"),
    ("duplicate", on_document(lambda c: c.document.duplicate(["x", "W"])), "Duplicate 2 nodes"),
    ("paste", on_document(lambda c: c.document.paste(c.document.copy(["x"]), (0, 0))), "Paste x"),
    ("lay out", on_document(lambda c: GraphView.arrange(c.view)), ""),
]

NONE: list[tuple[str, Callable[[Canvas], None]]] = [
    ("click", lambda canvas: gui.click(canvas.viewport, canvas.on_node("b"))),
    ("drag there and back", drag_nowhere),
    ("refused wire", refused_wire),
    ("rubber band", band),
    ("pan", pan),
    ("zoom", zoom),
    ("select all", keys([], Key.Key_A, modifiers=CTRL)),
    ("fit", keys([], Key.Key_Home)),
    ("nudge there and back", keys(["b"], Key.Key_Left, Key.Key_Right)),
    ("delete nothing", keys([], Key.Key_Delete)),
    ("mute what is muted", on_document(lambda c: c.document.do(MuteNodes(c.document, ["product"], False)))),
    ("mute what cannot be", on_document(lambda c: c.document.do(MuteNodes(c.document, ["x", "W"], True)))),
    ("the same name on the node", type_on_node("square", 12)),
    ("the same shape on the node", type_on_node("[?, 3] float32", 31)),
]


def framed(canvas: Canvas) -> None:
    areas: list[tuple[Area | None, Area | None]] = [(None, FRAME)]
    canvas.document.do(ChangeAreas(canvas.document, "Add a frame", areas))
    canvas.document.undo_stack.clear()


@pytest.mark.parametrize(("gesture", "do", "text"), STEPS, ids=[name for name, *_ in STEPS])
def test_a_gesture_is_one_undo_step(canvas: Canvas, gesture: str, do: Callable[[Canvas], None], text: str) -> None:
    if "frame" in gesture:
        framed(canvas)
    document = canvas.document
    before = model_to_bytes(document.model)
    do(canvas)
    after = model_to_bytes(document.model)
    assert after != before
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText()
    if text:
        assert document.undo_stack.undoText() == text
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    document.undo_stack.redo()
    assert model_to_bytes(document.model) == after
    document.do(ChangeAreas(document, "Take the frame away", [(area, None) for area in document.model.frames]))


@pytest.mark.parametrize(("gesture", "do"), NONE, ids=[name for name, _ in NONE])
def test_what_changes_nothing_is_no_undo_step(canvas: Canvas, gesture: str, do: Callable[[Canvas], None]) -> None:
    before = model_to_bytes(canvas.document.model)
    do(canvas)
    assert model_to_bytes(canvas.document.model) == before
    assert canvas.document.undo_stack.count() == 0
