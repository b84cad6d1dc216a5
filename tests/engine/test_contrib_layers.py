"""``tf.contrib.layers`` and ``slim``: normalizers, repeated layers and their variables, as TensorFlow 1.15 has them."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def wave(*shape, step=0.7):
    """Numbers of any shape that do not repeat, the same on every machine."""
    return np.sin(np.arange(np.prod(shape)) * step + 0.3).reshape(shape).astype(np.float32)


def computed(*tensors):
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session.run(list(tensors))


@pytest.mark.parametrize("shape", [(6, 3), (4, 2, 2, 3)])
@pytest.mark.parametrize(("fused", "is_sample"), [(None, True), (True, True), (False, False)])
@pytest.mark.parametrize("collection", [tf.GraphKeys.UPDATE_OPS, None])
def test_the_moving_variance_is_a_samples_unless_told_otherwise(shape, fused, is_sample, collection):
    values = wave(*shape)
    x = tf.placeholder(tf.float32, [None, *shape[1:]])
    y = tf.contrib.layers.batch_norm(x, decay=0.5, fused=fused, updates_collections=collection, scope="bn")
    assert y.shape.as_list() == [None, *shape[1:]]
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    found, _ = session.run([y, tf.get_collection(tf.GraphKeys.UPDATE_OPS)], {x: values})
    rows = values.reshape(-1, shape[-1])
    mean, variance = rows.mean(0), rows.var(0)
    np.testing.assert_allclose(found, (values - mean) / np.sqrt(variance + 0.001), rtol=1e-4, atol=1e-5)
    moved = session.run([tf.global_variables("bn/moving_mean")[0], tf.global_variables("bn/moving_variance")[0]])
    np.testing.assert_allclose(moved[0], 0.5 * mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(moved[1], 0.5 + 0.5 * rows.var(0, ddof=1 if is_sample else 0), rtol=1e-5)


def test_rows_are_normalized_by_what_was_gathered_outside_of_training():
    training = tf.placeholder(tf.bool, [])
    y = tf.contrib.layers.batch_norm(tf.constant(wave(5, 2)), is_training=training, scale=True, scope="bn")
    variables = [tf.trainable_variables(f"bn/{name}")[0] for name in ("beta", "gamma")]
    slopes = tf.gradients(y * wave(5, 2, step=0.3), variables)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    found, to_beta, to_gamma = session.run([y, *slopes], {training: False})
    np.testing.assert_allclose(found, wave(5, 2) / np.sqrt(1.001), rtol=1e-5)
    np.testing.assert_allclose(to_beta, wave(5, 2, step=0.3).sum(0), rtol=1e-4)
    np.testing.assert_allclose(to_gamma, (found * wave(5, 2, step=0.3)).sum(0), rtol=1e-4)


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
def test_instance_norm_normalizes_each_channel_of_each_example(layout):
    values = wave(2, 3, 4, 5) * 2 + 1
    given = {"gamma": tf.constant_initializer(2.0), "beta": tf.constant_initializer(0.5)}
    y = tf.contrib.layers.instance_norm(values, param_initializers=given, data_format=layout, activation_fn=tf.nn.relu)
    axes, channels = ((1, 2), 5) if layout == "NHWC" else ((2, 3), 3)
    assert {each.op.name: each.shape.as_list() for each in tf.contrib.slim.get_model_variables()} == {
        "InstanceNorm/beta": [channels],
        "InstanceNorm/gamma": [channels],
    }
    (found,) = computed(y)
    normal = (values - values.mean(axes, keepdims=True)) / np.sqrt(values.var(axes, keepdims=True) + 1e-6)
    np.testing.assert_allclose(found, np.maximum(2 * normal + 0.5, 0), rtol=1e-3, atol=1e-4)


def test_unit_norm_bias_and_softmax():
    values = wave(3, 4)
    unit = tf.contrib.layers.unit_norm(values, 1)
    biased = tf.contrib.layers.bias_add(values, tf.nn.relu, tf.constant_initializer(0.25))
    shares = tf.contrib.slim.softmax(values)
    assert [each.op.name for each in tf.trainable_variables()] == ["BiasAdd/biases"]
    found = computed(unit, biased, shares)
    np.testing.assert_allclose(found[0], values / np.sqrt((values**2).sum(1, keepdims=True) + 1e-7), rtol=1e-5)
    np.testing.assert_allclose(found[1], np.maximum(values + 0.25, 0), rtol=1e-6)
    np.testing.assert_allclose(found[2], np.exp(values) / np.exp(values).sum(1, keepdims=True), rtol=1e-5)
    with pytest.raises(ValueError, match="dim must be positive but smaller than the input rank"):
        tf.contrib.layers.unit_norm(values, 2)


def test_repeated_and_stacked_layers_have_tensorflows_names():
    slim = tf.contrib.slim
    x = tf.constant(wave(1, 8, 8, 3))
    slim.repeat(x, 2, slim.conv2d, 4, [3, 3], scope="conv1")
    slim.repeat(x, 1, slim.conv2d, 4, 3)
    slim.stack(slim.flatten(x), slim.fully_connected, [5, 6], scope="fc")
    slim.stack(x, slim.conv2d, [(4, [3, 3]), (5, [1, 1])], activation_fn=None)
    slim.stack(slim.flatten(x), functools.partial(slim.fully_connected, biases_initializer=None), [2])
    kernels = [each.op.name for each in tf.trainable_variables() if each.op.name.endswith("weights")]
    assert kernels == [
        "conv1/conv1_1/weights",
        "conv1/conv1_2/weights",
        "Repeat/convolution2d_1/weights",
        "fc/fc_1/weights",
        "fc/fc_2/weights",
        "Stack/convolution2d_1/weights",
        "Stack/convolution2d_2/weights",
        "Stack_1/fully_connected_1/weights",
    ]


def test_a_transposed_convolution_with_a_normalizer_and_an_activation():
    layers = tf.contrib.layers
    x = tf.constant(wave(2, 3, 3, 4))
    y = layers.convolution2d_transpose(
        x, 5, 3, stride=2, normalizer_fn=layers.batch_norm, normalizer_params={"epsilon": 0.01}, activation_fn=tf.tanh
    )
    assert y.shape.as_list() == [2, 6, 6, 5]
    weights = tf.trainable_variables()[0]
    assert [each.op.name for each in tf.trainable_variables()] == [
        "Conv2d_transpose/weights",
        "Conv2d_transpose/BatchNorm/beta",
    ]
    plain = tf.nn.conv2d_transpose(x, weights, [2, 6, 6, 5], [1, 2, 2, 1], "SAME")
    found, raw = computed(y, plain)
    normal = (raw - raw.mean((0, 1, 2))) / np.sqrt(raw.var((0, 1, 2)) + 0.01)
    np.testing.assert_allclose(found, np.tanh(normal), rtol=1e-3, atol=1e-4)


def test_slim_has_the_losses_with_predictions_first():
    slim = tf.contrib.slim
    loss = slim.losses.softmax_cross_entropy(tf.constant([[2.0, 0.0]]), tf.constant([[1.0, 0.0]]))
    total = slim.losses.get_total_loss()
    np.testing.assert_allclose(computed(loss, total), [np.log1p(np.exp(-2.0))] * 2, rtol=1e-5)
