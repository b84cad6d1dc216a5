"""Muted operations pass an input on: in numbers, gradients, checks, files, differences and explanations."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

import engine as tf
from engine.debugger.explanations import Kind, explain
from engine.debugger.fit.fit import Fit
from engine.debugger.gradient_check.check import check_gradients
from engine.debugger.landscape.loss_function import LossFunction
from engine.diff import compare
from engine.formats.graph_file import fragment_from_text, fragment_to_text, model_from_bytes, model_to_bytes
from engine.graph import Graph, GraphError, Operation, record_of
from engine.graph.inference import Inference, passed_on
from engine.graph.muting import type_refusal
from engine.model import Model, TypedValues
from engine.training.check import check_model
from engine.training.run import TrainingRun

from .explanation_models import complete_step


def chain() -> tuple[Graph, Operation, Operation]:
    """x squared, then doubled."""
    graph = Graph()
    with graph.as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        square = tf.square(x, name="square")
        double = tf.multiply(square, 2.0, name="double")
    return graph, square.op, double.op


X = np.array([[1.0, 3.0], [-2.0, 0.5]], np.float32)


def test_a_muted_operation_passes_its_input_on_and_gradients_back() -> None:
    graph, square, double = chain()
    x = graph.operation("x").output
    with graph.as_default():
        (gradient,) = tf.gradients(double.output, x)
    session = tf.Session(graph=graph)
    np.testing.assert_allclose(session.run([double.output, gradient], {x: X}), [2 * X**2, 4 * X])
    graph.set_muted(square, True)
    np.testing.assert_allclose(session.run([double.output, gradient], {x: X}), [2 * X, np.full_like(X, 2)])
    np.testing.assert_array_equal(session.run(square.output, {x: X}), X)
    graph.set_muted(square, False)
    np.testing.assert_allclose(session.run(double.output, {x: X}), 2 * X**2)


def test_it_is_the_first_input_like_the_output_that_passes() -> None:
    with Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = tf.placeholder(tf.float32, [None, 2], name="y")
        where = tf.where(tf.greater(x, 0.0), y, x).op
    graph.set_muted(where, True)
    assert passed_on(Inference(where)) is graph.operation("y").output
    session = tf.Session(graph=graph)
    # What is not passed on is not needed: x is not fed.
    np.testing.assert_array_equal(session.run(where.output, {graph.operation("y").output: X}), X)


def test_what_has_no_input_like_its_output_says_so_with_both() -> None:
    with Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [4, 2], name="x")
        mean = tf.reduce_mean(x, name="mean").op
        count = tf.Variable(0.0, name="count")
        train = tf.train.GradientDescentOptimizer(0.1).minimize(count * mean.output)
        assign = tf.assign(count, 1.0).op
    graph.set_muted(mean, True)
    assert mean.problem is not None
    assert "its output is () float32" in mean.problem.message and "x is (4, 2) float32" in mean.problem.message
    with pytest.raises(GraphError, match="mean cannot be muted"):
        tf.Session(graph=graph).run(mean.output, {x: np.zeros((4, 2))})
    assert "optimizer" in type_refusal(train)
    assert "no input" in type_refusal(x.op) and "no input" in type_refusal(graph.operation("count"))
    assert "changes a variable" in type_refusal(assign)


def test_what_cannot_be_computed_can_be_muted() -> None:
    graph = Graph()
    x = graph.add("Placeholder", "x", {"shape": "[2, 3]"})
    y = graph.add("Placeholder", "y", {"shape": "[2, 3]"})
    product = graph.add("MatMul", "product")
    graph.connect(x.output, product, "x")
    graph.connect(y.output, product, "y")
    assert product.problem is not None
    graph.set_muted(product, True)
    assert product.problem is None and product.output.shape.as_list() == [2, 3]


def test_specs_follow_and_one_wire_is_enough() -> None:
    graph = Graph()
    add = graph.add("Add", "add")
    graph.set_muted(add, True)
    assert [problem.node for problem in graph.problems()] == ["add", "add"]
    x = graph.add("Placeholder", "x", {"shape": "[5]", "dtype": "int32"})
    graph.connect(x.output, add, "y")
    assert graph.problems() == []
    assert str(add.output.spec) == str(x.output.spec)
    np.testing.assert_array_equal(tf.Session(graph=graph).run(add.output, {x.output: range(5)}), range(5))


def test_what_comes_before_a_muted_operation_still_does() -> None:
    with Graph().as_default() as graph:
        count = tf.Variable(0.0, name="count")
        x = tf.placeholder(tf.float32, [], name="x")
        with tf.control_dependencies([tf.assign_add(count, 1.0)]):
            square = tf.square(x)
    graph.set_muted(square.op, True)
    session = tf.Session(graph=graph)
    session.run(count.initializer)
    assert session.run(square, {x: 3.0}) == 3.0
    assert session.run(count) == 1.0


def test_files_fragments_and_records_keep_it_and_differences_tell_it() -> None:
    graph, square, _ = chain()
    plain = model_to_bytes(Model(graph=graph))
    assert b"muted" not in plain
    graph.set_muted(square, True)
    data = model_to_bytes(Model(graph=graph))
    loaded = model_from_bytes(data, "the test")
    assert loaded.graph.operation("square").is_muted and not loaded.graph.operation("double").is_muted
    assert model_to_bytes(loaded) == data
    fragment = fragment_from_text(fragment_to_text(loaded, ["square"]))
    assert fragment.graph.operation("square").is_muted
    assert record_of(square).is_muted
    (change,) = compare(model_from_bytes(plain, "the test"), loaded).nodes_changed
    assert [astuple(field) for field in change.changes] == [("muted", "no", "yes")]


def test_a_node_of_unknown_type_keeps_the_flag_as_text() -> None:
    text = b'{"format": "chainrule.graph", "version": 1, "nodes": [{"name": "a", "type": "Newer", "muted": true}]}'
    loaded = model_from_bytes(text, "the test")
    assert b'"muted": true' in model_to_bytes(loaded)
    assert not loaded.graph.operation("a").is_muted


def test_a_model_trains_without_its_muted_activation() -> None:
    def trained(is_muted: bool, with_relu: bool) -> float:
        with Graph().as_default() as graph:
            x = tf.placeholder(tf.float32, [None], name="x")
            w = tf.Variable(-0.5, name="w")
            hidden = w * x
            if with_relu:
                hidden = tf.nn.relu(hidden, name="relu")
                graph.set_muted(hidden.op, is_muted)
            cost = tf.reduce_mean(tf.square(hidden - 1.0))
            train = tf.train.GradientDescentOptimizer(0.1).minimize(cost)
        assert check_model(Model(graph=graph, data={"x": TypedValues("1, 2")}), None) == []
        session = tf.Session(graph=graph)
        session.run(w.initializer)
        for _ in range(5):
            session.run(train, {x: [1.0, 2.0]})
        return float(session.run(w))

    assert trained(True, True) == trained(False, False)
    assert trained(False, True) == -0.5


def test_a_step_and_its_explanations_show_it_as_passing_through() -> None:
    graph = Graph()
    w = graph.create("Variable", attributes={"initial_value": "[2, -3]"}, name="w").output
    square = graph.apply("Square", w, name="square")
    loss = graph.apply("ReduceSum", graph.apply("Multiply", square, [1.0, 10.0], name="weighed"), name="loss")
    graph.create("GradientDescent", {"loss": loss}, {"learning_rate": 0.1}, name="train")
    graph.set_muted(square.op, True)
    step = complete_step(Model(graph=graph))
    asked, trained = step.lowered(square), step.lowered(w)
    assert asked is not None and trained is not None
    np.testing.assert_array_equal(step.value(asked), [2.0, -3.0])
    gradient = step.gradient(asked)
    assert gradient is not None
    np.testing.assert_array_equal(step.value(gradient), [1.0, 10.0])
    reason = explain(step, asked, (1,))
    assert reason.operation == "Identity"
    assert [term.contribution for term in reason.terms] == [-3.0]
    backward = explain(step, trained, (1,), Kind.GRADIENT)
    assert backward.total == 10.0


def test_questions_about_a_training_work_with_a_muted_operation_that_leaves_inputs_out() -> None:
    with Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 1], name="x")
        y = tf.placeholder(tf.float32, [None, 1], name="y")
        w = tf.Variable([[0.5]], name="w")
        # What is muted passes the product on, and the bias is not needed.
        bias = tf.Variable([[3.0]], name="bias")
        hypothesis = tf.add_n([tf.matmul(x, w), bias * tf.ones_like(x)], name="hypothesis")
        cost = tf.reduce_mean(tf.square(hypothesis - y), name="cost")
        tf.train.GradientDescentOptimizer(0.1).minimize(cost)
    graph.set_muted(hypothesis.op, True)
    run = TrainingRun(Model(graph=graph, data={"x": TypedValues("1; 2"), "y": TypedValues("1; 2")}))
    assert check_gradients(run).is_right
    loss = LossFunction(run, 100)
    assert np.isfinite(loss.value(loss.space.vector(run.values())))
    assert Fit(run).points().xs.shape == (2, 1)
    run.train_epoch()
    assert float(run.value(graph.operation("bias"))[0, 0]) == 3.0
    assert float(run.value(graph.operation("w"))[0, 0]) != 0.5
