"""What a workload is: contenders that compute the same, and the goals for this project's engine among them."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from .step import Step


class Role(Enum):
    """What a contender is to the others."""

    #: This project's engine, which the others are compared with.
    OURS = "ours"
    #: Written for the one workload by hand.
    LIMIT = "limit"
    #: What a person would otherwise use.
    PEER = "peer"
    #: Something else to compare with, whose losses are not those of the others.
    OTHER = "other"


#: The contender that is the limit: numpy, preallocated, in place and straight-line, written for the one workload.
NUMPY = "hand-tuned numpy"
#: In a goal: whichever peer is fastest.
FASTEST_PEER = "the fastest peer"


def seconds_per_step(step: Step, steps: int) -> float:
    """The mean time of ``steps`` steps; some go before, since caches and threads are cold after a pause."""
    for _ in range(min(steps - 1, max(1, steps // 10))):
        step()
    began = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - began) / steps


@dataclass(frozen=True)
class Contender:
    """One way to compute a workload."""

    name: str
    #: The module that has to be installed.
    library: str
    build: Callable[[], Step]
    role: Role
    #: Runs a number of steps and gives what is compared; less is better.
    measure: Callable[[Step, int], float] = seconds_per_step
    #: Environment variables of its process.
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_installed(self) -> bool:
        return importlib.util.find_spec(self.library) is not None


@dataclass(frozen=True)
class Goal:
    """At most so many times as much as another contender takes."""

    against: str
    at_most: float


@dataclass(frozen=True)
class Workload:
    """What is computed, by whom, and what is wanted of the engine."""

    key: str
    title: str
    contenders: tuple[Contender, ...]
    goals: tuple[Goal, ...]
    #: Of how many steps from the start the losses must agree.
    checked_steps: int = 3
    #: Processes that keep the machine's cores busy meanwhile.
    busy_processes: int = 0
    #: What :attr:`Contender.measure` gives.
    unit: str = "s"
    #: Left out when only a quick look is wanted.
    is_slow: bool = False

    def contender(self, name: str) -> Contender:
        return next(one for one in self.contenders if one.name == name)
