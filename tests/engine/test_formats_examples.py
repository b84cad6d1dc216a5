"""The examples that are shipped: what is in them, that they can be learned, and that they are laid out tidily."""

from itertools import combinations

import numpy as np
import pytest

from engine.formats import load_graph_file, model_to_bytes
from engine.training.run import TrainingRun
from tests.data.build_examples import COLUMN, EXAMPLE_BUILDERS, EXAMPLES, RESOURCES, SCHEMA, schema_text

#: What the canvas draws: the width of a node, and the greatest height that one of these examples has.
NODE_WIDTH, NODE_HEIGHT = 160, 112


@pytest.fixture(params=EXAMPLE_BUILDERS)
def name(request):
    return request.param


def test_what_is_shipped_is_what_the_builder_builds(name):
    assert (EXAMPLES / f"{name}.graph").read_bytes() == model_to_bytes(EXAMPLE_BUILDERS[name]())


def test_every_example_is_built_here():
    assert {path.stem for path in EXAMPLES.glob("*.graph")} == set(EXAMPLE_BUILDERS)


def test_nodes_stand_in_columns_apart_from_each_other(name):
    model = load_graph_file(EXAMPLES / f"{name}.graph")
    assert set(model.positions) == {op.name for op in model.graph.get_operations()}
    for x, y in model.positions.values():
        assert x % COLUMN == 0
        assert y % 20 == 0
    for (x1, y1), (x2, y2) in combinations(model.positions.values(), 2):
        assert abs(x1 - x2) >= NODE_WIDTH or abs(y1 - y2) >= NODE_HEIGHT


def test_wires_lead_to_the_right(name):
    model = load_graph_file(EXAMPLES / f"{name}.graph")
    for wire in model.graph.wires():
        assert model.positions[wire.source.op.name][0] < model.positions[wire.target.name][0]


def trained(name):
    """Trains an example for its stored epochs; returns the run and its accuracy after each epoch."""
    model = load_graph_file(EXAMPLES / f"{name}.graph")
    run = TrainingRun(model, EXAMPLES)
    accuracies = []
    for _ in range(model.run.epochs):
        run.train_epoch()
        accuracies.append(run.metrics()["accuracy"])
    return run, accuracies


def test_xor_is_solved_well_within_its_epochs():
    run, accuracies = trained("xor")
    assert min(accuracies[200:]) == 1.0
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    prediction = run.fetch(["prediction"], {"x": corners})["prediction"]
    np.testing.assert_allclose(prediction, [[0], [1], [1], [0]], atol=0.02)


def test_digits_are_told_apart_that_were_not_trained_on():
    _, accuracies = trained("digits")
    assert max(accuracies[:5]) > 0.95
    assert accuracies[-1] > 0.97


def test_the_digits_are_what_their_description_says():
    with np.load(RESOURCES / "datasets" / "digits.npz") as file:
        images, labels = file["images"], file["labels"]
    assert (images.shape, images.dtype, images.min(), images.max()) == ((1797, 64), np.uint8, 0, 16)
    np.testing.assert_array_equal(np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    assert "Creative Commons Attribution 4.0" in (RESOURCES / "datasets" / "README.md").read_text(encoding="utf-8")


def test_the_schema_is_that_of_the_format():
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()
