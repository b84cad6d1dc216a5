"""The graph that a program built, as a document: without what only the program needs to run it."""

from __future__ import annotations

import os

from ..graph import Graph, NodeKind, Operation, record_of
from ..graph.inference import infer_downstream
from ..model import Model
from .graph_file import save_graph_file

#: Where optimizers take the variables that a program can name; one that stands in a document keeps its own.
_SLOTS = "slots"
_VARIABLES = "variables"
#: Operations that give no value, only order: they go when everything before them goes.
_ORDER_ONLY = ("Group", "NoOp")
#: These stay, whether something is wired to them or not.
_SOURCES = ("Variable", "Placeholder")


def save_graph(graph: Graph, path: str | os.PathLike[str]) -> None:
    """Writes a program's graph as a ``.graph`` file, for the editor.

    Nodes have no positions: the editor finds places for them. Raises FileFormatError when it cannot be saved.
    """
    save_graph_file(model_of(graph), path)


def model_of(graph: Graph) -> Model:
    """A copy of the graph without slot variables of optimizers and what sets variables to their initial values."""
    dropped = _what_only_programs_need(graph)
    kept = [op for op in graph.get_operations() if op not in dropped]
    copy = Graph()
    copies = dict(zip(kept, copy.restore(record_of(op) for op in kept), strict=True))
    for op, copied in copies.items():
        for port, sources in op.connected_ports():
            if port == _SLOTS or (port == _VARIABLES and _are_all_it_would_take(graph, op)):
                continue
            outputs = [copies[source.op].output_named(source.port) for source in sources if source.op in copies]
            copy.set_inputs(copied, port, [output for output in outputs if output is not None])
    infer_downstream(copy.get_operations())
    return Model(graph=copy)


def _are_all_it_would_take(graph: Graph, op: Operation) -> bool:
    """Whether the variables wired to an optimizer are those that it trains when none are."""
    loss = op.input("loss") if op.kind is NodeKind.OPTIMIZER else None
    if loss is None:
        return False
    needed = graph.ancestors([loss.op])
    trained = {each for each in needed if each.type == "Variable" and each.attributes["trainable"]}
    return trained == {source.op for source in op.inputs_of(_VARIABLES)}


def _what_only_programs_need(graph: Graph) -> set[Operation]:
    dropped = {op for op in graph.get_operations() if op.type == "Initialize" or _is_slot(graph, op)}
    for op in graph.get_operations():
        before = [source.op for _, sources in op.connected_ports() for source in sources]
        if op.type in _ORDER_ONLY and before and dropped.issuperset(before):
            dropped.add(op)
    # What was computed only for them: initial values of slots.
    for op in reversed(graph.get_operations()):
        followers = [wire.target for wire in graph.wires_out_of(op)]
        if op.type not in _SOURCES and followers and dropped.issuperset(followers):
            dropped.add(op)
    return dropped


def _is_slot(graph: Graph, op: Operation) -> bool:
    """Whether it is a variable that only optimizers use, for themselves."""
    uses = [wire for wire in graph.wires_out_of(op) if wire.target.type != "Initialize"]
    return op.type == "Variable" and bool(uses) and all(wire.port == _SLOTS for wire in uses)
