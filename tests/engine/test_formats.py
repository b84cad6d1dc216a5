"""``.graph`` files: what is written, what comes back, and what is said of files that are none."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.formats import fragment_from_text, fragment_to_text, load_graph_file, model_from_bytes, model_to_bytes
from engine.formats.migrations import MIGRATIONS, VERSION, migrate
from engine.graph import FileFormatError, Graph, NodeKind, PortKind
from engine.model import CsvColumns, FlowDirection, Frame, Model, Note, NumpyArray, RunSettings, SavedView, TypedValues
from tests.engine.same_model import contents

DATA = Path(__file__).parents[1] / "data"


def document(**changes):
    """The smallest whole file as a dict: y = -x."""
    return {
        "format": "chainrule.graph",
        "version": 1,
        "nodes": [{"name": "x", "type": "Placeholder"}, {"name": "y", "type": "Negative"}],
        "wires": [{"from": "x:output", "to": "y:x"}],
    } | changes


def load(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return model_from_bytes(data, "a.graph")


def refusal(content) -> str:
    with pytest.raises(FileFormatError) as caught:
        load(content)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- what is written ---------------------------------------------------------------------------------------------


def test_one_node_and_one_wire_a_line():
    graph = Graph()
    x = graph.add("Placeholder", "x", {"shape": "[?, 2]"})
    y = graph.add("Negative", "y")
    graph.connect(x.output, y, "x")
    model = Model(graph, positions={"x": (0.0, 20.0), "y": (220.5, 20.0)}, data={"x": TypedValues("1 2; 3 4")})
    assert (
        model_to_bytes(model).decode()
        == """\
{
  "format": "chainrule.graph",
  "version": 1,
  "nodes": [
    {"name": "x", "type": "Placeholder", "attributes": {"shape": [null, 2]}, "position": [0, 20]},
    {"name": "y", "type": "Negative", "position": [220.5, 20]}
  ],
  "wires": [
    {"from": "x:output", "to": "y:x"}
  ],
  "data": {
    "x": {"kind": "typed", "text": "1 2; 3 4"}
  },
  "run": {
    "epochs": 100,
    "batch_size": 0,
    "shuffle": true,
    "seed": 0,
    "held_back": 0,
    "optimizer": "",
    "metrics": []
  }
}
"""
    )


def test_an_empty_model_comes_back():
    assert contents(load(model_to_bytes(Model()))) == contents(Model())


def test_the_order_of_wires_at_a_variadic_port_is_kept():
    graph = Graph()
    names = ["c", "a", "b", "a"]
    for name in ("a", "b", "c"):
        graph.add("Placeholder", name)
    both = graph.add("Concat", "both")
    for name in names:
        graph.connect(graph.operation(name).output, both, "values")
    again = load(model_to_bytes(Model(graph))).graph
    assert [source.op.name for source in again.operation("both").inputs_of("values")] == names


def test_infinite_attributes_come_back():
    graph = Graph()
    graph.add("Constant", "bounds", {"value": [float("inf"), -float("inf")]})
    again = load(model_to_bytes(Model(graph))).graph
    assert again.operation("bounds").attributes["value"].tolist() == [float("inf"), -float("inf")]


def test_a_learning_rate_that_is_no_finite_number_is_refused():
    graph = Graph()
    graph.add("GradientDescent", "train", {"learning_rate": 0.125})
    text = model_to_bytes(Model(graph))
    for number in (b"1e999", b'"inf"', b'"nan"'):
        with pytest.raises(FileFormatError, match=r"learning_rate|large|number"):
            load(text.replace(b"0.125", number))


def test_a_position_that_is_nowhere_is_left_out():
    graph = Graph()
    graph.add("Placeholder", "x")
    assert load(model_to_bytes(Model(graph, positions={"x": (float("nan"), 0.0)}))).positions == {}


def test_a_text_that_is_no_unicode_is_refused_in_a_sentence():
    graph = Graph()
    graph.add("Placeholder", "x")
    with pytest.raises(FileFormatError, match="is no Unicode character"):
        model_to_bytes(Model(graph, data={"x": NumpyArray("\udcff.npy")}))


# --- the file that is kept for ever ------------------------------------------------------------------------------


@pytest.fixture
def first_version():
    return load_graph_file(DATA / "version_1.graph")


def test_version_1_still_opens(first_version):
    graph = first_version.graph
    assert len(graph) == 17
    assert sum(1 for _ in graph.wires()) == 17
    assert graph.operation("product").output.shape.as_list() == [None, 3]
    assert [source.op.name for source in graph.operation("both").inputs_of("values")] == ["sum", "product"]
    assert [op.name for op in graph.operation("all").control_inputs] == ["train", "count"]
    assert [source.op.name for source in graph.operation("train").inputs_of("variables")] == ["W"]
    table = graph.operation("table").attributes["initial_value"]
    np.testing.assert_array_equal(table, np.arange(300, dtype=np.float32).reshape(100, 3), strict=True)
    np.testing.assert_array_equal(graph.operation("b").attributes["initial_value"], [0.1, np.nan, np.inf])
    assert graph.operation("b").attributes["trainable"] is False
    assert graph.operation("start").attributes["seed"] == 7
    assert first_version.positions["b"] == (220.5, -31.25)
    assert first_version.data == {
        "x": CsvColumns("data/points.csv", ("size", "price, net"), True),
        "y": TypedValues("1; 2\n3"),
        "사진/input": NumpyArray("../images.npz", "a"),
    }
    assert first_version.run == RunSettings(2500, 32, False, 42, 100, "train", ("loss", "sum"))
    expected = np.array([[1.5, -0.1, 3e-8], [0, 1, 2]], np.float32)
    np.testing.assert_array_equal(first_version.values["W"], expected, strict=True)
    assert first_version.values["count"].dtype == np.int64
    assert first_version.values["count"].shape == ()


def test_version_1_is_written_back_byte_for_byte(first_version):
    assert VERSION == 1, "when the version grows, compare with the file of the new version instead"
    assert model_to_bytes(first_version) == (DATA / "version_1.graph").read_bytes()


def test_folded_scopes_are_read_and_written_back():
    model = load_graph_file(DATA / "version_1_folded.graph")
    assert model.folded == {"dense", "no/longer/there"}
    assert model_to_bytes(model) == (DATA / "version_1_folded.graph").read_bytes()


def test_frames_notes_collapsed_nodes_and_the_direction_are_read_and_written_back():
    model = load_graph_file(DATA / "version_1_picture.graph")
    assert model.frames[0] == Frame(-20.0, -50.0, 400.0, 160.5, "Model", "blue")
    assert model.notes == (Note(0.0, 200.0, 240.0, 120.0, "# Title\n\nSee **this**."),)
    assert model.collapsed == {"total"}
    assert model.direction is FlowDirection.DOWN
    assert model_to_bytes(model) == (DATA / "version_1_picture.graph").read_bytes()


def test_saved_views_are_read_and_written_back():
    model = load_graph_file(DATA / "version_1_views.graph")
    assert model.views == (SavedView("Loss", 640.0, 120.5, 1.25), SavedView("전체", 0.0, 0.0, 0.2))
    assert model_to_bytes(model) == (DATA / "version_1_views.graph").read_bytes()


def test_a_piece_for_the_clipboard_has_the_frames_and_notes_that_are_asked_for():
    model = load_graph_file(DATA / "version_1_picture.graph")
    piece = fragment_from_text(fragment_to_text(model, ["x"], [*model.notes, model.frames[1]]))
    assert (piece.notes, piece.frames, piece.collapsed) == (model.notes, model.frames[1:], frozenset())


def test_the_points_of_wires_are_read_and_written_back():
    model = load_graph_file(DATA / "version_1_routes.graph")
    assert model.routes == {
        ("x", "output", "both", "values", 1): ((120.0, 40.5), (160.0, -20.0)),
        ("both", "output", "total", "x", 0): ((400.0, 90.0),),
    }
    assert model_to_bytes(model) == (DATA / "version_1_routes.graph").read_bytes()
    piece = fragment_from_text(fragment_to_text(model, ["x", "both"]))
    assert list(piece.routes) == [("x", "output", "both", "values", 1)]


def test_shapes_that_do_not_fit_are_a_problem_of_the_node_and_no_refusal(first_version):
    assert [problem.node for problem in first_version.graph.problems()] == ["count", "later"]


# --- what this version does not know -----------------------------------------------------------------------------


def test_an_unknown_node_is_kept_with_its_ports(first_version):
    later = first_version.graph.operation("later")
    assert later.kind is NodeKind.UNKNOWN
    assert [source.op.name for source in later.inputs_of("signal")] == ["loss"]
    assert later.control_inputs == [first_version.graph.operation("train")]
    assert first_version.graph.operation("echoed").input("x") is later.outputs[0]


def test_an_unknown_node_that_was_moved_and_renamed_keeps_the_rest(first_version):
    later = first_version.graph.operation("later")
    first_version.graph.rename(later, "elsewhere")
    first_version.positions["elsewhere"] = (20.0, 40.0)
    line = next(line for line in model_to_bytes(first_version).decode().splitlines() if "FromTheFuture" in line)
    assert line == (
        '    {"name": "elsewhere", "type": "FromTheFuture", "attributes": {"scale": 1.50, '
        '"big": 123456789012345678901234567890, "parts": [1e400, {"a": null}]}, "position": [20, 40], '
        '"shade": "warm"},'
    )


def test_an_unknown_node_keeps_the_order_of_its_fields():
    node = '{"type": "Later", "zeal": 1.0, "position": [1.0, 2e0], "name": "n"}'
    text = f'{{"format": "chainrule.graph", "version": 1, "nodes": [{node}]}}'
    assert node in model_to_bytes(load(text.encode())).decode()


def test_unknown_ports_have_the_kinds_their_wires_need():
    content = document(
        nodes=[
            {"name": "x", "type": "Constant"},
            {"name": "later", "type": "Later"},
            {"name": "assign", "type": "Assign"},
            {"name": "step", "type": "Group"},
        ],
        wires=[
            {"from": "x:output", "to": "later:b"},
            {"from": "x:done", "to": "later:steps"},
            {"from": "later:state", "to": "assign:variable"},
            {"from": "later:done", "to": "step:after"},
        ],
    )
    later = load(content).graph.operation("later")
    assert [(port.name, port.kind) for port in later.declaration.inputs] == [
        ("b", PortKind.TENSOR),
        ("steps", PortKind.STEP),
    ]
    assert [(port.name, port.kind) for port in later.declaration.outputs] == [("state", PortKind.VARIABLE)]


def test_what_else_is_in_the_file_is_kept(first_version):
    assert first_version.extra == {"layers": '[{"title": "Model", "nodes": ["product", "sum"], "width": 12.50}]'}
    assert first_version.graph.operation("echoed").extra == {"note": '"kept"'}


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "a.graph is empty; there is no graph in it."),
        (b" \n\t", "a.graph is empty; there is no graph in it."),
        (b"\xef\xbb\xbf", "a.graph is empty; there is no graph in it."),
        (b"\x89PNG\r\n", "a.graph is no text in UTF-8 (byte 1), so it is no graph; choose a .graph file."),
        (b'{\n  "format": nope}', "a.graph is no JSON text: invalid character in line 2, near column 17."),
        (b'{"format": "chainrule.graph", "ver', "a.graph ends in the middle of the graph; it was cut off."),
        (b"[1, 2", "a.graph ends in the middle of the graph; it was cut off."),
        (b"[1, 2]", "a.graph is JSON, but no graph; choose a .graph file."),
        (b"17", "a.graph is JSON, but no graph; choose a .graph file."),
        (b"x = 1", "a.graph is no JSON text: invalid character in line 1, near column 1."),
        (b'{"cells": []}', 'a.graph is JSON, but no graph: it does not say "format": "chainrule.graph".'),
        (
            document(version=2),
            "a.graph was written by a newer version of Chainrule (format 2; this one reads up to 1).",
        ),
        (document(version=0), "a.graph does not say which version of the format it has"),
        (document(version=True), "a.graph does not say which version of the format it has"),
        (document(version=None), "a.graph does not say which version of the format it has"),
    ],
)
def test_what_is_no_graph_of_this_version_is_said_in_a_sentence(content, sentence):
    assert refusal(content).startswith(sentence)


X = {"name": "x", "type": "Placeholder"}


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"nodes": [X, X], "wires": []}, ["node 'x'", "There is already a node called 'x'"]),
        ({"nodes": [X | {"name": "a b"}], "wires": []}, ["node 'a b'", "is not a valid scope name"]),
        ({"nodes": [X | {"name": ""}], "wires": []}, ["node ''", "is not a valid scope name"]),
        ({"nodes": [{"type": "Placeholder"}]}, ["missing required field `name`", "$.nodes[0]"]),
        ({"nodes": [X | {"type": ""}]}, ["length >= 1", "$.nodes[0].type"]),
        ({"nodes": [X | {"position": [1]}]}, ["$.nodes[0].position"]),
        ({"nodes": {}}, ["Expected `array`, got `object`", "$.nodes"]),
        ({"nodes": [X | {"attributes": {"shap": 1}}]}, ["node 'x'", "no attribute 'shap'", "there is shape, dtype"]),
        ({"nodes": [X | {"attributes": {"dtype": "float99"}}]}, ["node 'x'", "'float99' is not a dtype", "float32"]),
        ({"nodes": [X | {"attributes": {"shape": [[1]]}}]}, ["node 'x'", "shape:", "is not a shape"]),
        ({"wires": [{"from": "x:output", "to": "z:x"}]}, ["wire 1 (x:output to z:x)", "no node called 'z'"]),
        ({"wires": [{"from": "q:output", "to": "y:x"}]}, ["wire 1 (q:output to y:x)", "no node called 'q'"]),
        ({"wires": [{"from": "x:out", "to": "y:x"}]}, ["wire 1", "x (Placeholder) has no output 'out'", "is output"]),
        ({"wires": [{"from": "x:output", "to": "y:z"}]}, ["wire 1", "y (Negative) has no input 'z'", "there is x"]),
        ({"wires": [{"from": "x", "to": "y:x"}]}, ["wire 1", "'x' is no end of a wire", "node:port"]),
        ({"wires": [{"from": "x:output", "to": "y:x"}] * 2}, ["wire 2", "x is wired there already"]),
        ({"wires": [{"from": "x:done", "to": "y:x"}]}, ["wire 1", "takes a tensor"]),
        ({"wires": [{"from": "x:output", "to": "y:after"}]}, ["wire 1", "takes a step"]),
        ({"wires": [{"from": "x:output", "to": "y:x", "by": 1}]}, ["unknown field `by`", "$.wires[0]"]),
        ({"wires": [{"from": "y:output", "to": "y:x"}]}, ["the wires y → y close a circle"]),
        ({"data": {"x": {"kind": "sql"}}}, ["sql", "$.data"]),
        ({"data": {"x": {"kind": "csv", "path": 3, "columns": []}}}, ["$.data[...].path"]),
        ({"run": {"epochs": -1}}, ["Expected `int` >= 0", "$.run.epochs"]),
        ({"run": {"epoch": 1}}, ["unknown field `epoch`", "$.run"]),
        ({"values": {"W": {"dtype": "float32", "shape": [3], "values": [1]}}}, ["'W'", "do not fit"]),
        ({"values": {"W": {"dtype": "object", "shape": [], "base64": "gASVDw=="}}}, ["'W'"]),
    ],
)
def test_what_is_wrong_in_a_graph_is_said_with_its_place(changes, parts):
    sentence = refusal(document(**changes))
    assert sentence.startswith("a.graph")
    for part in parts:
        assert part in sentence


def test_a_long_circle_is_named():
    names = [f"n{i}" for i in range(3)]
    nodes = [{"name": name, "type": "Negative"} for name in names]
    wires = [{"from": f"{a}:output", "to": f"{b}:x"} for a, b in zip(names, [*names[1:], names[0]], strict=True)]
    sentence = refusal(document(nodes=nodes, wires=wires))
    assert sum(f" {name} " in sentence for name in names) == 3
    assert "close a circle" in sentence


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"format":"chainrule.graph","version":1,"nodes":[', b'{"x":'])
def test_deep_nesting_is_refused_at_any_size(opening):
    sentence = refusal(opening * (20_000_000 // len(opening)))
    assert "nests lists in lists too deeply" in sentence


@pytest.mark.parametrize("depth", [900, 5000, 9990, 200_000])
def test_nesting_inside_an_attribute_is_refused(depth):
    """How deep Python follows differs between its versions; the sentence then says one thing or the other."""
    node = b'{"name": "x", "type": "Placeholder", "attributes": {"shape": ' + b"[" * depth + b"]" * depth + b"}}"
    sentence = refusal(b'{"format": "chainrule.graph", "version": 1, "nodes": [' + node + b"]}")
    assert "nests lists in lists too deeply" in sentence or "is not a shape" in sentence


@pytest.mark.parametrize("changes", [{"name": "x" * 10**6}, {"attributes": {"shape": "y" * 10**6}}])
def test_a_very_long_value_does_not_make_a_very_long_sentence(changes):
    assert len(refusal(document(nodes=[{"name": "x", "type": "Placeholder"} | changes]))) < 600


def test_a_byte_order_mark_is_read_over():
    assert len(load(b"\xef\xbb\xbf" + json.dumps(document()).encode()).graph) == 2


# --- migrations --------------------------------------------------------------------------------------------------


def test_each_version_has_one_step():
    assert len(MIGRATIONS) + 1 == VERSION


def test_an_older_file_is_lifted_step_by_step(monkeypatch):
    """A version 0 that called wires edges, and had its epochs at the top."""

    def edges_become_wires(content):
        content["wires"] = content.pop("edges")
        content["run"] = {"epochs": content.pop("epochs")}
        return content

    old = document(version=0, epochs=7)
    old["edges"] = old.pop("wires")
    assert migrate(dict(old), 0, (edges_become_wires,), first_version=0) == document(run={"epochs": 7})
    monkeypatch.setattr("engine.formats.reading.FIRST_VERSION", 0)
    monkeypatch.setattr(
        "engine.formats.reading.migrate", lambda content, version: migrate(content, version, (edges_become_wires,), 0)
    )
    model = load(old)
    assert model.run.epochs == 7
    assert model.graph.operation("y").input("x") is model.graph.operation("x").output
    assert "epochs" not in model.extra


def test_a_step_is_not_taken_by_newer_files():
    assert migrate({"version": 3}, 3, (pytest.fail, pytest.fail), first_version=1) == {"version": 3}


# --- pieces for the clipboard ------------------------------------------------------------------------------------


def test_a_fragment_has_the_chosen_nodes_and_what_is_among_them(first_version):
    model = fragment_from_text(fragment_to_text(first_version, ["sum", "x", "product", "later"]))
    assert [op.name for op in model.graph.get_operations()] == ["x", "product", "sum", "later"]
    wires = {(wire.source.op.name, wire.target.name) for wire in model.graph.wires()}
    assert wires == {("x", "product"), ("product", "sum")}
    assert model.positions["later"] == (1760.0, 140.0)
    assert model.graph.operation("later").extra == first_version.graph.operation("later").extra
    assert model.data == {"x": first_version.data["x"]}
    assert model.run == RunSettings()
    assert model.values == {}


@pytest.mark.parametrize("text", ["", "hello", "\udcff", "[]", '{"a": 1}'])
def test_text_that_is_no_fragment_is_refused(text):
    with pytest.raises(FileFormatError, match=r"^The clipboard "):
        fragment_from_text(text)
