"""Smaller parts of ``tf.contrib``: settings, old losses and metrics, optimizers, a whole training step."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def test_settings_are_read_from_text_in_their_own_types():
    hparams = tf.contrib.training.HParams(learning_rate=0.1, units=[8, 4], name="mlp", shuffle=True, steps=10)
    assert (hparams.learning_rate, hparams.units, "steps" in hparams, "other" in hparams) == (0.1, [8, 4], True, False)
    assert hparams.parse("learning_rate=1e-3,units=[3,2,1], name = deep,shuffle=false,steps=7") is hparams
    assert hparams.values() == {
        "learning_rate": 0.001,
        "units": [3, 2, 1],
        "name": "deep",
        "shuffle": False,
        "steps": 7,
    }
    hparams.parse("units[1]=9")
    hparams.set_hparam("learning_rate", 1)
    assert (hparams.units, hparams.learning_rate, hparams.get("steps"), hparams.get("none", 3)) == (
        [3, 9, 1],
        1.0,
        7,
        3,
    )
    hparams.parse_json('{"steps": 12}')
    assert tf.contrib.training.HParams(a=1, b=[1.5]).to_json() == '{"a": 1, "b": [1.5]}'
    hparams.del_hparam("name")
    hparams.add_hparam("name", "again")
    assert hparams.name == "again"
    assert str(tf.contrib.training.HParams(b=1, a="x")) == "[('a', 'x'), ('b', 1)]"
    for text, words in (
        ("steps=x", "Could not parse hparam 'steps'"),
        ("nope=1", "Unknown hyperparameter type for nope"),
    ):
        with pytest.raises(ValueError, match=words):
            hparams.parse(text)
    with pytest.raises(ValueError, match="Malformed hyperparameter value"):
        hparams.parse("steps")
    with pytest.raises(ValueError, match="Could not cast hparam 'steps'"):
        hparams.set_hparam("steps", 1.5)
    with pytest.raises(ValueError, match="reserved"):
        hparams.add_hparam("values", 1)


def test_old_losses_take_the_predictions_first():
    logits, labels = np.array([[2.0, 0.5], [0.0, 1.0]], np.float32), np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    old = tf.contrib.losses
    pairs = [
        (old.softmax_cross_entropy(logits, labels), tf.losses.softmax_cross_entropy(labels, logits)),
        (old.sigmoid_cross_entropy(logits, labels), tf.losses.sigmoid_cross_entropy(labels, logits)),
        (old.mean_squared_error(logits, labels, 2.0), tf.losses.mean_squared_error(labels, logits, 2.0)),
        (old.absolute_difference(logits, labels), tf.losses.absolute_difference(labels, logits)),
        (old.sparse_softmax_cross_entropy(logits, [0, 1]), tf.losses.sparse_softmax_cross_entropy([0, 1], logits)),
    ]
    for one, other in tf.Session().run(pairs):
        assert one == other
    assert len(old.get_losses()) == 10
    hinge = tf.Session().run(old.hinge_loss(logits, labels))
    np.testing.assert_allclose(hinge, np.maximum(0, 1 - (2 * labels - 1) * logits))
    assert len(old.get_losses()) == 10


def test_old_metrics_take_the_predictions_first():
    found, truth = tf.constant([1, 0, 1, 1]), tf.constant([1, 1, 1, 0])
    value, update = tf.contrib.metrics.streaming_accuracy(found, truth)
    precision = tf.contrib.metrics.streaming_precision(found, truth)
    session = tf.Session()
    session.run(tf.local_variables_initializer())
    assert session.run(update) == session.run(value) == 0.5
    np.testing.assert_allclose(session.run(precision[1]), 2 / 3, rtol=1e-6)
    assert session.run(tf.contrib.metrics.accuracy(found, truth)) == 0.5
    assert session.run(tf.contrib.metrics.accuracy(found, truth, weights=[1.0, 0.0, 1.0, 0.0])) == 1
    with pytest.raises(ValueError, match="dtypes of predictions and labels should match"):
        tf.contrib.metrics.accuracy(found, tf.constant([1.0, 0, 0, 0]))


def reference(name, steps=5):
    """What some steps of an optimizer make of [1, -2] for the loss Σ w² · [.5, 5], in plain numpy."""
    w, curve = np.array([1.0, -2.0]), np.array([1.0, 10.0])
    m, v = np.zeros(2), np.zeros(2)
    for t in range(1, steps + 1):
        g = w * curve
        if name == "MomentumW":
            m = 0.9 * m + g
            w = w - 0.01 * w - 0.01 * m
            continue
        m = 0.9 * m + 0.1 * g
        if name == "AdaMax":
            v = np.maximum(0.999 * v, np.abs(g))
            w = w - 0.1 / (1 - 0.9**t) * m / (v + 1e-8)
            continue
        v = 0.999 * v + 0.001 * g**2
        mean = 0.9 * m + 0.1 * g if name == "Nadam" else m
        decay = 0.01 * w if name == "AdamW" else 0.0
        w = w - decay - 0.1 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * mean / (np.sqrt(v) + 1e-8)
    return w


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("AdaMax", lambda opt: opt.AdaMaxOptimizer(0.1)),
        ("Nadam", lambda opt: opt.NadamOptimizer(0.1)),
        ("AdamW", lambda opt: opt.AdamWOptimizer(0.01, 0.1)),
        ("MomentumW", lambda opt: opt.MomentumWOptimizer(0.01, 0.01, 0.9)),
    ],
)
def test_further_optimizers_take_their_steps(name, make):
    w = tf.Variable([1.0, -2.0])
    train = make(tf.contrib.opt).minimize(tf.reduce_sum(w * w * [0.5, 5.0]))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for _ in range(5):
        session.run(train)
    np.testing.assert_allclose(session.run(w), reference(name), rtol=2e-5)


def test_a_training_step_with_clipped_gradients_and_a_falling_rate():
    w = tf.Variable([3.0, 4.0])
    step = tf.train.get_or_create_global_step()
    loss = tf.contrib.layers.optimize_loss(
        0.5 * tf.reduce_sum(w * w),
        step,
        learning_rate=0.5,
        optimizer="SGD",
        clip_gradients=1.0,
        learning_rate_decay_fn=lambda rate, at: tf.train.exponential_decay(rate, at, 1, 0.5),
    )
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    assert session.run(loss) == 12.5
    np.testing.assert_allclose(session.run(w), [2.7, 3.6], rtol=1e-6)
    session.run(loss)
    np.testing.assert_allclose(session.run(w), [2.55, 3.4], rtol=1e-6)
    assert session.run(step) == 2
    assert [v.op.name for v in tf.global_variables()][-1] == "OptimizeLoss/learning_rate"
    assert len(tf.get_collection(tf.GraphKeys.SUMMARIES)) == 3
    with pytest.raises(ValueError, match="Optimizer name should be one of"):
        tf.contrib.layers.optimize_loss(loss, step, 0.1, "Newton")
    again = tf.contrib.layers.optimize_loss(
        tf.reduce_sum(w), step, None, tf.train.GradientDescentOptimizer(1.0), name="second", summaries=[]
    )
    session.run(again)
    np.testing.assert_allclose(session.run(w), [1.55, 2.4], rtol=1e-6)


def test_nests_are_in_the_framework():
    nest = tf.contrib.framework.nest
    assert nest.flatten({"b": [1, 2], "a": (3,)}) == [3, 1, 2]


def test_separable_convolutions_with_contribs_names():
    slim = tf.contrib.slim
    values = np.sin(np.arange(108.0)).reshape(1, 6, 6, 3).astype(np.float32)
    mixed = slim.separable_conv2d(values, 5, [3, 3], depth_multiplier=2, scope="sep", activation_fn=None)
    alone = slim.separable_conv2d(values, None, 3, stride=2)
    shapes = {variable.op.name: variable.shape.as_list() for variable in tf.global_variables()}
    assert shapes == {
        "sep/depthwise_weights": [3, 3, 3, 2],
        "sep/pointwise_weights": [1, 1, 6, 5],
        "sep/biases": [5],
        "SeparableConv2d/depthwise_weights": [3, 3, 3, 1],
        "SeparableConv2d/biases": [3],
    }
    deep, point, _, own, _ = tf.global_variables()
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    found = session.run(
        [
            mixed,
            tf.nn.separable_conv2d(values, deep, point, [1, 1, 1, 1], "SAME"),
            alone,
            tf.nn.relu(tf.nn.depthwise_conv2d(values, own, [1, 2, 2, 1], "SAME")),
        ]
    )
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
    np.testing.assert_allclose(found[2], found[3], rtol=1e-6)


def test_momentum_asks_a_function_whether_to_look_ahead():
    values = []
    for nesterov in (False, lambda: False, True, lambda: True):
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.Variable(1.0)
            train = tf.contrib.opt.MomentumWOptimizer(0.01, 0.1, 0.9, use_nesterov=nesterov).minimize(x * x)
            session.run(tf.global_variables_initializer())
            for _ in range(3):
                session.run(train)
            values.append(float(session.run(x)))
    assert values[0] == values[1] != values[2] == values[3]


def test_what_is_asked_for_of_a_training_step_is_written_down():
    with tf.Graph().as_default():
        x = tf.Variable(3.0, name="x")
        tf.contrib.layers.optimize_loss(
            x * x, tf.train.get_or_create_global_step(), 0.1, "SGD", summaries=["gradients", "gradient_norm"]
        )
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            written = tf.Summary.FromString(session.run(tf.summary.merge_all()))
        values = {value.tag: value for value in written.value}
    assert sorted(values) == [
        "OptimizeLoss/global_norm/gradient_norm",
        "OptimizeLoss/gradient_norm/x",
        "OptimizeLoss/gradients/x",
    ]
    assert values["OptimizeLoss/gradient_norm/x"].simple_value == 6
    assert (values["OptimizeLoss/gradients/x"].histo.min, values["OptimizeLoss/gradients/x"].histo.max) == (6, 6)


def test_channels_that_are_not_mixed_may_come_first():
    with tf.Graph().as_default():
        x = tf.constant(np.arange(2 * 3 * 5 * 4, dtype=np.float32).reshape(2, 5, 4, 3))
        last = tf.contrib.layers.separable_conv2d(
            x, None, 3, 2, biases_initializer=tf.ones_initializer(), scope="way",
            biases_regularizer=tf.contrib.layers.l2_regularizer(1.0),
        )  # fmt: skip
        first = tf.contrib.layers.separable_conv2d(
            tf.transpose(x, [0, 3, 1, 2]), None, 3, 2, data_format="NCHW", scope="way", reuse=True
        )
        (loss,) = tf.losses.get_regularization_losses()
        assert {v.op.name: v.shape.as_list() for v in tf.trainable_variables()} == {
            "way/depthwise_weights": [3, 3, 3, 2],
            "way/biases": [6],
        }
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run(loss) == 3
            np.testing.assert_allclose(session.run(tf.transpose(first, [0, 2, 3, 1])), session.run(last), rtol=1e-5)
