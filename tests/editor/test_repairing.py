"""Repairs: offered where a wire is refused, chosen with mouse or keys, carried out as one undo step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.gestures import KeyboardWire
from editor.document import Document
from engine.formats.graph_file import model_to_bytes
from tests.editor import gui
from tests.editor.canvas_kit import Canvas


def dense_document() -> Document:
    """x (?, 3) goes into ``product``; W is (4, 2) and U (2, 3), which both do not fit it as they are."""
    document = Document()
    for op_type, name, position, attributes in (
        ("Placeholder", "x", (0, 0), {"shape": "[?, 3]"}),
        ("Variable", "W", (0, 120), {"shape": "[4, 2]"}),
        ("Variable", "U", (0, 240), {"shape": "[2, 3]"}),
        ("Constant", "flag", (0, 360), {"value": "[1, 2]", "dtype": "int32"}),
        ("MatMul", "product", (400, 40), {}),
        ("Add", "sum", (700, 120), {}),
    ):
        document.add_node(op_type, position, name, attributes)
    assert document.connect("x", "output", "product", "x")
    document.undo_stack.clear()
    return document


@pytest.fixture
def canvas(qapp: QApplication) -> Canvas:
    return Canvas(dense_document())


def offers(canvas: Canvas) -> list[str]:
    card = canvas.view.repairs.card
    return [button.text() for button in card.buttons] if card.isVisible() else []


def drop_on_product(canvas: Canvas, source: str) -> bytes:
    before = model_to_bytes(canvas.document.model)
    canvas.drag(canvas.on_output(source), canvas.on_port("product", "y"))
    assert model_to_bytes(canvas.document.model) == before
    return before


def test_a_refused_wire_offers_its_repairs_with_the_reason(canvas: Canvas) -> None:
    drop_on_product(canvas, "W")
    card = canvas.view.repairs.card
    assert "(?, 3)" in card.reason.text()
    assert "(4, 2)" in card.reason.text()
    assert canvas.refusals == [card.reason.text()]
    assert offers(canvas)[0] == "Change the shape of W from (4, 2) to (3, 2)"
    assert canvas.view.rect().contains(card.geometry())


def test_a_repair_and_its_wire_are_one_undo_step(canvas: Canvas) -> None:
    before = drop_on_product(canvas, "W")
    gui.click(canvas.view.repairs.card.buttons[0], QPointF(20, 10))
    document = canvas.document
    assert ("W", "product", "y", 0) in canvas.wires
    assert str(document.operation("product").output.shape) == "(?, 2)"
    assert document.undo_stack.count() == 1
    assert offers(canvas) == []
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    canvas.assert_shows_document()


def test_an_inserted_node_stands_between_both_wired_and_on_no_other(canvas: Canvas) -> None:
    before = drop_on_product(canvas, "U")
    assert offers(canvas)[0] == "Transpose U to (3, 2)"
    canvas.view.repairs.card.buttons[0].click()
    document = canvas.document
    (name,) = (op.name for op in document.graph.get_operations() if op.type == "Transpose")
    assert {("U", name, "x", 0), (name, "product", "y", 0)} <= canvas.wires
    assert document.operation("product").problem is None
    assert 0 < document.position(name)[0] < 400
    boxes = [canvas.node(other).box for other in document.names() if other != name]
    assert not any(box.intersects(canvas.node(name).box) for box in boxes)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Transpose U to (3, 2)"
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    document.undo_stack.redo()
    canvas.assert_shows_document()


def test_the_card_is_worked_with_arrow_keys_enter_and_esc(canvas: Canvas) -> None:
    drop_on_product(canvas, "W")
    card = canvas.view.repairs.card
    assert len(card.buttons) > 1
    gui.press_key(card.buttons[0], Qt.Key.Key_Escape)
    assert offers(canvas) == []
    assert canvas.document.undo_stack.count() == 0
    drop_on_product(canvas, "W")
    chosen = card.buttons[1].text()
    gui.press_key(card.buttons[0], Qt.Key.Key_Down)
    gui.press_key(card.buttons[1], Qt.Key.Key_Return)
    assert canvas.document.undo_stack.undoText() == chosen
    assert canvas.document.operation("product").problem is None


def test_a_wire_of_another_dtype_is_cast_when_dropped_on_a_nodes_body(canvas: Canvas) -> None:
    canvas.document.connect("product", "output", "sum", "x")
    canvas.document.undo_stack.clear()
    canvas.drag(canvas.on_output("flag"), canvas.on_node("sum"))
    assert offers(canvas) == ["Cast flag to float32"]
    canvas.view.repairs.card.buttons[0].click()
    assert canvas.document.operation("sum").problem is None
    assert canvas.document.undo_stack.count() == 1


def test_a_moved_wire_is_repaired_where_it_is_dropped(canvas: Canvas) -> None:
    document = canvas.document
    assert document.connect("U", "output", "sum", "y")
    document.undo_stack.clear()
    canvas.drag(canvas.on_port("sum", "y"), canvas.on_port("product", "y"))
    assert offers(canvas)[0] == "Transpose U to (3, 2)"
    canvas.view.repairs.card.buttons[0].click()
    assert ("U", "sum", "y", 0) not in canvas.wires
    assert document.operation("product").problem is None
    assert document.undo_stack.count() == 1


def test_a_wire_that_can_never_be_made_offers_nothing(canvas: Canvas) -> None:
    canvas.document.connect("product", "output", "sum", "x")
    canvas.drag(canvas.on_output("sum"), canvas.on_port("product", "y"))
    assert "circle" in canvas.refusals[-1]
    assert offers(canvas) == []


def test_the_card_goes_when_the_document_changes_or_the_canvas_is_pressed(canvas: Canvas) -> None:
    drop_on_product(canvas, "W")
    canvas.document.rename("W", "weights")
    assert offers(canvas) == []
    drop_on_product(canvas, "weights")
    gui.click(canvas.viewport, canvas.on_nothing())
    assert offers(canvas) == []


def test_the_keyboard_finds_inputs_that_a_repair_makes_fit(canvas: Canvas) -> None:
    canvas.view.select(["U"])
    canvas.key(Qt.Key.Key_C)
    assert isinstance(canvas.view.gesture, KeyboardWire)
    for _ in range(4):
        canvas.key(Qt.Key.Key_R)
        if "product y" in canvas.view._tools.status.text():
            break
    assert "repairs" in canvas.view._tools.status.text()
    canvas.key(Qt.Key.Key_Return)
    assert offers(canvas)[0] == "Transpose U to (3, 2)"
    gui.press_key(canvas.view.repairs.card.buttons[0], Qt.Key.Key_Return)
    assert canvas.document.operation("product").problem is None


def test_a_node_with_a_shape_problem_is_mended_where_it_stands(canvas: Canvas) -> None:
    document = canvas.document
    document.set_attribute("U", "shape", "[3, 2]")
    assert document.connect("U", "output", "product", "y")
    document.set_attribute("U", "shape", "[2, 3]")
    before = model_to_bytes(document.model)
    count = document.undo_stack.count()
    assert canvas.view.offer_repairs("product")
    sentence = "Transpose U to (3, 2)"
    canvas.view.repairs.card.buttons[offers(canvas).index(sentence)].click()
    assert document.operation("product").problem is None
    assert document.undo_stack.count() == count + 1
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    assert not canvas.view.offer_repairs("x")


def test_where_nothing_can_be_changed_nothing_is_offered_and_nodes_are_only_moved(qapp: QApplication) -> None:
    shown = Document()
    document = dense_document()
    document.add_node("Relu", (200, 500), "relu")
    shown.look_at(document.model, "Only to be looked at.")
    canvas = Canvas(shown)
    canvas.drag(canvas.on_output("W"), canvas.on_port("product", "y"))
    assert canvas.refusals == ["Only to be looked at."]
    assert offers(canvas) == []
    wire = next(iter(canvas.view.graph_scene.wires.values()))
    canvas.drag(canvas.on_node("relu"), canvas.at(wire.path.pointAtPercent(0.5)))
    assert shown.undo_stack.undoText() == "Move relu"
