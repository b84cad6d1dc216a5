"""Gradients that programs write themselves and put in the place of those of operations."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.graph import GraphError
from engine.model import Model

pytestmark = pytest.mark.usefixtures("graph")


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


@tf.custom_gradient
def log_of_one_plus_exp(x):
    e = tf.exp(x)

    def gradient(upstream):
        return upstream * (1 - 1 / (1 + e))

    return tf.log(1 + e), gradient


def test_a_function_with_a_gradient_of_its_own():
    x = tf.constant([0.0, 1.0, 100.0])
    y = log_of_one_plus_exp(x)
    first = tf.gradients(y, x)[0]
    second = tf.gradients(first, x)[0]
    values = tf.Session().run([y, first, second])
    np.testing.assert_allclose(values[0][:2], np.log1p(np.exp([0, 1])), rtol=1e-6)
    np.testing.assert_allclose(values[1], [0.5, 1 / (1 + np.exp(-1.0)), 1.0], rtol=1e-6)
    np.testing.assert_allclose(values[2][:2], [0.25, np.exp(-1.0) / (1 + np.exp(-1.0)) ** 2], rtol=1e-5)
    assert (y.op.type, y.shape.as_list()) == ("WithGradient", [3])


def test_several_arguments_and_results_some_without_a_gradient():
    @tf.custom_gradient
    def product_and_sum(x, y):
        def gradient(by_product, by_sum):
            return None, 10.0 * by_product + by_sum

        return (x * y, x + y), gradient

    w, v = tf.Variable(3.0), tf.Variable(4.0)
    product, total = product_and_sum(w, v)
    by_w, by_v = tf.gradients([product, 2.0 * total], [w, v])
    assert by_w is None or by_v is not None
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    assert session.run([product, total, by_v]) == [12, 7, 12]
    assert session.run(tf.gradients(product, v)) == [10]
    with pytest.raises(ValueError, match="expected to return 1 gradients, but returned 2"):
        tf.custom_gradient(lambda x: (x * 2.0, lambda grad: (grad, grad)))(w)


def test_reversed_gradients_train_one_part_against_another():
    @tf.custom_gradient
    def reverse(x):
        return tf.identity(x), lambda grad: -grad

    w, v = tf.Variable(1.0), tf.Variable(1.0)
    loss = tf.square(v * reverse(w) - 3.0)
    train = tf.train.GradientDescentOptimizer(0.125).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(train)
    assert session.run([w, v]) == [0.5, 1.5]


def test_a_gradient_of_its_own_inside_a_loop_and_in_a_file(graph):
    x = tf.constant(1.5, name="x")
    _, y = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, scaled(a)), [0, x])
    assert tf.Session().run([y, tf.gradients(y, x)[0]]) == [12, 125]
    once = scaled(x)
    again = model_from_bytes(model_to_bytes(Model(graph)), "the test").graph
    with again.as_default():
        found = tf.gradients(again.get_tensor_by_name(once.name), again.get_tensor_by_name("x:0"))
        assert tf.Session().run(found) == [5]


@tf.custom_gradient
def scaled(x):
    return 2.0 * x, lambda grad: 5.0 * grad
