"""``tf.initializers``: functions of shape and dtype that give a variable's initial value.

At the top level they have longer names: ``tf.initializers.zeros`` is ``tf.zeros_initializer``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import DType, Tensor, as_dtype, as_shape
from . import random as _random
from . import sources as _sources
from . import variables as _variables
from .build import apply
from .factorizations import qr

__all__ = [
    "constant_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "ones_initializer",
    "orthogonal_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "zeros_initializer",
]

#: The standard deviation of a normal distribution that is cut off at two standard deviations.
_CUT_DEVIATION = 0.87962566103423978


class Initializer:
    """Called with a shape, it gives a tensor; ``dtype`` None takes the initializer's own.

    ``partition_info`` is there for programs that name it; a variable here is never split into parts.
    """

    def __init__(self, dtype: Any = "float32") -> None:
        self.dtype: DType = as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(shape, dtype, partition_info).")

    def get_config(self) -> dict[str, Any]:
        """The arguments from which an equal initializer is made."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        return cls(**config)

    def _wanted(self, dtype: Any) -> DType:
        return self.dtype if dtype is None else as_dtype(dtype)


class _Drawn(Initializer):
    """What initializers with random numbers have in common. Raises ValueError for a dtype of whole numbers."""

    def __init__(self, seed: int | None, dtype: Any) -> None:
        super().__init__(dtype)
        if not self.dtype.is_floating:
            raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {self.dtype!r}.")
        self.seed = seed


class Zeros(Initializer):
    """Zeros."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _sources.zeros(shape, self._wanted(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}


class Ones(Initializer):
    """Ones."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _sources.ones(shape, self._wanted(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype.name}


class Constant(Initializer):
    """A number, or the elements of a list or array, of which the last fills the places that are left."""

    def __init__(self, value: Any = 0, dtype: Any = "float32", verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, list | tuple | np.ndarray)):
            raise TypeError(
                f"Invalid type for initial value={value} of type: {type(value).__name__}. Expected Python scalar, "
                "list or tuple of values, or numpy.ndarray."
            )
        super().__init__(dtype)
        self.value = value
        self._verify_shape = verify_shape

    def __call__(
        self, shape: Any, dtype: Any = None, partition_info: Any = None, verify_shape: bool | None = None
    ) -> Tensor:
        verify = self._verify_shape if verify_shape is None else verify_shape
        return _sources.constant(self.value, self._wanted(dtype), shape, verify_shape=verify)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value, "dtype": self.dtype.name}


class RandomUniform(Initializer):
    """Numbers from a uniform distribution; ``maxval`` None is 1."""

    def __init__(self, minval: Any = 0.0, maxval: Any = None, seed: int | None = None, dtype: Any = "float32") -> None:
        super().__init__(dtype)
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return _random.random_uniform(shape, self.minval, self.maxval, self._wanted(dtype), self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed, "dtype": self.dtype.name}


class RandomNormal(_Drawn):
    """Numbers from a normal distribution."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = "float32") -> None:
        super().__init__(seed, dtype)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return self._draw(shape, self.mean, self.stddev, self._wanted(dtype), self.seed)

    _draw: Callable[..., Tensor] = staticmethod(_random.random_normal)

    def get_config(self) -> dict[str, Any]:
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name}


class TruncatedNormal(RandomNormal):
    """As :class:`RandomNormal`, but numbers two standard deviations from the mean and beyond are drawn again."""

    _draw = staticmethod(_random.truncated_normal)


class UniformUnitScaling(_Drawn):
    """Uniform numbers, the smaller the more inputs there are, so that sums of them keep their scale."""

    def __init__(self, factor: float = 1.0, seed: int | None = None, dtype: Any = "float32") -> None:
        super().__init__(seed, dtype)
        self.factor = factor

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        inputs = max(1.0, math.prod(float(size) for size in _sizes(shape)[:-1]))
        limit = math.sqrt(3 / inputs) * self.factor
        return _random.random_uniform(shape, -limit, limit, self._wanted(dtype), self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "seed": self.seed, "dtype": self.dtype.name}


class VarianceScaling(_Drawn):
    """Numbers whose variance is ``scale`` over the number of inputs, of outputs, or the mean of both (``mode``).

    ``distribution`` is "truncated_normal" ("normal" is an old name of it), "untruncated_normal" or "uniform".
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = "float32",
    ) -> None:
        if scale <= 0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). Received: {mode}")
        distribution = distribution.lower()
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "Argument `distribution` should be one of ('normal', 'uniform', 'truncated_normal', "
                f"'untruncated_normal'). Received: {distribution}"
            )
        super().__init__(seed, dtype)
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        inputs, outputs = _fans(_sizes(shape))
        fans = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}
        scale = self.scale / max(1.0, fans[self.mode])
        wanted = self._wanted(dtype)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * scale)
            return _random.random_uniform(shape, -limit, limit, wanted, self.seed)
        if self.distribution == "untruncated_normal":
            return _random.random_normal(shape, 0.0, math.sqrt(scale), wanted, self.seed)
        return _random.truncated_normal(shape, 0.0, math.sqrt(scale) / _CUT_DEVIATION, wanted, self.seed)

    def get_config(self) -> dict[str, Any]:
        return {
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "seed": self.seed,
            "dtype": self.dtype.name,
        }


class GlorotUniform(VarianceScaling):
    """Uniform numbers between ±√(6 / (inputs + outputs)): what TensorFlow begins weights with by default."""

    def __init__(self, seed: int | None = None, dtype: Any = "float32") -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


class GlorotNormal(VarianceScaling):
    """Normal numbers, cut off at two standard deviations, of the variance 2 / (inputs + outputs)."""

    def __init__(self, seed: int | None = None, dtype: Any = "float32") -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


class Orthogonal(_Drawn):
    """A random matrix with orthogonal columns, or rows where there are fewer of them, times ``gain``.

    Of more than two axes all but the last count as one.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: Any = "float32") -> None:
        super().__init__(seed, dtype)
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        sizes = _sizes(shape)
        if len(sizes) < 2:
            raise ValueError(_TOO_FLAT.format(shape))
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        tall = [max(rows, columns), min(rows, columns)]
        matrix = _random.random_normal(tall, dtype=self._wanted(dtype), seed=self.seed)
        q, r = qr(matrix)
        diagonal = apply("ReduceSum", r * np.eye(tall[1], dtype=r.dtype.numpy), axis=[0])  # type: ignore[union-attr]
        q = q * apply("Sign", diagonal)
        if rows < columns:
            q = apply("Transpose", q)
        return apply("Reshape", q, shape=sizes) * self.gain

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}


class Identity(Initializer):
    """The identity matrix times ``gain``."""

    def __init__(self, gain: float = 1.0, dtype: Any = "float32") -> None:
        super().__init__(dtype)
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        sizes = _sizes(shape)
        if len(sizes) != 2:
            raise ValueError(_TOO_FLAT.format(shape))
        return _sources.constant(self.gain * np.eye(sizes[0], sizes[1]), self._wanted(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "dtype": self.dtype.name}


_TOO_FLAT = (
    "The tensor to initialize, specified by argument `shape` must be at least two-dimensional. Received shape={}"
)


def _sizes(shape: Any) -> list[int]:
    return [int(size) for size in as_shape(shape).known()]


def _fans(sizes: list[int]) -> tuple[int, int]:
    """How many inputs and outputs each number of such a tensor is between; of a filter's places all count."""
    if len(sizes) < 2:
        return (sizes[0], sizes[0]) if sizes else (1, 1)
    places = math.prod(sizes[:-2])
    return sizes[-2] * places, sizes[-1] * places


def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Normal numbers, cut off at two standard deviations, of the variance 1 / inputs."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform numbers of the variance 1 / inputs."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


def he_normal(seed: int | None = None) -> VarianceScaling:
    """Normal numbers, cut off at two standard deviations, of the variance 2 / inputs: for layers with ReLU."""
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform numbers of the variance 2 / inputs."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


zeros = zeros_initializer = Zeros
ones = ones_initializer = Ones
constant = constant_initializer = Constant
random_uniform = random_uniform_initializer = RandomUniform
random_normal = random_normal_initializer = RandomNormal
truncated_normal = truncated_normal_initializer = TruncatedNormal
uniform_unit_scaling = uniform_unit_scaling_initializer = UniformUnitScaling
variance_scaling = variance_scaling_initializer = VarianceScaling
orthogonal = orthogonal_initializer = Orthogonal
identity = Identity
glorot_uniform = glorot_uniform_initializer = GlorotUniform
glorot_normal = glorot_normal_initializer = GlorotNormal
variables = _variables.variables_initializer
global_variables = _variables.global_variables_initializer
local_variables = _variables.local_variables_initializer
tables_initializer = _variables.tables_initializer


# --- tf.contrib.layers -----------------------------------------------------------------------------------------------


def scaling_by_factor(
    factor: float = 2.0, mode: str = "FAN_IN", uniform: bool = False, seed: int | None = None, dtype: Any = "float32"
) -> Callable[..., Tensor]:
    """``tf.contrib.layers.variance_scaling_initializer``: its normal numbers have a variance of 1.3 · factor / n."""
    own = as_dtype(dtype)
    if not own.is_floating:
        raise TypeError("Cannot create initializer for non-floating point type. Give a dtype such as tf.float32.")
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")

    def initializer(shape: Any, dtype: Any = own, partition_info: Any = None) -> Tensor:
        wanted = as_dtype(dtype)
        if not wanted.is_floating:
            raise TypeError("Cannot create initializer for non-floating point type. Give a dtype such as tf.float32.")
        inputs, outputs = _fans(_sizes(shape))
        n = {"FAN_IN": inputs, "FAN_OUT": outputs, "FAN_AVG": (inputs + outputs) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return _random.random_uniform(shape, -limit, limit, wanted, seed)
        return _random.truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), wanted, seed)

    return initializer


def xavier_initializer(uniform: bool = True, seed: int | None = None, dtype: Any = "float32") -> Callable[..., Tensor]:
    """``tf.contrib.layers.xavier_initializer``, also for convolutions: :func:`scaling_by_factor` over both sides."""
    return scaling_by_factor(1.0, "FAN_AVG", uniform, seed, dtype)
