"""How long each instruction of a step takes, measured without leaving a trace in the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, perf_counter_ns

import numpy as np

from ...compiler.program import Program
from ...compiler.writes import changed_variables
from ...graph import InvalidArgumentError
from ..state import SessionState
from ..unrepeatable import find_unrepeatable
from .emit import looping
from .instructions import Instruction

#: A long step is run until so many seconds have passed, but no fewer times than this.
PATIENCE = 1.0
FEWEST_RUNS = 3


@dataclass(frozen=True, slots=True)
class StepProfile:
    """Medians over several runs, in nanoseconds."""

    runs: int
    #: The step as a whole.
    step: float
    #: Each of its instructions, without what the clock itself takes.
    instructions: tuple[float, ...]


def profile_step(program: Program, instructions: Sequence[Instruction], state: SessionState, runs: int) -> StepProfile:
    """Runs the instructions as often as ``runs`` says, each time from the state that there is now.

    Raises InvalidArgumentError for what cannot be taken back, FailedPreconditionError for a variable without a value.
    """
    op = find_unrepeatable(program.operations)
    if op is not None:
        raise InvalidArgumentError(
            f"A step cannot be run several times to be timed, because {op.node_name} ({op.type}) does what cannot be "
            "taken back; leave it out, or ask with runs=0 for everything but the times.",
            op.node_name,
        )
    for variable in program.variables_read():
        state.storage.require(variable)
    changed = {tensor.op.origin or tensor.op for op in program.operations for tensor in changed_variables(op)}
    restore = state.restorer(changed)
    step = looping(instructions)
    wholes: list[int] = []
    parts: list[list[int]] = []
    try:
        with np.errstate(all="ignore"):
            step()  # what is bound at the first run is bound now
            began = perf_counter()
            while len(wholes) < runs and (len(wholes) < FEWEST_RUNS or perf_counter() - began < PATIENCE):
                restore()
                begun = perf_counter_ns()
                step()
                wholes.append(perf_counter_ns() - begun)
                restore()
                parts.append(_timed(instructions))
    finally:
        restore()
    clock = _clock_cost()
    times = tuple(max(median(each) - clock, 0.0) for each in zip(*parts, strict=True))
    return StepProfile(len(wholes), median(wholes), times)


def _timed(instructions: Sequence[Instruction]) -> list[int]:
    """One step: the nanoseconds that each instruction takes, a look at the clock included."""
    times: list[int] = []
    for each in instructions:
        function, arguments = each.function, each.arguments
        begun = perf_counter_ns()
        function(*arguments)
        times.append(perf_counter_ns() - begun)
    return times


def _clock_cost() -> float:
    """The nanoseconds between two looks at the clock with nothing in between."""
    times = []
    for _ in range(100):
        begun = perf_counter_ns()
        times.append(perf_counter_ns() - begun)
    return median(times)
