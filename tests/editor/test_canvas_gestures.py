"""Gestures on the canvas, driven by mouse events, and what they leave in the document."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.gestures import DragNodes, DragWire, Gesture, Pan, RubberBand
from editor.canvas.port_painter import PortLook
from editor.document import Document
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


# --- wires ---------------------------------------------------------------------------------------------------------


def test_a_wire_dragged_from_output_to_input_is_one_undo_step(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_port("sum", "y"))
    assert ("b", "sum", "y", 0) in canvas.wires
    assert canvas.document.undo_stack.count() == 1
    canvas.document.undo_stack.undo()
    assert ("b", "sum", "y", 0) not in canvas.wires


def test_a_wire_can_be_dragged_from_a_free_input_to_an_output(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "y"), canvas.on_output("b"))
    assert ("b", "sum", "y", 0) in canvas.wires


def test_a_wire_snaps_to_a_legal_port_that_is_near(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_port("sum", "y") + QPointF(-18, 8))
    assert ("b", "sum", "y", 0) in canvas.wires


def test_a_wire_dropped_further_away_does_not_snap(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_port("sum", "y") + QPointF(-30, 8))
    assert ("b", "sum", "y", 0) not in canvas.wires


def test_an_illegal_port_tells_the_reason_at_the_pointer_and_refuses_the_wire(canvas: Canvas) -> None:
    shown: list[str] = []

    def look() -> None:
        label = canvas.view._tools.reason
        assert label.isVisible()
        shown.append(label.text())

    canvas.drag(canvas.on_output("flag"), canvas.on_port("sum", "y"), before_release=look)
    assert "int32" in shown[0]
    assert canvas.refusals == shown
    assert not canvas.view._tools.reason.isVisible()
    assert canvas.document.undo_stack.count() == 0


def test_a_circle_is_refused(canvas: Canvas) -> None:
    canvas.document.connect("sum", "output", "square", "x")
    steps = canvas.document.undo_stack.count()
    canvas.drag(canvas.on_output("square"), canvas.on_port("sum", "y"))
    assert "circle" in canvas.refusals[0]
    assert canvas.document.undo_stack.count() == steps


def test_while_a_wire_is_dragged_legal_ports_grow_and_illegal_ones_fade(canvas: Canvas) -> None:
    start = canvas.on_output("flag")
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, canvas.on_nothing())
    looks = {}
    for _ in range(100):
        QApplication.processEvents()
        looks = {
            (name, port.key.name): item.look_of(port)
            for name, item in canvas.view.graph_scene.nodes.items()
            for port in item.geometry.ports
            if port.key.is_input
        }
        if PortLook.NORMAL not in looks.values():
            break
    assert looks[("square", "x")] is PortLook.LEGAL
    assert looks[("sum", "y")] is PortLook.ILLEGAL
    assert looks[("product", "y")] is PortLook.ILLEGAL
    canvas.key(Qt.Key.Key_Escape)
    for item in canvas.view.graph_scene.nodes.values():
        assert {item.look_of(port) for port in item.geometry.ports} <= {PortLook.NORMAL}


def test_a_wire_dropped_on_a_node_takes_its_free_port(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_node("sum"))
    assert ("b", "sum", "y", 0) in canvas.wires


def test_a_wire_from_an_input_dropped_on_a_node_takes_its_output(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("square", "x"), canvas.on_node("b"))
    assert ("b", "square", "x", 0) in canvas.wires


def test_a_node_without_a_free_port_refuses_a_wire(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_node("product"))
    assert "All inputs of product are wired" in canvas.refusals[0]
    canvas.drag(canvas.on_output("b"), canvas.on_node("x"))
    assert "x has no inputs" in canvas.refusals[1]
    assert canvas.document.undo_stack.count() == 0


def test_a_wire_from_an_output_dropped_on_nothing_asks_for_the_palette(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_nothing())
    [(place, source)] = canvas.palettes
    assert source == ("b", "output", False)
    # The header's middle, where the first port of many nodes is, lies under the pointer.
    assert (canvas.at(place + QPointF(0, 22)) - canvas.on_nothing()).manhattanLength() <= 12
    assert canvas.document.undo_stack.count() == 0


def test_a_wire_from_a_free_input_dropped_on_nothing_asks_for_the_palette(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "y"), canvas.on_nothing())
    [(place, source)] = canvas.palettes
    assert source == ("sum", "y", True)
    # The new node's right edge, where its output is, lies under the pointer.
    assert (canvas.at(place + QPointF(160, 22)) - canvas.on_nothing()).manhattanLength() <= 12
    assert canvas.document.undo_stack.count() == 0


def test_a_wire_taken_by_its_end_moves_to_another_port(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "x"), canvas.on_port("square", "x"))
    assert ("product", "square", "x", 0) in canvas.wires
    assert ("product", "sum", "x", 0) not in canvas.wires
    assert canvas.document.undo_stack.count() == 1


def test_a_wire_taken_by_its_end_moves_within_its_node(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "x"), canvas.on_port("sum", "y"))
    assert ("product", "sum", "y", 0) in canvas.wires
    assert ("product", "sum", "x", 0) not in canvas.wires


def test_a_wire_taken_by_its_end_and_dropped_on_nothing_is_taken_away(canvas: Canvas) -> None:
    canvas.drag(canvas.on_port("sum", "x"), canvas.on_nothing())
    assert ("product", "sum", "x", 0) not in canvas.wires
    assert canvas.document.undo_stack.count() == 1
    canvas.document.undo_stack.undo()
    assert ("product", "sum", "x", 0) in canvas.wires


def test_a_wire_put_back_where_it_was_is_unchanged(canvas: Canvas) -> None:
    away = canvas.on_nothing()

    def back() -> None:
        gui.drag_on(canvas.viewport, away, canvas.on_port("sum", "x"))

    start = canvas.on_port("sum", "x")
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, away)
    back()
    gui.release(canvas.viewport, start)
    assert ("product", "sum", "x", 0) in canvas.wires
    assert canvas.document.undo_stack.count() == 0


def test_a_wired_port_takes_the_new_wire_in_place_of_the_old(canvas: Canvas) -> None:
    canvas.drag(canvas.on_output("b"), canvas.on_port("product", "y"))
    assert ("b", "product", "y", 0) in canvas.wires
    assert ("W", "product", "y", 0) not in canvas.wires


def test_a_variadic_port_shows_one_place_more_than_it_has_wires(canvas: Canvas) -> None:
    canvas.document.add_node("Concat", (260, 320), "concat")

    def places() -> int:
        return sum(port.key.name == "values" for port in canvas.node("concat").geometry.ports)

    assert places() == 1
    canvas.drag(canvas.on_output("W"), canvas.on_port("concat", "values", slot=0))
    assert places() == 2
    canvas.drag(canvas.on_output("b"), canvas.on_port("concat", "values", slot=1))
    assert places() == 3
    assert {("W", "concat", "values", 0), ("b", "concat", "values", 1)} <= canvas.wires
    canvas.drag(canvas.on_port("concat", "values", slot=0), canvas.on_nothing())
    assert places() == 2
    assert ("b", "concat", "values", 0) in canvas.wires


def test_step_ports_take_steps_only(canvas: Canvas) -> None:
    canvas.document.add_node("GradientDescent", (260, 320), "train")
    canvas.document.add_node("Group", (700, 320), "group")
    canvas.view.fit()
    canvas.drag(canvas.on_output("train", "done"), canvas.on_port("group", "after"))
    assert ("train", "group", "after", 0) in canvas.wires
    canvas.drag(canvas.on_output("W"), canvas.on_port("group", "after", slot=1))
    assert "takes a step" in canvas.refusals[0]


# --- nodes ---------------------------------------------------------------------------------------------------------


def test_dragging_a_node_moves_it_on_the_grid_in_one_undo_step(canvas: Canvas) -> None:
    canvas.drag(canvas.on_node("x"), canvas.on_node("x") + QPointF(43, 28))
    assert canvas.document.position("x") == (40.0, 30.0)
    assert canvas.document.undo_stack.count() == 1
    canvas.assert_shows_document()
    canvas.document.undo_stack.undo()
    assert canvas.document.position("x") == (0.0, 0.0)


def test_ctrl_drags_freely(canvas: Canvas) -> None:
    canvas.drag(canvas.on_node("x"), canvas.on_node("x") + QPointF(43, 28), keys=CTRL)
    assert canvas.document.position("x") == (43.0, 28.0)


def test_the_document_is_told_of_a_move_only_at_its_end(canvas: Canvas) -> None:
    def look() -> None:
        assert canvas.document.position("x") == (0.0, 0.0)
        assert canvas.node("x").pos() == QPointF(50, 0)

    canvas.drag(canvas.on_node("x"), canvas.on_node("x") + QPointF(50, 0), before_release=look)
    assert canvas.document.position("x") == (50.0, 0.0)


def test_all_selected_nodes_move_together(canvas: Canvas) -> None:
    canvas.view.select(["W", "b"])
    canvas.drag(canvas.on_node("b"), canvas.on_node("b") + QPointF(-20, 10))
    assert canvas.document.position("W") == (-20.0, 130.0)
    assert canvas.document.position("b") == (-20.0, 250.0)
    assert canvas.document.position("x") == (0.0, 0.0)
    assert canvas.document.undo_stack.count() == 1


def test_a_click_does_not_move(canvas: Canvas) -> None:
    gui.press(canvas.viewport, canvas.on_node("x"))
    gui.move(canvas.viewport, canvas.on_node("x") + QPointF(2, 2))
    gui.release(canvas.viewport, canvas.on_node("x") + QPointF(2, 2))
    assert canvas.document.undo_stack.count() == 0
    assert canvas.view.selected_nodes() == ["x"]


# --- selecting -----------------------------------------------------------------------------------------------------


def test_clicks_select_and_add_and_take_away(canvas: Canvas) -> None:
    told: list[list[str]] = []
    canvas.view.selection_changed.connect(told.append)
    gui.click(canvas.viewport, canvas.on_node("x"))
    gui.click(canvas.viewport, canvas.on_node("W"), keys=SHIFT)
    assert canvas.view.selected_nodes() == ["x", "W"]
    gui.click(canvas.viewport, canvas.on_node("x"), keys=CTRL)
    assert canvas.view.selected_nodes() == ["W"]
    gui.click(canvas.viewport, canvas.on_nothing())
    assert told == [["x"], ["x", "W"], ["W"], []]


def test_a_click_on_one_of_several_selected_nodes_selects_it_alone(canvas: Canvas) -> None:
    canvas.view.select(["x", "W"])
    gui.click(canvas.viewport, canvas.on_node("W"))
    assert canvas.view.selected_nodes() == ["W"]


def test_a_rubber_band_selects_what_it_touches_and_the_wires_inside(canvas: Canvas) -> None:
    canvas.drag(canvas.at(QPointF(-30, -30)), canvas.at(QPointF(300, 200)))
    assert canvas.view.selected_nodes() == ["x", "W", "product"]
    assert {(wire.source, wire.target) for wire in canvas.view.selected_wires()} == {("x", "product"), ("W", "product")}
    canvas.drag(canvas.at(QPointF(740, 460)), canvas.at(QPointF(600, 330)), keys=SHIFT)
    assert canvas.view.selected_nodes() == ["x", "W", "product", "square"]
    canvas.drag(canvas.at(QPointF(740, 460)), canvas.at(QPointF(600, 330)))
    assert canvas.view.selected_nodes() == ["square"]
    assert canvas.document.undo_stack.count() == 0


def test_a_wire_is_selected_by_a_click_near_it(canvas: Canvas) -> None:
    middle = (canvas.on_output("product") + canvas.on_port("sum", "x")) / 2
    gui.click(canvas.viewport, middle + QPointF(2, 2))
    assert [(wire.source, wire.target) for wire in canvas.view.selected_wires()] == [("product", "sum")]
    canvas.key(Qt.Key.Key_Delete)
    assert ("product", "sum", "x", 0) not in canvas.wires


# --- moving the view -----------------------------------------------------------------------------------------------


def test_the_middle_button_and_space_pan(canvas: Canvas) -> None:
    before = canvas.at(QPointF())
    gui.drag(canvas.viewport, QPointF(300, 300), QPointF(350, 260), Qt.MouseButton.MiddleButton)
    assert canvas.at(QPointF()) - before == QPointF(50, -40)
    gui.hold_key(canvas.view, Qt.Key.Key_Space)
    gui.drag(canvas.viewport, canvas.on_node("x"), canvas.on_node("x") + QPointF(10, 20))
    gui.release_key(canvas.view, Qt.Key.Key_Space)
    assert canvas.at(QPointF()) - before == QPointF(60, -20)
    assert canvas.document.undo_stack.count() == 0
    assert canvas.view.selected_nodes() == []


def test_a_drag_at_the_edge_scrolls_the_view(canvas: Canvas) -> None:
    start, edge = canvas.on_node("x"), QPointF(2, 300)
    before = canvas.at(QPointF()).x()
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, edge)
    for _ in range(5):
        canvas.view._scroll_at_edge()
    assert canvas.at(QPointF()).x() > before + 20
    # The node stays under the pointer while the view scrolls.
    assert abs(canvas.on_node("x").x() - edge.x()) <= 12
    gui.release(canvas.viewport, edge)
    assert canvas.document.position("x")[0] < -100


# --- cancelling ----------------------------------------------------------------------------------------------------

_DRAGS: list[tuple[type[Gesture], Callable[[Canvas], QPointF], Qt.MouseButton]] = [
    (DragWire, lambda canvas: canvas.on_output("b"), gui.LEFT),
    (DragWire, lambda canvas: canvas.on_port("sum", "y"), gui.LEFT),
    (DragWire, lambda canvas: canvas.on_port("sum", "x"), gui.LEFT),
    (DragNodes, lambda canvas: canvas.on_node("x"), gui.LEFT),
    (RubberBand, lambda canvas: canvas.on_nothing(), gui.LEFT),
    (Pan, lambda canvas: canvas.on_node("x"), Qt.MouseButton.MiddleButton),
]


@pytest.mark.parametrize(("kind", "start", "button"), _DRAGS)
def test_esc_cancels_every_gesture_with_nothing_changed(
    canvas: Canvas, kind: type[Gesture], start: Callable[[Canvas], QPointF], button: Qt.MouseButton
) -> None:
    canvas.view.select(["x", "sum"])
    wires, origin = canvas.wires, canvas.at(QPointF())
    places = {name: canvas.document.position(name) for name in canvas.document.names()}
    begin, end = start(canvas), canvas.at(QPointF(440, 290))
    gui.press(canvas.viewport, begin, button)
    gui.drag_on(canvas.viewport, begin, end, button)
    assert type(canvas.view.gesture) is kind
    canvas.key(Qt.Key.Key_Escape)
    assert canvas.view.gesture is None
    canvas.assert_shows_document()
    gui.release(canvas.viewport, end, button)
    assert canvas.wires == wires
    assert {name: canvas.document.position(name) for name in canvas.document.names()} == places
    assert canvas.document.undo_stack.count() == 0
    assert canvas.view.selected_nodes() == ["x", "sum"]
    assert canvas.at(QPointF()) == origin
    assert canvas.palettes == []
    assert canvas.refusals == []


def test_undo_while_a_node_is_dragged_cancels_the_drag(canvas: Canvas) -> None:
    canvas.document.add_node("Add", (600, 500), "more")
    start = canvas.on_node("more")
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, start - QPointF(100, 0))
    assert isinstance(canvas.view.gesture, DragNodes)
    canvas.document.undo_stack.undo()
    assert canvas.view.gesture is None
    gui.release(canvas.viewport, start)
    assert "more" not in canvas.document.names()


def test_another_document_while_a_wire_is_dragged_cancels_the_drag(canvas: Canvas) -> None:
    start = canvas.on_port("sum", "x")
    gui.press(canvas.viewport, start)
    gui.drag_on(canvas.viewport, start, canvas.on_nothing())
    canvas.document.new()
    assert canvas.view.gesture is None
    gui.release(canvas.viewport, canvas.on_nothing())
    assert canvas.document.names() == []


def test_deleting_what_is_hovered_does_no_harm(canvas: Canvas) -> None:
    gui.hover(canvas.viewport, canvas.on_node("sum"))
    canvas.document.delete(["sum"])
    gui.hover(canvas.viewport, canvas.on_nothing())
    assert isinstance(canvas.document, Document)
    assert canvas.view._hover.tooltip() == ""
