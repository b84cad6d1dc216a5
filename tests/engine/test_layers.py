"""Layers: their variables' names, what they compute, how they share and train."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def names():
    return [variable.name for variable in tf.global_variables()]


def wave(*shape):
    return np.sin(np.arange(np.prod(shape), dtype=np.float32)).reshape(shape)


def test_variables_have_tensorflows_names_and_shapes():
    x = tf.placeholder(tf.float32, [None, 8, 8, 3])
    a = tf.layers.conv2d(x, 4, 3, activation=tf.nn.relu)
    a = tf.layers.max_pooling2d(tf.layers.batch_normalization(a, training=True), 2, 2)
    flat = tf.layers.flatten(a)
    tf.layers.dense(tf.layers.dropout(tf.layers.dense(flat, 5)), 2, name="out")
    tf.layers.conv2d_transpose(a, 2, 3, 2)
    with tf.variable_scope("g"):
        tf.layers.dense(tf.layers.dense(flat, 5), 5)
    tf.layers.separable_conv2d(x, 4, 3)
    assert [(v.name, v.shape.as_list()) for v in tf.global_variables()] == [
        ("conv2d/kernel:0", [3, 3, 3, 4]),
        ("conv2d/bias:0", [4]),
        ("batch_normalization/gamma:0", [4]),
        ("batch_normalization/beta:0", [4]),
        ("batch_normalization/moving_mean:0", [4]),
        ("batch_normalization/moving_variance:0", [4]),
        ("dense/kernel:0", [36, 5]),
        ("dense/bias:0", [5]),
        ("out/kernel:0", [5, 2]),
        ("out/bias:0", [2]),
        ("conv2d_transpose/kernel:0", [3, 3, 2, 4]),
        ("conv2d_transpose/bias:0", [2]),
        ("g/dense/kernel:0", [36, 5]),
        ("g/dense/bias:0", [5]),
        ("g/dense_1/kernel:0", [5, 5]),
        ("g/dense_1/bias:0", [5]),
        ("separable_conv2d/depthwise_kernel:0", [3, 3, 3, 1]),
        ("separable_conv2d/pointwise_kernel:0", [1, 1, 3, 4]),
        ("separable_conv2d/bias:0", [4]),
    ]
    assert len(tf.trainable_variables()) == 17


def test_a_named_layer_is_shared_and_its_operations_are_not():
    x = tf.placeholder(tf.float32, [None, 3])
    first = tf.layers.dense(x, 2, name="l")
    with pytest.raises(ValueError, match="Variable l/kernel already exists, disallowed"):
        tf.layers.dense(x, 2, name="l")
    second = tf.layers.dense(x, 2, name="l", reuse=True)
    with tf.variable_scope("", reuse=tf.AUTO_REUSE):
        tf.layers.dense(x, 2, name="l")
    assert names() == ["l/kernel:0", "l/bias:0"]
    assert first.op.name == "l/BiasAdd"
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        a, b = session.run([first, second], {x: wave(4, 3)})
    assert np.array_equal(a, b)


def test_scopes_share_layers_without_names():
    def network(x, reuse):
        with tf.variable_scope("net", reuse=reuse):
            return tf.layers.dense(tf.layers.dense(x, 4, tf.nn.tanh), 1)

    x = tf.placeholder(tf.float32, [None, 3])
    a, b = network(x, False), network(x, True)
    assert names() == ["net/dense/kernel:0", "net/dense/bias:0", "net/dense_1/kernel:0", "net/dense_1/bias:0"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert np.array_equal(*session.run([a, b], {x: wave(4, 3)}))


@pytest.mark.parametrize("shape", [(4, 3), (2, 4, 3), (2, 1, 4, 3)])
def test_dense_is_a_product_over_the_last_axis(shape):
    x = tf.placeholder(tf.float32, [None, *shape[1:]])
    kernel, bias = wave(3, 2), np.array([0.5, -0.5], np.float32)
    y = tf.layers.dense(
        x, 2, tf.nn.relu, kernel_initializer=tf.constant_initializer(kernel), bias_initializer=lambda s, dtype: bias
    )
    assert y.shape.as_list() == [None, *shape[1:-1], 2]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        result = session.run(y, {x: wave(*shape)})
    np.testing.assert_allclose(result, np.maximum(wave(*shape) @ kernel + bias, 0), rtol=1e-5, atol=1e-6)


def test_layer_objects_make_their_variables_once(graph):
    layer = tf.layers.Dense(2, use_bias=False, name="mine")
    x = tf.placeholder(tf.float32, [None, 3])
    a, b = layer(x), layer.apply(x * 2.0)
    assert names() == ["mine/kernel:0"]
    assert layer.trainable_weights == layer.variables == tf.global_variables()
    assert [a.op.name, b.op.name] == ["mine/MatMul", "mine/MatMul_1"]
    with pytest.raises(ValueError, match="expected axis -1 of input shape to have value 3 but received"):
        layer(tf.zeros([1, 4]))
    with pytest.raises(ValueError, match="The last dimension of the inputs to `Dense` should be defined"):
        tf.layers.dense(tf.placeholder(tf.float32, [None, None]), 2)
    with pytest.raises(ValueError, match="expected min_ndim=2, found ndim=1"):
        tf.layers.dense(tf.zeros([3]), 2)


def test_layers_of_ones_own():
    class Scale(tf.layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_variable("factor", [int(input_shape[-1])], initializer=tf.ones_initializer())
            self.built = True

        def call(self, inputs):
            return inputs * self.factor * 3.0

    y = Scale()(tf.constant([[1.0, 2.0]]))
    assert names() == ["scale/factor:0"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(y).tolist() == [[3, 6]]


def test_regularizers_of_layers_are_collected_once():
    x = tf.placeholder(tf.float32, [2, 3])

    def half(w):
        return tf.reduce_sum(tf.square(w)) * 0.5

    tf.layers.dense(x, 2, name="l", kernel_regularizer=half, activity_regularizer=tf.reduce_sum)
    tf.layers.dense(x, 2, name="l", kernel_regularizer=half, reuse=True)
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert len(losses) == 2
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        kernel, found = session.run([tf.global_variables()[0], losses], {x: wave(2, 3)})
    np.testing.assert_allclose(found[0], 0.5 * np.sum(kernel**2), rtol=1e-5)
    np.testing.assert_allclose(found[1], np.sum(wave(2, 3) @ kernel) / 2, rtol=1e-4, atol=1e-6)


def test_dropout_drops_while_training_only():
    x, training = tf.ones([100, 100]), tf.placeholder(tf.bool)
    y = tf.layers.dropout(x, rate=0.25, training=training, seed=1)
    assert tf.layers.dropout(x, 0.25).op.type == "Identity"
    with tf.Session() as session:
        assert np.array_equal(session.run(y, {training: False}), np.ones([100, 100]))
        dropped = session.run(y, {training: True})
    assert set(np.unique(dropped)) == {0, np.float32(1 / 0.75)}
    assert abs((dropped == 0).mean() - 0.25) < 0.02


@pytest.mark.parametrize("shape", [(6, 3), (4, 5, 5, 3)])
def test_batch_normalization_trains_and_infers(shape):
    """The expected numbers are the definition's; the moving variance of pictures is that of a sample."""
    x, training = tf.placeholder(tf.float32, [None, *shape[1:]]), tf.placeholder(tf.bool, [])
    y = tf.layers.batch_normalization(x, momentum=0.9, training=training)
    assert y.shape.as_list() == [None, *shape[1:]]
    batch = wave(*shape) * 2 + 1
    axes = tuple(range(len(shape) - 1))
    mean, variance, count = batch.mean(axes), batch.var(axes), batch.size // shape[-1]
    sample = variance * count / (count - 1) if len(shape) == 4 else variance
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    assert [op.name for op in updates] == [
        "batch_normalization/AssignMovingAvg",
        "batch_normalization/AssignMovingAvg_1",
    ]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        untouched = session.run(y, {x: batch, training: False})
        trained, _ = session.run([y, updates], {x: batch, training: True})
        moving = session.run(tf.global_variables()[2:])
        session.run(updates, {x: batch, training: False})
        again = session.run(tf.global_variables()[2:])
    np.testing.assert_allclose(untouched, batch / np.sqrt(1 + 1e-3), rtol=1e-5)
    np.testing.assert_allclose(trained, (batch - mean) / np.sqrt(variance + 1e-3), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(moving[0], 0.1 * mean, rtol=1e-4)
    np.testing.assert_allclose(moving[1], 0.9 + 0.1 * sample, rtol=1e-4)
    assert all(np.array_equal(a, b) for a, b in zip(moving, again, strict=True))


def test_flatten_keeps_the_batch():
    known, open_ended = tf.placeholder(tf.float32, [None, 2, 3]), tf.placeholder(tf.float32, [None, None, 3])
    assert tf.layers.flatten(known).shape.as_list() == [None, 6]
    y = tf.layers.flatten(open_ended)
    with tf.Session() as session:
        assert session.run(y, {open_ended: wave(4, 5, 3)}).shape == (4, 15)


@pytest.mark.parametrize(
    ("padding", "strides", "expected"), [("same", 2, [None, 16, 16, 2]), ("valid", 2, [None, 17, 17, 2])]
)
def test_transposed_convolutions_grow(padding, strides, expected):
    x = tf.placeholder(tf.float32, [None, 8, 8, 3])
    y = tf.layers.conv2d_transpose(x, 2, [3, 3], strides, padding=padding)
    assert y.shape.as_list() == expected
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(y, {x: wave(2, 8, 8, 3)}).shape == (2, *expected[1:])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolutions_and_pooling_over_one_to_three_axes(rank):
    x = tf.ones([2, *[6] * rank, 3])
    convolve = [tf.layers.conv1d, tf.layers.conv2d, tf.layers.conv3d][rank - 1]
    largest = [tf.layers.max_pooling1d, tf.layers.max_pooling2d, tf.layers.max_pooling3d][rank - 1]
    mean = [tf.layers.average_pooling1d, tf.layers.average_pooling2d, tf.layers.average_pooling3d][rank - 1]
    y = convolve(x, 2, 3, padding="same", kernel_initializer=tf.ones_initializer())
    pooled = largest(y, 2, 2), mean(y, 2, 2, padding="SAME")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        big, small = session.run(pooled)
    assert big.shape == small.shape == (2, *[3] * rank, 2)
    assert big.max() == 3**rank * 3
    assert small.min() == pytest.approx(3 * 2.5**rank)


def test_a_transposed_convolution_takes_all_its_arguments_by_their_order():
    half = tf.constant_initializer(0.5)
    layer = tf.layers.Conv2DTranspose(
        4, 3, 1, "valid", "channels_last", None, False, half, None, tf.nn.l2_loss, None, None, None, None, False, "mine"
    )
    layer(tf.ones([1, 5, 5, 2]))
    assert layer.kernel.op.name == "mine/kernel"
    assert tf.trainable_variables() == []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(tf.losses.get_regularization_losses()) == [3 * 3 * 4 * 2 * 0.25 / 2]
