"""Every metric, built and fed the same way on whatever library is given."""

from __future__ import annotations

from typing import Any

import numpy as np

LABELS = [np.array([0, 1, 2, 1, 0]), np.array([2, 2, 1, 0, 1, 1, 0])]
CLASSES = [np.array([0, 1, 1, 1, 2]), np.array([2, 0, 1, 0, 1, 2, 0])]
PROBABILITIES = [
    np.array([[0.1], [0.8], [0.65], [0.3], [0.2]]),
    np.array([[0.9], [0.55], [0.05], [0.6], [0.95], [0.35], [0.5]]),
]
WEIGHTS = [np.array([1.0, 0.5, 0.25, 2.0, 0.0]), np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])]
COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives", "precision", "recall")


def results(tf: Any) -> dict[str, list[Any]]:
    """For each metric: the value before anything, what the update gave for each batch, and the value at the end."""
    labels = tf.placeholder(tf.int64, [None])
    classes = tf.placeholder(tf.int32, [None])
    probabilities = tf.placeholder(tf.float32, [None, 1])
    weights = tf.placeholder(tf.float32, [None])
    made = _without_weights(tf)
    for suffix, given in (("", None), (" weighted", weights)):
        for name, metric in _metrics(tf, labels, classes, probabilities, given).items():
            made[name + suffix] = metric
    found: dict[str, list[Any]] = {name: [] for name in made}
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())

        def gather(tensors: dict[str, Any], feeds: Any = None) -> None:
            for name, tensor in tensors.items():
                found[name].append(np.asarray(session.run(tensor, feeds)).tolist())

        gather({name: metric[0] for name, metric in made.items()})
        for batch in zip(LABELS, CLASSES, PROBABILITIES, WEIGHTS, strict=True):
            feeds = dict(zip((labels, classes, probabilities, weights), batch, strict=True))
            gather({name: metric[1] for name, metric in made.items()}, feeds)
        gather({name: metric[0] for name, metric in made.items()})
    return found


def _without_weights(tf: Any) -> dict[str, Any]:
    first, second = tf.constant([[1.0, 0.0], [0.6, 0.8]]), tf.constant([[0.0, 1.0], [0.8, 0.6]])
    return {
        "mean_cosine_distance": tf.metrics.mean_cosine_distance(first, second, 1),
        "mean_tensor": tf.metrics.mean_tensor(tf.constant([1.0, 2.0]), tf.constant([0.5, 0.0])),
    }


def _metrics(tf: Any, labels: Any, classes: Any, probabilities: Any, weights: Any) -> dict[str, Any]:
    m = tf.metrics
    numbers, truth = tf.cast(labels, tf.float32), tf.greater(labels, 0)
    found = {
        "accuracy": m.accuracy(labels, classes, weights),
        "mean": m.mean(probabilities, weights),
        "mean_squared_error": m.mean_squared_error(numbers, probabilities, weights),
        "root_mean_squared_error": m.root_mean_squared_error(numbers, probabilities, weights),
        "mean_absolute_error": m.mean_absolute_error(numbers, probabilities, weights),
        "mean_relative_error": m.mean_relative_error(numbers, probabilities, numbers, weights),
        "percentage_below": m.percentage_below(tf.reshape(probabilities, [-1]), 0.3, weights),
        "mean_iou": m.mean_iou(labels, tf.cast(classes, tf.int64), 4, weights),
        "mean_per_class_accuracy": m.mean_per_class_accuracy(labels, tf.cast(classes, tf.int64), 4, weights),
        "auc of 20": m.auc(truth, probabilities, weights, num_thresholds=20),
        "auc of three": m.auc(truth, probabilities, weights, thresholds=[0.7, 0.3, 0.1]),
    }
    for name in COUNTS:
        found[name] = getattr(m, name)(truth, tf.greater(probabilities, 0.5), weights)
        found[f"{name}_at_thresholds"] = getattr(m, f"{name}_at_thresholds")(
            truth, probabilities, [0.25, 0.58, 0.92], weights
        )
    for curve in ("ROC", "PR"):
        for method in ("trapezoidal", "careful_interpolation", "minoring", "majoring"):
            found[f"auc {curve} {method}"] = m.auc(truth, probabilities, weights, curve=curve, summation_method=method)
    return found
