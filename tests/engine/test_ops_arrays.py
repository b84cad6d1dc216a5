"""Cutting, joining, counting and choosing, also where only the values decide the shapes: against numpy."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import run
from tests.engine.reference import numeric_gradient

pytestmark = pytest.mark.usefixtures("graph")


def check_gradient(build, *arrays):
    """The gradient of Σ w · build(x …), with fixed weights w, against central differences."""
    places = [tf.placeholder(tf.float64, array.shape) for array in arrays]
    results = build(*places)
    results = results if isinstance(results, list | tuple) else [results]
    weights = [np.random.default_rng(7 + i).normal(size=run(r, dict(zip(places, arrays, strict=True))).shape)
               for i, r in enumerate(results)]  # fmt: skip
    loss = sum(tf.reduce_sum(result * weight) for result, weight in zip(results, weights, strict=True))
    gradients = tf.gradients(loss, places)
    session = tf.Session()

    def value(*given):
        return float(session.run(loss, dict(zip(places, given, strict=True))))

    found = session.run(gradients, dict(zip(places, arrays, strict=True)))
    for index, gradient in enumerate(found):
        np.testing.assert_allclose(gradient, numeric_gradient(value, arrays, index), rtol=1e-6, atol=1e-8)


X = np.arange(24.0).reshape(2, 3, 4) / 7 - 1.3


@pytest.mark.parametrize(
    "index",
    [0, -1, (slice(None), 1), (Ellipsis, 2), (slice(None), None, slice(0, 3, 2)), (1, 2, 3), slice(None, None, -1)],
)
def test_indexing_is_numpys(index):
    np.testing.assert_array_equal(run(tf.constant(X)[index]), X[index])
    check_gradient(lambda x: x[index], X)


def test_bounds_may_be_tensors():
    x, n = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.int32, [])
    rows, one, last = x[:n], x[n, 1], x[n - 1 :, -1]
    assert (rows.shape.as_list(), one.shape.as_list(), last.shape.as_list()) == ([None, 3], [], [None])
    data = np.arange(12.0).reshape(4, 3)
    got = run([rows, one, last, tf.gradients(rows * rows, x)[0]], {x: data, n: 2})
    np.testing.assert_array_equal(got[0], data[:2])
    assert got[1] == data[2, 1]
    np.testing.assert_array_equal(got[2], data[1:, -1])
    np.testing.assert_array_equal(got[3], np.where(np.arange(4)[:, None] < 2, 2 * data, 0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="slice index 9 of dimension 0 out of bounds"):
        run(one, {x: data, n: 9})


def test_what_is_no_index_is_refused():
    x = tf.constant(X)
    with pytest.raises(TypeError, match="Only integers, slices"):
        x["a"]
    with pytest.raises(ValueError, match="slice index 2 of dimension 0 out of bounds"):
        x[2]
    with pytest.raises(ValueError, match="Index out of range using input dim 3"):
        x[0, 0, 0, 0]


def test_split_and_unstack():
    parts = tf.split(tf.constant(X), 2, axis=2)
    assert [part.shape.as_list() for part in parts] == [[2, 3, 2]] * 2
    for got, expected in zip(run(parts), np.split(X, 2, 2), strict=True):
        np.testing.assert_array_equal(got, expected)
    uneven = tf.split(tf.constant(X), [1, -1], 1)
    assert [part.shape.as_list() for part in uneven] == [[2, 1, 4], [2, 2, 4]]
    np.testing.assert_array_equal(run(uneven)[1], X[:, 1:])
    rows = tf.unstack(tf.constant(X), axis=1)
    np.testing.assert_array_equal(run(rows[2]), X[:, 2])
    check_gradient(lambda x: tf.split(x, 3, 1), X)
    check_gradient(lambda x: tf.split(x, [3, 1], 2)[1], X)
    check_gradient(lambda x: tf.unstack(x, axis=2)[1:3], X)
    with pytest.raises(ValueError, match="evenly divisible by 2 but is 3"):
        tf.split(tf.constant(X), 2, 1)
    with pytest.raises(ValueError, match="Cannot infer num from shape"):
        tf.unstack(tf.placeholder(tf.float32))


def test_shapes_are_followed_through_the_tensors_they_are_computed_with():
    x = tf.placeholder(tf.float32, [None, 6])
    rows = tf.shape(x)[0]
    assert tf.reshape(x, [rows, 2, 3]).shape.as_list() == [None, 2, 3]
    assert tf.reshape(x, tf.stack([rows, 3, 2])).shape.as_list() == [None, 3, 2]
    assert tf.reshape(x, tf.concat([tf.shape(x)[:1], [3, 2]], 0)).shape.as_list() == [None, 3, 2]
    assert tf.reshape(x, [-1, tf.shape(x)[1] * 2]).shape.as_list() == [None, 12]
    assert tf.zeros([rows, 5]).shape.as_list() == [None, 5]
    assert tf.fill(tf.shape(x), 1.0).shape.as_list() == [None, 6]
    assert tf.tile(x, [2, 3]).shape.as_list() == [None, 18]
    assert tf.range(tf.size(tf.ones([2, 3]))).shape.as_list() == [6]
    np.testing.assert_array_equal(run(tf.reshape(x, [rows * 2, -1]), {x: np.ones((2, 6))}), np.ones((4, 3)))


def test_a_shape_that_is_fed():
    sizes, count = tf.placeholder(tf.int32, [2]), tf.placeholder(tf.int32, [])
    x = tf.placeholder(tf.float32)
    results = [tf.fill(sizes, 3.0), tf.reshape(x, sizes), tf.range(count) * 2, tf.tile(x, count[None])]
    got = run(results, {sizes: [2, 3], count: 2, x: np.arange(6)})
    np.testing.assert_array_equal(got[0], np.full((2, 3), 3.0))
    np.testing.assert_array_equal(got[1], np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(got[2], [0, 2])
    np.testing.assert_array_equal(got[3], np.tile(np.arange(6), 2))


@pytest.mark.parametrize(
    ("arguments", "expected", "dtype"),
    [
        ((5,), [0, 1, 2, 3, 4], tf.int32),
        ((3, 9, 2), [3, 5, 7], tf.int32),
        ((3, 0, -1), [3, 2, 1], tf.int32),
        ((0.0, 1.0, 0.25), [0.0, 0.25, 0.5, 0.75], tf.float32),
        ((4, 4), [], tf.int32),
    ],
)
def test_range(arguments, expected, dtype):
    result = tf.range(*arguments)
    assert result.dtype == dtype
    assert result.shape.as_list() == [len(expected)]
    np.testing.assert_allclose(run(result), expected)


def test_range_refuses_what_never_ends():
    with pytest.raises(ValueError, match="delta != 0"):
        tf.range(0, 3, 0)
    with pytest.raises(ValueError, match="requires start <= limit when delta > 0: 5/1"):
        tf.range(5, 1)


def test_where_gives_indices_and_chooses_rows():
    x = np.array([[1.0, -2.0], [-3.0, 4.0], [5.0, 6.0]])
    places = tf.where(tf.constant(x) > 0)
    assert places.dtype == tf.int64
    assert places.shape.as_list() == [None, 2]
    np.testing.assert_array_equal(run(places), [[0, 0], [1, 1], [2, 0], [2, 1]])
    rows = tf.where([True, False, True], tf.constant(x), tf.zeros([3, 2], tf.float64))
    np.testing.assert_array_equal(run(rows), [[1, -2], [0, 0], [5, 6]])
    with pytest.raises(ValueError, match="both be non-None"):
        tf.where([True], 1.0)


def test_masks():
    mask = np.array([[True, False, True], [False, False, True]])
    chosen = tf.boolean_mask(tf.constant(X), mask)
    assert chosen.shape.as_list() == [None, 4]
    np.testing.assert_array_equal(run(chosen), X[mask])
    np.testing.assert_array_equal(run(tf.boolean_mask(X, [True, False, True], axis=1)), X[:, [0, 2]])
    check_gradient(lambda x: tf.boolean_mask(x, mask) ** 2, X)
    assert run(tf.reduce_mean(tf.boolean_mask(X, np.zeros((2, 3), bool)))) != 0  # NaN: the mean of nothing
    with pytest.raises(ValueError, match="are incompatible"):
        tf.boolean_mask(X, [True, False, True])


def test_unique_and_difference():
    values, which, counts = run(tf.unique_with_counts([3, 1, 3, 2, 1, 3]))
    np.testing.assert_array_equal(values, [3, 1, 2])
    np.testing.assert_array_equal(which, [0, 1, 0, 2, 1, 0])
    np.testing.assert_array_equal(counts, [3, 2, 1])
    left, places = run(tf.setdiff1d([1, 2, 3, 4], [2, 4]))
    np.testing.assert_array_equal(left, [1, 3])
    np.testing.assert_array_equal(places, [0, 2])


def test_partition_and_stitch():
    data, parts = np.arange(10.0).reshape(5, 2), [0, 1, 0, 2, 1]
    pieces = run(tf.dynamic_partition(data, parts, 3))
    np.testing.assert_array_equal(pieces[1], data[[1, 4]])
    back = tf.dynamic_stitch(tf.dynamic_partition(tf.range(5), parts, 3), tf.dynamic_partition(data, parts, 3))
    np.testing.assert_array_equal(run(back), data)
    check_gradient(lambda x: [part**2 for part in tf.dynamic_partition(x, parts, 3)[:2]], data)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"partitions\[1\] = 7 is not in \[0, 3\)"):
        run(tf.dynamic_partition(data, [0, 7, 0, 2, 1], 3))


def test_masks_of_sequences_grids_and_rolls():
    np.testing.assert_array_equal(run(tf.sequence_mask([1, 0, 3])), np.tri(4, dtype=bool)[[1, 0, 3]][:, :3] & (
        np.arange(3) < np.array([[1], [0], [3]])))  # fmt: skip
    np.testing.assert_array_equal(run(tf.sequence_mask([1, 2], 4, tf.float32)), [[1, 0, 0, 0], [1, 1, 0, 0]])
    for indexing in ("xy", "ij"):
        got = run(tf.meshgrid([1, 2], [3, 4, 5], [6], indexing=indexing))
        for ours, theirs in zip(got, np.meshgrid([1, 2], [3, 4, 5], [6], indexing=indexing), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(run(tf.roll(tf.constant(X), [1, -1], [0, 2])), np.roll(X, [1, -1], [0, 2]))


def test_one_hot_puts_the_new_axis_where_it_is_asked_for():
    indices = [[0, 2], [1, -1]]
    np.testing.assert_array_equal(run(tf.one_hot(indices, 3, axis=0)), np.moveaxis(run(tf.one_hot(indices, 3)), -1, 0))
    assert tf.one_hot(indices, 3, 5, 0).dtype == tf.int32
    np.testing.assert_array_equal(run(tf.one_hot([1], 2, on_value=5, off_value=7)), [[7, 5]])


def test_old_orders_of_arguments():
    x = tf.constant(X)
    np.testing.assert_array_equal(run(tf.concat(1, [x, x])), np.concatenate([X, X], 1))
    np.testing.assert_array_equal(run(tf.split(0, 2, x)[1]), X[1:])
    np.testing.assert_array_equal(run(tf.expand_dims(x, dim=0)), X[None])
    np.testing.assert_array_equal(run(tf.squeeze(x[:1], squeeze_dims=[0])), X[0])
    np.testing.assert_array_equal(run(tf.pack([x[0], x[1]])), X)


def test_lists_with_tensors_become_one():
    a = tf.constant(2.0)
    np.testing.assert_array_equal(run(tf.reduce_sum([a, a * 2, 1])), 7)
    np.testing.assert_array_equal(run(tf.matmul([[a, 1.0]], [[1.0], [a]])), [[4]])


def test_slice_and_strided_slice():
    x = tf.constant(X)
    np.testing.assert_array_equal(run(tf.slice(x, [0, 1, 2], [-1, 2, 1])), X[:, 1:3, 2:3])
    np.testing.assert_array_equal(run(tf.slice(x, tf.constant([1, 0, 0]), tf.constant([1, 1, -1]))), X[1:2, :1])
    np.testing.assert_array_equal(run(tf.strided_slice(x, [0, 2, 1], [2, 0, 4], [1, -1, 2])), X[0:2, 2:0:-1, 1:4:2])
    np.testing.assert_array_equal(run(tf.strided_slice(x, [1, 0], [2, 3], shrink_axis_mask=1)), X[1, 0:3])


def test_the_zero_of_texts_is_the_empty_one():
    assert run(tf.zeros_like(["apple", "peach"])).tolist() == [b"", b""]
