"""Branches, loops and scans: their values, their gradients, what they capture and change."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph.body import Body
from tests.engine.reference import numeric_gradient

pytestmark = pytest.mark.usefixtures("graph")


def session():
    made = tf.Session()
    made.run(tf.global_variables_initializer())
    return made


def check_gradients(loss, places, arrays):
    """First and second gradients of a scalar against central differences of it and of the first."""
    first = tf.gradients(loss, places)
    run = session()

    def value_of(fetch):
        return lambda *given: float(run.run(fetch, dict(zip(places, given, strict=True))))

    for index, gradient in enumerate(run.run(first, dict(zip(places, arrays, strict=True)))):
        np.testing.assert_allclose(gradient, numeric_gradient(value_of(loss), arrays, index), rtol=1e-6, atol=1e-7)
    return first, value_of


def check_second_gradients(loss, places, arrays):
    first, value_of = check_gradients(loss, places, arrays)
    weighted = sum(tf.reduce_sum(gradient * (1.5 + place)) for place, gradient in enumerate(first))
    second = tf.gradients(weighted, places)
    run = session()
    for index, gradient in enumerate(second):
        expected = numeric_gradient(value_of(weighted), arrays, index)
        found = 0.0 if gradient is None else run.run(gradient, dict(zip(places, arrays, strict=True)))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def places_for(*arrays):
    return [tf.placeholder(tf.float64, array.shape) for array in arrays]


# --- cond ------------------------------------------------------------------------------------------------------------


def test_only_the_branch_that_is_taken_runs():
    x, v = tf.placeholder(tf.float32, []), tf.Variable(1.0)
    chosen = tf.cond(x > 0, lambda: tf.assign_add(v, x), lambda: v * 10.0)
    run = session()
    assert run.run(chosen, {x: -1.0}) == 10
    assert run.run(v) == 1
    assert run.run(chosen, {x: 2.0}) == 3
    assert run.run(v) == 3


def test_branches_give_nests_and_operations():
    x, v = tf.placeholder(tf.float32, []), tf.Variable(0.0)
    pair = tf.cond(x > 0, lambda: {"a": x, "b": [x, 2.0 * x]}, lambda: {"a": -x, "b": [x, x]})
    assert session().run(pair, {x: 3.0}) == {"a": 3.0, "b": [3.0, 6.0]}
    update = tf.cond(x > 0, lambda: tf.group(v.assign_add(1.0)), lambda: tf.no_op())
    run = session()
    assert run.run(update, {x: 1.0}) is None
    run.run(update, {x: -1.0})
    assert run.run(v) == 1


def test_gradients_go_through_the_branch_that_is_taken():
    w = np.array([1.2, 0.3])
    for x in (np.array([0.7, -0.4]), np.array([-0.7, 0.4])):
        px, pw = places_for(x, w)
        y = tf.cond(tf.reduce_sum(px) > 0, *_products(px, pw))
        check_second_gradients(tf.reduce_sum(y * y), [px, pw], [x, w])


def _products(x, w):
    return (lambda: x * w * w), (lambda: x * x * x)


def test_branches_that_differ_are_refused():
    p = tf.placeholder(tf.bool, [])
    with pytest.raises(TypeError, match="Outputs of true_fn and false_fn must have the same type"):
        tf.cond(p, lambda: 1, lambda: 1.0)
    with pytest.raises(ValueError, match="Incompatible return values"):
        tf.cond(p, lambda: (1, 2), lambda: 1)
    with pytest.raises(TypeError, match="must not be a Python bool"):
        tf.cond(True, lambda: 1, lambda: 2)
    assert tf.cond(p, lambda: tf.ones([2, 3]), lambda: tf.ones([4, 3])).shape.as_list() == [None, 3]


def test_a_case_takes_the_first_that_holds():
    x = tf.placeholder(tf.float32, [])
    y = tf.case([(x < 1, lambda: tf.constant(10)), (x < 2, lambda: tf.constant(20))], default=lambda: tf.constant(30))
    run = session()
    assert [run.run(y, {x: value}) for value in (0.5, 1.5, 2.5)] == [10, 20, 30]


@pytest.mark.parametrize(
    ("default", "exclusive", "fed", "expected"),
    [
        (False, False, (0, 1), 2),
        (False, False, (1, 1), 1),
        (False, False, (0, 0), r"None of conditions evaluated as True:\] \[0 0\]"),
        (True, True, (0, 0), 0),
        (True, True, (0, 1), 2),
        (True, True, (1, 1), r"exclusive=True: more than 1 conditions \(a:0, b:0\) evaluated as True:\] \[1 1\]"),
    ],
)
def test_a_case_without_a_choice_stops_the_run(default, exclusive, fed, expected):
    a, b = tf.placeholder(tf.bool, [], "a"), tf.placeholder(tf.bool, [], "b")
    feed = dict(zip((a, b), fed, strict=True))
    one, two = tf.constant(1), tf.constant(2)
    otherwise = (lambda: tf.constant(0)) if default else None
    chosen = tf.case([(a, lambda: one), (b, lambda: two)], otherwise, exclusive)
    with tf.Session() as session:
        if isinstance(expected, int):
            assert session.run(chosen, feed) == expected
        else:
            with pytest.raises(tf.errors.InvalidArgumentError, match=expected):
                session.run(chosen, feed)


def test_conditions_nest():
    x = tf.placeholder(tf.float32, [])
    y = tf.cond(x > 0, lambda: tf.cond(x > 10, lambda: x * 100.0, lambda: x * 10.0), lambda: -x)
    gradient = tf.gradients(y, x)[0]
    run = session()
    assert [run.run([y, gradient], {x: value}) for value in (20.0, 2.0, -2.0)] == [[2000, 100], [20, 10], [2, -1]]


# --- while -----------------------------------------------------------------------------------------------------------


def test_loops():
    i, total = tf.while_loop(lambda i, s: i < 10, lambda i, s: (i + 1, s + i), [0, 0])
    assert session().run([i, total]) == [10, 45]
    single = tf.while_loop(lambda i: i < 7, lambda i: i + 3, [tf.constant(0)])
    assert session().run(single) == 9
    never = tf.while_loop(lambda i: i < 0, lambda i: i + 1, [5])
    assert session().run(never) == 5
    most = tf.while_loop(lambda i: i < 100, lambda i: i + 1, [0], maximum_iterations=4)
    assert session().run(most) == 4
    limit = tf.placeholder(tf.int32, [])
    i, total = tf.while_loop(lambda i, s: i < 100, lambda i, s: (i + 1, s + i), [0, 0], maximum_iterations=limit)
    assert session().run([i, total], {limit: 5}) == [5, 10]


def test_gradients_go_through_the_iterations():
    x, w = np.array([0.3, -0.2]), np.array([[0.5, 0.1], [-0.3, 0.8]])
    px, pw = places_for(x, w)
    _, y = tf.while_loop(
        lambda i, h: i < 4, lambda i, h: (i + 1, tf.tanh(tf.reshape(tf.matmul(h[None], pw), [2]) + px)), [0, px]
    )
    check_second_gradients(tf.reduce_sum(y * y), [px, pw], [x, w])


def test_gradients_through_as_many_iterations_as_the_values_ask_for():
    x, w = np.array([0.3, 0.2]), np.array([1.3, 1.6])
    px, pw = places_for(x, w)
    (y,) = [tf.while_loop(lambda h: tf.reduce_sum(h * h) < 50.0, lambda h: h * pw + px, [px])]
    check_second_gradients(tf.reduce_sum(tf.sqrt(y)), [px, pw], [x, w])
    none = tf.while_loop(lambda h: tf.reduce_sum(h) > 50.0, lambda h: h * pw, [px])
    first = tf.gradients(tf.reduce_sum(none * 3.0), [px, pw])
    got = session().run(first, {px: x, pw: w})
    np.testing.assert_array_equal(got[0], [3, 3])
    np.testing.assert_array_equal(got[1], [0, 0])


def test_a_loop_whose_shapes_grow():
    start = tf.placeholder(tf.float64, [1, 2])
    shapes = [tf.TensorShape([]), tf.TensorShape([None, 2])]
    _, grown = tf.while_loop(
        lambda i, a: i < 3, lambda i, a: [i + 1, tf.concat([a, a * 2.0], 0)], [0, start], shape_invariants=shapes
    )
    assert grown.shape.as_list() == [None, 2]
    data = np.array([[1.0, 2.0]])
    assert session().run(tf.reduce_sum(grown), {start: data}) == 27 * 3
    check_gradients(tf.reduce_sum(grown * grown), [start], [data])


def test_a_shape_that_must_stay():
    with pytest.raises(ValueError, match="is not an invariant for the loop"):
        tf.while_loop(lambda a: True, lambda a: tf.concat([a, a], 0), [tf.ones([1, 2])])
    with pytest.raises(TypeError, match="Loop variable 0 is int32"):
        tf.while_loop(lambda i: i < 3, lambda i: tf.cast(i, tf.float32), [0])
    with pytest.raises(ValueError, match="No loop variables"):
        tf.while_loop(lambda: True, lambda: (), [])
    with pytest.raises(ValueError, match="must match loop_vars"):
        tf.while_loop(lambda i, j: i < 3, lambda i, j: i, [0, 0])


def test_a_loop_that_changes_a_variable():
    v = tf.Variable(0)

    def body(i):
        with tf.get_default_graph().name_scope("step"):
            changed = v.assign_add(i)
        return i + 1 + 0 * changed

    loop = tf.while_loop(lambda i: i < 4, body, [1])
    run = session()
    assert run.run(loop) == 4
    assert run.run(v) == 1 + 2 + 3


def test_loops_nest():
    def outer(i, total):
        _, inner = tf.while_loop(lambda j, s: j < i, lambda j, s: (j + 1, s + j), [0, 0])
        return i + 1, total + inner

    _, total = tf.while_loop(lambda i, t: i < 5, outer, [0, 0])
    assert session().run(total) == sum(sum(range(i)) for i in range(5))


def test_each_iteration_has_random_numbers_of_its_own():
    numbers = tf.map_fn(lambda i: tf.random_uniform([3]), tf.zeros([50]))
    run = session()
    first, second = run.run(numbers), run.run(numbers)
    assert len(np.unique(np.concatenate([first, second]))) > 295


# --- scan, map, fold -------------------------------------------------------------------------------------------------


def test_scan_map_and_fold():
    e = tf.constant([1.0, 2.0, 3.0, 4.0])
    run = session()
    np.testing.assert_allclose(run.run(tf.scan(lambda a, x: a + x, e)), [1, 3, 6, 10])
    np.testing.assert_allclose(run.run(tf.scan(lambda a, x: a * x, e, 2.0)), [2, 4, 12, 48])
    np.testing.assert_allclose(run.run(tf.scan(lambda a, x: a + x, e, reverse=True)), [10, 9, 7, 4])
    squares = tf.map_fn(lambda x: [x, x * x], e, dtype=[tf.float32, tf.float32])[1]
    np.testing.assert_allclose(run.run(squares), [1, 4, 9, 16])
    np.testing.assert_allclose(run.run(tf.map_fn(lambda p: p[0] * p[1], (e, e), dtype=tf.float32)), [1, 4, 9, 16])
    assert run.run(tf.foldl(lambda a, x: a * 10.0 + x, e)) == 1234
    assert run.run(tf.foldr(lambda a, x: a * 10.0 + x, e)) == 4321
    fib = tf.scan(lambda a, _: (a[1], a[0] + a[1]), tf.zeros([6]), (tf.constant(0), tf.constant(1)))
    np.testing.assert_array_equal(run.run(fib[0]), [1, 1, 2, 3, 5, 8])


def test_gradients_of_a_scan_of_first_and_second_order():
    x, w, s = np.array([[0.3, -0.2], [0.5, 0.4], [-0.6, 0.1]]), np.array([0.5, -0.3]), np.array([0.1, 0.2])
    px, pw, ps = places_for(x, w, s)
    states = tf.scan(lambda a, e: tf.tanh(a * pw + e), px, ps)
    check_second_gradients(tf.reduce_sum(states * states), [px, pw, ps], [x, w, s])


def test_a_scan_over_as_many_steps_as_are_fed():
    x = tf.placeholder(tf.float32, [None, 2])
    total = tf.scan(lambda a, e: a + e, x, tf.zeros([2]))
    assert total.shape.as_list() == [None, 2]
    gradient = tf.gradients(total, x)[0]
    run = session()
    for steps in (1, 4):
        data = np.arange(2.0 * steps).reshape(steps, 2)
        got, back = run.run([total, gradient], {x: data})
        np.testing.assert_allclose(got, np.cumsum(data, 0))
        np.testing.assert_allclose(back, np.repeat(np.arange(steps, 0, -1)[:, None], 2, 1))


def test_a_body_comes_back_from_its_json():
    x, w = tf.placeholder(tf.float32, [3]), tf.Variable([1.0, 2.0, 3.0])
    y = tf.scan(lambda a, e: a * e + tf.reduce_sum(w), x)
    op = next(op for op in tf.get_default_graph().get_operations() if op.type == "Scan")
    attribute = op.declaration.attribute("body")
    again = attribute.from_json(attribute.to_json(op.attributes["body"]))
    assert isinstance(again, Body)
    assert attribute.same(again, op.attributes["body"])
    before = session().run(y, {x: [1, 2, 3]})
    op.attributes["body"] = again
    np.testing.assert_array_equal(session().run(y, {x: [1, 2, 3]}), before)
    with pytest.raises(ValueError, match="cannot be read"):
        attribute.from_json({"nodes": [{"name": "a", "type": "Add"}], "wires": [["b:output", "a:x"]], "inputs": []})


def test_of_a_scan_whose_states_are_not_wired_yet_nothing_is_known():
    scan = tf.Graph().add("Scan", attributes={"states": 1})
    assert [(tensor.port, tensor.dtype) for tensor in scan.outputs] == [("state_0", None), ("history_0", None)]
    assert scan.problem is None
