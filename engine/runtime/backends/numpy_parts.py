"""How the work on a batch is cut, so that threads can share it and what it takes stays in a core's cache.

The cuts follow from shapes alone; so the results do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isqrt
from typing import NamedTuple, TypeVar

from ..blas_threads import blas_at_one_thread
from ..parallel import run_parts, thread_count

_Part = TypeVar("_Part")
_Room = TypeVar("_Room")

#: A batch is cut into no more parts than this.
MOST_PARTS = 16
#: Each part more costs time, the same for all; the more there are, the better they spread: best is a number that
#: grows with the root of the work. Four parts are worth it from 12 million multiplications on (half a millisecond).
_WORTH = 750_000
#: So many elements are worked on at a time: with float32 that is about what a core's second cache holds.
_CACHE = 1 << 18


class Group(NamedTuple):
    """Samples that are worked on at a time; of one sample that is too large for that, only some rows."""

    start: int
    stop: int
    first: int
    last: int

    @property
    def samples(self) -> int:
        return self.stop - self.start


Part = tuple[Group, ...]


def cut(samples: int, rows: int, elements: int, work: int, most: int = MOST_PARTS) -> list[Part]:
    """The parts of a batch of samples with so many rows, each with so many elements in the arrays worked in.

    ``work`` counts the multiplications for the whole batch: little work is not cut.
    """
    if 0 in (samples, rows, elements):
        return []
    wanted = min(samples, most, max(1, isqrt(work // _WORTH)))
    count = 1 << (wanted.bit_length() - 1)  # a power of two shares evenly among two and four threads
    rows_at_a_time = rows if rows * elements <= _CACHE else max(1, _CACHE // elements)
    parts = []
    for start, stop in pairwise(_bounds(0, samples, count)):
        groups = -(-(stop - start) * rows * elements // _CACHE)
        parts.append(
            tuple(
                Group(begin, end, first, min(first + rows_at_a_time, rows))
                for begin, end in pairwise(_bounds(start, stop, min(groups, stop - start)))
                for first in range(0, rows, rows_at_a_time)
            )
        )
    return parts


def _bounds(start: int, stop: int, count: int) -> list[int]:
    """Where to cut a range into so many pieces of about the same length."""
    return [start + (stop - start) * piece // count for piece in range(count + 1)]


def largest_group(parts: Sequence[Part]) -> tuple[int, int]:
    """The most samples and the most rows that a group has."""
    groups = [group for part in parts for group in part]
    samples = max((group.samples for group in groups), default=0)
    return samples, max((group.last - group.first for group in groups), default=0)


def rooms_for(parts: Sequence[Part], make: Callable[[], _Room]) -> list[_Room]:
    """What each thread works in."""
    return [make() for _ in range(min(len(parts), thread_count()))]


def by_group(function: Callable[[Group, _Room], object]) -> Callable[[Part, _Room], None]:
    """Calls the function for every group of a part."""

    def work_off(part: Part, room: _Room) -> None:
        for group in part:
            function(group, room)

    return work_off


def run_products(function: Callable[[_Part, _Room], object], parts: Sequence[_Part], rooms: Sequence[_Room]) -> None:
    """Runs parts that consist of matrix products on several threads; a single one leaves that to matmul."""
    if len(parts) < 2:
        run_parts(function, parts, rooms)
    else:
        with blas_at_one_thread:
            run_parts(function, parts, rooms)
