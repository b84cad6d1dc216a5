"""What check_model says stands in the way of training."""

import os

import numpy as np
import pytest

from engine.graph import Graph, Severity
from engine.model import CsvColumns, Model, RunSettings, TypedValues
from engine.training.check import check_model
from tests.data.build_examples import EXAMPLE_BUILDERS, EXAMPLES, linear_regression


@pytest.fixture
def model():
    return linear_regression()


def said(model, folder=None):
    return [(problem.node, problem.severity.value, problem.message) for problem in check_model(model, folder)]


def only(model, folder=None):
    (problem,) = said(model, folder)
    return problem


@pytest.mark.parametrize("name", EXAMPLE_BUILDERS)
def test_the_examples_have_no_problems(name):
    assert check_model(EXAMPLE_BUILDERS[name](), EXAMPLES) == []


def test_an_empty_graph_has_no_problems():
    assert check_model(Model()) == []


def test_problems_of_the_graph_come_with_the_others(model):
    model.graph.disconnect(model.graph.operation("cost"), "x")
    found = check_model(model)
    assert ("cost", "x") in [(problem.node, problem.port) for problem in found]


def test_a_placeholder_without_data(model):
    del model.data["y"]
    assert only(model) == ("y", "error", "It has no data; type values or choose a file for it.")


def test_a_placeholder_that_training_does_not_need_needs_no_data(model):
    model.graph.add("Placeholder", "spare")
    assert check_model(model) == []


def test_a_metric_needs_its_placeholders(model):
    z = model.graph.add("Placeholder", "z")
    model.graph.connect(z.output, model.graph.add("Negative", "minus"), "x")
    model.run = RunSettings(metrics=("minus",))
    assert only(model)[:2] == ("z", "error")


def test_data_that_cannot_be_read_names_the_placeholder(model, tmp_path):
    model.data["x"] = CsvColumns("prices.csv", ("size",))
    node, severity, message = only(model, tmp_path)
    assert (node, severity) == ("x", "error")
    assert message.startswith(f"There is no file {tmp_path / 'prices.csv'}")


def test_a_file_is_read_again_when_it_has_changed(model, tmp_path):
    path = tmp_path / "prices.csv"
    model.data["x"] = CsvColumns("prices.csv", ("size",))
    path.write_text("size\n1\nx\n3\n4\n")
    assert only(model, tmp_path)[2] == "prices.csv, row 3, column 'size': 'x' is not a number."
    path.write_text("size\n1\n2\n3\n4\n")
    os.utime(path, ns=(1, 1))
    assert check_model(model, tmp_path) == []


def test_data_is_examined_again_when_the_placeholder_has_changed(model):
    model.data["x"] = TypedValues("1, 2, 3, 4.5")
    assert check_model(model) == []
    model.graph.set_attribute(model.graph.operation("x"), "shape", "[3]")
    assert "Cannot feed value of shape (4,)" in only(model)[2]


def test_numbers_that_are_none_are_a_warning(model):
    model.data["x"] = TypedValues("1, nan, inf, 4")
    assert only(model) == (
        "x",
        "warning",
        "2 of its numbers are nan or infinite, and the loss will be so too; clean the data.",
    )


def test_rows_that_differ(model):
    model.data["y"] = TypedValues("1, 2, 3")
    assert only(model) == ("y", "error", "It has 3 rows, but x has 4 rows; they must be equal.")


def test_a_single_number_belongs_to_every_row(model):
    model.data["y"] = TypedValues("1")
    assert check_model(model) == []


def test_too_many_rows_held_back(model):
    model.run = RunSettings(held_back=4)
    node, severity, message = only(model)
    assert (node, severity) == ("x", "error")
    assert message == "4 rows are held back, but there are only 4; hold back fewer in the run settings."


def test_a_mini_batch_larger_than_the_rows_is_a_warning(model):
    model.run = RunSettings(batch_size=4, held_back=1)
    assert only(model)[:2] == ("x", "warning")
    model.run = RunSettings(batch_size=3, held_back=1)
    assert check_model(model) == []


def test_no_optimizer_is_a_warning():
    graph = Graph()
    graph.add("Placeholder", "x")
    node, severity, message = only(Model(graph))
    assert (node, severity) == ("", "warning")
    assert "There is no optimizer" in message


def test_several_optimizers_of_which_none_is_chosen(model):
    other = model.graph.add("GradientDescent", "other")
    model.graph.connect(model.graph.operation("cost").output, other, "loss")
    node, severity, message = only(model)
    assert (node, severity) == ("", "error")
    assert "train, other" in message
    model.run = RunSettings(optimizer="other")
    assert check_model(model) == []


def test_an_optimizer_that_is_not_there(model):
    model.run = RunSettings(optimizer="gone")
    node, severity, message = only(model)
    assert (node, severity) == ("", "error")
    assert "'gone'" in message


def test_a_loss_without_a_variable_that_could_be_trained(model):
    for name in ("W", "b"):
        model.graph.set_attribute(model.graph.operation(name), "trainable", False)
    assert only(model) == ("train", "error", "Its loss depends on no trainable Variable; wire one into the loss.")


def test_metrics_that_are_none(model):
    model.run = RunSettings(metrics=("acuracy", "train"))
    first, second = said(model)
    assert first[:2] == ("", "error")
    assert "'acuracy'" in first[2]
    sentence = "It is listed as a metric, but train gives no value that could be shown; choose another node."
    assert second == ("train", "error", sentence)


def test_what_belongs_to_no_node_is_a_warning(model):
    model.data["old"] = TypedValues("1")
    model.values = {"W": np.zeros(1), "b": np.zeros(2), "v": np.zeros(1)}
    data, shape, value = said(model)
    assert data == ("", "warning", "There is data for 'old', but no placeholder of that name; add one, or forget it.")
    assert shape == ("b", "warning", "Its trained value has the shape (2,), but it is (1,) now; train again.")
    assert value == ("", "warning", "There is a trained value for 'v', but no variable of that name.")


def test_every_problem_is_one_sentence_at_a_node_there_is(model):
    model.data = {"x": TypedValues("one")}
    model.run = RunSettings(optimizer="gone", metrics=("missing",))
    model.graph.add("Add", "loose")
    found = check_model(model)
    assert len(found) == 6
    for problem in found:
        assert problem.node == "" or problem.node in model.graph
        assert problem.message.endswith(".")
        assert "\n" not in problem.message
        assert problem.severity is Severity.ERROR
