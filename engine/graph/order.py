"""Ranks: numbers of operations that grow along every wire, kept up to date while a graph is edited.

So what follows from a change can be worked through in the order of dependencies without walking through all that
lies downstream, and most wires are known at once to close no circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .operation import Operation
from .walk import postorder

Neighbours = Callable[[Operation], Iterable[Operation]]


class _Search(NamedTuple):
    """What lies downstream of one operation and upstream of another, with ranks between theirs."""

    ahead: set[Operation]
    behind: set[Operation]
    #: Whether the two meet: wires lead from the one to the other. Both sets end there.
    meet: bool
    #: Where they do not meet: which of the sets is complete.
    is_ahead_complete: bool


class Ranks:
    """The ranks of a graph's operations, by the order of making at first.

    A wire against the order moves the operations before its source, or those behind its target: whichever are fewer
    (after Pearce and Kelly, "A dynamic topological sort algorithm for directed acyclic graphs", 2006).
    """

    def __init__(self, successors: Neighbours, predecessors: Neighbours) -> None:
        self._successors = successors
        self._predecessors = predecessors
        self._are_kept = True

    def wired(self, source: Operation, target: Operation) -> None:
        """To be called when a wire has been made."""
        if source.rank < target.rank or not self._are_kept:
            return
        search = self._search(target, source)
        if search.meet:
            self._are_kept = False  # a circle, until another wire is taken away
        elif search.is_ahead_complete:
            edge = min((op.rank for op in self._around(search.ahead, self._successors)), default=None)
            self._place(search.ahead, source.rank, edge)
        else:
            edge = max((op.rank for op in self._around(search.behind, self._predecessors)), default=None)
            self._place(search.behind, edge, target.rank)

    def settle(self, operations: Iterable[Operation]) -> None:
        """Ranks all ``operations`` of the graph anew where that is needed."""
        if self._are_kept:
            return
        order = postorder(operations, self._predecessors)
        for place, op in enumerate(order):
            op.rank = float(place)
        # While there is a circle there is no order; the next time there may be one.
        self._are_kept = all(source.rank < op.rank for op in order for source in self._predecessors(op))

    def leads_to(self, start: Operation, goal: Operation) -> bool:
        """Whether wires lead from one operation to another, or it is the same."""
        if start is goal:
            return True
        return start.rank < goal.rank and self._search(start, goal).meet

    def _search(self, first: Operation, last: Operation) -> _Search:
        """Searches from both ends in turn, so that it is over as soon as one of them leads nowhere new."""
        low, high = first.rank, last.rank
        ahead, behind = {first}, {last}
        if first is last:
            return _Search(ahead, behind, True, True)
        downstream, upstream = [first], [last]
        while downstream and upstream:
            for op in self._successors(downstream.pop()):
                if op.rank <= high and op not in ahead:
                    if op in behind:
                        return _Search(ahead, behind, True, False)
                    ahead.add(op)
                    downstream.append(op)
            for op in self._predecessors(upstream.pop()):
                if op.rank >= low and op not in behind:
                    if op in ahead:
                        return _Search(ahead, behind, True, False)
                    behind.add(op)
                    upstream.append(op)
        return _Search(ahead, behind, False, not downstream)

    @staticmethod
    def _around(ops: set[Operation], neighbours: Neighbours) -> Iterable[Operation]:
        return (neighbour for op in ops for neighbour in neighbours(op) if neighbour not in ops)

    def _place(self, ops: Iterable[Operation], low: float | None, high: float | None) -> None:
        """Gives operations ranks between two others, in the order in which they stand."""
        ordered = sorted(ops, key=lambda op: (op.rank, op.number))
        for op, rank in zip(ordered, _between(low, high, len(ordered)), strict=True):
            op.rank = rank
        ranks = [rank for rank in (low, *(op.rank for op in ordered), high) if rank is not None]
        self._are_kept = all(a < b for a, b in pairwise(ranks))  # else floats lie too close


def _between(low: float | None, high: float | None, count: int) -> Sequence[float]:
    if high is None:
        return [(low or 0.0) + place for place in range(1, count + 1)]
    if low is None:
        return [high - place for place in range(count, 0, -1)]
    return [low + (high - low) * place / (count + 1) for place in range(1, count + 1)]
