"""Random numbers from seeds, for TensorFlow 1 and for the engine alike.

``recorded/random.json`` holds what TensorFlow gave; ``python -m tests.engine.random_programs`` prints it anew where
TensorFlow is installed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

RUNS = 3
#: Of a large tensor these elements are kept, and its sum.
KEPT = (0, 1, 2, 3, 255, 256, 257, 1023, 4095, 4096, 8191, 16383, 16384, 20000, -2, -1)
LOGITS = np.sin(np.arange(30, dtype=np.float32).reshape(5, 6) * 1.3) * 2


def tensors(tf: Any) -> dict[str, Any]:
    """Random tensors in the default graph, by name."""
    kinds: dict[str, Callable[..., Any]] = {
        "normal": lambda shape, dtype: tf.random_normal(shape, 0.5, 2.0, dtype),
        "uniform": lambda shape, dtype: tf.random_uniform(shape, dtype=dtype),
        "bounded": lambda shape, dtype: tf.random_uniform(shape, -3, 1.5, dtype=dtype),
        "truncated": lambda shape, dtype: tf.truncated_normal(shape, stddev=0.1, dtype=dtype),
    }
    shapes: dict[str, list[int]] = {"one": [], "few": [3], "table": [5, 7], "many": [20011]}
    found = {
        f"{kind} {dtype.name} {size}": make(shape, dtype)
        for kind, make in kinds.items()
        for dtype in (tf.float32, tf.float64)
        for size, shape in shapes.items()
    }
    for dtype in (tf.int32, tf.int64):
        for size, shape in shapes.items():
            found[f"whole {dtype.name} {size}"] = tf.random_uniform(shape, -5, 100, dtype)
    found["wide int64"] = tf.random_uniform([4], -(2**62), 2**62, tf.int64)
    for count in (1, 2, 7, 1000):
        found[f"shuffle {count}"] = tf.random_shuffle(tf.range(count))
    found["shuffled rows"] = tf.random_shuffle(tf.constant(LOGITS))
    found["multinomial 7"] = tf.multinomial(tf.constant(LOGITS), 7)
    found["multinomial 8"] = tf.multinomial(tf.constant(LOGITS.astype(np.float64)), 8, output_dtype=tf.int32)
    found["own seed"] = tf.random_normal([3], seed=42)
    found["own seed again"] = tf.random_normal([3], seed=42)
    found["dropout"] = tf.nn.dropout(tf.ones([4, 5]), 0.6)
    found["dropped rows"] = tf.nn.dropout(tf.ones([4, 5]), 0.6, noise_shape=[4, 1], seed=3)
    classes = tf.constant([[1], [5]], tf.int64)
    for unique in (True, False):
        found[f"log uniform {unique}"] = tf.nn.log_uniform_candidate_sampler(classes, 1, 5, unique, 50)[0]
        found[f"classes {unique}"] = tf.nn.uniform_candidate_sampler(classes, 1, 7, unique, 33)[0]
    return found


def seeded(tf: Any, seed: int | None) -> dict[str, Any]:
    """What all the tensors give in three runs; without a seed of the graph only those with their own."""
    with tf.Graph().as_default():
        if seed is not None:
            tf.set_random_seed(seed)
        wanted = {name: tensor for name, tensor in tensors(tf).items() if seed is not None or name.startswith("own")}
        with tf.Session() as session:
            runs = [session.run(wanted) for _ in range(RUNS)]
    return {name: [kept(run[name]) for run in runs] for name in wanted}


def kept(value: Any) -> Any:
    array = np.asarray(value)
    if array.size < 2000:
        return array.tolist()
    return [*array.reshape(-1)[list(KEPT)].tolist(), float(array.sum(dtype=np.float64))]


def shapes_that_change(tf: Any) -> list[Any]:
    """A random tensor like what is fed, in runs of different sizes."""
    with tf.Graph().as_default():
        tf.set_random_seed(5)
        x = tf.placeholder(tf.float32, [None, 2])
        noise = tf.random_normal(tf.shape(x)) + x
        with tf.Session() as session:
            return [session.run(noise, {x: np.zeros((rows, 2))}).tolist() for rows in (1, 3, 1, 2)]


def in_a_loop(tf: Any) -> list[Any]:
    """Random tensors in the body of a loop, before and after it."""
    with tf.Graph().as_default():
        tf.set_random_seed(6)
        before = tf.random_uniform([2])
        _, total = tf.while_loop(
            lambda i, total: i < 4, lambda i, total: (i + 1, total + tf.random_normal([2])), [0, tf.zeros([2])]
        )
        after = tf.random_uniform([2])
        with tf.Session() as session:
            return [[value.tolist() for value in session.run([before, total, after])] for _ in range(2)]


def classifier(tf: Any) -> dict[str, Any]:
    """A small network with random weights and dropout, trained for twenty steps."""
    with tf.Graph().as_default():
        tf.set_random_seed(777)
        x, y = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 2])
        keep = tf.placeholder(tf.float32)
        first = tf.Variable(tf.random_normal([3, 16]), name="first")
        bias = tf.Variable(tf.random_uniform([16], -1.0, 1.0), name="bias")
        hidden = tf.nn.dropout(tf.nn.relu(tf.matmul(x, first) + bias), keep_prob=keep)
        last = tf.Variable(tf.truncated_normal([16, 2], stddev=0.1), name="last")
        offset = tf.Variable(tf.zeros([2]), name="offset")
        logits = tf.matmul(hidden, last) + offset
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=y))
        train = tf.train.AdamOptimizer(0.05).minimize(loss)
        data = np.sin(np.arange(30, dtype=np.float32).reshape(10, 3))
        labels = np.eye(2, dtype=np.float32)[(data.sum(axis=1) > 0).astype(int)]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            start = [value.tolist() for value in session.run([first, bias, last])]
            losses = [float(session.run([loss, train], {x: data, y: labels, keep: 0.7})[0]) for _ in range(20)]
            end = float(session.run(loss, {x: data, y: labels, keep: 1.0}))
    return {"start": start, "losses": losses, "end": end}


def record(tf: Any) -> dict[str, Any]:
    return {
        "seeded": {str(seed): seeded(tf, seed) for seed in (777, 0, 2**31 + 5, None)},
        "shapes": shapes_that_change(tf),
        "loop": in_a_loop(tf),
        "classifier": classifier(tf),
    }


if __name__ == "__main__":
    import tensorflow.compat.v1 as tensorflow

    tensorflow.disable_v2_behavior()
    print(json.dumps(record(tensorflow)))
