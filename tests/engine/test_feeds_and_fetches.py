"""What programs lean on in what they feed, fetch and build, as TensorFlow has it."""

from __future__ import annotations

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def run(fetches, feed_dict=None):
    """The values of fetches in a session with initialised variables."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feed_dict)


# --- feeds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["constant", "intermediate", "variable", "name", "variable's name"])
def test_any_tensor_may_be_a_feed_key(key):
    constant = tf.constant(1.0)
    v = tf.Variable(10.0, name="v")
    intermediate = tf.add(v, constant, name="sum")
    keys = {
        "constant": constant,
        "intermediate": intermediate,
        "variable": v,
        "name": "sum:0",
        "variable's name": "v:0",
    }
    with tf.Session() as session:  # the variable has no value
        feeds = {keys[key]: 5.0} if "variable" in key or key in ("intermediate", "name") else {constant: 5.0, v: 10.0}
        expected = {"constant": 30, "intermediate": 10, "name": 10, "variable": 12, "variable's name": 12}[key]
        assert session.run(intermediate * 2.0, feeds) == expected


def test_a_tuple_of_tensors_is_fed_a_tuple_of_values():
    a, b, c = (tf.placeholder(tf.float32) for _ in range(3))
    assert run(a - b * c, {(a, b): (10, 2), c: 3}) == 4
    assert run(a - b * c, {(a, (b, c)): (10, (2, 3))}) == 4


@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        ("float32", [1, 2], [1, 2]),
        ("float32", 3, 3),
        ("float32", True, 1),
        ("float32", [True, False], [1, 0]),
        ("float32", np.array([0.1, 0.2], np.float64), np.array([0.1, 0.2], np.float32)),
        ("float32", np.int64(7), 7),
        ("float32", [np.float64(1), np.array(2)], [1, 2]),
        ("int32", np.array([3.0, 4.0]), [3, 4]),
        ("int32", True, 1),
        ("int64", [[1], [2]], [[1], [2]]),
        ("bool", [1, 0], [True, False]),
        ("float64", np.float32(0.5), 0.5),
    ],
)
def test_fed_values_are_converted_to_the_dtype(dtype, value, expected):
    x = tf.placeholder(dtype)
    found = run(tf.identity(x), {x: value})
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected)


def test_placeholders_are_made_in_every_way():
    data = np.zeros((3, 4), np.float64)
    made = [
        (tf.placeholder("float"), np.float32, None),
        (tf.placeholder("float", [None, 784]), np.float32, [None, 784]),
        (tf.placeholder(tf.float32, (None, 5)), np.float32, [None, 5]),
        (tf.placeholder(dtype=tf.int32, shape=[], name="scalar"), np.int32, []),
        (tf.placeholder(np.float64, data.shape), np.float64, [3, 4]),
        (tf.placeholder(data.dtype, np.array([2, 3])), np.float64, [2, 3]),
        (tf.placeholder(np.int64, data.shape[1]), np.int64, [4]),
        (tf.placeholder("float32", tf.TensorShape([None])), np.float32, [None]),
        (tf.placeholder(tf.bool), np.bool_, None),
    ]
    for x, dtype, shape in made:
        assert x.dtype.as_numpy_dtype is dtype
        assert x.shape.ndims is None if shape is None else x.shape.as_list() == shape
    assert made[3][0].name == "scalar:0"
    unknown = made[0][0]
    assert run(unknown * 2.0, {unknown: 4}) == 8
    assert run(unknown * 2.0, {unknown: [[1]]}).shape == (1, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_no_number_goes_through_and_touches_nothing_else(value, dtype):
    x = tf.placeholder(dtype, [2])
    v = tf.Variable(np.ones(2, dtype))
    with tf.Session() as session:
        session.run(v.initializer)
        np.testing.assert_array_equal(session.run(x * v, {x: [value, 2]}), [value, 2])
        np.testing.assert_array_equal(session.run(v), [1, 1])
        np.testing.assert_array_equal(session.run(x * v, {x: [1, 2]}), [1, 2])


def test_what_is_no_number_cannot_be_a_whole_number():
    x = tf.placeholder(tf.int32, [1], name="x")
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match=r"Cannot feed x:0: (nan|inf) is no whole number"):
            run(x + 1, {x: [value]})


def test_keep_prob_and_training_are_fed_per_run():
    keep_prob, training = tf.placeholder(tf.float32), tf.placeholder(tf.bool)
    ones = tf.ones([1000])
    dropped = tf.nn.dropout(ones, keep_prob)
    layer = tf.layers.dropout(ones, 0.5, training=training)
    normalized = tf.layers.batch_normalization(tf.constant([[1.0], [3.0]]), training=training)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(dropped, {keep_prob: 1.0}), np.ones(1000))
        assert set(session.run(dropped, {keep_prob: 0.5})) == {0, 2}
        assert set(session.run(layer, {training: True})) == {0, 2}
        np.testing.assert_array_equal(session.run(layer, {training: False}), np.ones(1000))
        deviation = np.sqrt(1 + 1e-3)
        np.testing.assert_allclose(
            session.run(normalized, {training: True}).ravel(), [-1 / deviation, 1 / deviation], rtol=1e-6
        )
        np.testing.assert_allclose(
            session.run(normalized, {training: False}).ravel(), np.array([1, 3]) / deviation, rtol=1e-6
        )


# --- fetches ---------------------------------------------------------------------------------------------------------


def test_fetches_nest_and_come_back_in_the_same_form():
    Pair = namedtuple("Pair", "left right")
    a = tf.constant(1.0, name="a")
    done = tf.no_op(name="nothing")
    found = run(OrderedDict([("z", [a, (a, "a:0")]), ("a", Pair(a, {"deep": [done]})), ("op", "nothing")]))
    assert type(found) is OrderedDict and list(found) == ["z", "a", "op"]
    assert found["z"] == [1, (1, 1)] and type(found["z"][1]) is tuple
    assert type(found["a"]) is Pair and found["a"] == Pair(1, {"deep": [None]})
    assert found["op"] is None
    assert run([]) == [] and run(()) == () and run({}) == {}
    assert run("nothing") is None


def test_strings_are_fetched_as_bytes():
    assert run(tf.constant("Hello")) == b"Hello"
    assert run(tf.constant(["a", "ü"])).tolist() == [b"a", "ü".encode()]
    x = tf.placeholder(tf.string)
    assert run(tf.identity(x), {x: "Hello"}) == b"Hello"


def test_summaries_are_bytes_and_merge_all_may_be_nothing(tmp_path):
    assert tf.summary.merge_all() is None
    tf.summary.scalar("loss", tf.constant(0.5))
    tf.summary.histogram("weights", tf.constant([1.0, 2.0]))
    merged = run(tf.summary.merge_all())
    assert isinstance(merged, bytes)
    assert {value.tag for value in tf.Summary.FromString(merged).value} == {"loss", "weights"}
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        writer.add_summary(merged, 3)
    (path,) = tmp_path.iterdir()
    steps = [event.step for event in tf.train.summary_iterator(str(path)) if event.summary.value]
    assert steps == [3]


# --- what is built ---------------------------------------------------------------------------------------------------


def test_static_shapes_follow_unknown_sizes():
    x = tf.placeholder(tf.float32, [None, 784])
    W = tf.Variable(tf.zeros([784, 10]))
    shapes = [
        (tf.matmul(x, W), [None, 10]),
        (tf.matmul(x, W) + tf.zeros([10]), [None, 10]),
        (tf.reshape(x, [-1, 28, 28, 1]), [None, 28, 28, 1]),
        (tf.reduce_sum(x, 1), [None]),
        (tf.reduce_mean(x, 0, keepdims=True), [1, 784]),
        (tf.concat([x, x], 1), [None, 1568]),
        (tf.transpose(x), [784, None]),
        (x[:, -1], [None]),
        (tf.expand_dims(x, -1), [None, 784, 1]),
        (tf.argmax(x, 1), [None]),
        (tf.one_hot(tf.argmax(x, 1), 10), [None, 10]),
        (tf.layers.conv2d(tf.reshape(x, [-1, 28, 28, 1]), 4, 5, padding="same"), [None, 28, 28, 4]),
        (tf.layers.flatten(tf.reshape(x, [-1, 28, 28, 1])), [None, 784]),
    ]
    for tensor, shape in shapes:
        assert tensor.shape.as_list() == tensor.get_shape().as_list() == shape, tensor.name
    assert x.shape[1].value == int(x.shape[1]) == 784 and x.shape[0].value is None


def test_numpy_arrays_and_lists_are_inputs_and_take_the_tensors_dtype():
    x = tf.placeholder(tf.float32, [2])
    array = np.array([1.0, 2.0])
    pairs = [
        (array - x, [-2, -2]),
        (x - array, [2, 2]),
        (array * x, [3, 8]),
        ([1, 2] * x, [3, 8]),
        (array / x, [1 / 3, 0.5]),
        (np.float64(3) * x, [9, 12]),
        (np.int64(3) * x, [9, 12]),
        (2 - x, [-1, -2]),
        (array**x, [1, 16]),
        (tf.add(array, x), [4, 6]),
        (tf.maximum(x, np.array([3.5, 3.5])), [3.5, 4]),
    ]
    for tensor, _ in pairs:
        assert isinstance(tensor, tf.Tensor) and tensor.dtype is tf.float32, tensor
    for found, (tensor, expected) in zip(run([tensor for tensor, _ in pairs], {x: [3, 4]}), pairs, strict=True):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-6, err_msg=tensor.name)
    assert x.__array_priority__ == 100
    assert run(np.array([2.0, 2.0]) < x, {x: [1, 3]}).tolist() == [False, True]


def test_operators_of_whole_numbers():
    x, y = tf.constant([7, -7]), tf.constant([2, 3])
    a, b = np.array([7, -7], np.int32), np.array([2, 3], np.int32)
    pairs = [
        (x + y, a + b), (x - y, a - b), (x * y, a * b), (x / y, a / b), (x // y, a // b), (x % y, a % b),
        (x**y, a**b), (-x, -a), (abs(x), abs(a)), (x < y, a < b), (x > y, a > b), (x <= y, a <= b), (x >= y, a >= b),
        (x & y, a & b), (x | y, a | b), (x ^ y, a ^ b), (~x, ~a),
        (9 + x, 9 + a), (9 - x, 9 - a), (9 * x, 9 * a), (9 / x, 9 / a), (9 // x, 9 // a), (9 % x, 9 % a), (2**y, 2**b),
        (8 & x, 8 & a), (8 | x, 8 | a),
    ]  # fmt: skip
    for found, (tensor, expected) in zip(run([tensor for tensor, _ in pairs]), pairs, strict=True):
        np.testing.assert_array_equal(found, expected, err_msg=tensor.name)
        assert found.dtype == expected.dtype, tensor.name


def test_operators_of_truth_values_and_matrices():
    p, q = tf.constant([True, True, False]), tf.constant([True, False, False])
    found = run([p & q, p | q, ~p, p ^ q, True & q])
    assert [one.tolist() for one in found] == [
        [True, False, False],
        [True, True, False],
        [False, False, True],
        [False, True, False],
        [True, False, False],
    ]
    m = np.arange(4, dtype=np.float32).reshape(2, 2)
    t = tf.constant(m)
    for product in run([t @ t, t @ m, m @ t]):
        np.testing.assert_array_equal(product, m @ m)


def test_parts_are_taken_as_of_an_array():
    array = np.arange(24).reshape(2, 3, 4)
    x, i = tf.constant(array), tf.constant(1)
    pairs = [
        (x[:, -1], array[:, -1]),
        (x[-1], array[-1]),
        (x[i], array[1]),
        (x[i, 2], array[1, 2]),
        (x[..., 0], array[..., 0]),
        (x[:, tf.newaxis], array[:, None]),
        (x[..., tf.newaxis], array[..., None]),
        (x[0, 1:, ::2], array[0, 1:, ::2]),
        (x[::-1], array[::-1]),
        (x[i:, 0], array[1:, 0]),
        (x[:, 1:-1, 0:2], array[:, 1:-1, 0:2]),
        (x[np.int64(1)], array[1]),
    ]
    for found, (tensor, expected) in zip(run([tensor for tensor, _ in pairs]), pairs, strict=True):
        np.testing.assert_array_equal(found, expected)
        assert tensor.shape.rank is None or tensor.shape.is_compatible_with(expected.shape)


@pytest.mark.parametrize("dtype", ["int16", "int32", "int64"])
def test_whole_numbers_keep_their_dtype(dtype):
    a, b = tf.constant([[1, 2]], dtype=dtype), tf.constant([[3], [4]], dtype=dtype)
    found = run([tf.matmul(a, b), a * a, a + 1, tf.reduce_sum(a), -a])
    assert [one.tolist() for one in found] == [[[11]], [[1, 4]], [[2, 3]], 3, [[-1, -2]]]
    assert {one.dtype for one in found} == {np.dtype(dtype)}
    assert run(tf.argmax(a, 1)).dtype == np.int64


def test_float32_overflows_in_float32():
    w = tf.Variable(1.0)
    step = tf.train.GradientDescentOptimizer(1e20).minimize(w * w)
    with tf.Session() as session:
        session.run(w.initializer)
        session.run(step)
        assert session.run(w).dtype == np.float32
        assert session.run(w * w) == np.inf
        for _ in range(2):
            session.run(step)
        assert not np.isfinite(session.run(w))


# --- sessions and graphs ---------------------------------------------------------------------------------------------


def test_the_graph_grows_after_training_and_new_variables_are_initialised_alone():
    w = tf.Variable(1.0)
    loss = tf.square(w)
    step = tf.train.GradientDescentOptimizer(0.25).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(step)
        later = tf.Variable(w * 10.0)
        both = tf.train.AdamOptimizer(0.1).minimize(loss + tf.square(later))
        session.run(tf.variables_initializer([later]))
        assert session.run([w, later]) == [0.5, 5]
        slots = [v for v in tf.global_variables() if v not in (w, later)]
        session.run(tf.variables_initializer(slots))
        session.run(both)
        np.testing.assert_allclose(session.run([w, later]), [0.4, 4.9], rtol=1e-5)


def test_a_session_in_a_with_block_is_the_default_one():
    x = tf.placeholder(tf.float32)
    v = tf.Variable(2.0)
    init = tf.global_variables_initializer()
    with tf.Session() as session:
        assert tf.get_default_session() is session
        init.run()
        v.assign(3.0).op.run()
        assert (x * v).eval({x: 4}) == 12
        assert (x * v).eval(feed_dict={x: 5}, session=session) == 15
    assert tf.get_default_session() is None


def test_a_second_session_has_variables_of_its_own():
    v = tf.Variable(1.0, name="v")
    first, second = tf.Session(), tf.Session()
    first.run(v.initializer)
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value v"):
        second.run(v)
    second.run(v.initializer)
    first.run(v.assign(7.0))
    assert (first.run(v), second.run(v)) == (7, 1)


def test_two_builds_in_one_process():
    with tf.Session(graph=tf.Graph()):
        pass
    names = []
    for _ in range(2):
        graph = tf.Graph()
        with graph.as_default():
            names.append(tf.Variable(1.0).name)
    assert names == ["Variable:0", "Variable:0"]


def test_minimize_of_what_is_no_scalar_follows_its_sum():
    w = tf.Variable([1.0, 2.0])
    step = tf.train.GradientDescentOptimizer(0.1).minimize(w * w)
    with tf.Session() as session:
        session.run(w.initializer)
        session.run(step)
        np.testing.assert_allclose(session.run(w), [0.8, 1.6], rtol=1e-6)


def test_the_global_step_is_counted_and_not_trained():
    w = tf.Variable(1.0)
    steps = tf.Variable(0, trainable=False, name="global_step")
    step = tf.train.GradientDescentOptimizer(0.1).minimize(w * w, global_step=steps)
    assert tf.trainable_variables() == [w]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(step)
        assert session.run(steps) == tf.train.global_step(session, steps) == 3
        assert session.run(steps).dtype == np.int32


def test_the_scope_of_a_collection_is_a_prefix_as_a_regular_expression():
    for scope in ("gen", "gen_2", "dis"):
        with tf.variable_scope(scope):
            tf.get_variable("w", [1])

    def names(scope):
        return [v.op.name for v in tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope=scope)]

    assert names(None) == ["gen/w", "gen_2/w", "dis/w"]
    assert names("gen") == ["gen/w", "gen_2/w"]
    assert names("gen/") == ["gen/w"]
    assert names("en") == [], "a prefix, not a part"
    assert names(".*is") == ["dis/w"]
    assert names("gen_[0-9]") == ["gen_2/w"]
    assert [v.op.name for v in tf.trainable_variables("dis")] == ["dis/w"]


def test_variables_are_reused_in_every_way():
    x = tf.placeholder(tf.float32, [None, 3])
    tf.layers.dense(x, 4, name="l")
    tf.layers.dense(x, 4, name="l", reuse=True)
    assert [v.name for v in tf.global_variables()] == ["l/kernel:0", "l/bias:0"]
    with tf.variable_scope("s") as scope:
        first = tf.get_variable("v", [1])
        scope.reuse_variables()
        assert tf.get_variable("v", [1]) is first
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("v") is first
    with tf.variable_scope(scope, reuse=True):
        assert tf.get_variable("v", [1]) is first
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("v", [1]) is first
        assert tf.get_variable("new", [1]).name == "s/new:0"


def test_initial_values_are_nodes_that_the_initializer_computes():
    w = tf.Variable(tf.random_normal([3]))
    twice = tf.Variable(w.initialized_value() * 2.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first, double = session.run([w, twice])
        np.testing.assert_allclose(double, first * 2)
        session.run(w.initializer)
        assert not np.array_equal(session.run(w), first), "drawn again"


def test_names_are_made_unique_and_obey_their_scopes():
    a, b = tf.constant(1.0), tf.constant(1.0)
    with tf.name_scope("n"):
        in_name_scope = [tf.Variable(1.0, name="v"), tf.get_variable("g", [1]), tf.constant(1.0)]
    with tf.variable_scope("s"):
        in_variable_scope = [tf.Variable(1.0, name="v"), tf.get_variable("g", [1]), tf.constant(1.0)]
    assert [t.name for t in (a + b, a + b, tf.Variable(1.0), tf.Variable(1.0))] == [
        "add:0", "add_1:0", "Variable:0", "Variable_1:0",
    ]  # fmt: skip
    assert [t.name for t in in_name_scope] == ["n/v:0", "g:0", "n/Const:0"]
    assert [t.name for t in in_variable_scope] == ["s/v:0", "s/g:0", "s/Const:0"]


def test_a_checkpoint_is_found_by_its_folder(tmp_path):
    v = tf.Variable(3.0)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(v.initializer)
        path = saver.save(session, str(tmp_path / "model.ckpt"), global_step=7)
    assert path == str(tmp_path / "model.ckpt-7")
    found = tf.train.get_checkpoint_state(str(tmp_path)).model_checkpoint_path
    assert found == path == tf.train.latest_checkpoint(str(tmp_path))
    with tf.Session() as session:
        saver.restore(session, found)
        assert session.run(v) == 3


def test_gradients_are_computed_changed_and_applied():
    u, v, unused = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3.0)
    loss = u * v * v
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    pairs = optimizer.compute_gradients(loss)
    assert [variable for _, variable in pairs] == [u, v, unused] and pairs[2][0] is None
    step = optimizer.apply_gradients([(tf.clip_by_value(g, -3.0, 3.0), w) for g, w in pairs if g is not None])
    gradients = tf.gradients(loss, tf.trainable_variables())
    assert gradients[2] is None
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(gradients[:2]) == [4, 4]
        session.run(step)
        np.testing.assert_allclose(session.run([u, v, unused]), [0.7, 1.7, 3], rtol=1e-6)


def test_stop_gradients_holds_tensors_constant():
    a = tf.constant(2.0)
    b = a * 3.0
    total, kept = tf.gradients(a * b, a), tf.gradients(a * b, a, stop_gradients=b)
    assert run([total[0], kept[0]]) == [12, 6]
    assert tf.gradients(b, a, stop_gradients=[b]) == [None]


def test_a_gradient_that_is_not_there_may_be_zeros():
    a, other = tf.constant([2.0, 3.0]), tf.constant(1.0)
    found = tf.gradients(other, a, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    assert run(found[0]).tolist() == [0, 0]
    assert tf.gradients(other, a, None, "g", True, False, tf.AggregationMethod.EXPERIMENTAL_TREE) == [None]


def test_dynamic_rnn_stops_at_each_length_and_begins_where_it_is_told():
    cell = tf.nn.rnn_cell.LSTMCell(4)
    x = tf.placeholder(tf.float32, [2, 5, 3])
    outputs, last = tf.nn.dynamic_rnn(cell, x, sequence_length=[2, 5], dtype=tf.float32)
    begin = tf.nn.rnn_cell.LSTMStateTuple(tf.ones([2, 4]), tf.zeros([2, 4]))
    from_begin, _ = tf.nn.dynamic_rnn(cell, x, initial_state=begin)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        o, state, other = session.run([outputs, last, from_begin], {x: np.ones((2, 5, 3))})
    assert type(state).__name__ == "LSTMStateTuple"
    np.testing.assert_array_equal(o[0, 2:], np.zeros((3, 4)))
    np.testing.assert_array_equal(state.h, [o[0, 1], o[1, 4]])
    assert not np.allclose(other[:, 0], o[:, 0])
