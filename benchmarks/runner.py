"""Measures a workload: every contender in a process of its own, in rounds, only one computing at a time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from .losses import check_losses
from .process import ContenderProcess
from .workload import Contender, Role, Workload, seconds_per_step

#: Seconds between two measurements. The threads of BLAS, OpenMP, Eigen and XLA go on spinning after their last work,
#: those of OpenBLAS for a tenth of a second, and would take a core from whoever comes next.
REST = 0.15


@dataclass(frozen=True)
class Measurement:
    """What the contenders of one workload took, round by round."""

    workload: Workload
    #: By the contender's name, a number for each round.
    taken: dict[str, list[float]]
    #: Why a contender is not there, by its name.
    missing: dict[str, str] = field(default_factory=dict)


def measure(
    workload: Workload, contenders: Sequence[Contender], rounds: int, seconds: float, say: Callable[[str], None]
) -> Measurement:
    """Starts the contenders one after the other, compares their losses and lets them take turns.

    ``seconds`` is how long one of them runs in a round. Raises LossMismatchError when one computes something else.
    """
    with ExitStack() as stack:
        processes = []
        for contender in contenders:
            say(f"{workload.key}: {contender.name}")
            processes.append(stack.enter_context(_started(workload, contender)))
        check_losses(workload.key, {one.name: one.losses for one in processes if _is_checked(workload, one)})
        stack.enter_context(busy(workload.busy_processes))
        steps = {one.name: _steps(workload, one, seconds) for one in processes}
        taken: dict[str, list[float]] = {one.name: [] for one in processes}
        for number in range(rounds):
            say(f"{workload.key}: round {number + 1} of {rounds}")
            # Every other round goes backwards, so that a drift of the machine's speed hits all alike.
            for process in processes if number % 2 == 0 else reversed(processes):
                time.sleep(REST)
                taken[process.name].append(process.measure(steps[process.name]))
    return Measurement(workload, taken)


def _started(workload: Workload, contender: Contender) -> ContenderProcess:
    return ContenderProcess(workload.key, contender.name, contender.environment)


def _is_checked(workload: Workload, process: ContenderProcess) -> bool:
    return workload.contender(process.name).role is not Role.OTHER


def _steps(workload: Workload, process: ContenderProcess, seconds: float) -> int:
    """How many steps the contender takes in ``seconds``; one where steps are not what is timed."""
    if workload.contender(process.name).measure is not seconds_per_step:
        return 1
    steps = 1
    for share in (0.02, 0.2, 1):
        time.sleep(REST)
        taken = process.measure(steps)
        if steps * taken >= seconds:
            break
        steps = max(steps, int(share * seconds / taken))
    return steps


#: Ends by itself with the process that started it.
_NEVER_REST = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keeps ``count`` cores busy with other processes."""
    others = [subprocess.Popen([sys.executable, "-c", _NEVER_REST]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
