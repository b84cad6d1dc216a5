"""Small models with what is rare in them: dtypes, empty shapes, updates beside the optimizer, loops, shared parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import engine as tf
from engine.graph import Graph
from engine.model import Model, RunSettings, TypedValues

ROWS = np.round(np.random.default_rng(4).normal(size=(7, 3)), 2)


def typed(values: Any) -> TypedValues:
    return TypedValues(str(np.asarray(values).tolist()).lower())


def line(dtype: Any = None) -> tuple[Any, Any, Any]:
    """Rows, a weight and the mean square of what they give."""
    dtype = dtype or tf.float32
    x = tf.placeholder(dtype, [None, 3], name="x")
    w = tf.Variable(np.full((3, 2), 0.5), dtype=dtype, name="w")
    return x, w, tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0), name="loss")


def descend(loss: Any, rate: Any = 0.05, **options: Any) -> Any:
    return tf.train.GradientDescentOptimizer(rate).minimize(loss, **options)


def half_precision() -> dict[str, Any]:
    descend(line(tf.float16)[2])
    return {"x": ROWS}


def double_precision() -> dict[str, Any]:
    descend(line(tf.float64)[2])
    return {"x": ROWS}


def whole_numbers_and_truths() -> dict[str, Any]:
    _, _, loss = line()
    count = tf.placeholder(tf.int64, [None], name="count")
    chosen = tf.placeholder(tf.bool, [None], name="chosen")
    weight = tf.Variable(1.5, name="weight")
    share = tf.where(chosen, tf.cast(count, tf.float32) * weight, tf.zeros_like(count, tf.float32))
    descend(loss + tf.reduce_mean(tf.square(share)))
    return {"x": ROWS, "count": np.arange(7), "chosen": np.arange(7) % 2 == 0}


def numbers_only() -> dict[str, Any]:
    v = tf.Variable(3.0, name="v")
    descend(tf.square(v - 1.0, name="loss"))
    return {}


def one_operation() -> dict[str, Any]:
    v = tf.Variable(3.0, name="v")
    descend(tf.identity(v, name="loss"))
    return {}


def the_variable_itself() -> dict[str, Any]:
    v = tf.Variable(3.0, name="v")
    descend(v)
    return {}


def unknown_shape() -> dict[str, Any]:
    x = tf.placeholder(tf.float32, None, name="x")
    w = tf.Variable(np.ones((3, 2), np.float32), validate_shape=False, name="w")
    descend(tf.reduce_mean(tf.square(tf.matmul(x, w))))
    return {"x": ROWS}


def several_losses() -> dict[str, Any]:
    _, w, loss = line()
    tf.losses.add_loss(loss)
    tf.losses.add_loss(0.1 * tf.reduce_sum(tf.square(w)))
    descend(tf.losses.get_total_loss())
    return {"x": ROWS}


def clipped_gradients() -> dict[str, Any]:
    _, _, loss = line()
    bias = tf.Variable([0.1, 0.2], name="bias")
    loss = loss + tf.reduce_sum(tf.square(bias))
    optimizer = tf.train.AdamOptimizer(0.05)
    gradients, variables = zip(*optimizer.compute_gradients(loss), strict=True)
    clipped, _ = tf.clip_by_global_norm(gradients, 0.5)
    optimizer.apply_gradients(zip(clipped, variables, strict=True))
    return {"x": ROWS}


def moving_averages() -> dict[str, Any]:
    _, w, loss = line()
    step = descend(loss)
    average = tf.train.ExponentialMovingAverage(0.9)
    with tf.control_dependencies([step]):
        average.apply([w])
    return {"x": ROWS}


def batch_normalization() -> dict[str, Any]:
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    hidden = tf.layers.batch_normalization(tf.layers.dense(x, 4), training=True)
    loss = tf.reduce_mean(tf.square(tf.layers.dense(hidden, 1)))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        descend(loss)
    return {"x": ROWS}


def dropout() -> dict[str, Any]:
    x, w, _ = line()
    descend(tf.reduce_mean(tf.square(tf.matmul(tf.nn.dropout(x, 0.5), w))))
    return {"x": ROWS}


def embedding() -> dict[str, Any]:
    words = tf.placeholder(tf.int64, [None], name="words")
    table = tf.Variable(np.arange(10.0).reshape(5, 2), dtype=tf.float32, name="table")
    loss = tf.reduce_mean(tf.square(tf.nn.embedding_lookup(table, words)))
    tf.train.AdamOptimizer(0.1).minimize(loss)
    return {"words": np.array([0, 1, 1, 4, 2, 0, 3])}


def unrolled_recurrence() -> dict[str, Any]:
    x = tf.placeholder(tf.float32, [None, 3, 2], name="x")
    outputs, _ = tf.nn.static_rnn(tf.nn.rnn_cell.BasicRNNCell(3), tf.unstack(x, 3, 1), dtype=tf.float32)
    descend(tf.reduce_mean(tf.square(outputs[-1])))
    return {"x": np.round(np.random.default_rng(1).normal(size=(5, 3, 2)), 2)}


def recurrence() -> dict[str, Any]:
    x = tf.placeholder(tf.float32, [None, 3, 2], name="x")
    _, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(3), x, dtype=tf.float32)
    descend(tf.reduce_mean(tf.square(state.h)))
    return {"x": np.round(np.random.default_rng(1).normal(size=(5, 3, 2)), 2)}


def scan() -> dict[str, Any]:
    x, w, _ = line()
    rows = tf.scan(lambda total, row: 0.5 * total + row, tf.matmul(x, w))
    descend(tf.reduce_mean(tf.square(rows)))
    return {"x": ROWS}


def while_loop() -> dict[str, Any]:
    _, w, loss = line()
    _, grown = tf.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, 0.9 * v * v), [tf.constant(0), w])
    descend(loss + tf.reduce_sum(tf.square(grown)))
    return {"x": ROWS}


def cond() -> dict[str, Any]:
    x, w, loss = line()
    extra = tf.cond(tf.reduce_sum(x) > 0, lambda: tf.reduce_sum(w), lambda: tf.reduce_sum(tf.square(w)))
    descend(loss + extra)
    return {"x": ROWS}


def stop_gradient() -> dict[str, Any]:
    x, w, loss = line()
    descend(loss + tf.reduce_mean(tf.stop_gradient(tf.matmul(x, w)) * tf.reduce_sum(w)))
    return {"x": ROWS}


def dual_averaging() -> dict[str, Any]:
    _, _, loss = line()
    tf.train.AdagradDAOptimizer(0.1, tf.train.get_or_create_global_step()).minimize(
        loss, global_step=tf.train.get_or_create_global_step()
    )
    return {"x": ROWS}


def decaying_rate() -> dict[str, Any]:
    _, _, loss = line()
    step = tf.train.get_or_create_global_step()
    descend(loss, tf.train.exponential_decay(0.1, step, 2, 0.9), global_step=step)
    return {"x": ROWS}


def two_optimizers() -> dict[str, Any]:
    _, w, loss = line()
    tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(tf.square(w)), name="other")
    tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, name="chosen")
    return {"x": ROWS}


def shared_variable() -> dict[str, Any]:
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    w = tf.Variable(np.eye(3) * 0.5, dtype=tf.float32, name="w")
    tf.train.AdamOptimizer(0.1).minimize(tf.reduce_mean(tf.square(tf.matmul(tf.matmul(x, w), w) + w[0])))
    return {"x": ROWS}


def assigned_within() -> dict[str, Any]:
    _, w, loss = line()
    counter = tf.Variable(0.0, trainable=False, name="counter")
    counted = tf.assign_add(counter, 1.0)
    with tf.control_dependencies([counted]):
        seen = counter.read_value()
    descend(loss + 0.01 * seen * tf.reduce_sum(w))
    return {"x": ROWS}


def strings() -> dict[str, Any]:
    x, w, loss = line()
    text = tf.as_string(tf.cast(tf.reduce_sum(x), tf.int32))
    length = tf.cast(tf.strings.length(text), tf.float32)
    descend(loss + length * tf.reduce_sum(tf.square(w)))
    return {"x": ROWS}


def no_columns() -> dict[str, Any]:
    _, w, loss = line()
    empty = tf.zeros([0, 2])
    descend(loss + tf.reduce_sum(tf.matmul(tf.concat([empty, w], 0), tf.ones([2, 1]))) + tf.reduce_sum(empty * 2.0))
    return {"x": ROWS}


def text_labels() -> dict[str, Any]:
    _, w, loss = line()
    label = tf.placeholder(tf.string, [None], name="label")
    cats = tf.cast(tf.equal(label, "cat"), tf.float32)
    descend(loss + tf.reduce_mean(cats) * tf.reduce_sum(w))
    return {"x": ROWS}


def loss_of_rows() -> dict[str, Any]:
    x, w, _ = line()
    descend(tf.square(tf.matmul(x, w)))
    return {"x": ROWS}


MODELS: tuple[Callable[[], dict[str, Any]], ...] = (
    half_precision,
    double_precision,
    whole_numbers_and_truths,
    numbers_only,
    one_operation,
    the_variable_itself,
    unknown_shape,
    several_losses,
    clipped_gradients,
    moving_averages,
    batch_normalization,
    dropout,
    embedding,
    unrolled_recurrence,
    recurrence,
    scan,
    while_loop,
    cond,
    stop_gradient,
    dual_averaging,
    decaying_rate,
    two_optimizers,
    shared_variable,
    assigned_within,
    strings,
    no_columns,
    loss_of_rows,
)


def odd_model(build: Callable[[], dict[str, Any]], **settings: Any) -> Model:
    """The model that ``build`` makes, in mini-batches of three rows of which the last is smaller, one row held back."""
    with Graph().as_default() as graph:
        tf.set_random_seed(3)
        data = build()
    optimizers = [op.name for op in graph.get_operations() if op.kind.name == "OPTIMIZER"]
    optimizer = "chosen" if "chosen" in optimizers else ""
    few = {"batch_size": 3, "held_back": 1} if data and len(next(iter(data.values()))) > 5 else {}
    run = RunSettings(seed=2, optimizer=optimizer, **{**few, **settings})
    return Model(graph, data={name: typed(values) for name, values in data.items()}, run=run)
