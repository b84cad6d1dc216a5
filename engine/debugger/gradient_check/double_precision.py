"""A copy of operations that computes in float64, for numbers that others are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...graph import AttributeKind, DType, Graph, GraphError, Operation, Output, Tensor, TensorShape, float64
from ...graph.body import Body
from ...graph.inference import infer_downstream
from ...graph.walk import postorder

#: They take bits for numbers: those of a float32 are no float64.
_TAKE_BITS = ("Bitcast", "DecodeRaw")

Array = np.ndarray[Any, np.dtype[Any]]


def in_float64(ops: Sequence[Operation], variables: Mapping[Operation, Array]) -> dict[Operation, Operation]:
    """Copies ``ops``, each after those it needs, into a graph of their own in which every float is a float64.

    ``variables`` has the present values of the Variables among them; their initial values are left away. What gives
    data in another precision, whatever the variables are, is cast behind it. Returns the copies by operation. Raises
    GraphError, with the node as its node, where an operation cannot compute in float64.
    """
    copies = _copied(ops, variables)
    for op, copy in copies.items():
        if copy.problem is not None:
            raise GraphError(f"{op.name} cannot be computed in float64: {copy.problem.message}", op.name)
    return copies


def copy_of(output: Output, copies: Mapping[Operation, Operation]) -> Output:
    """What stands among the copies for an output."""
    copy = copies[output.op]
    return copy.outputs[output.value_index] if isinstance(output, Tensor) else copy.done


def _copied(ops: Sequence[Operation], variables: Mapping[Operation, Array]) -> dict[Operation, Operation]:
    graph = Graph()
    copies: dict[Operation, Operation] = {}
    for op in ops:
        copy = copies[op] = graph.add_copy(op)
        copy.origin = None
        for attribute in () if op.type in _TAKE_BITS else op.declaration.attributes:
            copy.attributes[attribute.name] = _widened(attribute.kind, op.attributes[attribute.name])
        if op in variables:
            value = variables[op]
            copy.attributes["shape"] = TensorShape(value.shape)
            copy.attributes["initial_value"] = np.zeros((), value.dtype)
        copy.renew_outputs()
    casts: dict[Tensor, Tensor] = {}
    depends = set(variables)
    for op, copy in copies.items():
        if op not in variables:
            if any(source.op in depends for source in op.sources):
                depends.add(op)
            for port, sources in op.connected_ports():
                wanted = [copy_of(source, copies) for source in sources]
                wide = [
                    output if source.op in depends else _cast(output, casts)
                    for source, output in zip(sources, wanted, strict=True)
                ]
                graph.set_inputs(copy, port, wide)
        infer_downstream([copy])
    return copies


def _cast(output: Output, casts: dict[Tensor, Tensor]) -> Output:
    """A float in float64; anything else as it is."""
    if (
        not isinstance(output, Tensor)
        or output.dtype is None
        or output.dtype is float64
        or not output.dtype.is_floating
    ):
        return output
    if output not in casts:
        casts[output] = output.graph.apply("Cast", output, dtype=float64)
    return casts[output]


def _needed_by(op: Operation) -> list[Operation]:
    return [source.op for source in op.sources]


def _widened(kind: AttributeKind, value: Any) -> Any:
    if kind is AttributeKind.DTYPE and isinstance(value, DType) and value.is_floating:
        return float64
    if kind is AttributeKind.GRAPH and isinstance(value, Body):
        copies = _copied(postorder(value.graph.get_operations(), _needed_by), {})
        inputs, outputs = (
            tuple(copies[tensor.op].outputs[tensor.value_index] for tensor in tensors)
            for tensors in (value.inputs, value.outputs)
        )
        stand_ins = tuple(copies[op] for op in value.variables)
        return Body(next(iter(copies.values())).graph if copies else Graph(), inputs, outputs, stand_ins)
    return value
