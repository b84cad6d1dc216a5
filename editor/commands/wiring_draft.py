"""Several changes of wires thought through together before they become edits."""

from __future__ import annotations

from engine.graph import Graph

from .edits import SetInputs, SourceName, source_names


class WiringDraft:
    """What is to be wired to the ports that a command changes; the graph itself stays as it is."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._before: dict[tuple[str, str], tuple[SourceName, ...]] = {}
        self._after: dict[tuple[str, str], list[SourceName]] = {}

    def at(self, target: str, port: str) -> list[SourceName]:
        """The sources at a port, in order, to be changed in place; none for a node that is only to be made."""
        key = (target, port)
        if key not in self._after:
            op = self._graph.operation(target) if target in self._graph else None
            self._before[key] = () if op is None else source_names(op.inputs_of(port))
            self._after[key] = list(self._before[key])
        return self._after[key]

    def edits(self) -> list[SetInputs]:
        """The edits that make it so, one for each port that changes."""
        return [
            SetInputs(*key, before, tuple(self._after[key]))
            for key, before in self._before.items()
            if before != tuple(self._after[key])
        ]
