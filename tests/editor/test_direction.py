"""Top to bottom: ports at the upper and lower edges, wires that lead down, one step, and everything works there too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.arranging import toggle_collapsed
from editor.canvas.geometry import NODE_WIDTH, PortKey, wire_path
from editor.commands import ChangeAreas
from editor.layouts.arrangement import Arrangement
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.model import FlowDirection, Frame, Note
from tests.editor.canvas_kit import Canvas


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    canvas = Canvas()
    yield canvas
    canvas.view.close()


def turn(canvas: Canvas, direction: FlowDirection = FlowDirection.DOWN) -> None:
    canvas.view.laying_out.set_direction(direction)


def test_nodes_stand_below_what_flows_into_them_and_it_is_one_step(canvas: Canvas) -> None:
    before = model_to_bytes(canvas.document.model)
    scene = canvas.view.graph_scene
    looks = {name: scene.nodes[name].geometry for name in scene.nodes}
    turn(canvas)
    for wire in canvas.document.wires():
        assert scene.nodes[wire.source].box.bottom() < scene.nodes[wire.target].box.top()
    boxes = [scene.nodes[name].box for name in scene.nodes]
    assert not any(a.intersects(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
    canvas.assert_shows_document()
    assert canvas.document.undo_stack.count() == 1
    after = model_to_bytes(canvas.document.model)
    assert model_to_bytes(model_from_bytes(after, "test")) == after
    canvas.document.undo_stack.undo()
    assert model_to_bytes(canvas.document.model) == before
    assert {name: scene.nodes[name].geometry for name in scene.nodes} == looks
    canvas.assert_shows_document()
    canvas.document.undo_stack.redo()
    assert model_to_bytes(canvas.document.model) == after
    canvas.assert_shows_document()


def test_inputs_are_spread_over_the_upper_edge_and_outputs_over_the_lower_one(canvas: Canvas) -> None:
    turn(canvas)
    item = canvas.node("product")
    x, y = item.port_position(PortKey(True, "x", 0)), item.port_position(PortKey(True, "y", 0))
    output = item.port_position(PortKey(False, "output", 0))
    assert x is not None and y is not None and output is not None
    assert x.y() == y.y() == item.box.top()
    assert item.box.left() < x.x() < y.x() < item.box.right()
    assert output == QPointF(item.box.center().x(), item.box.bottom())
    rooms = [port.name_room for port in item.geometry.ports if port.is_named]
    assert len(rooms) == 2
    assert rooms[0] is not None and rooms[1] is not None
    assert not rooms[0].intersects(rooms[1])
    for room in rooms:
        assert room.left() >= 0 and room.right() <= NODE_WIDTH and room.bottom() <= item.geometry.body_height


def test_a_value_does_not_move_the_ports_at_the_lower_edge(canvas: Canvas) -> None:
    turn(canvas)
    item = canvas.node("product")
    assert item.box.height() == item.geometry.full_height
    assert item.height == item.geometry.least_height == item.geometry.full_height


def test_wires_leave_downwards_and_arrive_from_above(canvas: Canvas) -> None:
    turn(canvas)
    for item in canvas.view.graph_scene.wires.values():
        assert item.path == wire_path(item.start, item.end, is_down=True)
        leaving, arriving = item.path.pointAtPercent(0.05), item.path.pointAtPercent(0.95)
        assert item.start.y() < leaving.y() < arriving.y() < item.end.y()
        assert abs(leaving.x() - item.start.x()) < leaving.y() - item.start.y(), "it leaves straight down"


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("end", [QPointF(200, 50), QPointF(-150, 80), QPointF(0, -90)])
def test_a_wire_that_leads_down_is_the_mirror_of_one_to_the_right(leaves: bool, arrives: bool, end: QPointF) -> None:
    across = wire_path(QPointF(0, 0), end, leaves, arrives)
    down = wire_path(QPointF(0, 0), end.transposed(), leaves, arrives, is_down=True)
    for place in range(across.elementCount()):
        a, b = across.elementAt(place), down.elementAt(place)
        assert (a.x, a.y) == (b.y, b.x)


def test_a_wire_is_dragged_from_the_lower_edge_to_an_upper_one(canvas: Canvas) -> None:
    turn(canvas)
    canvas.view.fit()
    canvas.drag(canvas.on_output("b"), canvas.on_port("sum", "y"))
    assert ("b", "sum", "y", 0) in canvas.wires
    canvas.assert_shows_document()


def test_the_ports_of_a_collapsed_node_lie_upon_each_other_at_its_edges(canvas: Canvas) -> None:
    turn(canvas)
    canvas.view.select(["product"])
    toggle_collapsed(canvas.view.graph_scene)
    item = canvas.node("product")
    assert {(port.key.is_input, port.center.y()) for port in item.geometry.ports if port.key.name != "done"} == {
        (True, 0.0),
        (False, item.height),
    }
    canvas.assert_shows_document()


def test_a_block_has_its_ports_above_and_below_too(canvas: Canvas) -> None:
    document = canvas.document
    document.rename("product", "layer/product")
    document.rename("sum", "layer/sum")
    document.connect("b", "output", "layer/sum", "y")
    document.set_folded(["layer"], True)
    turn(canvas)
    block = canvas.view.graph_scene.blocks.items["layer"]
    inputs = [port.center.y() for port in block.geometry.ports if port.key.is_input]
    assert inputs == [0.0, 0.0, 0.0]
    scene = canvas.view.graph_scene
    for name in ("x", "W", "b"):
        assert scene.nodes[name].box.bottom() < block.box.top()
    for item in scene.wires.values():
        if item.isVisible():
            assert item.end.y() == block.box.top()
    turn(canvas, FlowDirection.RIGHT)
    assert {port.center.x() for port in block.geometry.ports if port.key.is_input} == {0.0}


def test_frames_are_drawn_anew_around_their_nodes_and_notes_stay_beside_them(canvas: Canvas) -> None:
    document = canvas.document
    frame = Frame(240.0, -20.0, 460.0, 260.0, "Layer")
    lonely = Frame(2000.0, 2000.0, 100.0, 100.0, "Nothing in it")
    inside, beside = Note(250.0, 20.0, 40.0, 20.0, "in"), Note(0.0, 420.0, 100.0, 60.0, "under flag")
    areas = [(None, area) for area in (frame, lonely, inside, beside)]
    document.do(ChangeAreas(document, "Add", areas))
    flag = document.position("flag")
    before = model_to_bytes(document.model)
    turn(canvas)
    scene = canvas.view.graph_scene
    around, other = scene.annotations.frames
    for name in ("product", "sum"):
        assert around.box.contains(scene.nodes[name].box)
        assert not around.title_box.intersects(scene.nodes[name].box)
    assert other.area == lonely
    dx, dy = document.position("flag")[0] - flag[0], document.position("flag")[1] - flag[1]
    assert (document.model.notes[1].left, document.model.notes[1].top) == (0.0 + dx, 420.0 + dy)
    assert document.model.notes[0].left - around.area.left == 10.0
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before


def test_an_arrangement_tries_a_direction_out_without_changing_the_model(canvas: Canvas) -> None:
    before = model_to_bytes(canvas.document.model)
    Arrangement(canvas.document.model, FlowDirection.DOWN).arrange()
    assert model_to_bytes(canvas.document.model) == before
    canvas.key(Qt.Key.Key_Escape)
