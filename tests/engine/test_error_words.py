"""Errors: TensorFlow's exception type, the words that its message begins with, and what to do about it.

Where an error is about a node that the program made, it names the line that made it.
"""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import run

pytestmark = pytest.mark.usefixtures("graph")


def missing_feed():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    run(x * 2.0)


def wrong_feed_shape():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    run(x * 2.0, {x: np.zeros((3, 4))})


def tensor_as_fed_value():
    x = tf.placeholder(tf.float32, name="x")
    run(x * 2.0, {x: tf.constant(1.0)})


def key_that_is_no_tensor():
    run(tf.constant(1.0), {object(): 1})


def key_of_an_unknown_name():
    run(tf.constant(1.0), {"nothing:0": 1})


def key_of_another_graph():
    with tf.Graph().as_default():
        other = tf.placeholder(tf.float32)
    run(tf.constant(1.0), {other: 1})


def uninitialized_variable():
    v = tf.Variable(1.0, name="v")
    run(v * 2.0)


def fetch_of_nothing():
    tf.constant(1.0)
    run(None)


def fetch_of_a_number():
    tf.constant(1.0)
    run(3.0)


def fetch_of_an_unknown_name():
    tf.constant(1.0)
    run("nothing:0")


def fetch_of_another_graph():
    with tf.Graph().as_default():
        other = tf.constant(1.0, name="other")
    tf.constant(1.0)
    run(other)


def empty_graph():
    run([])


def closed_session():
    x = tf.constant(1.0)
    session = tf.Session()
    session.close()
    session.run(x)


def closed_session_of_a_block():
    with tf.Session() as session:
        x = tf.constant(1.0)
    session.run(x)


def eval_without_session():
    tf.constant(1.0).eval()


def run_without_session():
    tf.no_op().run()


def inner_sizes_of_matmul():
    tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))


def clash_at_run_time():
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    run(x + y, {x: np.zeros((2, 3)), y: np.zeros((2, 4))})


def clash_when_built():
    tf.zeros([2, 3]) + tf.zeros([2, 4])


def dtypes_that_differ():
    tf.constant([1]) + tf.constant([1.0])


def tensor_as_bool():
    if tf.constant(1.0) > 0.0:
        pass


def iteration_of_a_tensor():
    for _ in tf.placeholder(tf.float32):
        pass


def no_variables():
    x = tf.placeholder(tf.float32)
    tf.train.GradientDescentOptimizer(0.1).minimize(x * 2.0)


def no_path_to_variables():
    tf.Variable(1.0, name="v")
    x = tf.placeholder(tf.float32)
    tf.train.GradientDescentOptimizer(0.1).minimize(x * 2.0)


def way_that_is_blocked():
    v = tf.Variable([1.0, 2.0], name="v")
    choice = tf.argmax(v, name="choice")
    tf.train.AdamOptimizer().minimize(tf.square(tf.cast(choice, tf.float32)))


def integer_loss():
    v = tf.Variable(1, name="v")
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.multiply(v, 2, name="mul"))


def variable_twice():
    tf.get_variable("w", [1])
    tf.get_variable("w", [1])


def variable_missing():
    with tf.variable_scope("s", reuse=True):
        tf.get_variable("w", [1])


def variable_of_another_shape():
    tf.get_variable("w", [1])
    with tf.variable_scope("", reuse=True):
        tf.get_variable("w", [2])


def variable_of_another_dtype():
    tf.get_variable("w", [1])
    with tf.variable_scope("", reuse=True):
        tf.get_variable("w", [1], tf.float64)


def label_out_of_range():
    run(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 7], logits=tf.zeros([2, 3])))


def index_out_of_range():
    run(tf.gather(tf.constant([1.0, 2.0, 3.0]), tf.placeholder_with_default([0, 5], [2])))


def finalized_graph():
    graph = tf.get_default_graph()
    graph.finalize()
    tf.constant(1.0)


def bad_scope_name():
    with tf.name_scope("a b"):
        pass


#: What a program does; the exception; what its message begins with; what it goes on to say.
TABLE = [
    (
        missing_feed,
        tf.errors.InvalidArgumentError,
        "You must feed a value for placeholder tensor 'x' with dtype float and shape [?,2]",
        "feed_dict",
    ),
    (
        wrong_feed_shape,
        ValueError,
        "Cannot feed value of shape (3, 4) for Tensor 'x:0', which has shape '(?, 2)'",
        "Feed another value",
    ),
    (tensor_as_fed_value, TypeError, "The value of a feed cannot be a tf.Tensor object.", "Acceptable feed values"),
    (key_that_is_no_tensor, TypeError, "Cannot interpret feed_dict key as Tensor:", "object"),
    (key_of_an_unknown_name, TypeError, "Cannot interpret feed_dict key as Tensor:", "nothing:0"),
    (key_of_another_graph, TypeError, "Cannot interpret feed_dict key as Tensor:", "not an element of this graph"),
    (
        uninitialized_variable,
        tf.errors.FailedPreconditionError,
        "Attempting to use uninitialized value v",
        "global_variables_initializer",
    ),
    (fetch_of_nothing, TypeError, "Fetch argument None has invalid type", "must be a string or Tensor"),
    (fetch_of_a_number, TypeError, "Fetch argument 3.0 has invalid type", "must be a string or Tensor"),
    (fetch_of_an_unknown_name, ValueError, "Fetch argument 'nothing:0' cannot be interpreted as a Tensor.", "nothing"),
    (
        fetch_of_another_graph,
        ValueError,
        "Fetch argument ",
        "is not an element of this graph",
    ),
    (empty_graph, RuntimeError, "The Session graph is empty. ", "Add operations to the graph before calling run()"),
    (closed_session, RuntimeError, "Attempted to use a closed Session.", "Make another one"),
    (closed_session_of_a_block, RuntimeError, "Attempted to use a closed Session.", "Make another one"),
    (
        eval_without_session,
        ValueError,
        "Cannot evaluate tensor using `eval()`: No default session is registered.",
        "with sess.as_default()",
    ),
    (
        run_without_session,
        ValueError,
        "Cannot execute operation using `run()`: No default session is registered.",
        "with sess.as_default()",
    ),
    (
        inner_sizes_of_matmul,
        ValueError,
        "Dimensions must be equal, but are 3 and 2 for 'MatMul' (op: 'MatMul') with input shapes: [2,3], [2,3].",
        "transpose",
    ),
    (clash_at_run_time, tf.errors.InvalidArgumentError, "Incompatible shapes: [2,3] vs. [2,4]", "add"),
    (
        clash_when_built,
        ValueError,
        "Dimensions must be equal, but are 3 and 4 for 'add' (op: 'AddV2') with input shapes: [2,3], [2,4].",
        "sizes must be equal, or one of them 1",
    ),
    (
        dtypes_that_differ,
        TypeError,
        "Input 'y' of 'AddV2' Op has type float32 that does not match type int32 of argument 'x'.",
        "ast",
    ),
    (tensor_as_bool, TypeError, "using a `tf.Tensor` as a Python `bool` is not allowed", "tf.cond"),
    (
        iteration_of_a_tensor,
        TypeError,
        "Tensor objects are only iterable when eager execution is enabled. To iterate over this tensor use tf.map_fn",
        "tf.unstack",
    ),
    (no_variables, ValueError, "No variables to optimize.", "trainable"),
    (no_path_to_variables, ValueError, "No gradients provided for any variable", "from v to mul"),
    (way_that_is_blocked, ValueError, "No gradients provided for any variable", "no gradient goes through choice"),
    (integer_loss, ValueError, "Invalid type tf.int32 for mul:0, expected: ", "Cast"),
    (variable_twice, ValueError, "Variable w already exists, disallowed. ", "reuse=True"),
    (variable_missing, ValueError, "Variable s/w does not exist", "reuse"),
    (variable_of_another_shape, ValueError, "Trying to share variable w, but specified shape (2,)", "(1,)"),
    (variable_of_another_dtype, ValueError, "Trying to share variable w, but specified dtype float64", "float32"),
    (
        label_out_of_range,
        tf.errors.InvalidArgumentError,
        "Received a label value of 7 which is outside the valid range of [0, 3).",
        "whose logits have 3 classes",
    ),
    (index_out_of_range, tf.errors.InvalidArgumentError, "indices[1] = 5 is not in [0, 3)", "Gather"),
    (finalized_graph, RuntimeError, "Graph is finalized and cannot be modified.", "before"),
    (bad_scope_name, ValueError, "'a b' is not a valid scope name", "letter"),
]


@pytest.mark.parametrize(
    ("program", "error", "beginning", "more"), TABLE, ids=lambda value: getattr(value, "__name__", "")
)
def test_an_error_has_tensorflows_type_and_words_and_says_more(program, error, beginning, more):
    with pytest.raises(error) as caught:
        program()
    assert str(caught.value).startswith(beginning)
    assert more in str(caught.value).removeprefix(beginning)


#: Programs whose errors are about a node that they made, and what stands in the line that made it.
ABOUT_A_NODE = [
    (missing_feed, "x = tf.placeholder"),
    (uninitialized_variable, 'v = tf.Variable(1.0, name="v")'),
    (clash_at_run_time, "run(x + y"),
    (label_out_of_range, "run(tf.nn.sparse_softmax"),
    (index_out_of_range, "run(tf.gather("),
    (variable_twice, 'tf.get_variable("w", [1])'),
    (wrong_feed_shape, "x = tf.placeholder"),
    (way_that_is_blocked, "choice = tf.argmax"),
]


@pytest.mark.parametrize(("program", "line"), ABOUT_A_NODE, ids=lambda value: getattr(value, "__name__", ""))
def test_an_error_names_the_line_that_made_the_node(program, line):
    with pytest.raises((ValueError, tf.errors.OpError)) as caught:
        program()
    place = re.search(r"test_error_words\.py\D+(\d+)", str(caught.value))
    assert place, str(caught.value)
    with open(__file__, encoding="utf-8") as file:
        assert line in file.read().splitlines()[int(place[1]) - 1]


def test_all_missing_feeds_are_listed_each_with_its_way_to_what_is_fetched():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    labels = tf.placeholder(tf.int64, name="labels")
    tf.placeholder(tf.float32, name="not_needed")
    hidden = tf.square(tf.multiply(x, 2.0, name="twice"), name="hidden")
    loss = tf.add(tf.reduce_sum(hidden, name="total"), tf.to_float(labels, name="labels_as_float"), name="loss")
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        run([loss, hidden])
    sentence = str(caught.value)
    assert sentence.startswith(
        "You must feed a value for placeholder tensor 'x' with dtype float and shape [?,2]. It is needed by "
        "x -> twice -> hidden; name it in feed_dict. "
    )
    assert "placeholder tensor 'labels' with dtype int64 and shape <unknown> (made in" in sentence
    assert "needed by labels -> labels_as_float -> loss." in sentence
    assert "not_needed" not in sentence and caught.value.node == "x"


def test_a_long_way_from_a_placeholder_is_shown_by_its_ends():
    x = tf.placeholder(tf.float32, name="x")
    y = x
    for _ in range(1000):
        y = tf.negative(y, name="n")
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"x -> n -> n_1 -> n_2 -> \(993 more\) -> n_996 -> .*n_999;"
    ):
        run(y)


@pytest.mark.parametrize(
    ("dtype", "value", "words"),
    [("int32", [1.5, 2.0], "the fraction of 1.5 is cut off"), ("float32", [None, 2.0], "None")],
)
def test_what_tensorflow_changes_silently_is_warned_of(dtype, value, words):
    x = tf.placeholder(dtype, name="x")
    with pytest.warns(UserWarning, match=words):
        found = run(x * 1, {x: value})
    np.testing.assert_array_equal(found, [1, 2] if dtype == "int32" else [np.nan, 2])


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: tf.keras, "not implemented here; build with tf.layers"),
        (lambda: tf.estimator, "not implemented here; build the graph yourself"),
        (lambda: tf.contrib.learn, "not implemented here; build the graph yourself, with tf.layers"),
    ],
)
def test_parts_that_are_left_out_say_what_to_use(ask, words):
    with pytest.raises(AttributeError, match=words):
        ask()


def test_errors_are_called_as_tensorflow_calls_them():
    names = []
    for clash in (
        lambda: tf.constant([1, 2]) + tf.constant([1.0, 2.0]),
        lambda: tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3])),
        lambda: tf.constant("a", tf.float32),
        lambda: tf.zeros([2]).set_shape([3]),
    ):
        with pytest.raises((TypeError, ValueError)) as caught:
            clash()
        names.append(type(caught.value).__name__)
    assert names == ["TypeError", "ValueError", "TypeError", "ValueError"]
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message
