"""What can be added: found by what is typed, ranked by what fits and what is used, and fitted to an open wire."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.adding.entry import PaletteEntries
from editor.adding.open_wire import OpenWire
from editor.adding.operations import OperationEntry, operation_entries
from editor.adding.preferences import Preferences
from editor.adding.search import match_text, matched_letters, search
from editor.adding.typed import typed_entries
from editor.canvas.view import GraphView
from editor.document import Document
from editor.node_adder import NodeAdder
from editor.panels.palette_popup import PalettePopup
from editor.settings import Settings
from editor.theme import ThemeManager
from engine.graph import EngineError, PortKind, bool_, float32, int32
from tests.editor import gui


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return start_preferences(tmp_path)


def start_preferences(folder: Path) -> Preferences:
    return Preferences(Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)))


def entry(op_type: str) -> OperationEntry:
    return next(entry for entry in operation_entries() if entry.key == op_type)


def found(query: str, preferences: Preferences | None = None) -> list[str]:
    preference = (lambda entry: 0) if preferences is None else preferences.rank(lambda entry: True)
    return [finding.entry.key for finding in search(operation_entries(), query, preference)]


# --- finding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("matmul", "MatMul"),
        ("dense", "MatMul"),
        ("@", "MatMul"),
        ("+", "Add"),
        ("-", "Subtract"),
        ("*", "Multiply"),
        ("relu", "Relu"),
        ("tf.nn.relu", "Relu"),
        ("nn.relu", "Relu"),
        ("sgd", "GradientDescent"),
        ("softmax cross", "SoftmaxCrossEntropyWithLogits"),
        ("**", "Pow"),
        ("==", "Equal"),
        ("rmean", "ReduceMean"),
    ],
)
def test_names_from_elsewhere_find_their_operation(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_mean_squared_error_finds_what_it_is_made_of() -> None:
    assert set(found("mse")[:2]) == {"SquaredDifference", "ReduceMean"}
    assert all(key.endswith("EntropyWithLogits") for key in found("crossentropy")[:3])


def test_every_operation_is_found_by_its_own_name_and_by_tensorflows() -> None:
    for one in operation_entries():
        assert found(one.title)[0] == one.key
        assert all(one.key in found(name) for name in one.names)


def test_use_decides_between_equal_matches_but_not_against_a_better_one(preferences: Preferences) -> None:
    before = found("re")
    assert before[0] != "Reshape"
    for _ in range(3):
        preferences.note_use("Reshape")
        preferences.note_use("MatrixTranspose")
    after = found("re", preferences)
    assert after[0] == "Reshape"
    assert sorted(after) == sorted(before)
    assert found("add", preferences)[0] == "Add"


def test_what_fits_comes_before_what_is_used(preferences: Preferences) -> None:
    preferences.note_use("ReduceMax")
    order = preferences.rank(lambda entry: entry.key == "ReduceProd")
    keys = [finding.entry.key for finding in search(operation_entries(), "reduce", order)]
    assert keys[:2] == ["ReduceProd", "ReduceMax"]


@given(st.sampled_from([entry.title for entry in operation_entries()]), st.data())
def test_the_letters_that_are_shown_bold_spell_what_was_typed(title: str, data: st.DataObject) -> None:
    picked = sorted(data.draw(st.sets(st.integers(0, len(title) - 1), min_size=1)))
    typed = "".join(title[place] for place in picked)
    assert match_text(title, typed) is not None
    assert "".join(title[place] for place in matched_letters(title, typed)).lower() == typed.lower()


def test_a_finding_says_which_other_name_matched() -> None:
    [first, *_] = search(operation_entries(), "sgd", lambda entry: 0)
    assert (first.entry.key, first.alias, first.letters) == ("GradientDescent", "sgd", (0, 1, 2))
    [first, *_] = search(operation_entries(), "matm", lambda entry: 0)
    assert (first.alias, first.letters) == ("", (0, 1, 2, 3))


# --- what a person likes -----------------------------------------------------------------------------------------


def test_favourites_use_and_folded_groups_are_kept_between_starts(tmp_path: Path) -> None:
    preferences = start_preferences(tmp_path)
    for key in ("Relu", "MatMul", "Add"):
        preferences.toggle_favourite(key)
        preferences.note_use(key)
    preferences.toggle_favourite("MatMul")
    preferences.set_group_open("Arrays", True)
    again = start_preferences(tmp_path)
    assert again.favourites == ["Relu", "Add"]
    assert again.recent == ["Add", "MatMul", "Relu"]
    assert again.is_group_open("Arrays", False)
    assert not again.is_group_open("Losses", False)


def test_what_was_used_of_late_counts_more_than_what_was_used_long_ago(preferences: Preferences) -> None:
    for _ in range(5):
        preferences.note_use("ReduceMin")
    for _ in range(60):
        preferences.note_use("Add")
    preferences.note_use("ReduceMax")
    assert found("reducem", preferences)[:2] == ["ReduceMax", "ReduceMin"]


def test_unreadable_settings_count_as_none(tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_text("[palette]\nfavourites=17\nuse=oh\ngroups=[1\n", encoding="utf-8")
    preferences = start_preferences(tmp_path)
    assert (preferences.favourites, preferences.recent) == ([], [])
    assert preferences.is_group_open("Arrays", True)


# --- typed out ---------------------------------------------------------------------------------------------------


def test_a_typed_value_is_a_constant() -> None:
    [real] = typed_entries("0.5")
    assert (real.title, real.attributes) == ("Constant 0.5", {"value": np.array(0.5), "dtype": float32})
    assert [one.attributes["dtype"] for one in typed_entries("[1, 2]")] == [float32, int32]
    assert [one.attributes["dtype"] for one in typed_entries("true")] == [bool_]
    [text] = typed_entries("'a b'")
    assert text.attributes["value"] == "a b"
    for no_value in ("", "-", "relu", "1 +", "[1, 2", "'", "trueish"):
        assert typed_entries(no_value) == []


def test_a_name_with_attributes_is_that_operation() -> None:
    document = Document()
    for typed, attribute, value in (
        ("Variable [3, 2]", "shape", "(3, 2)"),
        ("reducesum axis=1", "axis", "(1,)"),
        ("placeholder dtype=int32 shape=[?, 4]", "shape", "(?, 4)"),
    ):
        [one] = typed_entries(typed)
        [name] = one.add(document, (0, 0), None)
        assert str(document.operation(name).attributes[attribute]) == value
    assert typed_entries("ReduceSum axis=oops") == []
    assert typed_entries("ReduceSum nothing=1") == []
    assert typed_entries("NoSuchThing 1") == []


# --- open wires --------------------------------------------------------------------------------------------------


def linear() -> Document:
    document = Document()
    for op_type, name, attributes in (
        ("Placeholder", "x", {"shape": "[?, 3]"}),
        ("Placeholder", "image", {"shape": "[?, 28, 28, 1]"}),
        ("Variable", "W", {"shape": "[3, 2]"}),
        ("MatMul", "left", {}),
        ("MatMul", "right", {}),
        ("Add", "sum", {}),
        ("Conv2D", "conv", {}),
        ("Gather", "rows", {}),
        ("Reshape", "reshape", {}),
        ("SparseSoftmaxCrossEntropyWithLogits", "loss", {}),
        ("Assign", "assign", {}),
        ("Equal", "equal", {}),
    ):
        document.add_node(op_type, (0, 0), name, attributes)
    for source, target, port in (
        ("x", "left", "x"),
        ("W", "right", "y"),
        ("x", "sum", "x"),
        ("image", "conv", "input"),
        ("x", "rows", "params"),
        ("x", "reshape", "x"),
        ("x", "loss", "logits"),
        ("W", "assign", "variable"),
        ("x", "equal", "x"),
    ):
        assert document.connect(source, "output", target, port)
    return document


def offered(wire: OpenWire) -> set[str]:
    return {entry.key for entry in operation_entries() if entry.fits(wire)}


def test_an_output_is_offered_what_its_shape_and_dtype_fit() -> None:
    document = linear()
    for_matrix = offered(OpenWire(document, "x", "output", False))
    assert {"MatMul", "Add", "ReduceMean", "Relu", "Cast"} <= for_matrix
    assert not {"Conv2D", "MaxPool", "LogicalNot", "Placeholder", "Constant", "Initialize"} & for_matrix
    assert {"Conv2D", "MaxPool"} <= offered(OpenWire(document, "image", "output", False))
    assert {"Assign", "Initialize"} <= offered(OpenWire(document, "W", "output", False))
    for_truth = offered(OpenWire(document, "equal", "output", False))
    assert {"LogicalNot", "Where", "Cast"} <= for_truth
    assert not {"Add", "Relu", "ReduceMean"} & for_truth
    assert offered(OpenWire(document, "assign", "done", False)) == {"Group"}


@pytest.mark.parametrize(
    ("node", "port", "op_type", "shape"),
    [
        ("left", "y", "Variable", "(3, 1)"),
        ("left", "y", "Placeholder", "(3, ?)"),
        ("right", "x", "Placeholder", "(?, 3)"),
        ("sum", "y", "Variable", "(3,)"),
        ("sum", "y", "Placeholder", "(?, 3)"),
        ("conv", "filter", "Variable", "(3, 3, 1, 8)"),
        ("loss", "labels", "Placeholder", "(?,)"),
        ("assign", "value", "Constant", "(3, 2)"),
        ("rows", "indices", "Constant", "()"),
    ],
)
def test_what_feeds_an_input_is_made_to_fit_it(node: str, port: str, op_type: str, shape: str) -> None:
    document = linear()
    wire = OpenWire(document, node, port, True)
    [name] = entry(op_type).add(document, (0, 0), wire)
    assert wire.connect([name])
    assert document.operation(node).problem is None
    assert str(document.operation(name).output.spec.shape) == shape


def test_labels_and_new_shapes_are_whole_numbers() -> None:
    document = linear()
    for node, port in (("loss", "labels"), ("rows", "indices"), ("reshape", "shape")):
        wire = OpenWire(document, node, port, True)
        [name] = entry("Constant").add(document, (0, 0), wire)
        assert document.operation(name).attributes["dtype"] is int32
        assert wire.connect([name])


def test_what_is_offered_at_an_input_gives_what_it_needs() -> None:
    document = linear()
    for_sum = offered(OpenWire(document, "sum", "y", True))
    assert {"Placeholder", "Variable", "Constant", "MatMul", "Relu"} <= for_sum
    assert not {"Equal", "LogicalNot", "ArgMax", "Adam", "Assert"} & for_sum
    assert offered(OpenWire(document, "assign", "variable", True)) == {"Variable"}


def test_what_is_offered_is_taken() -> None:
    """Every input of every operation, with what the palette offers first for it; and every output that is known."""
    refused = []
    for one in operation_entries():
        document = Document()
        try:
            [node] = one.add(document, (0, 0), None)
        except EngineError:  # an operation that needs more than its defaults
            continue
        ports = [port for port in one.declaration.inputs if port.kind is not PortKind.STEP and not port.for_programs]
        for port in ports:
            wire = OpenWire(document, node, port.name, True)
            fitting = [entry(key) for key in ("Placeholder", "Variable", "Constant") if entry(key).fits(wire)]
            for source in fitting[:1]:
                [name] = source.add(document, (0, 0), wire)
                verdict = wire.connect([name])
                if not verdict:
                    refused.append(f"{one.key}.{port.name} from {source.key}: {verdict.reason}")
    assert refused == []


@given(st.lists(st.integers(1, 9), max_size=4), st.sampled_from(["float32", "int32", "bool", "string"]), st.data())
def test_whatever_fits_an_output_takes_it(shape: list[int], dtype: str, data: st.DataObject) -> None:
    document = Document()
    document.add_node("Placeholder", (0, 0), "source", {"shape": shape, "dtype": dtype})
    wire = OpenWire(document, "source", "output", False)
    fitting = [entry for entry in operation_entries() if entry.fits(wire)]
    one = data.draw(st.sampled_from(fitting))
    assert wire.connect(one.add(document, (0, 0), wire)), one.key


# --- on the canvas -----------------------------------------------------------------------------------------------


class Bench:
    """A canvas with the palette's popup."""

    def __init__(self, qtbot: QtBot, preferences: Preferences, document: Document) -> None:
        self.document, self.preferences = document, preferences
        entries = PaletteEntries()
        entries.add_source(operation_entries)
        entries.add_reader(typed_entries)
        self.canvas = GraphView(document, ThemeManager.instance())
        self.popup = PalettePopup(entries, preferences)
        self.entries = entries
        qtbot.addWidget(self.canvas)
        qtbot.addWidget(self.popup)
        self.adder = NodeAdder(document, self.canvas, self.popup, entries, preferences)
        self.refusals: list[str] = []
        self.canvas.refused.connect(lambda reason, place: self.refusals.append(reason))
        self.canvas.resize(800, 600)
        with qtbot.waitExposed(self.canvas):
            self.canvas.show()

    def type(self, text: str) -> None:
        """Types on the canvas; what comes after the first letter goes where the focus is."""
        gui.press_key(self.canvas, Qt.Key(ord(text[0].upper())), text=text[0])
        if self.popup.isVisible():
            QTest.keyClicks(self.popup.search, text[1:])

    def rows(self) -> list[str]:
        model = self.popup.view.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def confirm(self) -> None:
        QTest.keyClick(self.popup.search, Qt.Key.Key_Return)


@pytest.fixture
def bench(qtbot: QtBot, preferences: Preferences) -> Bench:
    return Bench(qtbot, preferences, linear())


def test_typing_on_the_canvas_opens_the_palette_with_it(bench: Bench) -> None:
    bench.type("softm")
    assert bench.popup.search.text() == "softm"
    bench.confirm()
    assert bench.document.operation("Softmax").type == "Softmax"
    assert bench.canvas.selected_nodes() == ["Softmax"]
    assert bench.preferences.recent == ["Softmax"]


@pytest.mark.parametrize("letter", ["c", "f", "v", "@", "5"])
def test_with_nothing_selected_every_letter_is_typed(bench: Bench, letter: str) -> None:
    bench.type(letter)
    assert bench.popup.isVisible()
    assert bench.popup.search.text() == letter


def test_with_a_node_selected_the_canvas_keeps_its_letters(bench: Bench) -> None:
    bench.canvas.select(["x"])
    bench.type("c")
    assert not bench.popup.isVisible()
    assert bench.canvas.gesture is not None
    gui.press_key(bench.canvas, Qt.Key.Key_Escape)
    bench.type("f")
    assert not bench.popup.isVisible()
    bench.type("r")
    assert bench.popup.search.text() == "r"


def test_shortcuts_are_not_typed(bench: Bench) -> None:
    gui.press_key(bench.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "k")
    gui.press_key(bench.canvas, Qt.Key.Key_Space, text=" ")
    gui.press_key(bench.canvas, Qt.Key.Key_F5)
    assert not bench.popup.isVisible()


def test_a_number_typed_on_the_canvas_is_added_as_a_constant(bench: Bench) -> None:
    bench.type("0.5")
    assert bench.rows()[0] == "Constant 0.5"
    bench.confirm()
    [name] = bench.canvas.selected_nodes()
    assert bench.document.operation(name).attributes["value"] == 0.5
    assert bench.document.undo_stack.count() == bench.document.undo_stack.index()


@pytest.mark.parametrize(
    ("begun", "typed", "wired"),
    [
        (("x", "output", False), "matm", ("x", "MatMul", "x")),
        (("W", "output", False), "assign", ("W", "Assign", "variable")),
        (("left", "y", True), "variable", ("Variable", "left", "y")),
        (("sum", "y", True), "2.5", ("Const", "sum", "y")),
    ],
)
def test_what_is_chosen_for_a_wire_arrives_wired_in_one_step(
    bench: Bench, begun: tuple[str, str, bool], typed: str, wired: tuple[str, str, str]
) -> None:
    before, steps = set(bench.document.wires()), bench.document.undo_stack.count()
    bench.adder.open_at(QPoint(200, 200), QPointF(400, 400), begun)
    QTest.keyClicks(bench.popup.search, typed)
    bench.confirm()
    [wire] = set(bench.document.wires()) - before
    assert (wire.source, wire.target, wire.target_port) == wired
    assert bench.document.undo_stack.count() == steps + 1
    bench.document.undo_stack.undo()
    assert set(bench.document.wires()) == before
    assert bench.refusals == []


def test_a_wire_is_offered_nothing_that_does_not_fit(bench: Bench) -> None:
    bench.adder.open_at(QPoint(200, 200), QPointF(400, 400), ("equal", "output", False))
    QTest.keyClicks(bench.popup.search, "relu")
    assert "Relu" not in bench.rows()
    bench.adder.open_at(QPoint(200, 200), QPointF(400, 400), ("equal", "y", True))
    QTest.keyClicks(bench.popup.search, "true")
    assert not any(row.startswith("Constant") for row in bench.rows())


def test_what_computes_comes_first_for_an_output_and_sources_for_an_input(bench: Bench) -> None:
    bench.adder.open_at(QPoint(200, 200), QPointF(400, 400), ("x", "output", False))
    assert bench.rows()[:2] == ["Add", "Subtract"]
    assert "Variable" in bench.rows()
    bench.adder.open_at(QPoint(200, 200), QPointF(400, 400), ("sum", "y", True))
    assert {"Placeholder", "Variable", "Constant"} <= set(bench.rows()[:4])


def test_what_fits_the_selected_output_comes_first(bench: Bench) -> None:
    bench.canvas.select(["equal"])
    bench.adder.open()
    assert entry(bench.rows()[0]).fits(OpenWire(bench.document, "equal", "output", False))
    assert len(bench.rows()) == len(operation_entries())
    bench.canvas.select([])
    bench.adder.open()
    assert bench.rows()[0] == operation_entries()[0].title
