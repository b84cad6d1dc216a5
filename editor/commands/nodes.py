"""Adding, deleting, moving and renaming nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from PySide6.QtGui import QUndoCommand

from editor.wire_id import WireId
from engine.blocks.contents import scope_prefix
from engine.graph import GraphError, OperationRecord, get_declaration
from engine.graph.names import check_name

from .annotations import Area, AreaChange, area_edits, delete_area_words, move_area_words
from .command import DocumentCommand, Host
from .edits import (
    Edit,
    InsertNodes,
    NodeState,
    Position,
    RemoveNodes,
    SetField,
    SetName,
    SetPosition,
    field_edit,
    merged,
    node_state,
    owned,
)
from .names import FreeNames
from .run_names import renamed_in, settings_without
from .tracker import in_order
from .wire_edits import disconnect_edits
from .words import delete_words, move_words, translate

#: Ids of commands that can merge, by which QUndoStack tells which to ask.
MOVE_ID = 1
#: Steps with the arrow keys that follow each other this fast are undone together.
NUDGE_SECONDS = 0.5


class AddNode(DocumentCommand):
    """Adds a node. Raises GraphError or AttributeValueError for a type, name or attribute that cannot be."""

    def __init__(
        self, host: Host, op_type: str, position: Position, name: str | None, attributes: Mapping[str, Any]
    ) -> None:
        declaration = get_declaration(op_type)
        if declaration is None:
            raise GraphError(f"There is no operation called {op_type!r}.")
        graph = host.model.graph
        if name is None:
            base = declaration.default_name or declaration.type
            name = FreeNames(graph).for_new(scope_prefix(host.entered) + base)
        check_name(name)
        if name in graph:
            raise GraphError(f"There is already a node called {name!r}; choose another name.", name)
        values = declaration.default_attributes()
        for key, value in attributes.items():
            attribute = declaration.attribute(key)
            if attribute is None:
                raise GraphError(f"{op_type} has no attribute called {key!r}.", name)
            values[key] = owned(attribute.convert(value))
        #: What the new node is called.
        self.name = name
        record = OperationRecord(declaration, name, values, graph.next_number, "", {})
        text = translate("Commands", "Add {type}").format(type=op_type)
        super().__init__(host, text, [InsertNodes((NodeState(record, position),), host.folder)])


class DeleteNodes(DocumentCommand):
    """Deletes nodes with their wires, any other wires, frames and notes; run settings that name a node forget it."""

    def __init__(
        self,
        host: Host,
        names: Sequence[str],
        wires: Iterable[WireId],
        text: str | None = None,
        areas: Sequence[Area] = (),
    ) -> None:
        model = host.model
        graph = model.graph
        ops = in_order({graph.operation(name) for name in names})
        gone = dict.fromkeys(wires)
        for op in ops:
            for wire in (*graph.wires_into(op), *graph.wires_out_of(op)):
                gone[WireId.of(wire)] = None
        edits: list[Edit] = [*disconnect_edits(graph, gone)]
        if ops:
            edits.append(RemoveNodes(tuple(node_state(model, op) for op in ops), host.folder))
        edits += field_edit(model, "run", settings_without(model.run, {op.name for op in ops}))
        edits += area_edits(model, ((area, None) for area in areas))
        if text is None:
            text = delete_words([op.name for op in ops]) if ops or not areas else delete_area_words(areas)
        super().__init__(host, text, edits)


class MoveNodes(DocumentCommand):
    """Moves nodes, frames and notes.

    Nudges of the same with the arrow keys merge while they follow each other fast.
    """

    def __init__(
        self, host: Host, positions: Mapping[str, Position], nudge: bool, areas: Sequence[AreaChange] = ()
    ) -> None:
        model = host.model
        edits = [
            SetPosition(model.graph.operation(name).name, model.positions.get(name), position)
            for name, position in positions.items()
            if model.positions.get(name) != position
        ]
        fields = area_edits(model, areas)
        text = move_words([edit.name for edit in edits]) if edits or not fields else move_area_words(len(areas))
        super().__init__(host, text, [*edits, *fields])
        self._moves: dict[str, SetPosition | SetField] = {
            **{edit.name: edit for edit in edits},
            # No node can be called so.
            **{f" {edit.field}": edit for edit in fields},
        }
        self._is_nudge = nudge
        self._last_time = monotonic()

    def id(self) -> int:
        return MOVE_ID if self._is_nudge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, MoveNodes) or self._moves.keys() != other._moves.keys():
            return False
        if other._last_time - self._last_time > NUDGE_SECONDS:
            return False
        self._moves = {key: replace(move, after=other._moves[key].after) for key, move in self._moves.items()}
        self._edits = tuple(merged(self._edits, other._edits))
        self._routes = self._routes[0], other._routes[1]
        self._last_time = other._last_time
        self.setObsolete(not self._edits)
        return True


class RenameNode(DocumentCommand):
    """Gives a node another name, in the run settings too."""

    def __init__(self, host: Host, name: str, new: str) -> None:
        edits: list[Edit] = [] if new == name else [SetName(name, new)]
        before = host.model.run
        after = renamed_in(before, {name: new})
        edits += field_edit(host.model, "run", after)
        super().__init__(host, translate("Commands", "Rename {old} to {new}").format(old=name, new=new), edits)
