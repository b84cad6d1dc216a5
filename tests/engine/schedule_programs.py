"""Programs with schedules and moving averages, for TensorFlow 1 and for the engine alike.

``recorded/schedules.json`` holds what TensorFlow printed; ``python -m tests.engine.schedule_programs`` prints it anew
where TensorFlow is installed.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

STEPS = (0, 1, 5, 10, 25, 37, 100)

#: Function, positional arguments after the global step, further ones by name.
SCHEDULES: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "exponential": ("exponential_decay", (10, 0.5), {}),
    "exponential stairs": ("exponential_decay", (10, 0.5, True), {}),
    "natural": ("natural_exp_decay", (10, 0.5), {}),
    "natural stairs": ("natural_exp_decay", (10, 0.5), {"staircase": True, "name": "slower"}),
    "inverse": ("inverse_time_decay", (10, 0.5), {}),
    "inverse stairs": ("inverse_time_decay", (10, 0.5), {"staircase": True}),
    "polynomial": ("polynomial_decay", (20,), {}),
    "quadratic": ("polynomial_decay", (20, 0.01, 2.0), {}),
    "cyclic": ("polynomial_decay", (20, 0.01, 0.5, True), {}),
    "cosine": ("cosine_decay", (30,), {}),
    "cosine to a part": ("cosine_decay", (30, 0.1), {}),
    "cosine restarts": ("cosine_decay_restarts", (8,), {}),
    "equal cosine restarts": ("cosine_decay_restarts", (8, 1.0, 0.9, 0.1), {}),
    "longer cosine restarts": ("cosine_decay_restarts", (8,), {"t_mul": 1.5, "m_mul": 0.8, "alpha": 0.05}),
    "linear cosine": ("linear_cosine_decay", (30,), {}),
    "another linear cosine": ("linear_cosine_decay", (30, 2.0, 0.1, 0.01), {}),
}


def schedule(tf: Any, which: str) -> dict[str, Any]:
    """The rate at some steps, and the name of its tensor."""
    tf.reset_default_graph()
    function, arguments, options = SCHEDULES[which]
    step = tf.placeholder(tf.int64, [], name="step")
    rate = getattr(tf.train, function)(0.1, step, *arguments, **options)
    with tf.Session() as session:
        return {"name": rate.name, "values": [float(session.run(rate, {step: number})) for number in STEPS]}


def pieces(tf: Any) -> list[float]:
    tf.reset_default_graph()
    step = tf.placeholder(tf.int32, [])
    rate = tf.train.piecewise_constant(step, [5, 10, 30], [1.0, 0.5, 0.25, 0.1])
    with tf.Session() as session:
        return [float(session.run(rate, {step: number})) for number in STEPS]


def averages(tf: Any) -> dict[str, Any]:
    """Averages of two variables and a tensor over steps that change them."""
    tf.reset_default_graph()
    v, w = tf.Variable([1.0, 2.0], name="v"), tf.Variable(3.0, name="w")
    step = tf.Variable(0, trainable=False, name="step")
    x = tf.placeholder(tf.float32, [2], name="x")
    double = tf.multiply(x, 2.0, name="double")
    plain = tf.train.ExponentialMovingAverage(0.9)
    warm = tf.train.ExponentialMovingAverage(0.99, num_updates=step, name="warm")
    right = tf.train.ExponentialMovingAverage(0.8, zero_debias=True)
    updates = [plain.apply(), warm.apply([w]), right.apply([double])]
    changes = [tf.assign_add(v, x), tf.assign_sub(w, 0.5), tf.assign_add(step, 1)]
    found = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for number in range(5):
            feeds = {x: [number, -1.0]}
            session.run(changes, feeds)
            session.run(updates, feeds)
            kept = [plain.average(v), plain.average(w), warm.average(w), right.average(double)]
            found.append([np.asarray(value).tolist() for value in session.run(kept)])
    return {
        "values": found,
        "variables": [variable.op.name for variable in tf.global_variables()],
        "update": updates[0].name,
        "names": [plain.average_name(v), warm.average_name(v)],
        "restored": {name: variable.op.name for name, variable in sorted(plain.variables_to_restore().items())},
    }


def record(tf: Any) -> dict[str, Any]:
    return {
        "schedules": {which: schedule(tf, which) for which in SCHEDULES},
        "pieces": pieces(tf),
        "averages": averages(tf),
    }


if __name__ == "__main__":
    import tensorflow.compat.v1 as tensorflow

    tensorflow.disable_v2_behavior()
    print(json.dumps(record(tensorflow), indent=1))
