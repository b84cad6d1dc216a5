"""Name scopes as blocks on the canvas: folding, moving, wiring, renaming, problems, values, files."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.geometry import PortKey
from editor.document import Document
from editor.layouts.arrangement import Arrangement, Unit
from editor.scopes import Scopes
from engine.formats import load_graph_file, save_graph_file
from engine.graph import Graph
from engine.model import Model
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.editor.window_kit import show_window

SHIFT = Qt.KeyboardModifier.ShiftModifier


def scoped_graph():
    """x → a (with an inner scope) → b/MatMul → loss, each scope with a kernel."""
    graph = Graph()
    for op_type, name, attributes in (
        ("Placeholder", "x", {"shape": [None, 2]}),
        ("Variable", "a/kernel", {"initial_value": np.ones((2, 2), np.float32)}),
        ("MatMul", "a/MatMul", {}),
        ("Sigmoid", "a/gate/Sigmoid", {}),
        ("Multiply", "a/gate/mul", {}),
        ("Variable", "b/kernel", {"initial_value": np.ones((2, 1), np.float32)}),
        ("MatMul", "b/MatMul", {}),
        ("ReduceSum", "loss", {}),
    ):
        graph.add(op_type, name, attributes)
    for source, target, port in (
        ("x", "a/MatMul", "x"),
        ("a/kernel", "a/MatMul", "y"),
        ("a/MatMul", "a/gate/Sigmoid", "x"),
        ("a/gate/Sigmoid", "a/gate/mul", "x"),
        ("a/MatMul", "a/gate/mul", "y"),
        ("a/gate/mul", "b/MatMul", "x"),
        ("b/kernel", "b/MatMul", "y"),
        ("b/MatMul", "loss", "x"),
    ):
        graph.connect(graph.operation(source).output, graph.operation(target), port)
    return graph


@pytest.fixture
def path(tmp_path):
    save_graph_file(Model(graph=scoped_graph()), tmp_path / "a.graph")
    return tmp_path / "a.graph"


@pytest.fixture
def canvas(qapp, path):
    document = Document()
    document.open(path)
    canvas = Canvas(document)
    yield canvas
    canvas.view.close()


def blocks(canvas):
    return canvas.view.graph_scene.blocks


def on_block(canvas, name):
    return canvas.at(blocks(canvas).items[name].pos() + QPointF(80, 12))


def on_title(canvas, name):
    return canvas.at(blocks(canvas).frames[name].pos() + QPointF(90, 15))


def seen(canvas):
    return sorted(item.name for item in canvas.view.graph_scene.shown())


def positions(document):
    return {name: document.position(name) for name in document.names()}


# --- scopes ------------------------------------------------------------------------------------------------------


def test_scopes_are_prefixes_of_two_or_more_nodes():
    scopes = Scopes(["x", "a/b/c", "a/b/d", "a/e", "one/node", "deep/er/f", "deep/er/g", "a/kernel", "a/kernel/init"])
    assert set(scopes.names) == {"a", "a/b", "deep/er"}
    assert scopes.scope_of("a/b/c") == "a/b"
    assert scopes.by_name["a/b"].parent == "a"
    assert scopes.by_name["a"].members == ["a/b/c", "a/b/d", "a/e", "a/kernel", "a/kernel/init"]
    assert scopes.by_name["deep/er"].label == "deep/er"


# --- opening -----------------------------------------------------------------------------------------------------


def test_a_graph_without_places_opens_folded_and_without_overlaps(canvas):
    assert seen(canvas) == ["a", "b", "loss", "x"]
    boxes = {item.name: item.box for item in canvas.view.graph_scene.shown()}
    for name, box in boxes.items():
        assert not any(box.intersects(other) for key, other in boxes.items() if key != name)
    assert boxes["x"].x() < boxes["a"].x() < boxes["b"].x() < boxes["loss"].x()
    wires = [item for item in canvas.view.graph_scene.wires.values() if item.isVisible()]
    assert sorted((item.wire.source, item.wire.target) for item in wires) == [
        ("a/gate/mul", "b/MatMul"), ("b/MatMul", "loss"), ("x", "a/MatMul"),
    ]  # fmt: skip
    into_a = next(item for item in wires if item.wire.source == "x")
    assert into_a.end == blocks(canvas).items["a"].port_position(PortKey(True, "x:output", 0))


def test_a_block_that_holds_everything_opens_unfolded(qapp, tmp_path):
    graph = Graph()
    for op_type, name in (
        ("Placeholder", "all/x"),
        ("Square", "all/Square"),
        ("Sqrt", "all/in/Sqrt"),
        ("Exp", "all/in/Exp"),
    ):
        graph.add(op_type, name)
    save_graph_file(Model(graph=graph), tmp_path / "one.graph")
    document = Document()
    document.open(tmp_path / "one.graph")
    assert document.folded == {"all/in"}


def test_a_block_says_what_is_in_it(canvas):
    assert blocks(canvas).items["a"].details_text.startswith("4 nodes: ")
    gui.hover(canvas.viewport, on_block(canvas, "a"))
    assert "Double-click" in canvas.view._hover.tooltip()
    port = blocks(canvas).items["a"].port_position(PortKey(True, "x:output", 0))
    gui.hover(canvas.viewport, canvas.at(port))
    assert "a/MatMul" in canvas.view._hover.tooltip()


# --- folding -----------------------------------------------------------------------------------------------------


def test_double_click_and_enter_unfold_and_fold_and_everything_comes_back(canvas):
    before = positions(canvas.document)
    gui.double_click(canvas.viewport, on_block(canvas, "a"))
    assert seen(canvas) == ["a/MatMul", "a/gate", "a/kernel", "b", "loss", "x"]
    frame = blocks(canvas).frames["a"]
    for name in ("a/kernel", "a/MatMul"):
        assert frame.box.contains(canvas.node(name).box)
    others = [blocks(canvas).items["b"], canvas.node("loss"), canvas.node("x")]
    assert not any(frame.box.intersects(item.box) for item in others)
    assert canvas.node("a/kernel").label == "kernel"
    canvas.view.fit()
    gui.double_click(canvas.viewport, on_block(canvas, "a/gate"))
    assert "a/gate/mul" in seen(canvas)
    assert blocks(canvas).frames["a"].box.contains(blocks(canvas).frames["a/gate"].box)
    canvas.view.fit()
    gui.click(canvas.viewport, on_title(canvas, "a/gate"))
    canvas.key(Qt.Key.Key_Return)
    assert "a/gate" in seen(canvas)
    canvas.view.fit()
    gui.click(canvas.viewport, canvas.at(blocks(canvas).frames["a"].button_box.center()))
    assert seen(canvas) == ["a", "b", "loss", "x"]
    assert positions(canvas.document) == before
    for _ in range(4):
        canvas.document.undo_stack.undo()
    assert canvas.document.is_clean
    assert seen(canvas) == ["a", "b", "loss", "x"]


def test_what_is_folded_is_kept_in_the_file(canvas, path):
    canvas.document.set_folded(["a"], False)
    canvas.document.save()
    assert load_graph_file(path).folded == {"a/gate", "b"}
    again = Document()
    again.open(path)
    assert again.folded == {"a/gate", "b"}
    assert positions(again) == positions(canvas.document)


# --- editing -----------------------------------------------------------------------------------------------------


def test_dragging_a_block_moves_all_its_nodes_in_one_step(canvas):
    before = positions(canvas.document)
    start = on_block(canvas, "b")
    canvas.drag(start, start + QPointF(0, 100) * canvas.view.zoom)
    after = positions(canvas.document)
    assert {name for name in after if after[name] != before[name]} == {"b/kernel", "b/MatMul"}
    moved = {(after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in ("b/kernel", "b/MatMul")}
    assert len(moved) == 1
    assert canvas.document.undo_stack.count() == 1
    canvas.document.undo_stack.undo()
    assert positions(canvas.document) == before


def test_dragging_the_title_moves_the_frame(canvas):
    canvas.document.set_folded(["b"], False)
    canvas.view.fit()
    box = blocks(canvas).frames["b"].box
    start = on_title(canvas, "b")
    canvas.drag(start, start + QPointF(0, 100) * canvas.view.zoom)
    assert blocks(canvas).frames["b"].box.y() - box.y() == pytest.approx(100, abs=10)
    assert canvas.view.selected_scope() == "b"


def test_selecting_copying_and_deleting_a_block_takes_all_its_nodes(canvas):
    gui.click(canvas.viewport, on_block(canvas, "a"))
    assert canvas.view.selected_nodes() == ["a/kernel", "a/MatMul", "a/gate/Sigmoid", "a/gate/mul"]
    assert canvas.view.selected_scope() == "a"
    text = canvas.document.copy(canvas.view.selected_nodes())
    assert "a/gate/mul" in text
    canvas.key(Qt.Key.Key_Delete)
    assert canvas.document.names() == ["x", "b/kernel", "b/MatMul", "loss"]
    assert seen(canvas) == ["b", "loss", "x"]
    canvas.document.undo_stack.undo()
    assert seen(canvas) == ["a", "b", "loss", "x"]
    assert len(canvas.view.graph_scene.wires) == 8


def test_a_scope_is_renamed_with_all_its_nodes_in_one_step(canvas):
    assert canvas.document.rename_block("a", "layer")
    assert seen(canvas) == ["b", "layer", "loss", "x"]
    assert "layer/gate/mul" in canvas.document.names()
    assert canvas.document.folded == {"layer", "layer/gate", "b"}
    canvas.document.undo_stack.undo()
    assert seen(canvas) == ["a", "b", "loss", "x"]
    refused = canvas.document.rename_block("a", "b")
    assert not refused
    assert "b/kernel" in refused.reason
    assert not canvas.document.rename_block("a", "")
    assert canvas.document.undo_stack.index() == 0


def test_a_wire_dropped_on_a_blocks_port_takes_the_place_of_the_one_inside(canvas):
    start = blocks(canvas).items["a"].port_position(PortKey(False, "a/gate/mul:output", 0))
    end = canvas.node("loss").port_position(PortKey(True, "x", 0))
    canvas.drag(canvas.at(start), canvas.at(end))
    assert ("a/gate/mul", "loss", "x", 0) in canvas.wires
    assert ("b/MatMul", "loss", "x", 0) not in canvas.wires
    # b gives nothing any more, so its port is gone; x goes into it instead of a's output.
    assert [port.key.is_input for port in blocks(canvas).items["b"].geometry.ports] == [True]
    start = canvas.node("x").port_position(PortKey(False, "output", 0))
    end = blocks(canvas).items["b"].port_position(PortKey(True, "a/gate/mul:output", 0))
    canvas.drag(canvas.at(start), canvas.at(end))
    assert ("x", "b/MatMul", "x", 0) in canvas.wires
    assert canvas.document.undo_stack.count() == 2


def test_a_wire_is_picked_up_at_a_blocks_port(canvas):
    start = blocks(canvas).items["b"].port_position(PortKey(True, "a/gate/mul:output", 0))
    canvas.drag(canvas.at(start), canvas.on_nothing())
    assert ("a/gate/mul", "b/MatMul", "x", 0) not in canvas.wires


def test_arrange_is_one_step_and_leaves_no_overlaps(canvas):
    canvas.document.set_folded(["a", "a/gate", "b"], False)
    canvas.document.move_nodes(dict.fromkeys(canvas.document.names(), (0.0, 0.0)))
    count = canvas.document.undo_stack.index()
    canvas.view.select([])
    canvas.view.arrange()
    assert canvas.document.undo_stack.index() == count + 1
    boxes = [item.box for item in canvas.view.graph_scene.shown()]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    canvas.view.select(["x", "loss"])
    before = positions(canvas.document)
    canvas.view.arrange()
    after = positions(canvas.document)
    assert {name for name in after if after[name] != before[name]} <= {"x", "loss"}


# --- what is inside shows ----------------------------------------------------------------------------------------


def test_a_problem_inside_is_marked_on_the_block_and_led_to(canvas):
    canvas.document.disconnect([wire for wire in canvas.document.wires() if wire.target == "a/gate/Sigmoid"])
    canvas.document.check_now()
    problem = next(problem for problem in canvas.document.problems if problem.node == "a/gate/Sigmoid")
    assert problem in blocks(canvas).items["a"].problems
    canvas.view.reveal_problem(problem)
    assert canvas.node("a/gate/Sigmoid").isVisible()
    assert canvas.view.selected_nodes() == ["a/gate/Sigmoid"]


def test_a_block_shows_the_value_of_what_leaves_it(canvas):
    canvas.view.set_values({"b/MatMul": np.float32(3), "b/kernel": np.float32(7)})
    canvas.view.graph_scene.values.show_pending()
    assert blocks(canvas).items["b"].value.array == 3
    canvas.view.mark_values_stale()
    assert blocks(canvas).items["b"].value.is_stale
    canvas.document.set_folded(["b"], False)
    canvas.document.set_folded(["b"], True)
    assert blocks(canvas).items["b"].value.array == 3
    assert blocks(canvas).items["b"].value.is_stale


def test_a_node_that_is_folded_away_while_a_run_begins_keeps_no_light(canvas):
    scene = canvas.view.graph_scene
    canvas.document.set_folded(["b"], False)
    scene._move_sweep(0.4)
    canvas.document.set_folded(["b"], True)
    scene._move_sweep(None)
    assert {item.sweep for item in (*scene.nodes.values(), *blocks(canvas).items.values())} == {None}


def test_a_frame_makes_the_room_that_it_needs_and_gives_it_back():
    graph = scoped_graph()
    model = Model(graph=graph)
    arrangement = Arrangement(model)
    arrangement.folded = set(arrangement.scopes.names)
    arrangement.arrange(with_blocks=True)
    start = dict(arrangement.places)
    for order in (["a", "a/gate", "b"], ["b", "a", "a/gate"]):
        for scope in order:
            arrangement.set_folded(scope, False)
        rects = [arrangement.rect(unit) for unit in arrangement.units_in()]
        rects.sort()
        for left, right in pairwise(rects):
            assert left.right <= right.left
        for scope in reversed(order):
            arrangement.set_folded(scope, True)
        assert arrangement.places == start
    assert arrangement.rect(Unit("a", True)).width == 160


def test_renaming_into_a_folded_scope_hides_the_node(canvas):
    assert canvas.document.rename("loss", "b/loss")
    assert seen(canvas) == ["a", "b", "x"]
    QApplication.processEvents()
    canvas.document.undo_stack.undo()
    assert seen(canvas) == ["a", "b", "loss", "x"]


# --- in the window -----------------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot, path, tmp_path):
    window = show_window(qtbot, tmp_path, 1200, 800)
    window.open_path(path)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def test_the_inspector_shows_a_block_renames_it_and_leads_to_its_nodes(window):
    scene = window.canvas.graph_scene
    scene.select_items({scene.blocks.items["a"]})
    block = window.inspector.block
    assert block is not None
    assert [block.nodes.item(row).text() for row in range(block.nodes.count())] == [
        "kernel", "MatMul", "gate/Sigmoid", "gate/mul",
    ]  # fmt: skip
    window.edit.rename.trigger()
    block.name_edit.setText("layer")
    gui.press_key(block.name_edit, Qt.Key.Key_Return)
    assert "layer" in scene.blocks.items
    assert window.inspector.block.name == "layer"
    window.inspector.block.nodes.setCurrentRow(3)
    gui.press_key(window.inspector.block.nodes, Qt.Key.Key_Return)
    assert window.canvas.selected_nodes() == ["layer/gate/mul"]
    assert window.inspector.node is not None
    window.edit.fold_all.trigger()
    assert seen_names(scene) == ["b", "layer", "loss", "x"]
    window.edit.arrange.trigger()


def seen_names(scene):
    return sorted(item.name for item in scene.shown())
