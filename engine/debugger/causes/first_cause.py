"""First causes: watching observed steps for NaN and infinity, gradients that die or explode, and dead ReLUs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ...graph import Graph, Operation
from ..observed_step import ObservedStep
from .cause import Array, Cause, CauseKind, guilty_elements
from .dead_relus import DeadRelus
from .divergence import Divergence, DivergenceWatch
from .gradient_health import DyingGradients, ExplodingGradients
from .gradient_path import names_on_way, way_to_loss
from .non_finite import Origin, find_non_finite
from .step_place import StepPlace
from .trained_variables import TrainedVariable, trained_variables

EVERY_KIND = frozenset(CauseKind)


class FirstCauseWatch:
    """Is shown every step of a run, one after the other, and says when something has gone wrong, once for each cause.

    ``optimizer`` is the person's node that trains.
    """

    def __init__(self, optimizer: str, batches_per_epoch: int, kinds: Collection[CauseKind] = EVERY_KIND) -> None:
        self.kinds = frozenset(kinds)
        self._optimizer = optimizer
        self._divergence = DivergenceWatch()
        self._dying = DyingGradients(batches_per_epoch)
        self._exploding = ExplodingGradients()
        self._relus = DeadRelus(batches_per_epoch)
        #: The lowered graph of the last step, and the variables that it trains.
        self._graph: Graph | None = None
        self._variables: list[TrainedVariable] = []
        #: The nodes that have been named as dead ReLUs.
        self._dead: set[str] = set()
        self._is_spoilt = False

    def forget(self) -> None:
        """Begins anew: the next step does not follow the last one that was shown."""
        for watch in (self._divergence, self._dying, self._exploding, self._relus):
            watch.forget()
        self._dead.clear()
        self._is_spoilt = False

    def observe(self, step: ObservedStep, place: StepPlace) -> Cause | None:
        """Looks at a complete step. Returns the cause of what has gone wrong with it, if it is of a watched kind."""
        if self._is_spoilt:
            return None
        if step.graph is not self._graph:
            self._graph, self._variables = step.graph, trained_variables(step)
        variables = self._variables
        divergence = self._divergence.observe(step, place, variables)
        origin = find_non_finite(step)
        if origin is not None:
            self._is_spoilt = True
            began_here = origin.tensor.op.phase == "update" or step.place(origin.tensor.op) is None
            if divergence is not None and not began_here and self.kinds & _OVERFLOWS:
                return self._diverged(step, divergence)
            return _cause_of(step, origin, place) if CauseKind.NON_FINITE in self.kinds else None
        if divergence is not None and CauseKind.EXPLODING_GRADIENT in self.kinds:
            self._is_spoilt = True
            return self._diverged(step, divergence)
        exploding = (
            self._exploding.observe(step, place, variables) if CauseKind.EXPLODING_GRADIENT in self.kinds else None
        )
        relu = self._relus.observe(step, place) if CauseKind.DEAD_RELU in self.kinds else None
        dying = self._dying.observe(step, place, variables) if CauseKind.DYING_GRADIENT in self.kinds else None
        if relu is not None:
            self._dead.add(relu.node)
        if dying is not None and dying.node in self._dead:  # said already
            dying = None
        return exploding or relu or dying

    def _diverged(self, step: ObservedStep, divergence: Divergence) -> Cause:
        began = divergence.began
        return Cause(
            kind=CauseKind.EXPLODING_GRADIENT,
            node=self._optimizer,
            op_type=step.graph.operation(self._optimizer).type if self._optimizer in step.graph else "",
            phase="update",
            epoch=began.epoch,
            batch=began.batch,
            step=began.step,
            operation=len(step.operations),
            sentence=f"Training diverges since the update of {began}: {divergence.what} has gone from "
            f"{divergence.was:.4g} to {divergence.now:.4g}. Make the learning rate of {self._optimizer} smaller.",
            path=(self._optimizer, *_way_of(step, divergence.variable)),
        )


#: Kinds in which training that diverges ends.
_OVERFLOWS = frozenset({CauseKind.NON_FINITE, CauseKind.EXPLODING_GRADIENT})


def _way_of(step: ObservedStep, variable: str) -> tuple[str, ...]:
    """The nodes from a variable to the loss."""
    op = next((each.op for each in trained_variables(step) if each.name == variable), None)
    return () if op is None else names_on_way(way_to_loss(step, op.output))[::-1]


def _cause_of(step: ObservedStep, origin: Origin, place: StepPlace) -> Cause:
    op = origin.tensor.op
    elements = guilty_elements(origin.value, origin.mask)
    first = elements[0]
    at = f" at {list(first.index)}" if first.index else ""
    if step.place(op) is None:
        what = f"{op.node_name} ({op.type}) is {first.value}{at} {_GIVEN[op.type]} ({place})."
    else:
        whose = {"backward": "The backward pass of ", "update": "The update of "}.get(op.phase, "")
        how = "" if op.phase == "forward" else f", with {op.type},"
        described = f"{op.node_name} ({op.type})" if op.phase == "forward" else op.node_name
        what = f"{whose}{described}{how} gives {first.value}{at} at {place}{_from(step, op, first.index)}."
    reached = f" It reaches {origin.path[-1]}." if origin.path[-1] != op.node_name else ""
    return Cause(
        kind=CauseKind.NON_FINITE,
        node=op.node_name,
        op_type=op.type,
        phase=op.phase,
        epoch=place.epoch,
        batch=place.batch,
        step=place.step,
        operation=origin.operation,
        sentence=f"{what}{reached} {_advice(op)}",
        elements=elements,
        element_count=int(np.count_nonzero(origin.mask)),
        path=origin.path,
    )


def _from(step: ObservedStep, op: Operation, index: tuple[int, ...]) -> str:
    """The numbers from which an element was made, as far as they are few."""
    parts = []
    for place in range(len(op.inputs)):
        value = step.read_value(op, place)
        if value is None or value.dtype.kind not in "fiub" or not value.size:
            continue
        parts.append(_described(value, index))
    return f", from {' and '.join(parts)}" if 0 < len(parts) <= 3 else ""


def _described(value: Array, index: tuple[int, ...]) -> str:
    """The element that belongs to ``index`` of a result, or the range of all of them."""
    if value.ndim <= len(index):
        own = index[len(index) - value.ndim :]
        place = tuple(0 if size == 1 else at for at, size in zip(own, value.shape, strict=True))
        if all(at < size for at, size in zip(place, value.shape, strict=True)):
            return f"{value[place]:.6g}"
    return f"numbers between {value.min():.6g} and {value.max():.6g}"


_GIVEN = {
    "Placeholder": "in its data",
    "Variable": "before the step",
    "Constant": "as it was typed",
}


def _advice(op: Operation) -> str:
    if op.phase == "update":
        return "Give the optimizer a larger epsilon, or a smaller learning rate."
    return _ADVICE.get(op.type, "Look at the size of its inputs.")


_ADVICE = {
    "Placeholder": "Correct that row of the data, or take it out.",
    "Variable": "Look at its initial value.",
    "Constant": "Type another number, unless it is meant to be so.",
    "Log": "Keep its input above 0, for example with Maximum and 1e-7 before it.",
    "Log1p": "Keep its input above -1.",
    "Divide": "Keep the divisor away from 0; behind a Where that hides it, choose the divisor before dividing.",
    "Reciprocal": "Keep its input away from 0; behind a Where that hides it, choose the input before.",
    "Rsqrt": "Keep its input above 0, for example by adding 1e-7.",
    "Sqrt": "Keep its input above 0, for example by adding 1e-12.",
    "Exp": "Take the largest value off its input first, or use an operation that does (Softmax, LogSoftmax, Sigmoid).",
    "Pow": "Keep its base above 0.",
}
