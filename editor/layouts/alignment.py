"""Bringing boxes in line and spacing them evenly. Knows no graph and no Qt."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Where a box begins along an axis, and how long it is there."""

    start: float
    length: float

    @property
    def end(self) -> float:
        return self.start + self.length


class Side(enum.Enum):
    """What of the boxes is brought in line along an axis; the share of their length at which it lies."""

    START = 0.0
    MIDDLE = 0.5
    END = 1.0


def aligned(spans: Sequence[Span], side: Side) -> list[float]:
    """How far each box moves so that all lie in line with the same side of the room that they take together."""
    if not spans:
        return []
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    line = first + side.value * (last - first)
    return [line - (span.start + side.value * span.length) for span in spans]


def distributed(spans: Sequence[Span]) -> list[float]:
    """How far each box moves so that the gaps between neighbours are equal; the outermost stay where they are.

    Where there is too little room the gaps are negative: the boxes overlap evenly.
    """
    if len(spans) < 3:
        return [0.0] * len(spans)
    order = sorted(range(len(spans)), key=lambda place: (spans[place].start + spans[place].end, place))
    first, last = spans[order[0]], spans[order[-1]]
    inner = sum(spans[place].length for place in order[1:-1])
    gap = (last.start - first.end - inner) / (len(spans) - 1)
    offsets = [0.0] * len(spans)
    at = first.end + gap
    for place in order[1:-1]:
        offsets[place] = at - spans[place].start
        at += spans[place].length + gap
    return offsets
