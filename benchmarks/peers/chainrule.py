"""This project's engine: it runs the workloads' TensorFlow 1 programs."""

from __future__ import annotations

from ..step import Program, Step, session_step


def step(program: Program) -> Step:
    import engine

    return session_step(engine, program)
