"""Reusable blocks as entries of the palette."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from editor.adding.entry import PaletteEntry
from editor.adding.open_wire import OpenWire
from editor.commands import AddBlock
from editor.document import Document, Position
from editor.marks import MarkKind
from editor.scopes import named_ports
from engine.blocks.definition import Definition
from engine.graph import DONE, GraphError
from engine.ops.stand_ins import BLOCK_INPUT, BLOCK_OUTPUT


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockEntry(PaletteEntry):
    """A block; choosing it adds an instance."""

    definitions: Mapping[str, Definition]
    has_inputs: bool
    has_outputs: bool

    def fits(self, wire: OpenWire) -> bool:
        if wire.port == DONE.name:
            return False
        return self.has_outputs if wire.is_input else self.has_inputs

    def add(self, document: Document, position: Position, wire: OpenWire | None) -> list[str]:
        command = AddBlock(document, self.title, self.definitions, position)
        verdict = document.attempt(lambda: command)
        if not verdict:
            raise GraphError(verdict.reason)
        ports = named_ports(document.model, command.scope)
        wanted = BLOCK_OUTPUT if wire is not None and wire.is_input else BLOCK_INPUT
        return [op.name for op in sorted(ports, key=lambda op: op.type != wanted)] or command.names


def block_entry(name: str, definitions: Mapping[str, Definition], family: str, source: str) -> BlockEntry:
    """The entry of a block; ``source`` tells blocks of the same name in different places apart."""
    definition = definitions[name]
    types = {json.loads(text).get("type") for text in definition.nodes}
    return BlockEntry(
        key=f"block:{source}:{name}",
        title=name,
        description=definition.description,
        family=family,
        mark=MarkKind.BLOCK,
        names=("block", "layer", *(parameter.name for parameter in definition.parameters)),
        definitions=definitions,
        has_inputs=BLOCK_INPUT in types,
        has_outputs=BLOCK_OUTPUT in types,
    )


def library_family() -> str:
    """The heading in the palette under which blocks stand."""
    return QCoreApplication.translate("Blocks", "Library")


def document_family() -> str:
    """The heading of the blocks that only the document has."""
    return QCoreApplication.translate("Blocks", "Blocks of this document")
