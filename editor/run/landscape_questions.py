"""What the window asks of the training process to draw the loss landscape. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.debugger.debugger import Debugger
from engine.debugger.landscape.data import Axes, Extent, Landscape, Spot
from engine.debugger.landscape.landscape import LandscapeComputation
from engine.debugger.landscape.parameters import ParameterSpace, Scalar
from engine.training.optimizer_node import trained_variables

Array = np.ndarray[Any, np.dtype[Any]]

#: The landscape that is computed of each run, with the number that the window has given it.
_computations: WeakKeyDictionary[Debugger, tuple[int, LandscapeComputation]] = WeakKeyDictionary()

#: Losses are computed on so many rows that these times the trained elements are no more than this, but on no fewer
#: rows than the least: a few thousand losses are to take seconds.
MOST_WORK = 1 << 21
LEAST_ROWS = 256
#: Elements of each variable that can be chosen as an axis.
MOST_SCALARS = 64


class Progress(NamedTuple):
    """How far a landscape is."""

    #: From 0 to 1.
    share: float
    #: None where it is the same as before.
    landscape: Landscape | None
    #: Grows with what is known.
    revision: int


@dataclass(frozen=True, slots=True)
class TrainedScalars:
    """Which elements of variables does training change? Answered with a tuple of scalars, and how many there are."""

    def answer(self, debugger: Debugger) -> tuple[tuple[Scalar, ...], int]:
        space = _space(debugger)
        return tuple(space.scalars(MOST_SCALARS)), space.size


@dataclass(frozen=True, slots=True)
class BeginLandscape:
    """Begin a landscape around the cursor, in the place of one that was computed before."""

    number: int
    axes: Axes
    extent: Extent | None

    def answer(self, debugger: Debugger) -> Progress:
        rows = max(MOST_WORK // _space(debugger).size, LEAST_ROWS)
        computation = LandscapeComputation(debugger, self.axes, rows, self.extent)
        _computations[debugger] = self.number, computation
        return Progress(0.0, None, 0)


@dataclass(frozen=True, slots=True)
class ContinueLandscape:
    """Go on with it for so many seconds. Answered with None when the run is another one now."""

    number: int
    known_revision: int
    seconds: float

    def answer(self, debugger: Debugger) -> Progress | None:
        computation = _computation(debugger, self.number)
        if computation is None:
            return None
        computation.advance(self.seconds)
        is_new = computation.revision > self.known_revision
        return Progress(computation.share, computation.landscape() if is_new else None, computation.revision)


@dataclass(frozen=True, slots=True)
class SpotNow:
    """Where is the cursor, seen from the landscape's plane?"""

    number: int

    def answer(self, debugger: Debugger) -> Spot | None:
        computation = _computation(debugger, self.number)
        return None if computation is None else computation.spot(debugger)


@dataclass(frozen=True, slots=True)
class ValuesAt:
    """What are the trained variables at a point of the landscape?"""

    number: int
    x: float
    y: float

    def answer(self, debugger: Debugger) -> dict[str, Array] | None:
        computation = _computation(debugger, self.number)
        return None if computation is None else computation.values_at(self.x, self.y)


def _space(debugger: Debugger) -> ParameterSpace:
    run = debugger.run
    values = run.values()
    return ParameterSpace({op.name: values[op.name] for op in trained_variables(run.optimizer)})


def _computation(debugger: Debugger, number: int) -> LandscapeComputation | None:
    known, computation = _computations.get(debugger, (-1, None))
    return computation if known == number else None
