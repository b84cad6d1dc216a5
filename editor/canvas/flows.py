"""Which tensors have begun to flow between two pictures of a run: along a wire, back along one, or into a variable."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from engine.compiler.schedule import PHASES
from engine.debugger.tensors.step_picture import OutputKey, StepPicture, WireKey
from engine.debugger.tensors.tensor_picture import TensorPicture, TensorState
from engine.graph import Graph, NodeKind

Key = TypeVar("Key", OutputKey, WireKey)


class Flows(NamedTuple):
    """What flows at one time, all of it in one phase."""

    #: One of engine.compiler.schedule.PHASES.
    phase: str
    #: The wires along which values flow forwards, or gradients back.
    wires: tuple[WireKey, ...] = ()
    #: The optimizer and the variables that it changes.
    optimizer: str = ""
    variables: tuple[str, ...] = ()


def flows_between(before: StepPicture | None, after: StepPicture, graph: Graph) -> Flows | None:
    """What the operations between two moments have made flow; None where that is nothing, or more than one phase.

    Going back, nothing flows.
    """
    if before is not None and after.moment <= before.moment:
        return None
    same_step = before if before is not None and before.moment[:2] == after.moment[:2] else None
    forward = _forward(same_step, after, graph)
    backward = _new(same_step.gradients if same_step else {}, after.gradients)
    update = set(after.reads) - set(same_step.reads if same_step else ())
    if sum(map(bool, (forward, backward, update))) != 1:
        return None
    if update:
        optimizer = _optimizer(after, graph)
        return Flows(PHASES[2], (), optimizer, tuple(sorted(name for name, _ in update))) if optimizer else None
    return Flows(PHASES[0], tuple(forward)) if forward else Flows(PHASES[1], tuple(backward))


def _new(before: dict[Key, TensorPicture], after: dict[Key, TensorPicture]) -> list[Key]:
    """What is computed after and was not before."""
    computed = TensorState.COMPUTED
    return [
        key
        for key, picture in after.items()
        if picture.state is computed and (key not in before or before[key].state is not computed)
    ]


def _forward(before: StepPicture | None, after: StepPicture, graph: Graph) -> list[WireKey]:
    """The wires into the nodes that have been computed."""
    nodes = dict.fromkeys(name for name, _ in _new(before.tensors if before else {}, after.tensors))
    found: list[WireKey] = []
    for name in nodes:
        if name not in graph:
            continue
        for wire in graph.wires_into(graph.operation(name)):
            if graph.operation(name).kind is not NodeKind.VARIABLE:
                found.append((wire.source.op.name, wire.source.port, name, wire.port, wire.slot))
    return found


def _optimizer(picture: StepPicture, graph: Graph) -> str:
    """The optimizer that the step's loss is wired to; "" when it is wired otherwise."""
    targets = (target for _, _, target, port, _ in picture.gradients if port == "loss")
    return next((name for name in targets if name in graph and graph.operation(name).kind is NodeKind.OPTIMIZER), "")
