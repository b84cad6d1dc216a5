"""Named sizes in the editor: on wires and nodes, in hovers, in the inspector, and given other names."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from editor.commands import RenameSize
from editor.document import Document
from editor.panels.inspector import Inspector
from engine.formats.graph_file import model_to_bytes
from engine.graph import AttributeValueError
from engine.model import RunSettings, TypedValues
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.editor.panels_kit import RecordedRun, retype, show


@pytest.fixture
def document(qapp: object) -> Document:
    """x [B, 3] times W, less y [N, 1]."""
    document = Document()
    document.add_node("Placeholder", (0, 0), "x", {"shape": "B, 3"})
    document.add_node("Variable", (0, 160), "W", {"initial_value": "[[1], [2], [3]]"})
    document.add_node("Placeholder", (0, 320), "y", {"shape": "?, 1"})
    document.add_node("MatMul", (360, 0), "product")
    document.add_node("Subtract", (720, 0), "error")
    for source, target, port in (
        ("x", "product", "x"),
        ("W", "product", "y"),
        ("product", "error", "x"),
        ("y", "error", "y"),
    ):
        assert document.connect(source, "output", target, port)
    document.undo_stack.clear()
    document.check_now()
    return document


@pytest.fixture
def inspector(qtbot: QtBot, document: Document) -> Inspector:
    inspector = Inspector(document, RecordedRun(document))
    show(qtbot, inspector, 320, 760)
    return inspector


def labels(canvas: Canvas) -> dict[str, str]:
    return {wire.source: item.label for wire, item in canvas.view.graph_scene.wires.items()}


def test_wires_and_nodes_are_written_with_the_names(document: Document) -> None:
    canvas = Canvas(document)
    assert labels(canvas) == {"x": "[B, 3]", "W": "[3, 1]", "product": "[B, 1]", "y": "[B, 1]"}
    assert "[B, 3] float32" in canvas.node("x").details_text
    assert "[B, 1] float32" in canvas.node("y").details_text
    document.set_attribute("x", "shape", "rows, 3")
    document.check_now()
    assert labels(canvas)["product"] == labels(canvas)["y"] == "[rows, 1]"
    document.undo_stack.undo()
    document.check_now()
    assert labels(canvas)["y"] == "[B, 1]"


def test_a_document_is_opened_with_its_names(document: Document, tmp_path) -> None:
    document.save(tmp_path / "named.graph")
    opened = Document()
    opened.open(tmp_path / "named.graph")
    assert labels(Canvas(opened))["y"] == "[B, 1]"


def test_only_what_is_written_otherwise_is_told(document: Document, qtbot: QtBot) -> None:
    told: list[list[str]] = []
    document.sizes_changed.connect(told.append)
    document.check_now()
    assert told == []
    document.set_attribute("x", "shape", "rows, 3")
    document.check_now()
    assert told == [["x", "y", "product", "error"]]


def test_labels_change_shortly_after_an_edit_by_themselves(document: Document, qtbot: QtBot) -> None:
    canvas = Canvas(document)
    with qtbot.waitSignal(document.sizes_changed, timeout=5000):
        document.set_attribute("x", "shape", "?, 3")
    assert labels(canvas)["x"] == "[B, 3]"  # the first letter, as it has no name now
    assert document.sizes.of(document.operation("x").output)[0].symbol == "x:output.0"


def test_hovers_say_what_the_data_gives(document: Document) -> None:
    document.set_data("x", TypedValues("1, 2, 3; 4, 5, 6; 7, 8, 9; 1, 1, 1"))
    document.check_now()
    canvas = Canvas(document)
    gui.hover(canvas.viewport, canvas.on_node("product"))
    assert "[B, 1] float32" in canvas.view._hover.tooltip()
    assert "B = 4, from the data of x" in canvas.view._hover.tooltip()
    document.set_run_settings(RunSettings(batch_size=2))
    document.check_now()
    assert "B = 2, from the data of x" in canvas.view._hover.tooltip()


def test_a_port_says_with_names_what_is_broadcast(document: Document) -> None:
    document.add_node("Variable", (720, 300), "b", {"initial_value": "[1]"})
    document.add_node("Add", (1080, 0), "sum")
    assert document.connect("error", "output", "sum", "x")
    assert document.connect("b", "output", "sum", "y")
    document.check_now()
    canvas = Canvas(document)
    gui.hover(canvas.viewport, canvas.on_port("sum", "y"))
    assert "(1,) is broadcast to (B, 1)" in canvas.view._hover.tooltip()


def test_refusals_have_the_names(document: Document) -> None:
    document.add_node("MatMul", (0, 0), "other")
    document.add_node("Variable", (0, 0), "V", {"initial_value": "[[1], [2]]"})
    assert document.connect("x", "output", "other", "x")
    assert "x is (B, 3) and V is (2, 1)" in document.connect("V", "output", "other", "y").reason


def test_the_inspector_says_where_a_size_occurs(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["y"])
    node = inspector.node
    assert node is not None
    assert list(node.sizes.fields) == ["B"]
    assert node.sizes.texts["B"].text() == "any number"
    occurs = [label.text() for label in node.sizes.findChildren(type(node.sizes.texts["B"])) if "href" in label.text()]
    assert [name in occurs[0] for name in ("x", "product", "y", "error")] == [True] * 4
    document.set_data("y", TypedValues("1; 2; 3"))
    document.check_now()
    assert node.sizes.texts["B"].text() == "3, from the data of y"
    inspector.show_nodes(["W"])
    assert inspector.node is not None
    assert inspector.node.sizes.isHidden()


def test_a_link_leads_to_the_node(inspector: Inspector, qtbot: QtBot) -> None:
    inspector.show_nodes(["x"])
    assert inspector.node is not None
    (links,) = [
        label
        for label in inspector.node.sizes.findChildren(type(inspector.node.sizes.texts["B"]))
        if "href" in label.text()
    ]
    with qtbot.waitSignal(inspector.node_wanted) as wanted:
        links.linkActivated.emit("product")
    assert wanted.args == ["product"]


def test_a_size_is_renamed_in_all_shapes_in_one_step(inspector: Inspector, document: Document) -> None:
    document.set_attribute("y", "shape", "B, 1")
    document.check_now()
    before, count = model_to_bytes(document.model), document.undo_stack.count()
    inspector.show_nodes(["x"])
    assert inspector.node is not None
    retype(inspector.node.sizes.fields["B"].edit, "batch")
    assert document.undo_stack.count() == count + 1
    assert document.undo_stack.undoText() == "Rename size B to batch"
    names = [document.operation(name).attributes["shape"].names for name in ("x", "y")]
    assert names == [("batch", None), ("batch", None)]
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before


def test_a_size_without_a_name_is_given_one(document: Document) -> None:
    document.set_attribute("x", "shape", "?, 3")
    document.check_now()
    (size,) = document.sizes.of(document.operation("error").output)
    assert (size.name, size.symbol) == ("B", "x:output.0")
    document.do(RenameSize(document, size.symbol, size.name, "rows"))
    assert document.operation("x").attributes["shape"].as_written() == ["rows", 3]


def test_a_name_is_taken_away(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["x"])
    assert inspector.node is not None
    retype(inspector.node.sizes.fields["B"].edit, "")
    assert str(document.operation("x").attributes["shape"]) == "(?, 3)"
    assert document.undo_stack.undoText() == "Take the name of size B away"


def test_what_is_no_name_is_refused_in_place(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["x"])
    assert inspector.node is not None
    field = inspector.node.sizes.fields["B"]
    retype(field.edit, "two words")
    assert "'two words' is no name of a size" in field.refusal.text()
    assert document.undo_stack.count() == 0
    with pytest.raises(AttributeValueError):
        RenameSize(document, "B", "B", "3")


def test_the_shape_is_typed_and_shown_with_its_name(inspector: Inspector, document: Document) -> None:
    inspector.show_nodes(["y"])
    assert inspector.node is not None
    editor = inspector.node.attributes.editors["shape"]
    retype(editor.field.edit, "N,1")
    assert editor.field.edit.text() == "[N, 1]"
    assert document.undo_stack.undoText() == "Set shape of y to (N, 1)"


def test_a_pasted_placeholder_keeps_its_names(document: Document) -> None:
    (copy,) = document.paste(document.copy(["x"]))
    assert document.operation(copy).attributes["shape"].as_written() == ["B", 3]


def test_a_long_shape_is_shortened_where_its_wire_has_no_room(document: Document) -> None:
    document.add_node("Placeholder", (0, 480), "image", {"shape": "batch, H, H, 1"})
    document.add_node("MaxPool", (280, 480), "pool")
    document.add_node("Tanh", (600, 480), "tanh")
    assert document.connect("image", "output", "pool", "value")
    assert document.connect("pool", "output", "tanh", "x")
    document.check_now()
    canvas = Canvas(document)
    (wire,) = [item for wire, item in canvas.view.graph_scene.wires.items() if wire.source == "pool"]
    assert (wire.label, wire.written_label) == ("[batch, (H + 1) // 2, (H + 1) // 2, 1]", "[batch, …, …, 1]")
    document.move_nodes({"tanh": (1200.0, 480.0)})
    assert wire.written_label == wire.label
