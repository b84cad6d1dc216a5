"""Lowering: composite nodes (gradients, optimizers) give way to the primitive operations they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..graph import Graph, GraphError, Operation, Output, Tensor
from .draft import Draft
from .gradients import build_gradients, trainable_variables, why_no_gradient

Lowering = Callable[[Draft, Operation], None]


def lower(draft: Draft) -> None:
    """Rewrites the draft until only primitive operations are left; each remembers the node it came from."""
    for op in draft.graph.get_operations():
        rule = _RULES.get(op.type)
        if rule is not None:
            rule(draft, op)


def _lower_gradients(draft: Draft, op: Operation) -> None:
    """All Gradients nodes of the same ys share one backward pass."""
    graph = draft.graph
    if op.name not in graph:
        return
    ys = _tensors(op, "ys")
    seeds = _tensors(op, "grad_ys")
    group = [
        other
        for other in graph.get_operations()
        if other.type == "Gradients" and _tensors(other, "ys") == ys and _tensors(other, "grad_ys") == seeds
    ]
    xs = [_tensors(other, "x")[0] for other in group]
    for other, x, gradient in zip(group, xs, build_gradients(graph, ys, xs, seeds), strict=True):
        if gradient is None:
            sentence = f"{other.node_name} has no gradient to give: {why_no_gradient(graph, ys, [x])}"
            raise GraphError(sentence, other.node_name)
        after = other.inputs_of("after")
        if after:
            with graph.origin(other, "backward"):
                gradient = graph.create("Identity", {"x": gradient, "after": after}).output
        draft.replace(other.output, gradient)
        draft.replace(other.done, gradient.op.done)
        graph.remove_quietly(other)


def _lower_gradient_descent(draft: Draft, op: Operation) -> None:
    """``variable ← variable − learning_rate · ∂loss/∂variable`` for every variable it trains."""
    graph = draft.graph
    loss = _tensors(op, "loss")[0]
    chosen = _tensors(op, "variables")
    variables = list(dict.fromkeys(tensor.op for tensor in chosen)) or trainable_variables(loss)
    if not variables:
        raise GraphError(
            f"{op.node_name} has no variables to optimize: {loss.op.node_name} depends on no trainable one; wire one "
            "into it.",
            op.node_name,
        )
    trained = [variable.output for variable in variables]
    gradients = build_gradients(graph, [loss], trained)
    if all(gradient is None for gradient in gradients):
        sentence = f"No gradients provided for any variable: {why_no_gradient(graph, [loss], trained)}"
        raise GraphError(sentence, op.node_name)
    with graph.origin(op, "update"), graph.name_scope(f"{op.name}/"):
        wired = op.input("learning_rate")
        rate = wired
        if rate is None:
            rate = graph.apply("Constant", value=op.attributes["learning_rate"], dtype=loss.dtype)
        steps = [
            _update(graph, variable, rate, gradient, op.inputs_of("after"))
            for variable, gradient in zip(variables, gradients, strict=True)
            if gradient is not None
        ]
        group = graph.create("Group", {"after": steps}, base_name="updates")
    draft.replace(op.done, group.done)
    graph.remove_quietly(op)


def _update(graph: Graph, variable: Operation, rate: Tensor, gradient: Tensor, after: Sequence[Output]) -> Output:
    with graph.name_scope(f"update_{variable.name}"):
        if rate.dtype is not variable.output.dtype:
            rate = graph.apply("Cast", rate, dtype=variable.output.dtype)
        inputs = {"variable": variable.output, "value": rate * gradient, "after": after}
        return graph.create("AssignSub", inputs).done


def _tensors(op: Operation, port: str) -> list[Tensor]:
    return [source for source in op.inputs_of(port) if isinstance(source, Tensor)]


_RULES: dict[str, Lowering] = {
    "Gradients": _lower_gradients,
    "GradientDescent": _lower_gradient_descent,
}
