"""The difference of two documents: what was done to one is found, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as tf
from engine.command_line import main
from engine.diff import FieldChange, NodeChange, WireName, compare, report_lines, unite
from engine.formats import load_graph_file, model_from_bytes, model_to_bytes, save_graph_file
from engine.model import Model, NumpyArray, TypedValues

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"
FILES = sorted(EXAMPLES.glob("*.graph"))


def copied(model: Model) -> Model:
    return model_from_bytes(model_to_bytes(model), "a copy")


@pytest.fixture
def regression() -> Model:
    return load_graph_file(EXAMPLES / "linear_regression.graph")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_document_is_no_different_from_itself(path):
    model = load_graph_file(path)
    difference = compare(model, copied(model))
    assert difference.is_empty
    assert difference.moved == 0
    assert report_lines(difference, model, model) == []


def test_an_attribute_has_another_value(regression):
    after = copied(regression)
    optimizer = next(op for op in after.graph.get_operations() if op.type == "GradientDescent")
    after.graph.set_attribute(optimizer, "learning_rate", 0.05)
    difference = compare(regression, after)
    change = FieldChange("learning_rate", "0.1", "0.05")
    assert difference.nodes_changed == (NodeChange(optimizer.name, optimizer.name, (change,)),)
    assert not difference.nodes_added
    assert not difference.wires_added
    assert report_lines(difference, regression, after) == [f"~ {optimizer.name}: learning rate 0.1 → 0.05"]


def test_nodes_and_wires_that_came_and_went(regression):
    after = copied(regression)
    graph = after.graph
    square = next(op for op in graph.get_operations() if op.type == "Square")
    (wire,) = graph.wires_into(square)
    (onward,) = graph.wires_out_of(square)
    graph.set_inputs(onward.target, onward.port, [])
    graph.set_inputs(square, wire.port, [])
    graph.remove_quietly(square)
    with graph.as_default():
        absolute = tf.abs(wire.source, name="distance")
    graph.set_inputs(onward.target, onward.port, [absolute.op.outputs[0]])
    difference = compare(regression, after)
    assert difference.nodes_removed == (square.name,)
    assert difference.nodes_added == ("distance",)
    assert set(difference.wires_removed) == {
        WireName(wire.source.op.name, "output", square.name, wire.port),
        WireName(square.name, "output", onward.target.name, onward.port),
    }
    assert set(difference.wires_added) == {
        WireName(wire.source.op.name, "output", "distance", "x"),
        WireName("distance", "output", onward.target.name, onward.port),
    }
    assert report_lines(difference, regression, after) == [
        f"- {square.name}: Square",
        f"  - {wire.source.op.name}:output → {square.name}:{wire.port}",
        "+ distance: Abs",
        f"  + {wire.source.op.name}:output → distance:x",
        f"- {square.name}:output → {onward.target.name}:{onward.port}",
        f"+ distance:output → {onward.target.name}:{onward.port}",
    ]


@given(st.data())
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nodes_with_other_names_are_recognised(path, data):
    """However many have another name: a graph whose wires tell its nodes apart is recognised whole."""
    before = load_graph_file(path)
    after = copied(before)
    names = [op.name for op in before.graph.get_operations()]
    chosen = data.draw(st.sets(st.sampled_from(names)))
    for name in chosen:
        rename(after, name, f"other_{name}")
    difference = compare(before, after)
    assert difference.renamed == {name: f"other_{name}" for name in chosen}
    assert not difference.nodes_added
    assert not difference.nodes_removed
    assert not difference.nodes_changed
    assert not difference.wires_added
    assert not difference.wires_removed
    assert not difference.run_changes
    assert difference.moved == 0


def rename(model: Model, name: str, new: str) -> None:
    model.graph.rename(model.graph.operation(name), new)
    for kept in (model.positions, model.data, model.values):
        if name in kept:
            kept[new] = kept.pop(name)
    run = model.run
    model.run = replace(
        run,
        optimizer=new if run.optimizer == name else run.optimizer,
        metrics=tuple(new if metric == name else metric for metric in run.metrics),
    )


def test_data_settings_values_and_places(regression):
    after = copied(regression)
    x = next(iter(after.data))
    after.data[x] = TypedValues("1, 2, 3, 5")
    after.run = replace(after.run, epochs=7, shuffle=not after.run.shuffle)
    after.positions[x] = (1234.0, -5.0)
    before = copied(regression)
    before.values = {"W": np.zeros((20, 20), np.float32)}
    after.values = {"W": np.eye(20, dtype=np.float32) * 0.25}
    difference = compare(before, after)
    assert difference.moved == 1
    lines = report_lines(difference, before, after)
    assert f"~ {x}: data {regression.data[x].text} → 1, 2, 3, 5" in lines
    assert "~ W: saved value [20, 20] float32 → [20, 20] float32, 20 of 400 elements differ, by 0.25 at most" in lines
    assert f"~ run: epochs {before.run.epochs} → 7" in lines
    assert f"~ run: shuffle {str(before.run.shuffle).lower()} → {str(after.run.shuffle).lower()}" in lines
    assert len(lines) == 4


def test_a_node_is_muted(regression):
    square = next(op.name for op in regression.graph.get_operations() if op.type == "Square")
    after = model_from_bytes(
        model_to_bytes(regression).replace(
            f'"name": "{square}"'.encode(), f'"name": "{square}", "muted": true'.encode()
        ),
        "a file",
    )
    assert report_lines(compare(regression, after), regression, after) == [f"~ {square}: muted no → yes"]


def test_data_that_was_none_before(regression):
    before = copied(regression)
    x = next(iter(before.data))
    del before.data[x]
    after = copied(regression)
    after.data[x] = NumpyArray("rows.npz", "x")
    assert f"~ {x}: data rows.npz: x, none before" in report_lines(compare(before, after), before, after)
    assert f"~ {x}: data rows.npz: x, none any more" in report_lines(compare(after, before), after, before)


def test_wires_of_one_port_in_another_order():
    models = []
    for order in ((0, 1, 2), (2, 0, 1)):
        graph = tf.Graph()
        with graph.as_default():
            parts = [tf.placeholder(tf.float32, [2], name=f"part_{number}") for number in range(3)]
            tf.concat([parts[number] for number in order], 0, name="whole")
        models.append(Model(graph=graph))
    difference = compare(*models)
    assert not difference.wires_added
    assert not difference.wires_removed
    (change,) = difference.nodes_changed
    assert (change.name, change.changes, change.reordered) == ("whole", (), ("values",))
    assert report_lines(difference, *models) == ["~ whole: the wires at values are in another order"]


def test_another_type_under_the_same_name(regression):
    after = copied(regression)
    text = model_to_bytes(after).decode().replace('"type": "Square"', '"type": "Abs"')
    difference = compare(regression, model_from_bytes(text.encode(), "a file"))
    (change,) = difference.nodes_changed
    assert change.changes == (FieldChange("type", "Square", "Abs"),)
    assert not difference.wires_added


def test_unknown_types_are_compared_as_they_stand_in_the_file():
    node = '{"name": "n", "type": "Later", "attributes": {"a": %s}}'
    text = '{"format": "chainrule.graph", "version": 1, "nodes": [' + node + "]}"
    models = [model_from_bytes((text % value).encode(), "a file") for value in ("1", "2")]
    assert compare(models[0], copied(models[0])).is_empty
    (change,) = compare(*models).nodes_changed
    assert change.changes == (FieldChange("attributes", '{"a": 1}', '{"a": 2}'),)


def test_the_command_and_its_status(regression, tmp_path, capsys):
    first, second = tmp_path / "first.graph", tmp_path / "second.graph"
    save_graph_file(regression, first)
    save_graph_file(replace(regression, positions={}), second)
    assert main(["diff", str(first), str(second)]) == 0
    count = len(regression.positions)
    assert capsys.readouterr().out == f"The graphs are the same; {count} nodes stand elsewhere.\n"
    save_graph_file(replace(regression, run=replace(regression.run, epochs=3)), second)
    assert main(["diff", str(first), str(second)]) == 1
    assert capsys.readouterr().out == "~ run: epochs 100 → 3\n"
    second.write_text("{")
    assert main(["diff", str(first), str(second)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"{second}: ")
    assert main(["diff", str(first), str(tmp_path / "none.graph")]) == 2
    assert "none.graph" in capsys.readouterr().err


def test_the_union_holds_both(regression):
    after = copied(regression)
    graph = after.graph
    square = next(op for op in graph.get_operations() if op.type == "Square")
    (wire,) = graph.wires_into(square)
    (onward,) = graph.wires_out_of(square)
    graph.set_inputs(onward.target, onward.port, [])
    graph.set_inputs(square, wire.port, [])
    graph.remove_quietly(square)
    with graph.as_default():
        other = tf.placeholder(tf.float32, name=square.name)
    graph.rename(other.op, "passing")
    graph.rename(graph.operation("passing"), square.name)
    difference = compare(regression, after)
    # A node of another type under the same name is the same node changed: nothing is gone.
    assert difference.nodes_removed == ()
    graph.rename(other.op, "elsewhere")
    difference = compare(regression, after)
    union = unite(regression, after, difference)
    again = union.model.graph.operation(square.name)
    assert again.type == "Square"
    assert [wire.source.op.name for wire in union.model.graph.wires_into(again)] == [wire.source.op.name]
    assert again.outputs[0].spec == square.outputs[0].spec
    assert union.model.positions[square.name] == regression.positions[square.name]
    assert WireName(square.name, "output", onward.target.name, onward.port) in union.wires_removed
