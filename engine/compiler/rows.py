"""Which rows of a variable a gradient concerns, where that variable is only looked up in."""

from __future__ import annotations

from ..graph import Operation, Tensor
from ..ops.wired import tensors_at
from .gradients import with_gradient


def look_ups(gradient: Tensor) -> list[Tensor]:
    """The gradients of the look-ups that a gradient is the sum of; none unless it is the sum of such ones alone."""
    parts, found = [gradient], []
    while parts:
        part = parts.pop()
        if part.op.type == "Add":
            parts += part.op.inputs
        elif part.op.type == "ScatterAddLike" and part.op.attributes["axis"] == 0:
            found.append(part)
        else:
            return []
    return found


def rows_looked_up(gradient: Tensor) -> Tensor | None:
    """Whether each element stands in a row that was looked up; None unless all of the gradient comes from look-ups.

    TensorFlow's gradient is sparse there, and some optimizers leave the other rows, and their slots, as they are.
    """
    counts: Tensor | None = None
    graph = gradient.graph
    for part in look_ups(gradient):
        like, indices, updates = part.op.inputs
        count = graph.apply("ScatterAddLike", like, indices, graph.apply("OnesLike", updates), axis=0)
        counts = count if counts is None else counts + count
    return None if counts is None else graph.apply("Greater", counts, graph.apply("ZerosLike", counts))


def look_ups_behind(gradient: Tensor) -> list[Operation]:
    """The look-ups through which alone the ys of a Gradients node depend on its x; none where there is another way.

    TensorFlow's gradient is sparse there: the gradients to what was looked up, and the indices.
    """
    if gradient.op.type != "Gradients":
        return []
    (x,), ys = tensors_at(gradient.op, "x"), tensors_at(gradient.op, "ys")
    if x.op.type != "Variable" or not any(consumer.type in ("Gather", "Identity") for consumer in x.consumers()):
        return []
    reached = with_gradient(ys)
    found: dict[Operation, None] = {}
    waiting = [x]
    while waiting:
        tensor = waiting.pop()
        if tensor in ys:
            return []
        for consumer in tensor.consumers():
            if reached.isdisjoint(consumer.outputs):
                continue
            if consumer.type == "Identity":
                waiting.append(consumer.output)
            elif consumer.type == "Gather" and consumer.attributes["axis"] == 0 and consumer.inputs[0] is tensor:
                found[consumer] = None
            else:
                return []
    return list(found)
