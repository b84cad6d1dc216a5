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
