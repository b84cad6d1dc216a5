"""The blocks of a document while a command is carried out."""

from __future__ import annotations

from collections.abc import Callable

from engine.blocks.contents import members_of
from engine.blocks.definition import Definition, Instance
from engine.graph import Graph, GraphError, Operation
from engine.model import Model

from .edits import Edit, Editable, RemoveNodes, SetName, field_edit
from .run_names import renamed_in, settings_without
from .tracker import Tracker


class BlockError(GraphError):
    """A command would leave a block in a state that cannot be."""


class BlockState:
    """What a command makes of definitions and instances, until :meth:`write_fields` puts it into the document."""

    def __init__(self, document: Editable, tracker: Tracker, carry_out: Callable[[Edit], None]) -> None:
        self.document = document
        self.tracker = tracker
        self._make = carry_out
        model = document.model
        self.definitions: dict[str, Definition] = dict(model.definitions)
        self.instances: dict[str, Instance] = dict(model.instances)
        self.folded: set[str] = set(model.folded)
        self._run = model.run

    def carry_out(self, edit: Edit) -> None:
        """Makes an edit; run settings that name a node follow it."""
        self._make(edit)
        match edit:
            case SetName(before, after):
                self._run = renamed_in(self._run, {before: after})
            case RemoveNodes(nodes):
                self._run = settings_without(self._run, {node.record.name for node in nodes})

    @property
    def model(self) -> Model:
        return self.document.model

    @property
    def graph(self) -> Graph:
        return self.document.model.graph

    def members(self) -> dict[str, list[Operation]]:
        """The operations in each instance."""
        return members_of(self.graph, self.instances)

    def instances_of(self, definition: str) -> list[str]:
        return [scope for scope, instance in self.instances.items() if instance.definition == definition]

    def write_fields(self) -> None:
        """Makes the document's fields what they are here."""
        for field, value in (
            ("definitions", self.definitions),
            ("instances", self.instances),
            ("folded", frozenset(self.folded)),
            ("run", self._run),
        ):
            for edit in field_edit(self.model, field, value):
                self._make(edit)
