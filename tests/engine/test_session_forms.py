"""Sessions as programs make and set them; several threads that use one."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def test_an_interactive_session_is_the_default_until_it_is_closed():
    x, v = tf.placeholder(tf.float32), tf.Variable(2.0)
    session = tf.InteractiveSession()
    assert tf.get_default_session() is session
    v.initializer.run()
    assert (x * v).eval({x: 3.0}) == 6
    assert v.eval() == 2
    session.close()
    assert tf.get_default_session() is None
    with pytest.raises(RuntimeError, match="Attempted to use a closed Session"):
        session.run(v)


def test_an_interactive_session_makes_its_graph_the_default():
    other = tf.Graph()
    session = tf.InteractiveSession(graph=other)
    assert tf.constant(1.0).graph is other
    session.close()
    assert tf.constant(1.0).graph is not other


def test_settings_nest_and_are_taken():
    config = tf.ConfigProto(
        allow_soft_placement=True,
        log_device_placement=False,
        device_count={"GPU": 0},
        gpu_options=tf.GPUOptions(per_process_gpu_memory_fraction=0.3),
    )
    config.gpu_options.allow_growth = True
    config.graph_options.optimizer_options.global_jit_level = tf.OptimizerOptions.ON_1
    assert (config.gpu_options.per_process_gpu_memory_fraction, config.gpu_options.allow_growth) == (0.3, True)
    assert tf.ConfigProto().gpu_options.allow_growth is False
    assert repr(tf.ConfigProto(allow_soft_placement=True)) == "ConfigProto(allow_soft_placement=True)"
    with pytest.raises(AttributeError, match="has no 'allow_grow' field"):
        config.gpu_options.allow_grow = True
    with tf.Session("", config=config) as session:
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        assert session.run(tf.constant(1.0), options=options, run_metadata=tf.RunMetadata()) == 1


def test_another_machine_is_refused():
    with pytest.raises(tf.errors.UnimplementedError, match="is another machine; everything runs in this process"):
        tf.Session("grpc://elsewhere:2222")
    assert tf.Session("local").sess_str == b"local"


def test_callables_take_values_in_order():
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    with tf.Session() as session:
        run = session.make_callable(x - y, [y, x])
        assert run(1.0, 5.0) == 4
        with pytest.raises(ValueError, match="takes 2 values"):
            run(1.0)
        assert [device.device_type for device in session.list_devices()] == ["CPU"]


def test_several_threads_use_one_session_while_the_graph_grows(graph):
    v = tf.Variable(0.0)
    add = v.assign_add(1.0)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    failures, ready = [], threading.Barrier(4)

    def train():
        ready.wait()
        for _ in range(200):
            session.run(add)

    def build():
        ready.wait()
        with graph.as_default():
            for i in range(100):
                if session.run(tf.constant(float(i)) * 2.0) != 2 * i:
                    failures.append(i)

    threads = [threading.Thread(target=target) for target in (train, train, build, build)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert session.run(v) == 400


def test_two_sessions_in_two_threads_keep_their_values_apart(graph):
    v = tf.Variable(0.0)
    add, start = v.assign_add(1.0), tf.global_variables_initializer()
    results = {}

    def train(steps):
        session = tf.Session(graph=graph)
        session.run(start)
        for _ in range(steps):
            session.run(add)
        results[steps] = session.run(v)

    threads = [threading.Thread(target=train, args=(steps,)) for steps in (50, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {50: 50, 100: 100}


def test_errors_of_a_run_end_with_the_line_that_made_the_operation():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(x * 2.0)
    line = x.op.made_at[1]
    assert str(caught.value).endswith(f"(made in test_session_forms.py, line {line})")
    assert caught.value.op is x.op
    assert tf.get_default_graph().add("Constant").made_at is None


def test_a_column_of_a_table_of_anything_can_be_fed():
    table = np.array([[[1, 2], 3, 0.5], [[3, 4], 5, 1.5]], dtype=object)
    x, n = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [None])
    found = tf.Session().run([x * 2.0, n + 1], {x: table[:, 2], n: table[:, 1]})
    assert [each.tolist() for each in found] == [[1, 3], [4, 6]]
    with pytest.raises(ValueError, match="is not made of numbers or booleans"):
        tf.Session().run(x, {x: np.array([1.0, "a"], dtype=object)})
