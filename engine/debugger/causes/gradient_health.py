"""Gradients that die on their way to a variable, and those that explode."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..observed_step import ObservedStep
from .cause import Cause, CauseKind, guilty_elements, without_repeats
from .gradient_path import gradient_size, longest_way_to_loss, names_on_way, way_to_loss, where_it_dies
from .step_place import StepPlace, place_of_step
from .trained_variables import TrainedVariable, rms

#: A gradient so many times smaller than the largest of the step has vanished.
VANISHED = 1e-6
#: One that has become so many times smaller step by step before it was 0 has converged and not died.
CONVERGED = 1e-4
#: A gradient explodes when it has grown so many times between the loss and the variable,
AMPLIFIED = 1e4
#: and is so many times the size of the variable.
OVERSIZED = 1e3
#: What adds a variable to something: its gradient is then that of the result, summed over what it is added to.
_SUMS = frozenset({"Add", "AddN", "BiasAdd", "Identity", "Subtract", "BroadcastTo", "BroadcastToShapeOf", "Reshape"})
#: Fewer steps than this say nothing.
SHORTEST_WINDOW = 10
#: Of an epoch with very many mini-batches so many will do.
LONGEST_WINDOW = 100


class DyingGradients:
    """Says when a variable has got no gradient, or next to none, for an epoch or for ten steps if that is longer."""

    def __init__(self, batches_per_epoch: int) -> None:
        self._batches = batches_per_epoch
        self._window = max(SHORTEST_WINDOW, min(batches_per_epoch, LONGEST_WINDOW))
        self.forget()

    def forget(self) -> None:
        self._zero_since: dict[str, int] = {}
        self._small_since: dict[str, int] = {}
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._reported: set[str] = set()

    def observe(self, step: ObservedStep, place: StepPlace, variables: Sequence[TrainedVariable]) -> Cause | None:
        """Notes the gradients of a complete step."""
        sizes = {each.name: gradient_size(step, each.op.output) for each in variables}
        largest = max((size for size in sizes.values() if size is not None), default=0.0)
        loss = step.value(step.loss)
        is_done = loss is not None and not np.any(loss)
        for variable in variables:
            size = sizes[variable.name]
            if size is None or not np.isfinite(size):
                continue
            if size > 0:
                self._first.setdefault(variable.name, size)
                self._last[variable.name] = size
            zero = self._lasting(self._zero_since, variable.name, size == 0 and not is_done, place)
            small = self._lasting(self._small_since, variable.name, 0 < size < VANISHED * largest, place)
            if variable.name in self._reported or self._has_converged(variable.name):
                continue
            cause = self._died(step, variable, zero) if zero is not None else None
            if cause is None and small is not None and not _is_cancelled(step, variable, largest):
                cause = self._vanished(step, variable, small, size / largest)
            if cause is not None:
                self._reported.add(variable.name)
                return cause
        return None

    def _lasting(self, since: dict[str, int], name: str, holds: bool, place: StepPlace) -> StepPlace | None:
        """Since when something holds, once it has for the whole window."""
        if not holds:
            since.pop(name, None)
            return None
        began = since.setdefault(name, place.step)
        return place_of_step(began, self._batches) if place.step - began + 1 >= self._window else None

    def _has_converged(self, name: str) -> bool:
        return name in self._first and self._last[name] < CONVERGED * self._first[name]

    def _died(self, step: ObservedStep, variable: TrainedVariable, began: StepPlace) -> Cause | None:
        found = where_it_dies(step, variable.op.output)
        if found is None:
            return None
        op, way = found
        index = next(i for i, source in enumerate(op.inputs) if source is way[0])
        value = step.read_value(op, index)
        assert value is not None
        shown = f" Its input there is between {value.min():.4g} and {value.max():.4g}." if value.size else ""
        return Cause(
            kind=CauseKind.DYING_GRADIENT,
            node=op.node_name,
            op_type=op.type,
            phase="backward",
            epoch=began.epoch,
            batch=began.batch,
            step=began.step,
            operation=len(step.operations),
            sentence=f"The gradient to {variable.name} is 0 in every element since {began}: none goes back through "
            f"{op.node_name} ({op.type}).{shown} {_DEATHS.get(op.type, _DEATH)}",
            elements=guilty_elements(value, np.ones(value.shape, bool)),
            element_count=value.size,
            path=without_repeats([op.node_name, *names_on_way(way[::-1])]),
        )

    def _vanished(self, step: ObservedStep, variable: TrainedVariable, began: StepPlace, ratio: float) -> Cause:
        value = step.value(variable.gradient)
        assert value is not None
        return Cause(
            kind=CauseKind.DYING_GRADIENT,
            node=variable.name,
            op_type=variable.op.type,
            phase="backward",
            epoch=began.epoch,
            batch=began.batch,
            step=began.step,
            operation=len(step.operations),
            sentence=f"The gradient to {variable.name} has vanished since {began}: it is {ratio:.2g} of the largest "
            "one of the step. Fewer layers, an activation that does not flatten (Relu), or shortcuts past layers help.",
            elements=guilty_elements(value, np.ones(value.shape, bool)),
            element_count=value.size,
            path=names_on_way(way_to_loss(step, variable.op.output)),
        )


def _is_cancelled(step: ObservedStep, variable: TrainedVariable, largest: float) -> bool:
    """Whether a small gradient is a sum of larger ones that cancel, as that to a bias before a normalization is."""
    for tensor in way_to_loss(step, variable.op.output)[1:]:
        if tensor.op.type not in _SUMS:
            return False
        size = gradient_size(step, tensor)
        if size is not None and size >= VANISHED * largest:
            return True
    return False


class ExplodingGradients:
    """Says when a gradient grows out of all proportion on its way back through the layers."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._is_reported = False

    def observe(self, step: ObservedStep, place: StepPlace, variables: Sequence[TrainedVariable]) -> Cause | None:
        """Looks at the gradients of a complete step."""
        if self._is_reported:
            return None
        found = [each for each in (_explosion(step, variable) for variable in variables) if each]
        if not found:
            return None
        size, growth, variable, path = max(found, key=lambda each: each[1])
        value = step.value(variable.gradient)
        assert value is not None
        self._is_reported = True
        largest = np.abs(value) == np.abs(value).max()
        return Cause(
            kind=CauseKind.EXPLODING_GRADIENT,
            node=variable.name,
            op_type=variable.op.type,
            phase="backward",
            epoch=place.epoch,
            batch=place.batch,
            step=place.step,
            operation=len(step.operations),
            sentence=f"The gradient to {variable.name} explodes at {place}: it grows more than {growth:.2g} times on "
            f"its way back from the loss, to {size:.3g}. Smaller initial weights, or gradients clipped by their norm, "
            "help.",
            elements=guilty_elements(value, largest),
            element_count=int(largest.sum()),
            path=path,
        )


def _explosion(
    step: ObservedStep, variable: TrainedVariable
) -> tuple[float, float, TrainedVariable, tuple[str, ...]] | None:
    """The size of a gradient that has exploded, how many times it has grown, and its way."""
    size = gradient_size(step, variable.op.output)
    if size is None or not np.isfinite(size) or not size:
        return None
    value = variable.value_before(step)
    if value is None or size <= OVERSIZED * max(rms(value), 1e-3):
        return None
    way = longest_way_to_loss(step, variable.op.output)
    # Without the variable itself: its gradient is a sum over rows, times what the layer is given.
    sizes = [found for tensor in reversed(way[1:]) if (found := gradient_size(step, tensor))]
    growth = _growth(sizes)
    return (size, growth, variable, names_on_way(way)) if growth > AMPLIFIED else None


def _growth(sizes: list[float]) -> float:
    """How many times a gradient grows on its way, besides its largest single leap: one is no explosion."""
    smallest, growth = np.inf, 1.0
    for size in sizes:
        smallest = min(smallest, size)
        growth = max(growth, size / smallest)
    leap = max((later / earlier for earlier, later in pairwise(sizes)), default=1.0)
    return growth / max(leap, 1.0)


_DEATH = "Look at what it multiplies by: zeros, or a function that is flat there."
_DEATHS = {
    "Relu": "Every unit is below 0; smaller steps or a LeakyRelu keep some above.",
    "Relu6": "Every unit is below 0 or above 6; smaller steps or a LeakyRelu keep some inside.",
    "Sigmoid": "It is saturated; scale its input down, or use a cross entropy that takes logits.",
    "Tanh": "It is saturated; scale its input down.",
    "MatMul": "The other matrix is zero; give its weights random initial values.",
    "Multiply": "The other factor is zero.",
    "Where": "The condition never takes this branch.",
}
