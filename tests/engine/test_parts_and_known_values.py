"""Parts of arrays by their places, what is known of values, separable convolutions of sequences."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def test_what_is_a_tensor_and_what_its_value_is_when_it_is_known():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    assert (tf.is_tensor(x), tf.is_tensor(1), tf.is_tensor(tf.Variable(1.0))) == (True, False, True)
    assert (tf.is_numeric_tensor(x), tf.is_numeric_tensor(tf.constant("a")), tf.is_numeric_tensor(3)) == (
        True,
        False,
        False,
    )
    assert tf.get_static_value(x).tolist() == [[1, 2], [3, 4]]
    assert tf.get_static_value(tf.constant(7, shape=[2])).tolist() == [7, 7]
    assert tf.get_static_value(tf.constant("a")) == b"a"
    assert tf.get_static_value(tf.shape(x)).tolist() == [2, 2]
    assert tf.get_static_value(tf.placeholder(tf.float32)) is None
    assert tf.get_static_value(x * 2.0) is None
    assert tf.contrib.util.constant_value(tf.constant([1, 2])).tolist() == [1, 2]


def test_rows_and_places_of_a_tensor_are_changed_without_a_variable():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    found = tf.Session().run(
        [
            tf.tensor_scatter_update(x, [[1]], [[-9.0, 9.0]]),
            tf.tensor_scatter_add(x, [[1], [1]], [[9.0, 9.0], [1.0, 1.0]]),
            tf.tensor_scatter_sub(x, [[0, 1]], [5.0]),
        ]
    )
    assert [each.tolist() for each in found] == [[[1, 2], [-9, 9]], [[1, 2], [13, 14]], [[1, -3], [3, 4]]]
    y = tf.tensor_scatter_update(x, [[1]], [[9.0, 9.0]])
    assert (y.name, y.shape.as_list()) == ("TensorScatterUpdate_1:0", [2, 2])
    assert tf.Session().run(tf.gradients(y, x))[0].tolist() == [[1, 1], [0, 0]]


def test_parts_are_repeated():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    times = tf.placeholder(tf.int32, [None])
    session = tf.Session()
    found = session.run(
        [tf.repeat(x, 2, axis=0), tf.repeat([1, 2, 3], [1, 0, 2]), tf.repeat(x, 3), tf.repeat(x, [1, 2], -1)]
    )
    assert found[0].tolist() == [[1, 2], [1, 2], [3, 4], [3, 4]]
    assert found[1].tolist() == [1, 3, 3]
    assert found[2].tolist() == np.repeat([1, 2, 3, 4], 3).tolist()
    assert found[3].tolist() == [[1, 2, 2], [3, 4, 4]]
    assert session.run(tf.repeat(x, times, axis=0), {times: [0, 2]}).tolist() == [[3, 4], [3, 4]]


def test_places_of_a_flat_array_become_coordinates():
    session = tf.Session()
    assert session.run(tf.unravel_index([5, 3], [2, 3])).tolist() == [[1, 1], [2, 0]]
    assert session.run(tf.unravel_index(22, [2, 3, 4])).tolist() == [1, 2, 2]


def test_a_shape_is_made_sure_of():
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.ensure_shape(x, [3, None])
    assert (y.shape.as_list(), y.name) == ([3, 2], "EnsureShape:0")
    session = tf.Session()
    assert session.run(y, {x: np.ones([3, 2])}).sum() == 6
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not compatible with expected shape"):
        session.run(y, {x: np.ones([1, 2])})
    unknown = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not compatible with expected shape"):
        session.run(tf.ensure_shape(unknown, [None, 2]), {unknown: 1.0})
    with pytest.raises(ValueError, match="are not compatible"):
        tf.ensure_shape(x, [None, 3])
    with pytest.raises(ValueError, match=r"must have rank in \(0, 1\)"):
        tf.assert_rank_in(x, [0, 1])


def test_separable_convolutions_of_sequences():
    values = np.sin(np.arange(42.0)).reshape(2, 7, 3).astype(np.float32)
    y = tf.layers.separable_conv1d(values, 4, 3, strides=2, depth_multiplier=2, padding="same", use_bias=False)
    deep, point = tf.trainable_variables()
    assert (deep.shape.as_list(), point.shape.as_list()) == ([3, 3, 2], [1, 6, 4])
    assert deep.op.name == "separable_conv1d/depthwise_kernel"
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    found, d, p = session.run([y, deep, point])
    padded = np.pad(values, ((0, 0), (1, 1), (0, 0)))
    windows = np.stack([padded[:, at : at + 3] for at in range(0, 7, 2)], 1)
    apart = np.einsum("bskc,kcm->bscm", windows, d).reshape(2, 4, 6)
    np.testing.assert_allclose(found, apart @ p[0], rtol=1e-4, atol=1e-6)
