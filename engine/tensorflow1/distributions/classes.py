"""Distributions of classes."""

from __future__ import annotations

from typing import Any

from ...graph import DType, Graph, Tensor, TensorShape, as_dtype
from ...graph.default import current_graph
from ..arithmetic import cast
from ..arrays import one_hot, ones_like, reshape, shape
from ..assertions import assert_less_equal, assert_near, assert_non_negative
from ..build import apply, tensor_of
from ..cross_entropy import sigmoid_cross_entropy_with_logits, sparse_softmax_cross_entropy_with_logits
from ..random import multinomial, random_uniform
from .base import Distribution

__all__ = ["Bernoulli", "Categorical", "OneHotCategorical"]


def _logits_and_probs(graph: Graph, logits: Any, probs: Any, classes: bool, validate: bool) -> tuple[Tensor, Tensor]:
    """The logits and the probabilities, one made of the other. Raises ValueError unless just one is given."""
    if (logits is None) == (probs is None):
        raise ValueError("Must pass probs or logits, but not both. Leave one out.")
    given, name = (logits, "logits") if probs is None else (probs, "probs")
    tensor = tensor_of(given)
    if tensor.dtype is not None and not tensor.dtype.is_floating:
        raise TypeError(f"{name} must having floating type. Put a Cast before it, or write 0.5, not 0.")
    if probs is None:
        return tensor, apply("Softmax" if classes else "Sigmoid", tensor, name="probs")
    if validate:
        checks = [assert_non_negative(tensor)]
        if classes:
            whole = apply("ReduceSum", tensor, axis=[-1])
            checks.append(assert_near(whole, ones_like(whole), message="probs does not sum to 1."))
        else:
            checks.append(assert_less_equal(tensor, 1.0, message="probs has components greater than 1."))
        with graph.control_dependencies(checks):
            tensor = apply("Identity", tensor)
    with graph.name_scope("logits"):
        found = apply("Log", tensor)
        return found if classes else found - apply("Log1p", -1.0 * tensor), tensor


class _OfClasses(Distribution):
    def _begin(
        self, name: str, logits: Any, probs: Any, dtype: Any, validate: bool, parameters: dict[str, Any], classes: bool
    ) -> None:
        graph = current_graph(logits, probs)
        with graph.as_default(), graph.name_scope(name) as scope:
            self.logits, self.probs = _logits_and_probs(graph, logits, probs, classes, validate)
        dims = self.logits.shape.dims
        batch = self.logits.shape if not classes else TensorShape(None if dims is None else dims[:-1])
        super().__init__(graph, as_dtype(dtype), batch, parameters, scope)


class Bernoulli(_OfClasses):
    """1 with the probability ``probs``, or the sigmoid of ``logits``; 0 otherwise."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = "int32",
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        self._begin(name, logits, probs, dtype, validate_args, dict(locals()), classes=False)

    def _parameter(self) -> Tensor:
        return self.logits

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        drawn = random_uniform(sizes, dtype=self.probs.dtype or "float32", seed=seed)
        return cast(drawn < self.probs, self._dtype)

    def _log_prob(self, value: Tensor) -> Tensor:
        event, logits = cast(value, self.logits.dtype), self.logits
        if not (event.shape.is_known and logits.shape.is_known and event.shape == logits.shape):
            event, logits = ones_like(logits) * event, ones_like(event) * logits
        return -sigmoid_cross_entropy_with_logits(labels=event, logits=logits)

    def _entropy(self) -> Tensor:
        return -self.logits * (apply("Sigmoid", self.logits) - 1.0) + apply("Softplus", -self.logits)

    def _mean(self) -> Tensor:
        return apply("Identity", self.probs)

    def _variance(self) -> Tensor:
        return self.probs * (1.0 - self.probs)

    def _stddev(self) -> Tensor:
        return apply("Sqrt", self._variance())

    def _mode(self) -> Tensor:
        return cast(self.probs > 0.5, self._dtype)


class Categorical(_OfClasses):
    """Classes 0, 1, … with the probabilities ``probs`` or the softmax of ``logits``: (batch…, classes)."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = "int32",
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ) -> None:
        self._begin(name, logits, probs, dtype, validate_args, dict(locals()), classes=True)

    @property
    def event_size(self) -> Tensor:
        """The number of classes."""
        return shape(self.logits)[-1]

    @property
    def _value_dtype(self) -> DType | None:
        return as_dtype("int32")

    def _parameter(self) -> Tensor:
        return apply("ReduceSum", self.logits, axis=[-1])

    def _drawn_classes(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        """Classes of the shape ``sizes``."""
        logits, dims = self.logits, self.logits.shape.dims
        if dims is None or len(dims) != 2:
            last = dims[-1] if dims is not None and dims[-1] is not None else self.event_size
            logits = reshape(logits, [-1, last])
        draws = multinomial(logits, count, seed=seed, output_dtype="int32")
        return reshape(apply("Transpose", draws), sizes)

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        return cast(self._drawn_classes(sizes, count, seed), self._dtype)

    def _log_prob(self, value: Tensor) -> Tensor:
        event = value if value.dtype is not None and value.dtype.is_integer else cast(value, "int32")
        logits, batch = self.logits, self._batch
        if not (batch.is_known and event.shape.is_known and batch == event.shape):
            logits = logits * ones_like(apply("ExpandDims", event, axis=-1), dtype=logits.dtype)
            event = event * ones_like(apply("ReduceSum", logits, axis=[-1]), dtype=event.dtype)
        return -sparse_softmax_cross_entropy_with_logits(labels=event, logits=logits)

    def _entropy(self) -> Tensor:
        return -apply("ReduceSum", apply("LogSoftmax", self.logits) * self.probs, axis=[-1])

    def _mode(self) -> Tensor:
        return cast(apply("ArgMax", self.logits, axis=-1), self._dtype)


class OneHotCategorical(Categorical):
    """As :class:`Categorical`, with a vector of zeros and a one for each class."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = "int32",
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "OneHotCategorical",
    ) -> None:
        self._begin(name, logits, probs, dtype, validate_args, dict(locals()), classes=True)

    @property
    def event_shape(self) -> TensorShape:
        dims = self.logits.shape.dims
        return TensorShape(None if dims is None else dims[-1:])

    def _one_hot(self, classes: Tensor) -> Tensor:
        dims = self.logits.shape.dims
        depth = dims[-1] if dims is not None and dims[-1] is not None else self.event_size
        return one_hot(classes, depth, dtype=self._dtype)

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        return self._one_hot(self._drawn_classes(sizes, count, seed))

    def _log_prob(self, value: Tensor) -> Tensor:
        return apply("ReduceSum", cast(value, self.logits.dtype) * apply("LogSoftmax", self.logits), axis=[-1])

    def _mean(self) -> Tensor:
        return apply("Identity", self.probs)

    def _variance(self) -> Tensor:
        return self.probs * (1.0 - self.probs)

    def _stddev(self) -> Tensor:
        return apply("Sqrt", self._variance())

    def _mode(self) -> Tensor:
        return self._one_hot(apply("ArgMax", self.logits, axis=-1))
