"""A difference as entries of a list, and as lines of text."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from ..model import Model
from .difference import Difference, FieldChange, WireName

#: What came, what went, what is another one.
Mark = Literal["+", "-", "~"]


class Entry(NamedTuple):
    """One thing that is different."""

    mark: Mark
    text: str
    #: The node that it is about: in the later document, or in the earlier one where it is gone; "" for none.
    node: str = ""
    #: Whether it is a part of what the entry before it tells: a wire of a node that came or went.
    is_part: bool = False


def entries(difference: Difference, before: Model, after: Model) -> list[Entry]:
    """Everything that is different: nodes, what changed in them, wires, run settings."""
    found: list[Entry] = []
    for name in difference.nodes_removed:
        found.append(Entry("-", f"{name}: {before.graph.operation(name).type}", name))
        found += [Entry("-", wire_text(wire), name, True) for wire in _into(difference.wires_removed, {name})]
    for name in difference.nodes_added:
        found.append(Entry("+", f"{name}: {after.graph.operation(name).type}", name))
        found += [Entry("+", wire_text(wire), name, True) for wire in _into(difference.wires_added, {name})]
    found += [Entry("~", f"{old} is called {new}", new) for old, new in difference.renamed.items()]
    for node in difference.nodes_changed:
        found += [Entry("~", f"{node.name}: {change_text(change)}", node.name) for change in node.changes]
        for port in node.reordered:
            found.append(Entry("~", f"{node.name}: the wires at {port} are in another order", node.name))
    new_names = difference.renamed
    told = _into(difference.wires_removed, difference.nodes_removed)
    found += [
        Entry("-", wire_text(wire), new_names.get(wire.target, wire.target))
        for wire in difference.wires_removed
        if wire not in told
    ]
    told = _into(difference.wires_added, difference.nodes_added)
    found += [Entry("+", wire_text(wire), wire.target) for wire in difference.wires_added if wire not in told]
    return found + [Entry("~", f"run: {change_text(change)}") for change in difference.run_changes]


def report_lines(difference: Difference, before: Model, after: Model) -> list[str]:
    """One line for each entry: ``+`` came, ``-`` went, ``~`` is another one."""
    return [f"{'  ' if entry.is_part else ''}{entry.mark} {entry.text}" for entry in entries(difference, before, after)]


def change_text(change: FieldChange) -> str:
    """``learning rate 0.1 → 0.05``."""
    what = change.what.replace("_", " ")
    if not change.before:
        return f"{what} {change.after}, none before"
    if not change.after:
        return f"{what} {change.before}, none any more"
    return f"{what} {change.before} → {change.after}"


def wire_text(wire: WireName) -> str:
    """``x:output → product:x``."""
    return f"{wire.source}:{wire.source_port} → {wire.target}:{wire.target_port}"


def _into(wires: Iterable[WireName], names: Collection[str]) -> list[WireName]:
    """The wires that end at these nodes."""
    return [wire for wire in wires if wire.target in names]
