"""Numbers of tensors over epochs: at the present moment, and at past ones. No Qt: the training process answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter

from editor.run.questions import AboutStep
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.debugger.tensors.series import Series
from engine.graph import GraphError


@dataclass(frozen=True, slots=True)
class Measured:
    """Points of some series: for each epoch, a number for each series; NaN where there is none."""

    epochs: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class MeasureNow(AboutStep):
    """The question what series are now; answered with a Measured of one epoch.

    Of an epoch with several mini-batches, the end of the last one stands at the epoch's number, as its loss does; the
    others stand before it.
    """

    series: tuple[Series, ...]

    def answer(self, debugger: Debugger) -> Measured:
        moment = debugger.moment
        place = moment.epoch - 1 + (moment.batch + 1) / debugger.run.batches_per_epoch
        return Measured((max(place, 0.0),), (_measured(self.series, debugger),))


@dataclass(frozen=True, slots=True)
class MeasurePast:
    """The question what series were at the ends of past epochs (ascending), for some ``seconds`` at the most.

    Answered with a Measured of as many of them as there was time for, one at the least. The run stands where it
    stood afterwards.
    """

    series: tuple[Series, ...]
    epochs: tuple[int, ...]
    seconds: float

    def answer(self, debugger: Debugger) -> Measured:
        present = debugger.moment
        stop = perf_counter() + self.seconds
        done: list[float] = []
        values: list[tuple[float, ...]] = []
        try:
            for epoch in self.epochs:
                debugger.seek(Moment(epoch, debugger.run.batches_per_epoch - 1, 0))
                debugger.step.go_to(len(debugger.step.operations))
                done.append(epoch)
                values.append(_measured(self.series, debugger))
                if perf_counter() >= stop:
                    break
        finally:
            debugger.seek(present)
        return Measured(tuple(done), tuple(values))


def _measured(series: tuple[Series, ...], debugger: Debugger) -> tuple[float, ...]:
    return tuple(_number(each, debugger) for each in series)


def _number(series: Series, debugger: Debugger) -> float:
    try:
        array, _ = series.tensor.find(debugger.run.graph, debugger.step)
    except GraphError:
        # The graph was edited since the run began.
        return math.nan
    return math.nan if array is None else series.of(array)
