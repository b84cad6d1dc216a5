"""Nodes put into wires and taken out of them, wires cut with a drag, and the wires of a node brought out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.gestures import CutWires
from editor.canvas.wire_item import WireItem, WireMark
from editor.commands import DeleteAndHeal
from editor.document import Document
from editor.palette_mime import PALETTE_MIME_TYPE
from editor.wire_id import WireId
from engine.formats.graph_file import model_to_bytes
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

CTRL = Qt.KeyboardModifier.ControlModifier
RIGHT = Qt.MouseButton.RightButton


def chain_document() -> Document:
    """x → square → total, with b into total, and a Relu and an int32 constant that are wired to nothing."""
    document = Document()
    for op_type, name, position, attributes in (
        ("Placeholder", "x", (0, 0), {"shape": "[?, 3]"}),
        ("Square", "square", (400, 0), {}),
        ("Variable", "b", (0, 200), {"shape": "[3]"}),
        ("Add", "total", (800, 0), {}),
        ("Relu", "relu", (400, 300), {}),
        ("LogicalNot", "never", (700, 300), {}),
    ):
        document.add_node(op_type, position, name, attributes)
    for source, target, port in (("x", "square", "x"), ("square", "total", "x"), ("b", "total", "y")):
        assert document.connect(source, "output", target, port)
    document.undo_stack.clear()
    return document


@pytest.fixture
def canvas(qapp: QApplication) -> Canvas:
    return Canvas(chain_document())


def wire_item(canvas: Canvas, source: str, target: str) -> WireItem:
    items = canvas.view.graph_scene.wires
    return next(items[wire] for wire in canvas.document.wires() if (wire.source, wire.target) == (source, target))


def middle(canvas: Canvas, source: str, target: str) -> QPointF:
    return canvas.at(wire_item(canvas, source, target).path.pointAtPercent(0.5))


# --- into a wire ---------------------------------------------------------------------------------------------------


def test_a_node_dropped_on_a_wire_goes_into_it_as_one_step_with_its_move(canvas: Canvas) -> None:
    document = canvas.document
    before = model_to_bytes(document.model)
    seen: list[WireMark] = []
    wire = wire_item(canvas, "x", "square")
    canvas.drag(canvas.on_node("relu"), middle(canvas, "x", "square"), before_release=lambda: seen.append(wire.mark))
    assert seen == [WireMark.TARGET]
    assert {("x", "relu", "x", 0), ("relu", "square", "x", 0)} <= canvas.wires
    assert ("x", "square", "x", 0) not in canvas.wires
    assert document.position("relu") != (400, 300)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    canvas.assert_shows_document()


def test_a_node_that_does_not_fit_is_only_moved(canvas: Canvas) -> None:
    canvas.drag(canvas.on_node("never"), middle(canvas, "x", "square"))
    assert ("x", "square", "x", 0) in canvas.wires
    assert canvas.document.undo_stack.undoText() == "Move never"


def test_a_node_whose_output_is_wired_is_only_moved(canvas: Canvas) -> None:
    canvas.drag(canvas.on_node("square"), middle(canvas, "b", "total"))
    assert ("b", "total", "y", 0) in canvas.wires


def test_esc_leaves_node_and_wire_as_they_were(canvas: Canvas) -> None:
    before = model_to_bytes(canvas.document.model)
    wire = wire_item(canvas, "x", "square")
    start, end = canvas.on_node("relu"), middle(canvas, "x", "square")
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, end)
    assert wire.mark is WireMark.TARGET
    canvas.key(Qt.Key.Key_Escape)
    gui.release(canvas.viewport, end)
    assert wire.mark is WireMark.NONE
    assert model_to_bytes(canvas.document.model) == before


def test_what_is_dropped_on_a_wire_from_the_palette_is_told_with_the_wire(canvas: Canvas) -> None:
    told: list[tuple[str, WireId]] = []
    canvas.view.entry_dropped_on_wire.connect(lambda key, place, wire: told.append((key, wire)))
    mime = QMimeData()
    mime.setData(PALETTE_MIME_TYPE, b"Tanh")
    assert gui.drop(canvas.viewport, middle(canvas, "x", "square"), mime)
    assert told == [("Tanh", wire_item(canvas, "x", "square").wire)]
    assert wire_item(canvas, "x", "square").mark is WireMark.NONE


# --- out of wires --------------------------------------------------------------------------------------------------


def healed(document: Document, *names: str) -> DeleteAndHeal:
    command = DeleteAndHeal(document, names)
    document.do(command)
    return command


def test_a_deleted_node_is_healed_over_as_one_step(canvas: Canvas) -> None:
    document = canvas.document
    before = model_to_bytes(document.model)
    command = healed(document, "square")
    assert command.unjoined == []
    assert ("x", "total", "x", 0) in canvas.wires
    assert document.undo_stack.undoText() == "Delete square and heal"
    canvas.assert_shows_document()
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    canvas.assert_shows_document()


def test_of_two_inputs_the_one_that_looks_like_the_output_takes_its_place(canvas: Canvas) -> None:
    document = canvas.document
    document.add_node("Tanh", (1100, 0), "end")
    document.connect("total", "output", "end", "x")
    document.rewire(WireId("square", "output", "total", "x", 0), "total", "x")
    healed(document, "total", "square")
    assert ("x", "end", "x", 0) in canvas.wires


def test_where_nothing_fits_it_is_told_and_the_port_stays_free(canvas: Canvas) -> None:
    document = canvas.document
    document.add_node("Cast", (1100, 0), "truth", {"dtype": "bool"})
    document.connect("total", "output", "truth", "x")
    document.connect("truth", "output", "never", "x")
    command = healed(document, "truth")
    assert [(each.target, each.port) for each in command.unjoined] == [("never", "x")]
    assert "bool" in command.unjoined[0].reason
    assert not any(target == "never" for _, target, _, _ in canvas.wires)


def test_healing_keeps_the_places_of_a_variadic_port(canvas: Canvas) -> None:
    document = canvas.document
    document.add_node("Concat", (1100, 0), "concat")
    for source in ("x", "square", "total"):
        document.connect(source, "output", "concat", "values")
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    healed(document, "square")
    wired = [source.op.name for source in document.operation("concat").inputs_of("values")]
    assert wired == ["x", "x", "total"]
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before


# --- the knife -----------------------------------------------------------------------------------------------------


def across(canvas: Canvas) -> tuple[QPointF, QPointF]:
    """A line through the wires into ``total``, from above to below."""
    x = (canvas.on_port("total", "x").x() + canvas.on_output("square").x()) / 2
    return QPointF(x, 40), QPointF(x, canvas.on_port("total", "y").y() + 160)


@pytest.mark.parametrize("way", ["action", "mouse"])
def test_the_knife_cuts_what_it_crosses_as_one_step(canvas: Canvas, way: str) -> None:
    document = canvas.document
    before = model_to_bytes(document.model)
    start, end = across(canvas)
    marks: list[WireMark] = []

    def look() -> None:
        assert isinstance(canvas.view.gesture, CutWires)
        for ends in (("square", "total"), ("b", "total"), ("x", "square")):
            marks.append(wire_item(canvas, *ends).mark)

    if way == "action":
        canvas.view.take_knife()
        canvas.drag(start, end, before_release=look)
    else:
        gui.drag(canvas.viewport, start, end, RIGHT, CTRL, before_release=look)
    assert marks == [WireMark.DOOMED, WireMark.DOOMED, WireMark.NONE]
    assert canvas.wires == {("x", "square", "x", 0)}
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    canvas.assert_shows_document()


def test_esc_stops_the_knife_and_puts_it_away(canvas: Canvas) -> None:
    start, end = across(canvas)
    gui.press(canvas.viewport, start, RIGHT, CTRL)
    gui.drag_on(canvas.viewport, start, end, RIGHT, CTRL)
    canvas.key(Qt.Key.Key_Escape)
    gui.release(canvas.viewport, end, RIGHT, CTRL)
    assert len(canvas.wires) == 3
    assert wire_item(canvas, "b", "total").mark is WireMark.NONE
    canvas.view.take_knife()
    assert "cut" in canvas.view._tools.status.text()
    canvas.key(Qt.Key.Key_Escape)
    canvas.drag(start, end)
    assert len(canvas.wires) == 3


# --- bright wires --------------------------------------------------------------------------------------------------


def bright(canvas: Canvas) -> set[tuple[str, str]]:
    made = canvas.view.graph_scene.wires.made.values()
    return {(item.wire.source, item.wire.target) for item in made if item.is_bright}


def test_the_wires_of_the_hovered_and_the_selected_nodes_are_brought_out(canvas: Canvas) -> None:
    canvas.viewport.grab()
    gui.hover(canvas.viewport, canvas.on_node("square"))
    assert bright(canvas) == {("x", "square"), ("square", "total")}
    gui.hover(canvas.viewport, canvas.on_nothing())
    assert bright(canvas) == set()
    canvas.view.select(["b"])
    assert bright(canvas) == {("b", "total")}
    canvas.document.delete(["b"])
    assert bright(canvas) == set()


# --- broadcasting --------------------------------------------------------------------------------------------------


def test_a_port_shows_that_its_tensor_is_broadcast_and_says_to_what(canvas: Canvas) -> None:
    scene = canvas.view.graph_scene
    item = scene.nodes["total"]
    assert item.broadcast_ports() == {"y"}
    port = next(port for port in item.geometry.ports if port.key.name == "y")
    around = QRectF(item.pos() + port.center + QPointF(4, -12), QSizeF(10, 8))
    gui.hover(canvas.viewport, canvas.on_nothing())
    with_copies = canvas.pixels(around)
    gui.hover(canvas.viewport, canvas.on_port("total", "y"))
    assert "(3,) is broadcast to (?, 3)" in canvas.view._hover.tooltip()
    gui.hover(canvas.viewport, canvas.on_nothing())
    assert canvas.document.set_attribute("b", "shape", "[1, 3]")
    assert item.broadcast_ports() == {"y"}
    assert canvas.document.set_attribute("x", "shape", "[3]")
    assert canvas.document.set_attribute("b", "shape", "[3]")
    assert item.broadcast_ports() == set()
    assert canvas.pixels(around) != with_copies
