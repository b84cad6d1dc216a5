"""Keeps account of what edits touch, and works out the net difference at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from editor.wire_id import WireId
from engine.graph import AFTER, Graph, Operation
from engine.graph.inference import infer_downstream

from .changes import Changes

#: Where a node stands; None for nowhere.
Place = tuple[float, float] | None


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
        #: Where each node that was moved stood at first, and where it stands now.
        self._moved: dict[str, tuple[Place, Place]] = {}
        self._data: dict[str, None] = {}
        self._changed: dict[Operation, None] = {}
        #: Operations to infer again.
        self._pending: dict[Operation, None] = {}
        #: What nodes that have another name now were called at first.
        self._first_names: dict[str, str] = {}
        #: The wires that were at a port before it was touched first, all under the names that nodes had at first.
        self._wires_before: dict[tuple[Operation, str], list[WireId]] = {}
        self._fields: dict[str, None] = {}

    def added(self, op: Operation) -> None:
        self._added[op.name] = None
        self._pending[op] = None

    def removed(self, op: Operation) -> None:
        self._pending.pop(op, None)
        self._changed.pop(op, None)
        self._moved.pop(op.name, None)
        if op.name in self._added:
            del self._added[op.name]
            return
        first = self._first_names.pop(op.name, op.name)
        self._removed[first] = None
        if first != op.name:
            self._renamed = _without(self._renamed, op.name)

    def renamed(self, before: str, after: str) -> None:
        if before in self._moved:
            self._moved[after] = self._moved.pop(before)
        if before in self._added:
            self._added = {after if name == before else name: None for name in self._added}
            return
        self._first_names[after] = self._first_names.pop(before, before)
        self._renamed.append((before, after))

    def moved(self, name: str, before: Place, after: Place) -> None:
        first = self._moved[name][0] if name in self._moved else before
        self._moved[name] = first, after

    def gave_data(self, name: str) -> None:
        self._data[name] = None

    def set_field(self, field: str) -> None:
        self._fields[field] = None

    def changed(self, ops: Iterable[Operation]) -> None:
        self._changed.update(dict.fromkeys(ops))

    def rewires(self, target: Operation, port: str) -> None:
        """To be called before the wires at a port change."""
        key = target, port
        if key not in self._wires_before:
            self._wires_before[key] = [_with_ends(wire, self._first_name) for wire in wires_at(target, port)]
        self._pending[target] = None

    def _first_name(self, name: str) -> str:
        return self._first_names.get(name, name)

    def settle(self) -> None:
        """Infers what has to be inferred, for what is to be decided by shapes before the command is complete."""
        self.changed(infer_downstream(list(self._pending)))
        self._pending.clear()

    def changes(self) -> Changes:
        """Infers what has to be inferred, and tells the difference."""
        self.settle()
        removed, added = self._wire_difference()
        self._note_port_changes(removed, added)
        return Changes(
            wires_removed=removed,
            nodes_removed=list(self._removed),
            renamed=self._renamed,
            nodes_added=list(self._added),
            wires_added=added,
            nodes_moved=[
                name for name, (first, last) in self._moved.items() if first != last and name not in self._added
            ],
            nodes_changed=[op.name for op in in_order(self._changed) if op.name not in self._added],
            data=list(self._data),
            fields=list(self._fields),
        )

    def _wire_difference(self) -> tuple[list[WireId], list[WireId]]:
        """The wires that are gone, under the names that nodes had at first, and those that are new, under the last."""
        last_names = {first: last for last, first in self._first_names.items()}

        def last_name(name: str) -> str:
            return last_names.get(name, name)

        removed: list[WireId] = []
        added: list[WireId] = []
        for (target, port), before in self._wires_before.items():
            is_there = target.name in self._graph and self._graph.operation(target.name) is target
            after = wires_at(target, port) if is_there else []
            # What was wired to a node that is gone is another wire, even if one of the same name has come.
            same = [wire for wire in before if wire.source not in self._removed] if is_there else []
            known, present = {_with_ends(wire, last_name) for wire in same}, set(after)
            removed.extend(wire for wire in before if wire not in same or _with_ends(wire, last_name) not in present)
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
        """``name`` may be the one that the node had at first: wires that are gone are told of by that."""
        name = next((last for last, first in self._first_names.items() if first == name), name)
        if name in self._graph:
            self._changed[self._graph.operation(name)] = None


def _with_ends(wire: WireId, named: Callable[[str], str]) -> WireId:
    """The wire with other names for the nodes at its ends."""
    return wire._replace(source=named(wire.source), target=named(wire.target))


def _without(renamed: Iterable[tuple[str, str]], last: str) -> list[tuple[str, str]]:
    """The renamings but for those of the node that is called ``last`` in the end."""
    kept = []
    for before, after in reversed(list(renamed)):
        if after == last:
            last = before
        else:
            kept.append((before, after))
    return kept[::-1]


def in_order(ops: Iterable[Operation]) -> list[Operation]:
    """Operations in the order in which they were made."""
    return sorted(ops, key=lambda op: op.number)


def wires_at(target: Operation, port: str) -> list[WireId]:
    """The wires that end at a port, in order."""
    return [
        WireId(source.op.name, source.port, target.name, port, slot)
        for slot, source in enumerate(target.inputs_of(port))
    ]
