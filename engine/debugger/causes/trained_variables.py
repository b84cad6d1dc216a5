"""The variables that a step trains, and the gradients that reach them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...compiler.gradients import trainable_variables
from ...graph import Operation, Tensor
from ..observed_step import ObservedStep
from .cause import Array


@dataclass(frozen=True, slots=True)
class TrainedVariable:
    """A variable of the lowered step, and the gradient of the loss to it."""

    op: Operation
    gradient: Tensor
    #: The first operation that reads it, and at which input.
    reader: tuple[Operation, int]

    @property
    def name(self) -> str:
        return self.op.node_name

    def value_before(self, step: ObservedStep) -> Array | None:
        """Its value before the step, as its first reader has read it."""
        return step.read_value(*self.reader)


def trained_variables(step: ObservedStep) -> list[TrainedVariable]:
    """The trainable variables that a gradient reaches, in the order in which they were made.

    They are the same for all steps of one lowered graph.
    """
    found = []
    for op in trainable_variables(step.loss):
        gradient = step.gradient(op.output)
        readers = [(place, reader) for reader in op.output.consumers() if (place := step.place(reader)) is not None]
        if gradient is not None and readers:
            reader = min(readers, key=lambda each: each[0])[1]
            found.append(TrainedVariable(op, gradient, (reader, reader.inputs.index(op.output))))
    return found


def rms(array: Array) -> float:
    """The root of the mean of the squares, in float64; 0 of nothing, NaN or infinity where there is one."""
    if not array.size:
        return 0.0
    wide = array.astype(np.float64, copy=False).ravel()
    with np.errstate(all="ignore"):
        largest = float(np.abs(wide).max())
        if not largest or not np.isfinite(largest):
            return largest
        scaled = wide / largest
        return largest * float(np.sqrt(np.dot(scaled, scaled) / wide.size))
