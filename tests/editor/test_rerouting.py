"""Points on wires: added, dragged and taken away with the pointer, and kept true to their wires by every command."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.routed_path import place_for_label
from editor.commands import ArrangeNodes, Reroute, SetDirection
from editor.document import Document
from editor.layouts.arrangement import Arrangement
from editor.recovery.keeper import JournalKeeper
from editor.wire_id import WireId
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.formats.journal import read_journal
from engine.model import FlowDirection
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.editor.test_wire_editing import chain_document, wire_item

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
WIRE = WireId("x", "output", "square", "x", 0)
POINTS = ((220.0, 100.0), (300.0, 60.0))


@pytest.fixture
def canvas(qapp: QApplication) -> Canvas:
    return Canvas(chain_document())


def routed(document: Document) -> Document:
    document.do(Reroute(document, WIRE, POINTS))
    document.undo_stack.clear()
    return document


def at_middle(canvas: Canvas) -> QPointF:
    return canvas.at(wire_item(canvas, "x", "square").path.pointAtPercent(0.5))


# --- with the pointer ------------------------------------------------------------------------------------------------


def test_alt_and_a_click_add_a_point_and_take_it_away(canvas: Canvas) -> None:
    document = canvas.document
    before = model_to_bytes(document.model)
    gui.click(canvas.viewport, at_middle(canvas), keys=ALT)
    assert len(document.model.routes[WIRE]) == 1
    assert document.undo_stack.count() == 1
    item = wire_item(canvas, "x", "square")
    assert item.points == [QPointF(*document.model.routes[WIRE][0])]
    gui.click(canvas.viewport, canvas.at(item.points[0]), keys=ALT)
    assert document.model.routes == {}
    assert item.points == []
    document.undo_stack.setIndex(0)
    assert model_to_bytes(document.model) == before


def test_a_point_is_drawn_out_of_a_wire_and_dragged_on_and_the_wire_goes_through_it(canvas: Canvas) -> None:
    document = canvas.document
    start = at_middle(canvas)
    gui.drag(canvas.viewport, start, start + QPointF(0, 60), keys=ALT)
    item = wire_item(canvas, "x", "square")
    (point,) = item.points
    assert item.path.intersects(item.path.boundingRect())
    nearest = min((item.path.pointAtPercent(share / 400) - point).manhattanLength() for share in range(401))
    assert nearest < 3
    canvas.drag(canvas.at(point), canvas.at(point + QPointF(40, 40)))
    assert document.model.routes[WIRE] == ((point.x() + 40, point.y() + 40),)
    assert document.undo_stack.count() == 2
    beside = place_for_label(item.path) - item.points[0]
    assert beside.manhattanLength() > 40, "the point can be seen beside the shape"
    # The wire is taken hold of where it runs now, not where it ran.
    found = canvas.view.graph_scene.hit(item.points[0], 1.0)
    assert (found.wire, found.point) == (item, 0)
    assert canvas.view.graph_scene.hit(QPointF(280, 22), 1.0).wire is not item


def test_esc_leaves_the_wire_as_it_was(canvas: Canvas) -> None:
    start = at_middle(canvas)
    item = wire_item(canvas, "x", "square")
    path = item.path
    gui.press(canvas.viewport, start, keys=ALT)
    gui.drag_on(canvas.viewport, start, start + QPointF(0, 80), keys=ALT)
    assert len(item.points) == 1
    canvas.key(Qt.Key.Key_Escape)
    gui.release(canvas.viewport, start + QPointF(0, 80), keys=ALT)
    assert item.points == []
    assert item.path == path
    assert canvas.document.undo_stack.count() == 0


def test_points_move_with_both_nodes_of_their_wire_while_these_are_dragged_and_in_the_same_step(canvas: Canvas) -> None:
    document = routed(canvas.document)
    before = model_to_bytes(document.model)
    item = wire_item(canvas, "x", "square")
    canvas.view.select(["x", "square"])
    live: list[QPointF] = []
    start = canvas.on_node("x")
    canvas.drag(start, start + QPointF(40, 60), keys=CTRL, before_release=lambda: live.extend(item.points))
    dx, dy = document.position("x")
    assert (dx, dy) != (0, 0)
    assert live == [QPointF(x + dx, y + dy) for x, y in POINTS]
    assert document.model.routes[WIRE] == tuple((x + dx, y + dy) for x, y in POINTS)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    assert item.points == [QPointF(*point) for point in POINTS]


def test_points_stay_where_only_one_node_moves(canvas: Canvas) -> None:
    document = routed(canvas.document)
    document.move_nodes({"x": (0, 50)})
    assert document.model.routes[WIRE] == POINTS


# --- in the document -------------------------------------------------------------------------------------------------


def test_nudges_that_follow_each_other_move_the_points_in_one_step(qapp: QApplication) -> None:
    document = routed(chain_document())
    for step in range(1, 4):
        document.move_nodes({"x": (10.0 * step, 0), "square": (400 + 10.0 * step, 0)}, nudge=True)
    assert document.model.routes[WIRE] == tuple((x + 30, y) for x, y in POINTS)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.model.routes[WIRE] == POINTS


def test_points_are_kept_when_a_node_is_renamed_or_the_wire_led_elsewhere(qapp: QApplication) -> None:
    document = routed(chain_document())
    document.rename("x", "input")
    assert document.model.routes == {WIRE.renamed("x", "input"): POINTS}
    document.undo_stack.undo()
    assert document.rewire(WIRE, "relu", "x")
    assert document.model.routes == {WireId("x", "output", "relu", "x", 0): POINTS}
    document.undo_stack.undo()
    assert document.model.routes == {WIRE: POINTS}


def test_points_go_with_their_wire_and_come_back_with_it(qapp: QApplication) -> None:
    document = routed(chain_document())
    before = model_to_bytes(document.model)
    document.delete(["square"])
    assert document.model.routes == {}
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    document.disconnect([WIRE])
    assert document.connect("x", "output", "square", "x")
    assert document.model.routes == {}


def test_a_wire_at_another_place_of_a_variadic_port_keeps_its_points(qapp: QApplication) -> None:
    document = chain_document()
    document.add_node("Concat", (1100, 0), "concat")
    for source in ("x", "square", "total"):
        document.connect(source, "output", "concat", "values")
    document.do(Reroute(document, WireId("total", "output", "concat", "values", 2), POINTS))
    document.delete([], [WireId("x", "output", "concat", "values", 0)])
    assert document.model.routes == {WireId("total", "output", "concat", "values", 1): POINTS}


def test_copies_have_the_points_beside_the_originals(qapp: QApplication) -> None:
    document = routed(chain_document())
    names = document.paste(document.copy(["x", "square"]), (1000, 500))
    dx = document.position(names[0])[0]
    dy = document.position(names[0])[1]
    wire = WireId(names[0], "output", names[1], "x", 0)
    assert document.model.routes[wire] == tuple((x + dx, y + dy) for x, y in POINTS)
    assert document.model.routes[WIRE] == POINTS


def test_points_are_saved_and_opened_again(qapp: QApplication, tmp_path: Path) -> None:
    document = routed(chain_document())
    document.save(tmp_path / "routed.graph")
    again = Document()
    again.open(tmp_path / "routed.graph")
    assert again.model.routes == {WIRE: POINTS}


def test_points_are_in_the_recovery_journal(qapp: QApplication, tmp_path: Path) -> None:
    document = chain_document()
    keeper = JournalKeeper(document, tmp_path)
    document.rename("b", "bias")
    keeper.flush()
    document.do(Reroute(document, WIRE, POINTS))
    keeper.flush()
    assert keeper.journal is not None
    kept = read_journal(keeper.journal).data
    assert kept is not None
    assert model_from_bytes(kept, "the journal").routes == {WIRE: POINTS}
    keeper.end()


def test_nodes_that_are_laid_out_anew_have_straight_wires(qapp: QApplication) -> None:
    document = routed(chain_document())
    arrangement = Arrangement(document.model)
    arrangement.arrange()
    document.do(SetDirection(document, FlowDirection.DOWN, arrangement.places))
    assert document.model.routes == {}
    document.undo_stack.undo()
    document.do(ArrangeNodes(document, arrangement.places, is_whole=True))
    assert document.model.routes == {}
    document.undo_stack.undo()
    assert document.model.routes == {WIRE: POINTS}


def test_the_view_from_afar_and_what_is_hidden_follow(canvas: Canvas) -> None:
    routed(canvas.document)
    scene = canvas.view.graph_scene
    lines = scene.routes.lines()
    assert [line[2:] for line in lines[:-1]] == list(POINTS)
    assert len(scene.wire_plan.seen_ends(without=scene.routes.seen())) == len(scene.wires) - 1
