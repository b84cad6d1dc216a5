"""Pasting and duplicating parts of a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from editor.placement import place_nodes
from engine.graph import record_of
from engine.model import Model
from engine.training.paths import moved_source

from .command import DocumentCommand, Host
from .edits import Edit, InsertNodes, NodeState, Position, SetInputs, source_names
from .names import FreeNames

#: How far a copy stands from what it copies, to the right and down, in pixels at 100 %.
OFFSET = 40.0


class PasteNodes(DocumentCommand):
    """Adds the nodes of another model, with the wires among them and their data, under names that are free.

    ``position`` is where their middle comes to lie; None puts them beside where they were copied from. ``words``
    names the step after the nodes that are copied.
    """

    def __init__(
        self,
        host: Host,
        fragment: Model,
        fragment_folder: Path | None,
        position: Position | None,
        words: Callable[[Sequence[str]], str],
    ) -> None:
        place_nodes(fragment, folds=False)
        graph = host.model.graph
        free_names = FreeNames(graph)
        new_names = {op.name: free_names.for_copy(op.name) for op in fragment.graph.get_operations()}
        #: What the new nodes are called, in the order of those they copy.
        self.names = list(new_names.values())
        positions = _placed(fragment, position, set(host.model.positions.values()))
        nodes = []
        edits: list[Edit] = []
        for place, op in enumerate(fragment.graph.get_operations()):
            record = replace(record_of(op), name=new_names[op.name], number=graph.next_number + place)
            source = fragment.data.get(op.name)
            if source is not None:
                source = moved_source(source, fragment_folder, host.folder)
            nodes.append(NodeState(record, positions[op.name], source))
            for port, sources in op.connected_ports():
                wired = tuple((new_names[name], output) for name, output in source_names(sources))
                edits.append(SetInputs(record.name, port, (), wired))
        if nodes:
            edits.insert(0, InsertNodes(tuple(nodes), host.folder))
        super().__init__(host, words(list(new_names)), edits)


def _placed(fragment: Model, position: Position | None, occupied: set[Position]) -> dict[str, Position]:
    """Where each copied node comes to stand: around ``position``, or beside the nodes that stand there already."""
    places = {op.name: fragment.positions[op.name] for op in fragment.graph.get_operations()}
    if not places:
        return {}
    if position is None:
        dx = dy = OFFSET
        while any((x + dx, y + dy) in occupied for x, y in places.values()):
            dx += OFFSET
            dy += OFFSET
    else:
        dx = position[0] - _middle([x for x, _ in places.values()])
        dy = position[1] - _middle([y for _, y in places.values()])
    return {name: (x + dx, y + dy) for name, (x, y) in places.items()}


def _middle(numbers: Sequence[float]) -> float:
    return (min(numbers) + max(numbers)) / 2
