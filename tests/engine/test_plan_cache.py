"""Plans are made once for each combination of fetches and shapes, and the ones used longest ago go."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import engine as tf
from engine.runtime import plan_cache, session
from engine.runtime.backends.numpy_plan import NumpyPlan

pytestmark = pytest.mark.usefixtures("graph")


@pytest.fixture
def made(monkeypatch) -> list[weakref.ref[NumpyPlan]]:
    """The plans that are made, as long as they are kept."""
    plans: list[weakref.ref[NumpyPlan]] = []

    def making(*arguments: Any) -> NumpyPlan:
        plan = NumpyPlan(*arguments)
        plans.append(weakref.ref(plan))
        return plan

    monkeypatch.setattr(session, "NumpyPlan", making)
    return plans


def present(made: list[weakref.ref[NumpyPlan]]) -> list[int]:
    """Which of the plans are still there."""
    gc.collect()
    return [place for place, plan in enumerate(made) if plan() is not None]


def test_a_smaller_last_batch_costs_one_more_plan(made):
    x = tf.placeholder(tf.float32, [None, 2])
    W = tf.Variable(tf.ones([2, 1]))
    loss = tf.reduce_mean(tf.square(tf.matmul(x, W)))
    update = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    rows = np.ones((10, 2), np.float32)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = len(made)
        for _ in range(5):
            for start in range(0, 10, 4):
                session.run([loss, update], {x: rows[start : start + 4]})
        assert len(made) - before == 2
        for batch in (rows[:4].tolist(), rows[:4].astype(np.float64), rows[:4]):
            session.run([loss, update], {x: batch})
        session.run(loss, {x: rows[:4]})
        assert len(made) - before == 3, "one for what else is fetched, none for another dtype"


def test_there_are_no_more_plans_than_a_number(made, monkeypatch):
    monkeypatch.setattr(plan_cache, "MOST_PLANS", 3)
    x = tf.placeholder(tf.float32, [None])
    y = 2.0 * x
    with tf.Session() as session:
        for size in (1, 2, 3, 1, 4):
            assert session.run(y, {x: np.ones(size)}).tolist() == [2.0] * size
        assert present(made) == [0, 2, 3], "the one used longest ago has gone, and its call with it"
        assert session.run(y, {x: np.ones(2)}).tolist() == [2.0] * 2
        assert present(made) == [0, 3, 4]


def test_a_repeated_call_counts_as_a_use(made, monkeypatch):
    monkeypatch.setattr(plan_cache, "MOST_PLANS", 2)
    x = tf.placeholder(tf.float32, [3])
    a, b, c = x + 1.0, x + 2.0, x + 3.0
    ones = np.ones(3, np.float32)
    with tf.Session() as session:
        session.run(a, {x: ones})
        session.run(b, {x: ones})
        for _ in range(3):
            session.run(a, {x: ones})
        session.run(c, {x: ones})
        assert present(made) == [0, 2]


def test_the_plans_hold_no_more_bytes_than_a_number(made, monkeypatch):
    monkeypatch.setattr(plan_cache, "MOST_BYTES", 1_000_000)
    x = tf.placeholder(tf.float32, [None])
    y = tf.tanh(x)
    with tf.Session() as session:
        for size in (20_000, 30_000, 40_000):
            session.run(y, {x: np.ones(size)})
        assert present(made) == [0, 1, 2]
        session.run(y, {x: np.ones(60_000)})
        assert present(made) == [2, 3]
        session.run(y, {x: np.ones(500_000)})
        assert present(made) == [4], "the newest stays however large it is"
        session.run(y, {x: np.ones(500_000)})
        session.run(y, {x: np.ones(10)})
        assert present(made) == [5], "a small one does not fit beside it"


def test_what_it_is_fed_and_what_it_computes_once_counts_too_but_not_the_graphs_own_constants(made):
    x = tf.placeholder(tf.float32, [100_000])
    once = tf.sqrt(tf.constant(np.arange(100_000, dtype=np.float32)))
    with tf.Session() as session:
        session.run(tf.reduce_sum(x * once), {x: np.ones(100_000)})
        session.run(tf.reduce_sum(x * tf.constant(np.arange(100_000, dtype=np.float32))), {x: np.ones(100_000)})
        computing, using = (plan() for plan in made)
        assert computing is not None and using is not None
        # The fed array, the product (which is summed as it is) and the roots.
        assert 800_000 <= computing.held <= 1_210_000
        assert 400_000 <= using.held <= computing.held - 390_000


def test_a_plan_of_an_older_graph_is_replaced(made):
    x = tf.placeholder(tf.float32, [2])
    y, z = x + 1.0, x * 5.0
    total = tf.add(y, y)
    with tf.Session() as session:
        for _ in range(3):
            assert session.run(total, {x: [1.0, 2.0]}).tolist() == [4.0, 6.0]
        session.graph.set_inputs(total.op, "y", [z])
        for _ in range(3):
            assert session.run(total, {x: [1.0, 2.0]}).tolist() == [7.0, 13.0]
        assert present(made) == [1]


def test_a_closed_session_lets_go_of_its_plans(made):
    x = tf.placeholder(tf.float32, [2])
    session = tf.Session()
    session.run(x + 1.0, {x: [1.0, 2.0]})
    session.close()
    assert present(made) == []
