"""The default graph that new operations join, and the default session: one stack of each per thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from .output import Output, bare

if TYPE_CHECKING:
    from .graph import Graph


class SessionLike(Protocol):
    """What a default session must be able to do."""

    def run(self, fetches: Any, feed_dict: Any = None) -> Any: ...


class _Stacks(threading.local):
    def __init__(self) -> None:
        self.graphs: list[Graph] = []
        self.sessions: list[SessionLike] = []


_stacks = _Stacks()
_global_graph: Graph | None = None


def get_default_graph() -> Graph:
    """The graph that new operations join: the innermost ``with graph.as_default()``, else the global one."""
    global _global_graph
    if _stacks.graphs:
        return _stacks.graphs[-1]
    if _global_graph is None:
        from .graph import Graph

        _global_graph = Graph()
    return _global_graph


def current_graph(*values: Any) -> Graph:
    """The graph of the first tensor among ``values``, else the default graph.

    A body under construction that lies inside the tensor's graph comes before it: it captures the tensor.
    """
    default = get_default_graph()
    for value in values:
        output = bare(value)
        if isinstance(output, Output):
            return default if default.outer is not None and default.is_inside(output.graph) else output.graph
    return default


def reset_default_graph() -> None:
    """Puts a new, empty graph in the place of the global default graph.

    Raises AssertionError inside ``with graph.as_default()``, as TensorFlow does.
    """
    global _global_graph
    if _stacks.graphs:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. "
            "If you need a cleared graph, exit the nesting and create a new graph."
        )
    _global_graph = None


@contextmanager
def default_graph(graph: Graph) -> Iterator[Graph]:
    """Makes ``graph`` the default for the length of a with block."""
    _stacks.graphs.append(graph)
    try:
        yield graph
    finally:
        _remove_last(_stacks.graphs, graph)


def get_default_session() -> SessionLike | None:
    return _stacks.sessions[-1] if _stacks.sessions else None


def push_default_session(session: SessionLike) -> None:
    _stacks.sessions.append(session)


def pop_default_session(session: SessionLike) -> None:
    """Removes the innermost entry of ``session`` from the stack, if there is one."""
    _remove_last(_stacks.sessions, session)


def _remove_last(stack: list[Any], entry: object) -> None:
    """Removes the innermost entry; with blocks that overlap may leave it anywhere, or nowhere."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] is entry:
            del stack[index]
            return
