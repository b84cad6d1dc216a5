"""Calls are understood in every form that programs write them: by position, by keyword, in old and new spellings."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

X = np.arange(8, dtype=np.float32).reshape(2, 4) / 4 - 0.5
IMAGES = np.arange(2 * 8 * 8 * 3, dtype=np.float32).reshape(2, 8, 8, 3) / 100


@pytest.fixture
def names():
    """What the calls are made with: x (2, 4), images (?, 8, 8, 3), a loss of the variable v, and a global step."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, 4])
        images = tf.placeholder(tf.float32, [None, 8, 8, 3])
        v = tf.Variable(1.0)
        step = tf.Variable(0, trainable=False)
        yield {"tf": tf, "np": np, "x": x, "images": images, "v": v, "step": step, "loss": v * v}


def value(call, names):
    tensor = eval(call, names)
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        return session.run(tensor, {names["x"]: X, names["images"]: IMAGES})


#: Forms of one call, and what it gives.
FORMS = [
    (
        X.sum(1),
        ["tf.reduce_sum(x, 1)", "tf.reduce_sum(x, axis=1)", "tf.reduce_sum(x, reduction_indices=[1])",
         "tf.reduce_sum(x, reduction_indices=1)", "tf.reduce_sum(input_tensor=x, axis=[-1], name='s')"],
    ),
    (
        X.mean(1, keepdims=True),
        ["tf.reduce_mean(x, 1, True)", "tf.reduce_mean(x, axis=1, keepdims=True)",
         "tf.reduce_mean(x, 1, keep_dims=True)"],
    ),
    (X.max(), ["tf.reduce_max(x)", "tf.reduce_max(x, [0, 1])", "tf.reduce_max(x, axis=(0, 1), name='m')"]),
    (
        X.astype(np.int32),
        ["tf.cast(x, dtype=tf.int32)", "tf.cast(x, 'int32')", "tf.cast(x, np.int32)", "tf.to_int32(x)"],
    ),
    (X > 0, ["tf.cast(x > 0, tf.bool)", "tf.greater(x, 0)", "tf.greater(x, y=0.0)", "x > 0"]),
    (
        np.array([3, 3]),
        ["tf.argmax(x, 1)", "tf.argmax(x, axis=1)", "tf.argmax(x, dimension=1)",
         "tf.argmax(input=x, axis=-1, name='a')",
         "tf.argmax(x, 1, output_type=tf.int32)", "tf.arg_max(x, 1)"],
    ),
    (
        X @ X.T,
        ["tf.matmul(x, x, transpose_b=True)", "tf.matmul(x, x, False, True)", "tf.matmul(a=x, b=tf.transpose(x))",
         "x @ tf.transpose(x, [1, 0])", "tf.matmul(x, tf.transpose(x, perm=(1, 0)))"],
    ),
    (
        np.concatenate([X, X], 1),
        ["tf.concat([x, x], 1)", "tf.concat(values=[x, x], axis=1)", "tf.concat(axis=1, values=[x, x])",
         "tf.concat((x, x), -1, name='c')"],
    ),
    (
        X[:, :2],
        ["tf.split(x, 2, 1)[0]", "tf.split(x, num_or_size_splits=[2, 2], axis=1)[0]",
         "tf.split(value=x, num_or_size_splits=2, axis=1)[0]", "tf.slice(x, [0, 0], [2, 2])",
         "tf.slice(x, begin=[0, 0], size=[-1, 2])", "x[:, :2]"],
    ),
    (X[:, None], ["tf.expand_dims(x, 1)", "tf.expand_dims(x, dim=1)", "tf.expand_dims(x, axis=1)", "x[:, tf.newaxis]"]),
    (
        np.zeros(2, np.float32),
        ["tf.squeeze(tf.zeros([1, 2]))", "tf.squeeze(tf.zeros([1, 2]), [0])", "tf.squeeze(tf.zeros([1, 2]), axis=0)",
         "tf.squeeze(tf.zeros([1, 2]), squeeze_dims=[0])"],
    ),
    (
        X.reshape(-1),
        ["tf.reshape(x, [-1])", "tf.reshape(tensor=x, shape=(-1,))", "tf.reshape(x, [8])",
         "tf.reshape(x, [x.shape[0] * x.shape[1]])", "tf.reshape(x, tf.stack([tf.size(x)]))"],
    ),
    (
        np.eye(3, dtype=np.float32)[[1]],
        ["tf.one_hot([1], 3)", "tf.one_hot(indices=[1], depth=3, on_value=1.0, off_value=0.0, axis=-1)",
         "tf.one_hot([1], depth=3, dtype=tf.float32)"],
    ),
    (np.full((2, 2), 5, np.float32), ["tf.constant(5.0, shape=[2, 2])", "tf.fill([2, 2], 5.0)", "tf.ones((2, 2)) * 5"]),
    (np.arange(5), ["tf.range(5)", "tf.range(0, 5)", "tf.range(start=0, limit=5, delta=1)"]),
    (
        np.stack([X, X], 1),
        ["tf.stack([x, x], axis=1)", "tf.stack(values=[x, x], axis=1)", "tf.stack([x, x], 1)"],
    ),
    (np.tile(X, (1, 2)), ["tf.tile(x, [1, 2])", "tf.tile(input=x, multiples=[1, 2])"]),
    (X[[1]], ["tf.gather(x, [1])", "tf.gather(params=x, indices=[1])", "tf.nn.embedding_lookup(x, [1])"]),
    (np.maximum(X, 0), ["tf.nn.relu(x)", "tf.nn.relu(features=x, name='r')", "tf.maximum(x, 0)", "tf.maximum(0.0, x)"]),
    (X**2, ["tf.square(x)", "tf.pow(x, 2)", "x ** 2", "x * x", "tf.multiply(x, x)"]),
    (
        np.clip(X, 0, 1),
        ["tf.clip_by_value(x, 0, 1)", "tf.clip_by_value(x, clip_value_min=0.0, clip_value_max=1.0)"],
    ),
    (
        np.exp(X) / np.exp(X).sum(1, keepdims=True),
        ["tf.nn.softmax(x)", "tf.nn.softmax(logits=x, axis=-1)", "tf.nn.softmax(x, dim=1)"],
    ),
    (X, ["tf.nn.dropout(x, 1.0)", "tf.nn.dropout(x, keep_prob=1.0)", "tf.nn.dropout(x, rate=0.0)",
         "tf.layers.dropout(x, 0.5)", "tf.layers.dropout(inputs=x, rate=0.5, training=False)",
         "tf.nn.dropout(x, tf.constant(1.0), noise_shape=[2, 1], seed=1)"]),
    (
        -np.log(np.exp(X) / np.exp(X).sum(1, keepdims=True))[:, 1],
        ["tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 1], logits=x)",
         "tf.nn.sparse_softmax_cross_entropy_with_logits(logits=x, labels=tf.constant([1, 1], tf.int64))",
         "tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot([1, 1], 4), logits=x)",
         "tf.nn.softmax_cross_entropy_with_logits(logits=x, labels=tf.one_hot([1, 1], 4), dim=-1)",
         "tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.one_hot([1, 1], 4), logits=x)"],
    ),
    (
        np.log1p(np.exp(X)),
        ["tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(x), logits=x)",
         "tf.nn.sigmoid_cross_entropy_with_logits(logits=x, labels=tf.zeros([2, 4]))", "tf.nn.softplus(x)"],
    ),
    (
        (X**2).mean(),
        ["tf.losses.mean_squared_error(x, tf.zeros_like(x))", "tf.losses.mean_squared_error(labels=x, "
         "predictions=tf.zeros([2, 4]))", "tf.reduce_mean(tf.squared_difference(x, 0))"],
    ),
    (
        IMAGES[:, 1::2, 1::2],
        ["tf.nn.max_pool(images, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')",
         "tf.nn.max_pool(value=images, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID')",
         "tf.layers.max_pooling2d(images, 2, 2)", "tf.layers.max_pooling2d(inputs=images, pool_size=[2, 2], strides=2)",
         "tf.layers.max_pooling2d(images, (2, 2), (2, 2), padding='same')"],
    ),
    (
        IMAGES.sum(3, keepdims=True),
        ["tf.nn.conv2d(images, tf.ones([1, 1, 3, 1]), [1, 1, 1, 1], 'SAME')",
         "tf.nn.conv2d(input=images, filter=tf.ones([1, 1, 3, 1]), strides=[1, 1, 1, 1], padding='VALID', name='c')",
         "tf.layers.conv2d(images, 1, 1, kernel_initializer=tf.ones_initializer())",
         "tf.layers.conv2d(inputs=images, filters=1, kernel_size=[1, 1], strides=(1, 1), padding='SAME', "
         "activation=None, use_bias=False, kernel_initializer=tf.ones_initializer())"],
    ),
    (
        X.sum(1, keepdims=True) + 0.5,
        ["tf.layers.dense(x, 1, None, True, tf.ones_initializer(), bias_initializer=tf.constant_initializer(.5))",
         "tf.layers.dense(inputs=x, units=1, activation=None, kernel_initializer=tf.ones_initializer(), "
         "bias_initializer=tf.constant_initializer(0.5), name='d', reuse=None, trainable=True)",
         "tf.contrib.layers.fully_connected(x, 1, activation_fn=None, weights_initializer=tf.ones_initializer(), "
         "biases_initializer=tf.constant_initializer(0.5))"],
    ),
    (
        IMAGES.reshape(2, -1),
        ["tf.layers.flatten(images)", "tf.contrib.layers.flatten(images)", "tf.reshape(images, [-1, 8 * 8 * 3])",
         "tf.reshape(images, [tf.shape(images)[0], 192])"],
    ),
    (
        X / np.sqrt((X**2).sum(1, keepdims=True)),
        ["tf.nn.l2_normalize(x, 1)", "tf.nn.l2_normalize(x, dim=1)", "tf.nn.l2_normalize(x, axis=1)",
         "x / tf.norm(x, axis=1, keep_dims=True)"],
    ),
    (
        X.mean(0, keepdims=True),
        ["tf.nn.moments(x, [0], keep_dims=True)[0]", "tf.nn.moments(x, axes=[0], keepdims=True)[0]"],
    ),
    (
        np.float32(0.05),
        ["tf.train.exponential_decay(0.1, 100, 100, 0.5)",
         "tf.train.exponential_decay(learning_rate=0.1, global_step=100, decay_steps=100, decay_rate=0.5, "
         "staircase=True)"],
    ),
    (
        np.where(X > 0, X, 0),
        ["tf.where(x > 0, x, tf.zeros_like(x))", "tf.where(condition=x > 0, x=x, y=tf.zeros([2, 4]))"],
    ),
    (np.float32(1), ["tf.metrics.accuracy([0, 1], [0, 1])[1]", "tf.metrics.accuracy(labels=[1], predictions=[1])[1]"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "expected"),
    [(call, expected) for expected, calls in FORMS for call in calls],
    ids=lambda value: str(value)[:70],
)
def test_every_form_of_a_call_gives_the_same(names, call, expected):
    np.testing.assert_allclose(value(call, names), expected, rtol=1e-5, atol=1e-6)


#: Calls that make variables and random numbers: the shape, the dtype and the name that come of them.
MADE = [
    ("tf.placeholder('float', [None, 784])", [None, 784], "float32", None),
    ("tf.placeholder(dtype=tf.float32, shape=[None, 784], name='in')", [None, 784], "float32", "in:0"),
    ("tf.placeholder(np.float64, np.zeros((2, 3)).shape, 'p')", [2, 3], "float64", "p:0"),
    ("tf.get_variable('w', shape=[2, 3], initializer=tf.contrib.layers.xavier_initializer())", [2, 3], "float32", None),
    ("tf.get_variable('w', [2, 3])", [2, 3], "float32", "w:0"),
    ("tf.get_variable('w', initializer=tf.constant([1.0, 2.0]))", [2], "float32", "w:0"),
    ("tf.get_variable('w', (), tf.int32, tf.zeros_initializer(), trainable=False)", [], "int32", "w:0"),
    ("tf.get_variable('w', initializer=np.ones((2, 2)))", [2, 2], "float64", "w:0"),
    ("tf.get_variable('w', initializer=3)", [], "int32", "w:0"),
    ("tf.get_variable('w', initializer=[1.0, 2.0])", [2], "float32", "w:0"),
    ("tf.Variable(tf.zeros([2]), name='b')", [2], "float32", "b:0"),
    ("tf.Variable(initial_value=3, name='b', trainable=False, dtype=tf.float32)", [], "float32", "b:0"),
    ("tf.Variable([1, 2], dtype='float32', name='b')", [2], "float32", "b:0"),
    ("tf.Variable(lambda: tf.zeros([2]), dtype=tf.float32, name='b')", [2], "float32", "b:0"),
    ("tf.Variable(np.ones(2, np.float32), True, name='b')", [2], "float32", "b:0"),
    ("tf.random_normal([2, 3], stddev=0.1)", [2, 3], "float32", "random_normal:0"),
    ("tf.random_normal(shape=[2], mean=0.0, stddev=1.0, dtype=tf.float64, seed=1, name='r')", [2], "float64", "r:0"),
    ("tf.random_uniform([2], -1, 1, name='r')", [2], "float32", "r:0"),
    ("tf.random_uniform(shape=(2,), minval=0, maxval=9, dtype=tf.int32, name='r')", [2], "int32", "r:0"),
    ("tf.truncated_normal([x.shape[1], 2], stddev=0.1, name='r')", [4, 2], "float32", "r:0"),
    ("tf.layers.conv2d(images, 4, 5, strides=2, padding='same')", [None, 4, 4, 4], "float32", None),
    ("tf.layers.conv2d_transpose(images, 3, 5, strides=2, padding='same')", [None, 16, 16, 3], "float32", None),
]  # fmt: skip


@pytest.mark.parametrize(("call", "shape", "dtype", "name"), MADE, ids=lambda value: str(value)[:60])
def test_what_is_made_has_its_shape_dtype_and_name(names, call, shape, dtype, name):
    made = eval(call, names)
    assert made.get_shape().as_list() == shape
    assert made.dtype.base_dtype.name == dtype
    assert name is None or made.name == name


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)", 0.8),
        ("tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(loss, global_step=step, var_list=[v])", 0.8),
        ("tf.train.AdamOptimizer(0.1, beta1=0.5).minimize(loss, var_list=v, global_step=step)", 0.9),
        ("tf.train.AdamOptimizer(learning_rate=0.1).minimize(loss, step, tf.trainable_variables(), name='a')", 0.9),
        ("tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss=loss, global_step=step)", 0.8),
        ("tf.train.MomentumOptimizer(learning_rate=.1, momentum=.9, use_nesterov=True).minimize(loss, step)", 0.62),
        ("tf.train.RMSPropOptimizer(0.1, 0.9, 0.0, 1e-10).minimize(loss, step, [v])", 0.824588),
    ],
)
def test_every_form_of_minimize_takes_a_step(names, call, expected):
    train = eval(call, names)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        np.testing.assert_allclose(session.run([names["v"], names["step"]]), [expected, 1], rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "default"),
    [
        ("tf.slice(x, [0, 0], [1, 2]{})", "Slice"),
        ("tf.strided_slice(x, [0, 0], [1, 2]{})", "strided_slice"),
        ("tf.slice(x, tf.shape(x) - 1, [1, 1]{})", "Slice"),
        ("tf.where(x > 0, x, x{})", "Select"),
        ("tf.where(x > 0{})", "Where"),
        ("tf.unique(tf.argmax(x, 1){}).y", "Unique"),
        ("tf.add(x, x{})", "Add"),
        ("tf.reduce_mean(x{})", "Mean"),
        ("tf.nn.relu(x{})", "Relu"),
        ("tf.concat([x, x], 0{})", "concat"),
        ("tf.argmax(x, 1{})", "ArgMax"),
        ("tf.nn.softmax(x{})", "Softmax"),
        ("tf.matmul(x, x, transpose_b=True{})", "MatMul"),
        ("tf.nn.max_pool(images, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME'{})", "MaxPool"),
    ],
)
def test_operations_are_called_as_they_are_told_or_as_in_tensorflow(names, call, default):
    assert eval(call.format(", name='mine'"), names).op.name == "mine"
    assert eval(call.format(""), names).op.name == default
