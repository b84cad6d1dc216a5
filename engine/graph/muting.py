"""Muted operations pass one of their inputs on instead of computing anything."""

from __future__ import annotations

from collections.abc import Iterable

from .declaration import NodeKind, PortKind
from .errors import GraphError
from .operation import Operation, Tensor
from .output import Output
from .spec import TensorSpec

_CAN_BE_MUTED = (NodeKind.OPERATION, NodeKind.LOSS)
_SOURCES = (NodeKind.PLACEHOLDER, NodeKind.VARIABLE, NodeKind.CONSTANT)


def type_refusal(op: Operation) -> str:
    """Why no operation of this type can be muted; "" where one can be whose inputs fit."""
    declaration = op.declaration
    if op.kind in _SOURCES:
        return f"{op.name} cannot be muted: it has no input that it could pass on; take its wires away instead."
    if op.kind is NodeKind.OPTIMIZER:
        return (
            f"{op.name} cannot be muted: an optimizer has no value to pass on. Choose another optimizer in the run "
            "settings, or set its learning rate to 0."
        )
    if op.kind not in _CAN_BE_MUTED:
        return f"{op.name} cannot be muted: this version does not know what a {op.type} passes on."
    if len(op.outputs) != 1 or op.output.kind is not PortKind.TENSOR:
        return f"{op.name} cannot be muted: {op.type} gives no single tensor in whose place an input could pass."
    if any(port.kind is PortKind.VARIABLE for port in declaration.inputs):
        return f"{op.name} cannot be muted: {op.type} changes a variable; delete it, or take its wires away."
    if not any(port.kind is PortKind.TENSOR for port in declaration.inputs):
        return f"{op.name} cannot be muted: {op.type} has no input that it could pass on."
    return ""


def first_fitting(op: Operation, sources: Iterable[tuple[Output, TensorSpec]], output: TensorSpec) -> Tensor | None:
    """The first of what is wired to an operation that has the dtype and a shape of its output.

    None where nothing is wired. Raises GraphError where something is and nothing fits.
    """
    given = [(source, spec) for source, spec in sources if isinstance(source, Tensor)]
    for source, spec in given:
        has_dtype = output.dtype is None or spec.dtype is None or spec.dtype is output.dtype
        if has_dtype and spec.shape.is_compatible_with(output.shape):
            return source
    if not given:
        return None
    dtype = "" if output.dtype is None else f" {output.dtype.name}"
    wired = ", ".join(
        f"{source.op.name} is {spec.shape}{'' if spec.dtype is None else f' {spec.dtype.name}'}"
        for source, spec in given
    )
    raise GraphError(
        f"{op.name} cannot be muted: its output is {output.shape}{dtype}, and no input is like it: {wired}.", op.name
    )
