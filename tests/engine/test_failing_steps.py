"""A step that fails in its midst leaves variables and slots as they were, and the next one is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine as tf
from engine.graph import InvalidArgumentError, ResourceExhaustedError
from engine.runtime import memory_limit
from engine.runtime.backends.numpy_plan import RUNS_BEFORE_CODE
from tests.engine.variants import looping, straight_line

pytestmark = pytest.mark.usefixtures("graph")

#: One whose updates run one by one, and one whose updates are parts of chains in blocks.
SIZES = [(3, 4), (300, 500)]


class Failing:
    """A training step with an operation that fails when it is fed ``bad``."""

    def __init__(self, shape: tuple[int, ...], make: Callable[[], tuple[Any, Any, Any, Any]], optimizer: Any) -> None:
        self.x = tf.placeholder(tf.float32, shape)
        weights = tf.Variable(np.full(shape, 0.5, np.float32), name="weights")
        fed, good, bad, value = make()
        self.good, self.bad = {self.x: np.ones(shape), fed: good}, {self.x: np.ones(shape), fed: bad}
        self.loss = tf.reduce_mean(tf.square(tf.tanh(weights * self.x) - 0.1 * weights)) + value
        train = optimizer.minimize(self.loss)
        steps = tf.Variable(0, trainable=False, name="steps")
        self.fetches = [self.loss, train, tf.assign_add(steps, 1), tf.tanh(self.x) * 2.0 + weights]


def python_call() -> tuple[Any, Any, Any, Any]:
    """The second of two whose results have shapes that are known only in a run."""
    x = tf.placeholder(tf.float32, [])

    def checked(number: Any) -> Any:
        if number > 1:
            raise ValueError("more than 1")
        return number

    value = tf.py_func(checked, [tf.py_func(lambda number: number, [x], tf.float32)], tf.float32, name="culprit")
    value.set_shape([])
    return x, 0.5, 2.0, tf.stop_gradient(value)


def division() -> tuple[Any, Any, Any, Any]:
    x = tf.placeholder(tf.int32, [3])
    return x, [1, 2, 3], [1, 0, 3], tf.reduce_sum(tf.cast(tf.floordiv(6, x, name="culprit"), tf.float32))


def label() -> tuple[Any, Any, Any, Any]:
    x = tf.placeholder(tf.int64, [3])
    logits = tf.Variable(np.eye(3, dtype=np.float32), name="logits")
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=x, logits=logits, name="culprit")
    return x, [0, 1, 2], [0, 3, 2], tf.reduce_mean(losses)


def row() -> tuple[Any, Any, Any, Any]:
    x = tf.placeholder(tf.int32, [None])
    table = tf.Variable(np.ones((4, 2), np.float32), name="table")
    return x, [0, 3], [0, 4], tf.reduce_sum(tf.gather(table, x, name="culprit"))


def varying_shapes() -> tuple[Any, Any, Any, Any]:
    """Of several steps whose shapes are known only in a run, the last one fails."""
    x = tf.placeholder(tf.string, [3])
    chosen = tf.boolean_mask(x, tf.not_equal(x, ""))
    numbers = tf.string_to_number(tf.boolean_mask(chosen, tf.not_equal(chosen, "0")), name="culprit")
    return x, ["1", "", "0"], ["1", "x", "0"], tf.reduce_sum(numbers)


CULPRITS = [python_call, division, label, row, varying_shapes]
OPTIMIZERS = [tf.train.GradientDescentOptimizer, tf.train.AdamOptimizer]


def kept(session: Any) -> list[bytes]:
    """The bits of all variables and slots."""
    variables = [variable.op for variable in tf.global_variables()] + session.hidden_variables
    return [session.value(op).tobytes() for op in dict.fromkeys(variables)]


@pytest.mark.parametrize("way", [looping, straight_line])
@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("make", CULPRITS)
def test_it_names_the_node_and_changes_nothing(make, shape, optimizer, before, way):
    step = Failing(shape, make, optimizer(0.1))
    with way(), tf.Session() as session, tf.Session() as other:
        for each in (session, other):
            each.run(tf.global_variables_initializer())
            for _ in range(before):
                each.run(step.fetches, step.good)
        start = kept(session)
        for _ in range(2):
            with pytest.raises(InvalidArgumentError, match="culprit") as caught:
                session.run(step.fetches, step.bad)
            assert caught.value.node == "culprit"
            assert kept(session)[: len(start)] == start
        for _ in range(2):
            found, expected = session.run(step.fetches, step.good), other.run(step.fetches, step.good)
            assert [np.asarray(a).tobytes() for a in found] == [np.asarray(a).tobytes() for a in expected]
        assert kept(session) == kept(other)


@pytest.mark.parametrize("make", [division, varying_shapes])
def test_a_call_that_was_made_often_fails_as_the_first_one(make):
    step = Failing((3, 4), make, tf.train.AdamOptimizer(0.1))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(RUNS_BEFORE_CODE + 5):
            session.run(step.fetches, step.good)
        start = kept(session)
        with pytest.raises(InvalidArgumentError, match="culprit") as caught:
            session.run(step.fetches, step.bad)
        assert caught.value.node == "culprit"
        assert kept(session) == start
        assert session.run(step.fetches, step.good)[2] == RUNS_BEFORE_CODE + 6


def test_an_exception_of_a_programs_own_kind_comes_through():
    x = tf.placeholder(tf.float32, [])
    w = tf.Variable(np.zeros((300, 500), np.float32))

    class OwnError(Exception):
        pass

    def fail(number: Any) -> Any:
        if number > 1:
            raise OwnError("no")
        return number

    value = tf.py_func(fail, [x], tf.float32)
    value.set_shape([])
    update = tf.assign_add(w, tf.exp(0.0 * w) * value)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(update.op, {x: 1.0})
            with pytest.raises(OwnError):
                session.run(update.op, {x: 2.0})
        assert (session.run(w) == 3).all()


# --- too big for memory -----------------------------------------------------------------------------------------------


@pytest.fixture
def little_memory(monkeypatch) -> None:
    monkeypatch.setattr(memory_limit, "available_bytes", lambda: 200 << 20)


@pytest.mark.usefixtures("little_memory")
def test_a_value_that_is_too_big_is_refused_before_it_is_tried():
    x = tf.placeholder(tf.float32, [None, 4])
    w = tf.Variable(tf.ones([4, 1]))
    every_pair = tf.matmul(x * tf.transpose(w), x, transpose_b=True, name="every_pair")
    update = tf.assign_add(w, tf.ones([4, 1]) * tf.reduce_mean(every_pair))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(
            ResourceExhaustedError, match=r"every_pair with shape \(10000, 10000\) needs 381 MiB"
        ) as caught:
            session.run(update, {x: np.ones((10_000, 4))})
        assert "200 MiB are free" in str(caught.value) and caught.value.node == "every_pair"
        assert session.run(w).tolist() == [[1.0]] * 4
        assert session.run(update, {x: np.ones((2, 4))}).tolist() == [[5.0]] * 4


@pytest.mark.usefixtures("little_memory")
def test_values_that_are_too_big_together_are_refused_with_the_largest_of_them():
    x = tf.placeholder(tf.float32, [None])
    values = [tf.cumsum(x * float(place + 1), name=name) for place, name in enumerate("abc")]
    rows = 25_000_000
    with tf.Session() as session:
        with pytest.raises(
            ResourceExhaustedError, match=r"A step \(the largest value is that of .*needs .*200 MiB are"
        ):
            session.run(values, {x: np.broadcast_to(np.float32(1), rows)})
        assert [value.tolist() for value in session.run(values, {x: [1, 1]})] == [[1, 2], [2, 4], [3, 6]]


@pytest.mark.usefixtures("little_memory")
def test_values_that_are_never_whole_need_no_memory():
    """Only the result is an array of 80 MB: what leads to it, in float64 of 160 MB each, exists in blocks."""
    x = tf.placeholder(tf.float32, [None])
    value = tf.cast(x, tf.float64)
    for _ in range(3):
        value = value * 0.5 + 1.0
    y = tf.cast(value, tf.float32)
    with tf.Session() as session:
        assert session.run(y, {x: np.zeros(20_000_000, np.float32)})[-1] == 1.75


@pytest.mark.usefixtures("little_memory")
def test_what_a_step_is_fed_counts():
    sources = [tf.placeholder(tf.float32, [None]) for _ in range(3)]
    total = tf.add_n([tf.reduce_sum(x) for x in sources])
    with tf.Session() as session:
        with pytest.raises(ResourceExhaustedError, match=r"A step .*needs 286 MiB"):
            session.run(total, {x: np.broadcast_to(np.float32(1), 25_000_000) for x in sources})
        assert session.run(total, {x: [1.0, 2.0] for x in sources}) == 9.0


@pytest.mark.usefixtures("little_memory")
def test_what_is_there_already_is_not_asked_for_again():
    large = tf.constant(np.ones(40_000_000, np.float32))
    y = tf.reduce_sum(large[:20_000_000] * tf.placeholder_with_default(2.0, []))
    with tf.Session() as session:
        assert session.run(y) == 40_000_000
