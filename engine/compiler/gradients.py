"""Symbolic differentiation: builds the nodes that compute gradients.

Reverse mode: from the sum of ``ys`` back to ``xs``, each operation's gradient rule turning the gradient of its
output into those of its inputs; where paths join, the contributions are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..graph import Graph, Operation, Tensor
from .dependencies import needed_operations
from .rule_results import RuleResults


@dataclass(frozen=True)
class GradientFlow:
    """Which tensors hold the gradients of the sum of all elements of ``ys`` on their way back."""

    ys: tuple[Tensor, ...]
    #: By tensor, the gradient to it: the sum over all paths.
    totals: dict[Tensor, Tensor] = field(default_factory=dict)
    #: By operation and the place of an input, what flows back along that wire.
    contributions: dict[tuple[Operation, int], Tensor] = field(default_factory=dict)


def build_gradients(
    graph: Graph,
    ys: Sequence[Tensor],
    xs: Sequence[Tensor],
    grad_ys: Sequence[Tensor] = (),
    stops: Sequence[Tensor] = (),
    flows: list[GradientFlow] | None = None,
) -> list[Tensor | None]:
    """The gradient of the sum of all elements of all ``ys`` to each of ``xs``, as new tensors in ``graph``.

    Each has the shape and dtype of its x; None where no differentiable path leads from it to a y. ``grad_ys`` gives
    the gradients to begin with (ones where it is empty). ``stops`` are held constant. Which gradients stand for what
    is added to ``flows``.
    """
    flow = GradientFlow(tuple(ys))
    if flows is not None:
        flows.append(flow)
    held = {tensor.op for tensor in stops}
    between = _operations_between(graph, ys, xs, held)
    sources = set(xs)
    contributions: dict[Tensor, list[Tensor]] = {}
    rules = RuleResults(graph)
    for index, y in enumerate(ys):
        with graph.origin(y.op, "backward"), graph.name_scope("gradients/"):
            seed = grad_ys[index] if grad_ys else graph.apply("OnesLike", y, base_name="grad_ys")
        contributions.setdefault(y, []).append(seed)
    for op in reversed(between):
        for output in op.outputs:
            if output in contributions:
                total = flow.totals[output] = _summed(graph, op, contributions[output])
                contributions[output] = [total]
        gradients = [contributions[output][0] if output in contributions else None for output in op.outputs]
        if (
            op.gradient is None
            or op in held
            or all(gradient is None for gradient in gradients)
            or not _leads_back(op, between, sources)
        ):
            continue
        to_inputs = rules.apply(op, gradients)
        for place, (source, contribution) in enumerate(zip(op.inputs, to_inputs, strict=True)):
            if contribution is not None and _carries_gradient(source):
                contributions.setdefault(source, []).append(contribution)
                flow.contributions[op, place] = contribution
    return [_summed(graph, x.op, contributions[x]) if x in contributions else None for x in xs]


def _operations_between(
    graph: Graph, ys: Sequence[Tensor], xs: Sequence[Tensor], held: set[Operation]
) -> dict[Operation, None]:
    """The operations on a path from an x to a y (both ends included), each after those it depends on.

    No path leads through those that are ``held`` constant.
    """
    upstream = graph.ancestors([y.op for y in ys])
    targets = {x.op for x in xs}
    reached = targets & upstream
    order: dict[Operation, None] = {}
    for op in _topological(upstream):
        if op in reached or (op not in held and any(source.op in reached for source in op.inputs)):
            reached.add(op)
            order[op] = None
    return order


def _topological(ops: set[Operation]) -> list[Operation]:
    """``ops``, with which is all that they depend on, in an order of dependencies, older ones first."""
    waiting = {op: len(_sources(op)) for op in ops}
    ready = sorted((op for op, count in waiting.items() if count == 0), key=lambda op: -op.number)
    order: list[Operation] = []
    while ready:
        op = ready.pop()
        order.append(op)
        for follower in op.graph.successors(op):
            if follower in waiting:
                waiting[follower] -= 1
                if waiting[follower] == 0:
                    ready.append(follower)
    return order


def _sources(op: Operation) -> set[Operation]:
    return {source.op for source in op.sources}


def _leads_back(op: Operation, between: dict[Operation, None], sources: set[Tensor]) -> bool:
    return any(source in sources or (source.op in between and source.op is not op) for source in op.inputs)


def _carries_gradient(tensor: Tensor) -> bool:
    return tensor.dtype is None or tensor.dtype.is_floating


def _summed(graph: Graph, op: Operation, parts: Sequence[Tensor]) -> Tensor:
    """The sum of the gradients that arrive at an output over several paths."""
    total = parts[0]
    if len(parts) > 1:
        with graph.origin(op, "backward"), graph.name_scope("gradients/"):
            for part in parts[1:]:
                total = graph.apply("Add", total, part, base_name="add_paths")
    return total


def with_gradient(ys: Sequence[Tensor], stops: Sequence[Tensor] = ()) -> set[Tensor]:
    """The tensors from which a path of differentiable operations and floating dtypes leads to one of ``ys``.

    None leads through the operations of ``stops``.
    """
    held = {tensor.op for tensor in stops}
    stack = [y for y in ys if _carries_gradient(y)]
    found: set[Tensor] = set(stack)
    while stack:
        op = stack.pop().op
        if (op.gradient is None and op.type != "Gradients") or op in held:
            continue
        for source in op.inputs:
            if source not in found and _carries_gradient(source):
                found.add(source)
                stack.append(source)
    return found


def why_no_gradient(graph: Graph, ys: Sequence[Tensor], xs: Sequence[Tensor]) -> str:
    """Why no gradient leads from ``ys`` back to ``xs``, and what to do about it."""
    to, by = _names(ys), _names(xs)
    blocking = _blocking(graph, ys, set(xs))
    if not blocking:
        return f"no differentiable path leads from {by} to {to}; wire one into what {to} is computed from."
    names = ", ".join(dict.fromkeys(_name_and_place(op) for op in blocking))
    return f"no differentiable path leads from {by} to {to}, for no gradient goes through {names}; lead one around it."


def _name_and_place(op: Operation) -> str:
    place = (op.origin or op).place_in_program
    return f"{op.node_name} ({place})" if place else op.node_name


def _names(tensors: Sequence[Tensor]) -> str:
    return ", ".join(tensor.op.node_name for tensor in tensors)


def _blocking(graph: Graph, ys: Sequence[Tensor], xs: set[Tensor]) -> list[Operation]:
    """The operations, seen from ``ys``, at which the way of the gradient to ``xs`` ends."""
    found: set[Tensor] = set(ys)
    stack = list(ys)
    blocking: list[Operation] = []
    while stack:
        tensor = stack.pop()
        op = tensor.op
        passes = _carries_gradient(tensor) and (op.gradient is not None or op.type == "Gradients")
        if not passes and tensor not in xs and not graph.ancestors([op]).isdisjoint({x.op for x in xs}):
            blocking.append(op)
        for source in op.inputs if passes else ():
            if source not in found:
                found.add(source)
                stack.append(source)
    return blocking


def trainable_variables(loss: Tensor) -> list[Operation]:
    """The trainable variables that ``loss`` depends on, in the order in which they were made."""
    found = [op for op in needed_operations([loss.op]) if op.type == "Variable" and op.attributes["trainable"]]
    return sorted(found, key=lambda op: (op.origin or op).number)
