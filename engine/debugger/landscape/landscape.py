"""The landscape of a training run's loss on a plane through the space of its variables, computed little by little."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Any

import numpy as np

from ...graph import InvalidArgumentError, Operation
from ..debugger import Debugger
from ..moment import Moment
from .curvature import LargestCurvature, diverging_rate, plane_gradient, plane_hessian
from .data import Axes, Bend, Extent, Landscape, RandomAxes, ScalarAxes, Spot
from .loss_function import LossFunction
from .parameters import ParameterSpace
from .plane import Plane, random_plane, scalar_plane, trajectory_plane
from .trajectory import PathPoint, TrajectoryReplay

Array = np.ndarray[Any, np.dtype[Any]]

#: Points along each side of the grid: each of these contains the points of the one before.
GRID_SIZES = (9, 17, 33, 65)
#: What lies around the path on each side, as a part of its extent.
_MARGIN = 0.25
_REPLAY_SECONDS = 0.005


class LandscapeComputation:
    """Computes the landscape around the state at a run's cursor, in slices; the run may go on in between.

    Raises what :class:`LossFunction` raises; what
    stands in the way of the plane itself is raised by :meth:`advance`.
    """

    def __init__(self, debugger: Debugger, axes: Axes, most_rows: int, extent: Extent | None = None) -> None:
        run = debugger.run
        self._optimizer = run.optimizer
        self._axes = axes
        self._extent = extent
        self._loss = LossFunction(run, most_rows)
        self.space = self._loss.space
        self._present = _present_point(debugger, self.space)
        self._replay = TrajectoryReplay(run, self.space, _steps_until(debugger, debugger.last))
        self._plane: Plane | None = None
        self._size = 0
        self._grid = np.full((GRID_SIZES[-1], GRID_SIZES[-1]), np.nan)
        self._xs = self._ys = np.linspace(0.0, 1.0, GRID_SIZES[-1])
        self._path: list[Spot] = []
        self._slopes: tuple[Array, Array] | None = None
        self._largest = LargestCurvature(self._loss, self._present.vector)
        self._done = 0
        #: Grows when there is more to see: another grid, the path, the curvature.
        self.revision = 0
        self._work = self._steps()
        self._is_done = False

    def advance(self, seconds: float) -> bool:
        """Goes on for about so long. Returns whether all is computed."""
        until = perf_counter() + seconds
        while not self._is_done:
            next(self._work, None)
            if perf_counter() >= until:
                break
        return self._is_done

    def _steps(self) -> Iterator[None]:
        while not self._replay.advance(_REPLAY_SECONDS):
            yield
        self._plane = self._made_plane()
        yield
        self._set_extent()
        for place, size in enumerate(GRID_SIZES):
            yield from self._fill(size)
            self.revision += 1
            if place == 0:
                yield from self._find_path()
                self.revision += 1
                yield from self._find_slopes()
                self.revision += 1
        self._is_done = True
        self.revision += 1

    def _made_plane(self) -> Plane:
        present = self._present.vector
        if self.space.size < 2:
            (name,) = self.space.names
            raise InvalidArgumentError(
                f"Training changes a single number, {name}, and a landscape needs two; look at the loss over the "
                "epochs.",
                name,
            )
        if isinstance(self._axes, ScalarAxes):
            plane = scalar_plane(self.space, self._axes.first, self._axes.second, present)
            _require_finite(plane.origin)
            return plane
        _require_finite(present)
        if isinstance(self._axes, RandomAxes):
            return random_plane(self.space, present, self._axes.seed)
        return trajectory_plane(self._replay.points, present)

    @property
    def plane(self) -> Plane:
        assert self._plane is not None, "the path comes first"
        return self._plane

    def _set_extent(self) -> None:
        extent = self._extent or self._extent_of_path()
        (left, right), (bottom, top) = extent
        self._xs, self._ys = np.linspace(left, right, GRID_SIZES[-1]), np.linspace(bottom, top, GRID_SIZES[-1])

    def _extent_of_path(self) -> Extent:
        if isinstance(self._axes, RandomAxes):
            return (-1.0, 1.0), (-1.0, 1.0)
        vectors = [*(point.vector for point in self._replay.points), self._present.vector]
        places = np.array([self.plane.project(vector)[:2] for vector in vectors if np.isfinite(vector).all()])
        if not len(places):
            places = np.zeros((1, 2))
        (left, bottom), (right, top) = places.min(axis=0), places.max(axis=0)
        return _widened(float(left), float(right)), _widened(float(bottom), float(top))

    def _fill(self, size: int) -> Iterator[None]:
        """The points of one of the grids that are not known yet."""
        stride = (GRID_SIZES[-1] - 1) // (size - 1)
        for row in range(0, GRID_SIZES[-1], stride):
            for column in range(0, GRID_SIZES[-1], stride):
                is_known = self._size and row % (2 * stride) == column % (2 * stride) == 0
                if not is_known:
                    point = self.plane.point(float(self._xs[column]), float(self._ys[row]))
                    self._grid[row, column] = self._loss.value(point)
                    self._done += 1
                    yield
        self._size = size

    def _find_slopes(self) -> Iterator[None]:
        point = self._present.vector
        gradient = plane_gradient(self._loss, self.plane, point)
        yield
        self._slopes = gradient, plane_hessian(self._loss, self.plane, point)
        yield
        while not self._largest.advance():
            yield

    def _find_path(self) -> Iterator[None]:
        for point in self._replay.points:
            self._path.append(self._spot(point))
            yield

    def _spot(self, point: PathPoint) -> Spot:
        projection = self.plane.project(point.vector)
        return Spot(point.epoch, point.batch, *projection, self._loss.value(point.vector))

    # --- what is known ---------------------------------------------------------------------------------------------

    def spot(self, debugger: Debugger) -> Spot | None:
        """The state at the run's cursor now, seen from the plane; None as long as the plane is not known."""
        return None if self._plane is None else self._spot(_present_point(debugger, self.space))

    def values_at(self, x: float, y: float) -> dict[str, Array]:
        """The trained variables at a point of the plane, by name."""
        return self.space.values(self.plane.point(x, y))

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1: a third of it is the path."""
        if self._is_done:
            return 1.0
        return min(0.99, self._replay.share / 3 + self._done / self._grid.size * 2 / 3)

    def landscape(self) -> Landscape | None:
        """What is known; None as long as not even the coarsest grid is."""
        if not self._size:
            return None
        stride = (GRID_SIZES[-1] - 1) // (self._size - 1)
        return Landscape(
            self.plane.labels,
            self.plane.explained,
            self._xs[::stride],
            self._ys[::stride],
            self._grid[::stride, ::stride].copy(),
            tuple(self._path),
            self._spot(self._present),
            self._bend(),
            self._loss.rows,
            self._loss.all_rows,
            self.share,
        )

    def _bend(self) -> Bend | None:
        curvature = self._largest.value
        if self._slopes is None or curvature is None:
            return None
        rate, is_exact = diverging_rate(curvature, self._optimizer)
        return Bend(
            *self._slopes,
            curvature,
            self._largest.is_settled,
            rate,
            is_exact,
            self._optimizer.type,
            learning_rate(self._optimizer),
        )


def _require_finite(origin: Array) -> None:
    if not np.isfinite(origin).all():
        raise InvalidArgumentError(
            "Some variables are not finite at the cursor, so there is no landscape around it; step back to a moment "
            "before that."
        )


def _steps_until(debugger: Debugger, moment: Moment) -> int:
    """How many mini-batches have been carried out whole at a moment of the run.

    While no step is looked at, and so none may be opened, one that was begun counts as whole: it will be.
    """
    step = moment.epoch * debugger.run.batches_per_epoch + moment.batch
    if moment.operation == 0:
        return step
    is_looked_at = debugger.moment.operation > 0
    return step + (not is_looked_at or moment.operation == len(debugger.step.operations))


def _present_point(debugger: Debugger, space: ParameterSpace) -> PathPoint:
    step = _steps_until(debugger, debugger.moment)
    return PathPoint(*divmod(step, debugger.run.batches_per_epoch), space.vector(debugger.run.values()))


def learning_rate(optimizer: Operation) -> float | None:
    """What an optimizer node multiplies the gradient by; None where a node computes it."""
    wired = optimizer.inputs_of("learning_rate")
    if not wired:
        return float(optimizer.attributes["learning_rate"])
    source = wired[0].op
    return float(source.attributes["value"]) if source.type == "Constant" else None


def _widened(low: float, high: float) -> tuple[float, float]:
    middle, span = (low + high) / 2, high - low
    half = max(span * (0.5 + _MARGIN), 0.05 * max(1.0, abs(middle)))
    return middle - half, middle + half
