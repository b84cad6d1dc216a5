"""Expressions as text: the same graphs as TensorFlow 1's functions make, and numbers as numpy has them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as tf
from engine.formats.expression import LONGEST_EXPRESSION, ExpressionError, fragment_from_expression
from engine.graph import Graph, Operation


def tree(op: Operation) -> Any:
    """What an operation computes, whatever its name: type, settings, and the same of all that is wired to it."""
    if op.type == "Placeholder":
        return op.name
    settings = {key: str(value) for key, value in op.attributes.items()}
    wired = [(port, [(tree(out.op), out.port) for out in outputs]) for port, outputs in op.connected_ports()]
    return op.type, settings, wired


def x_and(name: str) -> tuple[Any, Any]:
    return tf.placeholder(tf.float32, name="x"), tf.placeholder(tf.float32, name=name)


def relu_layer() -> None:
    x = tf.placeholder(tf.float32, name="x")
    W = tf.placeholder(tf.float32, name="w")
    tf.nn.relu(tf.matmul(x, W) + tf.placeholder(tf.float32, name="c"))


def softmax_layer() -> None:
    x, w = x_and("w")
    tf.nn.softmax(tf.matmul(x, w) + tf.placeholder(tf.float32, name="c"), name="y")


def squares() -> None:
    x, y = x_and("y")
    tf.reduce_mean((x - y) ** 2, 1)


def chosen() -> None:
    x, y = x_and("y")
    tf.where(x > y, x, -y)


def parts() -> None:
    x = tf.placeholder(tf.float32, name="x")
    x[0, 1:] / tf.cast(x[..., -1], tf.float32)


def joined() -> None:
    x, y = x_and("y")
    tf.reshape(tf.concat([x, y], 1), [-1, 4])


def classes() -> None:
    x = tf.placeholder(tf.float32, name="x")
    tf.one_hot(tf.argmax(x, 1), 10)


def halves() -> None:
    x = tf.placeholder(tf.float32, name="x")
    first, second = tf.split(x, 2, axis=1)
    first * second


SAME_AS_PROGRAMS = [
    ("relu(x @ w + c)", relu_layer),
    ("y = tf.nn.softmax(tf.matmul(x, w) + c)", softmax_layer),
    ("reduce_mean((x - y) ** 2, axis=1)", squares),
    ("tf.where(x > y, x, -y)", chosen),
    ("x[0, 1:] / cast(x[..., -1], tf.float32)", parts),
    ("reshape(concat([x, y], axis=1), [-1, 4])", joined),
    ("one_hot(tf.argmax(x, 1), depth=10)", classes),
    ("a, d = split(x, num=2, axis=1)\na * d", halves),
]


@pytest.mark.parametrize(("text", "build"), SAME_AS_PROGRAMS, ids=[text for text, _ in SAME_AS_PROGRAMS])
def test_an_expression_makes_the_graph_that_the_program_makes(text: str, build: Callable[[], Any]) -> None:
    ours = fragment_from_expression(text).model.graph
    with Graph().as_default() as theirs:
        build()
    assert len(ours) == len(theirs)
    assert tree(ours.get_operations()[-1]) == tree(theirs.get_operations()[-1])


NUMBERS: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("x + y * 2 - 1", lambda x, y: x + y * 2 - 1),
    ("-x ** 2 / (y + 3)", lambda x, y: -(x**2) / (y + 3)),
    ("x @ y.T", lambda x, y: x @ y.T),
    ("x // y", lambda x, y: x // y),
    ("x % y", lambda x, y: x % y),
    ("2 ** x", lambda x, y: 2**x),
    ("(x > y) | (x <= 1)", lambda x, y: (x > y) | (x <= 1)),
    ("~(x == y) ^ (x != 2)", lambda x, y: ~(x == y) ^ (x != 2)),
    ("x + [[1, 2, 3], [4, 5, 6]]", lambda x, y: x + np.array([[1, 2, 3], [4, 5, 6]])),
    ("exp(x) + sqrt(y)", lambda x, y: np.exp(x) + np.sqrt(y)),
    ("sum(x * y, axis=0)", lambda x, y: (x * y).sum(0)),
    ("maximum(x, y)[1, ::2]", lambda x, y: np.maximum(x, y)[1, ::2]),
    ("h = x * y\nh = h + 1\nh * h", lambda x, y: (x * y + 1) ** 2),
    ("sigmoid(+x)", lambda x, y: 1 / (1 + np.exp(-x))),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS, ids=[text for text, _ in NUMBERS])
def test_the_nodes_compute_what_numpy_computes(text: str, expected: Callable[[Any, Any], Any]) -> None:
    graph = fragment_from_expression(text).model.graph
    x = np.array([[1.0, 2.0, 3.0], [4.0, 0.5, 6.0]], np.float32)
    y = np.array([[2.0, 2.0, 1.0], [0.5, 1.5, 6.0]], np.float32)
    fed = {graph.operation(name).output: value for name, value in (("x", x), ("y", y)) if name in graph}
    result = graph.get_operations()[-1].output
    found = tf.Session(graph=graph).run(result, fed)
    np.testing.assert_allclose(found, expected(x, y), rtol=1e-6)


@pytest.mark.parametrize("name", ["b", "b1", "b_2", "bias", "bias1", "W1"])
def test_weights_and_biases_become_variables(name: str) -> None:
    graph = fragment_from_expression(f"x + {name}").model.graph
    assert graph.operation(name).type == "Variable"
    assert graph.operation("x").type == "Placeholder"


def test_names_are_nodes_that_are_there_or_become_placeholders_and_variables() -> None:
    around = Graph()
    around.add("Placeholder", "x", {"shape": "[?, 3]"})
    around.add("Variable", "layer/W", {"initial_value": "[[1], [2], [3]]"})
    fragment = fragment_from_expression("h = x @ layer.W + b\nh * scale + V", around)
    graph = fragment.model.graph
    assert {op.name: op.type for op in graph.get_operations()} == {
        "matmul": "MatMul",
        "b": "Variable",
        "h": "Add",
        "scale": "Placeholder",
        "mul": "Multiply",
        "V": "Variable",
        "add": "Add",
    }
    assert [(wire.source, wire.target, wire.target_port) for wire in fragment.outside] == [
        ("x", "matmul", "x"),
        ("layer/W", "matmul", "y"),
    ]
    assert {op.name for op in around.get_operations()} == {"x", "layer/W"}
    assert not graph.operation("matmul").sources


def test_a_new_matrix_has_as_many_rows_as_what_it_is_multiplied_with_has_columns() -> None:
    around = Graph()
    around.add("Placeholder", "x", {"shape": "[?, 3]"})
    for text in ("x @ W", "matmul(x, W)", "tf.matmul(x, W) + b"):
        graph = fragment_from_expression(text, around).model.graph
        assert graph.operation("W").output.shape.as_list() == [3, 1]


def test_an_optimizer_is_written_as_an_operation_or_as_programs_write_it() -> None:
    for text in (
        "c = sum(x)\nGradientDescent(c, 0.25)",
        "c = sum(x)\ntf.train.GradientDescentOptimizer(0.25).minimize(c)",
    ):
        graph = fragment_from_expression(text).model.graph
        op = graph.operation("GradientDescent")
        assert op.attributes["learning_rate"] == 0.25
        assert [source.op.name for source in op.sources] == ["c"]


REFUSED = [
    ("relu(x", 1, 5, "never closed"),
    ("x + rellu(y)", 1, 5, "there is relu"),
    ("x + 1\ny = = 2", 2, 5, "invalid syntax"),
    ("ü + relu(x, 3)", 1, 5, "takes x"),
    ("\n\n  relu(y=x)", 3, 3, "no argument called 'y'"),
    ("import os", 1, 1, "only expressions"),
    ("__import__('os').system('true')", 1, 1, "no function"),
    ("open('a.txt', 'w')", 1, 1, "no operation called open"),
    ("().__class__", 1, 1, "cannot be read"),
    ("[x for x in y]", 1, 1, "loops"),
    ("(lambda: 1)()", 1, 2, "no function"),
    ("x if y else z", 1, 1, "where(condition, x, y)"),
    ("x and y", 1, 1, "&"),
    ("a < b < c", 1, 1, "(a < b) & (b < c)"),
    ("x.y = 3", 1, 1, "only a name"),
    ("x", 1, 1, "a name alone"),
    ("x + 'a'", 1, 5, "no number"),
    ("x + [[1, 2]] @ [[1]]", 1, 5, "inner sizes"),
    ("x * 1j", 1, 5, "no number"),
    ("x[zz.q]", 1, 3, "zz/q"),
    ("GradientDescent(sum(x)) + 1", 1, 1, "gives no value"),
    ("reduce_mean(x, axis='a')", 1, 1, "axis"),
    ("reduce_mean(x, axis=y)", 1, 1, "setting"),
    ("relu(*x)", 1, 6, "one by one"),
    ("a, b = relu(x)", 1, 8, "2 names"),
    ("", 1, 1, "no expression"),
    ("x\0", 1, 1, "null"),
    ("(" * 500, 1, 201, "nested"),
    ("-" * 9000 + "x", 1, 1, "nested"),
    ("x" + "+x" * 9000, 1, 1, "nested"),
    ("1" * 9000, 1, 1, "digits"),
    ("x " * LONGEST_EXPRESSION, 1, 1, "characters long"),
]


@pytest.mark.parametrize(("text", "line", "column", "word"), REFUSED, ids=[text[:20] for text, *_ in REFUSED])
def test_what_cannot_be_read_is_told_with_its_place(text: str, line: int, column: int, word: str) -> None:
    around = Graph()
    with pytest.raises(ExpressionError, match=f"^Line {line}, column {column}: ") as raised:
        fragment_from_expression(text, around)
    assert word in str(raised.value)
    assert (raised.value.line, raised.value.column) == (line, column)
    assert not len(around)


@given(st.text(st.sampled_from("xyWb12.,:()[]{}+-*/@<=>!~&|'\" \n") | st.characters(), max_size=40))
def test_any_text_is_an_expression_or_a_sentence(text: str) -> None:
    with suppress(ExpressionError):
        assert len(fragment_from_expression(text).model.graph)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x = placeholder(tf.float32, [B, 3])", "(B, 3)"),
        ("x = placeholder(shape=(batch, None))", "(batch, ?)"),
        ("x = placeholder_with_default([1.0, 2.0], [B])", "(B,)"),
        ("x = placeholder(tf.float32, [None, 3])", "(?, 3)"),
    ],
)
def test_sizes_of_placeholders_have_names(text, shape):
    graph = fragment_from_expression(text).model.graph
    assert str(graph.operation("x").attributes["shape"]) == shape
    assert not any(op.type == "Variable" for op in graph.get_operations())
