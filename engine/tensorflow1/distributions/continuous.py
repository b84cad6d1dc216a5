"""Distributions of real numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import Tensor, TensorShape, broadcast_shapes
from ...graph.default import current_graph
from ..arrays import concat, ones_like, reshape, shape, zeros_like
from ..assertions import assert_less, assert_positive
from ..build import apply, tensor_of
from ..choosing import where
from ..random import random_normal, random_uniform
from .base import FULLY_REPARAMETERIZED, Distribution, floats

__all__ = ["Exponential", "Laplace", "MultivariateNormalDiag", "Normal", "NormalWithSoftplusScale", "Uniform"]


class _OfNumbers(Distribution):
    """A distribution with two parameters that broadcast against each other."""

    reparameterization_type = FULLY_REPARAMETERIZED

    def _begin(self, name: str, given: dict[str, Any], check: Any, parameters: dict[str, Any]) -> list[Tensor]:
        graph = current_graph(*given.values())
        with graph.as_default(), graph.name_scope(name) as scope:
            checks = [check()] if check is not None else []
            with graph.control_dependencies(checks):
                tensors = floats(list(given.values()), list(given))
        batch = tensors[0].shape
        for tensor in tensors[1:]:
            batch = broadcast_shapes(batch, tensor.shape)
        super().__init__(graph, tensors[0].dtype, batch, parameters, scope)
        self._parameters = tensors
        return tensors

    def _parameter(self) -> Tensor:
        found = self._parameters[0]
        for other in self._parameters[1:]:
            found = found + other
        return found


class Normal(_OfNumbers):
    """Normal distributions with mean ``loc`` and standard deviation ``scale``."""

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Normal",
    ) -> None:
        given = dict(locals())
        check = (lambda: assert_positive(scale)) if validate_args else None
        self.loc, self.scale = self._begin(name, {"loc": loc, "scale": scale}, check, given)

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        return random_normal(sizes, dtype=self.loc.dtype or "float32", seed=seed) * self.scale + self.loc

    def _standard(self, value: Tensor) -> Tensor:
        return (value - self.loc) / self.scale

    def _log_prob(self, value: Tensor) -> Tensor:
        unnormalized = -0.5 * apply("Square", self._standard(value))
        return unnormalized - (0.5 * math.log(2 * math.pi) + apply("Log", self.scale))

    def _cdf(self, value: Tensor) -> Tensor:
        return 0.5 * apply("Erfc", self._standard(value) * -math.sqrt(0.5))

    def _entropy(self) -> Tensor:
        return 0.5 * math.log(2 * math.pi * math.e) + apply("Log", self._stddev())

    def _mean(self) -> Tensor:
        return self.loc * ones_like(self.scale)

    def _stddev(self) -> Tensor:
        return self.scale * ones_like(self.loc)

    def _mode(self) -> Tensor:
        return self._mean()


class NormalWithSoftplusScale(Normal):
    """As :class:`Normal`, with the softplus of ``scale`` as the standard deviation."""

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "NormalWithSoftplusScale",
    ) -> None:
        given = dict(locals())
        with current_graph(loc, scale).name_scope(name) as scope:
            positive = apply("Softplus", scale, name="softplus_scale")
        super().__init__(loc, positive, validate_args, allow_nan_stats, scope)
        self.parameters = {key: value for key, value in given.items() if key not in ("self", "__class__")}


class Uniform(_OfNumbers):
    """Numbers from ``low`` up to ``high``, without it, each as probable as any other."""

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        given = dict(locals())
        words = "uniform not defined when low >= high."
        check = (lambda: assert_less(low, high, message=words)) if validate_args else None
        self.low, self.high = self._begin(name, {"low": low, "high": high}, check, given)

    def range(self, name: str = "range") -> Tensor:
        """``high`` − ``low``."""
        with self._block(name):
            return self.high - self.low

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        drawn = random_uniform(sizes, dtype=self.low.dtype or "float32", seed=seed)
        return self.low + self.range() * drawn

    def _prob(self, value: Tensor) -> Tensor:
        spread = value * ones_like(self.range())
        outside = apply("LogicalOr", value < self.low, value >= self.high)
        return where(outside, zeros_like(spread), ones_like(spread) / self.range())

    def _log_prob(self, value: Tensor) -> Tensor:
        return apply("Log", self._prob(value))

    def _cdf(self, value: Tensor) -> Tensor:
        spread = value * ones_like(self.range())
        below = where(spread < self.low, zeros_like(spread), (spread - self.low) / self.range())
        return where(spread >= self.high, ones_like(spread), below)

    def _entropy(self) -> Tensor:
        return apply("Log", self.range())

    def _mean(self) -> Tensor:
        return (self.low + self.high) / 2.0

    def _variance(self) -> Tensor:
        return apply("Square", self.range()) / 12.0

    def _stddev(self) -> Tensor:
        return self.range() / math.sqrt(12.0)


class Exponential(_OfNumbers):
    """Times between events of which there are ``rate`` in a unit of time."""

    def __init__(
        self, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Exponential"
    ) -> None:
        given = dict(locals())
        check = (lambda: assert_positive(rate)) if validate_args else None
        (self.rate,) = self._begin(name, {"rate": rate}, check, given)

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        dtype = self.rate.dtype
        assert dtype is not None
        drawn = random_uniform(sizes, float(np.finfo(dtype.numpy).tiny), 1.0, dtype, seed)
        return -apply("Log", drawn) / self.rate

    def _log_prob(self, value: Tensor) -> Tensor:
        return apply("Log", self.rate) - self.rate * value

    def _cdf(self, value: Tensor) -> Tensor:
        return -apply("Expm1", -self.rate * value)

    def _entropy(self) -> Tensor:
        return 1.0 - apply("Log", self.rate)

    def _mean(self) -> Tensor:
        return 1.0 / self.rate

    def _stddev(self) -> Tensor:
        return 1.0 / self.rate

    def _mode(self) -> Tensor:
        """NaN, as in TensorFlow, which takes this for a gamma distribution, whose mode it knows only beyond 1."""
        return zeros_like(self.rate) * math.nan


class Laplace(_OfNumbers):
    """Laplace's distributions around ``loc``, falling off by the distance over ``scale``."""

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Laplace"
    ) -> None:
        given = dict(locals())
        check = (lambda: assert_positive(scale)) if validate_args else None
        self.loc, self.scale = self._begin(name, {"loc": loc, "scale": scale}, check, given)

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        dtype = self.loc.dtype
        assert dtype is not None
        lowest = float(np.nextafter(dtype.numpy.type(-1.0), dtype.numpy.type(0.0)))
        drawn = random_uniform(sizes, lowest, 1.0, dtype, seed)
        return self.loc - self.scale * apply("Sign", drawn) * apply("Log1p", -apply("Abs", drawn))

    def _standard(self, value: Tensor) -> Tensor:
        return (value - self.loc) / self.scale

    def _log_prob(self, value: Tensor) -> Tensor:
        return -apply("Abs", self._standard(value)) - (math.log(2.0) + apply("Log", self.scale))

    def _cdf(self, value: Tensor) -> Tensor:
        standard = self._standard(value)
        tail = 0.5 * apply("Exp", -apply("Abs", standard))
        return where(standard > 0.0, 1.0 - tail, tail)

    def _entropy(self) -> Tensor:
        return math.log(2.0) + 1.0 + apply("Log", self.scale + apply("ZerosLike", self.loc))

    def _mean(self) -> Tensor:
        return self.loc + apply("ZerosLike", self.scale)

    def _stddev(self) -> Tensor:
        return math.sqrt(2.0) * self.scale + apply("ZerosLike", self.loc)

    def _mode(self) -> Tensor:
        return self._mean()


class MultivariateNormalDiag(Distribution):
    """Vectors of independent normal numbers: means ``loc`` and standard deviations ``scale_diag``, (batch…, size)."""

    reparameterization_type = FULLY_REPARAMETERIZED

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        scale_identity_multiplier: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ) -> None:
        given = dict(locals())
        if loc is None and scale_diag is None:
            raise ValueError("Must pass one of `loc` and `scale_diag`, from which the size of a vector is known.")
        graph = current_graph(loc, scale_diag, scale_identity_multiplier)
        with graph.as_default(), graph.name_scope(name) as scope:
            first = tensor_of(loc if loc is not None else scale_diag)
            mean = apply("ZerosLike", first) if loc is None else first
            deviation = ones_like(first) if scale_diag is None else tensor_of(scale_diag, first.dtype)
            if scale_identity_multiplier is not None:
                factor = tensor_of(scale_identity_multiplier, first.dtype)
                deviation = deviation * apply("ExpandDims", factor, axis=-1)
            self.loc, self.stddevs = floats([mean, deviation], ["loc", "scale_diag"])
        whole = broadcast_shapes(self.loc.shape, self.stddevs.shape)
        self._event = TensorShape(None if whole.dims is None else whole.dims[-1:])
        batch = TensorShape(None if whole.dims is None else whole.dims[:-1])
        super().__init__(graph, self.loc.dtype, batch, given, scope)

    @property
    def event_shape(self) -> TensorShape:
        return self._event

    def _parameter(self) -> Tensor:
        return apply("ReduceSum", self.loc + self.stddevs, axis=[-1])

    def _draw(self, sizes: Any, count: Any, seed: int | None) -> Tensor:
        if isinstance(sizes, Sequence) and self._event.is_known:
            whole: Any = [*sizes, *self._event.known()]
        else:
            whole = concat([reshape(count, [1]), shape(self.loc + self.stddevs)], 0)
        return random_normal(whole, dtype=self.loc.dtype or "float32", seed=seed) * self.stddevs + self.loc

    def _log_prob(self, value: Tensor) -> Tensor:
        standard = (value - self.loc) / self.stddevs
        each = -0.5 * apply("Square", standard) - (0.5 * math.log(2 * math.pi) + apply("Log", self.stddevs))
        return apply("ReduceSum", each, axis=[-1])

    def _entropy(self) -> Tensor:
        each = 0.5 * math.log(2 * math.pi * math.e) + apply("Log", self._stddev())
        return apply("ReduceSum", each, axis=[-1])

    def _mean(self) -> Tensor:
        return self.loc * ones_like(self.stddevs)

    def _stddev(self) -> Tensor:
        return self.stddevs * ones_like(self.loc)

    def _mode(self) -> Tensor:
        return self._mean()
