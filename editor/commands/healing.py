"""Deleting nodes and joining what flowed through them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from editor.wire_id import WireId
from engine.graph import Graph, Operation, Tensor, check_connect

from .command import Host, inverse
from .edits import SetInputs, SourceName, output_of, rewired
from .nodes import DeleteNodes
from .trial import carry_out
from .words import translate


class Unjoined(NamedTuple):
    """A port that has lost its wire, and why nothing could be wired to it instead."""

    target: str
    port: str
    reason: str


class DeleteAndHeal(DeleteNodes):
    """Deletes nodes; what flowed into them is wired to where it flowed on, where shapes and dtypes allow that."""

    def __init__(self, host: Host, names: Sequence[str]) -> None:
        graph = host.model.graph
        deleted = {graph.operation(name) for name in names}
        # Looked up before they go: what could stand for what each of the ports loses.
        broken = [
            (WireId.of(wire), _flowed_through(wire.source, deleted))
            for op in sorted(deleted, key=lambda op: op.number)
            for wire in graph.wires_out_of(op)
            if wire.target not in deleted and isinstance(wire.source, Tensor)
        ]
        super().__init__(host, names, ())
        joins: list[SetInputs] = []
        # The nodes stay while it is tried out, but nothing leads to them or from them.
        cuts = [edit for edit in self._edits if isinstance(edit, SetInputs)]
        carry_out(host, cuts)
        try:
            #: Where nothing could be joined.
            self.unjoined = _join(host, broken, joins)
        finally:
            carry_out(host, inverse([*cuts, *joins]))
        self._edits = (*self._edits, *joins)
        count = len(names)
        if count == 1:
            text = translate("Commands", "Delete {name} and heal").format(name=names[0])
        else:
            text = translate("Commands", "Delete %n nodes and heal", "", count)
        self.setText(text)


def _flowed_through(output: Tensor, deleted: set[Operation]) -> list[SourceName]:
    """The tensors outside that ``output`` is computed from, those first that look like it.

    For the output of an addition that is its first summand, unless only the second has its shape.
    """
    found: list[SourceName] = []
    seen: set[Tensor] = set()

    def search(tensor: Tensor) -> None:
        inputs = [source for source in tensor.op.inputs if source not in seen]
        seen.update(inputs)
        for source in sorted(inputs, key=lambda source: source.spec != tensor.spec):
            if source.op in deleted:
                search(source)
            else:
                found.append((source.op.name, source.port))

    search(output)
    return list(dict.fromkeys(found))


def _join(host: Host, broken: Iterable[tuple[WireId, list[SourceName]]], joins: list[SetInputs]) -> list[Unjoined]:
    """Wires what it can, edit by edit; ``joins`` gets the edits that are made."""
    graph = host.model.graph
    unjoined: list[Unjoined] = []
    for wire, sources in sorted(broken, key=lambda each: each[0][2:]):
        reason = ""
        for source in sources:
            verdict = check_connect(
                graph, output_of(graph, source), graph.operation(wire.target), wire.target_port, _slot(graph, wire)
            )
            if verdict:
                edit = _joined(graph, wire, source)
                carry_out(host, [edit])
                joins.append(edit)
                break
            reason = reason or verdict.reason
        else:
            unjoined.append(Unjoined(wire.target, wire.target_port, reason))
    return unjoined


def _slot(graph: Graph, wire: WireId) -> int:
    """The place that the wire had, or the last one that there is now."""
    return min(wire.slot, len(graph.operation(wire.target).inputs_of(wire.target_port)))


def _joined(graph: Graph, wire: WireId, source: SourceName) -> SetInputs:
    target = graph.operation(wire.target)
    wired = list(target.inputs_of(wire.target_port))
    wired.insert(_slot(graph, wire), output_of(graph, source))
    return rewired(target, wire.target_port, wired)
