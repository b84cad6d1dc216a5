"""Metrics of probabilities, taken for yes above each of several thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import Tensor
from ..build import apply
from .shared import Collections, Metric, add_to, broadcast_weights, cast, matched, metric_variable, quotient, scope

__all__ = [
    "auc",
    "false_negatives_at_thresholds",
    "false_positives_at_thresholds",
    "precision_at_thresholds",
    "recall_at_thresholds",
    "true_negatives_at_thresholds",
    "true_positives_at_thresholds",
]

_NAMES = {"tp": "true_positives", "fn": "false_negatives", "tn": "true_negatives", "fp": "false_positives"}
Counts = dict[str, Any]


def _counts(
    labels: Any, predictions: Any, thresholds: Sequence[float], weights: Any, kinds: Sequence[str]
) -> tuple[Counts, Counts]:
    """How many predictions of each kind there are at each threshold: so far, and with those of this run."""
    labels, predictions, weights = matched(cast(labels, "bool"), cast(predictions, "float32"), weights)
    limits = np.array(thresholds, np.float32).reshape(-1, 1)
    row = [1, -1]
    if weights is not None:
        weights = apply("Reshape", broadcast_weights(predictions, weights), shape=row)
    truth = apply("Reshape", labels, shape=row)
    positive = apply("Greater", apply("Reshape", predictions, shape=row), limits)
    values: Counts = {}
    updates: Counts = {}
    for kind in kinds:
        is_positive = positive if kind.endswith("p") else apply("LogicalNot", positive)
        is_true = truth if kind in ("tp", "fn") else apply("LogicalNot", truth)
        found = cast(apply("LogicalAnd", is_true, is_positive), "float32")
        if weights is not None:
            found = found * weights
        variable = metric_variable([len(thresholds)], _NAMES[kind])
        values[kind] = apply("Identity", variable)
        updates[kind] = variable.assign_add(apply("ReduceSum", found, axis=[1]))
    return values, updates


def _count_at(
    kind: str,
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any,
    collections: tuple[Collections, Collections],
    name: str | None,
) -> Metric:
    with scope(name, _NAMES[kind], labels, predictions, weights):
        values, updates = _counts(labels, predictions, thresholds, weights, [kind])
    return add_to(collections[0], values[kind]), add_to(collections[1], updates[kind])


def true_positives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """True positives at each threshold."""
    both = metrics_collections, updates_collections
    return _count_at("tp", labels, predictions, thresholds, weights, both, name)


def true_negatives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """True negatives at each threshold."""
    both = metrics_collections, updates_collections
    return _count_at("tn", labels, predictions, thresholds, weights, both, name)


def false_positives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """False positives at each threshold."""
    both = metrics_collections, updates_collections
    return _count_at("fp", labels, predictions, thresholds, weights, both, name)


def false_negatives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """False negatives at each threshold."""
    both = metrics_collections, updates_collections
    return _count_at("fn", labels, predictions, thresholds, weights, both, name)


def precision_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The share of right ones among the predictions above each threshold."""
    with scope(name, "precision_at_thresholds", labels, predictions, weights):
        values, updates = _counts(labels, predictions, thresholds, weights, ["tp", "fp"])
        value = apply("Divide", values["tp"], 1e-7 + values["tp"] + values["fp"], name="precision_value")
        update = apply("Divide", updates["tp"], 1e-7 + updates["tp"] + updates["fp"], name="precision_update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def recall_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The share of the true labels that are predicted above each threshold."""
    with scope(name, "recall_at_thresholds", labels, predictions, weights):
        values, updates = _counts(labels, predictions, thresholds, weights, ["tp", "fn"])
        value = apply("Divide", values["tp"], 1e-7 + values["tp"] + values["fn"], name="recall_value")
        update = apply("Divide", updates["tp"], 1e-7 + updates["tp"] + updates["fn"], name="recall_update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Sequence[float] | None = None,
) -> Metric:
    """The area under the curve ``ROC`` (true over false positives) or ``PR`` (precision over recall).

    The curve is drawn through the points at ``num_thresholds`` thresholds, or at ``thresholds``. Raises ValueError
    for another curve or way of adding up.
    """
    if curve not in ("ROC", "PR"):
        raise ValueError(f"Curve must be either ROC or PR. Curve {curve} is unknown.")
    if summation_method not in ("trapezoidal", "careful_interpolation", "minoring", "majoring"):
        raise ValueError(
            f"Invalid summation_method: {summation_method} summation_method should be 'trapezoidal', "
            "'careful_interpolation', 'minoring', or 'majoring'."
        )
    if thresholds is None:
        inner = [(i + 1) * 1.0 / (num_thresholds - 1) for i in range(num_thresholds - 2)]
    else:
        inner = sorted(thresholds)
    limits = [-1e-7, *inner, 1.0 + 1e-7]
    with scope(name, "auc", labels, predictions, weights):
        values, updates = _counts(labels, predictions, limits, weights, ["tp", "fn", "tn", "fp"])
        value = _area(values, curve, summation_method, "value")
        update = _area(updates, curve, summation_method, "update_op")
    return add_to(metrics_collections, value), add_to(updates_collections, update)


def _area(counts: Counts, curve: str, method: str, name: str) -> Tensor:
    true_p, false_n, true_n, false_p = (counts[kind] for kind in ("tp", "fn", "tn", "fp"))
    if curve == "PR" and method == "careful_interpolation":
        return _interpolated_area(true_p, false_p, false_n, name)
    small = 1e-6
    share = (true_p + small) / (true_p + false_n + small)
    if curve == "ROC":
        x, y = false_p / (false_p + true_n + small), share
    else:
        x, y = share, (true_p + small) / (true_p + false_p + small)
    before, after = y[:-1], y[1:]
    if method == "minoring":
        height = apply("Minimum", before, after)
    elif method == "majoring":
        height = apply("Maximum", before, after)
    else:
        height = (before + after) / 2.0
    return apply("ReduceSum", (x[:-1] - x[1:]) * height, name=name)


def _interpolated_area(true_p: Tensor, false_p: Tensor, false_n: Tensor, name: str) -> Tensor:
    """The area under precision over recall where both counts grow evenly between two thresholds.

    See Davis and Goadrich, The relationship between precision-recall and ROC curves (2006), section 4.
    """
    gained = true_p[:-1] - true_p[1:]
    both = true_p + false_p
    slope = quotient(gained, both[:-1] - both[1:])
    offset = true_p[1:] - slope * both[1:]
    ratio = quotient(both[:-1], both[1:])
    safe = apply("Where", apply("Greater", ratio, 0.0), ratio, apply("OnesLike", ratio))
    area = quotient(slope * (gained + offset * apply("Log", safe)), true_p[1:] + false_n[1:])
    return apply("ReduceSum", area, name=name)
