"""Which rows of a variable a gradient concerns, where that variable is only looked up in."""

from __future__ import annotations

from ..graph import Tensor


def rows_looked_up(gradient: Tensor) -> Tensor | None:
    """Whether each element stands in a row that was looked up; None unless all of the gradient comes from look-ups.

    TensorFlow's gradient is sparse there, and some optimizers leave the other rows, and their slots, as they are.
    """
    parts = [gradient]
    counts: Tensor | None = None
    graph = gradient.graph
    look_ups: list[Tensor] = []
    while parts:
        part = parts.pop()
        if part.op.type == "Add":
            parts += part.op.inputs
        elif part.op.type == "ScatterAddLike" and part.op.attributes["axis"] == 0:
            look_ups.append(part)
        else:
            return None
    for part in look_ups:
        like, indices, updates = part.op.inputs
        count = graph.apply("ScatterAddLike", like, indices, graph.apply("OnesLike", updates), axis=0)
        counts = count if counts is None else counts + count
    assert counts is not None
    return graph.apply("Greater", counts, graph.apply("ZerosLike", counts))
