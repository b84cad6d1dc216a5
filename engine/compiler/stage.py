"""How many operations a program had after each step of its making."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StageName(StrEnum):
    """What was done, as an explanation says it."""

    NEEDED = "needed for the fetches"
    LOWERED = "gradients and optimizers lowered"
    MERGED = "equal operations merged"
    SOFTMAX = "softmax shared with its cross entropy"
    SCALARS = "products with single numbers gathered"
    TERMS = "terms of sums gathered"
    FOLDED = "constants computed once"


@dataclass(frozen=True, slots=True)
class Stage:
    """What was done to a program, and how many of its operations were needed then."""

    name: StageName
    operations: int
