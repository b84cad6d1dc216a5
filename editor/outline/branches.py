"""The branches of the outline, as plain data: what stands under what, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from editor.document import Document
from editor.scopes import WHOLE, Scopes
from editor.wire_id import WireId


class Key(NamedTuple):
    """What a row stands for: a scope, a node, or an end of a wire at the node that it stands under."""

    kind: str
    name: str
    wire: WireId | None = None

    @property
    def is_scope(self) -> bool:
        return self.kind == SCOPE

    @property
    def is_node(self) -> bool:
        return self.kind == NODE

    @property
    def other_end(self) -> str:
        """Of a wire's row: the node at the other end."""
        if self.wire is None:
            return ""
        return self.wire.source if self.kind == INPUT else self.wire.target


SCOPE, NODE, INPUT, OUTPUT = "scope", "node", "input", "output"


class Branch:
    """A row with its place. ``children`` is None while nobody has asked for them."""

    __slots__ = ("children", "key", "number", "parent", "row")

    def __init__(self, key: Key, parent: Branch | None, row: int, number: int) -> None:
        self.key = key
        self.parent = parent
        self.row = row
        #: By this views name the row.
        self.number = number
        self.children: list[Branch] | None = None


def keys_under(key: Key, document: Document, scopes: Scopes) -> list[Key]:
    """What stands under a row, in the order in which the nodes were made; inputs before outputs.

    Inputs stand in the order of their ports, outputs in that in which the nodes at their ends were made: the order in
    which wires were made is told by nobody when it changes.
    """
    if key.is_scope:
        return list(_members(key.name, scopes))
    if not key.is_node or key.name not in document.graph:
        return []
    graph, wires = document.graph, document.wires_of(key.name)
    ports = [port.name for port in graph.operation(key.name).declaration.inputs]

    def place(wire: WireId) -> tuple[int, str, int]:
        number = ports.index(wire.target_port) if wire.target_port in ports else len(ports)
        return number, wire.target_port, wire.slot

    def end(wire: WireId) -> tuple[int, str, int, str]:
        return graph.operation(wire.target).number, wire.target_port, wire.slot, wire.source_port

    inputs = sorted((wire for wire in wires if wire.target == key.name), key=place)
    outputs = sorted((wire for wire in wires if wire.source == key.name), key=end)
    return [
        *(Key(INPUT, key.name, wire) for wire in inputs),
        *(Key(OUTPUT, key.name, wire) for wire in outputs),
    ]


def _members(scope: str, scopes: Scopes) -> Iterator[Key]:
    """The inner scopes and the nodes of a scope, a scope where its first node is."""
    known = scopes.by_name.get(scope)
    if known is None:
        return
    first_of = {scopes.by_name[inner].members[0]: inner for inner in known.scopes}
    own = set(known.nodes)
    for name in known.members:
        if name in own:
            yield Key(NODE, name)
        elif name in first_of:
            yield Key(SCOPE, first_of[name])


def root_key() -> Key:
    """That of the whole graph."""
    return Key(SCOPE, WHOLE)
