"""The document: files, problems, title, clean state."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.wire_id import WireId
from engine.formats.graph_file import load_graph_file, model_to_bytes, save_graph_file
from engine.graph import EngineError
from engine.model import CsvColumns, Model, NumpyArray, RunSettings, TypedValues
from engine.training.csv_file import read_csv_columns
from tests.editor.document_mirror import Mirror


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    document = Document()
    yield document
    document.undo_stack.clear()


def build_regression(document: Document) -> None:
    """W is fitted so that the mean of x · W − y is small (no square: it is only about the nodes)."""
    document.add_node("Placeholder", (0, 0), "x", {"shape": [None, 2]})
    document.add_node("Variable", (0, 120), "W", {"initial_value": np.ones((2, 1), np.float32)})
    document.add_node("MatMul", (240, 0), "product")
    document.add_node("ReduceMean", (480, 0), "cost")
    document.add_node("GradientDescent", (720, 0), "train", {"learning_rate": 0.01})
    for source, target, port in [
        ("x", "product", "x"),
        ("W", "product", "y"),
        ("product", "cost", "x"),
        ("cost", "train", "loss"),
    ]:
        assert document.connect(source, "output", target, port)
    assert document.set_data("x", TypedValues("1, 2; 3, 4"))


# --- asking ------------------------------------------------------------------------------------------------------


def test_a_new_document_is_empty_clean_and_untitled(document: Document) -> None:
    assert document.names() == []
    assert document.wires() == []
    assert document.problems == []
    assert (document.path, document.folder, document.title) == (None, None, "Untitled")
    assert document.is_clean


def test_what_stands_in_the_document_can_be_asked(document: Document) -> None:
    build_regression(document)
    assert document.names() == ["x", "W", "product", "cost", "train"]
    assert document.operation("cost").type == "ReduceMean"
    assert document.position("W") == (0, 120)
    assert document.wires_of("product") == [
        WireId("x", "output", "product", "x", 0),
        WireId("W", "output", "product", "y", 0),
        WireId("product", "output", "cost", "x", 0),
    ]
    assert len(document.wires()) == 4
    assert document.check_connect("cost", "output", "product", "x").reason.startswith("cost already depends on")
    with pytest.raises(EngineError, match="no node called 'nobody'"):
        document.wires_of("nobody")


# --- problems ----------------------------------------------------------------------------------------------------


def test_problems_are_found_shortly_after_an_edit(document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignal(document.problems_changed):
        build_regression(document)
        document.set_data("x", None)
        assert document.problems == []
    assert [problem.node for problem in document.problems] == ["x"]
    assert "no data" in document.problems_of("x")[0].message
    assert document.problems_of("W") == []


def test_problems_are_told_of_only_when_they_are_other_ones(document: Document, qtbot: QtBot) -> None:
    build_regression(document)
    document.check_now()
    document.move_nodes({"x": (5, 5)})
    with qtbot.assertNotEmitted(document.problems_changed, wait=250):
        pass


def test_a_problem_follows_a_new_name_and_goes_with_its_node(document: Document) -> None:
    build_regression(document)
    document.disconnect([WireId("x", "output", "product", "x", 0)])
    document.check_now()
    assert [problem.port for problem in document.problems_of("product")] == ["x"]
    told: list[list[str]] = []
    document.problems_changed.connect(lambda: told.append([problem.node for problem in document.problems]))
    document.rename("product", "p")
    document.delete(["p"])
    assert told[0] == ["p"]
    assert "p" not in told[1]


def test_data_files_are_read_again_only_when_they_change(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_regression(document)
    file = tmp_path / "rows.csv"
    file.write_text("a,b\n1,2\n3,4\n")
    document.set_data("x", CsvColumns(str(file), ("a", "b")))
    document.check_now()
    assert document.problems == []
    reads: list[Path] = []

    def read(path: Path, columns: Sequence[str]) -> np.ndarray[Any, Any]:
        reads.append(path)
        return read_csv_columns(path, columns)

    monkeypatch.setattr("engine.training.data.read_csv_columns", read)
    document.move_nodes({"x": (1, 1)})
    document.check_now()
    assert reads == []
    file.write_text("a,b\n1,two\n")
    os.utime(file, ns=(1, 1))
    document.check_now()
    assert reads == [file]
    assert "two" in document.problems_of("x")[0].message


# --- files -------------------------------------------------------------------------------------------------------


def test_a_document_is_saved_and_opened_as_it_is(document: Document, tmp_path: Path) -> None:
    build_regression(document)
    document.set_run_settings(RunSettings(epochs=3, metrics=("cost",)))
    saved = model_to_bytes(document.model)
    path = tmp_path / "regression.graph"
    assert not document.is_clean
    document.save(path)
    assert document.is_clean
    assert (document.path, document.folder, document.title) == (path, tmp_path, "regression")
    assert path.read_bytes() == saved
    mirror = Mirror(document)
    document.new()
    assert document.title == "Untitled"
    mirror.check()
    document.open(path)
    assert model_to_bytes(document.model) == saved
    assert document.is_clean
    assert not document.undo_stack.canUndo()
    mirror.check()


def test_the_clean_state_is_what_was_saved(document: Document, tmp_path: Path) -> None:
    told: list[bool] = []
    document.location_changed.connect(lambda: told.append(document.is_clean))
    document.add_node("Constant", (0, 0))
    document.save(tmp_path / "a.graph")
    document.add_node("Constant", (0, 0))
    assert not document.is_clean
    document.undo_stack.undo()
    assert document.is_clean
    assert told == [False, True, True, False, True]
    document.add_node("Constant", (0, 0))
    document.save()
    assert len(load_graph_file(tmp_path / "a.graph").graph) == 2


def test_saving_without_a_place_says_so(document: Document) -> None:
    with pytest.raises(EngineError, match="choose where to save"):
        document.save()


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"format": "chainrule.graph", "version": 999}'])
def test_a_file_that_cannot_be_opened_changes_nothing(
    document: Document, tmp_path: Path, qtbot: QtBot, content: bytes | None
) -> None:
    build_regression(document)
    before = model_to_bytes(document.model)
    bad = tmp_path / "bad.graph"
    if content is not None:
        bad.write_bytes(content)
    with qtbot.assertNotEmitted(document.replaced), pytest.raises(EngineError):
        document.open(bad)
    assert model_to_bytes(document.model) == before
    assert document.path is None
    assert document.undo_stack.canUndo()


def test_a_place_that_cannot_be_written_changes_nothing(document: Document, tmp_path: Path) -> None:
    build_regression(document)
    data = tmp_path / "rows.csv"
    document.set_data("x", CsvColumns(str(data), ("a", "b")))
    before = model_to_bytes(document.model)
    with pytest.raises((EngineError, OSError)):
        document.save(tmp_path / "missing" / "folder" / "a.graph", {"W": np.zeros((2, 1), np.float32)})
    assert model_to_bytes(document.model) == before
    assert document.path is None
    assert not document.is_clean


def test_trained_values_are_saved_only_when_given(document: Document, tmp_path: Path) -> None:
    build_regression(document)
    path = tmp_path / "a.graph"
    trained = np.full((2, 1), 0.25, np.float32)
    document.save(path, {"W": trained, "gone": trained, "product": trained})
    trained[:] = 9
    assert {name: value.tolist() for name, value in load_graph_file(path).values.items()} == {"W": [[0.25], [0.25]]}
    document.save(path, {})
    assert load_graph_file(path).values.keys() == {"W"}
    document.save(path)
    assert load_graph_file(path).values == {}


def test_trained_values_that_no_longer_fit_are_left_out(document: Document, tmp_path: Path) -> None:
    build_regression(document)
    path = tmp_path / "a.graph"
    document.save(path, {"W": np.zeros((3, 1), np.float32)})
    assert load_graph_file(path).values == {}
    document.save(path, {"W": np.zeros((2, 1), np.float64)})
    assert load_graph_file(path).values == {}


def test_data_keeps_pointing_at_its_file_wherever_the_document_is_saved(
    document: Document, tmp_path: Path, qtbot: QtBot
) -> None:
    build_regression(document)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    document.set_data("x", NumpyArray((first / "x.npy").as_posix()))
    with qtbot.waitSignal(document.data_changed):
        document.save(first / "a.graph")
    assert document.model.data["x"] == NumpyArray("x.npy")
    document.save(second / "b.graph")
    assert document.model.data["x"] == NumpyArray("../first/x.npy")
    assert load_graph_file(second / "b.graph").data["x"] == NumpyArray("../first/x.npy")
    assert load_graph_file(first / "a.graph").data["x"] == NumpyArray("x.npy")


def test_undo_after_saving_elsewhere_still_finds_the_old_data(document: Document, tmp_path: Path) -> None:
    build_regression(document)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    document.save(first / "a.graph")
    document.set_data("x", NumpyArray("x.npy"))
    document.set_data("x", TypedValues("1, 2"))
    document.delete(["x"])
    document.save(second / "b.graph")
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.model.data["x"] == NumpyArray("../first/x.npy")
    document.save(first / "a.graph")
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert document.model.data["x"] == NumpyArray("x.npy")


def test_data_goes_along_to_a_document_in_another_folder(document: Document, tmp_path: Path) -> None:
    build_regression(document)
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    document.save(tmp_path / "first" / "a.graph")
    document.set_data("x", NumpyArray("x.npy"))
    text = document.copy(["x"])
    assert document.duplicate(["x"]) == ["x_1"]
    assert document.model.data["x_1"] == NumpyArray("x.npy")
    document.new()
    document.save(tmp_path / "second" / "b.graph")
    document.paste(text)
    assert document.model.data["x"] == NumpyArray("../first/x.npy")


def test_nodes_without_a_place_are_put_beside_each_other(document: Document, tmp_path: Path) -> None:
    model = Model()
    x = model.graph.add("Constant", "x")
    y = model.graph.add("Constant", "y")
    total = model.graph.add("Add", "total")
    model.graph.connect(x.output, total, "x")
    model.graph.connect(y.output, total, "y")
    model.graph.add("Constant", "placed")
    model.positions["placed"] = (100.0, 50.0)
    path = tmp_path / "a.graph"
    save_graph_file(model, path)
    document.open(path)
    places = {name: document.position(name) for name in document.names()}
    assert places["placed"] == (100, 50)
    assert len(set(places.values())) == 4
    assert places["x"][0] == places["y"][0] < places["total"][0]
    assert all(y > 50 for name, (_, y) in places.items() if name != "placed")
    assert document.is_clean


def test_a_node_of_unknown_type_is_kept_moved_renamed_copied_and_brought_back(
    document: Document, tmp_path: Path
) -> None:
    path = tmp_path / "a.graph"
    content = {
        "format": "chainrule.graph",
        "version": 1,
        "nodes": [
            {"name": "x", "type": "Constant", "position": [0, 0], "later": {"key": [1, 2]}},
            {"name": "odd", "type": "FromTheFuture", "attributes": {"n": 1.50}, "colour": "red", "position": [9, 9]},
            {"name": "after", "type": "Identity", "position": [20, 0]},
        ],
        "wires": [{"from": "x:output", "to": "odd:in"}, {"from": "odd:out", "to": "after:x"}],
    }
    path.write_text(json.dumps(content))
    document.open(path)
    mirror = Mirror(document)
    before = model_to_bytes(document.model)
    assert b'"colour": "red"' in before
    assert document.duplicate(["x", "odd"]) == ["x_1", "odd_1"]
    assert document.rename("odd", "strange")
    document.move_nodes({"strange": (1, 2)})
    after = model_to_bytes(document.model)
    assert after.count(b'"colour": "red"') == 2
    document.delete(["strange", "odd_1", "x"])
    mirror.check()
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == after
    document.undo_stack.setIndex(0)
    assert model_to_bytes(document.model) == before
    mirror.check()
