"""Planes through the space of a model's variables, on which its loss is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...graph import InvalidArgumentError
from ...runtime.blas_threads import blas_at_one_thread
from .parameters import ParameterSpace, Scalar
from .trajectory import PathPoint

Array = np.ndarray[Any, np.dtype[Any]]


#: A component with so small a part of the squared distances is rounding.
_NOTHING = 1e-13


class Projection(NamedTuple):
    """The nearest point of a plane, in the plane's coordinates, and how far away it is (Euclidean)."""

    x: float
    y: float
    distance: float


@dataclass(frozen=True)
class Plane:
    """The points origin + a·x + b·y. The directions, of shape (size,), are independent, and need not be unit."""

    origin: Array
    x: Array
    y: Array
    labels: tuple[str, str]
    #: Which part of the path's squared distances from the origin lies in the plane; None where it was not sought.
    explained: float | None = None

    def point(self, a: float, b: float) -> Array:
        """The vector with the coordinates (a, b)."""
        return self.origin + a * self.x + b * self.y

    def project(self, vector: Array) -> Projection:
        """The least-squares solution of origin + a·x + b·y = vector."""
        difference = vector - self.origin
        gram = np.array([[self.x @ self.x, self.x @ self.y], [self.x @ self.y, self.y @ self.y]])
        a, b = np.linalg.solve(gram, np.array([self.x @ difference, self.y @ difference]))
        rest = difference - a * self.x - b * self.y
        return Projection(float(a), float(b), float(np.linalg.norm(rest)))


def scalar_plane(space: ParameterSpace, first: Scalar, second: Scalar, present: Array) -> Plane:
    """The plane in which two scalars change and all others have their present values; its coordinates are theirs.

    Raises InvalidArgumentError when they are the same, or there is no such one.
    """
    if first == second:
        raise InvalidArgumentError(f"A plane needs two scalars, not {first} twice; choose another one.", first.variable)
    places = space.place(first), space.place(second)
    origin = present.copy()
    directions = np.zeros((2, space.size))
    for direction, place in zip(directions, places, strict=True):
        origin[place] = 0.0
        direction[place] = 1.0
    return Plane(origin, directions[0], directions[1], (str(first), str(second)))


def trajectory_plane(path: Sequence[PathPoint], present: Array) -> Plane:
    """The plane through the present point that contains most of the path.

    Its directions are the first two principal components of the differences θᵢ - θ of the path's points to the
    present one (Li, Xu, Taylor, Studer, Goldstein: Visualizing the Loss Landscape of Neural Nets, 2018, section 7.2),
    unit and orthogonal. Raises InvalidArgumentError when the path does not lead in two directions.
    """
    differences = np.array([point.vector - present for point in path if np.isfinite(point.vector).all()])
    if len(differences) < 2:
        raise InvalidArgumentError(_TOO_SHORT)
    # Singular vectors by way of the small matrix of inner products: there are fewer points than elements.
    with blas_at_one_thread:
        squares, mixtures = np.linalg.eigh(differences @ differences.T)
        components = mixtures[:, [-1, -2]].T @ differences
    if squares[-2] <= _NOTHING * squares[-1]:
        raise InvalidArgumentError(_TOO_SHORT)
    explained = float(squares[-2:].sum() / squares.sum())
    # A component may point either way: to the side where the path's beginning is.
    components *= np.where(components @ differences[0] < 0, -1.0, 1.0)[:, None]
    x = components[0] / np.linalg.norm(components[0])
    y = components[1] - (x @ components[1]) * x
    y /= np.linalg.norm(y)
    return Plane(present, x, y, ("PC 1", "PC 2"), explained)


_TOO_SHORT = (
    "The path of the run does not lead in two directions yet, so that no plane contains it. Train for some epochs "
    "more, or choose two scalars or random directions."
)


def random_plane(space: ParameterSpace, present: Array, seed: int) -> Plane:
    """The plane through the present point in two random directions that are filter-normalized.

    Each filter of a direction has the norm of the filter of the variable: dᵢⱼ ← dᵢⱼ ‖θᵢⱼ‖ / ‖dᵢⱼ‖ (Li et al. 2018,
    section 4). A filter is what makes one output: the elements with the same index on the last axis. Variables of
    rank 0 and 1, the biases, stay as they are, unless there are no others.
    """
    generator = np.random.default_rng(seed)
    directions = np.zeros((2, space.size))
    only_biases = all(len(shape) < 2 for shape in space.shapes.values())
    for direction in directions:
        for name, shape in space.shapes.items():
            if len(shape) < 2 and not only_biases:
                continue
            drawn = generator.standard_normal(shape)
            theta = space.part(present, name)
            axes = tuple(range(len(shape) - 1)) if len(shape) > 1 else None
            own = np.sqrt(np.sum(drawn**2, axis=axes, keepdims=True))
            wanted = np.sqrt(np.sum(theta**2, axis=axes, keepdims=True))
            space.part(direction, name)[...] = drawn * wanted / np.where(own > 0, own, 1.0)
    x, y = directions
    if not x.any() or not y.any() or abs(x @ y) >= (1 - 1e-9) * np.linalg.norm(x) * np.linalg.norm(y):
        raise InvalidArgumentError(
            "All weights are 0 (or there is a single one), so that directions with their norms make no plane; train "
            "for an epoch, or choose two scalars."
        )
    return Plane(present, x, y, ("direction 1", "direction 2"))
