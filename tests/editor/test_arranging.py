"""Lines and gaps, clinging to grid and neighbours, collapsed nodes, and the actions that do it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.arranging import Axis, align, distribute, toggle_collapsed
from editor.canvas.geometry import COLLAPSED_HEIGHT, PortKey
from editor.canvas.snapping import Neighbours, cling
from editor.commands import ChangeAreas
from editor.layouts.alignment import Side, Span, aligned, distributed
from engine.formats.graph_file import model_to_bytes
from engine.model import Frame, Note
from tests.editor.canvas_kit import Canvas

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    canvas = Canvas()
    yield canvas
    canvas.view.close()


# --- lines and gaps ----------------------------------------------------------------------------------------------

numbers = st.integers(-10_000, 10_000).map(float)
spans = st.lists(st.builds(Span, numbers, st.integers(1, 500).map(float)), max_size=12)


@given(spans, st.sampled_from(Side))
def test_aligned_spans_share_a_line_within_the_room_that_they_took(boxes, side):
    moved = [
        span.start + offset + side.value * span.length for span, offset in zip(boxes, aligned(boxes, side), strict=True)
    ]
    if boxes:
        first, last = min(span.start for span in boxes), max(span.end for span in boxes)
        assert moved == pytest.approx([first + side.value * (last - first)] * len(boxes))


@given(spans)
def test_distributed_spans_have_equal_gaps_and_the_outermost_stay(boxes):
    offsets = distributed(boxes)
    moved = [Span(span.start + offset, span.length) for span, offset in zip(boxes, offsets, strict=True)]
    order = sorted(range(len(boxes)), key=lambda place: (boxes[place].start + boxes[place].end, place))
    if len(boxes) > 2:
        ordered = [moved[place] for place in order]
        gaps = [after.start - before.end for before, after in pairwise(ordered)]
        assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=1e-6)
        assert offsets[order[0]] == offsets[order[-1]] == 0
    else:
        assert not any(offsets)


def test_nodes_and_notes_are_aligned_and_distributed_in_one_step(canvas: Canvas) -> None:
    document, scene = canvas.document, canvas.view.graph_scene
    note = Note(90.0, 500.0, 200.0, 80.0, "note")
    document.do(ChangeAreas(document, "Add", [(None, note)]))
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    scene.select_only(["x", "product", "sum"], (), scene.annotations.all())
    align(scene, Axis.HORIZONTAL, Side.START)
    assert [document.position(name)[0] for name in ("x", "product", "sum")] == [0, 0, 0]
    assert document.model.notes[0].left == 0
    assert document.position("product")[1] == 40, "only across"
    assert document.undo_stack.count() == 1
    distribute(scene, Axis.VERTICAL)
    boxes = [scene.nodes[name].box for name in ("x", "product", "sum")] + [scene.annotations.notes[0].box]
    gaps = [below.top() - above.bottom() for above, below in pairwise(boxes)]
    assert gaps == pytest.approx([gaps[0]] * 3)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before


def test_what_lies_in_a_selected_frame_moves_with_it_and_not_by_itself(canvas: Canvas) -> None:
    document, scene = canvas.document, canvas.view.graph_scene
    frame = Frame(240.0, 0.0, 200.0, 180.0, "Product")
    document.do(ChangeAreas(document, "Add", [(None, frame)]))
    scene.select_only(["product", "x"], (), scene.annotations.all())
    align(scene, Axis.HORIZONTAL, Side.START)
    assert document.model.frames[0].left == 0
    assert document.position("product") == (20, 40), "still where it stood in the frame"
    assert document.position("x") == (0, 0)


# --- clinging ----------------------------------------------------------------------------------------------------


def test_a_box_clings_to_the_nearest_line_within_reach_and_else_to_the_grid():
    neighbours = Neighbours([(103, 200, 160, 44), (500, 7, 100, 44)])
    place, guides = cling(QRectF(107, 53, 160, 44), neighbours, True, 6.0)
    assert place == QPointF(103, 50), "x from the neighbour, y from the grid"
    assert {guide.x1() for guide in guides} == {103, 183, 263}
    assert all(guide.y1() <= 53 and guide.y2() >= 244 for guide in guides), "from one box to the other"
    place, guides = cling(QRectF(115, 53, 160, 44), neighbours, True, 6.0)
    assert (place, guides) == (QPointF(120, 50), []), "too far away"
    assert cling(QRectF(115, 53, 160, 44), None, False, 6.0) == (QPointF(115, 53), [])
    # The middle of a box of another width comes to lie under the other's middle.
    place, _ = cling(QRectF(504, 300, 94, 44), neighbours, False, 6.0)
    assert place.x() + 47 == 550


def test_a_dragged_node_clings_to_its_neighbour_and_alt_suspends_that(canvas: Canvas) -> None:
    canvas.document.move_nodes({"sum": (523.0, 120.0)})
    start = canvas.on_node("square")
    seen: list[int] = []

    def look() -> None:
        gesture = canvas.view.gesture
        assert gesture is not None
        seen.append(len(gesture._guides))

    canvas.drag(start, start + QPointF(5, 60) * canvas.view.zoom, before_release=look)
    assert canvas.document.position("square")[0] == 523
    assert seen[0] > 0, "guides show it"
    canvas.document.undo_stack.undo()
    canvas.drag(start, start + QPointF(7, 60) * canvas.view.zoom, keys=ALT)
    assert canvas.document.position("square") == pytest.approx((527, 380), abs=1)
    canvas.document.undo_stack.undo()
    canvas.view.snapping.to_neighbours = False
    canvas.drag(start, start + QPointF(7, 60) * canvas.view.zoom)
    assert canvas.document.position("square")[0] == 530, "the grid alone"


# --- collapsing --------------------------------------------------------------------------------------------------


def test_h_collapses_the_selection_with_its_ports_merged_and_h_expands_it_again(canvas: Canvas) -> None:
    before = model_to_bytes(canvas.document.model)
    canvas.view.select(["product", "sum"])
    canvas.key(Qt.Key.Key_H)
    assert canvas.document.model.collapsed == {"product", "sum"}
    item = canvas.node("product")
    assert item.box.height() == COLLAPSED_HEIGHT
    ends = {port.center.y() for port in item.geometry.ports}
    assert ends == {COLLAPSED_HEIGHT / 2}
    assert item.port_position(PortKey(True, "x", 0)) == item.port_position(PortKey(True, "y", 0))
    canvas.assert_shows_document()
    assert canvas.document.undo_stack.count() == 1
    canvas.key(Qt.Key.Key_H)
    assert model_to_bytes(canvas.document.model) == before
    canvas.document.undo_stack.undo()
    assert item.box.height() == COLLAPSED_HEIGHT
    canvas.document.undo_stack.undo()
    assert model_to_bytes(canvas.document.model) == before
    canvas.assert_shows_document()


def test_a_wire_dropped_on_merged_ports_goes_to_the_free_one(canvas: Canvas) -> None:
    canvas.document.delete([], [wire for wire in canvas.document.wires() if wire.source == "W"])
    canvas.view.select(["product"])
    toggle_collapsed(canvas.view.graph_scene)
    canvas.drag(canvas.on_output("W"), canvas.on_port("product", "x"))
    assert ("W", "product", "y", 0) in canvas.wires
    assert ("x", "product", "x", 0) in canvas.wires


def test_collapsed_follows_names_copies_and_undo(canvas: Canvas) -> None:
    document = canvas.document
    canvas.view.select(["product"])
    toggle_collapsed(canvas.view.graph_scene)
    document.rename("product", "times")
    assert document.model.collapsed == {"times"}
    (copy,) = document.duplicate(["times"])
    assert document.model.collapsed == {"times", copy}
    assert canvas.node(copy).geometry.is_collapsed
    document.delete(["times"])
    assert document.model.collapsed == {copy}
    document.undo_stack.undo()
    assert canvas.node("times").geometry.is_collapsed
    canvas.assert_shows_document()


def test_a_collapsed_node_shows_no_value_strip(canvas: Canvas) -> None:
    canvas.view.select(["product"])
    toggle_collapsed(canvas.view.graph_scene)
    item = canvas.node("product")
    assert not item.has_strip
    assert not item.is_on_strip(item.pos() + QPointF(80, 40))
