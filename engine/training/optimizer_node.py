"""The optimizer node of a model: which one it is, its loss, what it trains and what changes variables after it."""

from __future__ import annotations

from ..compiler.dependencies import needed_operations
from ..compiler.gradients import trainable_variables
from ..compiler.writes import changes_variables
from ..graph import Graph, GraphError, Operation, Tensor
from ..graph.walk import postorder
from ..model import Model


def find_optimizer(model: Model) -> Operation:
    """The optimizer node to run: the one the settings name, or the only one. Raises GraphError otherwise."""
    chosen = model.run.optimizer
    optimizers = optimizer_nodes(model.graph)
    if chosen:
        op = next((op for op in optimizers if op.name == chosen), None)
        if op is None:
            raise GraphError(
                f"The run settings train with {chosen!r}, but no optimizer has that name; choose one there."
            )
        return op
    if not optimizers:
        raise GraphError("There is no optimizer; add a GradientDescent node and wire the loss to it.")
    if len(optimizers) > 1:
        names = ", ".join(op.name for op in optimizers)
        raise GraphError(f"There are several optimizers ({names}); choose one in the run settings.")
    return optimizers[0]


def optimizer_nodes(graph: Graph) -> list[Operation]:
    """The nodes that train variables, in the order in which they were made."""
    return [op for op in graph.get_operations() if op.declaration.kind.value == "optimizer"]


def loss_of(optimizer: Operation) -> Tensor | None:
    """The loss that an optimizer node makes smaller: what is wired to it, or what its gradients are those of."""
    loss = optimizer.input("loss")
    if loss is not None:
        return loss
    between = needed_operations(source.op for source in optimizer.inputs_of("gradients"))
    return next((op.inputs[0] for op in between if op.type == "Gradients" and op.inputs_of("ys")), None)


def writes_after(optimizer: Operation) -> list[Operation]:
    """What is told to change variables after each step of an optimizer: a counter of steps, moving averages."""
    following = postorder([optimizer], optimizer.graph.successors)
    return sorted((op for op in following if changes_variables(op)), key=lambda op: op.number)


def trained_variables(optimizer: Operation) -> list[Operation]:
    """The variables an optimizer node changes: those wired to it, or all trainable ones its loss depends on."""
    wired = [source.op for source in optimizer.inputs_of("variables")]
    loss = optimizer.input("loss")
    return wired or ([] if loss is None else trainable_variables(loss))
