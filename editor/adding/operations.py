"""The operations as entries of the palette."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from editor.adding.entry import PaletteEntry
from editor.adding.open_wire import OpenWire
from editor.adding.synonyms import SYNONYMS
from editor.document import Document, Position
from editor.panels.words import category_name, description_of, mark_kind
from engine.graph import DTYPES, Category, OpDeclaration, declarations

_TENSORFLOW_NAME = re.compile(r"\btf\.([\w.]+)")


@dataclass(frozen=True, kw_only=True, eq=False)
class OperationEntry(PaletteEntry):
    """An operation; its key is the operation's type."""

    declaration: OpDeclaration
    #: Those that it is added with, where they are not the defaults.
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, declaration: OpDeclaration) -> OperationEntry:
        names = (
            declaration.default_name,
            *tensorflow_names(declaration),
            *SYNONYMS.get(declaration.type, ()),
        )
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

    def with_attributes(self, title: str, description: str, attributes: Mapping[str, Any]) -> OperationEntry:
        """The same operation, added with these attributes."""
        return replace(self, title=title, description=description, attributes=attributes)

    def fits(self, wire: OpenWire) -> bool:
        return wire.attributes_for(self.declaration.type, self.attributes) is not None

    def is_likely(self, wire: OpenWire) -> bool:
        """What computes goes on from an output; a variable can take one too, but mostly is not meant."""
        return wire.is_input or self.declaration.category is not Category.INPUT

    def add(self, document: Document, position: Position, wire: OpenWire | None) -> list[str]:
        suited = None if wire is None else wire.attributes_for(self.declaration.type, self.attributes)
        attributes = self.attributes if suited is None else suited
        return [document.add_node(self.declaration.type, position, attributes=attributes)]


def tensorflow_names(declaration: OpDeclaration) -> list[str]:
    """What TensorFlow calls it, without "tf."."""
    return [name for name in _TENSORFLOW_NAME.findall(declaration.example) if name not in DTYPES]


@cache
def operation_entries() -> tuple[OperationEntry, ...]:
    """The operations that a person may add, family by family; not those that only programs or the compiler make."""
    families = list(Category)
    offered = [op for op in declarations() if op.category is not Category.INTERNAL and not op.has_bodies]
    return tuple(OperationEntry.of(op) for op in sorted(offered, key=lambda op: families.index(op.category)))
