"""Asking whether variables have values, and what runs may not be fed or asked for."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def test_a_variable_can_be_asked_whether_it_has_a_value():
    v, w = tf.Variable([1.0, 2.0]), tf.Variable(3.0, name="w")
    asked = tf.is_variable_initialized(v), tf.is_variable_initialized(w)
    assert asked[0].name == "IsVariableInitialized:0"
    session = tf.Session()
    assert session.run(asked) == (False, False)
    session.run(v.initializer)
    assert session.run(asked) == (True, False)
    assert session.run(asked)[0].dtype == np.bool_
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value w"):
        session.run([asked[1], w])
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value w"):
        session.run([asked[1], w + 1.0])
    session.run(tf.cond(asked[0], lambda: tf.no_op(), lambda: v.assign([0.0, 0.0]).op))
    w.load(4.0, session)
    assert session.run(asked) == (True, True)


def test_the_variables_without_values_are_reported_by_name():
    v = tf.Variable(1.0)
    local = tf.Variable(2.0, name="w", collections=[tf.GraphKeys.LOCAL_VARIABLES])
    report, some = tf.report_uninitialized_variables(), tf.report_uninitialized_variables([v])
    ready = tf.assert_variables_initialized()
    assert report.name.startswith("report_uninitialized_variables/")
    session = tf.Session()
    assert session.run(report).tolist() == [b"Variable", b"w"]
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value Variable"):
        session.run(ready)
    session.run(v.initializer)
    assert session.run(report).tolist() == [b"w"]
    assert session.run(some).tolist() == []
    session.run(local.initializer)
    assert session.run(report).tolist() == []
    assert session.run(ready).tolist() == [0, 0]


def test_nothing_is_reported_where_there_are_no_variables():
    assert tf.assert_variables_initialized() is None
    assert tf.Session().run(tf.report_uninitialized_variables()).tolist() == []


def test_what_may_not_be_fed_is_refused(graph):
    x = tf.constant([1.0, 2.0], name="x")
    y = x * 2.0
    graph.prevent_feeding(x)
    assert not graph.is_feedable(x)
    with pytest.raises(ValueError, match="Tensor x:0 may not be fed"):
        tf.Session().run(y, {x: [1.0, 1.0]})
    assert tf.Session().run(y).tolist() == [2, 4]


def test_what_may_not_be_fetched_is_refused(graph):
    x = tf.constant([1.0, 2.0], name="x")
    graph.prevent_fetching(x.op)
    with pytest.raises(ValueError, match="Operation 'x' has been marked as not fetchable"):
        tf.Session().run(x)
    assert tf.Session().run(x * 2.0).tolist() == [2, 4]


def test_get_variable_needs_an_initializer_or_a_shape():
    with pytest.raises(ValueError, match="Variable other did not get an initializer, so its `shape` argument must be"):
        tf.get_variable("other")
    with pytest.raises(ValueError, match=r"Shape of a new variable \(w\) must be fully defined"):
        tf.get_variable("w", [None, 2])


def test_a_flat_value_fills_a_shape_of_as_many_elements():
    b = tf.constant([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], shape=[2, 3])
    nested = tf.constant([[1, 2, 3], [4, 5, 6]], shape=[3, 2])
    v = tf.get_variable("v", [2, 2], initializer=tf.constant_initializer([1.0, 2.0, 3.0, 4.0]))
    session = tf.Session()
    session.run(tf.initializers.global_variables())
    assert session.run(b).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert session.run(nested).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert session.run(v).tolist() == [[1, 2], [3, 4]]


def test_an_operation_is_described_as_tensorflow_describes_it():
    x = tf.constant([1.0, 2.0], name="x")
    y = tf.reduce_sum(x, name="total")
    node = y.op.node_def
    assert (node.name, node.op, node.input[0], y.op.op_def.name) == ("total", "Sum", "x", "Sum")
    assert y.op.values() == (y,)
    assert y.op.colocation_groups() == [b"loc:@total"]
    assert y.op.traceback[0][0].endswith("test_initialized_variables.py")
    assert tf.no_op().node_def.op == "NoOp"


def test_products_with_weights_and_a_bias():
    x, w, b = np.array([[1.0, -2.0]], np.float32), np.array([[1.0, 2.0], [3.0, 0.5]], np.float32), [0.5, 0.25]
    y, rectified = tf.nn.xw_plus_b(x, w, b), tf.nn.relu_layer(x, w, b)
    assert (y.name, rectified.name) == ("xw_plus_b:0", "relu_layer:0")
    assert tf.Session().run([y, rectified])[0].tolist() == [[-4.5, 1.25]]
    assert tf.Session().run(rectified).tolist() == [[0, 1.25]]


def test_polynomials_and_functions_that_are_zero_where_they_are_undefined():
    x = tf.constant([0.0, 2.0])
    results = tf.Session().run(
        [
            tf.math.polyval([1.0, 2.0, tf.constant(3.0)], x),
            tf.math.polyval([], x),
            tf.math.reciprocal_no_nan(x),
            tf.math.xlog1py(x, -1.0 + x),
        ]
    )
    assert results[0].tolist() == [3, 11]
    assert results[1].tolist() == [0, 0]
    assert results[2].tolist() == [0, 0.5]
    np.testing.assert_allclose(results[3], [0, 2 * np.log(2)], rtol=1e-6)
    with pytest.raises(ValueError, match="Argument coeffs must be list type"):
        tf.math.polyval((1.0,), x)
