"""Pasting and duplicating parts of a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from editor.layouts.placement import place_nodes
from engine.blocks.contents import scope_of, scope_prefix
from engine.blocks.definition import Instance
from engine.formats.blocks import mend_blocks
from engine.formats.expression import OutsideWire
from engine.graph import record_of
from engine.model import NODE_SETS, Model
from engine.training.paths import moved_source

from .annotations import area_edits, areas_of
from .command import DocumentCommand, Host
from .definition_merge import merge_definitions
from .edits import Edit, InsertNodes, NodeState, Position, SetInputs, SourceName, field_edit, source_names
from .names import FreeNames
from .routes import route_edits
from .scope_names import free_scope_names

#: How far a copy stands from what it copies, to the right and down, in pixels at 100 %.
OFFSET = 40.0


class PasteNodes(DocumentCommand):
    """Adds what another model holds: nodes with their wires and data, under names that are free, frames and notes.

    ``position`` is where their middle comes to lie; None puts them beside where they were copied from, or by
    ``offset`` away from there. ``words`` names the step after the nodes that are copied. ``outside`` are wires from
    nodes of the document.
    """

    def __init__(
        self,
        host: Host,
        fragment: Model,
        fragment_folder: Path | None,
        position: Position | None,
        words: Callable[[Sequence[str]], str],
        outside: Sequence[OutsideWire] = (),
        offset: Position | None = None,
    ) -> None:
        notes = [problem.message for problem in mend_blocks(fragment)]
        folded = fragment.folded
        place_nodes(fragment, folds=False)
        dx, dy = offset or _offset(fragment, position, set(host.model.positions.values()))
        areas = [replace(area, left=area.left + dx, top=area.top + dy) for area in areas_of(fragment)]
        graph = host.model.graph
        new_names, self.scopes = _names(host, fragment)
        #: What the new nodes are called, in the order of those they copy.
        self.names = list(new_names.values())
        nodes = []
        edits: list[Edit] = []
        for place, op in enumerate(fragment.graph.get_operations()):
            record = replace(record_of(op), name=new_names[op.name], number=graph.next_number + place)
            source = fragment.data.get(op.name)
            if source is not None:
                source = moved_source(source, fragment_folder, host.folder)
            x, y = fragment.positions[op.name]
            sets = tuple(field for field in NODE_SETS if op.name in getattr(fragment, field))
            nodes.append(NodeState(record, (x + dx, y + dy), source, sets=sets))
            inside = {
                port: [(new_names[name], output) for name, output in source_names(sources)]
                for port, sources in op.connected_ports()
            }
            for port, wired in _with_outside(inside, [wire for wire in outside if wire.target == op.name]).items():
                edits.append(SetInputs(record.name, port, (), tuple(wired)))
        if nodes:
            edits.insert(0, InsertNodes(tuple(nodes), host.folder))
        edits += area_edits(host.model, ((None, area) for area in areas))
        edits += self._block_edits(host.model, fragment, folded, notes)
        edits += route_edits(
            host.model,
            {
                (new_names[wire[0]], wire[1], new_names[wire[2]], *wire[3:]): [(x + dx, y + dy) for x, y in points]
                for wire, points in fragment.routes.items()
            },
        )
        super().__init__(host, words(list(new_names)), edits)

    def _block_edits(self, model: Model, fragment: Model, folded: frozenset[str], notes: Sequence[str]) -> list[Edit]:
        """The edits that make instances of the pasted scopes that are some, and bring their definitions."""
        merged = merge_definitions(model.definitions, fragment.definitions)
        self.notes = [*notes, *merged.notes]
        instances = {
            self.scopes[scope]: Instance(merged.names[each.definition], each.values)
            for scope, each in fragment.instances.items()
        }
        shown = {self.scopes[scope] for scope in folded if scope in self.scopes}
        return [
            *field_edit(model, "definitions", merged.definitions),
            *field_edit(model, "instances", {**model.instances, **instances}),
            *field_edit(model, "folded", model.folded | shown),
        ]


def _names(host: Host, fragment: Model) -> tuple[dict[str, str], dict[str, str]]:
    """What the nodes of a fragment are called in the document, and its instances.

    All lie in the instance that is entered. An instance as a whole has another name, its nodes keep theirs in it.
    """
    prefix, graph = scope_prefix(host.entered), host.model.graph
    free_names = FreeNames(graph)
    free_scopes = free_scope_names(graph) if fragment.instances else free_names
    new_scopes: dict[str, str] = {}
    for scope in sorted(fragment.instances, key=lambda scope: scope.count("/")):
        outer = scope_of(scope, new_scopes)
        if outer is None:
            new_scopes[scope] = free_scopes.for_copy(prefix + scope.removeprefix(prefix))
        else:
            new_scopes[scope] = new_scopes[outer] + scope[len(outer) :]
    new_names: dict[str, str] = {}
    for op in fragment.graph.get_operations():
        inside = scope_of(op.name, new_scopes)
        new_names[op.name] = (
            free_names.for_copy(prefix + op.name.removeprefix(prefix))
            if inside is None
            else new_scopes[inside] + op.name[len(inside) :]
        )
    return new_names, new_scopes


def _with_outside(inside: dict[str, list[SourceName]], wires: Sequence[OutsideWire]) -> dict[str, list[SourceName]]:
    """What is wired to each port of a node once the wires from outside are in their places, too."""
    for wire in sorted(wires, key=lambda wire: wire.slot):
        inside.setdefault(wire.target_port, []).insert(wire.slot, (wire.source, wire.source_port))
    return inside


def _offset(fragment: Model, position: Position | None, occupied: set[Position]) -> Position:
    """How far from where it stood the copy stands: around ``position``, or beside what stands there already."""
    nodes = [fragment.positions[op.name] for op in fragment.graph.get_operations()]
    corners = [*nodes, *((area.left, area.top) for area in areas_of(fragment))]
    if not corners:
        return 0.0, 0.0
    if position is not None:
        return position[0] - _middle([x for x, _ in corners]), position[1] - _middle([y for _, y in corners])
    offset = OFFSET
    while any((x + offset, y + offset) in occupied for x, y in nodes):
        offset += OFFSET
    return offset, offset


def _middle(numbers: Sequence[float]) -> float:
    return (min(numbers) + max(numbers)) / 2
