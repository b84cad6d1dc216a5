"""The operations as entries of the palette."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from editor.adding.entry import PaletteEntry
from editor.adding.open_wire import OpenWire
from editor.document import Document, Position
from editor.panels.words import category_name, description_of, mark_kind
from engine.graph import Category, OpDeclaration, declarations

_TENSORFLOW_NAME = re.compile(r"\btf\.([\w.]+)")


@dataclass(frozen=True, kw_only=True)
class OperationEntry(PaletteEntry):
    """An operation; its key is the operation's type."""

    declaration: OpDeclaration

    @classmethod
    def of(cls, declaration: OpDeclaration) -> OperationEntry:
        names = (declaration.default_name, *_TENSORFLOW_NAME.findall(declaration.example))
        return cls(
            key=declaration.type,
            title=declaration.type,
            description=description_of(declaration),
            family=category_name(declaration.category),
            mark=mark_kind(declaration.kind),
            symbol=declaration.symbol,
            names=tuple(dict.fromkeys(name for name in names if name and name != declaration.type)),
            example=declaration.example,
            declaration=declaration,
        )

    def fits(self, wire: OpenWire) -> bool:
        return wire.takes(self.declaration.type)

    def add(self, document: Document, position: Position, wire: OpenWire | None) -> list[str]:
        return [document.add_node(self.declaration.type, position)]


@cache
def operation_entries() -> tuple[OperationEntry, ...]:
    """The operations that a person may add, family by family; not those that only programs or the compiler make."""
    families = list(Category)
    offered = [op for op in declarations() if op.category is not Category.INTERNAL and not op.has_bodies]
    return tuple(OperationEntry.of(op) for op in sorted(offered, key=lambda op: families.index(op.category)))
