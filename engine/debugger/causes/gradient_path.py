"""The way that a gradient takes from the loss back to a variable, and what becomes of it there."""

from __future__ import annotations

from collections import deque

from ...graph import Operation, Tensor
from ..observed_step import ObservedStep
from .cause import without_repeats
from .trained_variables import rms


def consumers(step: ObservedStep, tensor: Tensor) -> list[tuple[Operation, int]]:
    """The forward operations that read a tensor and send a gradient back to it, and at which input."""
    return [
        (op, index)
        for op in tensor.consumers()
        for index, source in enumerate(op.inputs)
        if source is tensor and step.contribution(op, index) is not None
    ]


def way_to_loss(step: ObservedStep, start: Tensor) -> list[Tensor]:
    """A shortest way of forward tensors from ``start`` to the loss along which gradients flow back; empty if none."""
    way: dict[Tensor, Tensor | None] = {start: None}
    waiting = deque([start])
    while waiting:
        tensor = waiting.popleft()
        if tensor is step.loss:
            found = [tensor]
            while (before := way[found[-1]]) is not None:
                found.append(before)
            return found[::-1]
        for op, _ in consumers(step, tensor):
            for output in op.outputs:
                if output not in way and step.gradient(output) is not None:
                    way[output] = tensor
                    waiting.append(output)
    return []


def longest_way_to_loss(step: ObservedStep, start: Tensor) -> list[Tensor]:
    """As :meth:`way_to_loss`, but from the first of the operations that read ``start``: through all layers."""
    first = min((op for op, _ in consumers(step, start)), key=lambda op: step.place(op) or 0, default=None)
    if first is None:
        return []
    ways = [way_to_loss(step, output) for output in first.outputs if step.gradient(output) is not None]
    return [start, *max(ways, key=len, default=[])]


def names_on_way(tensors: list[Tensor]) -> tuple[str, ...]:
    """The person's nodes on a way, from the loss back."""
    return without_repeats([tensor.op.node_name for tensor in reversed(tensors)])


def gradient_size(step: ObservedStep, tensor: Tensor) -> float | None:
    """The root mean square of the gradient to a forward tensor; None while it has not been computed."""
    gradient = step.gradient(tensor)
    value = None if gradient is None else step.value(gradient)
    return None if value is None else rms(value)


def where_it_dies(step: ObservedStep, variable: Tensor) -> tuple[Operation, list[Tensor]] | None:
    """The operation at which a gradient that is all zero at ``variable`` has become so, and the way from there.

    Of several the one nearest to the loss. None where no gradient that is not zero comes near: at the loss itself.
    """
    came_from: dict[Tensor, Tensor | None] = {variable: None}
    waiting = deque([variable])
    found: list[tuple[int, Operation, Tensor]] = []
    while waiting:
        tensor = waiting.popleft()
        for op, _ in consumers(step, tensor):
            for output in op.outputs:
                size = gradient_size(step, output)
                if size is None:
                    continue
                if size > 0:
                    found.append((step.place(op) or 0, op, tensor))
                elif output not in came_from:
                    came_from[output] = tensor
                    waiting.append(output)
    if not found:
        return None
    _, op, tensor = max(found, key=lambda each: each[0])
    way = [tensor]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    return op, way
