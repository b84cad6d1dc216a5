"""The fit: which node is the hypothesis, its curve and its regions, against sessions and numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engine as tf
from engine.debugger.fit.comparison import find_comparison
from engine.debugger.fit.fit import CURVE_POINTS, REGION_POINTS, Fit
from engine.formats.graph_file import load_graph_file
from engine.graph import EngineError, Graph
from engine.model import Model, TypedValues
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"


def trained(model: Model, epochs: int, folder: Path | None = None) -> TrainingRun:
    run = TrainingRun(model, folder)
    for _ in range(epochs):
        run.train_epoch()
    return run


def program(build) -> Graph:
    graph = tf.Graph()
    with graph.as_default():
        build()
    return graph


def test_the_tutorials_hypothesis_is_found_and_its_curve_is_the_line():
    run = trained(linear_regression(), 100)
    fit = Fit(run)
    points, answers = fit.points(), fit.answers(run.values())
    assert (points.inputs, points.label, answers.hypothesis) == (("x",), "y", "hypothesis")
    assert points.xs.tolist() == [[1], [2], [3], [4]] and points.ys.tolist() == [5, 8, 11, 14]
    xs = np.linspace(*points.extent[0], CURVE_POINTS)
    assert xs[0] == pytest.approx(0.7) and xs[-1] == pytest.approx(4.3)
    np.testing.assert_allclose(answers.values[:, 0], 3.0046647 * xs + 1.9862854, rtol=1e-6)
    assert not answers.is_probability and answers.classes is None
    assert points.candidates == ("product", "hypothesis")


def test_a_curve_is_what_a_session_gives_for_the_same_inputs():
    run = trained(linear_regression(), 7)
    fit = Fit(run, "product")
    xs = np.linspace(*fit.points().extent[0], CURVE_POINTS)
    expected = run.fetch(["product"], {"x": xs})["product"]
    np.testing.assert_array_equal(fit.answers(run.values()).values[:, 0], expected)


def test_it_answers_with_the_values_that_it_is_given():
    run = trained(linear_regression(), 1)
    answers = Fit(run).answers({"W": np.array([2.0]), "b": np.array([-1.0])})
    xs = np.linspace(0.7, 4.3, CURVE_POINTS)
    np.testing.assert_allclose(answers.values[:, 0], 2 * xs - 1, rtol=1e-6)
    assert run.values()["W"] == pytest.approx(4.5)


def test_the_regions_of_xor():
    run = trained(load_graph_file(EXAMPLES / "xor.graph"), 1000)
    fit = Fit(run)
    points, answers = fit.points(), fit.answers(run.values())
    assert (points.inputs, points.label, answers.hypothesis) == (("x[0]", "x[1]"), "y", "logits")
    assert points.ys.tolist() == [0, 1, 1, 0] and answers.class_count == 2 and answers.is_probability
    sides = np.linspace(-0.1, 1.1, REGION_POINTS)
    values = run.values()
    grid = np.stack(np.meshgrid(sides, sides), axis=-1)
    hidden = 1 / (1 + np.exp(-(grid @ values["W1"] + values["b1"])))
    expected = 1 / (1 + np.exp(-(hidden @ values["W2"] + values["b2"])[..., 0]))
    np.testing.assert_array_equal(answers.classes, expected > 0.5)
    np.testing.assert_allclose(answers.values, np.maximum(expected, 1 - expected), rtol=1e-5)
    for (first, second), label in zip(points.xs, points.ys, strict=True):
        nearest = np.abs(sides - second).argmin(), np.abs(sides - first).argmin()
        assert answers.classes[nearest] == label
    assert Fit(run, "prediction").answers(values).values == pytest.approx(answers.values, rel=1e-6)


def test_several_classes_have_the_likeliest_one():
    generator = np.random.default_rng(0)

    def build():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = tf.placeholder(tf.int32, [None], name="y")
        W = tf.Variable(generator.normal(size=(2, 3)).astype("float32"), name="W")
        logits = tf.matmul(x, W, name="logits")
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(y, 3), logits=logits)
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses, name="loss"), name="train")

    graph = program(build)
    run = TrainingRun(Model(graph, data={"x": TypedValues("0 0; 2 1; 1 3"), "y": TypedValues("0, 1, 2")}))
    fit = Fit(run)
    points, answers = fit.points(), fit.answers(run.values())
    assert (answers.hypothesis, answers.class_count, points.ys.tolist()) == ("logits", 3, [0, 1, 2])
    grid = np.stack(np.meshgrid(*(np.linspace(*e, REGION_POINTS) for e in points.extent)), axis=-1)
    np.testing.assert_array_equal(answers.classes, (grid @ run.values()["W"]).argmax(axis=-1))


def test_a_cross_entropy_by_hand_has_the_probability_as_hypothesis():
    def build():
        x = tf.placeholder(tf.float32, [None, 1], name="x")
        y = tf.placeholder(tf.float32, [None, 1], name="y")
        keep = tf.placeholder(tf.float32, name="keep")
        W = tf.Variable([[1.0]], name="W")
        h = tf.sigmoid(tf.matmul(x, W) * keep, name="h")
        cost = -tf.reduce_mean(y * tf.log(h) + (1 - y) * tf.log(1 - h), name="cost")
        tf.train.GradientDescentOptimizer(0.1).minimize(cost, name="train")

    graph = program(build)
    data = {"x": TypedValues("-1; 0; 2"), "y": TypedValues("0; 0; 1"), "keep": TypedValues("1")}
    run = TrainingRun(Model(graph, data=data))
    fit = Fit(run)
    answers = fit.answers(run.values())
    assert answers.hypothesis == "h" and answers.is_probability and fit.points().inputs == ("x[0]",)
    xs = np.linspace(-1.3, 2.3, CURVE_POINTS)
    np.testing.assert_allclose(answers.values[:, 0], 1 / (1 + np.exp(-xs)), rtol=1e-5)


def test_placeholders_of_so_many_rows_are_fed_as_many():
    def build():
        x = tf.placeholder(tf.float32, [3], name="x")
        y = tf.placeholder(tf.float32, [3], name="y")
        W = tf.Variable(2.0, name="W")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(tf.square(y - W * x)), name="train")

    run = TrainingRun(Model(program(build), data={"x": TypedValues("1, 2, 3"), "y": TypedValues("1, 2, 3")}))
    np.testing.assert_allclose(
        Fit(run).answers(run.values()).values[:, 0], 2 * np.linspace(0.8, 3.2, CURVE_POINTS), rtol=1e-6
    )


def test_two_placeholders_are_two_inputs():
    def build():
        a, b, y = (tf.placeholder(tf.float32, [None], name=name) for name in "aby")
        W = tf.Variable([1.0, 2.0], name="W")
        h = tf.add(W[0] * a, W[1] * b, name="h")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(h - y)), name="train")

    data = {"a": TypedValues("0, 1"), "b": TypedValues("0, 2"), "y": TypedValues("1, 2")}
    fit = Fit(run := TrainingRun(Model(program(build), data=data)))
    assert fit.points().inputs == ("a", "b")
    answers = fit.answers(run.values())
    assert answers.classes is None and not answers.is_probability
    a, b = np.meshgrid(np.linspace(-0.1, 1.1, REGION_POINTS), np.linspace(-0.2, 2.2, REGION_POINTS))
    np.testing.assert_allclose(answers.values, a + 2 * b, rtol=1e-5, atol=1e-6)


def test_what_has_no_fit_is_refused_with_a_sentence():
    digits = trained(load_graph_file(EXAMPLES / "digits.graph"), 0, EXAMPLES)
    with pytest.raises(EngineError, match="depends on 64 numbers"):
        Fit(digits)

    def build():
        W = tf.Variable(2.0, name="W")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(W, name="loss"), name="train")

    with pytest.raises(EngineError, match="compares no answer"):
        Fit(TrainingRun(Model(program(build))))


def test_the_classifiers_comparison_is_found():
    run = trained(classifier(), 0)
    comparison = find_comparison(run.loss)
    assert comparison is not None
    assert (comparison.hypothesis.op.name, comparison.labels.op.name) == ("logits", "y")
    assert comparison.activation == "sigmoid"


def test_asking_for_a_fit_leaves_the_bits_of_the_run():
    asked, straight = trained(classifier(batch_size=8), 2), trained(classifier(batch_size=8), 5)
    fit = Fit(asked)
    for _ in range(3):
        fit.answers(asked.values())
        asked.train_epoch()
    for name, value in straight.values().items():
        assert value.tobytes() == asked.values()[name].tobytes()


def test_a_loss_without_data_that_regularizes_a_wired_variable_has_no_comparison():
    with tf.Graph().as_default():
        start = tf.constant([2.0, 3.0])
        weights = tf.Variable(start, name="weights")
        assert find_comparison(tf.reduce_mean(tf.square(weights))) is None
