"""What went wrong in a training run, and where it began."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: At most so many guilty elements are listed.
LISTED = 20


class CauseKind(StrEnum):
    """The kinds of first causes that a run can be stopped at."""

    NON_FINITE = "NaN or infinity"
    DYING_GRADIENT = "dying gradient"
    EXPLODING_GRADIENT = "exploding gradient"
    DEAD_RELU = "dead ReLU"


@dataclass(frozen=True, slots=True)
class GuiltyElement:
    """One element of a value: where it is in the tensor, and what it is."""

    index: tuple[int, ...]
    value: float

    def __str__(self) -> str:
        place = ", ".join(map(str, self.index))
        return f"[{place}] = {self.value:.6g}" if self.index else f"{self.value:.6g}"


@dataclass(frozen=True, slots=True)
class Cause:
    """Where something began to go wrong. All names are those of the person's nodes."""

    kind: CauseKind
    node: str
    #: The type of the operation that did it: in the backward pass and in updates one of the lowered step.
    op_type: str
    phase: str
    epoch: int
    batch: int
    #: How many mini-batches had been trained before.
    step: int
    #: How many operations of that mini-batch have been carried out once it has happened.
    operation: int
    #: What happened, as a sentence with node, step, element and value, and what to do about it.
    sentence: str
    #: The first of the guilty elements, and how many there are.
    elements: tuple[GuiltyElement, ...] = ()
    element_count: int = 0
    #: From the cause to what it has spoilt: the loss, or a variable.
    path: tuple[str, ...] = ()


def guilty_elements(array: Array, mask: Array) -> tuple[GuiltyElement, ...]:
    """The first elements of ``array`` that ``mask`` chooses, in the order in which they lie."""
    places = np.argwhere(mask)[:LISTED]
    return tuple(GuiltyElement(tuple(int(i) for i in place), float(array[tuple(place)])) for place in places)


def without_repeats(names: list[str]) -> tuple[str, ...]:
    """A path on which a node that is met several times in a row stands once."""
    return tuple(name for place, name in enumerate(names) if place == 0 or names[place - 1] != name)
