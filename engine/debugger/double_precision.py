"""A copy of operations that computes in float64, for numbers that others are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import AttributeKind, DType, Graph, GraphError, Operation, Output, Tensor, TensorShape, float64
from ..graph.body import Body
from ..graph.inference import infer_downstream

#: They take bits for numbers: those of a float32 are no float64.
_TAKE_BITS = ("Bitcast", "DecodeRaw")

Array = np.ndarray[Any, np.dtype[Any]]


def in_float64(ops: Sequence[Operation], variables: Mapping[Operation, Array]) -> dict[Operation, Operation]:
    """Copies ``ops``, each after those it needs, into a graph of their own in which every float is a float64.

    ``variables`` has the present values of the Variables among them; their initial values are left away. Returns the
    copies by operation. Raises GraphError, with the node as its node, where an operation cannot compute in float64.
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
    for op, copy in copies.items():
        for port, sources in op.connected_ports():
            if op not in variables:
                graph.set_inputs(copy, port, [copy_of(source, copies) for source in sources])
    infer_downstream(graph.get_operations())
    return copies


def _widened(kind: AttributeKind, value: Any) -> Any:
    if kind is AttributeKind.DTYPE and isinstance(value, DType) and value.is_floating:
        return float64
    if kind is AttributeKind.GRAPH and isinstance(value, Body):
        copies = _copied(value.graph.get_operations(), {})
        inputs, outputs = (
            tuple(copies[tensor.op].outputs[tensor.value_index] for tensor in tensors)
            for tensors in (value.inputs, value.outputs)
        )
        stand_ins = tuple(copies[op] for op in value.variables)
        return Body(next(iter(copies.values())).graph if copies else Graph(), inputs, outputs, stand_ins)
    return value
