"""Breakpoints: where a person wants a run to stop. They are plain data, which goes from process to process."""

from __future__ import annotations

from dataclasses import dataclass

from ..compiler.writes import changed_variables
from ..graph import Operation
from .causes.cause import Cause, CauseKind
from .observed_step import ObservedStep


@dataclass(frozen=True, slots=True)
class AtNode:
    """In every step, when what a node of the person's graph does in a phase has been done."""

    node: str
    #: One of engine.compiler.schedule.PHASES.
    phase: str = "forward"


@dataclass(frozen=True, slots=True)
class WhenHolds:
    """When a condition begins to hold."""

    text: str


@dataclass(frozen=True, slots=True)
class AtFirstCause:
    """When something of this kind has gone wrong."""

    kind: CauseKind


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """One breakpoint; ``number`` tells it from the others as long as it is there."""

    number: int
    at: AtNode | WhenHolds | AtFirstCause
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """That a run has stopped: at which breakpoint, for how many times by now, and why, as a sentence."""

    number: int
    hits: int
    sentence: str
    #: The node that it is about; "" for none.
    node: str = ""
    cause: Cause | None = None


def stops_in(step: ObservedStep, at: AtNode) -> int | None:
    """How many operations of a step have been carried out when it stops at a node; None where it never does.

    In the forward pass that is once the node's value is there (for what is given: before it is read), in the backward
    pass once its gradient has gone on to its inputs (a variable's: once it is complete), in the update once a
    variable, or all that an optimizer changes, has its new value.
    """
    own = [place for place in step.places_of(at.node) if step.operations[place].phase == at.phase]
    if own:
        return own[-1] + 1
    if at.phase == "forward":
        return next((place for place, op in enumerate(step.operations) if _reads(op, at.node)), None)
    if at.phase == "backward":
        gradients = [
            place
            for op in step.graph.get_operations()
            if op.node_name == at.node and op.phase == "forward"
            for output in op.outputs
            if (gradient := step.gradient(output)) is not None and (place := step.place(gradient.op)) is not None
        ]
        return max(gradients) + 1 if gradients else None
    writes = [
        place
        for place, op in enumerate(step.operations)
        if any(variable.op.node_name == at.node for variable in changed_variables(op))
    ]
    return writes[-1] + 1 if writes else None


def _reads(op: Operation, node: str) -> bool:
    return any(source.op.node_name == node and source.op.phase == "forward" for source in op.inputs)
