"""``tf.contrib.metrics``: as ``tf.metrics``, with the predictions first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import Tensor
from .. import metrics
from ..build import apply, tensor_of
from ..sorting import confusion_matrix

__all__ = [
    "accuracy",
    "confusion_matrix",
    "streaming_accuracy",
    "streaming_auc",
    "streaming_false_negatives",
    "streaming_false_positives",
    "streaming_mean",
    "streaming_mean_absolute_error",
    "streaming_mean_cosine_distance",
    "streaming_mean_iou",
    "streaming_mean_relative_error",
    "streaming_mean_squared_error",
    "streaming_mean_tensor",
    "streaming_percentage_less",
    "streaming_precision",
    "streaming_recall",
    "streaming_root_mean_squared_error",
    "streaming_true_negatives",
    "streaming_true_positives",
]


def accuracy(predictions: Any, labels: Any, weights: Any = None, name: str | None = None) -> Tensor:
    """How often predictions equal labels, in this run alone. Raises ValueError where their dtypes differ."""
    found, truth = tensor_of(predictions), tensor_of(labels)
    if found.dtype is not truth.dtype:
        raise ValueError(f"dtypes of predictions and labels should match, given: {found.dtype!r} and {truth.dtype!r}")
    with found.graph.name_scope(name or "accuracy"):
        correct = apply("Cast", apply("Equal", found, truth), dtype="float32")
        if weights is None:
            return apply("ReduceMean", correct)
        share = apply("Cast", tensor_of(weights), dtype="float32")
        return apply("DivNoNan", apply("ReduceSum", correct * share), apply("ReduceSum", share))


def _predictions_first(function: Callable[..., Any]) -> Callable[..., Any]:
    def metric(predictions: Any, labels: Any, *arguments: Any, **named: Any) -> Any:
        return function(labels, predictions, *arguments, **named)

    metric.__name__ = f"streaming_{function.__name__}"
    metric.__doc__ = f"As ``tf.metrics.{function.__name__}``, with the predictions first."
    return metric


streaming_accuracy = _predictions_first(metrics.accuracy)
streaming_auc = _predictions_first(metrics.auc)
streaming_false_negatives = _predictions_first(metrics.false_negatives)
streaming_false_positives = _predictions_first(metrics.false_positives)
streaming_mean_absolute_error = _predictions_first(metrics.mean_absolute_error)
streaming_mean_cosine_distance = _predictions_first(metrics.mean_cosine_distance)
streaming_mean_iou = _predictions_first(metrics.mean_iou)
streaming_mean_relative_error = _predictions_first(metrics.mean_relative_error)
streaming_mean_squared_error = _predictions_first(metrics.mean_squared_error)
streaming_precision = _predictions_first(metrics.precision)
streaming_recall = _predictions_first(metrics.recall)
streaming_root_mean_squared_error = _predictions_first(metrics.root_mean_squared_error)
streaming_true_negatives = _predictions_first(metrics.true_negatives)
streaming_true_positives = _predictions_first(metrics.true_positives)
streaming_mean = metrics.mean
streaming_mean_tensor = metrics.mean_tensor
streaming_percentage_less = metrics.percentage_below
