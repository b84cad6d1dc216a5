"""What is rare in a run: initial values that depend on others, orders that are asked for, values that do not fit."""

import threading

import numpy as np
import pytest

import engine as tf
from engine.graph import DTypeError, FailedPreconditionError, GraphError, InvalidArgumentError, ShapeError
from engine.graph.attributes import array_from_json
from engine.graph.errors import AttributeValueError

pytestmark = pytest.mark.usefixtures("graph")


def initialized(**options):
    session = tf.Session(**options)
    session.run(tf.global_variables_initializer())
    return session


# --- initial values ----------------------------------------------------------------------------------------------


def test_an_initial_value_may_depend_on_another_variables_initial_value():
    a = tf.Variable(2.0)
    b = tf.Variable(tf.square(a) * 3.0)
    c = tf.Variable(b.output)
    session = initialized()
    assert session.run([a, b, c]) == [2, 12, 12]
    session.run([a.assign(10.0), c.assign(0.0)])
    session.run(tf.global_variables_initializer())
    assert session.run([a, b, c]) == [2, 12, 12], "what the session holds does not matter"
    session = tf.Session()
    session.initialize()
    assert session.run(c) == 12


def test_a_variable_initialised_alone_reads_what_the_session_holds_of_another():
    a = tf.Variable(2.0)
    b = tf.Variable(a * 3.0)
    session = tf.Session()
    with pytest.raises(FailedPreconditionError, match="Variable"):
        session.run(b.initializer)
    session.run(a.initializer)
    session.run(a.assign(5.0))
    session.run(b.initializer)
    assert session.run(b) == 15


def test_variables_that_share_a_random_initial_value_begin_equal():
    start = tf.random_normal([3])
    a, b = tf.Variable(start), tf.Variable(start)
    c = tf.Variable(a * 2.0)
    first, second, double = initialized().run([a, b, c])
    assert (first == second).all() and (double == 2 * first).all()


def test_a_variable_takes_the_shape_of_the_value_it_is_initialised_with():
    x = tf.placeholder(tf.float32, [None])
    v = tf.Variable(x)
    doubled = v * 2.0
    initialize = tf.global_variables_initializer()
    session = tf.Session()
    with pytest.raises(FailedPreconditionError, match="Attempting to use uninitialized value"):
        session.run(doubled)
    for values in ([1.0, 2.0], [1.0, 2.0, 3.0], [4.0]):
        session.run(initialize, {x: values})
        assert session.run(v).tolist() == values
        assert session.run(doubled).tolist() == [2 * value for value in values]


def test_a_variable_initialised_earlier_in_the_run_may_be_changed():
    v = tf.Variable(2.0)
    add = v.assign_add(1.0)
    v.graph.connect(v.initializer.done, add.op, "after")
    session = tf.Session()
    assert session.run(add) == 3
    assert session.run(add) == 3
    with pytest.raises(FailedPreconditionError):
        tf.Session().run([v.initializer, v * 1.0])  # computed from the value at the start, which there is none


def test_a_variable_assigned_from_one_that_has_no_value_is_refused():
    a, b = tf.Variable(2.0), tf.Variable(1.0)
    with pytest.raises(FailedPreconditionError):
        tf.Session().run([a.initializer, b.assign(a)])


# --- feeds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.assign_add(1.0),
        lambda v: tf.global_variables_initializer(),
        lambda v: tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(v)),
        lambda v: tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(v), var_list=[v]),
    ],
)
def test_a_variable_that_is_fed_cannot_be_changed(change):
    v = tf.Variable(2.0, name="v")
    step = change(v)
    session = tf.Session()
    session.initialize()
    with pytest.raises(InvalidArgumentError, match="v is fed a value in a run in which") as caught:
        session.run(step, {v: 5.0})
    assert caught.value.node == "v"
    assert session.run(v) == 2


def test_a_fed_placeholder_has_been_done():
    x = tf.placeholder(tf.float32, [])
    session = tf.Session()
    assert session.run([tf.group(x), x.op], {x: 1}) == [None, None]
    with pytest.raises(InvalidArgumentError, match="You must feed"):
        session.run(tf.group(x))


def test_what_a_whole_number_cannot_hold_is_refused_and_fractions_are_warned_of():
    x = tf.placeholder(tf.int32, [])
    session = tf.Session()
    for value in (2**40, float("nan"), float("inf"), 1e12):
        with pytest.raises(ValueError, match=r"Cannot feed Placeholder:0: .* is no whole number that int32 holds"):
            session.run(x, {x: value})
    with pytest.warns(UserWarning, match=r"the fraction of 1\.5 is cut off"):
        assert session.run(x, {x: 1.5}) == 1


# --- values and dtypes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [2**40, float("inf"), float("nan"), 1.5])
def test_a_constant_is_never_silently_another_number(graph, value):
    with pytest.raises(DTypeError, match="is no whole number that int32 holds"):
        tf.constant(value, tf.int32)
    with pytest.raises(DTypeError, match="is no whole number that int32 holds"):
        graph.create("Constant", attributes={"value": value, "dtype": "int32"})
    node = graph.add("Variable", "count", {"initial_value": value, "dtype": "int32"})
    assert "The value of count does not fit" in node.problem.message


def test_the_least_int64_stays_what_it_is():
    assert tf.Session().run(tf.constant(-(2**63))) == -(2**63)
    with pytest.raises(DTypeError, match="int64"):
        tf.constant(2**63)


def test_a_file_cannot_hold_a_fraction_as_a_whole_number():
    assert array_from_json({"dtype": "int32", "shape": [2], "values": [1, 2.0]}).tolist() == [1, 2]
    with pytest.raises(AttributeValueError, match="do not fit"):
        array_from_json({"dtype": "int32", "shape": [1], "values": [1.5]})


# --- order -------------------------------------------------------------------------------------------------------


def test_initializers_optimizers_and_gradients_run_after_what_they_are_told_to(graph):
    count, v = tf.Variable(0.0, trainable=False), tf.Variable(2.0)
    add = count.assign_add(1.0)
    gradient = tf.gradients(tf.square(v), v)[0]
    train = graph.create("GradientDescent", {"loss": tf.square(v)}, {"learning_rate": 0.25})
    initialize = tf.variables_initializer([v])
    session = initialized()
    for number, (op, fetch) in enumerate([(train, train), (gradient.op, gradient), (initialize, initialize)], 1):
        graph.connect(add.op.done, op, "after")
        session.run(fetch)
        assert session.run(count) == number
    assert session.run(v) == 2


def test_what_is_assigned_after_a_write_is_what_was_written(graph):
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    first, second = a.assign(5.0), b.assign(a)
    session = initialized()
    assert session.run([first, second]) == [5, 1]
    graph.connect(first.op.done, second.op, "after")
    session.run(tf.global_variables_initializer())
    assert session.run([second, first]) == [5, 5]
    assert tf.Session().run(second) == 5, "a has its value before it is read"


def test_a_gradient_can_be_fetched_as_an_operation_and_grouped():
    v = tf.Variable(2.0)
    gradient = tf.gradients(tf.square(v), v)[0]
    session = initialized()
    assert session.run([gradient.op, tf.group(gradient), gradient]) == [None, None, 4]


def test_a_variable_wired_twice_to_an_optimizer_is_moved_once(graph):
    v = tf.Variable(1.0)
    train = graph.create("GradientDescent", {"loss": v * 2.0, "variables": [v, v]}, {"learning_rate": 0.1})
    session = initialized()
    session.run(train)
    assert session.run(v) == np.float32(0.8)


def test_a_loss_of_whole_numbers_is_named_before_its_gradients_are_looked_for():
    v = tf.Variable(2)
    with pytest.raises(ValueError, match=r"Invalid type tf\.int32 for mul:0, expected: "):
        tf.train.GradientDescentOptimizer(0.1).minimize(v * v)


def test_gradients_to_begin_with_have_the_shape_of_what_they_belong_to():
    x = tf.placeholder(tf.float32, [])
    with pytest.raises(ShapeError, match="needs the shape of its 'ys'"):
        tf.gradients(x * x, x, grad_ys=tf.constant([1.0, 2.0]))


# --- random numbers ----------------------------------------------------------------------------------------------


def test_an_operations_own_seed_decides_its_numbers_in_every_session():
    numbers = tf.random_normal([3], seed=1)
    first = tf.Session().run(numbers)
    assert (tf.Session().run(numbers) == first).all()
    assert (tf.Session(seed=7).run(numbers) == first).all()


# --- more than one ------------------------------------------------------------------------------------------------


def test_a_graph_that_is_the_default_twice_is_left_from_the_inside():
    outer, inner = tf.Graph(), tf.Graph()
    with outer.as_default(), inner.as_default():
        with outer.as_default():
            pass
        assert tf.get_default_graph() is inner


def test_each_thread_has_default_graphs_of_its_own(graph):
    found = []
    thread = threading.Thread(target=lambda: found.append(tf.get_default_graph()))
    thread.start()
    thread.join()
    assert found[0] is not graph


def test_threads_that_share_a_session_get_their_own_results():
    x = tf.placeholder(tf.float32, [1000])
    total = tf.reduce_sum(x * x + x)
    session = tf.Session()
    wrong = []

    def work(number):
        for _ in range(200):
            value = session.run(total, {x: np.full(1000, number)})
            if value != 1000 * (number * number + number):
                wrong.append((number, value))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_plan_follows_attributes_and_shapes_that_change(graph):
    c, v = tf.constant(2.0), tf.Variable([1.0, 2.0])
    total = tf.reduce_sum(v) * c
    session = initialized()
    assert session.run(total) == 6
    graph.set_attribute(c.op, "value", 5.0)
    assert session.run(total) == 15
    graph.set_attribute(v.op, "initial_value", [1.0, 2.0, 3.0])
    session.run(tf.global_variables_initializer())
    assert session.run(total) == 30
    assert session.run(v).shape == (3,)


def test_views_of_a_variable_show_what_it_was_when_it_is_written():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    flat = tf.reshape(tf.transpose(v), [4])
    rows = tf.reshape(v, [4])
    session = initialized()
    fetched = session.run([flat, rows, v.assign_add(tf.transpose(v))])
    assert [value.tolist() for value in fetched] == [[1, 3, 2, 4], [1, 2, 3, 4], [[2, 5], [5, 8]]]
    assert session.run(v.assign(tf.transpose(v))).tolist() == [[2, 5], [5, 8]]


def test_gradients_where_shapes_are_only_known_when_it_runs():
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    chosen = tf.where(x > 0.0, x * y, y)
    joined = tf.square(tf.concat([x, y], 0))
    session = tf.Session()
    to_x, to_y = session.run(tf.gradients(chosen, [x, y]), {x: [[1.0, -1], [2, -3]], y: [2.0, 3.0]})
    assert to_x.tolist() == [[2, 0], [2, 0]] and to_y.tolist() == [3, 2]
    to_x, to_y = session.run(tf.gradients(joined, [x, y]), {x: [1.0, 2.0], y: [3.0]})
    assert to_x.tolist() == [2, 4] and to_y.tolist() == [6]
    assert session.run(tf.gradients(tf.stop_gradient(x) * x, x), {x: [2.0]})[0].tolist() == [2]


def test_no_rows_at_all_give_a_mean_that_is_no_number_and_leave_the_variables_alone():
    x = tf.placeholder(tf.float32, [None, 2])
    w = tf.Variable([[1.0], [2.0]])
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    session = initialized()
    value, _ = session.run([loss, train], {x: np.zeros((0, 2))})
    assert np.isnan(value)
    assert session.run(w).tolist() == [[1], [2]]


def test_an_unknown_node_is_named_with_what_is_there(graph):
    tf.constant(1.0, name="hypothesis")
    with pytest.raises(GraphError, match="no node called 'hypotesis'; there is hypothesis") as caught:
        graph.operation("hypotesis")
    assert caught.value.node is None


def test_a_view_of_constants_that_has_to_be_copied_is_computed():
    columns = tf.transpose(tf.constant([[1.0, 2.0], [3.0, 4.0]]))
    total = tf.reshape(columns, [4]) + 1.0
    assert tf.Session().run(total).tolist() == [2, 4, 3, 5]
