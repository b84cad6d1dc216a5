"""The difference of two documents, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import numpy as np

from ..graph import Graph, Operation
from ..model import Array, DataSource, Model, RunSettings
from .matching import match_nodes
from .values import attribute_text, source_text, value_text


class WireName(NamedTuple):
    """A wire by the names in its own graph."""

    source: str
    source_port: str
    target: str
    target_port: str


@dataclass(frozen=True)
class FieldChange:
    """Something that has a value in both documents, and other ones; "" is none at all."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class NodeChange:
    """A node that is in both and is not the same."""

    old_name: str
    name: str
    #: Of its type, its attributes, its data and its saved value.
    changes: tuple[FieldChange, ...] = ()
    #: Input ports at which the same wires end in another order.
    reordered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What was done to one document to make the other of it. Nodes are in the order in which they were made."""

    #: In the later document.
    nodes_added: tuple[str, ...] = ()
    #: In the earlier one.
    nodes_removed: tuple[str, ...] = ()
    #: Old name to new name, of those that have another one.
    renamed: Mapping[str, str] = field(default_factory=dict)
    nodes_changed: tuple[NodeChange, ...] = ()
    #: Wires between nodes that were there before, and all others that are new; by the later names.
    wires_added: tuple[WireName, ...] = ()
    #: By the earlier names.
    wires_removed: tuple[WireName, ...] = ()
    run_changes: tuple[FieldChange, ...] = ()
    #: How many nodes that are in both stand elsewhere on the canvas.
    moved: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether both compute the same in the same way; where nodes stand does not count."""
        return not (
            self.nodes_added
            or self.nodes_removed
            or self.renamed
            or self.nodes_changed
            or self.wires_added
            or self.wires_removed
            or self.run_changes
        )


def compare(before: Model, after: Model) -> Difference:
    """The difference between two documents. Folders in which relative paths of data start are not looked at."""
    names = match_nodes(before.graph, after.graph)
    matched = set(names.values())
    added, removed, reordered = _wire_changes(before.graph, after.graph, names)
    return Difference(
        nodes_added=tuple(op.name for op in after.graph.get_operations() if op.name not in matched),
        nodes_removed=tuple(op.name for op in before.graph.get_operations() if op.name not in names),
        renamed={old: new for old, new in names.items() if old != new},
        nodes_changed=_node_changes(before, after, names, reordered),
        wires_added=added,
        wires_removed=removed,
        run_changes=_run_changes(before.run, after.run, names),
        moved=sum(before.positions.get(old) != after.positions.get(new) for old, new in names.items()),
    )


# --- nodes -------------------------------------------------------------------------------------------------------


def _node_changes(
    before: Model, after: Model, names: Mapping[str, str], reordered: Mapping[str, tuple[str, ...]]
) -> tuple[NodeChange, ...]:
    old_names = {new: old for old, new in names.items()}
    found = []
    for op in after.graph.get_operations():
        old_name = old_names.get(op.name)
        if old_name is None:
            continue
        changes = [
            *_attribute_changes(before.graph.operation(old_name), op),
            *_data_change(before.data.get(old_name), after.data.get(op.name)),
            *_value_change(before.values.get(old_name), after.values.get(op.name)),
        ]
        ports = reordered.get(op.name, ())
        if changes or ports:
            found.append(NodeChange(old_name, op.name, tuple(changes), ports))
    return tuple(found)


def _attribute_changes(old: Operation, new: Operation) -> list[FieldChange]:
    changes = [] if old.type == new.type else [FieldChange("type", old.type, new.type)]
    if old.gradient_name != new.gradient_name:
        changes.append(FieldChange("gradient", old.gradient_name, new.gradient_name))
    if old.is_muted != new.is_muted:
        changes.append(FieldChange("muted", *("yes" if op.is_muted else "no" for op in (old, new))))
    if old.is_unknown and new.is_unknown:
        texts = [op.extra.get("attributes", "") for op in (old, new)]
        return changes + ([] if texts[0] == texts[1] else [FieldChange("attributes", texts[0], texts[1])])
    if old.type != new.type:
        return changes
    for attribute in new.declaration.attributes:
        values = old.attributes[attribute.name], new.attributes[attribute.name]
        if not attribute.same(*values):
            changes.append(FieldChange(attribute.name, *attribute_text(attribute, *values)))
    return changes


def _data_change(before: DataSource | None, after: DataSource | None) -> list[FieldChange]:
    return [] if before == after else [FieldChange("data", source_text(before), source_text(after))]


def _value_change(before: Array | None, after: Array | None) -> list[FieldChange]:
    if before is None and after is None:
        return []
    if before is not None and after is not None and _same_value(before, after):
        return []
    return [FieldChange("saved value", *value_text(before, after))]


def _same_value(before: Array, after: Array) -> bool:
    return (
        before.dtype == after.dtype
        and before.shape == after.shape
        and np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
    )


# --- wires -------------------------------------------------------------------------------------------------------


def _wire_changes(
    before: Graph, after: Graph, names: Mapping[str, str]
) -> tuple[tuple[WireName, ...], tuple[WireName, ...], dict[str, tuple[str, ...]]]:
    """Wires that came, wires that went, and by node the ports whose wires are in another order."""
    old_wires, new_wires = _wires(before), _wires(after)
    old_in_new_names = [
        WireName(names.get(wire.source, ""), wire.source_port, names.get(wire.target, ""), wire.target_port)
        for wire in old_wires
    ]
    going = Counter(old_in_new_names)
    added = []
    for wire in new_wires:
        if going[wire]:
            going[wire] -= 1
        else:
            added.append(wire)
    coming = Counter(new_wires)
    removed = []
    for wire, translated in zip(old_wires, old_in_new_names, strict=True):
        if coming[translated]:
            coming[translated] -= 1
        else:
            removed.append(wire)
    return tuple(added), tuple(removed), _reordered(old_in_new_names, new_wires)


def _wires(graph: Graph) -> list[WireName]:
    """All wires, those at one port in their order."""
    return [
        WireName(wire.source.op.name, wire.source.port, op.name, wire.port)
        for op in graph.get_operations()
        for wire in graph.wires_into(op)
    ]


def _reordered(before: list[WireName], after: list[WireName]) -> dict[str, tuple[str, ...]]:
    old, new = _by_port(before), _by_port(after)
    found: dict[str, tuple[str, ...]] = {}
    for (target, port), wires in new.items():
        others = old.get((target, port), [])
        if wires != others and Counter(wires) == Counter(others):
            found[target] = (*found.get(target, ()), port)
    return found


def _by_port(wires: list[WireName]) -> dict[tuple[str, str], list[WireName]]:
    found: dict[tuple[str, str], list[WireName]] = {}
    for wire in wires:
        found.setdefault((wire.target, wire.target_port), []).append(wire)
    return found


# --- settings ----------------------------------------------------------------------------------------------------


def _run_changes(before: RunSettings, after: RunSettings, names: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Settings that have another value; a node in them that has another name only is the same."""
    changes = []
    for setting in fields(RunSettings):
        old, new = getattr(before, setting.name), getattr(after, setting.name)
        if _renamed(old, names) != new:
            changes.append(FieldChange(setting.name, _setting_text(old), _setting_text(new)))
    return tuple(changes)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, tuple):
        return tuple(names.get(name, name) for name in value)
    return names.get(value, value) if isinstance(value, str) else value


def _setting_text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
