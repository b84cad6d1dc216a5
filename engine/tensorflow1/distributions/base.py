"""What all distributions have in common."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...graph import DType, Graph, Tensor, TensorShape
from ..arrays import concat, reshape, shape
from ..build import apply, is_tensor, static_ints, tensor_of
from ..sources import constant

__all__ = ["FULLY_REPARAMETERIZED", "NOT_REPARAMETERIZED", "Distribution", "ReparameterizationType"]


class ReparameterizationType:
    """Whether gradients flow through samples to the parameters."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameterization Type: {self._rep_type}>"


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


class Distribution:
    """A batch of distributions, one for each place in its parameters.

    A value has the shape of the samples asked for, then that of the batch, then that of one event.
    """

    #: Whether gradients flow through samples to the parameters.
    reparameterization_type = NOT_REPARAMETERIZED

    def __init__(self, graph: Graph, dtype: DType | None, batch: TensorShape, parameters: dict[str, Any], name: str):
        self._graph = graph
        self._dtype = dtype
        self._batch = batch
        self._name = name
        self.parameters = {key: value for key, value in parameters.items() if key not in ("self", "__class__")}

    # --- what a kind of distribution says --------------------------------------------------------------------------

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        """Samples of the shape ``sizes``, which begins with ``count``."""
        raise NotImplementedError(f"sample is not implemented: {type(self).__name__}")

    def _log_prob(self, value: Tensor) -> Tensor:
        raise NotImplementedError(f"log_prob is not implemented: {type(self).__name__}")

    def _prob(self, value: Tensor) -> Tensor:
        return apply("Exp", self._log_prob(value))

    def _cdf(self, value: Tensor) -> Tensor:
        raise NotImplementedError(f"cdf is not implemented: {type(self).__name__}")

    def _entropy(self) -> Tensor:
        raise NotImplementedError(f"entropy is not implemented: {type(self).__name__}")

    def _mean(self) -> Tensor:
        raise NotImplementedError(f"mean is not implemented: {type(self).__name__}")

    def _variance(self) -> Tensor:
        return apply("Square", self._stddev())

    def _stddev(self) -> Tensor:
        raise NotImplementedError(f"stddev is not implemented: {type(self).__name__}")

    def _mode(self) -> Tensor:
        raise NotImplementedError(f"mode is not implemented: {type(self).__name__}")

    def _parameter(self) -> Tensor:
        """A tensor of the shape of the batch, for where that is not known when the graph is built."""
        raise NotImplementedError

    @property
    def _value_dtype(self) -> DType | None:
        """The dtype of the values that probabilities are asked of."""
        return self._dtype

    # --- what programs ask -----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The scope in which its operations are made, with a slash behind it."""
        return self._name

    @property
    def dtype(self) -> DType | None:
        """The dtype of samples."""
        return self._dtype

    @property
    def batch_shape(self) -> TensorShape:
        return self._batch

    @property
    def event_shape(self) -> TensorShape:
        return TensorShape(())

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The shape of the batch as a tensor."""
        with self._block(name):
            if self._batch.is_known:
                return constant(self._batch.as_list(), "int32")
            return shape(self._parameter())

    def is_scalar_event(self, name: str = "is_scalar_event") -> bool:
        """Whether one value is a number."""
        return len(self.event_shape) == 0

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> bool | None:
        """Whether this is one distribution; None where that is not known yet."""
        return None if self._batch.dims is None else len(self._batch) == 0

    @contextmanager
    def _block(self, name: str) -> Iterator[str]:
        with self._graph.name_scope(self._name), self._graph.name_scope(name) as scope:
            yield scope

    def sample(self, sample_shape: Any = (), seed: int | None = None, name: str = "sample") -> Tensor:
        """Samples, others in every run: (``sample_shape``…, batch…, event…)."""
        with self._graph.as_default(), self._block(name):
            if is_tensor(sample_shape) and tensor_of(sample_shape).spec.value is None:
                wanted: Any = reshape(sample_shape, [-1])
                count: Any = apply("ReduceProd", wanted, axis=[0])
            else:
                wanted = static_ints(sample_shape, "sample_shape")
                count = math.prod(wanted)
            dims = self._batch.dims
            known = dims is not None and None not in dims and not is_tensor(count)
            sizes = [count, *(dims or ())] if known else concat([reshape(count, [1]), shape(self._parameter())], 0)
            drawn = self._draw(sizes, count, seed)
            rest = drawn.shape.dims
            if not is_tensor(wanted) and rest is not None and None not in rest[1:]:
                return reshape(drawn, [*wanted, *rest[1:]])
            return reshape(drawn, concat([_sizes(wanted), shape(drawn)[1:]], 0))

    def _asked(self, name: str, rule: Any, *values: Any) -> Tensor:
        with self._graph.as_default(), self._block(name):
            tensors = [value if is_tensor(value) else tensor_of(value, self._value_dtype) for value in values]
            found: Tensor = rule(*(tensor_of(value) for value in tensors))
            return found

    def log_prob(self, value: Any, name: str = "log_prob") -> Tensor:
        """The logarithm of the probability, or density, of values."""
        return self._asked(name, self._log_prob, value)

    def prob(self, value: Any, name: str = "prob") -> Tensor:
        """The probability, or density, of values."""
        return self._asked(name, self._prob, value)

    def cdf(self, value: Any, name: str = "cdf") -> Tensor:
        """The probability of anything up to the values."""
        return self._asked(name, self._cdf, value)

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Tensor:
        """The logarithm of the probability of anything up to the values."""
        return self._asked(name, lambda tensor: apply("Log", self._cdf(tensor)), value)

    def survival_function(self, value: Any, name: str = "survival_function") -> Tensor:
        """The probability of anything beyond the values."""
        return self._asked(name, lambda tensor: 1.0 - self._cdf(tensor), value)

    def entropy(self, name: str = "entropy") -> Tensor:
        """The entropy in nats."""
        return self._asked(name, self._entropy)

    def mean(self, name: str = "mean") -> Tensor:
        return self._asked(name, self._mean)

    def variance(self, name: str = "variance") -> Tensor:
        return self._asked(name, self._variance)

    def stddev(self, name: str = "stddev") -> Tensor:
        """The standard deviation."""
        return self._asked(name, self._stddev)

    def mode(self, name: str = "mode") -> Tensor:
        """The most probable value."""
        return self._asked(name, self._mode)

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Tensor:
        """The Kullback-Leibler divergence from ``other`` to this, in nats."""
        from .divergence import kl_divergence

        with self._block(name):
            return kl_divergence(self, other)

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Tensor:
        """The entropy of this plus its divergence from ``other``, in nats."""
        from .divergence import kl_divergence

        with self._block(name):
            return kl_divergence(self, other) + self._entropy()

    def __repr__(self) -> str:
        dtype = "?" if self._dtype is None else self._dtype.name
        return (
            f"<tfp.distributions.{type(self).__name__} '{self._name}' batch_shape={self._batch} "
            f"event_shape={self.event_shape} dtype={dtype}>"
        )

    def __str__(self) -> str:
        dtype = "?" if self._dtype is None else self._dtype.name
        batch = "" if self._batch.dims is None else f", batch_shape={self._batch}"
        return (
            f'tfp.distributions.{type(self).__name__}("{self._name}"{batch}, event_shape={self.event_shape}, '
            f"dtype={dtype})"
        )


def _sizes(wanted: Any) -> Tensor:
    return tensor_of(wanted) if is_tensor(wanted) else constant(wanted, "int32")


def floats(values: Sequence[Any], names: Sequence[str]) -> list[Tensor]:
    """Parameters as tensors of one dtype: that of the first tensor among them, or else float32."""
    dtype = next((tensor_of(value).dtype for value in values if is_tensor(value)), None)
    tensors = []
    for value, name in zip(values, names, strict=True):
        tensor = tensor_of(value, None if is_tensor(value) else dtype)
        if tensor.dtype is not None and not tensor.dtype.is_floating:
            raise TypeError(
                f"Expected floating point type, got {tensor.dtype.name}: {name} must be made of floats; write 1.0, "
                "not 1, or put a Cast before it."
            )
        tensors.append(apply("Identity", tensor, name=name))
    return tensors
