"""A difference as lines of text."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..model import Model
from .difference import Difference, FieldChange, WireName


def report_lines(difference: Difference, before: Model, after: Model) -> list[str]:
    """One line for each thing that is different: ``+`` came, ``-`` went, ``~`` is another one.

    A wire of a node that came or went itself is told after that node's line.
    """
    lines = []
    for name in difference.nodes_removed:
        lines.append(f"- {name}: {before.graph.operation(name).type}")
        lines += _wire_lines("  -", _into(difference.wires_removed, {name}))
    for name in difference.nodes_added:
        lines.append(f"+ {name}: {after.graph.operation(name).type}")
        lines += _wire_lines("  +", _into(difference.wires_added, {name}))
    lines += [f"~ {old} is called {new}" for old, new in (difference.renamed or {}).items()]
    for node in difference.nodes_changed:
        lines += [_change_line(node.name, change) for change in node.changes]
        lines += [f"~ {node.name}: the wires at {port} are in another order" for port in node.reordered]
    told = _into(difference.wires_removed, difference.nodes_removed)
    lines += _wire_lines("-", [wire for wire in difference.wires_removed if wire not in told])
    told = _into(difference.wires_added, difference.nodes_added)
    lines += _wire_lines("+", [wire for wire in difference.wires_added if wire not in told])
    lines += [_change_line("run", change) for change in difference.run_changes]
    return lines


def _change_line(place: str, change: FieldChange) -> str:
    what = change.what.replace("_", " ")
    if not change.before:
        return f"~ {place}: {what} {change.after}, none before"
    if not change.after:
        return f"~ {place}: {what} {change.before}, none any more"
    return f"~ {place}: {what} {change.before} → {change.after}"


def _into(wires: Iterable[WireName], names: Collection[str]) -> list[WireName]:
    """The wires that end at these nodes."""
    return [wire for wire in wires if wire.target in names]


def _wire_lines(mark: str, wires: Iterable[WireName]) -> list[str]:
    return [f"{mark} {wire.source}:{wire.source_port} → {wire.target}:{wire.target_port}" for wire in wires]
