"""How many operations a program had after each step of its making."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """What was done to a program, and how many of its operations were needed then."""

    name: str
    operations: int
