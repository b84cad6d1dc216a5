"""What variables begin with: functions of a shape and a dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor, as_shape, float32
from .random import random_uniform
from .sources import constant

__all__ = ["constant_initializer", "glorot_uniform_initializer", "ones_initializer", "zeros_initializer"]


class constant_initializer:  # noqa: N801
    """One value, or as many as the shape has elements."""

    def __init__(self, value: Any = 0, dtype: Any = float32, verify_shape: bool = False) -> None:
        self.value = value
        self.dtype = dtype

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        array = np.asarray(self.value)
        sizes = as_shape(shape).known()
        return constant(array.reshape(sizes) if array.size > 1 else array, dtype or self.dtype, shape)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value, "dtype": self.dtype}


class zeros_initializer:  # noqa: N801
    """Zeros."""

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = dtype

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return constant(0, dtype or self.dtype, shape, "zeros")

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype}


class ones_initializer:  # noqa: N801
    """Ones."""

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = dtype

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return constant(1, dtype or self.dtype, shape, "ones")

    def get_config(self) -> dict[str, Any]:
        return {"dtype": self.dtype}


class glorot_uniform_initializer:  # noqa: N801
    """Uniform between ±√(6 / (inputs + outputs)), so that signals keep their size through a layer."""

    def __init__(self, seed: int | None = None, dtype: Any = float32) -> None:
        self.seed = seed
        self.dtype = dtype

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        sizes = as_shape(shape).known()
        window = int(np.prod(sizes[:-2]))
        fan_in, fan_out = (window * sizes[-2], window * sizes[-1]) if len(sizes) > 1 else (*sizes, *sizes, 1, 1)[:2]
        limit = float(np.sqrt(3.0 / max(1.0, (fan_in + fan_out) / 2.0)))
        return random_uniform(shape, -limit, limit, dtype or self.dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype}
