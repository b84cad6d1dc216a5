"""What operations that run graphs of their own have in common: their ports, attributes and gradients."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph import (
    Attribute,
    AttributeKind,
    Graph,
    InputPort,
    Operation,
    OutputPort,
    PortKind,
    Tensor,
    TensorShape,
    TensorSpec,
)
from ..graph.body import Body

#: The variables that a body changes.
VARIABLES = InputPort("variables", PortKind.VARIABLE, optional=True, variadic=True)


def captures(name: str) -> InputPort:
    """A port for what a body takes from the graph around it."""
    return InputPort(name, optional=True, variadic=True)


def body_attribute(name: str, description: str) -> Attribute:
    """An attribute that holds a body."""
    return Attribute(name, AttributeKind.GRAPH, Body(Graph(), (), ()), description)


def numbered(prefix: str, count: int, for_programs: bool = False) -> list[OutputPort]:
    """As many output ports, counted from 0."""
    return [OutputPort(f"{prefix}_{index}", for_programs=for_programs) for index in range(count)]


def is_float(tensor: Tensor) -> bool:
    """Whether a tensor can have a gradient."""
    return tensor.dtype is not None and tensor.dtype.is_floating


def grad_or_zeros(output: Tensor, grad: Tensor | None) -> Tensor:
    """The gradient to an output; zeros where nothing depends on it."""
    return output.graph.apply("ZerosLike", output) if grad is None else grad


def grads_or_zeros(op: Operation, grads: Sequence[Tensor | None]) -> list[Tensor]:
    """The gradients to all outputs; zeros to those on which nothing depends."""
    return [grad_or_zeros(output, grad) for output, grad in zip(op.outputs, grads, strict=True)]


def either(first: TensorSpec, second: TensorSpec) -> TensorSpec:
    """What is known of a tensor that has either spec."""
    if first.shape.dims is None or second.shape.dims is None or len(first.shape) != len(second.shape):
        return TensorSpec(first.dtype or second.dtype)
    sizes = [a if a == b else None for a, b in zip(first.shape.dims, second.shape.dims, strict=True)]
    return TensorSpec(first.dtype or second.dtype, TensorShape(sizes))
