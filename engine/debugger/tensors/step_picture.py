"""A training step as it stands: a picture of every tensor of the person's graph, and of the gradients on its wires."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from ...graph import Graph, NodeKind, Operation, Tensor, Wire
from ..moment import Moment
from ..observed_step import ObservedStep
from .tensor_picture import NOT_COMPUTED, TensorPicture, TensorState, picture_of

Array = np.ndarray[Any, np.dtype[Any]]

#: A tensor of the person's graph: node and output port.
OutputKey = tuple[str, str]
#: A wire of the person's graph: source, output port, target, input port, place in a variadic port.
WireKey = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class StepPicture:
    """What a training step has computed by a moment. What takes no part in the step is not in it."""

    moment: Moment
    #: The value of each tensor; of a variable the present one.
    tensors: dict[OutputKey, TensorPicture]
    #: Of variables that have been changed in this step, the value that was read before: what flowed along their wires.
    reads: dict[OutputKey, TensorPicture]
    #: By wire, the part of the loss's gradient that flows back along it, as large as what reads the wire makes it
    #: (a sum over broadcast dimensions where the tensor was broadcast). Wires without a gradient are not in it.
    gradients: dict[WireKey, TensorPicture]

    def carried(self, output: OutputKey) -> TensorPicture | None:
        """What flows along the wires from an output; None where the step does not need it."""
        return self.reads.get(output) or self.tensors.get(output)


class StepPainter:
    """Makes the pictures of one run's steps, in the order in which they are looked at.

    What the present step has not computed yet keeps, as stale, the value of the last step before it of which a
    picture was made; a value of a later step is never shown.
    """

    def __init__(self, graph: Graph) -> None:
        """``graph`` is the person's; it must stay as it is."""
        self._graph = graph
        #: The lowered graph that ``_tensors`` and ``_gradients`` are of.
        self._lowered: Graph | None = None
        self._tensors: dict[OutputKey, Tensor] = {}
        #: Variables of the step, each with an operation that reads it and at which input.
        self._readers: dict[OutputKey, tuple[Operation, int]] = {}
        #: The lowered gradients whose sum flows back along a wire.
        self._gradients: dict[WireKey, list[Tensor]] = {}
        self._last: StepPicture | None = None
        #: The last picture of a step before the one that ``_last`` is of.
        self._earlier: StepPicture | None = None

    def paint(self, step: ObservedStep, moment: Moment) -> StepPicture:
        """The picture of the present step, of which ``moment.operation`` operations have been executed."""
        if step.graph is not self._lowered:
            self._trace(step)
        earlier = self._earlier = self._before(moment)
        tensors = {
            key: _picture(step.value(tensor), earlier.tensors.get(key) if earlier else None)
            for key, tensor in self._tensors.items()
        }
        gradients = {
            wire: _picture(_sum_of(step, parts), earlier.gradients.get(wire) if earlier else None)
            for wire, parts in self._gradients.items()
        }
        self._last = StepPicture(moment, tensors, self._reads(step, tensors), gradients)
        return self._last

    def _reads(self, step: ObservedStep, tensors: dict[OutputKey, TensorPicture]) -> dict[OutputKey, TensorPicture]:
        found = ((key, step.read_value(op, index)) for key, (op, index) in self._readers.items())
        reads = {key: picture_of(value) for key, value in found if value is not None}
        return {key: picture for key, picture in reads.items() if picture != tensors[key]}

    def _before(self, moment: Moment) -> StepPicture | None:
        """The last picture of an earlier step."""
        for picture in (self._last, self._earlier):
            if picture is not None and picture.moment[:2] < moment[:2]:
                return picture
        return None

    def _trace(self, step: ObservedStep) -> None:
        """Finds what stands in the step for the tensors and wires of the person's graph."""
        self._lowered = step.graph
        found = ((tensor, step.lowered(tensor)) for op in self._graph.get_operations() for tensor in op.outputs)
        self._tensors = {(tensor.op.name, tensor.port): lowered for tensor, lowered in found if lowered is not None}
        forward = [op for op in step.operations if op.phase == "forward"]
        by_node = defaultdict(list)
        readers: dict[Tensor, tuple[Operation, int]] = {}
        for op in forward:
            by_node[op.node_name].append(op)
            readers |= {tensor: (op, index) for index, tensor in enumerate(op.inputs) if tensor.op.type == "Variable"}
        self._readers = {key: readers[tensor] for key, tensor in self._tensors.items() if tensor in readers}
        self._gradients = {}
        for wire in self._graph.wires():
            parts = _gradients_along(wire, step, by_node[wire.target.name])
            if parts:
                source = wire.source
                self._gradients[source.op.name, source.port, wire.target.name, wire.port, wire.slot] = parts


def _gradients_along(wire: Wire, step: ObservedStep, readers: list[Operation]) -> list[Tensor]:
    """The lowered gradients that flow back along a wire; ``readers`` are what its target is lowered to."""
    lowered = step.lowered(wire.source) if isinstance(wire.source, Tensor) else None
    if lowered is None:
        return []
    if wire.target.kind is NodeKind.OPTIMIZER:
        # The gradient of the loss with respect to itself: where the chain rule begins.
        seed = step.gradient(lowered) if lowered is step.loss and wire.port == "loss" else None
        return [] if seed is None else [seed]
    ends = [(op, index) for op in readers for index, tensor in enumerate(op.inputs) if tensor is lowered]
    if len(readers) == 1 and readers[0].type == wire.target.type and len(ends) > 1:
        ends = [(readers[0], _place(wire))]  # it reads the same tensor along several wires
    parts = (step.contribution(op, index) for op, index in ends)
    # What only unneeded gradients would be made of is not computed in the step.
    return [part for part in parts if part is not None and _is_in(step, part)]


def _is_in(step: ObservedStep, tensor: Tensor) -> bool:
    """Whether the step computes a tensor, or is given it."""
    return step.place(tensor.op) is not None or step.value(tensor) is not None


def _place(wire: Wire) -> int:
    """The place of a wire among all inputs of its target."""
    place = 0
    for port, sources in wire.target.connected_ports():
        tensors = [source for source in sources if isinstance(source, Tensor)]
        if port == wire.port:
            return place + wire.slot
        place += len(tensors)
    return place


def _sum_of(step: ObservedStep, parts: list[Tensor]) -> Array | None:
    """The sum of gradients; None until all of them are computed."""
    values = [value for part in parts if (value := step.value(part)) is not None]
    if len(values) < len(parts):
        return None
    return reduce(np.add, values)


def _picture(value: Array | None, earlier: TensorPicture | None) -> TensorPicture:
    if value is not None:
        return picture_of(value)
    if earlier is None or earlier.state is TensorState.NOT_COMPUTED:
        return NOT_COMPUTED
    return earlier._replace(state=TensorState.STALE)
