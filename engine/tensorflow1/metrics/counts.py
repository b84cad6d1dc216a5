"""Metrics of yes and no: true and false positives and negatives, precision, recall."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor
from ..build import apply
from .shared import Collections, Metric, add_to, cast, matched, metric_variable, quotient, scope

__all__ = ["false_negatives", "false_positives", "precision", "recall", "true_negatives", "true_positives"]


def _count(
    name: str | None,
    default: str,
    labels: Any,
    predictions: Any,
    weights: Any,
    collections: tuple[Collections, Collections],
    truth: bool,
    positive: bool,
) -> Metric:
    """How many predictions are ``positive`` of those whose label is ``truth``."""
    with scope(name, default, labels, predictions, weights):
        labels, predictions, weights = matched(cast(labels, "bool"), cast(predictions, "bool"), weights)
        count = metric_variable([], "count")
        found = cast(apply("LogicalAnd", _is(labels, truth), _is(predictions, positive)), "float32")
        if weights is not None:
            found = found * cast(weights, "float32")
        value, update = apply("Identity", count), count.assign_add(apply("ReduceSum", found))
    return add_to(collections[0], value), add_to(collections[1], update)


def _is(tensor: Tensor, wanted: bool) -> Tensor:
    return tensor if wanted else apply("LogicalNot", tensor)


def true_positives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """How many predictions are true where the label is."""
    both = metrics_collections, updates_collections
    return _count(name, "true_positives", labels, predictions, weights, both, truth=True, positive=True)


def true_negatives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """How many predictions are false where the label is."""
    both = metrics_collections, updates_collections
    return _count(name, "true_negatives", labels, predictions, weights, both, truth=False, positive=False)


def false_positives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """How many predictions are true where the label is false."""
    both = metrics_collections, updates_collections
    return _count(name, "false_positives", labels, predictions, weights, both, truth=False, positive=True)


def false_negatives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """How many predictions are false where the label is true."""
    both = metrics_collections, updates_collections
    return _count(name, "false_negatives", labels, predictions, weights, both, truth=True, positive=False)


def precision(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The share of the true predictions that are right; 0 before there are any."""
    with scope(name, "precision", labels, predictions, weights):
        right, add_right = true_positives(labels, predictions, weights)
        wrong, add_wrong = false_positives(labels, predictions, weights)
        value = quotient(right, right + wrong, "value")
        update = quotient(add_right, add_right + add_wrong, "update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def recall(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The share of the true labels that are predicted; 0 before there are any."""
    with scope(name, "recall", labels, predictions, weights):
        right, add_right = true_positives(labels, predictions, weights)
        missed, add_missed = false_negatives(labels, predictions, weights)
        value = quotient(right, right + missed, "value")
        update = quotient(add_right, add_right + add_missed, "update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)
