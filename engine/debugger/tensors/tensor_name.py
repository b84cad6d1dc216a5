"""Which tensor of a training step is meant: by the node that gives it, as its value or as its gradient."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...graph import Graph, GraphError, Tensor
from ..observed_step import ObservedStep

Array = np.ndarray[Any, np.dtype[Any]]


class Kind(enum.Enum):
    """What of a tensor is looked at."""

    VALUE = "value"
    #: The derivative of the loss to it, over all paths.
    GRADIENT = "gradient"


class Availability(enum.Enum):
    """Whether there are numbers to look at, and if not, why."""

    COMPUTED = "computed"
    #: The operations of the present step have not come to it yet.
    NOT_YET = "not yet"
    #: Training does not compute the node.
    NOT_IN_STEP = "not in step"
    #: The graph that the run was begun with has no such node or output.
    UNKNOWN = "unknown"
    #: The loss does not depend on it in a differentiable way.
    NO_GRADIENT = "no gradient"


@dataclass(frozen=True, slots=True)
class TensorName:
    """Output ``output`` of a node of the person's graph."""

    node: str
    output: int = 0
    kind: Kind = Kind.VALUE

    def of_kind(self, kind: Kind) -> TensorName:
        return TensorName(self.node, self.output, kind)

    def find(self, graph: Graph, step: ObservedStep) -> tuple[Array | None, Availability]:
        """The present numbers, which are not to be written into, in a step of ``graph``.

        Raises GraphError when the graph has no such node, or the node no such output.
        """
        op = graph.operation(self.node)
        if not 0 <= self.output < len(op.outputs) or not isinstance(op.outputs[self.output], Tensor):
            raise GraphError(f"{self.node} has no output {self.output} to look at; choose another node.", self.node)
        tensor = step.lowered(op.outputs[self.output])
        if tensor is None:
            return None, Availability.NOT_IN_STEP
        if self.kind is Kind.GRADIENT:
            tensor = step.gradient(tensor)
            if tensor is None:
                return None, Availability.NO_GRADIENT
        array = step.value(tensor)
        return array, Availability.NOT_YET if array is None else Availability.COMPUTED
