"""Scans of a known, moderate length as the operations of their steps, one after the other.

A Scan in a graph that is differentiated computes every step a second time on the way back, and adds what each step
gives to the gradients of the weights. Unrolled, the values of the steps are simply there.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..graph import Graph, Operation, Output, Tensor
from ..graph.body import Body
from ..graph.walk import postorder
from ..ops.wired import tensors_at
from .draft import Draft, copy_with_specs
from .schedule import sources_of

#: So many operations may come of one Scan; of longer ones the body is run again and again.
MOST_OPERATIONS = 4000


def unroll_scans(draft: Draft) -> None:
    """Puts the steps of every Scan that allows it in its place."""
    for op in draft.graph.get_operations():
        if op.type == "Scan":
            length = _length(op)
            if length is not None and _can_unroll(op, length):
                _unroll(draft, op, length)


def _length(op: Operation) -> int | None:
    """How many steps a Scan has; None where that is not known before it runs."""
    sequences = tensors_at(op, "sequences")
    if not sequences or any(not tensor.shape.is_known for tensor in sequences):
        return None
    return sequences[0].shape.known()[0]


def _can_unroll(op: Operation, length: int) -> bool:
    """Whether its steps are plain operations: random numbers and writes depend on the step that they are in."""
    body: Body = op.attributes["body"]
    inner = body.graph.get_operations()
    if not length or length * len(inner) > MOST_OPERATIONS or body.variables or op.control_inputs:
        return False
    plain = all(
        each.type == "Placeholder"
        or not (each.declaration.stateful or each.declaration.has_bodies or each.gradient_name)
        for each in inner
    )
    return plain and all(tensor.shape.is_known for tensor in op.outputs)


def _unroll(draft: Draft, op: Operation, length: int) -> None:
    graph, body = draft.graph, op.attributes["body"]
    sequences, captured = tensors_at(op, "sequences"), tensors_at(op, "body_inputs")
    states = tensors_at(op, "initial")
    histories: list[list[Tensor]] = [[] for _ in states]
    results: list[list[Tensor]] = [[] for _ in body.outputs[len(states) :]]
    order = postorder([output.op for output in body.outputs], sources_of)
    with graph.origin(op, op.phase):
        slices = [
            graph.create("Unstack", {"x": sequence}, {"num": length, "axis": 0}).outputs for sequence in sequences
        ]
        for time in range(length):
            for history, state in zip(histories, states, strict=True):
                history.append(state)
            given = [*(parts[time] for parts in slices), *states, *captured]
            found = _step(draft, op, order, dict(zip(body.inputs, given, strict=True)), body.outputs)
            states = found[: len(states)]
            for result, value in zip(results, found[len(states) :], strict=True):
                result.append(value)
        replacements = [*states, *(_stacked(graph, result) for result in results)]
        needed = {output for output in op.outputs if output in draft.fetches or output.consumers()}
        for place, old in enumerate(op.outputs):
            if old in needed:
                if place < len(replacements):
                    new = replacements[place]
                else:
                    new = _stacked(graph, histories[place - len(replacements)])
                draft.replace(old, new)
        draft.replace(op.done, graph.create("Group", {"after": [state.op.done for state in states]}).done)
    graph.remove_quietly(op)


def _step(
    draft: Draft, op: Operation, order: Sequence[Operation], known: dict[Output, Output], outputs: Sequence[Tensor]
) -> list[Tensor]:
    """The operations of one step of ``op``, with what is ``known`` in the place of the body's inputs."""
    for inner in order:
        if not any(output in known for output in inner.outputs):
            copy = copy_with_specs(draft.graph, inner, known)
            copy.origin = op.origin or op  # in the person's graph, which has the body inside that node
            known[inner.done] = copy.done
            known.update(zip(inner.outputs, copy.outputs, strict=True))
    found = [known[output] for output in outputs]
    return [tensor for tensor in found if isinstance(tensor, Tensor)]


def _stacked(graph: Graph, values: Sequence[Tensor]) -> Tensor:
    return graph.create("Stack", {"values": values}, {"axis": 0}).output
