"""J: whole processes, from their start to the end of 100 epochs of A; and imports alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ..step import Step

_ROOT = Path(__file__).resolve().parent.parent.parent
_PROGRAM = _ROOT / "benchmarks" / "start" / "program.py"


def program(name: str) -> Step:
    """Runs one of ``benchmarks/start`` and gives the last loss that it prints."""
    return lambda: _run(str(_PROGRAM), name)[0]


def imports(statement: str) -> Step:
    """Runs one import statement in a process of its own."""

    def step() -> int:
        _run("-c", statement)
        return 0

    return step


def peak_of(name: str) -> Step:
    """Runs one of ``benchmarks/start`` and gives the peak of its memory in bytes."""
    return lambda: _run(str(_PROGRAM), name)[1]


def measured_by_step(step: Step, steps: int) -> float:
    """For :attr:`Contender.measure`: what the step itself says, not how long it takes."""
    return float(step())


def _run(*arguments: str) -> list[float]:
    paths = os.pathsep.join(path for path in (str(_ROOT), os.environ.get("PYTHONPATH")) if path)
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{arguments[-1]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return [float(word) for word in done.stdout.split()]
