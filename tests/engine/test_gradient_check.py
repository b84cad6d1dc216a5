"""The check of gradients: right ones pass, a wrong rule is found at its node, and kinks are no errors."""

import numpy as np
import pytest

import engine as tf
from engine.debugger.gradient_check.check import check_gradients
from engine.formats import load_graph_file
from engine.formats.program import model_of
from engine.graph import Graph, GraphError, NonFiniteError
from engine.model import Model, RunSettings, TypedValues
from engine.training.run import TrainingRun
from tests.data.build_examples import EXAMPLES
from tests.engine.models import classifier, linear_regression
from tests.engine.variants import bits


@tf.RegisterGradient("WrongSquareForTheCheck")
def _wrong_square(op, gradient):
    return 3.0 * op.inputs[0] * gradient


def by_node(found):
    return {node.node: node for node in found.nodes}


def trained(build, **data):
    """A model whose loss a function builds from a graph and a placeholder or variable for each of its values."""
    graph = Graph()
    loss = build(graph)
    graph.create("GradientDescent", {"loss": loss}, name="train")
    return Model(graph, data={name: TypedValues(text) for name, text in data.items()}, run=RunSettings(seed=3))


@pytest.mark.parametrize("name", ["linear_regression", "xor", "digits"])
def test_the_gradients_of_examples_are_right(name):
    run = TrainingRun(load_graph_file(EXAMPLES / f"{name}.graph"), EXAMPLES)
    for _ in range(2):
        found = check_gradients(run)
        assert found.is_right
        assert found.unchecked == ()
        assert {op.name for op in run.graph.get_operations() if op.type == "Variable"} <= set(by_node(found))
        assert all(node.checked and node.largest_error < 1e-6 for node in found.nodes)
        run.train_step()


def test_the_tutorials_gradients_beside_those_by_hand():
    nodes = by_node(check_gradients(TrainingRun(linear_regression())))
    assert list(nodes) == ["product", "hypothesis", "error", "squared_error", "cost", "W", "b"]
    assert nodes["W"].worst.gradient == pytest.approx(-35, rel=1e-9)
    assert nodes["W"].worst.difference == pytest.approx(-35, rel=1e-9)
    assert nodes["b"].worst.difference == pytest.approx(-12, rel=1e-9)
    assert nodes["b"].sentence.startswith("the gradient is right (1 element")


def test_the_run_stays_as_it_is():
    run, other = (TrainingRun(classifier(batch_size=8, seed=2)) for _ in range(2))
    for _ in range(5):
        assert check_gradients(run).is_right
        run.train_step()
        other.train_step()
    assert bits(run.values()) == bits(other.values())


def test_a_wrong_rule_is_found_at_its_node():
    with tf.Graph().as_default() as graph:
        x = tf.constant([1.0, 2.0, 3.0])
        W, b = tf.Variable([0.5, -1.0, 0.4], name="W"), tf.Variable([1.0], name="b")
        with graph.gradient_override_map({"Square": "WrongSquareForTheCheck"}):
            squared = tf.square(W * x, name="squared")
        loss = tf.reduce_sum(tf.sigmoid(squared) + b, name="loss")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
    found = check_gradients(TrainingRun(model_of(graph)))
    wrong = [node for node in found.nodes if not node.is_right]
    assert [node.node for node in wrong] == ["squared", "W"]
    square, variable = wrong
    assert square.wrong == square.checked == 3
    assert square.worst.gradient == pytest.approx(1.5 * square.worst.difference, rel=1e-7)
    assert (square.because_of, variable.because_of) == ((), ("squared",))
    assert "but central differences give" in square.sentence
    assert variable.sentence.endswith("because of squared).")
    assert by_node(found)["b"].is_right


def test_kinks_are_no_errors():
    def build(graph):
        W = graph.create("Variable", attributes={"initial_value": [0.0, 1.0, -2.0]}, name="W").output
        return graph.apply("ReduceSum", graph.apply("Relu", W, name="rectified"), name="loss")

    nodes = by_node(check_gradients(TrainingRun(trained(build))))
    assert (nodes["rectified"].kinks, nodes["rectified"].wrong, nodes["rectified"].checked) == (1, 0, 3)
    assert (nodes["W"].kinks, nodes["W"].wrong) == (1, 0)
    assert "1 of them at a kink" in nodes["W"].sentence


def test_a_node_with_nothing_but_kinks_says_so():
    def build(graph):
        W = graph.create("Variable", attributes={"initial_value": [0.0]}, name="W").output
        return graph.apply("ReduceSum", graph.apply("Abs", W, name="bent"), name="loss")

    node = by_node(check_gradients(TrainingRun(trained(build))))["bent"]
    assert node.is_right and node.worst is None
    assert node.sentence == "every element is at a kink, where there is no derivative to compare with (1 element)."


@pytest.mark.parametrize("op_type", ["Abs", "Relu", "Relu6", "LeakyRelu", "Sign", "Floor"])
def test_operations_with_kinks(op_type):
    values = [-1.0, 0.0, 0.25, 6.0, 7.5]

    def build(graph):
        W = graph.create("Variable", attributes={"initial_value": values}, name="W").output
        bent = graph.apply("Add", graph.apply(op_type, W, name="bent"), graph.apply("Square", W))
        return graph.apply("ReduceSum", bent, name="loss")

    nodes = by_node(check_gradients(TrainingRun(trained(build))))
    assert all(node.is_right for node in nodes.values())


def test_the_larger_of_two_equal_numbers_is_a_kink():
    def build(graph):
        W = graph.create("Variable", attributes={"initial_value": [1.0, 5.0]}, name="W").output
        return graph.apply("ReduceSum", graph.apply("Maximum", W, [1.0, 2.0], name="larger"), name="loss")

    nodes = by_node(check_gradients(TrainingRun(trained(build))))
    assert (nodes["larger"].kinks, nodes["larger"].wrong) == (1, 0)


def test_random_numbers_are_held_fixed():
    def build(graph):
        W = graph.create("Variable", attributes={"initial_value": [1.0, 2.0]}, name="W").output
        noise = graph.apply("RandomNormal", shape=[2], stddev=1.0, name="noise")
        return graph.apply("ReduceSum", graph.apply("Square", graph.apply("Multiply", W, noise)), name="loss")

    run = TrainingRun(trained(build))
    run.train_step()
    found = check_gradients(run)
    assert found.is_right
    assert by_node(found)["W"].checked == 2


def test_large_tensors_are_sampled_and_it_is_said():
    run = TrainingRun(load_graph_file(EXAMPLES / "digits.graph"), EXAMPLES)
    few, same, other = (by_node(check_gradients(run, ["W1"], 5, seed))["W1"] for seed in (0, 0, 1))
    assert (few.checked, few.elements) == (5, 4096)
    assert "5 of 4096 elements" in few.sentence
    assert few == same != other


def test_only_some_nodes():
    found = check_gradients(TrainingRun(linear_regression()), ["product", "x"])
    assert list(by_node(found)) == ["product"]
    assert [problem.node for problem in found.unchecked] == ["x"]


def test_what_does_more_than_compute_is_named():
    with tf.Graph().as_default() as graph:
        W = tf.Variable([1.0, 2.0], name="W")
        loss = tf.reduce_sum(tf.square(tf.Print(W, [W], name="printed")), name="loss")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
    found = check_gradients(TrainingRun(model_of(graph)))
    assert found.is_right
    assert [problem.node for problem in found.unchecked] == ["printed"]


def test_a_loop_is_checked_with_its_body():
    with tf.Graph().as_default() as graph:
        W = tf.Variable([0.5, -0.3], name="W")
        _, power = tf.while_loop(lambda i, p: i < 3, lambda i, p: (i + 1, tf.tanh(p * W)), [0, W])
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(power, name="loss"), name="train")
    found = check_gradients(TrainingRun(model_of(graph)))
    assert found.is_right
    assert by_node(found)["W"].checked == 2


def test_data_in_another_precision_are_cast():
    with tf.Graph().as_default() as graph:
        W = tf.Variable([1.0, 2.0], name="W")
        halves = tf.bitcast(tf.constant([0x3F000000, 0x3F800000]), tf.float32, name="halves")  # 0.5 and 1
        loss = tf.reduce_sum(tf.square(W) * halves, name="loss")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
    found = check_gradients(TrainingRun(model_of(graph)))
    assert found.is_right
    assert by_node(found)["W"].worst.difference == pytest.approx(1 if by_node(found)["W"].worst.index == (0,) else 4)


def test_what_cannot_be_computed_in_float64_is_said():
    with tf.Graph().as_default() as graph:
        W = tf.Variable([1.0, 2.0], name="W")
        loss = tf.reduce_sum(W * tf.py_func(np.sin, [W], tf.float32, name="sine"), name="loss")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
        with pytest.raises(GraphError, match="cannot be computed in float64"):
            check_gradients(TrainingRun(Model(graph)))


def test_what_changes_variables_on_the_way_to_the_loss_is_refused():
    with tf.Graph().as_default() as graph:
        W, count = tf.Variable([1.0, 2.0], name="W"), tf.Variable(0.0, trainable=False, name="count")
        with tf.control_dependencies([tf.assign_add(count, 1.0, name="counted")]):
            loss = tf.reduce_sum(tf.square(W), name="loss")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
    with pytest.raises(GraphError, match="counted changes count whenever the loss is computed"):
        check_gradients(TrainingRun(model_of(graph)))


def test_the_steps_of_a_recurrent_network_belong_to_its_node():
    with tf.Graph().as_default() as graph:
        x = tf.constant(np.sin(np.arange(24)).reshape(2, 4, 3), tf.float32)
        outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(5), x, dtype=tf.float32, scope="reader")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(outputs), name="loss"), name="train")
    run = TrainingRun(model_of(graph))
    found = check_gradients(run)
    assert found.is_right
    assert set(by_node(found)) <= {op.name for op in run.graph.get_operations()}
    assert any(run.graph.operation(name).type == "Scan" for name in by_node(found))


def test_a_loss_that_is_not_finite_is_refused():
    model = linear_regression()
    model.data["y"] = TypedValues("1, 2, 3, nan")
    with pytest.raises(NonFiniteError, match="cost is not finite here"):
        check_gradients(TrainingRun(model))


def test_gradients_agree_with_numpys():
    """Of a layer with a softmax, beside the formula."""
    x, y = np.array([[1.0, -0.5], [0.3, 2.0]]), np.array([[1.0, 0, 0], [0, 0, 1.0]])

    def build(graph):
        W = graph.create("Variable", attributes={"initial_value": np.full((2, 3), 0.25)}, name="W").output
        logits = graph.apply("MatMul", graph.apply("Constant", value=x), W)
        labels = graph.apply("Constant", value=y)
        return graph.apply("ReduceMean", graph.apply("SoftmaxCrossEntropyWithLogits", labels, logits), name="loss")

    worst = by_node(check_gradients(TrainingRun(trained(build))))["W"].worst
    expected = x.T @ (np.full((2, 3), 1 / 3) - y) / 2
    assert worst.gradient == pytest.approx(expected[worst.index], rel=1e-12)
