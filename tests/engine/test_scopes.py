"""Scopes, collections, order and shared variables, as TensorFlow 1 has them."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def test_names_of_variables_obey_scopes_as_tensorflows_do():
    assert [tf.Variable(1.0).name for _ in range(2)] == ["Variable:0", "Variable_1:0"]
    w = tf.Variable([1.0], name="W")
    assert (w.value().name, w.initializer.name) == ("W/read:0", "W/Assign")
    with tf.name_scope("a"):
        assert tf.Variable(1.0, name="W").name == "a/W:0"
        assert tf.get_variable("shared", []).name == "shared:0"
        assert tf.constant(1.0).name == "a/Const:0"
    with tf.name_scope("a") as scope:
        assert scope == "a_1/"
    with tf.variable_scope("v"):
        assert tf.get_variable("w", [2]).name == "v/w:0"
        assert tf.Variable(1.0, name="w").name == "v/w_1:0"
    with tf.variable_scope("v", reuse=True):
        assert tf.get_variable("w").name == "v/w:0"
        assert tf.constant(1.0).name == "v_1/Const:0"


def test_name_scopes_are_left_entered_again_and_refused():
    with tf.name_scope("outer"):
        with tf.name_scope("inner") as inner:
            assert inner == "outer/inner/"
        with tf.name_scope(None) as top:
            assert top == ""
            assert tf.constant(1.0).op.name == "Const"
        with tf.name_scope(inner):
            assert tf.constant(1.0).op.name == "outer/inner/Const"
    with tf.name_scope(None, "default", [tf.constant(1.0)]) as scope:
        assert scope == "default/"
    with pytest.raises(ValueError, match="'a b' is not a valid scope name"), tf.name_scope("a b"):
        pass


def test_names_are_made_unique_without_regard_to_case(graph):
    """As recorded from TensorFlow."""
    x = tf.placeholder(tf.float32, [4])
    made = [tf.reduce_mean(x)]
    with tf.name_scope("mean"):
        made += [tf.constant(1.0, name="C"), tf.constant(1.0, name="c")]
    with tf.name_scope("Mean"):
        made += [tf.constant(1.0, name="C")]
    made += [tf.identity(x, name="MEAN"), tf.identity(x, name="mean"), tf.add(x, x), x + x]
    assert [tensor.op.name for tensor in made] == [
        "Mean", "mean_1/C", "mean_1/c_1", "Mean_2/C", "MEAN_3", "mean_4", "Add", "add_1",
    ]  # fmt: skip
    renamed = made[0].op
    graph.rename(renamed, "other")
    graph.remove(made[4].op)
    assert graph.unique_name("OTHER") == "OTHER_1"


def test_variable_scopes_of_the_same_default_name_are_numbered():
    names = []
    for _ in range(2):
        with tf.variable_scope(None, default_name="layer") as scope:
            names.append((scope.name, scope.original_name_scope, tf.get_variable("w", [1]).op.name))
    assert names == [("layer", "layer/", "layer/w"), ("layer_1", "layer_1/", "layer_1/w")]


def test_variables_are_shared_by_name():
    with tf.variable_scope("s") as scope:
        first = tf.get_variable("w", [2, 3])
        scope.reuse_variables()
        assert tf.get_variable("w", [2, 3]) is first
    with tf.variable_scope(scope, reuse=True):
        assert tf.get_variable("w") is first
        with tf.variable_scope("deeper") as deeper:
            assert deeper.reuse is True
            assert deeper.name == "s/deeper"
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("w", [2, 3]) is first
        assert tf.get_variable("new", [1]) is tf.get_variable("new", [1])


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: tf.get_variable("w", [2]), "Variable w already exists, disallowed. Did you mean to set reuse=True"),
        (lambda: _reused("missing"), "Variable missing does not exist, or was not created with tf.get_variable()"),
        (lambda: _reused("w", [3]), r"Trying to share variable w, but specified shape \(3,\) and found shape \(2,\)."),
        (
            lambda: _reused("w", [2], tf.float64),
            "Trying to share variable w, but specified dtype float64 and found dtype float32",
        ),
        (lambda: tf.get_variable("x"), r"Shape of a new variable \(x\) must be fully defined"),
        (lambda: tf.get_variable("x", [None, 2]), r"Shape of a new variable \(x\) must be fully defined"),
        (
            lambda: tf.get_variable("x", [2], initializer=tf.zeros([2])),
            "If initializer is a constant, do not specify shape.",
        ),
    ],
)
def test_what_get_variable_refuses(build, words):
    tf.get_variable("w", [2])
    with pytest.raises(ValueError, match=words):
        build()


def _reused(*args):
    with tf.variable_scope("", reuse=True):
        return tf.get_variable(*args)


def test_initializers_of_every_form():
    values = {
        "array": tf.get_variable("array", initializer=np.array([1.0, 2.0], np.float32)),
        "tensor": tf.get_variable("tensor", initializer=tf.constant([3, 4])),
        "function": tf.get_variable("function", [2], initializer=lambda shape, dtype: tf.ones(shape, dtype) * 5.0),
        "class": tf.get_variable("class", [2], initializer=tf.zeros_initializer),
        "whole": tf.get_variable("whole", [2], dtype=tf.int32),
    }
    with tf.variable_scope("s", initializer=tf.constant_initializer(7.0)):
        values["scope"] = tf.get_variable("w", [2])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = {key: value.tolist() for key, value in session.run(values).items()}
    assert found == {
        "array": [1, 2],
        "tensor": [3, 4],
        "function": [5, 5],
        "class": [0, 0],
        "whole": [0, 0],
        "scope": [7, 7],
    }
    assert values["tensor"].dtype == tf.int32


def test_floats_begin_with_the_glorot_uniform_distribution():
    w = tf.get_variable("w", [200, 100])
    with tf.Session() as session:
        session.run(w.initializer)
        value = session.run(w)
    limit = np.sqrt(6 / 300)
    assert 0.98 * limit < np.abs(value).max() <= limit
    assert abs(value.mean()) < limit / 50


def test_regularizers_gather_losses_of_scopes():
    with tf.variable_scope("s", regularizer=lambda w: tf.reduce_sum(w) * 0.5):
        tf.get_variable("w", initializer=tf.constant([1.0, 2.0]))
        tf.get_variable("b", [1], regularizer=tf.no_regularizer)
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert [loss.op.name.startswith("s/w/Regularizer/") for loss in losses] == [True]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(losses) == [1.5]


def test_custom_getters_change_what_get_variable_gives():
    def doubled(getter, name, *args, **kwargs):
        return getter(name, *args, **kwargs) * 2.0

    with tf.variable_scope("s", custom_getter=doubled):
        twice = tf.get_variable("w", initializer=tf.constant(3.0))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(twice) == 6


def test_collections_of_variables_hold_the_same_objects():
    w = tf.Variable(1.0, name="w")
    frozen = tf.Variable(1.0, trainable=False)
    local = tf.Variable(1.0, collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
    kept = tf.Variable(1.0, collections=["mine"], name="kept")
    assert tf.global_variables() == [w, frozen]
    assert tf.trainable_variables() == [w, kept]
    assert tf.local_variables() == [local]
    assert tf.get_collection("mine") == [kept]
    with tf.variable_scope("s"):
        inside = tf.get_variable("x", [1])
    assert tf.global_variables("s/") == tf.trainable_variables(scope="s") == [inside]


def test_variables_of_a_file_join_the_collections(graph):
    op = graph.add("Variable", "from_file")
    assert [variable.op for variable in tf.trainable_variables()] == [op]
    assert tf.trainable_variables()[0] is tf.global_variables()[0]


def test_templates_share_their_variables():
    def scaled(x):
        return x * tf.get_variable("w", initializer=tf.constant(2.0))

    template = tf.make_template("scale", scaled)
    results = template(tf.constant(1.0)), template(tf.constant(5.0))
    assert [variable.op.name for variable in tf.global_variables()] == ["scale/w"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(results) == (2, 10)


def test_operations_in_a_block_run_after_what_it_names():
    v = tf.Variable(1.0)
    outside = v * 10.0
    with tf.control_dependencies([v.assign_add(1.0)]):
        inside = tf.identity(v), v.read_value(), v + 0.0, tf.constant(5.0), tf.identity(outside)
        with tf.control_dependencies(None):
            free = v * 100.0
    with tf.Session() as session:
        for expected in ((2, 2, 2, 5, 10), (3, 3, 3, 5, 20)):
            if expected[0] == 2:
                session.run(v.initializer)
            assert session.run(inside) == expected
        assert session.run(free) == 300
        assert session.run(v) == 3


def test_blocks_in_each_other_add_up_and_take_names_and_variables(graph):
    a, b, c = (tf.Variable(0.0, name=name) for name in "abc")
    add_a, add_b = a.assign_add(1.0), b.assign_add(1.0)
    with tf.control_dependencies([add_a]), tf.control_dependencies([add_b.op.name, c]):
        done = tf.no_op()
    assert {op.name for op in done.control_inputs} == {add_a.op.name, add_b.op.name, "c"}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(done)
        assert session.run([a, b]) == [1, 1]
    with pytest.raises(TypeError, match="Control input must be Operation, Tensor"), graph.control_dependencies([3]):
        pass


def test_what_takes_a_value_made_in_the_block_needs_no_order_of_its_own(graph):
    v = tf.Variable(1.0)
    update = v.assign_add(1.0)
    with graph.control_dependencies([update]):
        first = tf.identity(v)
        second = tf.square(first)
    assert first.op.control_inputs == [update.op]
    assert second.op.control_inputs == []


def test_training_after_updates_as_batch_normalization_wants_it():
    w, moving = tf.Variable(2.0), tf.Variable(0.0, trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, moving.assign(w * 3.0))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(w))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        assert session.run([w, moving]) == [pytest.approx(1.6), 6]


def test_devices_are_kept_in_tensorflows_form():
    with tf.device("/gpu:0"):
        assert tf.constant(1.0).device == "/device:GPU:0"
        with tf.device("/job:worker/task:1"):
            a = tf.constant(1.0)
            assert a.device == "/job:worker/task:1/device:GPU:0"
        with tf.device(None):
            assert tf.constant(1.0).device == ""
    with tf.device(lambda op: "/cpu:0"):
        assert tf.constant(1.0).device == "/device:CPU:0"
    with tf.colocate_with(a):
        assert tf.constant(1.0).device == a.device
    with tf.Session() as session:
        assert session.run(a) == 1
    with pytest.raises(ValueError, match="Unknown attribute: 'nonsense' in '/nonsense'"), tf.device("/nonsense"):
        pass


def test_a_finalized_graph_runs_and_does_not_grow(graph):
    x = tf.constant(1.0)
    graph.finalize()
    assert graph.finalized
    with pytest.raises(RuntimeError, match="Graph is finalized and cannot be modified"):
        tf.constant(2.0)
    with tf.Session() as session:
        assert session.run(x) == 1
    assert len(graph) == 1


def test_elements_of_a_graph_are_found_by_name_and_object(graph):
    x, v = tf.constant(1.0, name="x"), tf.Variable(1.0, name="v")
    assert graph.as_graph_element("x:0") is graph.as_graph_element(x) is x
    assert graph.as_graph_element("x") is x.op
    assert graph.as_graph_element(v).op is v.op
    with pytest.raises(KeyError, match="refers to an Operation not in the graph"):
        graph.as_graph_element("y")
    with pytest.raises(TypeError, match="Can not convert a int into a Tensor"):
        graph.as_graph_element(3, allow_operation=False)
    with pytest.raises(ValueError, match="is not an element of this graph"):
        graph.as_graph_element(tf.Graph().apply("Constant", value=1.0))


def test_each_thread_is_in_blocks_of_its_own_and_all_add_to_one_graph(graph):
    names, ready = [], threading.Barrier(4)

    def build(number):
        with graph.as_default(), graph.name_scope(f"thread{number}"):
            ready.wait()
            names.extend(tf.constant(float(i)).op.name for i in range(100))

    threads = [threading.Thread(target=build, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == len(graph) == 400
    assert {name.partition("/")[0] for name in names} == {f"thread{number}" for number in range(4)}
