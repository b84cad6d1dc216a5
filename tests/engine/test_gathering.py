"""Rows by indices, embeddings, dropout: numbers recorded from TensorFlow and from plain numpy, errors."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def run(fetches, feeds=None):
    with tf.Session(seed=1) as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feeds)


def test_gathering_along_each_axis_and_static_shapes():
    x = np.arange(12.0).reshape(3, 4)
    assert run(tf.gather(x, [2, 0])).tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
    assert run(tf.gather(x, [[3], [1]], axis=1)).tolist() == [[[3], [1]], [[7], [5]], [[11], [9]]]
    assert run(tf.gather(x, 1, axis=-1)).tolist() == [1, 5, 9]
    assert run(tf.gather_nd(x, [[0, 1], [2, 3]])).tolist() == [1, 11]
    assert run(tf.gather_nd(x, [[2]])).tolist() == [[8, 9, 10, 11]]
    ids = tf.placeholder(tf.int64, [None, 5])
    assert tf.gather(x, ids).shape.as_list() == [None, 5, 4]
    assert tf.gather(x, ids, axis=1).shape.as_list() == [3, None, 5]
    assert tf.gather_nd(x, tf.placeholder(tf.int32, [None, 1])).shape.as_list() == [None, 4]


def test_gathering_in_each_part_of_a_batch():
    x = np.arange(24.0).reshape(2, 3, 4)
    ids = tf.placeholder(tf.int32, [None, 2])
    found = tf.gather(x, ids, batch_dims=1)
    assert found.shape.as_list() == [None, 2, 4]
    given = [[2, 0], [1, 1]]
    assert run(found, {ids: given}).tolist() == [x[0][[2, 0]].tolist(), x[1][[1, 1]].tolist()]
    assert run(tf.batch_gather(x[..., 0], ids), {ids: given}).tolist() == [[8, 0], [16, 16]]
    with pytest.raises(ValueError, match="gather takes along the first axis after the batch's, 1, not 2"):
        tf.gather(x, ids, axis=2, batch_dims=1)


def test_equal_indices_add_up_in_the_gradient():
    x = tf.Variable(np.arange(6.0).reshape(3, 2))
    y = tf.gather(x, [1, 1, 0]) * np.array([[1.0, 2.0], [10.0, 20.0], [5.0, 6.0]])
    assert run(tf.gradients(y, x)[0]).tolist() == [[5, 6], [11, 22], [0, 0]]
    z = tf.gather_nd(x, [[1, 0], [1, 0], [2, 1]]) * np.array([1.0, 2.0, 3.0])
    assert run(tf.gradients(z, x)[0]).tolist() == [[0, 0], [3, 0], [0, 3]]


def test_scattering_into_a_shape_that_is_known_or_computed():
    updates = tf.Variable(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    y = tf.scatter_nd([[0], [2], [0]], updates, [4, 2])
    assert y.shape.as_list() == [4, 2]
    gradient = tf.gradients(y * np.array([[1.0], [2.0], [3.0], [4.0]]), updates)[0]
    assert run([y, gradient])[0].tolist() == [[6, 8], [0, 0], [3, 4], [0, 0]]
    assert run(gradient).tolist() == [[1, 1], [3, 3], [1, 1]]
    size = tf.placeholder(tf.int32, [2])
    z = tf.scatter_nd(tf.constant([[1, 1]]), tf.constant([7]), size)
    assert z.shape.as_list() == [None, None]
    assert run(z, {size: [2, 3]}).tolist() == [[0, 0, 0], [0, 7, 0]]
    with pytest.raises(ValueError, match="take updates of"):
        tf.scatter_nd([[0], [2]], updates, [4, 2])


def test_indices_out_of_range_are_named():
    x = tf.constant(np.zeros([3, 2]))
    ids = tf.placeholder(tf.int32, None)
    for given, words in (([0, 5], r"indices\[1\] = 5 is not in \[0, 3\)"), (-1, r"indices = -1 is not in \[0, 3\)"),
                         ([[0, 1], [3, 0]], r"indices\[1,0\] = 3 is not in \[0, 3\)")):  # fmt: skip
        for rows in (tf.gather(x, ids), tf.nn.embedding_lookup(x, ids)):
            with pytest.raises(tf.errors.InvalidArgumentError, match=words):
                run(rows, {ids: given})
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[1\] = \[2, 2\] does not index into"):
        run(tf.gather_nd(x, ids), {ids: [[0, 0], [2, 2]]})
    with pytest.raises(ValueError, match=r"indices.shape\[-1\] must be <= params.rank"):
        tf.gather_nd(x, [[0, 1, 2]])


def test_embeddings_are_trained_where_they_are_used():
    table = tf.Variable(np.ones([5, 3], np.float32))
    ids = tf.placeholder(tf.int32, [None])
    loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, ids)))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train, {ids: [4, 0, 4]})
        np.testing.assert_allclose(session.run(table)[:, 0], [0.8, 1, 1, 1, 0.6], rtol=1e-6)


def test_embeddings_in_several_parts():
    rows = np.arange(10.0).reshape(5, 2)
    ids = [[0, 4], [3, 1]]
    dealt = [rows[::2], rows[1::2]]
    assert run(tf.nn.embedding_lookup(dealt, ids)).tolist() == rows[ids].tolist()
    runs = [tf.constant(rows[:3]), tf.constant(rows[3:])]
    assert run(tf.nn.embedding_lookup(runs, ids, "div")).tolist() == rows[ids].tolist()
    with pytest.raises(ValueError, match="Unrecognized partition strategy: odd"):
        tf.nn.embedding_lookup(dealt, ids, partition_strategy="odd")
    with pytest.raises(ValueError, match="not dealt out evenly"):
        tf.nn.embedding_lookup([rows[:1], rows[1:]], ids)


def test_embeddings_that_are_too_long_are_shortened():
    rows = tf.constant([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    found = tf.nn.embedding_lookup(rows, [0, 1, 2], max_norm=1.0)
    np.testing.assert_allclose(run(found), [[0.6, 0.8], [0.3, 0.4], [0, 0]], rtol=1e-6)
    gradient = run(tf.gradients(tf.reduce_sum(found * tf.constant([[1.0, 0.0]])), rows)[0])
    np.testing.assert_allclose(gradient, [[0.128, -0.096], [1, 0], [1, 0]], rtol=1e-5)


@pytest.mark.parametrize("unknown", [False, True])
def test_dropout_keeps_a_part_and_scales_it(unknown):
    x = tf.placeholder(tf.float32, [None, 100] if unknown else [200, 100])
    keep = tf.placeholder(tf.float32)
    ones = np.ones([200, 100])
    for dropped in (tf.nn.dropout(x, keep), tf.nn.dropout(x, 0.75), tf.nn.dropout(x, keep_prob=0.75),
                    tf.nn.dropout(x, rate=0.25), tf.nn.dropout(x, rate=1 - keep)):  # fmt: skip
        assert dropped.shape.as_list() == x.shape.as_list()
        value, gradient, again = run([dropped, tf.gradients(dropped, x)[0], dropped], {x: ones, keep: 0.75})
        assert value.dtype == np.float32
        np.testing.assert_allclose(np.unique(value), [0, 1 / 0.75], rtol=1e-6)
        assert abs(value.mean() - 1) < 0.02
        np.testing.assert_array_equal(value, gradient)
        np.testing.assert_array_equal(value, again)
    assert (run(tf.nn.dropout(x, keep), {x: ones, keep: 1.0}) == 1).all()


def test_dropout_is_another_in_every_run_and_the_same_from_a_seed():
    x = tf.ones([1000])
    dropped, seeded = tf.nn.dropout(x, 0.5), tf.nn.dropout(x, 0.5, seed=3)
    with tf.Session() as session:
        first, second = session.run([dropped, seeded]), session.run([dropped, seeded])
    assert (first[0] != second[0]).any()
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run([dropped, seeded])[1], first[1])


def test_dropout_of_whole_rows_or_channels():
    value = run(tf.nn.dropout(tf.ones([50, 4, 4, 3]), 0.5, noise_shape=[50, 1, 1, 3]))
    assert set(np.unique(value)) == {0, 2}
    assert (value == value[:, :1, :1]).all()
    assert (run(tf.nn.dropout(tf.ones([50, 8]), 0.5, noise_shape=[8])).std(0) == 0).all()


def test_dropout_that_drops_nothing_is_its_input():
    x = tf.placeholder(tf.float32, [None])
    assert tf.nn.dropout(x, 1.0) is x
    assert tf.nn.dropout(x, rate=0) is x


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: tf.nn.dropout(x, 0.0), "rate must be a scalar tensor or a float in the range [0, 1), got 0.0"),
        (lambda x: tf.nn.dropout(x, 1.5), "rate must be a scalar tensor or a float in the range [0, 1), got 1.5"),
        (lambda x: tf.nn.dropout(x, rate=1), "rate must be a scalar tensor or a float in the range [0, 1), got 1"),
        (lambda x: tf.nn.dropout(x), "You must provide a rate to dropout"),
        (lambda x: tf.nn.dropout(x, 0.5, rate=0.5), "Cannot specify both 'keep_prob' and 'rate'"),
        (lambda x: tf.nn.dropout(tf.constant([1, 2]), 0.5), "x has to be a floating point tensor"),
        (lambda x: tf.nn.dropout(x, tf.zeros([2])), "Shape must be rank 0 but is rank 1"),
    ],
)
def test_probabilities_that_are_none(call, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call(tf.placeholder(tf.float32, [None, 3]))
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda v: tf.scatter_update(v, [2, 0], [[1.0, 2.0], [3.0, 4.0]]), [[3, 4], [10, 10], [1, 2]]),
        (lambda v: tf.scatter_add(v, [2, 0, 2], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), [[13, 14], [10, 10], [16, 18]]),
        (lambda v: tf.scatter_sub(v, 1, [1.0, 2.0]), [[10, 10], [9, 8], [10, 10]]),
        (lambda v: tf.scatter_add(v, [0, 1], 5.0), [[15, 15], [15, 15], [10, 10]]),
        (lambda v: tf.scatter_nd_update(v, [[0, 1], [2, 0]], [1.0, 2.0]), [[10, 1], [10, 10], [2, 10]]),
        (lambda v: tf.scatter_nd_add(v, [[0, 1], [0, 1]], [1.0, 2.0]), [[10, 13], [10, 10], [10, 10]]),
        (lambda v: tf.scatter_nd_sub(v, indices=[[1]], updates=[[1.0, 2.0]]), [[10, 10], [9, 8], [10, 10]]),
        (lambda v: v.scatter_sub(tf.IndexedSlices([[1.0, 2.0]], [1])), [[10, 10], [9, 8], [10, 10]]),
        (lambda v: v.scatter_nd_add([[1, 0]], [7.0]), [[10, 10], [17, 10], [10, 10]]),
    ],
)
def test_parts_of_a_variable_change(change, expected):
    v = tf.Variable(np.full([3, 2], 10, np.float32))
    changed = change(v)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(changed).tolist() == expected
        assert session.run(v).tolist() == expected


def test_rows_change_in_each_part_of_a_batch():
    v = tf.Variable(np.zeros([2, 3], np.float32))
    values = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    change = v.batch_scatter_update(tf.IndexedSlices(values, tf.constant([[0, 2], [1, 0]])))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(change).tolist() == [[1, 0, 2], [4, 3, 0]]


def test_parts_of_a_variable_that_it_does_not_have():
    v = tf.Variable(np.zeros([3, 2], np.float32))
    ids = tf.placeholder(tf.int32, [None])
    change = tf.scatter_add(v, ids, 1.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[1\] = 3 is not in \[0, 3\)"):
            session.run(change, {ids: [0, 3]})
        assert not session.run(v).any()
    with pytest.raises(ValueError, match=r"Must have updates.shape = indices.shape \+ params.shape\[1:\]"):
        tf.scatter_add(v, [0, 1], [[1.0, 2.0]])
    with pytest.raises(TypeError, match="sparse_delta is not IndexedSlices"):
        v.scatter_add([1.0])


def test_gradient_descent_touches_only_rows_that_were_looked_up():
    """And gives what it gives for the whole gradient, also for two look-ups with equal ids."""
    start = np.arange(10.0).reshape(5, 2).astype(np.float32)
    whole, rows = tf.Variable(start), tf.Variable(start)
    ids = tf.placeholder(tf.int32, [None])

    def loss(table):
        both = tf.nn.embedding_lookup(table, ids) * tf.gather(table, [1, 2, 1])
        return tf.reduce_sum(tf.square(both))

    gradient = tf.gradients(loss(whole), whole)[0]
    by_hand = whole.assign_sub(0.001 * gradient)
    train = tf.train.GradientDescentOptimizer(0.001).minimize(loss(rows), var_list=[rows])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for given in ([3, 3, 1], [0, 2, 4]):
            session.run([by_hand, train], {ids: given})
            np.testing.assert_allclose(session.run(rows), session.run(whole), rtol=1e-6)
        changed = [each.op.type for each in session.plan([train.done], {ids: (3,)}).instructions]
    assert changed.count("ScatterSub") == 2
    assert "ScatterAddLike" not in changed
