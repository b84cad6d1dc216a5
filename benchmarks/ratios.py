"""How much the engine takes beside each other contender: ratios within a round, their median and quartiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from .runner import Measurement
from .workload import FASTEST_PEER, Role


@dataclass(frozen=True)
class Ratio:
    """The engine over another contender: below 1 the engine takes less."""

    key: str
    title: str
    ours: str
    other: str
    lower_quartile: float
    median: float
    upper_quartile: float
    #: None where no goal was set.
    at_most: float | None

    @property
    def is_met(self) -> bool | None:
        """Whether the median is within the goal. None where no goal was set."""
        return None if self.at_most is None else self.median <= self.at_most


def ratios(measurement: Measurement) -> list[Ratio]:
    """One for each pair of a contender of ours and another one, and for a goal against the fastest peer."""
    workload, taken = measurement.workload, dict(measurement.taken)
    roles = {name: workload.contender(name).role for name in taken}
    goals = {goal.against: goal.at_most for goal in workload.goals}
    ours = [name for name, role in roles.items() if role is Role.OURS]
    others = [name for name in taken if name not in ours]
    fastest = fastest_of({name: taken[name] for name in others if roles[name] is Role.PEER})
    found = []
    for our in ours:
        for other in others:
            found.append(_ratio(measurement, our, other, taken[our], taken[other], goals.get(other)))
        if FASTEST_PEER in goals and fastest is not None:
            label = f"{FASTEST_PEER} ({fastest})"
            found.append(_ratio(measurement, our, label, taken[our], taken[fastest], goals[FASTEST_PEER]))
    return found


def fastest_of(taken: Mapping[str, Sequence[float]]) -> str | None:
    """The one whose median is least; None of none."""
    return min(taken, key=lambda name: median(taken[name]), default=None)


def _ratio(
    measurement: Measurement, our: str, label: str, mine: Sequence[float], theirs: Sequence[float], goal: float | None
) -> Ratio:
    each = [a / b for a, b in zip(mine, theirs, strict=True)]
    lower, middle, upper = quantiles(each, n=4, method="inclusive") if len(each) > 1 else each * 3
    workload = measurement.workload
    return Ratio(workload.key, workload.title, our, label, lower, middle, upper, goal)
