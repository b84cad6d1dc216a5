"""What a Variable and a Tensor offer to programs: TensorFlow's names, and what each does."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def public(value):
    return {name for name in dir(value) if not name.startswith("_")}


def test_the_tutorials_exploration_shows_what_it_shows_with_tensorflow():
    w, x = tf.Variable([1.0], name="W"), tf.placeholder(tf.float32)
    assert public(w) & public(x) == set(
        "device dtype eval get_shape graph name op set_shape shape".split()  # noqa: SIM905
    )
    assert public(w) - public(x) == {
        "SaveSliceInfo",
        "assign",
        "assign_add",
        "assign_sub",
        "batch_scatter_update",
        "constraint",
        "count_up_to",
        "from_proto",
        "initial_value",
        "initialized_value",
        "initializer",
        "load",
        "read_value",
        "scatter_add",
        "scatter_nd_add",
        "scatter_nd_sub",
        "scatter_nd_update",
        "scatter_sub",
        "scatter_update",
        "to_proto",
        "trainable",
        "value",
    }
    assert public(x) - public(w) == {"OVERLOADABLE_OPERATORS", "consumers", "value_index"}
    assert all(hasattr(w, name) for name in public(w))
    assert all(hasattr(x, name) for name in x.OVERLOADABLE_OPERATORS)


def test_initial_values_and_values_for_others():
    first = tf.Variable(tf.random_normal([3]), name="first")
    typed = tf.Variable([1.0, 2.0], name="typed")
    copy = tf.Variable(first.initialized_value())
    assert typed.initial_value.name == "typed/initial_value:0"
    with tf.Session() as session:
        assert session.run(typed.initial_value).tolist() == [1, 2]
        session.run(tf.global_variables_initializer())
        a, b = session.run([first, copy])
        assert np.array_equal(a, b)
        session.run(first.assign([7.0, 8.0, 9.0]))
        session.run(copy.initializer)
        assert session.run(copy).tolist() == [7, 8, 9]


def test_load_sets_a_value_without_adding_to_the_graph(graph):
    v = tf.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="Either session argument should be provided"):
        v.load([3.0, 4.0])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = len(graph)
        v.load([3.0, 4.0])
        v.load([5.0, 6.0], session)
        assert len(graph) == before
        assert v.eval().tolist() == [5, 6]


def test_count_up_to_ends_at_its_limit():
    v = tf.Variable(0, name="v")
    count = v.count_up_to(3)
    with tf.Session() as session:
        session.run(v.initializer)
        assert [session.run(count) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 3"):
            session.run(count)
        assert session.run(v) == 3


def test_a_variable_comes_back_from_its_names():
    with tf.name_scope("a"):
        v = tf.Variable(1.0, name="v", trainable=False)
    proto = v.to_proto()
    assert (proto.variable_name, proto.initializer_name, proto.snapshot_name) == ("a/v:0", "a/v/Assign", "a/v/read:0")
    assert v.to_proto("a").variable_name == "v:0"
    assert v.to_proto("b") is None
    again = tf.Variable.from_proto(v.to_proto("a"), import_scope="a")
    assert again.op is v.op
    assert again.trainable is False
    assert tf.global_variables() == [v]


def test_rows_in_every_entry_of_a_batch_are_set():
    v = tf.Variable(np.zeros([2, 3]))
    change = v.batch_scatter_update(tf.IndexedSlices(np.array([[1.0, 2.0], [3.0, 4.0]]), [[0, 2], [2, 1]]))
    with tf.Session() as session:
        session.run(v.initializer)
        assert session.run(change).tolist() == [[1, 0, 2], [0, 4, 3]]


def test_assignments_give_the_operation_when_no_value_is_read():
    v = tf.Variable(1.0)
    change = v.assign_add(2.0, read_value=False)
    assert isinstance(change, tf.Operation)
    with tf.Session() as session:
        session.run(v.initializer)
        assert session.run(change) is None
        assert session.run(v) == 3


def test_slices_of_a_variable_describe_themselves():
    info = tf.Variable.SaveSliceInfo("v", [10, 4], [5, 0], [5, 4])
    assert info.spec == "10 4 5,5:0,4"
