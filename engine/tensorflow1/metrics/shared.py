"""What the metrics share: local variables, shapes that are made to agree, quotients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...graph import Tensor, Variable
from ...graph.default import current_graph
from ..build import apply
from ..sources import convert_to_tensor

Collections = Sequence[str] | str | None
#: The value so far, and the operation that adds to it.
Metric = tuple[Tensor, Tensor]


@contextmanager
def scope(name: str | None, default: str, *tensors: Any) -> Iterator[None]:
    """A with block in which names begin with that of the metric."""
    graph = current_graph(*[tensor for tensor in tensors if tensor is not None])
    with graph.as_default(), graph.name_scope(name or default):
        yield


def metric_variable(shape: Sequence[int], name: str, dtype: Any = np.float32) -> Variable:
    """A local variable full of zeros."""
    keys = ["local_variables", "metric_variables"]
    return Variable(np.zeros(tuple(shape), dtype), trainable=False, collections=keys, name=name)


def add_to(collections: Collections, tensor: Tensor) -> Tensor:
    """The tensor, after it was added to the collections."""
    if collections:
        tensor.graph.add_to_collections(collections, tensor)
    return tensor


def cast(value: Any, dtype: str) -> Tensor:
    tensor = convert_to_tensor(value)
    return tensor if tensor.dtype == dtype else apply("Cast", tensor, dtype=dtype)


def matched(labels: Any, predictions: Any, weights: Any = None) -> tuple[Tensor, Tensor, Tensor | None]:
    """Labels, predictions and weights, the last axis taken from (or given to) the one that has one more (or less).

    Raises ValueError when the shapes of labels and predictions do not agree.
    """
    labels, predictions = convert_to_tensor(labels), convert_to_tensor(predictions)
    difference = _ranks(predictions, labels)
    if difference == 1 and _ends_in_one(predictions):
        predictions = apply("Squeeze", predictions, axis=-1)
    elif difference == -1 and _ends_in_one(labels):
        labels = apply("Squeeze", labels, axis=-1)
    if not predictions.shape.is_compatible_with(labels.shape):
        raise ValueError(f"Shapes {predictions.shape} and {labels.shape} are incompatible: predictions and labels.")
    return labels, predictions, None if weights is None else _fitting_weights(predictions, weights)


def _fitting_weights(values: Tensor, weights: Any) -> Tensor:
    given = convert_to_tensor(weights)
    difference = 0 if given.shape.dims == () else _ranks(given, values)
    if difference == 1:
        return apply("Squeeze", given, axis=-1)
    if difference == -1:
        return apply("ExpandDims", given, axis=-1)
    return given


def broadcast_weights(values: Tensor, weights: Any) -> Tensor:
    """Weights as float32 with the shape of the values."""
    fitting = _fitting_weights(values, weights)
    return apply("Multiply", cast(fitting, "float32"), apply("OnesLike", cast(values, "float32")))


def _ranks(first: Tensor, second: Tensor) -> int | None:
    if first.shape.dims is None or second.shape.dims is None:
        return None
    return len(first.shape.dims) - len(second.shape.dims)


def _ends_in_one(tensor: Tensor) -> bool:
    return tensor.shape.dims is not None and tensor.shape.dims[-1] in (1, None)


def quotient(total: Any, count: Any, name: str | None = None) -> Tensor:
    """total / count, and 0 where the count is not positive."""
    total, count = convert_to_tensor(total), convert_to_tensor(count)
    positive = count > 0
    divisor = apply("Where", positive, count, apply("OnesLike", count))
    return apply("Where", positive, total / divisor, apply("ZerosLike", total), name=name)
