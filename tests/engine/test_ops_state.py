"""Variables, what changes them, and random numbers."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph import DTypeError, Graph, ShapeError
from tests.engine.reference import Kernel

pytestmark = pytest.mark.usefixtures("graph")


def test_assignments_change_the_variable_in_place_and_give_the_new_value():
    v = tf.Variable([1.0, 2.0])
    session = tf.Session()
    session.initialize()
    assert session.run(v.assign_add([1.0, 1.0])).tolist() == [2, 3]
    assert session.run(v.assign_sub([0.5, 0.5])).tolist() == [1.5, 2.5]
    assert session.run(v.assign([7.0, 8.0])).tolist() == [7, 8]
    assert session.run(v).tolist() == [7, 8]
    assert session.run(v).dtype == np.float32


@pytest.mark.parametrize(("op_type", "expected"), [("Assign", [5, 5]), ("AssignAdd", [6, 7]), ("AssignSub", [-4, -3])])
def test_assigning_kernels_write_into_the_variables_own_array(graph, op_type, expected):
    variable = tf.Variable([1.0, 2.0])
    op = graph.create(op_type, {"variable": variable, "value": [5.0, 5.0]})
    array, value = np.array([1, 2], np.float32), np.array([5, 5], np.float32)
    result = Kernel(op, [array, value]).function(array, value)
    assert result is array
    assert array.tolist() == expected
    assert value.tolist() == [5, 5]


def test_initial_values_wired_to_a_variable():
    start = tf.placeholder(tf.float32, [2])
    v = tf.Variable(start * 2.0)
    assert v.shape.dims == (2,)
    session = tf.Session()
    session.run(v.initializer, {start: [1, 2]})
    assert session.run(v).tolist() == [2, 4]
    with pytest.raises(DTypeError, match="is float64, but its initial value is float32"):
        tf.Variable(start, dtype="float64")


def test_a_variables_shape_and_its_wired_initial_value_must_agree(graph):
    variable = graph.add("Variable", attributes={"shape": [3]})
    assert variable.output.shape.dims == (3,)
    graph.connect(tf.zeros([2]), variable, "initial_value")
    assert "make them equal" in variable.problem.message
    assert graph.set_attribute(variable, "shape", [None]) == {variable}
    assert variable.problem is None
    assert variable.output.shape.dims == (2,)


def test_random_normal_has_its_mean_and_deviation():
    numbers = tf.Session(seed=1).run(tf.random_normal([100, 100], mean=3.0, stddev=0.5))
    assert numbers.dtype == np.float32
    assert abs(numbers.mean() - 3) < 0.02
    assert abs(numbers.std() - 0.5) < 0.02


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_random_uniform_stays_within_its_bounds(dtype):
    numbers = tf.Session(seed=1).run(tf.random_uniform([100, 100], -1.0, 2.0, dtype))
    assert numbers.dtype == dtype
    assert numbers.min() >= -1
    assert numbers.max() < 2
    assert abs(numbers.mean() - 0.5) < 0.05
    near = tf.Session(seed=1).run(tf.random_uniform([1000], 1.0, 1.0000002, dtype))
    assert (near < np.array(1.0000002, dtype)).all(), "rounding must not reach the upper bound"
    assert (tf.Session().run(tf.random_uniform([3], 1.0, 1.0, dtype)) == 1).all()


@pytest.mark.parametrize("shape", [[], [0], [2, 0], [3, 2]])
def test_random_numbers_of_any_shape(shape):
    for tensor in (tf.random_normal(shape, seed=1), tf.random_uniform(shape, seed=1)):
        first, again = tf.Session(seed=5).run(tensor), tf.Session(seed=5).run(tensor)
        assert np.shape(first) == tuple(shape)
        np.testing.assert_array_equal(first, again)


def test_ones_and_zeros_fill_a_shape():
    session = tf.Session()
    assert session.run(tf.zeros([2, 2], "int32")).tolist() == [[0, 0], [0, 0]]
    assert session.run(tf.ones([3])).tolist() == [1, 1, 1]
    assert session.run(tf.constant([1.0, 2.0], shape=[2, 2])).tolist() == [[1, 2], [2, 2]]
    with pytest.raises(ShapeError):
        tf.constant([1.0, 2.0, 3.0], shape=[2])
    with pytest.raises(TypeError, match="Expected Tensor's shape"):
        tf.constant([1.0, 2.0], shape=[3], verify_shape=True)


def test_a_constant_cannot_be_changed_through_a_result():
    constant = tf.constant([1.0, 2.0])
    session = tf.Session()
    first = session.run(constant)
    first[:] = 9
    assert session.run(constant).tolist() == [1, 2]


def test_default_attributes_are_not_shared():
    first, second = Graph().add("Variable"), Graph().add("Variable")
    session = tf.Session(graph=first.graph)
    session.initialize()
    session.set_value(first, 4.0)
    assert second.attributes["initial_value"] == 0
    assert first.attributes["initial_value"] == 0
