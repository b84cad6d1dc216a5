"""Walking through a graph in the order of its dependencies, however deep it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .operation import Operation


def postorder(starts: Iterable[Operation], neighbours: Callable[[Operation], Iterable[Operation]]) -> list[Operation]:
    """``starts`` and all that can be reached from them, each after its neighbours (a depth-first search).

    With what an operation depends on as its neighbours, that is an order in which the operations can run.
    """
    visited: set[Operation] = set()
    order: list[Operation] = []
    for start in starts:
        if start in visited:
            continue
        visited.add(start)
        stack = [(start, iter(neighbours(start)))]
        while stack:
            op, following = stack[-1]
            for candidate in following:
                if candidate not in visited:
                    visited.add(candidate)
                    stack.append((candidate, iter(neighbours(candidate))))
                    break
            else:
                order.append(op)
                stack.pop()
    return order


def leads_to(start: Operation, goal: Operation) -> bool:
    """Whether wires lead from one operation to another, or it is the same.

    Searches from both ends, so that it ends as soon as one of them leads nowhere new.
    """
    if start is goal:
        return True
    graph = start.graph
    ahead, behind = _Search(start, graph.successors), _Search(goal, graph.predecessors)
    while ahead.newest and behind.newest:
        if len(ahead.newest) <= len(behind.newest):
            nearer, other = ahead, behind
        else:
            nearer, other = behind, ahead
        nearer.step()
        if not other.found.isdisjoint(nearer.newest):
            return True
    return False


class _Search:
    """All that is a number of steps away from an operation, one more step at a time."""

    def __init__(self, start: Operation, neighbours: Callable[[Operation], Iterable[Operation]]) -> None:
        self._neighbours = neighbours
        self.found = {start}
        #: What was found in the last step.
        self.newest = [start]

    def step(self) -> None:
        reached = {candidate for op in self.newest for candidate in self._neighbours(op)}
        self.newest = list(reached - self.found)
        self.found |= reached
