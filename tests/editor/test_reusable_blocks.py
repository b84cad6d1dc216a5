"""Reusable blocks: one definition with many instances, from grouping to ungrouping, in documents and in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor import commands
from editor.commands.muting import MuteNodes
from editor.document import Document
from engine.formats.blocks import mend_blocks
from engine.formats.graph_file import load_graph_file, model_from_bytes, model_to_bytes, save_graph_file
from engine.model import Model, RunSettings, TypedValues
from engine.runtime import Session
from engine.training.run import TrainingRun
from tests.data.build_blocks import BUILDERS, file_of, library_text

pytestmark = pytest.mark.usefixtures("qapp")

LIBRARY = {name: build() for name, build in BUILDERS.items()}
Array = np.ndarray[Any, np.dtype[Any]]


def add(document: Document, name: str, **parameters: object) -> str:
    command = commands.AddBlock(document, name, LIBRARY, (0.0, 0.0))
    document.do(command)
    for parameter, value in parameters.items():
        verdict = document.attempt(
            lambda parameter=parameter, value=value: commands.SetBlockParameter(
                document, command.scope, parameter, value
            )
        )
        assert verdict, verdict.reason
    return command.scope


def wire(document: Document, source: str, target: str, port: str = "x") -> None:
    verdict = document.connect(source, "output", target, port)
    assert verdict, verdict.reason


def placeholder(document: Document, name: str, shape: str) -> str:
    return document.add_node("Placeholder", (0, 0), name, {"shape": shape})


def evaluated(document: Document, fetch: str, feeds: dict[str, Array], seed: int = 3) -> tuple[Array, dict[str, Array]]:
    """What a node gives, and the values of the variables, which have their initial values."""
    graph = document.graph
    variables = [op for op in graph.get_operations() if op.type == "Variable"]
    session = Session(graph=graph, seed=seed)
    session.initialize(variables)
    outputs = [graph.operation(fetch).output, *(op.output for op in variables)]
    found = session.run(outputs, {graph.operation(name).output: value for name, value in feeds.items()})
    return found[0], {op.name: value for op, value in zip(variables, found[1:], strict=True)}


def test_what_is_shipped_is_what_is_built() -> None:
    for name in BUILDERS:
        assert file_of(name).read_text(encoding="utf-8") == library_text(name)
        model = load_graph_file(file_of(name))
        assert mend_blocks(model) == []
        assert dict(model.definitions) == {name: LIBRARY[name]}


def test_a_dense_block_gives_what_numpy_computes() -> None:
    document = Document()
    placeholder(document, "x", "[?, 4]")
    scope = add(document, "Dense", units=3, activation="tanh")
    wire(document, "x", f"{scope}/input")
    x = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    given, values = evaluated(document, f"{scope}/output", {"x": x})
    weights, bias = values[f"{scope}/W"], values[f"{scope}/b"]
    assert weights.shape == (4, 3)
    assert 0 < np.abs(weights).max() <= np.sqrt(6 / (4 + 3))
    np.testing.assert_array_equal(bias, np.zeros(3, np.float32))
    np.testing.assert_allclose(given, np.tanh(x @ weights + bias), rtol=1e-6)


def test_the_variables_follow_the_input_and_the_parameters() -> None:
    document = Document()
    placeholder(document, "x", "[?, 64]")
    first, second = add(document, "Dense"), add(document, "Dense")
    wire(document, "x", f"{first}/input")
    wire(document, f"{first}/output", f"{second}/input")

    def shapes() -> list[tuple[int, ...]]:
        return [document.operation(f"{scope}/W").output.shape.known() for scope in (first, second)]

    assert shapes() == [(64, 10), (10, 10)]
    before = model_to_bytes(document.model)
    document.do(commands.SetBlockParameter(document, first, "units", "7"))
    assert shapes() == [(64, 7), (7, 10)]
    assert document.operation(f"{first}/b").output.shape.known() == (7,)
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    document.set_attribute("x", "shape", "[?, 5]")
    assert shapes() == [(5, 10), (10, 10)]
    assert not document.set_attribute(f"{first}/b", "shape", "[3]")
    assert document.set_attribute(f"{first}/Activation", "function", "sigmoid")
    assert dict(document.model.instances[first].values) == {"activation": "sigmoid"}
    assert dict(document.model.instances[second].values) == {}


def trained(document: Document) -> list[float]:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    document.set_data("x", TypedValues(str(x.round(3).tolist())))
    document.set_data("y", TypedValues(str(y.round(3).tolist())))
    document.set_run_settings(RunSettings(epochs=20, seed=5))
    run = TrainingRun(document.model)
    return [run.train_epoch() for _ in range(20)]


def network(document: Document) -> None:
    placeholder(document, "x", "[?, 3]")
    placeholder(document, "y", "[?, 2]")


def finish(document: Document, prediction: str) -> None:
    document.add_node("Subtract", (0, 0), "error")
    document.add_node("Square", (0, 0), "square")
    document.add_node("ReduceMean", (0, 0), "cost")
    document.add_node("GradientDescent", (0, 0), "train", {"learning_rate": 0.1})
    wire(document, prediction, "error", "x")
    wire(document, "y", "error", "y")
    wire(document, "error", "square")
    wire(document, "square", "cost")
    wire(document, "cost", "train", "loss")


def test_two_dense_blocks_train_bit_for_bit_as_the_same_plain_nodes() -> None:
    blocks = Document()
    network(blocks)
    hidden, last = add(blocks, "Dense", units=5, activation="tanh"), add(blocks, "Dense", units=2, activation="none")
    wire(blocks, "x", f"{hidden}/input")
    wire(blocks, f"{hidden}/output", f"{last}/input")
    finish(blocks, f"{last}/output")
    plain = Document()
    network(plain)
    source = "x"
    for scope, inputs, units, function in ((hidden, 3, 5, "Tanh"), (last, 5, 2, "")):
        limit = float(np.sqrt(6 / (inputs + units)))
        start = {"shape": [inputs, units], "minval": -limit, "maxval": limit}
        plain.add_node("RandomUniform", (0, 0), f"{scope}/W_initial", start)
        plain.add_node("Variable", (0, 0), f"{scope}/W")
        plain.add_node("MatMul", (0, 0), f"{scope}/MatMul")
        plain.add_node("Variable", (0, 0), f"{scope}/b", {"initial_value": "[0]", "shape": [units]})
        plain.add_node("Add", (0, 0), f"{scope}/Add")
        wire(plain, f"{scope}/W_initial", f"{scope}/W", "initial_value")
        wire(plain, source, f"{scope}/MatMul", "x")
        wire(plain, f"{scope}/W", f"{scope}/MatMul", "y")
        wire(plain, f"{scope}/MatMul", f"{scope}/Add", "x")
        wire(plain, f"{scope}/b", f"{scope}/Add", "y")
        source = f"{scope}/Add"
        if function:
            plain.add_node(function, (0, 0), f"{scope}/Activation")
            wire(plain, source, f"{scope}/Activation")
            source = f"{scope}/Activation"
    finish(plain, source)
    losses = trained(blocks)
    assert losses == trained(plain)
    assert losses[-1] < losses[0]


def given(name: str, shapes: dict[str, str], feeds: dict[str, Array], output: str, **parameters: object) -> Any:
    """What an output of a block gives, and the values of its variables, by their names inside."""
    document = Document()
    for port, shape in shapes.items():
        placeholder(document, f"{port}_given", shape)
    scope = add(document, name, **parameters)
    for port in shapes:
        wire(document, f"{port}_given", f"{scope}/{port}")
    fed = {f"{port}_given": array.astype(np.float32) for port, array in feeds.items()}
    found, values = evaluated(document, f"{scope}/{output}", fed)
    return found, {variable[len(scope) + 1 :]: value for variable, value in values.items()}


def test_a_convolution_gives_what_numpy_computes() -> None:
    images = np.random.default_rng(2).normal(size=(2, 5, 6, 3))
    feeds, settings = {"images": images}, {"filters": 4, "kernel_size": 3, "stride": 2, "padding": "VALID"}
    found, values = given("Conv2D", {"images": "[?, 5, 6, 3]"}, feeds, "output", **settings)
    assert values["filters"].shape == (3, 3, 3, 4)
    windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), (1, 2))[:, ::2, ::2]
    expected = np.einsum("nijchw,hwco->nijo", windows, values["filters"])
    np.testing.assert_allclose(found, np.maximum(expected, 0), rtol=1e-4, atol=1e-5)
    # He: the deviation of all that is drawn is sqrt(2 / 27), less what is cut off at two deviations.
    assert 0.1 < values["filters"].std() < np.sqrt(2 / 27)


def test_pooling_takes_the_largest_of_each_window() -> None:
    images = np.random.default_rng(3).normal(size=(2, 4, 6, 3))
    found, _ = given("MaxPool", {"images": "[?, 4, 6, 3]"}, {"images": images}, "output")
    np.testing.assert_allclose(found, images.reshape(2, 2, 2, 3, 2, 3).max((2, 4)), rtol=1e-6)


@pytest.mark.parametrize(("shape", "sizes"), [("[?, 3]", (50, 3)), ("[?, 4, 4, 2]", (6, 4, 4, 2))])
def test_batch_norm_gives_mean_zero_and_variance_one(shape: str, sizes: tuple[int, ...]) -> None:
    x = np.random.default_rng(4).normal(3, 5, size=sizes)
    found, values = given("BatchNorm", {"input": shape}, {"input": x}, "output")
    axes = tuple(range(x.ndim - 1))
    expected = (x - x.mean(axes)) / np.sqrt(x.var(axes) + 0.001)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    assert values["gamma"].shape == values["beta"].shape == sizes[-1:]


def test_dropout_drops_a_part_and_keeps_the_mean() -> None:
    x = np.ones((200, 50))
    found, _ = given("Dropout", {"input": "[?, 50]"}, {"input": x}, "output", rate=0.25)
    assert set(np.unique(found.round(5)).tolist()) == {0.0, np.float32(1 / 0.75).round(5)}
    assert abs((found == 0).mean() - 0.25) < 0.03
    kept, _ = given("Dropout", {"input": "[?, 50]"}, {"input": x}, "output", rate=0)
    np.testing.assert_array_equal(kept, x)


def test_the_losses_are_those_of_numpy() -> None:
    rng = np.random.default_rng(5)
    x, labels = rng.normal(size=(6, 4)), np.eye(3)[rng.integers(0, 3, 6)]
    shapes, feeds = {"features": "[?, 4]", "labels": "[?, 3]"}, {"features": x, "labels": labels}
    loss, values = given("Softmax classifier", shapes, feeds, "loss", classes=3)
    powers = np.exp(x @ values["W"] + values["b"])
    probabilities = powers / powers.sum(1, keepdims=True)
    np.testing.assert_allclose(loss, -np.log((probabilities * labels).sum(1)).mean(), rtol=1e-5)
    found, _ = given("Softmax classifier", shapes, feeds, "probabilities", classes=3)
    np.testing.assert_allclose(found, probabilities, rtol=1e-5)
    y = rng.normal(size=(6, 4))
    squares, _ = given(
        "Mean squared error", {"prediction": "[?, 4]", "target": "[?, 4]"}, {"prediction": x, "target": y}, "loss"
    )
    np.testing.assert_allclose(squares, ((x - y) ** 2).mean(), rtol=1e-5)


# --- grouping ----------------------------------------------------------------------------------------------------


def chain() -> Document:
    """x → tanh → square → cost, with W in the product before."""
    document = Document()
    for number, (op_type, name) in enumerate(
        (("Placeholder", "x"), ("Variable", "W"), ("Multiply", "product"), ("Tanh", "tanh"), ("Square", "cost"))
    ):
        document.add_node(op_type, (200.0 * number, 0.0), name)
    for source, target, port in (("x", "product", "x"), ("W", "product", "y"), ("product", "tanh", "x")):
        wire(document, source, target, port)
    wire(document, "tanh", "cost")
    document.undo_stack.clear()
    return document


def group(document: Document, names: list[str], name: str) -> str:
    command = commands.GroupIntoBlock(document, names, name)
    document.do(command)
    return command.scope


def test_grouping_makes_named_ports_for_the_wires_that_cross() -> None:
    document = chain()
    before = model_to_bytes(document.model)
    scope = group(document, ["W", "product", "tanh"], "My layer")
    assert scope == "my_layer"
    assert set(document.names()) == {
        "x",
        "cost",
        *(f"my_layer/{name}" for name in ("W", "product", "tanh", "x", "output")),
    }
    wires = {(wire.source, wire.target) for wire in document.wires()}
    assert {("x", "my_layer/x"), ("my_layer/x", "my_layer/product"), ("my_layer/output", "cost")} <= wires
    assert document.undo_stack.count() == 1
    after = model_to_bytes(document.model)
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
    document.undo_stack.redo()
    assert model_to_bytes(document.model) == after
    document.do(commands.Ungroup(document, scope))
    assert {(wire.source, wire.target) for wire in document.wires()} == {
        ("x", "product"),
        ("W", "product"),
        ("product", "tanh"),
        ("tanh", "cost"),
    }
    assert document.model.instances == {}


def two_instances() -> tuple[Document, str, str]:
    document = chain()
    first = group(document, ["W", "product", "tanh"], "Layer")
    names = document.duplicate([name for name in document.names() if name.startswith(f"{first}/")])
    second = names[0].partition("/")[0]
    assert document.model.instances.keys() == {first, second}
    return document, first, second


def inner(document: Document, scope: str) -> set[str]:
    return {name[len(scope) + 1 :] for name in document.names() if name.startswith(f"{scope}/")}


def test_every_edit_inside_one_instance_is_made_in_all() -> None:
    document, first, second = two_instances()
    states = [model_to_bytes(document.model)]

    def done() -> None:
        states.append(model_to_bytes(document.model))
        loaded = model_from_bytes(states[-1], "the test")
        assert mend_blocks(loaded) == []

    document.enter(first)
    added = document.add_node("Relu", (700.0, 90.0))
    assert added == f"{first}/Relu"
    done()
    wire(document, f"{first}/product", added)
    done()
    assert ("product", "Relu") in {
        (wire.source.removeprefix(f"{second}/"), wire.target.removeprefix(f"{second}/")) for wire in document.wires()
    }
    offset = np.subtract(document.position(f"{second}/tanh"), document.position(f"{first}/tanh"))
    np.testing.assert_allclose(np.subtract(document.position(f"{second}/Relu"), document.position(added)), offset)
    assert document.rename(added, f"{first}/rectified")
    done()
    assert "rectified" in inner(document, second)
    assert document.set_attribute(f"{second}/x", "description", "What comes in.")
    done()
    assert document.operation(f"{first}/x").attributes["description"] == "What comes in."
    document.do(MuteNodes(document, [f"{second}/tanh"], True))
    done()
    assert document.operation(f"{first}/tanh").is_muted
    document.move_nodes({f"{second}/tanh": (900.0, 400.0)})
    done()
    np.testing.assert_allclose(np.subtract((900.0, 400.0), document.position(f"{first}/tanh")), offset)
    document.delete([f"{second}/rectified"])
    done()
    assert inner(document, first) == inner(document, second) == {"W", "product", "tanh", "x", "output"}
    for state in reversed(states[:-1]):
        document.undo_stack.undo()
        assert model_to_bytes(document.model) == state
    for state in states[1:]:
        document.undo_stack.redo()
        assert model_to_bytes(document.model) == state


def test_instances_have_their_own_variables_and_outer_wires() -> None:
    document, first, second = two_instances()
    document.set_attribute(f"{first}/W", "initial_value", "[1, 2, 3]")
    assert np.size(document.operation(f"{second}/W").attributes["initial_value"]) == 1
    wire(document, f"{first}/output", f"{second}/x")
    before = {wire.source for wire in document.wires() if wire.target == f"{first}/x"}
    assert before == {"x"}


def test_a_wire_across_the_border_gets_a_port_in_all_instances() -> None:
    document, first, second = two_instances()
    placeholder(document, "more", "unknown")
    document.add_node("Add", (0, 0), f"{first}/sum")
    wire(document, "more", f"{first}/sum", "x")
    assert document.operation(f"{first}/more").type == "BlockInput"
    assert document.operation(f"{second}/more").type == "BlockInput"
    assert document.operation(f"{second}/more").inputs_of("x") == ()


def test_making_one_unique_lets_the_others_be() -> None:
    document, first, second = two_instances()
    command = commands.MakeUnique(document, second)
    document.do(command)
    assert command.name == "Layer 2"
    document.delete([f"{second}/tanh"])
    assert "tanh" in inner(document, first)
    assert not document.attempt(lambda: commands.DeleteDefinition(document, "Layer"))
    assert document.attempt(lambda: commands.RenameDefinition(document, "Layer", "Stage"))
    assert document.model.instances[first].definition == "Stage"
    document.delete([name for name in document.names() if name.startswith(f"{second}/")])
    assert document.model.instances.keys() == {first}
    assert document.attempt(lambda: commands.DeleteDefinition(document, "Layer 2"))
    assert document.model.definitions.keys() == {"Stage"}


def test_an_attribute_becomes_a_parameter_and_stops_being_one() -> None:
    document, first, second = two_instances()
    document.do(commands.AddParameter(document, f"{first}/x", "order"))
    document.do(commands.SetBlockParameter(document, first, "order", "4"))
    assert [document.operation(f"{scope}/x").attributes["order"] for scope in (first, second)] == [4, 0]
    document.do(commands.RemoveParameter(document, "Layer", "order"))
    assert [document.operation(f"{scope}/x").attributes["order"] for scope in (first, second)] == [0, 0]
    assert document.model.definitions["Layer"].parameters == ()


def test_blocks_in_blocks_are_mirrored_through_both() -> None:
    document, first, second = two_instances()
    members = [name for name in document.names() if name.startswith(f"{first}/")]
    outer = group(document, [*members, "cost"], "Outer")
    copies = document.duplicate([name for name in document.names() if name.startswith(f"{outer}/")])
    other = copies[0].partition("/")[0]
    assert {name: each.definition for name, each in document.model.instances.items()} == {
        second: "Layer",
        outer: "Outer",
        f"{outer}/{first}": "Layer",
        other: "Outer",
        f"{other}/{first}": "Layer",
    }
    document.enter(second)
    document.add_node("Relu", (0, 0))
    for scope in (f"{outer}/{first}", f"{other}/{first}", second):
        assert "Relu" in inner(document, scope)
    assert mend_blocks(model_from_bytes(model_to_bytes(document.model), "the test")) == []


def test_a_block_that_would_hold_itself_is_refused() -> None:
    document, first, second = two_instances()
    before = model_to_bytes(document.model)
    text = document.copy([name for name in document.names() if name.startswith(f"{second}/")])
    document.enter(first)
    with pytest.raises(ValueError, match="The block Layer would hold itself"):
        document.paste(text)
    assert not document.rename_block(second, f"{first}/inside")
    assert model_to_bytes(document.model) == before


# --- between documents, and in files -----------------------------------------------------------------------------


def test_an_equal_definition_is_shared_and_another_one_renamed() -> None:
    document, first, _ = two_instances()
    text = document.copy([name for name in document.names() if name.startswith(f"{first}/")])
    same, told = Document(), list[str]()
    same.remarked.connect(told.append)
    same.paste(text)
    same.paste(text)
    assert same.model.definitions.keys() == {"Layer"}
    assert len(same.model.instances) == 2
    assert told == []
    scope = next(iter(same.model.instances))
    same.add_node("Relu", (0, 0), f"{scope}/more")
    same.paste(text)
    assert same.model.definitions.keys() == {"Layer", "Layer 2"}
    assert len(told) == 1
    assert "Layer 2" in told[0]


def test_an_instance_that_is_not_its_definition_opens_as_plain_nodes(tmp_path: Path) -> None:
    document, first, second = two_instances()
    text = model_to_bytes(document.model).decode()
    damaged = text.replace(f'"name": "{first}/tanh", "type": "Tanh"', f'"name": "{first}/tanh", "type": "Relu"')
    assert damaged != text
    path = tmp_path / "damaged.graph"
    path.write_text(damaged, encoding="utf-8")
    opened = Document()
    opened.open(path)
    opened.check_now()
    assert opened.model.instances.keys() == {second}
    assert any(f"{first} is kept as plain nodes" in str(problem) for problem in opened.problems)
    assert f"{first}/tanh" in opened.names()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"definition": "Dense"', '"definition": "Nothing"', "there is no block called 'Nothing'"),
        ('"units": 7', '"units": 0', "units: 0 is too small"),
        ('"units": 7', '"width": 7', "Dense has no parameter called 'width'"),
    ],
)
def test_a_file_with_an_impossible_instance_says_why(old: str, new: str, sentence: str) -> None:
    document = Document()
    add(document, "Dense", units=7)
    model = model_from_bytes(model_to_bytes(document.model).replace(old.encode(), new.encode()), "the test")
    (problem,) = mend_blocks(model)
    assert sentence in str(problem)
    assert model.instances == {}


def test_a_definition_that_holds_itself_is_left_out(tmp_path: Path) -> None:
    model = Model()
    path = tmp_path / "endless.graph"
    save_graph_file(model, path)
    text = path.read_text(encoding="utf-8").rstrip().rstrip("}").rstrip()
    text += ',\n  "definitions": {"A": {"nodes": [], "instances": {"sub": {"definition": "A"}}}}\n}\n'
    path.write_text(text, encoding="utf-8")
    opened = Document()
    opened.open(path)
    opened.check_now()
    assert opened.model.definitions == {}
    assert any("holds itself" in str(problem) for problem in opened.problems)
