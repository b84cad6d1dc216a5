"""Which tensors a gradient reaches, also where it goes back through gradients.

A Gradients node stands for operations that are there only after lowering; whether a second gradient finds a way through
them cannot be read off the node. So a copy of what is needed is lowered, and the gradient is built there.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..graph import Output, Tensor
from .dependencies import needed_operations
from .draft import Draft
from .draft_graph import DraftGraph
from .gradients import build_gradients, with_gradient
from .lower import lower


def reached_by_gradient(ys: Sequence[Tensor], xs: Sequence[Tensor], stops: Sequence[Tensor] = ()) -> set[Tensor]:
    """Those of ``xs`` to which the sum of ``ys`` has a gradient; none goes through ``stops``."""
    near = with_gradient(ys, stops)
    found = {x for x in xs if x in near}
    if not found:
        return found
    needed = needed_operations([tensor.op for tensor in (*ys, *found)])
    if all(op.type != "Gradients" for op in needed):
        return found
    graph = DraftGraph()
    copies: dict[Output, Output] = {}
    for op in needed:
        copy = graph.add_copy(
            op,
            {
                port: [copies[source] for source in sources]
                for port, sources in op.connected_ports()
                if all(source in copies for source in sources)
            },
        )
        for old, new in zip(op.outputs, copy.outputs, strict=True):
            new.spec = old.spec
            copies[old] = new
        copies[op.done] = copy.done
    followed = [*ys, *found, *(stop for stop in stops if stop in copies)]
    draft = Draft(graph, [copies[tensor] for tensor in followed], {})
    lower(draft)
    tensors = [output for output in draft.fetches if isinstance(output, Tensor)]
    behind = len(ys) + len(found)
    gradients = build_gradients(graph, tensors[: len(ys)], tensors[len(ys) : behind], (), tensors[behind:])
    return {x for x, gradient in zip(found, gradients, strict=True) if gradient is not None}
