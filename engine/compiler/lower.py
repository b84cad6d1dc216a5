"""Lowering: composite nodes (gradients, optimizers) give way to the primitive operations they stand for."""

from __future__ import annotations

from collections.abc import Callable

from ..graph import GraphError, Operation
from ..ops.wired import tensors_at
from .draft import Draft
from .gradients import build_gradients, why_no_gradient
from .optimizers import lower_optimizer
from .stand_ins import replace_stand_ins
from .unroll import unroll_scans

Lowering = Callable[[Draft, Operation], None]


def lower(draft: Draft) -> None:
    """Rewrites the draft until only primitive operations are left; each remembers the node it came from."""
    unroll_scans(draft)
    replace_stand_ins(draft)
    for op in draft.graph.get_operations():
        rule = lower_optimizer if op.declaration.updating else _RULES.get(op.type)
        if rule is not None:
            rule(draft, op)


def _lower_gradients(draft: Draft, op: Operation) -> None:
    """All Gradients nodes of the same ys share one backward pass."""
    graph = draft.graph
    if op.name not in graph:
        return
    ys = tensors_at(op, "ys")
    seeds, stops = tensors_at(op, "grad_ys"), tensors_at(op, "stop")
    group = [
        other
        for other in graph.get_operations()
        if other.type == "Gradients"
        and (tensors_at(other, "ys"), tensors_at(other, "grad_ys"), tensors_at(other, "stop")) == (ys, seeds, stops)
    ]
    xs = [tensors_at(other, "x")[0] for other in group]
    found = build_gradients(graph, ys, xs, seeds, stops, draft.flows)
    for other, x, gradient in zip(group, xs, found, strict=True):
        if gradient is None and other.attributes["zeros"]:
            with graph.origin(other, "backward"):
                gradient = graph.apply("ZerosLike", x)
        if gradient is None:
            sentence = f"{other.node_name} has no gradient to give: {why_no_gradient(graph, ys, [x])}"
            raise GraphError(sentence, other.node_name)
        after = other.inputs_of("after")
        if after:
            with graph.origin(other, "backward"):
                gradient = graph.create("Identity", {"x": gradient, "after": after}).output
        draft.replace_value(other.output, gradient)
        graph.remove_quietly(other)


_RULES: dict[str, Lowering] = {
    "Gradients": _lower_gradients,
}
