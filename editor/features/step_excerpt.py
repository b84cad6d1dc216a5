"""A part of a training step that is too large to be drawn whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from engine.graph import Graph, Operation, Output, Tensor
from engine.model import Model
from engine.training.step_graph import StepGraph

#: With more generated nodes than this only a part is drawn: nobody can read them all, and making them takes too long.
MOST_DRAWN = 300


def is_too_large(step: StepGraph) -> bool:
    """Whether a step cannot be drawn whole."""
    return len(step.origins) > MOST_DRAWN


def excerpt(step: StepGraph, names: Collection[str]) -> StepGraph:
    """The named nodes of a step, with what they read and what reads them, and the wires among these."""
    whole = step.model.graph
    chosen = [whole.operation(name) for name in names]
    near = {other for op in chosen for other in (*whole.predecessors(op), *whole.successors(op))}
    drawn = near.union(chosen)
    graph = Graph()
    copies = {op: graph.add_copy(op) for op in whole.get_operations() if op in drawn}
    for op, copy in copies.items():
        copy.origin = None
        for port, sources in op.connected_ports():
            graph.set_inputs(copy, port, [_output(copies, source) for source in sources if source.op in copies])
        for new, old in zip(copy.outputs, op.outputs, strict=True):
            new.spec = old.spec
    origins = {name: origin for name, origin in step.origins.items() if name in graph}
    return replace(step, model=Model(graph), origins=origins)


def _output(copies: dict[Operation, Operation], source: Output) -> Output:
    copy = copies[source.op]
    return copy.outputs[source.value_index] if isinstance(source, Tensor) else copy.done
