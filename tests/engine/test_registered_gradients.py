"""Gradients that programs write themselves and put in the place of those of operations."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.graph import GraphError
from engine.model import Model


@pytest.fixture(autouse=True)
def graph():
    """Every test builds in a graph of its own."""
    with tf.Graph().as_default() as graph:
        yield graph


@tf.RegisterGradient("TwentyTimesX")
def _twenty_times_x(op, grad):
    return grad * 20 * op.inputs[0]


@tf.RegisterGradient("OnlyTheFirst")
def _only_the_first(op, grad):
    return [grad * 3.0, None]


def test_a_python_function_has_a_gradient_of_its_own(graph):
    x = tf.constant([1.0, 2.0])
    with graph.gradient_override_map({"PyFunc": "TwentyTimesX"}):
        q = tf.py_func(np.square, [x], [tf.float32], name="MySquare")[0]
    plain = tf.py_func(np.square, [x], tf.float32)
    value, gradient = tf.Session().run([q, tf.gradients(q, x)[0]])
    assert value.tolist() == [1, 4]
    assert gradient.tolist() == [20, 40]
    assert tf.gradients(plain, x) == [None]


def test_gradients_go_straight_through_a_sign(graph):
    w = tf.Variable([0.5, -0.25, 2.0])
    with graph.gradient_override_map({"Sign": "Identity"}):
        binary = tf.sign(w)
    loss = tf.reduce_sum(binary * [1.0, 2.0, 3.0])
    train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(train)
    np.testing.assert_allclose(session.run(w), [0.0, -1.25, 0.5], rtol=1e-6)
    assert session.run(tf.gradients(tf.sign(w), w))[0].tolist() == [0, 0, 0]


def test_an_override_holds_for_its_types_in_its_block_and_lets_some_inputs_out(graph):
    x, y = tf.constant(2.0), tf.constant(5.0)
    with graph.gradient_override_map({"Mul": "OnlyTheFirst"}):
        product, total = x * y, x + y
    by_product, by_total = tf.gradients(product, [x, y]), tf.gradients(total, [x, y])
    assert by_product[1] is None or tf.Session().run(by_product[0]) == 3
    assert tf.Session().run([by_product[0], *by_total]) == [3, 1, 1]
    assert tf.Session().run(tf.gradients(x * y, [x, y])) == [5, 2]


def test_what_lets_no_gradient_through_and_what_is_not_registered(graph):
    tf.NotDifferentiable("Nothing")
    x = tf.constant(2.0)
    with graph.gradient_override_map({"Square": "Nothing"}):
        held = tf.square(x)
    assert tf.gradients(held, x) == [None]
    with graph.gradient_override_map({"Square": "NobodyKnowsIt"}):
        unknown = tf.square(x)
    with pytest.raises(LookupError, match="gradient registry has no entry for: NobodyKnowsIt") as caught:
        tf.gradients(unknown, x)
    assert isinstance(caught.value, GraphError)
    with pytest.raises(KeyError, match="Registering two gradient with name 'TwentyTimesX'"):
        tf.RegisterGradient("TwentyTimesX")(lambda op, grad: grad)
    with (
        pytest.raises(TypeError, match="must be a dictionary mapping strings to strings"),
        graph.gradient_override_map({"Square": 3}),
    ):
        pass


def test_a_file_keeps_which_gradient_an_operation_has(graph):
    x = tf.constant([1.0, 2.0], name="x")
    with graph.gradient_override_map({"Square": "TwentyTimesX"}):
        tf.square(x, name="y")
    again = model_from_bytes(model_to_bytes(Model(graph)), "the test").graph
    assert again.get_operation_by_name("y").gradient_name == "TwentyTimesX"
    with again.as_default():
        gradient = tf.gradients(again.get_tensor_by_name("y:0"), again.get_tensor_by_name("x:0"))[0]
        assert tf.Session().run(gradient).tolist() == [20, 40]
