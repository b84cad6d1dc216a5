"""Looking at tensors of the run: what the window asks for, and what comes back. No Qt: the training process answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from editor.run.questions import AboutStep
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.debugger.tensors.excerpts import Excerpt
from engine.debugger.tensors.statistics import TensorStatistics, statistics
from engine.debugger.tensors.tensor_name import Availability, TensorName
from engine.graph import GraphError


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tensor, and what of it besides its figures."""

    tensor: TensorName
    excerpts: tuple[Excerpt, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A tensor as it was found."""

    wanted: Wanted
    moment: Moment
    availability: Availability
    #: None where there are no numbers.
    figures: TensorStatistics | None = None
    #: What the excerpts of ``wanted`` gave, in their order; none where there are no numbers.
    excerpts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Look(AboutStep):
    """The question what some tensors hold now; answered with a tuple of Seen, one for each."""

    wanted: tuple[Wanted, ...]

    def answer(self, debugger: Debugger) -> tuple[Seen, ...]:
        return tuple(_seen(wanted, debugger) for wanted in self.wanted)


def _seen(wanted: Wanted, debugger: Debugger) -> Seen:
    step, moment = debugger.step, debugger.moment
    try:
        array, availability = wanted.tensor.find(debugger.run.graph, step)
    except GraphError:
        # The graph was edited since the run began.
        return Seen(wanted, moment, Availability.UNKNOWN)
    if array is None:
        return Seen(wanted, moment, availability)
    taken = tuple(excerpt.take(array) for excerpt in wanted.excerpts)
    return Seen(wanted, moment, availability, statistics(array), taken)
