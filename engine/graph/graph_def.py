"""A graph as TensorFlow's GraphDef, as TensorBoard draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..encoding.graph_def import (
    DATA_TYPES,
    AttrValue,
    GraphDef,
    ListValue,
    NodeDef,
    TensorProto,
    VersionDef,
    shape_proto,
)
from .operation import Operation, Tensor
from .shapes import TensorShape
from .tensorflow_types import tensorflow_type

if TYPE_CHECKING:
    from .graph import Graph

#: Constants with more elements are written without their values.
_SHOWN_ELEMENTS = 64


def graph_def_of(graph: Graph) -> GraphDef:
    """All operations with their wires, dtypes and shapes."""
    return GraphDef(node=[node_def_of(op) for op in graph.get_operations()], versions=VersionDef(producer=134))


def node_def_of(op: Operation) -> NodeDef:
    """One operation: its name, type, inputs, device and attributes."""
    node = NodeDef(name=op.name, op=tensorflow_type(op.type), device=op.device)
    node.input.extend(_reference(tensor) for tensor in op.inputs)
    node.input.extend(f"^{before.name}" for before in op.control_inputs)
    for key, value in _attributes(op).items():
        node.attr[key].CopyFrom(value)
    return node


def _reference(tensor: Tensor) -> str:
    return tensor.name if tensor.value_index else tensor.op.name


def _attributes(op: Operation) -> dict[str, AttrValue]:
    found: dict[str, AttrValue] = {}
    if op.outputs:
        dtype = op.outputs[0].dtype
        if dtype is not None:
            key = "T" if op.inputs else "dtype"
            found[key] = AttrValue(type=DATA_TYPES[dtype.name])
        shapes = [shape_proto(_sizes(tensor.shape)) for tensor in op.outputs]
        found["_output_shapes"] = AttrValue(list=ListValue(shape=shapes))
    if op.type in ("Placeholder", "Variable"):
        found["shape"] = AttrValue(shape=shape_proto(_sizes(op.outputs[0].shape)))
    if op.type == "Constant":
        found["value"] = AttrValue(tensor=_constant(op))
    return found


def _sizes(shape: TensorShape) -> list[int | None] | None:
    return None if shape.dims is None else shape.as_list()


def _constant(op: Operation) -> TensorProto:
    dtype, shape = op.outputs[0].dtype, _sizes(op.outputs[0].shape)
    proto = TensorProto(tensor_shape=shape_proto(shape))
    if dtype is None:
        return proto
    proto.dtype = DATA_TYPES[dtype.name]
    value = np.asarray(op.attributes["value"])
    if value.size > _SHOWN_ELEMENTS:
        return proto
    if dtype.is_string:
        proto.string_val.extend(value.ravel())
    elif shape is not None and None not in shape:
        filled = np.broadcast_to(value.astype(dtype.numpy), [size or 0 for size in shape]) if value.size == 1 else value
        proto.tensor_content = filled.astype(dtype.numpy.newbyteorder("<")).tobytes()
    return proto
