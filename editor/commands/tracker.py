"""Keeps account of what edits touch, and works out the net difference at the end."""

from __future__ import annotations

from collections.abc import Iterable

from editor.wire_id import WireId
from engine.graph import AFTER, Graph, Operation
from engine.graph.inference import infer_downstream

from .changes import Changes


class Tracker:
    """One for each time a command is done or undone.

    What is taken away and put back within one command is no change. Inference is left to the end, when the whole
    command has been carried out: once, however many wires it makes.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._added: dict[str, None] = {}
        self._removed: dict[str, None] = {}
        self._renamed: list[tuple[str, str]] = []
        self._moved: dict[str, None] = {}
        self._data: dict[str, None] = {}
        self._changed: dict[Operation, None] = {}
        #: Operations to infer again.
        self._pending: dict[Operation, None] = {}
        #: The wires that were at a port before it was touched first.
        self._wires_before: dict[tuple[str, str], list[WireId]] = {}
        self._fields: dict[str, None] = {}

    def added(self, op: Operation) -> None:
        self._added[op.name] = None
        self._pending[op] = None

    def removed(self, op: Operation) -> None:
        self._added.pop(op.name, None)
        self._removed[op.name] = None
        self._pending.pop(op, None)
        self._changed.pop(op, None)

    def renamed(self, before: str, after: str) -> None:
        self._renamed.append((before, after))

    def moved(self, name: str) -> None:
        self._moved[name] = None

    def gave_data(self, name: str) -> None:
        self._data[name] = None

    def set_field(self, field: str) -> None:
        self._fields[field] = None

    def changed(self, ops: Iterable[Operation]) -> None:
        self._changed.update(dict.fromkeys(ops))

    def rewires(self, target: Operation, port: str) -> None:
        """To be called before the wires at a port change."""
        self._wires_before.setdefault((target.name, port), wires_at(target, port))
        self._pending[target] = None

    def changes(self) -> Changes:
        """Infers what has to be inferred, and tells the difference."""
        self.changed(infer_downstream(list(self._pending)))
        removed, added = self._wire_difference()
        self._note_port_changes(removed, added)
        return Changes(
            wires_removed=removed,
            nodes_removed=list(self._removed),
            renamed=self._renamed,
            nodes_added=list(self._added),
            wires_added=added,
            nodes_moved=[name for name in self._moved if name not in self._added],
            nodes_changed=[op.name for op in in_order(self._changed) if op.name not in self._added],
            data=list(self._data),
            fields=list(self._fields),
        )

    def _wire_difference(self) -> tuple[list[WireId], list[WireId]]:
        removed: list[WireId] = []
        added: list[WireId] = []
        for (name, port), before in self._wires_before.items():
            after = wires_at(self._graph.operation(name), port) if name in self._graph else []
            known, present = set(before), set(after)
            removed.extend(wire for wire in before if wire not in present)
            added.extend(wire for wire in after if wire not in known)
        return removed, added

    def _note_port_changes(self, removed: list[WireId], added: list[WireId]) -> None:
        """A node has another face when its hidden ports get or lose a wire, or a wire takes an attribute's place."""
        for wire in [*removed, *added]:
            if wire.target_port == AFTER.name:
                self._note(wire.target)
                self._note(wire.source)
            elif wire.target in self._graph:
                port = self._graph.operation(wire.target).declaration.input_port(wire.target_port)
                if port is not None and port.attribute is not None:
                    self._note(wire.target)

    def _note(self, name: str) -> None:
        if name in self._graph:
            self._changed[self._graph.operation(name)] = None


def in_order(ops: Iterable[Operation]) -> list[Operation]:
    """Operations in the order in which they were made."""
    return sorted(ops, key=lambda op: op.number)


def wires_at(target: Operation, port: str) -> list[WireId]:
    """The wires that end at a port, in order."""
    return [
        WireId(source.op.name, source.port, target.name, port, slot)
        for slot, source in enumerate(target.inputs_of(port))
    ]
