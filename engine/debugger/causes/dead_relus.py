"""Dead ReLUs: units that are at or below 0 for every row of the data, so that nothing teaches them any more."""

from __future__ import annotations

import numpy as np

from ...graph import Operation
from ..observed_step import ObservedStep
from .cause import Array, Cause, CauseKind, guilty_elements
from .gradient_path import names_on_way, way_to_loss
from .step_place import StepPlace, place_of_step

#: Fewer steps than this say nothing.
SHORTEST_WINDOW = 10
#: A layer with fewer dead units than this part of it goes on learning; most have one or two.
ALARMING = 0.5
_RELUS = frozenset({"Relu", "Relu6"})


class DeadRelus:
    """Says when at least half of a layer's units have been dead for an epoch, or for ten steps if that is longer."""

    def __init__(self, batches_per_epoch: int) -> None:
        self._batches = batches_per_epoch
        self._window = max(SHORTEST_WINDOW, batches_per_epoch)
        self.forget()

    def forget(self) -> None:
        #: By layer, the last step in which each unit was above 0 for some row.
        self._alive_at: dict[str, Array] = {}
        self._reported: set[str] = set()

    def observe(self, step: ObservedStep, place: StepPlace) -> Cause | None:
        """Notes which units of a complete step are above 0."""
        for op in step.operations:
            if op.type not in _RELUS or op.phase != "forward" or op.name in self._reported:
                continue
            value = step.read_value(op, 0)
            if value is None or not value.size:
                continue
            highest = value.reshape(-1, value.shape[-1]).max(axis=0) if value.ndim > 1 else np.atleast_1d(value.max())
            alive_at = self._alive_at.setdefault(op.name, np.full(highest.shape, place.step - 1))
            alive_at[~(highest <= 0)] = place.step
            dead = place.step - alive_at >= self._window
            if np.count_nonzero(dead) >= ALARMING * dead.size:
                self._reported.add(op.name)
                return self._cause(step, op, highest, dead, place_of_step(int(alive_at[dead].min()) + 1, self._batches))
        return None

    def _cause(self, step: ObservedStep, op: Operation, highest: Array, dead: Array, began: StepPlace) -> Cause:
        count = int(np.count_nonzero(dead))
        which = "all units" if count == dead.size > 1 else f"{count} of {dead.size} units"
        return Cause(
            kind=CauseKind.DEAD_RELU,
            node=op.node_name,
            op_type=op.type,
            phase="forward",
            epoch=began.epoch,
            batch=began.batch,
            step=began.step,
            operation=len(step.operations),
            sentence=f"{op.node_name} ({op.type}) is dead in {which}: since {began} no row of the data lifts them "
            "above 0, so that no gradient goes back through them. Smaller steps, another initial bias or a LeakyRelu "
            "help.",
            elements=guilty_elements(highest, dead),
            element_count=count,
            path=names_on_way(way_to_loss(step, op.output))[::-1],
        )
