"""What a loss landscape is asked for with, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .parameters import Scalar

Array = np.ndarray[Any, np.dtype[Any]]


class ScalarAxes(NamedTuple):
    """Two elements of variables."""

    first: Scalar
    second: Scalar


class TrajectoryAxes(NamedTuple):
    """The two directions that contain most of the run's path."""


class RandomAxes(NamedTuple):
    """Two random directions, filter-normalized."""

    seed: int


Axes = ScalarAxes | TrajectoryAxes | RandomAxes
#: Lowest and highest coordinate along both axes.
Extent = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Spot:
    """A state of the run, seen from the plane."""

    epoch: int
    batch: int
    x: float
    y: float
    #: How far the variables are from the plane, Euclidean.
    distance: float
    #: The loss there, where the run is and not where its shadow falls.
    loss: float


@dataclass(frozen=True)
class Bend:
    """Slope and curvature at the present point, and what they mean for the step that is taken."""

    #: Along the plane's axes, of shape (2,) and (2, 2).
    gradient: Array
    hessian: Array
    #: The largest eigenvalue of the whole Hessian; so far, as long as it is not settled.
    curvature: float
    is_settled: bool
    #: From which learning rate on steps diverge on a quadratic, and whether that holds for this optimizer.
    diverging_rate: float
    is_exact: bool
    optimizer: str
    #: None where a node computes it.
    learning_rate: float | None


@dataclass(frozen=True)
class Landscape:
    """What is known so far. Losses are on ``rows`` of the ``all_rows`` that are trained on."""

    labels: tuple[str, str]
    explained: float | None
    #: Coordinates of the grid's columns and rows, each of shape (size,), and the losses, of shape (size, size): one row
    #: for each of ``ys``. NaN and infinities are what the loss is there.
    xs: Array
    ys: Array
    losses: Array
    path: tuple[Spot, ...]
    present: Spot
    bend: Bend | None
    rows: int
    all_rows: int
    #: How much of all there is to compute is done, from 0 to 1.
    share: float

    @property
    def is_complete(self) -> bool:
        return self.share >= 1.0
