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


def dropout_in_a_branch(tf: Any) -> list[Any]:
    """A tensor that is dropped out in a branch, and the gradient through it, which must be of the same elements."""
    with tf.Graph().as_default():
        tf.set_random_seed(8)
        x = tf.ones([12])
        y = tf.cond(tf.constant(True), lambda: tf.nn.dropout(x, 0.5), lambda: x)
        _, z = tf.while_loop(lambda i, z: i < 3, lambda i, z: (i + 1, z * tf.random_uniform([12])), [0, x])
        wanted = [y, tf.gradients(y, x)[0], z, tf.gradients(z, x)[0]]
        with tf.Session() as session:
            return [[value.tolist() for value in session.run(wanted)] for _ in range(3)]


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


def initial_values(tf: Any) -> dict[str, Any]:
    """What each initializer gives for several shapes."""
    each = tf.initializers
    with tf.Graph().as_default():
        tf.set_random_seed(9)
        made = {
            "zeros": each.zeros(),
            "ones": tf.ones_initializer(),
            "constant": tf.constant_initializer(3),
            "constants": each.constant([1, 2, 3.5]),
            "uniform": tf.random_uniform_initializer(-1, 2),
            "uniform to 1": each.random_uniform(seed=2),
            "normal": tf.random_normal_initializer(),
            "another normal": each.random_normal(1.0, 2.0, seed=4),
            "truncated": tf.truncated_normal_initializer(stddev=0.1),
            "unit scaling": tf.uniform_unit_scaling_initializer(),
            "scaling": tf.variance_scaling_initializer(),
            "uniform scaling": each.variance_scaling(2.0, "fan_out", "uniform"),
            "untruncated scaling": each.variance_scaling(2.0, "fan_avg", "untruncated_normal"),
            "glorot uniform": tf.glorot_uniform_initializer(),
            "glorot normal": tf.glorot_normal_initializer(seed=1),
            "lecun normal": each.lecun_normal(),
            "lecun uniform": each.lecun_uniform(),
            "he normal": each.he_normal(),
            "he uniform": each.he_uniform(),
            "orthogonal": tf.orthogonal_initializer(gain=2.0),
        }
        shapes: list[list[int]] = [[3, 2], [2, 3], [2, 2, 3, 4]]
        wanted = {
            name: [initializer(shape, dtype=dtype) for shape in shapes for dtype in (None, tf.float64)]
            for name, initializer in made.items()
        }
        wanted["identity"] = [each.identity(2.0)([2, 3])]
        with tf.Session() as session:
            values = session.run(wanted)
        return {
            name: {"values": [array.tolist() for array in values[name]], "dtypes": [t.dtype.name for t in wanted[name]]}
            for name in wanted
        } | {"configs": {name: initializer.get_config() for name, initializer in made.items()}}


def crops(tf: Any) -> list[Any]:
    """Parts of tensors of a known and of an unknown size."""
    with tf.Graph().as_default():
        tf.set_random_seed(4)
        x = tf.placeholder(tf.float32, [None, None, 3])
        unknown, known = tf.random_crop(x, [2, 2, 3]), tf.random_crop(np.arange(12.0).reshape(3, 4), [2, 3], seed=8)
        shapes = [unknown.shape.as_list(), known.shape.as_list()]
        image = np.arange(60.0).reshape(5, 4, 3)
        with tf.Session() as session:
            return [shapes, *([v.tolist() for v in session.run([unknown, known], {x: image})] for _ in range(3))]


def record(tf: Any) -> dict[str, Any]:
    return {
        "seeded": {str(seed): seeded(tf, seed) for seed in (777, 0, 2**31 + 5, None)},
        "shapes": shapes_that_change(tf),
        "loop": in_a_loop(tf),
        "branch": dropout_in_a_branch(tf),
        "classifier": classifier(tf),
        "initializers": initial_values(tf),
        "crops": crops(tf),
    }


if __name__ == "__main__":
    import tensorflow.compat.v1 as tensorflow

    tensorflow.disable_v2_behavior()
    print(json.dumps(record(tensorflow)))
