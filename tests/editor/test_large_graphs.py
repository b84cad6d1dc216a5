"""A large graph on the canvas: what is not seen has no items, and nothing tells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from editor.canvas.box_pictures import PICTURES
from editor.canvas.geometry import PortKey
from editor.document import Document
from engine.graph import Graph
from engine.model import Model
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

ROWS, COLUMNS = 20, 20


def grid(rows: int = ROWS, columns: int = COLUMNS) -> Model:
    """Constants at the left, and sums of two neighbours of the column before in all other columns."""
    graph = Graph()
    for column in range(columns):
        for row in range(rows):
            name = f"n{column}_{row}"
            if not column:
                graph.create("Constant", {}, {"value": [1.0]}, name)
                continue
            x, y = (graph.operation(f"n{column - 1}_{(row + aside) % rows}").output for aside in (0, 1))
            graph.create("Add", {"x": x, "y": y}, {}, name)
    places = {op.name: _place(op.name) for op in graph.get_operations()}
    return Model(graph, positions=places)


def _place(name: str) -> tuple[float, float]:
    column, row = map(int, name[1:].split("_"))
    return column * 240.0, row * 110.0


@pytest.fixture
def large(qapp: QApplication) -> Iterator[Canvas]:
    document = Document()
    document.look_at(grid(), "")
    canvas = Canvas(document)
    canvas.view.camera.show(QPointF(500, 500), 1.0)
    _settle(canvas)
    yield canvas
    canvas.assert_shows_document()
    canvas.view.close()
    canvas.view.deleteLater()


def _settle(canvas: Canvas) -> None:
    """Until all that is seen is painted in full."""
    view = canvas.view
    QTest.qWait(10)
    while view._ahead.is_busy or view._preview.is_on:
        QTest.qWait(10)
    QTest.qWait(10)


def _painted(canvas: Canvas) -> QImage:
    return canvas.viewport.grab().toImage()


def _difference(first: QImage, second: QImage) -> float:
    """How many of the pixels differ visibly, as a share."""
    one, two = (
        np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8).astype(int)
        for image in (first, second)
    )
    return float((abs(one - two) > 24).mean())


def test_only_what_is_seen_has_items_and_the_rest_is_there_all_the_same(large: Canvas) -> None:
    scene = large.view.graph_scene
    assert 10 < len(scene.nodes.made) < 100 < len(scene.nodes) == 400
    assert len(scene.wires.made) < len(scene.wires) == 760
    assert scene.graph_rect() == QRectF(0, 0, 19 * 240 + 160, scene.graph_rect().height())
    far = QPointF(19 * 240 + 80, 19 * 110 + 20)
    assert "n19_19" not in scene.nodes.made
    hit = scene.hit(far, 1.0)
    assert hit.node is not None and hit.node.name == "n19_19"
    large.view.select_all()
    assert large.view.selected_nodes() == large.document.names()
    assert set(large.view.selected_wires()) == set(large.document.wires())


def test_a_picture_of_the_whole_scene_has_what_was_never_seen(large: Canvas) -> None:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    corner = QRectF(18 * 240, 18 * 110, 400, 200)
    large.view.graph_scene.render(painter, QRectF(image.rect()), corner)
    painter.end()
    assert len({image.pixel(x, y) for x in range(0, 400, 5) for y in range(0, 200, 5)}) > 3
    assert "n19_19" in large.view.graph_scene.nodes.made


def test_from_far_away_nothing_needs_items(large: Canvas) -> None:
    document = Document()
    document.look_at(grid(), "")
    other = Canvas(document)
    assert other.view.is_far
    assert not other.view.graph_scene.nodes.made and not other.view.graph_scene.wires.made
    colors = {other.viewport.grab().toImage().pixel(x, 350) for x in range(0, 1000, 3)}
    assert len(colors) > 1
    other.view.close()
    other.view.deleteLater()


@pytest.mark.parametrize(("zoom", "is_opaque"), [(1.0, False), (0.4, True)])
def test_panning_leaves_the_picture_that_painting_all_gives(large: Canvas, zoom: float, is_opaque: bool) -> None:
    cover = QLabel("over the canvas", large.view)
    cover.setGeometry(700, 500, 200, 100)
    cover.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, is_opaque)
    cover.setAutoFillBackground(is_opaque)
    cover.show()
    large.view.camera.show(QPointF(2000, 1000), zoom)
    _settle(large)
    for x, y in ((-60, -30), (17, 44), (-5, 0), (0, 300)):
        large.view.camera.pan_by(x, y)
        QApplication.processEvents()
    _settle(large)
    screen = large.view.viewport().screen().grabWindow(large.view.winId()).toImage()
    large.view.viewport().update()
    QApplication.processEvents()
    again = large.view.viewport().screen().grabWindow(large.view.winId()).toImage()
    assert not screen.isNull()
    assert _difference(screen, again) < 0.001


def test_what_changes_on_a_box_is_painted_though_its_picture_was_kept(large: Canvas) -> None:
    before = _painted(large)
    large.view.select(["n2_4"])
    selected = _painted(large)
    assert _difference(before, selected) > 0
    large.view.select([])
    assert _difference(before, _painted(large)) == 0
    gui.hover(large.viewport, large.on_node("n2_4"))
    assert _difference(before, _painted(large)) > 0
    gui.hover(large.viewport, large.on_node("n2_4") + QPointF(0, 60))
    large.view.set_values({"n2_4": np.array([3.25])})
    large.view.graph_scene.values.show_pending()
    valued = _painted(large)
    large.view.mark_values_stale(["n2_4"])
    assert _difference(valued, _painted(large)) > 0


def test_kept_pictures_take_a_limited_amount_of_memory(
    large: Canvas, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("editor.canvas.box_pictures._MOST_BYTES", 400_000)
    for known in list(PICTURES._pictures):
        PICTURES.forget(known)
    for x in range(0, 4000, 400):
        large.view.camera.show(QPointF(x, 900), 1.0)
        _settle(large)
    assert 0 < PICTURES._bytes <= 400_000
    assert len(large.view.graph_scene.nodes.made) * 184 * 68 * 4 > 400_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(["move", "delete", "undo", "redo", "look", "rename"]), st.integers(0, 40)),
        max_size=12,
    )
)
def test_the_arrays_tell_what_the_items_tell_after_any_edits(
    qapp: QApplication, changes: list[tuple[str, int]]
) -> None:
    document = Document()
    document._replace(grid(6, 7), None)
    canvas = Canvas(document)
    scene = canvas.view.graph_scene
    for kind, number in changes:
        names = document.names()
        name = names[number % len(names)] if names else ""
        if kind == "undo":
            document.undo_stack.undo()
        elif kind == "redo":
            document.undo_stack.redo()
        elif kind == "look":
            scene.make_items_in(QRectF(number * 30, number * 10, 600, 300))
        elif name and kind == "move":
            document.move_nodes({name: (number * 17.0, number * 5.0)})
        elif name and kind == "delete":
            document.delete(names[number % len(names) :][:3])
        elif name and kind == "rename":
            document.rename(name, f"other_{number}_{len(names)}")
    ends = {wire: scene.wire_plan.ends_of(wire) for wire in scene.wires}
    boxes = {name: scene.node_plan.around([name]) for name in scene.nodes}
    assert scene.node_plan.of.keys() == set(document.names())
    assert scene.wire_plan.of.keys() == set(document.wires())
    assert boxes == {name: item.box for name, item in scene.nodes.items()}
    for wire, (start, end) in ends.items():
        assert start == scene.port_position(wire.source, PortKey(False, wire.source_port, 0))
        assert end == scene.port_position(wire.target, PortKey(True, wire.target_port, wire.slot))
        assert (scene.wires[wire].start, scene.wires[wire].end) == (start, end)
    canvas.assert_shows_document()
    canvas.view.close()
    canvas.view.deleteLater()
