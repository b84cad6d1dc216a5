"""Each edit: what it does, what it is called, what it refuses, and that it is one undo step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from editor.commands import AddNode, DocumentCommand
from editor.commands.names import FreeNames
from editor.document import Document
from editor.wire_id import WireId
from engine.formats.graph_file import model_to_bytes
from engine.graph import EngineError, GraphError, OpDeclaration, declarations
from engine.model import CsvColumns, NumpyArray, RunSettings, TypedValues
from tests.editor.document_mirror import Mirror


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    """product = x · W: x is ? × 2, W is 2 × 3."""
    document = Document()
    document.add_node("Placeholder", (0, 0), "x", {"shape": [None, 2]})
    document.add_node("Variable", (0, 200), "W", {"initial_value": np.ones((2, 3), np.float32)})
    document.add_node("MatMul", (240, 100), "product")
    assert document.connect("x", "output", "product", "x")
    assert document.connect("W", "output", "product", "y")
    document.undo_stack.clear()
    yield document
    document.undo_stack.clear()


def step_texts(document: Document) -> list[str]:
    stack = document.undo_stack
    return [stack.text(index) for index in range(stack.count())]


def a_text(document: Document) -> str:
    (text,) = step_texts(document)
    return text


def assert_undone_and_redone(document: Document, before: bytes) -> None:
    after = model_to_bytes(document.model)
    assert after != before
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert model_to_bytes(document.model) == after


@pytest.fixture
def before(document: Document) -> bytes:
    return model_to_bytes(document.model)


# --- nodes -------------------------------------------------------------------------------------------------------


def test_a_new_node_stands_where_it_was_dropped(document: Document, before: bytes) -> None:
    assert document.add_node("MatMul", (12, 34.5)) == "MatMul"
    assert document.add_node("MatMul", (0, 0)) == "MatMul_1"
    assert document.position("MatMul") == (12.0, 34.5)
    assert step_texts(document) == ["Add MatMul", "Add MatMul"]
    assert_undone_and_redone(document, before)


def test_a_name_that_undo_freed_is_given_again(document: Document) -> None:
    document.add_node("Constant", (0, 0))
    document.add_node("Constant", (0, 0))
    document.undo_stack.undo()
    assert document.add_node("Constant", (0, 0)) == "Const_1"


@pytest.mark.parametrize(
    ("op_type", "name", "attributes", "said"),
    [
        ("Nonsense", None, {}, "no operation called 'Nonsense'"),
        ("Constant", "x", {}, "already a node called 'x'"),
        ("Constant", "two words", {}, "not a valid"),
        ("Constant", None, {"colour": 1}, "no attribute called 'colour'"),
        ("Constant", None, {"value": "red"}, "'red' is not a number"),
    ],
)
def test_a_node_that_cannot_be_is_refused(
    document: Document, before: bytes, op_type: str, name: str | None, attributes: dict[str, object], said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        document.add_node(op_type, (0, 0), name, attributes)
    assert model_to_bytes(document.model) == before
    assert document.undo_stack.count() == 0


def test_deleting_a_node_takes_all_that_hangs_on_it_and_undo_brings_all_back(document: Document) -> None:
    document.set_data("x", TypedValues("1, 2; 3, 4"))
    document.add_node("ReduceMean", (500, 0), "cost")
    document.connect("product", "output", "cost", "x")
    document.set_run_settings(RunSettings(metrics=("cost", "product", "x")))
    document.model.values["W"] = np.zeros((2, 3), np.float32)
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    mirror = Mirror(document)
    document.delete(["x", "W", "product"])
    assert a_text(document) == "Delete 3 nodes"
    assert document.names() == ["cost"]
    assert document.wires() == []
    assert document.model.data == {}
    assert document.model.values == {}
    assert document.model.run.metrics == ("cost",)
    mirror.check()
    document.undo_stack.undo()
    assert document.names() == ["x", "W", "product", "cost"]
    assert model_to_bytes(document.model) == before
    mirror.check()
    document.undo_stack.redo()
    mirror.check()
    assert_undone_and_redone(document, before)


def test_deleting_the_chosen_optimizer_leaves_none_chosen_until_undo(document: Document) -> None:
    document.add_node("GradientDescent", (0, 0), "train")
    document.set_run_settings(RunSettings(optimizer="train"))
    changes: list[str] = []
    document.run_settings_changed.connect(lambda: changes.append(document.model.run.optimizer))
    document.delete(["train"])
    document.undo_stack.undo()
    assert changes == ["", "train"]


def test_a_node_comes_back_into_the_slot_it_had(document: Document) -> None:
    for name in ("p", "q", "r"):
        document.add_node("Constant", (0, 0), name, {"value": [1.0]})
    document.add_node("Concat", (0, 0), "joined")
    for name in ("p", "q", "r"):
        document.connect(name, "output", "joined", "values")
    removed: list[WireId] = []
    added: list[WireId] = []
    document.wires_removed.connect(removed.extend)
    document.wires_added.connect(added.extend)
    document.delete(["q"])
    assert set(removed) == {
        WireId("q", "output", "joined", "values", 1),
        WireId("r", "output", "joined", "values", 2),
    }
    assert added == [WireId("r", "output", "joined", "values", 1)]
    document.undo_stack.undo()
    assert [source.op.name for source in document.operation("joined").inputs_of("values")] == ["p", "q", "r"]


def test_deleting_wires_and_nodes_together_is_one_step(document: Document, before: bytes) -> None:
    document.delete(["x"], [WireId("W", "output", "product", "y", 0)])
    assert document.wires() == []
    assert a_text(document) == "Delete x"
    assert_undone_and_redone(document, before)


def test_deleting_nothing_makes_no_step(document: Document) -> None:
    document.delete([])
    assert document.undo_stack.count() == 0


def test_moving_nodes_is_one_step_each_time(document: Document, before: bytes) -> None:
    moved: list[list[str]] = []
    document.nodes_moved.connect(moved.append)
    document.move_nodes({"x": (1, 1), "W": (2, 2), "product": (240, 100)})
    document.move_nodes({"x": (3, 3), "W": (4, 4)})
    document.move_nodes({"x": (5, 5)})
    assert step_texts(document) == ["Move 2 nodes", "Move 2 nodes", "Move x"]
    assert moved == [["x", "W"], ["x", "W"], ["x"]]
    assert_undone_and_redone(document, before)


def test_moving_nodes_to_where_they_are_makes_no_step(document: Document) -> None:
    document.move_nodes({"x": (0, 0)})
    assert document.undo_stack.count() == 0


def test_nudges_that_follow_fast_are_one_step(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("editor.commands.nodes.monotonic", lambda: clock[0])
    for place in range(1, 4):
        document.move_nodes({"x": (place, 0)}, nudge=True)
        clock[0] += 0.4
    assert document.undo_stack.count() == 1
    clock[0] += 0.2
    document.move_nodes({"x": (9, 0)}, nudge=True)
    document.move_nodes({"W": (9, 9)}, nudge=True)
    assert document.undo_stack.count() == 3
    document.undo_stack.setIndex(1)
    assert document.position("x") == (3, 0)
    document.undo_stack.undo()
    assert document.position("x") == (0, 0)
    document.undo_stack.redo()
    assert document.position("x") == (3, 0)


def test_nudges_back_to_the_beginning_leave_no_step(document: Document) -> None:
    document.move_nodes({"x": (1, 0)}, nudge=True)
    document.move_nodes({"x": (0, 0)}, nudge=True)
    assert document.undo_stack.count() == 0
    assert document.is_clean


def test_renaming_follows_everywhere(document: Document) -> None:
    document.set_data("x", TypedValues("1, 2"))
    document.set_run_settings(RunSettings(optimizer="x", metrics=("W", "x")))
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    mirror = Mirror(document)
    assert document.rename("x", "input/x")
    assert a_text(document) == "Rename x to input/x"
    assert document.names() == ["input/x", "W", "product"]
    assert document.model.data == {"input/x": TypedValues("1, 2")}
    assert document.model.run == RunSettings(optimizer="input/x", metrics=("W", "input/x"))
    assert document.position("input/x") == (0, 0)
    assert WireId("input/x", "output", "product", "x", 0) in document.wires()
    mirror.check()
    assert_undone_and_redone(document, before)


@pytest.mark.parametrize(("new", "said"), [("W", "already a node called 'W'"), ("a b", "not a valid"), ("", "not a")])
def test_a_name_that_cannot_be_is_refused(document: Document, before: bytes, new: str, said: str) -> None:
    verdict = document.rename("x", new)
    assert not verdict
    assert said in verdict.reason
    assert model_to_bytes(document.model) == before
    assert document.undo_stack.count() == 0


def test_the_same_name_is_no_step(document: Document) -> None:
    assert document.rename("x", "x")
    assert document.undo_stack.count() == 0


def test_a_problem_that_names_a_node_follows_its_new_name(document: Document) -> None:
    document.set_attribute("W", "initial_value", "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]")
    assert "W is (3, 3)" in problem_of(document, "product")
    changed: list[str] = []
    document.nodes_changed.connect(changed.extend)
    document.rename("W", "weight")
    assert "weight is (3, 3)" in problem_of(document, "product")
    assert changed == ["product"]
    document.undo_stack.undo()
    assert "W is (3, 3)" in problem_of(document, "product")


def problem_of(document: Document, name: str) -> str:
    problem = document.operation(name).problem
    return "" if problem is None else problem.message


# --- wires -------------------------------------------------------------------------------------------------------


def test_a_wire_onto_an_occupied_port_takes_its_place_in_one_step(document: Document) -> None:
    document.add_node("Constant", (0, 0), "K", {"value": [[1.0], [2.0]]})
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    mirror = Mirror(document)
    assert document.connect("K", "output", "product", "y")
    assert a_text(document) == "Connect K to product"
    assert mirror.seen == ["wires_removed", "wires_added", "nodes_changed"]
    assert str(document.operation("product").output.shape) == "(?, 1)"
    mirror.check()
    assert_undone_and_redone(document, before)


def test_a_wire_that_does_not_fit_is_refused_with_the_reason(document: Document, before: bytes) -> None:
    document.add_node("Constant", (0, 0), "K", {"value": [[1.0], [2.0], [3.0]]})
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    verdict = document.connect("K", "output", "product", "y")
    assert not verdict
    assert "(?, 2)" in verdict.reason
    assert "(3, 1)" in verdict.reason
    assert (
        document.connect("product", "output", "product", "x").reason
        == "product cannot be its own input; begin the wire at another node."
    )
    assert not document.connect("x", "nothing", "product", "x")
    assert not document.connect("nobody", "output", "product", "x")
    assert model_to_bytes(document.model) == before
    assert document.undo_stack.count() == 0


def test_the_first_free_port_that_fits_is_offered(document: Document) -> None:
    document.add_node("MatMul", (0, 0), "second")
    assert document.free_port_for("product", "output", "second") == "x"
    document.connect("product", "output", "second", "x")
    assert document.free_port_for("W", "output", "second") is None
    assert document.free_port_for("x", "output", "second") == "y"
    assert document.free_port_for("x", "output", "product") is None
    assert document.free_port_for("x", "done", "second") == "after"
    assert document.free_port_for("second", "done", "x") is None


def test_moving_a_wire_is_judged_as_if_it_were_not_there(document: Document) -> None:
    document.add_node("Constant", (0, 0), "K", {"value": [[1.0, 2.0], [3.0, 4.0]]})
    document.add_node("MatMul", (0, 0), "second")
    document.connect("x", "output", "second", "y")
    wire = WireId("x", "output", "second", "y", 0)
    document.connect("K", "output", "second", "x")
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    mirror = Mirror(document)
    assert document.rewire(wire, "second", "x")
    assert document.wires_of("second") == [WireId("x", "output", "second", "x", 0)]
    assert a_text(document) == "Reconnect x to second"
    mirror.check()
    assert_undone_and_redone(document, before)


def test_a_wire_may_move_to_where_it_closes_a_circle_only_while_it_is_there(document: Document) -> None:
    document.add_node("Identity", (0, 0), "first")
    document.add_node("Identity", (0, 0), "second")
    document.connect("first", "output", "second", "x")
    verdict = document.rewire(WireId("first", "output", "second", "x", 0), "first", "x")
    assert verdict.reason == "first cannot be its own input; begin the wire at another node."
    assert not document.rewire(WireId("x", "output", "first", "x", 0), "product", "x")


def test_wires_of_a_variadic_port_change_places(document: Document) -> None:
    for name in ("p", "q", "r"):
        document.add_node("Constant", (0, 0), name, {"value": [1.0]})
    document.add_node("Concat", (0, 0), "joined")
    for name in ("q", "r"):
        document.connect(name, "output", "joined", "values")
    document.connect("p", "output", "joined", "values", 0)
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    mirror = Mirror(document)
    wire = WireId("p", "output", "joined", "values", 0)
    assert document.rewire(wire, "joined", "values", 0)
    assert document.undo_stack.count() == 0
    assert document.rewire(wire, "joined", "values", 2)
    assert [source.op.name for source in document.operation("joined").inputs_of("values")] == ["q", "r", "p"]
    mirror.check()
    assert_undone_and_redone(document, before)


def test_cutting_wires_is_one_step_and_stale_wires_are_passed_over(document: Document, before: bytes) -> None:
    document.disconnect([WireId("x", "output", "product", "y", 0), WireId("gone", "output", "product", "x", 0)])
    assert document.undo_stack.count() == 0
    document.disconnect(document.wires())
    assert a_text(document) == "Disconnect 2 wires"
    assert document.wires() == []
    assert_undone_and_redone(document, before)
    document.undo_stack.undo()
    document.disconnect([WireId("x", "output", "product", "x", 0)])
    assert a_text(document) == "Disconnect x from product"


def test_a_step_wire_changes_the_face_of_both_its_nodes(document: Document) -> None:
    changed: list[list[str]] = []
    document.nodes_changed.connect(changed.append)
    assert document.connect("x", "done", "product", "after")
    assert changed == [["x", "product"]]


# --- attributes, data, run settings ------------------------------------------------------------------------------


def test_an_attribute_takes_text_as_it_is_typed(document: Document) -> None:
    document.add_node("GradientDescent", (0, 0), "train")
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    assert document.set_attribute("train", "learning_rate", " 0.5 ")
    assert document.operation("train").attributes["learning_rate"] == 0.5
    assert a_text(document) == "Set learning rate of train to 0.5"
    assert document.set_attribute("train", "learning_rate", "0.50")
    assert document.undo_stack.count() == 1
    assert_undone_and_redone(document, before)


def test_a_value_that_an_attribute_cannot_take_is_refused(document: Document, before: bytes) -> None:
    assert document.set_attribute("x", "shape", "3 rows").reason.startswith("shape: '3 rows' is not a shape")
    assert "no attribute called 'colour'" in document.set_attribute("x", "colour", "red").reason
    assert model_to_bytes(document.model) == before
    assert document.undo_stack.count() == 0


def test_a_shape_that_does_not_fit_is_taken_and_becomes_a_problem_of_the_node(document: Document) -> None:
    changed: list[str] = []
    document.nodes_changed.connect(changed.extend)
    assert document.set_attribute("x", "shape", "[?, 5]")
    assert changed == ["x", "product"]
    assert document.operation("product").problem is not None
    document.undo_stack.undo()
    assert document.operation("product").problem is None


def test_an_array_is_copied_so_that_its_owner_may_go_on_using_it(document: Document) -> None:
    array = np.ones((2, 3), np.float32)
    array[0, 0] = 7
    assert document.set_attribute("W", "initial_value", array)
    array[0, 0] = 8
    assert document.operation("W").attributes["initial_value"][0, 0] == 7


@pytest.mark.parametrize("declaration", declarations(), ids=lambda declaration: declaration.type)
def test_a_default_is_a_value_that_undo_can_set_again(declaration: OpDeclaration) -> None:
    for attribute in declaration.attributes:
        assert attribute.same(attribute.convert(attribute.default), attribute.default)


def test_data_is_set_and_taken_away(document: Document, before: bytes) -> None:
    told: list[str] = []
    document.data_changed.connect(told.append)
    assert document.set_data("x", CsvColumns("rows.csv", ("a", "b")))
    assert document.set_data("x", CsvColumns("rows.csv", ("a", "b")))
    assert document.set_data("x", NumpyArray("rows.npy"))
    assert document.set_data("x", None)
    assert document.set_data("x", None)
    assert step_texts(document) == ["Set data of x", "Set data of x", "Remove data of x"]
    assert told == ["x", "x", "x"]
    document.set_data("x", TypedValues("1"))
    assert_undone_and_redone(document, before)


def test_data_that_cannot_be_is_refused(document: Document, before: bytes) -> None:
    assert "'two' is not a number" in document.set_data("x", TypedValues("1, two")).reason
    assert "only a Placeholder" in document.set_data("W", TypedValues("1")).reason
    assert model_to_bytes(document.model) == before


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (RunSettings(epochs=7), "Set epochs to 7"),
        (RunSettings(batch_size=32), "Set batch size to 32"),
        (RunSettings(shuffle=False), "Keep the rows in order"),
        (RunSettings(seed=3), "Set seed to 3"),
        (RunSettings(held_back=5), "Hold back 5 rows"),
        (RunSettings(optimizer="train"), "Train with train"),
        (RunSettings(metrics=("x",)), "Change run settings"),
        (RunSettings(epochs=7, seed=3), "Change run settings"),
    ],
)
def test_run_settings_are_one_step(document: Document, before: bytes, settings: RunSettings, text: str) -> None:
    document.set_run_settings(settings)
    document.set_run_settings(settings)
    assert document.model.run == settings
    assert a_text(document) == text
    assert_undone_and_redone(document, before)


# --- copying -----------------------------------------------------------------------------------------------------


def test_a_copy_has_new_names_its_own_wires_and_its_data(document: Document) -> None:
    document.set_data("x", TypedValues("1, 2"))
    document.add_node("ReduceMean", (0, 0), "cost")
    document.connect("product", "output", "cost", "x")
    document.undo_stack.clear()
    before = model_to_bytes(document.model)
    mirror = Mirror(document)
    names = document.paste(document.copy(["x", "product", "cost"]))
    assert names == ["x_1", "product_1", "cost_1"]
    assert document.wires_of("product_1") == [
        WireId("x_1", "output", "product_1", "x", 0),
        WireId("product_1", "output", "cost_1", "x", 0),
    ]
    assert document.model.data["x_1"] == TypedValues("1, 2")
    assert document.position("product_1") == (280, 140)
    assert a_text(document) == "Paste 3 nodes"
    mirror.check()
    assert_undone_and_redone(document, before)


def test_pasting_again_does_not_hide_what_was_pasted_before(document: Document) -> None:
    text = document.copy(["x", "W"])
    places = {document.position(document.paste(text)[0]) for _ in range(3)}
    assert places == {(40, 40), (80, 80), (120, 120)}


def test_what_is_pasted_at_a_place_has_its_middle_there(document: Document) -> None:
    names = document.paste(document.copy(["x", "product"]), (1000, 500))
    assert [document.position(name) for name in names] == [(880, 450), (1120, 550)]


def test_duplicating_is_one_step_of_its_own_name(document: Document, before: bytes) -> None:
    assert document.duplicate(["W"]) == ["W_1"]
    assert document.duplicate(["W_1"]) == ["W_2"]
    assert step_texts(document) == ["Duplicate W", "Duplicate W_1"]
    assert_undone_and_redone(document, before)


def test_cutting_puts_nodes_on_the_clipboard_and_pasting_brings_them_under_their_names(document: Document) -> None:
    text = document.cut(["x", "product"])
    assert document.names() == ["W"]
    assert a_text(document) == "Cut 2 nodes"
    assert document.paste(text) == ["x", "product"]


@pytest.mark.parametrize("text", ["", "hello", "[1, 2]", "{}", '{"nodes": 3}', "\ud800"])
def test_text_that_is_no_graph_is_refused_with_a_sentence(document: Document, before: bytes, text: str) -> None:
    with pytest.raises(EngineError) as caught:
        document.paste(text)
    assert str(caught.value).endswith(".")
    assert model_to_bytes(document.model) == before
    assert document.undo_stack.count() == 0


def test_pasting_no_nodes_makes_no_step(document: Document) -> None:
    assert document.paste(document.copy([])) == []
    assert document.duplicate([]) == []
    document.cut([])
    assert document.undo_stack.count() == 0


# --- steps -------------------------------------------------------------------------------------------------------


def test_several_edits_can_be_one_step(document: Document, before: bytes) -> None:
    with document.one_step("Insert relu"):
        name = document.add_node("Relu", (0, 0))
        assert document.connect("product", "output", name, "x")
    assert a_text(document) == "Insert relu"
    assert_undone_and_redone(document, before)


def test_a_step_in_which_nothing_is_done_is_none(document: Document) -> None:
    with document.one_step("Nothing"):
        document.move_nodes({})
        assert not document.rename("x", "W")
    assert document.undo_stack.count() == 0


def test_a_step_ends_when_something_in_it_fails(document: Document, before: bytes) -> None:
    with pytest.raises(GraphError), document.one_step("Add two"):
        document.add_node("Relu", (0, 0))
        document.add_node("Nonsense", (0, 0))
    document.add_node("Relu", (0, 0))
    assert step_texts(document) == ["Add two", "Add Relu"]
    assert_undone_and_redone(document, before)


def test_a_command_that_fails_half_way_leaves_everything_as_it_was(document: Document, before: bytes) -> None:
    first = AddNode(document, "Relu", (0, 0), "new", {})
    clash = AddNode(document, "Relu", (0, 0), "new", {})
    command = DocumentCommand(document, "Add twice", [*first._edits, *clash._edits])
    with pytest.raises(GraphError):
        command.execute()
    assert model_to_bytes(document.model) == before
    assert document.undo_stack.count() == 0


def test_names_of_copies_count_on() -> None:
    names = FreeNames({"W", "W_1", "W_3", "layer_2/b", "x_7"})
    assert names.for_new("y") == "y"
    assert names.for_new("y") == "y_1"
    assert names.for_copy("W") == "W_2"
    assert names.for_copy("W_1") == "W_4"
    assert names.for_copy("layer_2/b") == "layer_2/b_1"
    assert names.for_copy("x_7") == "x"
    assert names.for_copy("x_7") == "x_1"
    assert names.for_copy("x_8") == "x_8"
