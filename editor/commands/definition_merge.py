"""Bringing definitions of blocks from elsewhere into a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.blocks.definition import Definition, Instance

from .words import translate


@dataclass(frozen=True)
class MergedDefinitions:
    definitions: dict[str, Definition]
    #: What the definitions that came are called now.
    names: dict[str, str]
    #: What there is to tell of it, in sentences.
    notes: list[str]


def merge_definitions(present: Mapping[str, Definition], coming: Mapping[str, Definition]) -> MergedDefinitions:
    """The document's definitions with those that come: an equal one is shared, another one of the same name renamed."""
    merged = MergedDefinitions(dict(present), {}, [])
    for name in coming:
        _take(merged, coming, name)
    return merged


def _take(merged: MergedDefinitions, coming: Mapping[str, Definition], name: str) -> None:
    if name in merged.names or name not in coming:
        return
    merged.names[name] = name  # What comes was checked not to hold itself.
    definition = coming[name]
    for inner in sorted(definition.needed()):
        _take(merged, coming, inner)
    inner_instances = tuple(
        (scope, Instance(merged.names.get(each.definition, each.definition), each.values))
        for scope, each in definition.instances
    )
    definition = replace(definition, instances=inner_instances)
    free, number = name, 2
    while free in merged.definitions and merged.definitions[free] != definition:
        free, number = f"{name} {number}", number + 1
    if free not in merged.definitions:
        merged.definitions[free] = definition
    merged.names[name] = free
    if free != name:
        sentence = translate(
            "Commands", "There is another block called {name} in this document; the one that came is called {new} here."
        )
        merged.notes.append(sentence.format(name=name, new=free))
