"""Which node of one graph is which of another: by name first, then by what it is and what it is wired to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import numpy as np

from ..graph import Graph, Operation


def match_nodes(before: Graph, after: Graph) -> dict[str, str]:
    """The name in ``after`` of each node of ``before`` that is still there.

    Nodes of the same name are the same. Of those that are left, one was renamed when exactly one left over in the
    other graph has its type, its attributes, and the same wires to nodes that are matched already; this is asked
    again until it finds no more. What cannot be told apart (two equal variables that both have other names) is
    paired in the order of making, when there are as many on both sides.
    """
    matching = _Matching(before, after)
    while matching.pair_by_inputs() or matching.pair_by_outputs() or matching.pair_first_of_a_kind():
        pass
    return matching.before.new_names


class _Side:
    """One of the two graphs, with the names that its matched nodes have in the later one."""

    def __init__(self, graph: Graph, new_names: dict[str, str]) -> None:
        self.graph = graph
        self.new_names = new_names
        self._kinds: dict[Operation, Hashable] = {}

    def left(self) -> Iterator[Operation]:
        """The nodes that are not matched yet, in the order of making."""
        return (op for op in self.graph.get_operations() if op.name not in self.new_names)

    def kind(self, op: Operation) -> Hashable:
        """Its type with its attributes."""
        if op not in self._kinds:
            self._kinds[op] = (op.type, attributes_key(op))
        return self._kinds[op]

    def with_inputs(self, op: Operation) -> Hashable | None:
        """What it is and what it takes; None unless it takes something and all of that is matched."""
        sources = [
            (port, self.new_names.get(output.op.name), output.port)
            for port, outputs in op.connected_ports()
            for output in outputs
        ]
        if not sources or any(name is None for _, name, _ in sources):
            return None
        return self.kind(op), tuple(sources)

    def with_outputs(self, op: Operation) -> Hashable | None:
        """What it is and which matched nodes take what it gives; None when there are none."""
        takers = {
            (wire.source.port, self.new_names[wire.target.name], wire.port, wire.slot)
            for wire in self.graph.wires_out_of(op)
            if wire.target.name in self.new_names
        }
        return (self.kind(op), frozenset(takers)) if takers else None


class _Matching:
    def __init__(self, before: Graph, after: Graph) -> None:
        same = {op.name: op.name for op in before.get_operations() if op.name in after}
        self.before = _Side(before, same)
        self._after = _Side(after, dict(same))

    def pair_by_inputs(self) -> bool:
        """Whether nodes were found that take the same."""
        return self._pair_alone(_Side.with_inputs)

    def pair_by_outputs(self) -> bool:
        """Whether nodes were found that give to the same."""
        return self._pair_alone(_Side.with_outputs)

    def pair_first_of_a_kind(self) -> bool:
        """Whether there was a kind of node of which as many are left on both sides; the first kind is paired."""
        for old, new in self._groups(_Side.kind):
            if len(old) == len(new):
                for one, other in zip(old, new, strict=True):
                    self._pair(one, other)
                return True
        return False

    def _pair_alone(self, signature: Callable[[_Side, Operation], Hashable | None]) -> bool:
        found = [(old[0], new[0]) for old, new in self._groups(signature) if len(old) == len(new) == 1]
        for old, new in found:
            self._pair(old, new)
        return bool(found)

    def _groups(
        self, signature: Callable[[_Side, Operation], Hashable | None]
    ) -> list[tuple[list[Operation], list[Operation]]]:
        """What is left on both sides, those of one signature together."""
        groups: defaultdict[Hashable, tuple[list[Operation], list[Operation]]] = defaultdict(lambda: ([], []))
        for number, side in enumerate((self.before, self._after)):
            for op in side.left():
                key = signature(side, op)
                if key is not None:
                    groups[key][number].append(op)
        return list(groups.values())

    def _pair(self, old: Operation, new: Operation) -> None:
        self.before.new_names[old.name] = new.name
        self._after.new_names[new.name] = new.name


def attributes_key(op: Operation) -> Hashable:
    """The attributes as something that is equal when they are; an unknown type's, as they stand in the file."""
    if op.is_unknown:
        return op.extra.get("attributes", "")
    return tuple(_key(attribute.to_json, op.attributes[attribute.name]) for attribute in op.declaration.attributes)


def _key(to_json: Callable[[Any], Any], value: Any) -> Hashable:
    if isinstance(value, np.ndarray) and value.dtype.kind != "O":
        return value.dtype.str, value.shape, value.tobytes()
    return repr(to_json(value))
