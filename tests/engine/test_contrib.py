"""``tf.contrib``: layers under other names, default arguments by block, regularizers."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def wave(*shape):
    return np.sin(np.arange(np.prod(shape), dtype=np.float32)).reshape(shape)


def test_layers_have_the_names_that_contrib_gave_them():
    slim = tf.contrib.slim
    x = tf.placeholder(tf.float32, [None, 8, 8, 3])
    training = tf.placeholder(tf.bool)
    with tf.contrib.framework.arg_scope(
        [slim.conv2d, slim.fully_connected], weights_regularizer=slim.l2_regularizer(0.1)
    ):
        h = slim.flatten(slim.max_pool2d(slim.conv2d(x, 4, [3, 3]), 2))
        norm = {"is_training": training, "updates_collections": None}
        h = slim.fully_connected(h, 10, normalizer_fn=slim.batch_norm, normalizer_params=norm)
        y = slim.fully_connected(h, 3, activation_fn=None, scope="logits")
    expected = [
        "Conv/weights",
        "Conv/biases",
        "fully_connected/weights",
        "fully_connected/BatchNorm/beta",
        "fully_connected/BatchNorm/moving_mean",
        "fully_connected/BatchNorm/moving_variance",
        "logits/weights",
        "logits/biases",
    ]
    assert [variable.op.name for variable in tf.global_variables()] == expected
    assert [variable.op.name for variable in slim.get_model_variables()] == expected
    assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 3
    assert tf.get_collection(tf.GraphKeys.UPDATE_OPS) == []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = session.run(tf.global_variables()[4])
        assert session.run(y, {x: wave(5, 8, 8, 3), training: True}).shape == (5, 3)
        assert not np.array_equal(session.run(tf.global_variables()[4]), before)


def test_fully_connected_is_relu_of_a_product():
    x = tf.placeholder(tf.float32, [None, 3])
    y = tf.contrib.layers.fully_connected(x, 2)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        weights, result = session.run([tf.global_variables()[0], y], {x: wave(4, 3)})
    assert np.abs(weights).max() <= np.sqrt(6 / 5)
    np.testing.assert_allclose(result, np.maximum(wave(4, 3) @ weights, 0), rtol=1e-5, atol=1e-6)


def test_regularizers_weigh_absolute_values_and_squares():
    w = tf.constant([1.0, -2.0])
    layers = tf.contrib.layers
    results = [layers.l1_regularizer(0.5)(w), layers.l2_regularizer(0.5)(w), layers.l1_l2_regularizer(1.0, 2.0)(w)]
    total = layers.apply_regularization(layers.l2_regularizer(2.0), [w, w])
    with tf.Session() as session:
        assert session.run(results) == [1.5, 1.25, 8]
        assert session.run(total) == 10
    assert layers.l2_regularizer(0.0)(w) is None
    with pytest.raises(ValueError, match="scale cannot be an integer: 1"):
        layers.l2_regularizer(1)


def test_outputs_and_variables_join_the_collections_that_are_named():
    x = tf.ones([2, 4, 4, 3])
    by_name = {"weights": ["w", "all"], "biases": "b"}
    hidden = tf.contrib.layers.conv2d(x, 5, 3, variables_collections=by_name, outputs_collections="ends", scope="conv")
    pooled = tf.contrib.layers.max_pool2d(hidden, 2, outputs_collections="ends")
    flat = tf.contrib.layers.flatten(pooled, outputs_collections=["ends", "flat"])
    kept = tf.contrib.layers.dropout(flat, outputs_collections="ends")
    normal = tf.contrib.layers.batch_norm(kept, variables_collections="all", outputs_collections="ends", scope="bn")
    assert tf.get_collection("ends") == [hidden, pooled, flat, kept, normal]
    assert tf.get_collection("flat") == [flat]
    names = {key: [variable.op.name for variable in tf.get_collection(key)] for key in ("w", "b", "all")}
    assert names == {
        "w": ["conv/weights"],
        "b": ["conv/biases"],
        "all": ["conv/weights", "bn/beta", "bn/moving_mean", "bn/moving_variance"],
    }


def test_layer_norm_normalizes_each_example():
    x = wave(4, 6) * 3 + 2
    y = tf.contrib.layers.layer_norm(tf.constant(x))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        result = session.run(y)
    expected = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)


def test_calls_come_before_the_defaults_of_a_block():
    framework = tf.contrib.framework

    @framework.add_arg_scope
    def function(a, b=1, c=2):
        return a, b, c

    with framework.arg_scope([function], b=10) as outer, framework.arg_scope([function], c=20):
        assert function(0) == (0, 10, 20)
        assert function(0, c=5) == (0, 10, 5)
    assert function(0) == (0, 1, 2)
    with framework.arg_scope(outer):
        assert function(0) == (0, 10, 2)
    with pytest.raises(ValueError, match="is not decorated with @add_arg_scope"), framework.arg_scope([len], b=1):
        pass


def test_embedded_sequences_share_their_table():
    ids = tf.constant([[0, 2], [1, 1]])
    a = tf.contrib.layers.embed_sequence(ids, 5, 4, scope="words")
    b = tf.contrib.layers.embed_sequence(ids, 5, 4, scope="words", reuse=True)
    assert [variable.op.name for variable in tf.global_variables()] == ["words/embeddings"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first, second = session.run([a, b])
    assert first.shape == (2, 2, 4)
    assert np.array_equal(first, second)


def test_unknown_parts_name_the_nearest():
    with pytest.raises(AttributeError, match="has no attribute 'layer'; there is layers"):
        _ = tf.contrib.layer
