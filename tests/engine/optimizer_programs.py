"""Programs that train with each optimizer, for TensorFlow 1 and for the engine alike.

``recorded/optimizers.json`` holds what TensorFlow printed; ``python -m tests.engine.optimizer_programs`` prints it anew
where TensorFlow is installed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

STEPS = 50
#: The steps after which values are kept.
KEPT = (1, 2, 3, 10, 25, 50)

X = (np.arange(15, dtype=np.float32).reshape(5, 3) - 7) / 5
Y = np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]], axis=1).astype(np.float32)
W = np.array([[0.3, -0.2], [0.5, 0.1], [-0.4, 0.6]], np.float32)

#: Optimizer class, its arguments by name.
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "gradient descent": ("GradientDescentOptimizer", {"learning_rate": 0.1}),
    "momentum": ("MomentumOptimizer", {"learning_rate": 0.05, "momentum": 0.9}),
    "nesterov": ("MomentumOptimizer", {"learning_rate": 0.02, "momentum": 0.8, "use_nesterov": True}),
    "adagrad": ("AdagradOptimizer", {"learning_rate": 0.1}),
    "adagrad from 1": ("AdagradOptimizer", {"learning_rate": 0.5, "initial_accumulator_value": 1.0}),
    "adam": ("AdamOptimizer", {}),
    "fast adam": ("AdamOptimizer", {"learning_rate": 0.1}),
    "another adam": ("AdamOptimizer", {"learning_rate": 0.05, "beta1": 0.5, "beta2": 0.9, "epsilon": 0.1}),
    "rmsprop": ("RMSPropOptimizer", {"learning_rate": 0.01}),
    "rmsprop with momentum": ("RMSPropOptimizer", {"learning_rate": 0.01, "decay": 0.8, "momentum": 0.5}),
    "centered rmsprop": ("RMSPropOptimizer", {"learning_rate": 0.01, "centered": True, "epsilon": 1e-3}),
    "all of rmsprop": ("RMSPropOptimizer", {"learning_rate": 0.01, "momentum": 0.3, "centered": True}),
    "adadelta": ("AdadeltaOptimizer", {"learning_rate": 1.0}),
    "another adadelta": ("AdadeltaOptimizer", {"learning_rate": 2.0, "rho": 0.8, "epsilon": 1e-3}),
    "ftrl": ("FtrlOptimizer", {"learning_rate": 0.1}),
    "regularized ftrl": (
        "FtrlOptimizer",
        {
            "learning_rate": 0.3,
            "l1_regularization_strength": 0.02,
            "l2_regularization_strength": 0.1,
            "l2_shrinkage_regularization_strength": 0.05,
            "initial_accumulator_value": 0.5,
        },
    ),
    "ftrl with another power": ("FtrlOptimizer", {"learning_rate": 0.1, "learning_rate_power": -0.3}),
    "proximal": ("ProximalGradientDescentOptimizer", {"learning_rate": 0.1}),
    "regularized proximal": (
        "ProximalGradientDescentOptimizer",
        {"learning_rate": 0.1, "l1_regularization_strength": 0.05, "l2_regularization_strength": 0.1},
    ),
    "proximal adagrad": ("ProximalAdagradOptimizer", {"learning_rate": 0.1}),
    "regularized proximal adagrad": (
        "ProximalAdagradOptimizer",
        {"learning_rate": 0.1, "l1_regularization_strength": 0.05, "l2_regularization_strength": 0.1},
    ),
    "adagrad da": ("AdagradDAOptimizer", {"learning_rate": 0.1, "global_step": "step"}),
    "regularized adagrad da": (
        "AdagradDAOptimizer",
        {
            "learning_rate": 0.1,
            "global_step": "step",
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.1,
        },
    ),
}


def dense(tf: Any, setting: str) -> dict[str, Any]:
    """A layer of two outputs; the loss after each kept step, and the variables, slots included, at the end."""
    tf.reset_default_graph()
    weights, bias = tf.Variable(W, name="W"), tf.Variable([0.1, -0.1], name="b")
    loss = tf.reduce_mean(tf.square(tf.tanh(tf.matmul(X, weights) + bias) - Y))
    return _trained(tf, setting, loss)


def decayed(tf: Any, setting: str) -> dict[str, Any]:
    """A learning rate that a tensor gives: fed, and shrinking with the global step."""
    tf.reset_default_graph()
    weights = tf.Variable(W, name="W")
    loss = tf.reduce_mean(tf.square(tf.matmul(X, weights) - Y))
    fed = tf.placeholder(tf.float32, [], name="fed")
    step = tf.Variable(0, trainable=False, name="step", dtype=tf.int64)
    rate = tf.train.exponential_decay(fed, step, 7, 0.8)
    return _trained(tf, setting, loss, rate, step, {fed: 0.1})


def looked_up(tf: Any, setting: str) -> dict[str, Any]:
    """Rows of a table, one of them twice and one of them never: TensorFlow's gradient to it is sparse."""
    tf.reset_default_graph()
    table = tf.Variable(np.concatenate([W, W[:1] * 2]), name="table")
    which = tf.placeholder(tf.int32, [None], name="which")
    loss = tf.reduce_sum(tf.square(tf.gather(table, which) - 0.25))
    return _trained(tf, setting, loss, feeds={which: [1, 3, 1]}, later={which: [0, 1]})


CLIPS: dict[str, Callable[[Any, list[Any]], list[Any]]] = {
    "all together": lambda tf, gradients: tf.clip_by_global_norm(gradients, 0.7)[0],
    "each norm": lambda tf, gradients: [tf.clip_by_norm(gradient, 0.7) for gradient in gradients],
    "each value": lambda tf, gradients: [tf.clip_by_value(gradient, -0.3, 0.3) for gradient in gradients],
}


def clipped(tf: Any, clip: str) -> dict[str, list[Any]]:
    """Clipped gradients to a table in which a row is looked up twice, and to weights; what momentum makes of them."""
    tf.reset_default_graph()
    table, weights = tf.Variable(np.concatenate([W, W[:1] * 2]) * 3, name="table"), tf.Variable(W[:2, :1].T)
    which = tf.placeholder(tf.int32, [None, None], name="which")
    rows = tf.reshape(tf.nn.embedding_lookup(table, which), [-1, 2])
    loss = tf.reduce_sum(tf.square(tf.tanh(tf.matmul(rows, tf.transpose(weights)))))
    loss += tf.reduce_sum(tf.square(tf.gather(table, [0, 2])))
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    gradients, variables = zip(*optimizer.compute_gradients(loss), strict=True)
    train = optimizer.apply_gradients(zip(CLIPS[clip](tf, list(gradients)), variables, strict=True))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for number in range(6):
            session.run(train, {which: [[1, 1], [3, number % 2]]})
        return {v.op.name: np.asarray(session.run(v)).tolist() for v in tf.global_variables()}


def _trained(
    tf: Any, setting: str, loss: Any, rate: Any = None, step: Any = None, feeds: Any = None, later: Any = None
) -> dict[str, Any]:
    """``later`` is fed instead of ``feeds`` in every third step."""
    class_name, arguments = SETTINGS[setting]
    arguments = dict(arguments)
    if rate is not None:
        arguments["learning_rate"] = rate
    if arguments.get("global_step") == "step":
        step = arguments["global_step"] = tf.Variable(0, trainable=False, name="step", dtype=tf.int64)
    train = getattr(tf.train, class_name)(**arguments).minimize(loss, global_step=step)
    losses = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for number in range(1, STEPS + 1):
            given = later if later and number % 3 == 0 else feeds
            value, _ = session.run([loss, train], given)
            if number in KEPT:
                losses.append(float(value))
        variables = tf.global_variables()
        values = session.run(variables)
    return {
        "losses": losses,
        "variables": {v.op.name: np.asarray(value).tolist() for v, value in zip(variables, values, strict=True)},
        "train": train.name,
    }


DECAYED = ("gradient descent", "momentum", "adam", "rmsprop", "ftrl", "proximal adagrad")
LOOKED_UP = tuple(SETTINGS)


def record(tf: Any) -> dict[str, Any]:
    return {
        "dense": {setting: dense(tf, setting) for setting in SETTINGS},
        "decayed": {setting: decayed(tf, setting) for setting in DECAYED},
        "clipped": {clip: clipped(tf, clip) for clip in CLIPS},
        "looked_up": {setting: looked_up(tf, setting) for setting in LOOKED_UP},
    }


if __name__ == "__main__":
    import tensorflow.compat.v1 as tensorflow

    tensorflow.disable_v2_behavior()
    print(json.dumps(record(tensorflow), indent=1))
