"""Names of servers that are this process, and the variables' values that sessions on one of them share."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from ..graph import Graph, UnimplementedError
from .random_source import RandomSource
from .state import SessionState

#: By the server's name, what its sessions on each graph share.
_SHARED: dict[str, WeakKeyDictionary[Graph, SessionState]] = {}


def add_local_target(target: str) -> None:
    """Lets sessions be made on a server of this name; one that was there before forgets its values."""
    _SHARED[target] = WeakKeyDictionary()


def forget_values(target: str) -> None:
    """Takes away what the sessions on a server share; nothing where no server has this name."""
    if target in _SHARED:
        add_local_target(target)


def state_of(target: str, graph: Graph, seed: int | None) -> SessionState:
    """What a session on ``target`` holds of a graph: state of its own, or what a server shares.

    Raises UnimplementedError for a server that is not this process.
    """
    state = SessionState(RandomSource(graph.seed if seed is None else seed))
    if not target.startswith("grpc://"):
        return state
    if target not in _SHARED:
        raise UnimplementedError(
            f"The session's target {target!r} is another machine; everything runs in this process. Leave it out."
        )
    return _SHARED[target].setdefault(graph, state)
