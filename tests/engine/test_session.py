"""Session.run: fetches, feeds, the order within a run, errors."""

from collections import namedtuple

import numpy as np
import pytest

import engine as tf
from engine.graph import FailedPreconditionError, InvalidArgumentError

pytestmark = pytest.mark.usefixtures("graph")


def initialized(**options):
    session = tf.Session(**options)
    session.run(tf.global_variables_initializer())
    return session


def test_fetches_come_back_in_the_same_nest():
    a, b = tf.constant(1.0, name="a"), tf.constant([2.0, 3.0])
    done = tf.group(a, b)
    Pair = namedtuple("Pair", "first second")
    result = tf.Session().run({"list": [a, (b, "a:0")], "pair": Pair(a, b), "none": done})
    assert result["list"][0] == 1 and result["list"][1][1] == 1
    assert isinstance(result["list"][1], tuple)
    assert result["pair"].first == 1 and list(result["pair"].second) == [2, 3]
    assert result["none"] is None
    assert isinstance(tf.Session().run(a), np.float32)


def test_any_tensor_can_be_fed():
    v = tf.Variable(1.0)
    middle = tf.square(v, name="middle")
    out = middle + 1.0
    session = tf.Session()
    assert session.run(out, {middle: 5}) == 6
    assert session.run(out, {v: 3}) == 10, "an uninitialised variable may be fed"
    assert session.run(out, {"middle:0": 7}) == 8
    constant = tf.constant(2.0)
    assert session.run(constant * 2.0, {constant: 4}) == 8
    p, q = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    assert session.run(p - q, {(p, q): (5, 2)}) == 3
    assert session.run(p, {p: 9}) == 9


def test_what_is_not_needed_may_be_fed_too():
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    session = tf.Session()
    assert session.run(x * 2.0, {x: 1, y: [3, 4]}) == 2
    assert session.run([], {y: 1}) == []


def test_fed_values_are_converted():
    whole, real = tf.placeholder(tf.int32), tf.placeholder("float", [None])
    session = tf.Session()
    assert session.run(real, {real: [1, 2]}).dtype == np.float32
    assert session.run(whole + 0, {whole: 3.0}) == 3
    assert session.run(whole, {whole: [[True]]}).dtype == np.int32


def test_everything_is_computed_before_the_updates():
    v = tf.Variable(1.0)
    cost = v * 10.0
    step = tf.assign_add(v, 1.0)
    session = initialized()
    assert session.run([step, cost]) == [2, 10]
    assert session.run([cost, step]) == [20, 3]
    assert session.run([v, step, v.value()]) == [4, 4, 3], "the variable itself: after; a read of it: before"


def test_two_additions_to_one_variable_both_count():
    v = tf.Variable([1.0, 2.0])
    session = initialized()
    session.run([tf.assign_add(v, [1.0, 1.0]), tf.assign_add(v, [10.0, 10.0])])
    assert session.run(v).tolist() == [12, 13]


def test_a_swap_of_two_variables_uses_the_old_values():
    a, b = tf.Variable([1.0]), tf.Variable([2.0])
    session = initialized()
    session.run(tf.group(tf.assign(a, b), tf.assign(b, a)))
    assert (session.run(a)[0], session.run(b)[0]) == (2, 1)


def test_a_fetched_view_of_a_variable_is_the_old_value():
    v = tf.Variable([[1.0, 2.0]])
    flat = tf.reshape(tf.transpose(v), [2])
    session = initialized()
    old, _ = session.run([flat, tf.assign_add(v, [[1.0, 1.0]])])
    assert old.tolist() == [1, 2]
    assert session.run(flat).tolist() == [2, 3]


def test_a_view_of_a_variable_that_is_read_after_a_write_is_the_old_value():
    v = tf.Variable([[1.0, 2.0]])
    flat = tf.reshape(v, [2])
    both = tf.reshape(tf.assign_add(v, [[10.0, 10.0]]), [2]) + flat
    assert initialized().run(both).tolist() == [12, 14]


def test_a_result_is_the_callers_own():
    v = tf.Variable([1.0])
    session = initialized()
    kept = session.run(v)
    session.run(tf.assign_add(v, [1.0]))
    assert kept.tolist() == [1]
    kept[:] = 9
    assert session.run(v).tolist() == [2]


def test_sessions_on_one_graph_are_independent():
    v = tf.Variable(1.0)
    first = initialized()
    with pytest.raises(FailedPreconditionError, match="Attempting to use uninitialized value Variable"):
        tf.Session().run(v)
    second = initialized()
    first.run(tf.assign(v, 5.0))
    assert (first.run(v), second.run(v)) == (5, 1)


def test_the_graph_grows_after_the_session_began():
    v = tf.Variable(1.0)
    session = initialized()
    later = tf.Variable(2.0)
    session.run(later.initializer)
    assert session.run(v + later) == 3


def test_a_plan_is_compiled_once_per_fetches_and_feed_shapes():
    x = tf.placeholder(tf.float32, [None])
    total = tf.reduce_sum(x)
    session = tf.Session()
    first = session.plan([total], {x: (3,)})
    assert session.run(total, {x: [1, 2, 3]}) == 6
    assert session.plan([total], {x: (3,)}) is first
    assert session.run(total, {x: [1, 2]}) == 3
    assert session.plan([total], {x: (3,)}) is first


def test_changing_the_graph_makes_a_new_plan(graph):
    c = graph.create("Constant", attributes={"value": 1.0})
    out = c.output * 2.0
    session = tf.Session()
    assert session.run(out) == 2
    graph.set_attribute(c, "value", 5.0)
    assert session.run(out) == 10


def test_random_numbers_differ_between_runs_and_repeat_with_the_seed():
    r = tf.random_normal([4])
    first, again = tf.Session(seed=1), tf.Session(seed=1)
    one, two = first.run(r), first.run(r)
    assert not np.array_equal(one, two)
    assert np.array_equal(one, again.run(r))
    same, other = first.run([r, r])
    assert np.array_equal(same, other), "one value per run"
    assert not np.array_equal(tf.Session(seed=2).run(r), one)


def test_default_session_for_eval_and_run():
    v = tf.Variable(3.0)
    with tf.Session() as session:
        tf.global_variables_initializer().run()
        assert (v.eval(), (v * 2.0).eval()) == (3, 6)
    with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
        session.run(v)
    with pytest.raises(ValueError, match="Cannot evaluate tensor using `eval\\(\\)`: No default session"):
        v.eval()


def test_missing_feeds_are_named_all_at_once():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.placeholder(tf.int32, name="y")
    with pytest.raises(InvalidArgumentError) as caught:
        tf.Session().run(tf.group(x, y))
    assert str(caught.value).startswith(
        "You must feed a value for placeholder tensor 'x' with dtype float and shape [?,2]"
    )
    assert "y" in str(caught.value) and caught.value.node == "x"


@pytest.mark.parametrize(
    ("fetch", "error", "words"),
    [
        (None, TypeError, "Fetch argument None"),
        (3.0, TypeError, "Fetch argument 3.0"),
        ("nothing", ValueError, "Fetch argument 'nothing'"),
        ("nothing:0", ValueError, "Fetch argument 'nothing:0'"),
    ],
)
def test_bad_fetches(fetch, error, words):
    tf.constant(1.0)
    with pytest.raises(error, match=words):
        tf.Session().run(fetch)


def test_fetch_and_feed_of_another_graph():
    with tf.Graph().as_default():
        other = tf.placeholder(tf.float32, name="other")
    here = tf.constant(1.0)
    with pytest.raises(ValueError, match="Fetch argument other:0"):
        tf.Session().run(other)
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        tf.Session().run(here, {other: 1})


def test_bad_feeds():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    session = tf.Session()
    with pytest.raises(
        ValueError, match=r"Cannot feed value of shape \(3, 4\) for Tensor 'x:0', which has shape '\(\?, 2\)'"
    ):
        session.run(x, {x: np.zeros((3, 4))})
    with pytest.raises(TypeError, match=r"The value of a feed cannot be a tf\.Tensor object"):
        session.run(x, {x: x})
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        session.run(x, {"unknown:0": 1})
    with pytest.raises(ValueError, match="Cannot feed x:0"):
        session.run(x, {x: [["a", "b"]]})


def test_an_empty_graph():
    with pytest.raises(RuntimeError, match="The Session graph is empty"):
        tf.Session().run([])


def test_shapes_that_clash_only_when_it_runs():
    x, y = tf.placeholder(tf.float32, name="x"), tf.placeholder(tf.float32, name="y")
    product = tf.matmul(x, y, name="product")
    with pytest.raises(InvalidArgumentError, match="inner sizes") as caught:
        tf.Session().run(product, {x: np.ones((2, 3)), y: np.ones((2, 3))})
    assert caught.value.node == "product"


def test_a_failing_kernel_names_its_node_and_changes_nothing():
    v = tf.Variable(1.0)
    x = tf.placeholder(tf.int32, name="x")
    bad = tf.pow(x, -2, name="bad")
    session = initialized()
    with pytest.raises(InvalidArgumentError, match="bad"):
        session.run([bad, tf.assign_add(v, 1.0)], {x: 2})
    assert session.run(v) == 1


def test_numbers_in_an_array_of_objects_are_fed():
    x, n = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [2])
    with tf.Session() as session:
        values = session.run(
            [x * 2, n + 1], {x: np.array([1, np.float32(2.5), True], object), n: np.array([1, 2], object)}
        )
    np.testing.assert_array_equal(values[0], [2, 5, 2])
    np.testing.assert_array_equal(values[1], [2, 3])


def test_a_change_elsewhere_in_the_graph_leaves_a_plan_as_it_is(graph):
    c = graph.create("Constant", attributes={"value": 1.0})
    other = graph.create("Constant", attributes={"value": 7.0})
    beside = other.output + 1.0
    out = c.output * 2.0
    session = tf.Session()
    assert session.run([out, beside]) == [2, 8]
    plan = session.plan([out], {})
    graph.set_attribute(other, "value", 3.0)
    graph.rename(other, "renamed")
    graph.remove(beside.op)
    assert session.plan([out], {}) is plan
    graph.set_inputs(out.op, "x", [other.output])
    assert session.plan([out], {}) is not plan
    assert session.run(out) == 6
    graph.set_attribute(other, "value", 4.0)
    assert session.run(out) == 8


def test_a_placeholder_that_was_changed_is_fed_anew(graph):
    x = graph.create("Placeholder", attributes={"dtype": tf.float32, "shape": [None]})
    session = tf.Session()
    out = x.output * 2.0
    assert session.run(out, {x.output: [1.0, 2.0]}).tolist() == [2, 4]
    graph.set_attribute(x, "shape", [3])
    with pytest.raises(ValueError, match="Cannot feed value of shape"):
        session.run(out, {x.output: [1.0, 2.0]})
