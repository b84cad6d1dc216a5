"""The order within one run: everything is computed from the values at its start, then updates are applied."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


@pytest.fixture
def session():
    with tf.Session() as session:
        yield session


def initialize(session):
    session.run(tf.global_variables_initializer())


@pytest.mark.parametrize(
    ("optimizer", "settings"),
    [
        (tf.train.GradientDescentOptimizer, (0.1,)),
        (tf.train.AdamOptimizer, (0.1,)),
        (tf.train.RMSPropOptimizer, (0.1,)),
        (tf.train.MomentumOptimizer, (0.1, 0.9)),
    ],
)
@pytest.mark.parametrize("cost_first", [True, False])
def test_a_cost_beside_its_training_step_is_the_one_before(session, optimizer, settings, cost_first):
    w = tf.Variable(3.0)
    cost = tf.square(w)
    train = optimizer(*settings).minimize(cost)
    initialize(session)
    found = session.run([cost, train] if cost_first else [train, cost])
    assert found == ([9, None] if cost_first else [None, 9])
    assert session.run(cost) < 9


def test_a_fetched_variable_has_its_value_after_the_update(session):
    w = tf.Variable(3.0)
    train = tf.train.GradientDescentOptimizer(0.5).minimize(tf.square(w))
    initialize(session)
    assert session.run([w, train, w.value(), tf.identity(w)]) == [0, None, 3, 3]


def test_two_additions_to_one_variable_both_apply(session):
    v = tf.Variable(1.0)
    both = [tf.assign_add(v, 10.0), tf.assign_add(v, 100.0)]
    initialize(session)
    session.run(both)
    assert session.run(v) == 111
    session.run(tf.group(*both))
    assert session.run(v) == 221


def test_a_group_gives_none_and_an_assignment_the_new_value(session):
    v = tf.Variable(1.0)
    assert session.run(tf.group(v.initializer)) is None
    assert session.run(v.assign(5.0)) == 5
    assert session.run([v.assign_add(1.0)]) == [6]
    assert session.run(tf.assign_sub(v, 2.0)) == 4
    assert session.run(v.assign(7.0).op) is None


def test_what_is_built_inside_control_dependencies_sees_the_new_value(session):
    v = tf.Variable(1.0)
    outside = v + 0.0
    assign = v.assign(5.0)
    with tf.control_dependencies([assign]):
        inside = [tf.identity(v), v.read_value(), v + 0.0]
        delayed_outside = tf.identity(outside)
    for tensor in inside:
        session.run(v.initializer)
        assert session.run(tensor) == 5
    session.run(v.initializer)
    assert session.run(delayed_outside) == 1, "a tensor built outside is not delayed"
    session.run(v.initializer)
    assert session.run([*inside, outside]) == [5, 5, 5, 1]


def test_hand_written_training_reads_the_old_values(session):
    """As programs that write their back-propagation with assign do it."""
    W, b = tf.Variable([[2.0]]), tf.Variable([1.0])
    x = tf.constant([[3.0]])
    error = tf.matmul(x, W) + b - 1.0
    step = [W.assign_sub(0.1 * tf.matmul(x, error, transpose_a=True)), b.assign_sub(0.1 * tf.reduce_sum(error, 0))]
    initialize(session)
    session.run(step)
    np.testing.assert_allclose(session.run(W), [[0.2]], rtol=1e-5)
    np.testing.assert_allclose(session.run(b), [0.4], rtol=1e-5)


def test_a_random_operation_has_one_value_in_a_run_and_another_in_the_next(session):
    r = tf.random_uniform([8])
    first, same, sum_of_both = session.run([r, tf.identity(r), r + r])
    np.testing.assert_array_equal(first, same)
    np.testing.assert_array_equal(first * 2, sum_of_both)
    assert not np.array_equal(session.run(r), first)
    other = tf.random_uniform([8])
    assert not np.array_equal(*session.run([r, other]))


def test_two_optimizers_in_a_run_both_begin_at_the_old_values(session):
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    loss = a * b
    steps = [
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[a]),
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[b]),
    ]
    initialize(session)
    session.run(steps)
    np.testing.assert_allclose(session.run([a, b]), [0.8, 1.9], rtol=1e-6)
