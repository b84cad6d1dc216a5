"""The canvas shows what the document says, and answers wheel, keys and drops."""

from __future__ import annotations

import math
from html import unescape

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from editor.canvas.camera import LEAST_ZOOM, MOST_ZOOM
from editor.canvas.geometry import PortKey
from editor.canvas.gestures import KeyboardWire
from editor.canvas.hints import EmptyMessage
from editor.document import Document
from editor.heat_strip import heat_image
from editor.palette_mime import PALETTE_MIME_TYPE
from editor.theme import LIGHT, Appearance, ThemeManager
from engine.debugger.tensors.tensor_picture import picture_of
from engine.graph import Problem
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


# --- following the document ----------------------------------------------------------------------------------------


def test_every_edit_and_its_undo_and_redo_are_shown(canvas: Canvas) -> None:
    document = canvas.document
    document.add_node("Concat", (260, 300), "concat")
    document.connect("W", "output", "concat", "values")
    document.connect("b", "output", "concat", "values")
    document.rename("W", "weight")
    document.disconnect([wire for wire in document.wires_of("concat") if wire.slot == 0])
    document.move_nodes({"weight": (10.0, 200.0), "sum": (500.0, 0.0)})
    document.paste(document.copy(["product", "sum"]))
    document.delete(["product", "b"])
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
        canvas.assert_shows_document()
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
        canvas.assert_shows_document()


def test_a_renamed_node_shows_its_name_and_stays_selected(canvas: Canvas) -> None:
    canvas.view.select(["W"])
    before = canvas.pixels(canvas.node("W").box)
    told = QSignalSpy(canvas.view.selection_changed)
    canvas.document.rename("W", "weight")
    assert canvas.view.selected_nodes() == ["weight"]
    assert told.at(told.count() - 1) == [["weight"]]
    assert canvas.pixels(canvas.node("weight").box) != before


def test_deleting_a_selected_node_tells_the_selection(canvas: Canvas) -> None:
    canvas.view.select(["W", "b"])
    told = QSignalSpy(canvas.view.selection_changed)
    canvas.document.delete(["W"])
    assert told.at(told.count() - 1) == [["b"]]


def test_another_document_takes_the_place_of_the_first(canvas: Canvas) -> None:
    canvas.view.select(["W"])
    canvas.document.new()
    assert canvas.view.selected_nodes() == []
    assert canvas.view.graph_scene.nodes == {}


def test_an_empty_document_says_how_to_begin(qapp: QApplication) -> None:
    canvas = Canvas(Document())
    message = canvas.view.findChild(EmptyMessage)
    assert isinstance(message, QLabel)
    assert message.isVisible()
    assert "Tab" in message.text()
    assert canvas.view.rect().contains(message.geometry())
    canvas.document.add_node("Constant", (0, 0))
    assert not message.isVisible()
    canvas.document.undo_stack.undo()
    assert message.isVisible()
    canvas.view.close()


def test_ports_and_details_follow_attributes_and_wires(canvas: Canvas) -> None:
    canvas.document.add_node("GradientDescent", (260, 300), "train", {"learning_rate": 0.25})
    item = canvas.node("train")
    assert item.details_text == "GradientDescent 0.25"
    canvas.document.set_attribute("train", "learning_rate", "0.5")
    assert item.details_text == "GradientDescent 0.5"
    names = [port.key.name for port in item.geometry.ports]
    assert names == ["loss", "learning_rate", "variables", "done"]
    # Steps are drawn only where an operation is about order, or a wire is there.
    assert item.port_position(PortKey(True, "after", 0)) is None
    canvas.document.add_node("Group", (600, 300), "group")
    canvas.document.connect("group", "done", "train", "after")
    assert item.port_position(PortKey(True, "after", 0)) is not None


def test_wires_show_the_shape_that_flows(canvas: Canvas) -> None:
    [wire] = canvas.document.wires_of("x")
    item = canvas.view.graph_scene.wires[wire]
    canvas.document.check_now()
    assert item.label == "[B, 3]"
    canvas.document.set_attribute("x", "shape", "[2, 3]")
    assert item.label == "[2, 3]"
    canvas.document.set_attribute("x", "shape", "[]")
    assert item.label == "scalar"


def test_a_problem_is_marked_and_told_on_hover(canvas: Canvas) -> None:
    canvas.document.check_now()
    problems = {problem.node for problem in canvas.document.problems}
    assert "sum" in problems
    assert canvas.node("sum").problems
    gui.hover(canvas.viewport, canvas.on_node("sum"))
    assert "Nothing is wired to 'y'" in unescape(canvas.view._hover.tooltip())
    canvas.document.connect("b", "output", "sum", "y")
    canvas.document.check_now()
    assert not any("wired" in problem.message for problem in canvas.node("sum").problems)


def test_reveal_problem_selects_its_node_and_brings_it_into_view(canvas: Canvas) -> None:
    canvas.document.add_node("Constant", (9000, 9000), "far")
    canvas.view.reveal_problem(Problem("It is far away.", "far"))
    assert canvas.view.selected_nodes() == ["far"]
    assert canvas.view.camera.visible_rect.contains(canvas.node("far").box)
    canvas.view.reveal_problem(Problem("About the whole document."))
    assert canvas.view.selected_nodes() == ["far"]


def test_tooltips_tell_node_port_and_wire(canvas: Canvas) -> None:
    canvas.document.check_now()
    gui.hover(canvas.viewport, canvas.on_node("x"))
    tooltip = canvas.view._hover.tooltip()
    assert all(part in tooltip for part in ("<b>x</b>", "Placeholder", "[B, 3] float32"))
    gui.hover(canvas.viewport, canvas.on_port("sum", "y"))
    assert "<b>y</b>" in canvas.view._hover.tooltip()
    gui.hover(canvas.viewport, (canvas.on_output("product") + canvas.on_port("sum", "x")) / 2)
    tooltip = canvas.view._hover.tooltip()
    assert "<b>product</b> → <b>sum</b> x" in tooltip
    gui.hover(canvas.viewport, canvas.on_nothing())
    assert canvas.view._hover.tooltip() == ""


# --- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float32(2.99871), "2.999"),
        (np.float64(1.25e-05), "1.25e-05"),
        (np.int32(7), "7"),
        (np.array([1.0], np.float32), "[1]"),
        (np.array([0.5, -2.0]), "[0.5, -2]"),
        (np.array([[0.25]]), "[[0.25]]"),
        (np.float32("nan"), "nan"),
        (np.zeros((3, 4)), "[3, 4]"),
        (np.zeros((0,)), "[0]"),
        (None, "–"),
    ],
)
def test_a_value_is_a_number_or_a_shape(canvas: Canvas, value: object, text: str) -> None:
    canvas.view.set_values({"product": None if value is None else np.asarray(value)})
    canvas.view.graph_scene.values.show_pending()
    assert canvas.value("product").text == text
    canvas.pixels(canvas.node("product").box)


def test_values_are_gathered_and_drawn_together(canvas: Canvas, qapp: QApplication) -> None:
    item = canvas.node("product")
    height, before = item.height, canvas.pixels(QRectF(item.x(), item.y(), 160, 120))
    canvas.view.set_values({"product": np.array(1.0)})
    canvas.view.set_values({"product": np.array(2.0), "no_such_node": np.array(1.0)})
    assert item.value is None
    canvas.view.graph_scene.values.show_pending()
    assert canvas.value("product").text == "2"
    assert item.height == height + 24
    qapp.processEvents()
    assert canvas.pixels(QRectF(item.x(), item.y(), 160, 120)) != before


def test_stale_values_are_greyed_until_new_ones_come(canvas: Canvas) -> None:
    canvas.view.set_values({"W": np.array([1.5]), "b": np.array([2.5])})
    canvas.view.graph_scene.values.show_pending()
    fresh = canvas.pixels(canvas.node("W").box)
    canvas.view.mark_values_stale(["W"])
    assert canvas.value("W").is_stale
    assert not canvas.value("b").is_stale
    assert canvas.pixels(canvas.node("W").box) != fresh
    gui.hover(canvas.viewport, canvas.on_node("W"))
    assert "from before the last change" in canvas.view._hover.tooltip()
    gui.hover(canvas.viewport, canvas.on_nothing())
    canvas.view.set_values({"W": np.array([1.5])})
    canvas.view.graph_scene.values.show_pending()
    assert canvas.pixels(canvas.node("W").box) == fresh
    canvas.view.mark_values_stale(None)
    assert canvas.value("b").is_stale


def test_a_heat_strip_tells_sign_and_what_is_not_finite(canvas: Canvas) -> None:
    image = heat_image(np.array([-2.0, 0.0, 2.0, np.nan]), LIGHT)
    colors = [image.pixelColor(cell, 0).name() for cell in range(4)]
    assert colors[0] == LIGHT.forward.name()
    assert colors[2] == LIGHT.backward.name()
    assert colors[3] == LIGHT.error.name()
    assert colors[1] not in (colors[0], colors[2], colors[3])
    many = np.zeros(10_000)
    many[5000] = np.nan
    image = heat_image(picture_of(many).elements, LIGHT)
    assert LIGHT.error.name() in {image.pixelColor(cell, 0).name() for cell in range(image.width())}


def test_a_renamed_node_keeps_its_value(canvas: Canvas) -> None:
    canvas.view.set_values({"W": np.array([1.5])})
    canvas.document.rename("W", "weight")
    canvas.view.graph_scene.values.show_pending()
    assert canvas.value("weight").text == "[1.5]"


# --- keys ----------------------------------------------------------------------------------------------------------


def test_arrows_nudge_and_fast_nudges_are_one_undo_step(canvas: Canvas) -> None:
    canvas.view.select(["x", "W"])
    canvas.key(Qt.Key.Key_Right)
    canvas.key(Qt.Key.Key_Right)
    canvas.key(Qt.Key.Key_Down, SHIFT)
    assert canvas.document.position("x") == (20.0, 40.0)
    assert canvas.document.position("W") == (20.0, 160.0)
    assert canvas.document.undo_stack.count() == 1
    canvas.document.undo_stack.undo()
    assert canvas.document.position("x") == (0.0, 0.0)


def test_ctrl_and_arrows_select_a_neighbour(canvas: Canvas) -> None:
    canvas.view.select(["x"])
    canvas.key(Qt.Key.Key_Down, CTRL)
    assert canvas.view.selected_nodes() == ["W"]
    canvas.key(Qt.Key.Key_Right, CTRL)
    assert canvas.view.selected_nodes() == ["product"]
    canvas.view.select([])
    canvas.key(Qt.Key.Key_Left)
    assert len(canvas.view.selected_nodes()) == 1
    assert canvas.document.undo_stack.count() == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_removes_nodes_and_wires_in_one_undo_step(canvas: Canvas, key: Qt.Key) -> None:
    gui.click(canvas.viewport, canvas.on_node("product"))
    canvas.key(key)
    assert "product" not in canvas.document.names()
    assert canvas.wires == set()
    assert canvas.document.undo_stack.count() == 1
    canvas.document.undo_stack.undo()
    assert len(canvas.wires) == 3


def test_select_all_and_esc(canvas: Canvas) -> None:
    canvas.key(Qt.Key.Key_A, CTRL)
    assert canvas.view.selected_nodes() == canvas.document.names()
    assert set(canvas.view.selected_wires()) == set(canvas.document.wires())
    canvas.key(Qt.Key.Key_Escape)
    assert canvas.view.selected_nodes() == []


def test_tab_and_double_click_ask_for_the_palette_at_the_pointer(canvas: Canvas) -> None:
    gui.hover(canvas.viewport, canvas.on_nothing())
    canvas.key(Qt.Key.Key_Tab)
    gui.double_click(canvas.viewport, canvas.on_nothing())
    assert [source for _, source in canvas.palettes] == [None, None]
    for place, _ in canvas.palettes:
        assert (canvas.at(place) - canvas.on_nothing()).manhattanLength() <= 10
    gui.double_click(canvas.viewport, canvas.on_node("x"))
    assert len(canvas.palettes) == 2


def test_the_keyboard_makes_wires(canvas: Canvas) -> None:
    canvas.view.select(["b"])
    canvas.key(Qt.Key.Key_C)
    assert isinstance(canvas.view.gesture, KeyboardWire)
    status = canvas.view._tools.status
    seen: list[str] = []
    for _ in range(10):
        seen.append(status.text())
        canvas.key(Qt.Key.Key_Tab)
    targets = {text.split("?")[0] for text in seen}
    assert {"Wire b to sum y", "Wire b to square x"} <= targets
    assert not any("initial_value of b" in text for text in seen)
    while not status.text().startswith("Wire b to sum y?"):
        canvas.key(Qt.Key.Key_Left)
    canvas.key(Qt.Key.Key_Return)
    assert ("b", "sum", "y", 0) in canvas.wires
    assert canvas.view.gesture is None
    assert not status.isVisible()
    assert canvas.document.undo_stack.count() == 1


def test_esc_ends_wiring_by_keyboard_with_nothing_changed(canvas: Canvas) -> None:
    canvas.view.select(["b"])
    canvas.key(Qt.Key.Key_C)
    canvas.key(Qt.Key.Key_Escape)
    assert canvas.view.gesture is None
    assert not canvas.view._tools.status.isVisible()
    assert canvas.document.undo_stack.count() == 0
    assert canvas.view.selected_nodes() == ["b"]


def test_wiring_by_keyboard_says_when_it_cannot(canvas: Canvas) -> None:
    wire = canvas.document.wires()[0]
    canvas.view.graph_scene.select_only([], [wire])
    canvas.key(Qt.Key.Key_C)
    assert "Select a node first" in canvas.view._tools.status.text()
    canvas.document.add_node("Concat", (260, 300), "concat")
    canvas.document.delete(["concat", "square", "sum", "product", "W"])
    canvas.view.select(["b"])
    canvas.key(Qt.Key.Key_C)
    assert "nothing that b could be wired to" in canvas.view._tools.status.text()
    canvas.key(Qt.Key.Key_Return)
    assert canvas.wires == set()


# --- looking around ------------------------------------------------------------------------------------------------


def test_the_wheel_zooms_around_the_pointer_within_limits(canvas: Canvas) -> None:
    at = canvas.on_node("sum")
    under = canvas.view.mapToScene(at.toPoint())
    gui.turn_wheel(canvas.viewport, at, 2)
    assert canvas.view.zoom == pytest.approx(1.44)
    assert (canvas.at(under) - at).manhattanLength() <= 3
    for _ in range(20):
        gui.turn_wheel(canvas.viewport, at, 5)
    assert canvas.view.zoom == pytest.approx(MOST_ZOOM)
    for _ in range(30):
        gui.turn_wheel(canvas.viewport, at, -5)
    assert canvas.view.zoom == pytest.approx(LEAST_ZOOM)


def test_a_trackpad_pans_and_zooms_with_ctrl(canvas: Canvas) -> None:
    before = canvas.at(QPointF())
    gui.scroll_trackpad(canvas.viewport, canvas.on_node("x"), QPoint(30, -20))
    assert canvas.at(QPointF()) - before == QPointF(30, -20)
    assert canvas.view.zoom == 1
    gui.scroll_trackpad(canvas.viewport, canvas.on_node("x"), QPoint(0, 30), CTRL)
    assert canvas.view.zoom > 1


def test_all_of_a_wide_graph_is_fitted_and_can_be_reached(canvas: Canvas) -> None:
    canvas.document.move_nodes({"x": (0.0, 0.0), "sum": (300_000.0, 12_000.0)})
    canvas.key(Qt.Key.Key_Home)
    assert canvas.view.camera.visible_rect.contains(canvas.view.graph_scene.graph_rect())
    whole = canvas.view.zoom
    gui.turn_wheel(canvas.viewport, canvas.on_node("sum"), 60)
    assert canvas.view.camera.visible_rect.contains(canvas.node("sum").box.center())
    gui.turn_wheel(canvas.viewport, canvas.on_node("sum"), -60)
    assert canvas.view.zoom == pytest.approx(whole)


def test_an_undo_that_leaves_nothing_in_sight_shows_the_graph(canvas: Canvas) -> None:
    names = canvas.document.names()
    places = {name: canvas.document.position(name) for name in names}
    canvas.document.move_nodes({name: (x + 9000.0, y) for name, (x, y) in places.items()})
    canvas.view.fit()
    canvas.view.camera.zoom_to(1.0)
    canvas.document.undo_stack.undo()
    assert canvas.view.camera.visible_rect.contains(canvas.view.graph_scene.graph_rect())
    away = QPointF(-5000.0, 0.0)
    canvas.view.camera.jump_to(away)
    canvas.document.rename("W", "weight")
    assert canvas.view.camera.visible_rect.contains(away)


def test_fit_zoom_and_reset(canvas: Canvas) -> None:
    canvas.document.add_node("Constant", (4000, 3000), "far")
    canvas.key(Qt.Key.Key_Home)
    assert canvas.view.camera.visible_rect.contains(canvas.view.graph_scene.graph_rect())
    assert canvas.view.zoom < 0.3
    canvas.view.select(["far"])
    canvas.key(Qt.Key.Key_F)
    assert canvas.view.zoom == 1
    assert canvas.view.camera.visible_rect.contains(canvas.node("far").box)
    center = canvas.view.camera.center
    canvas.view.zoom_in()
    canvas.view.zoom_in()
    canvas.view.zoom_out()
    assert canvas.view.zoom == pytest.approx(1.25)
    canvas.key(Qt.Key.Key_0, CTRL)
    assert canvas.view.zoom == 1
    assert (canvas.view.camera.center - center).manhattanLength() <= 3
    canvas.view.center_on("x")
    assert (canvas.at(canvas.node("x").box.center()) - QPointF(500, 350)).manhattanLength() <= 2


def test_moving_there_smoothly_arrives(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.document.add_node("Constant", (4000, 3000), "far")
    canvas.view.set_motion_reduced(False)
    canvas.view.select(["far"])
    canvas.view.fit_selection()
    qtbot.waitUntil(lambda: canvas.view.camera.visible_rect.contains(canvas.node("far").box))


def test_the_pointer_position_is_told_while_it_is_over_the_canvas(canvas: Canvas) -> None:
    gui.hover(canvas.viewport, canvas.on_node("x"))
    position = canvas.view.scene_position_at_pointer()
    assert position is not None
    assert canvas.node("x").box.contains(position)
    QApplication.sendEvent(canvas.viewport, QEvent(QEvent.Type.Leave))
    assert canvas.view.scene_position_at_pointer() is None


# --- dropping operations -------------------------------------------------------------------------------------------


def test_an_operation_dropped_from_the_palette_becomes_a_node_under_the_pointer(canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setData(PALETTE_MIME_TYPE, b"Tanh")
    assert gui.drop(canvas.viewport, canvas.on_nothing(), mime)
    name = canvas.document.names()[-1]
    assert canvas.document.operation(name).type == "Tanh"
    assert canvas.view.selected_nodes() == [name]
    assert canvas.node(name).box.contains(canvas.view.mapToScene(canvas.on_nothing().toPoint()))
    assert all(math.fmod(number, 10) == 0 for number in canvas.document.position(name))
    assert canvas.document.undo_stack.count() == 1


def test_other_things_and_unknown_operations_are_not_taken(canvas: Canvas) -> None:
    text = QMimeData()
    text.setText("Tanh")
    assert not gui.drop(canvas.viewport, canvas.on_nothing(), text)
    unknown = QMimeData()
    unknown.setData(PALETTE_MIME_TYPE, b"\xffNoSuchThing")
    gui.drop(canvas.viewport, canvas.on_nothing(), unknown)
    assert "no operation called" in canvas.refusals[0]
    assert canvas.document.undo_stack.count() == 0


def test_free_places_lie_on_no_other_node(canvas: Canvas) -> None:
    for _ in range(12):
        place = canvas.view.free_place_in_view()
        canvas.document.add_node("Add", (place.x(), place.y()))
    boxes = [item.box for item in canvas.view.graph_scene.nodes.values()]
    assert not any(a.intersects(b) for index, a in enumerate(boxes) for b in boxes[:index])


# --- painting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [0.1, 0.35, 0.6, 1.0, 3.0])
def test_every_zoom_and_theme_paints_the_nodes(canvas: Canvas, zoom: float) -> None:
    canvas.view.camera.show(canvas.node("x").box.center(), zoom)
    manager = ThemeManager.instance()
    try:
        manager.set_appearance(Appearance.LIGHT)
        light = canvas.pixels(canvas.node("x").box)
        manager.set_appearance(Appearance.DARK)
        dark = canvas.pixels(canvas.node("x").box)
    finally:
        manager.set_appearance(Appearance.LIGHT)
    assert light != dark
    assert len(set(zip(light[0::4], light[1::4], light[2::4], strict=True))) > 2


def test_selected_and_hovered_nodes_look_different(canvas: Canvas) -> None:
    box = canvas.node("product").box.adjusted(-2, -2, 2, 2)
    plain = canvas.pixels(box)
    gui.hover(canvas.viewport, canvas.on_node("product"))
    hovered = canvas.pixels(box)
    gui.hover(canvas.viewport, canvas.on_nothing())
    canvas.view.select(["product"])
    selected = canvas.pixels(box)
    assert len({plain, hovered, selected}) == 3


def test_the_canvas_has_a_name_for_screen_readers(canvas: Canvas) -> None:
    assert canvas.view.accessibleName()
    assert canvas.view.accessibleDescription()


def test_a_run_begins_with_a_sweep_that_ends(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.view.set_motion_reduced(False)
    canvas.view.set_running(True)
    qtbot.waitUntil(lambda: canvas.node("x").sweep is not None)
    qtbot.waitUntil(lambda: canvas.node("x").sweep is None)
    canvas.view.set_running(False)


def test_a_thousand_nodes(qapp: QApplication) -> None:
    document = Document()
    for index in range(1000):
        row, column = divmod(index, 40)
        document.add_node("Add" if index else "Placeholder", (column * 240.0, row * 160.0), f"n{index}")
        if index:
            document.connect(f"n{index - 1}", "output", f"n{index}", "x")
    canvas = Canvas(document)
    assert canvas.view.zoom < 0.3
    canvas.assert_shows_document()
    canvas.view.select_all()
    canvas.view.set_values({f"n{index}": np.array(float(index)) for index in range(1000)})
    canvas.view.graph_scene.values.show_pending()
    assert canvas.value("n999").text == "999"
    for zoom in (0.2, 0.35, 1.0):
        canvas.view.camera.show(canvas.node("n500").box.center(), zoom)
        qapp.processEvents()
        hit = canvas.view.graph_scene.hit(canvas.node("n500").pos() + QPointF(80, 12), zoom)
        assert hit.node is canvas.node("n500")
    canvas.view.delete_selection()
    assert document.names() == []
    canvas.view.close()


def test_what_is_fitted_stays_fitted_when_the_window_changes_its_size(canvas: Canvas) -> None:
    canvas.view.fit()
    canvas.view.resize(500, 300)
    assert canvas.view.zoom < 1
    assert canvas.view.camera.visible_rect.contains(canvas.view.graph_scene.graph_rect())
    canvas.view.zoom_in()
    zoom = canvas.view.zoom
    canvas.view.resize(900, 600)
    assert canvas.view.zoom == zoom, "the person has chosen this zoom"
