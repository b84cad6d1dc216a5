"""Giving one scope the contents of another: the edits that make the difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from editor.wire_id import WireId
from engine.blocks.contents import Contents, scope_prefix
from engine.graph import Operation, Output
from engine.model import Model

from .block_state import BlockError
from .edits import (
    Edit,
    InsertNodes,
    NodeState,
    Position,
    RemoveNodes,
    SetAttributeValue,
    SetMuted,
    node_state,
    output_of,
    rewired,
)
from .wire_edits import disconnect_edits


@dataclass
class Target:
    """A scope that is to become like another one: of the document, or the whole of a definition's own model."""

    model: Model
    scope: str
    carry_out: Callable[[Edit], None]
    #: The scope's contents as they are now.
    contents: Contents

    def operation(self, name: str) -> Operation:
        """The node with this name as seen from inside."""
        return self.model.graph.operation(scope_prefix(self.scope) + name)


def conform(target: Target, wanted: Contents, places: Mapping[str, Position]) -> None:
    """Makes the contents of a scope the wanted ones.

    ``places`` is where new nodes stand. Inner instances and what is folded are left to the caller.
    """
    have = target.contents.entries
    gone = [name for name in target.contents.nodes if have["node", name] != wanted.entries.get(("node", name))]
    new = [name for name in wanted.nodes if have.get(("node", name)) != wanted.entries["node", name]]
    _remove(target, gone)
    _insert(target, new, wanted, places)
    for key, text in wanted.entries.items():
        if key[0] == "attribute" and key[1] not in new and have.get(key) != text:
            _set_attribute(target, key[1], key[2], wanted)
    for name in wanted.nodes:
        op = target.operation(name)
        if op.is_muted is not (("muted", name) in wanted.entries):
            target.carry_out(SetMuted(op.name, not op.is_muted))
    _wire(target, gone, new, wanted)


def _remove(target: Target, names: Sequence[str]) -> None:
    graph = target.model.graph
    ops = [target.operation(name) for name in names]
    wires = [WireId.of(wire) for op in ops for wire in (*graph.wires_into(op), *graph.wires_out_of(op))]
    for edit in disconnect_edits(graph, dict.fromkeys(wires)):
        target.carry_out(edit)
    if ops:
        target.carry_out(RemoveNodes(tuple(node_state(target.model, op) for op in ops), None))


def _insert(target: Target, names: Sequence[str], wanted: Contents, places: Mapping[str, Position]) -> None:
    prefix, number = scope_prefix(target.scope), target.model.graph.next_number
    states = [
        NodeState(replace(wanted.records[name], name=prefix + name, number=number + count), places.get(name))
        for count, name in enumerate(names)
    ]
    if states:
        target.carry_out(InsertNodes(tuple(states), None))


def _set_attribute(target: Target, name: str, attribute: str, wanted: Contents) -> None:
    op = target.operation(name)
    before, after = op.attributes[attribute], wanted.records[name].attributes[attribute]
    target.carry_out(SetAttributeValue(op.name, attribute, before, after))


def _wire(target: Target, gone: Sequence[str], new: Sequence[str], wanted: Contents) -> None:
    """Gives each port inside the wires that it is to have; those from outside stay behind them."""
    prefix, graph = scope_prefix(target.scope), target.model.graph
    inside = set(wanted.nodes)
    ports = {
        key[1:]: None for entries in (target.contents.entries, wanted.entries) for key in entries if key[0] == "inputs"
    }
    changes: list[tuple[Operation, str, list[Output]]] = []
    for name, port in ports:
        if name not in inside:
            continue
        sources = wanted.entries.get(("inputs", name, port), ())
        op = target.operation(name)
        outside = [
            source
            for source in op.inputs_of(port)
            if source.op.name[len(prefix) :] not in inside or not source.op.name.startswith(prefix)
        ]
        after = [output_of(graph, (prefix + source, output)) for source, output in sources] + outside
        if list(op.inputs_of(port)) != after:
            changes.append((op, port, after))
    # First what goes, then what comes: nothing may stand in a circle in between.
    for op, port, after in changes:
        staying = [source for source in op.inputs_of(port) if source in after]
        if staying != list(op.inputs_of(port)):
            target.carry_out(rewired(op, port, staying))
    for op, port, after in changes:
        if list(op.inputs_of(port)) != after:
            for source in after:
                if source not in op.inputs_of(port) and graph.would_cycle(source.op, op):
                    raise BlockError(
                        f"In {target.scope} the same wire would close a circle: {source.op.name} depends on {op.name} "
                        "through what is wired to the block. Make one of the blocks unique first.",
                        op.name,
                    )
            target.carry_out(rewired(op, port, after))
