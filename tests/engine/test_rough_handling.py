"""What programs do to a session that one would rather not: many threads, graphs that grow, very large and deep ones."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pytest

import engine as tf
from engine.formats import load_graph_file, save_graph

pytestmark = pytest.mark.usefixtures("graph")


def in_threads(count, work):
    """Runs ``work(number)`` in so many threads at one time; raises what one of them has raised."""
    failed = []
    ready = threading.Barrier(count)

    def one(number):
        try:
            ready.wait()
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_a_session_that_threads_share_gives_each_its_own_result():
    x = tf.placeholder(tf.float32, [None])
    doubled = x * 2.0
    counter = tf.Variable(0)
    count = counter.assign_add(1)
    with tf.Session() as session:
        session.run(counter.initializer)

        def work(number):
            for size in range(1, 30):
                found = session.run(doubled, {x: np.full(size, number)})
                np.testing.assert_array_equal(found, np.full(size, 2 * number))
                session.run(count)

        in_threads(8, work)
        assert session.run(counter) == 8 * 29


def test_a_graph_that_grows_while_sessions_run_it_in_other_threads(graph):
    x = tf.placeholder(tf.float32, [])
    v = tf.Variable(1.0)
    total = x + v
    made = []
    with tf.Session() as session:
        session.run(v.initializer)

        def work(number):
            with graph.as_default():
                for step in range(40):
                    if number % 2:
                        y = tf.add(total, float(step), name=f"grown_{number}")
                        made.append(y.name)
                        assert session.run(y, {x: 1.0}) == 2 + step
                    else:
                        assert session.run(total, {x: step}) == step + 1

        in_threads(6, work)
    assert len(set(made)) == len(made) == 3 * 40, "each has a name of its own"
    for op in graph.get_operations():
        assert graph.get_operation_by_name(op.name) is op


def test_a_graph_that_is_changed_while_a_session_runs_it_in_other_threads(graph):
    factor = tf.constant(0.0)
    x = tf.placeholder(tf.float32, [])
    result = x * factor
    done = threading.Event()
    with tf.Session() as session:

        def work(number):
            if number == 0:
                try:
                    for step in range(1, 100):
                        graph.set_attribute(factor.op, "value", float(step))
                        passing = graph.create("Constant", attributes={"value": 1.0})
                        graph.rename(passing, f"other_{step}")
                        graph.connect(passing.output, result.op, "x")
                        graph.connect(x, result.op, "x")
                        graph.remove(passing)
                finally:
                    done.set()
            while not done.is_set():
                assert session.run(result, {x: 1.0}) in range(100), (
                    "with one of the values, never with half of a change"
                )

        in_threads(4, work)
        assert session.run(result, {x: 1.0}) == 99


def test_sessions_in_threads_of_their_own_do_not_touch_each_other(graph):
    v = tf.Variable(0.0)
    add = v.assign_add(1.0)

    def work(number):
        with tf.Session(graph=graph) as session:
            session.run(v.initializer)
            for _ in range(number * 10):
                session.run(add)
            assert session.run(v) == number * 10

    in_threads(5, work)


def test_a_session_that_is_closed_while_others_run_it_refuses_them():
    x = tf.placeholder(tf.float32, [])
    y = x * 2.0
    session = tf.Session()
    refused = []

    def work(number):
        for step in range(200):
            if number == 0 and step == 20:
                session.close()
            try:
                assert session.run(y, {x: step}) == 2 * step
            except RuntimeError as error:
                refused.append(str(error))

    in_threads(4, work)
    assert refused and all(sentence.startswith("Attempted to use a closed Session.") for sentence in refused)
    session.close()


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (lambda: tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3])), ValueError),
        (lambda: tf.zeros([2, 3]) + tf.zeros([4]), ValueError),
        (lambda: tf.concat([tf.zeros([2, 3]), tf.zeros([3, 4])], 0), ValueError),
        (lambda: tf.stack([tf.zeros([2]), tf.zeros([3])]), ValueError),
        (lambda: tf.reshape(tf.zeros([6]), [4, 2]), ValueError),
        (lambda: tf.transpose(tf.zeros([2, 3]), [0, 1, 2]), ValueError),
        (lambda: tf.nn.conv2d(tf.zeros([1, 8, 8, 3]), tf.zeros([3, 3, 4, 8]), [1, 1, 1, 1], "SAME"), ValueError),
        (lambda: tf.nn.softmax_cross_entropy_with_logits(labels=tf.zeros([2, 3]), logits=tf.zeros([2, 4])), ValueError),
        (lambda: tf.assign(tf.Variable(tf.zeros([2])), tf.zeros([3])), ValueError),
        (lambda: tf.split(tf.zeros([5]), 2), ValueError),
        (lambda: tf.nn.bias_add(tf.zeros([2, 3]), tf.zeros([4])), ValueError),
        (lambda: tf.reduce_sum(tf.zeros([2, 3]), 2), ValueError),
        (lambda: tf.squeeze(tf.zeros([2, 3]), [0]), ValueError),
        (lambda: tf.constant([1]) + tf.constant([1.0]), TypeError),
        (lambda: tf.matmul(tf.zeros([1, 1], tf.float64), tf.zeros([1, 1])), TypeError),
        (lambda: tf.nn.relu(tf.constant("text")), TypeError),
        (lambda: tf.logical_and(tf.constant(1.0), tf.constant(True)), TypeError),
        (lambda: tf.gather(tf.zeros([3]), tf.constant([0.5])), TypeError),
        (lambda: tf.sqrt(tf.constant(4)), TypeError),
        (lambda: tf.where(tf.constant([1.0]), tf.zeros([1]), tf.zeros([1])), TypeError),
    ],
)
def test_what_cannot_fit_is_refused_when_it_is_built(graph, build, error):
    with pytest.raises(error):
        build()
    assert all(op.problem is None for op in graph.get_operations()), "what was refused is not in the graph"


def test_a_constant_of_ten_million_numbers_is_not_copied_without_need(graph, tmp_path):
    numbers = np.random.default_rng(0).random(10_000_000, np.float32)
    tracemalloc.start()
    try:
        big = tf.constant(numbers, name="big")
        total = tf.reduce_sum(big)
        with tf.Session() as session:
            found = session.run(total)
        built_and_run = tracemalloc.get_traced_memory()[1] / numbers.nbytes
        tracemalloc.reset_peak()
        path = tmp_path / "big.graph"
        save_graph(graph, path)
        model = load_graph_file(path)
        saved_and_read = tracemalloc.get_traced_memory()[1] / numbers.nbytes
    finally:
        tracemalloc.stop()
    np.testing.assert_allclose(found, numbers.sum(), rtol=1e-4)
    np.testing.assert_array_equal(model.graph.get_operation_by_name("big").attributes["value"], numbers)
    assert built_and_run < 1.5, "the graph's own copy, and no other"
    assert saved_and_read < 8, path.stat().st_size / numbers.nbytes


def test_ten_thousand_operations_in_a_chain():
    x = tf.placeholder(tf.float32, [])
    y = x
    for _ in range(10_000):
        y = y + 1.0
    (gradient,) = tf.gradients(y, x)
    with tf.Session() as session:
        assert session.run([y, gradient], {x: 0}) == [10_000, 1]
