"""One number of a tensor, which makes a curve over the epochs of a run."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...graph import InvalidArgumentError
from .statistics import statistics
from .tensor_name import TensorName

Array = np.ndarray[Any, np.dtype[Any]]


class Measure(enum.Enum):
    """Which number. What is said of several elements is said of the finite ones."""

    ELEMENT = "element"
    MEAN = "mean"
    NORM = "norm"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    LARGEST_MAGNITUDE = "largest magnitude"


@dataclass(frozen=True, slots=True)
class Series:
    """A measure of a tensor; ``element`` is the index of the element, for that measure."""

    tensor: TensorName
    measure: Measure
    element: tuple[int, ...] = ()

    def of(self, array: Array) -> float:
        """The number; NaN where no element is finite. Raises InvalidArgumentError for an element it does not have."""
        if array.dtype.kind == "O":
            raise InvalidArgumentError(
                f"{self.tensor.node} holds strings, which cannot be plotted; choose a node that gives numbers.",
                self.tensor.node,
            )
        if self.measure is Measure.ELEMENT:
            inside = all(0 <= place < size for place, size in zip(self.element, array.shape, strict=False))
            if len(self.element) != array.ndim or not inside:
                raise InvalidArgumentError(
                    f"{self.tensor.node} has the shape {list(array.shape)} and no element {list(self.element)}; "
                    "choose another element.",
                    self.tensor.node,
                )
            return float(array[self.element])
        figures = statistics(array)
        found: float | int | None
        match self.measure:
            case Measure.MEAN:
                found = figures.mean
            case Measure.NORM:
                found = figures.norm
            case Measure.MINIMUM:
                found = figures.minimum
            case Measure.MAXIMUM:
                found = figures.maximum
            case Measure.LARGEST_MAGNITUDE:
                known = figures.minimum is not None and figures.maximum is not None
                found = max(abs(figures.minimum or 0), abs(figures.maximum or 0)) if known else None
        return math.nan if found is None else float(found)
