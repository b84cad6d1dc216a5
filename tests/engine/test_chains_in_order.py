"""Chains in blocks and fused products leave things in their order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine as tf
from engine.runtime.backends.blocks import Chain
from tests.engine.variants import small_is_large

pytestmark = pytest.mark.usefixtures("graph")

LARGE = (400, 400)


def ones(shape: tuple[int, ...] = LARGE) -> Any:
    return np.ones(shape, np.float32)


def chains(session: Any, fetches: Any, feeds: dict[Any, Any]) -> int:
    plan = session.plan(fetches, {tensor: np.shape(value) for tensor, value in feeds.items()})
    return sum(isinstance(each.function, Chain) for each in plan.instructions)


def test_python_code_is_called_in_the_order_that_it_is_told():
    called: list[str] = []

    def noting(name: str) -> Any:
        def note(number: Any) -> Any:
            called.append(name)
            return np.float32(0)

        return note

    x = tf.placeholder(tf.float32, LARGE)
    large = tf.exp(x) * 2.0 + 1.0
    first = tf.py_func(noting("first"), [large], tf.float32)
    first.set_shape([])
    with tf.control_dependencies([first]):
        second = tf.py_func(noting("second"), [tf.constant(1.0)], tf.float32)
        second.set_shape([])
    after = tf.sin(large) + second
    with tf.Session() as session:
        for _ in range(3):
            session.run([after, second], {x: ones()})
        assert chains(session, [after, second], {x: ones()})
    assert called == ["first", "second"] * 3


def test_what_is_printed_comes_in_the_order_that_it_is_told(capfd):
    x = tf.placeholder(tf.float32, LARGE)
    large = tf.exp(x) * 2.0 + 1.0
    first = tf.Print(large, [tf.shape(large)], "first ")
    with tf.control_dependencies([first]):
        second = tf.Print(tf.constant(1.0), [tf.constant(2)], "second ")
    with tf.Session() as session:
        session.run([tf.sin(large) + second, first], {x: ones()})
    printed = capfd.readouterr().err
    assert 0 <= printed.index("first") < printed.index("second")


@pytest.mark.parametrize("runner", ["cond", "while_loop"])
def test_what_a_body_writes_is_read_after_it(runner):
    x = tf.placeholder(tf.float32, LARGE)
    u, v = tf.Variable(np.zeros(LARGE, np.float32)), tf.Variable(np.zeros(LARGE, np.float32))
    before = tf.assign_add(u, tf.exp(x))

    def writing(count: Any) -> Any:
        with tf.control_dependencies([tf.assign_add(v, tf.identity(x))]):
            return count + 1

    with tf.control_dependencies([before]):
        if runner == "cond":
            done = tf.cond(tf.reduce_sum(u[0]) > 0, lambda: writing(tf.constant(0)), lambda: tf.constant(0))
        else:
            done = tf.while_loop(lambda count: count < 1, writing, [tf.constant(0)])
    with tf.control_dependencies([done]):
        total = tf.reduce_sum(tf.sign(v * 1.0) + 1.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run([before.op, done, total], {x: ones()})[2] == 2 * 400 * 400


def test_a_sum_of_products_takes_them_as_they_were_when_they_were_made():
    w = tf.Variable(np.ones(100, np.float32))
    product, square = w * (w + 1.0), tf.square(w)
    with tf.control_dependencies([tf.assign_add(w, np.ones(100))]):
        late = [tf.reduce_sum(product), tf.reduce_sum(square)]
    early = tf.reduce_sum(product)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(late) == [200.0, 100.0]
        assert session.run(early) == 600.0


@pytest.mark.parametrize("optimizer", [tf.train.FtrlOptimizer, tf.train.AdamOptimizer])
def test_elements_that_are_replaced_later_keep_the_others(optimizer):
    """Half of Where is ready before a reduction and the other half after it: two chains fill one array."""
    x = tf.placeholder(tf.float32, LARGE)
    w = tf.Variable(np.full(LARGE, 0.25, np.float32))
    loss = tf.reduce_mean(tf.nn.softmax(w * x)[:, 0]) + tf.reduce_mean(tf.square(w)) * 0.0
    update = optimizer(0.1).minimize(loss)
    chosen = tf.where(tf.greater(x - tf.reduce_mean(x), 0.0), x / tf.reduce_max(x), tf.zeros_like(x) + w)
    found = []
    for patched in (False, True):
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            feed = {x: np.arange(160_000, dtype=np.float32).reshape(LARGE) / 160_000}
            if patched:
                with small_is_large():
                    found.append([session.run([chosen, update], feed)[0], session.run(w)])
            else:
                found.append([session.run([chosen, update], feed)[0], session.run(w)])
            assert chains(session, [chosen, update.done], feed)
    expected = np.where(feed[x] > feed[x].mean(), feed[x] / feed[x].max(), np.float32(0.25))
    assert np.array_equal(found[0][0], expected)
    assert [a.tobytes() for a in found[0]] == [a.tobytes() for a in found[1]]
