"""Metrics that are means: accuracy, errors, distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...graph import as_dtype
from ..build import apply
from ..sources import convert_to_tensor
from .shared import Collections, Metric, add_to, broadcast_weights, cast, matched, metric_variable, quotient, scope

__all__ = [
    "accuracy",
    "mean",
    "mean_absolute_error",
    "mean_cosine_distance",
    "mean_iou",
    "mean_per_class_accuracy",
    "mean_relative_error",
    "mean_squared_error",
    "mean_tensor",
    "percentage_below",
    "root_mean_squared_error",
]


def mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of all numbers of all runs, weighted when there are ``weights``; 0 before there are any."""
    with scope(name, "mean", values, weights):
        values = cast(values, "float32")
        total, count = metric_variable([], "total"), metric_variable([], "count")
        if weights is None:
            number = cast(apply("Size", values), "float32")
        else:
            weights = broadcast_weights(values, weights)
            values = values * weights
            number = apply("ReduceSum", weights)
        new_total, new_count = total.assign_add(apply("ReduceSum", values)), count.assign_add(number)
        value = quotient(total, count, "value")
        update = quotient(new_total, new_count, "update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def mean_tensor(
    values: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of a tensor over the runs, element by element. Its shape must be known."""
    with scope(name, "mean", values, weights):
        values = cast(values, "float32")
        if not values.shape.is_known:
            raise ValueError(f"The shape of {values.name} is {values.shape}, but mean_tensor needs all of it.")
        total = metric_variable(values.shape.known(), "total_tensor")
        count = metric_variable(values.shape.known(), "count_tensor")
        number = apply("OnesLike", values)
        if weights is not None:
            number = broadcast_weights(values, weights)
            values = values * number
        new_total, new_count = total.assign_add(values), count.assign_add(number)
        value = quotient(total, count, "value")
        update = quotient(new_total, new_count, "update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """How often predictions equal labels."""
    labels, predictions, weights = matched(labels, predictions, weights)
    if labels.dtype is not None and predictions.dtype is not labels.dtype:
        predictions = cast(predictions, labels.dtype.name)
    correct = cast(apply("Equal", predictions, labels), "float32")
    return mean(correct, weights, metrics_collections, updates_collections, name or "accuracy")


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of (labels − predictions)²."""
    labels, predictions, weights = matched(labels, predictions, weights)
    errors = apply("Square", labels - predictions)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_squared_error")


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The root of the mean of (labels − predictions)²."""
    value, update = mean_squared_error(labels, predictions, weights, name=name or "root_mean_squared_error")
    return add_to(metrics_collections, apply("Sqrt", value)), add_to(updates_collections, apply("Sqrt", update))


def mean_absolute_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of |labels − predictions|."""
    labels, predictions, weights = matched(labels, predictions, weights)
    errors = apply("Abs", predictions - labels)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_absolute_error")


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of |labels − predictions| / normalizer, 0 where the normalizer is 0."""
    labels, predictions, weights = matched(labels, predictions, weights)
    normalizer, predictions, _ = matched(normalizer, predictions)
    relative = apply("Abs", labels - predictions) / normalizer
    errors = apply("Where", apply("Equal", normalizer, 0.0), apply("ZerosLike", labels), relative)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_relative_error")


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """1 − the mean of the scalar products along ``dim`` of labels and predictions, unit vectors both."""
    labels, predictions, weights = matched(labels, predictions, weights)
    products = apply("ReduceSum", predictions * labels, axis=[dim], keepdims=True)
    value, update = mean(products, weights, name=name or "mean_cosine_distance")
    return add_to(metrics_collections, 1.0 - value), add_to(updates_collections, 1.0 - update)


def percentage_below(
    values: Any,
    threshold: float,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The share of the numbers that are below ``threshold``."""
    below = cast(apply("Less", values, threshold), "float32")
    return mean(below, weights, metrics_collections, updates_collections, name or "percentage_below_threshold")


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean over the classes of true positives / (true positives + false positives + false negatives).

    ``update_op`` gives the confusion matrix (label by prediction).
    """
    with scope(name, "mean_iou", labels, predictions, weights):
        total = metric_variable([num_classes, num_classes], "total_confusion_matrix", np.float64)
        rows, columns = _indicators(labels, num_classes), _indicators(predictions, num_classes)
        if weights is not None:
            columns = columns * cast(apply("Reshape", convert_to_tensor(weights), shape=[-1, 1]), "float64")
        update = total.assign_add(apply("MatMul", rows, columns, transpose_a=True))
        hits = apply("ReduceSum", total * np.eye(num_classes), axis=[0])
        union = apply("ReduceSum", total, axis=[0]) + apply("ReduceSum", total, axis=[1]) - hits
        present = cast(apply("NotEqual", union, 0.0), "float64")
        value = cast(quotient(apply("ReduceSum", quotient(hits, union)), apply("ReduceSum", present)), "float32")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean over the classes of how often the predictions for its labels are right."""
    with scope(name, "mean_accuracy", labels, predictions, weights):
        total, count = metric_variable([num_classes], "total"), metric_variable([num_classes], "count")
        rows = cast(_indicators(labels, num_classes), "float32")
        if weights is not None:
            rows = rows * cast(apply("Reshape", convert_to_tensor(weights), shape=[-1, 1]), "float32")
        hits = rows * cast(_indicators(predictions, num_classes), "float32")
        new_total = total.assign_add(apply("ReduceSum", rows, axis=[0]))
        new_count = count.assign_add(apply("ReduceSum", hits, axis=[0]))
        value = apply("ReduceMean", quotient(count, total), name="mean_accuracy")
        update = quotient(new_count, new_total, "update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def _indicators(classes: Any, count: int) -> Any:
    """A row for each class, with 1 at its place."""
    flat = apply("Reshape", cast(classes, "int64"), shape=[-1])
    return apply("OneHot", flat, depth=count, dtype=as_dtype("float64"))
