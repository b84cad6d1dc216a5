"""Static shapes and dtypes: what is inferred from little, and what is said when things do not fit."""

from __future__ import annotations

import re

import numpy as np
import pytest

import engine as tf
from engine.graph import (
    UNKNOWN_SPEC,
    AttributeValueError,
    DTypeError,
    EngineError,
    Graph,
    GraphError,
    ShapeError,
    TensorShape,
)

pytestmark = pytest.mark.usefixtures("graph")


def placeholder(shape, dtype="float32", name=None):
    return tf.placeholder(dtype, shape, name)


@pytest.mark.parametrize(
    ("op_type", "shapes", "attributes", "expected"),
    [
        ("Add", [[None, 3], [3]], {}, [None, 3]),
        ("Add", [[None], [4]], {}, [4]),
        ("Add", [[None], [1]], {}, [None]),
        ("Add", [None, [2, 3]], {}, None),
        ("MatMul", [[None, 3], [3, 2]], {}, [None, 2]),
        ("MatMul", [[None, None], [None, 5]], {}, [None, 5]),
        ("MatMul", [[3, None], [2, 3]], {"transpose_a": True, "transpose_b": True}, [None, 2]),
        ("MatMul", [[7, 1, 2, 3], [5, 3, 4]], {}, [7, 5, 2, 4]),
        ("MatMul", [None, [3, 2]], {}, None),
        ("Transpose", [[2, None, 4]], {}, [4, None, 2]),
        ("Transpose", [None], {"perm": [1, 0]}, [None, None]),
        ("Reshape", [[None, 28, 28]], {"shape": [-1, 784]}, [None, 784]),
        ("Reshape", [[10, 28, 28]], {"shape": [-1, 784]}, [10, 784]),
        ("Concat", [[None, 3], [4, None]], {"axis": -1}, [4, None]),
        ("Concat", [[None, 3], None], {"axis": 0}, [None, 3]),
        ("ReduceSum", [[None, 3]], {"axis": [0]}, [3]),
        ("ReduceMean", [[None, 3]], {"axis": [-1], "keepdims": True}, [None, 1]),
        ("ReduceMax", [None], {}, []),
        ("ReduceMax", [None], {"axis": [0]}, None),
        ("ArgMax", [[None, 3]], {"axis": 1}, [None]),
        ("OneHot", [[None]], {"depth": 10}, [None, 10]),
        ("SoftmaxCrossEntropyWithLogits", [[None, 3], [5, None]], {}, [5]),
        ("SigmoidCrossEntropyWithLogits", [[None, 3], [5, None]], {}, [5, 3]),
        ("Where", [[3], [2, 1], []], {}, [2, 3]),
    ],
)
def test_shapes_known_in_part(graph, op_type, shapes, attributes, expected):
    dtypes = {"OneHot": ["int32"], "Where": ["bool", "float32", "float32"]}.get(op_type, ["float32"] * 2)
    tensors = [placeholder(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=False)]
    inputs = [tensors] if op_type == "Concat" else tensors
    result = graph.apply(op_type, *inputs, **attributes)
    assert result.shape.dims == (None if expected is None else tuple(expected))


def shape_cases():
    """How to build what cannot work, and what must stand in the sentence."""
    x, y = "x", "W"
    return [
        (
            lambda: tf.matmul(placeholder([2, 3], name=x), placeholder([2, 3], name=y)),
            "Dimensions must be equal, but are 3 and 2 for 'MatMul' (op: 'MatMul') with input shapes: [2,3], [2,3]. "
            "MatMul needs the inner sizes to agree: x is (2, 3) and W is (2, 3); reshape or transpose one of them.",
        ),
        (lambda: tf.matmul(placeholder([None, 3], name=x), placeholder([4, 2], name=y)), "x is (?, 3) and W is (4, 2)"),
        (lambda: tf.matmul(placeholder([3], name=x), placeholder([3, 2])), "must be rank 2 but is rank 1"),
        (lambda: tf.matmul(placeholder([2, 2, 3]), placeholder([5, 3, 2])), "the sizes before the last two to agree"),
        (
            lambda: placeholder([2, 3], name=x) + placeholder([2, 4], name=y),
            "Dimensions must be equal, but are 3 and 4 for 'add' (op: 'AddV2') with input shapes: [2,3], [2,4]. "
            "x is (2, 3) and W is (2, 4)",
        ),
        (lambda: tf.reshape(placeholder([6], name=x), [4]), "Cannot reshape a tensor with 6 elements to shape (4,)"),
        (lambda: tf.reshape(placeholder([6], name=x), [-1, 4]), "must be evenly divisible by 4 but is 6"),
        (lambda: tf.reshape(placeholder([6], name=x), [-1, -1]), "one size only"),
        (lambda: tf.reshape(placeholder([0], name=x), [-1, 0]), "does not fit"),
        (lambda: tf.transpose(placeholder([2, 3], name=x), [0, 0]), "must name each axis of x once: x is (2, 3)"),
        (lambda: tf.transpose(placeholder([2, 3], name=x), [0]), "must name each axis"),
        (lambda: tf.concat([placeholder([2, 3]), placeholder([3])], 0), "(2, 3) and (3,)"),
        (lambda: tf.concat([placeholder([2, 3]), placeholder([2, 4])], 0), "the other sizes must agree"),
        (lambda: tf.concat([placeholder([2, 3])], 2), "cannot join along axis 2"),
        (lambda: tf.concat([placeholder([]), placeholder([])], 0), "cannot join along axis 0"),
        (
            lambda: tf.reduce_sum(placeholder([2, 3], name=x), 2),
            "Invalid reduction dimension 2 for input with 2 dimensions: x is (2, 3); use an axis from -2 to 1",
        ),
        (lambda: tf.reduce_sum(placeholder([], name=x), 0), "x is (), a scalar, and has no axis 0"),
        (lambda: tf.reduce_sum(placeholder([2, 3]), [0, -2]), "Axes contains duplicate dimension"),
        (lambda: tf.argmax(placeholder([2, 3], name=x), 2), "Expected dimension in the range [-2, 2), but got 2"),
        (lambda: tf.nn.softmax(placeholder([], name=x)), "works over axis -1, but x is ()"),
        (lambda: tf.nn.log_softmax(placeholder([], name=x)), "x is ()"),
        (
            lambda: tf.nn.softmax_cross_entropy_with_logits(labels=placeholder([2, 3]), logits=placeholder([2, 4])),
            "labels and logits of one shape",
        ),
        (
            lambda: tf.nn.softmax_cross_entropy_with_logits(labels=placeholder([]), logits=placeholder([])),
            "needs a row of classes",
        ),
        (lambda: tf.random_normal([None, 2]), "every size known"),
        (lambda: tf.constant([1, 2, 3], shape=[2]), "has shape (3,), which does not fit its shape (2,)"),
        (lambda: tf.Variable([1.0, 2.0]).assign([1.0]), "a value of the variable's shape"),
    ]


@pytest.mark.parametrize(("build", "words"), shape_cases())
def test_shapes_that_do_not_fit(graph, build, words):
    with pytest.raises(ShapeError, match=re.escape(words)) as caught:
        build()
    assert caught.value.node is None, "the refused node is not in the graph"
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (
            lambda: placeholder([], "int32") + placeholder([], "float32"),
            "Input 'y' of 'AddV2' Op has type float32 that does not match type int32 of argument 'x'.",
        ),
        (lambda: tf.exp(placeholder([], "int32", "n")), "Exp needs float32 or float64 at 'x', but n is int32"),
        (lambda: tf.square(placeholder([], "bool")), "needs a number"),
        (lambda: tf.logical_not(placeholder([])), "needs a bool"),
        (lambda: tf.where(placeholder([]), 1.0, 2.0), "needs a bool"),
        (lambda: tf.one_hot(placeholder([]), 3), "needs int32 or int64"),
        (lambda: tf.concat([placeholder([1]), placeholder([1], "int32")], 0), "float32 and int32"),
        (lambda: tf.random_normal([2], dtype="int32"), "gives float32 or float64, not int32"),
        (lambda: tf.Variable(1).assign_add(placeholder([])), "does not match type int32"),
    ],
)
def test_dtypes_that_do_not_fit(build, words):
    with pytest.raises((DTypeError, ValueError), match=re.escape(words)):
        build()


def test_an_optimizer_wants_a_float_and_one_learning_rate(graph):
    loss = tf.reduce_sum(tf.constant([1, 2]), name="mul")
    with pytest.raises(DTypeError, match=r"Invalid type tf\.int32 for mul:0, expected: "):
        graph.create("GradientDescent", {"loss": loss})
    real = tf.reduce_sum(tf.constant([1.0, 2.0]))
    with pytest.raises(ShapeError, match="needs one number as its learning rate"):
        graph.create("GradientDescent", {"loss": real, "learning_rate": tf.constant([0.1, 0.2])})
    with pytest.raises(AttributeValueError, match="use at least 0"):
        graph.create("GradientDescent", {"loss": real}, {"learning_rate": -1})


def test_gradients_take_the_shape_of_x_and_one_seed_for_each_y(graph):
    x = placeholder([None, 3])
    loss = tf.reduce_sum(x)
    assert graph.create("Gradients", {"ys": [loss], "x": x}).output.spec == x.spec
    with pytest.raises(GraphError, match="as many 'grad_ys' as 'ys': 1, not 2"):
        graph.create("Gradients", {"ys": [loss], "x": x, "grad_ys": [loss, loss]})
    with pytest.raises(DTypeError):
        graph.create("Gradients", {"ys": [tf.argmax(x, 0)], "x": x})


def test_bounds_of_random_numbers(graph):
    with pytest.raises(GraphError, match="minval to be at most maxval, but they are 2 and 1"):
        graph.create("RandomUniform", {}, {"shape": [2], "minval": 2.0, "maxval": 1.0})
    with pytest.raises(GraphError, match="Need minval < maxval, got 3 >= 3"):
        tf.random_uniform([2], 3, 3, tf.int32)
    with pytest.raises(ValueError, match="Must specify maxval for integer dtype"):
        tf.random_uniform([2], dtype=tf.int32)


def test_half_wired_nodes_infer_what_they_can(graph):
    """While a graph is edited, inputs are missing; rules go on with what there is."""
    x = placeholder([5, 3])
    add = graph.add("Add")
    graph.connect(x, add, "x")
    assert add.problem is None
    assert add.output.dtype == "float32"
    product = graph.add("MatMul")
    graph.connect(x, product, "x")
    assert product.problem is None
    assert product.output.spec.shape == TensorShape(None)
    loss = graph.add("SoftmaxCrossEntropyWithLogits")
    graph.connect(x, loss, "logits")
    assert loss.output.shape.dims == (5,)
    total = graph.add("ReduceSum")
    assert total.output.spec.dtype is None
    graph.connect(placeholder([2], "bool"), total, "x")
    assert "needs a number" in total.problem.message
    assert total.output.spec == UNKNOWN_SPEC


def test_messages_name_the_node(graph):
    x = placeholder([2, 3])
    with pytest.raises(EngineError, match="flat") as caught:
        tf.reshape(x, [7], name="flat")
    assert caught.value.node is None and "flat" not in graph
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("value", "attributes", "expected"),
    [
        (2.0, {"shape": [2, 2]}, np.full((2, 2), 2, np.float32)),
        ([1, 2], {"shape": [None]}, np.array([1, 2], np.float32)),
        (0.1, {"dtype": "float64"}, np.array(0.1)),
        (3, {"dtype": "int64"}, np.array(3, np.int64)),
        ("1 2; 3 4", {}, np.array([[1, 2], [3, 4]], np.float32)),
        (True, {"dtype": "bool"}, np.array(True)),
    ],
)
def test_constants_and_variables_hold_what_was_typed(value, attributes, expected):
    graph = Graph()
    constant = graph.create("Constant", attributes={"value": value} | attributes)
    variable = graph.create("Variable", attributes={"initial_value": value} | attributes)
    session = tf.Session(graph=graph)
    session.initialize()
    for result in (session.run(constant.output), session.value(variable)):
        assert result.dtype == expected.dtype
        np.testing.assert_array_equal(result, expected)
    assert constant.output.shape.dims == variable.output.shape.dims == expected.shape


@pytest.mark.parametrize(
    ("ends", "dtype", "length"),
    [
        ({"start": 1, "limit": 2, "delta": 0.3}, "float32", 4),
        ({"start": 5, "limit": -5, "delta": -2}, "int32", 5),
        ({"limit": 0}, "int32", 0),
        ({"limit": 3e9}, "int64", 3_000_000_000),
    ],
)
def test_a_range_knows_its_length_without_being_made(ends, dtype, length):
    op = Graph().add("Range", "r", ends | {"dtype": dtype})
    assert op.problem is None
    assert op.output.shape == [length]


def test_a_range_without_end_is_a_problem_of_its_node():
    op = Graph().add("Range", "r", {"limit": 1e300, "dtype": "float32"})
    assert op.problem is not None and "1e+300 numbers long" in op.problem.message


def test_more_wires_than_results_are_a_problem_of_the_node():
    graph = Graph()
    op = graph.add("WithGradient")
    for place in range(op.attributes["count"] + 1):
        graph.connect(graph.add("Constant", f"c{place}", {"value": 1.0}).output, op, "results")
    assert op.problem is not None and "are wired to it" in op.problem.message
