"""Graphs and tensors as TensorFlow's messages.

The fields are those of TensorFlow's ``graph.proto``, ``node_def.proto``, ``attr_value.proto``, ``tensor.proto``,
``tensor_shape.proto`` and ``types.proto`` in ``tensorflow/core/framework``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .message import Field, Fields, Message

#: The number of each element type in TensorFlow's files, by its name.
DATA_TYPES = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "string": 7, "complex64": 8,
    "int64": 9, "bool": 10, "uint16": 17, "complex128": 18, "float16": 19, "variant": 21, "uint32": 22, "uint64": 23,
}  # fmt: skip
DATA_TYPE_NAMES = {number: name for name, number in DATA_TYPES.items()}


def data_type_label(name: str) -> str:
    """What TensorFlow calls an element type in its files: DT_FLOAT."""
    return {"float32": "DT_FLOAT", "float64": "DT_DOUBLE", "float16": "DT_HALF"}.get(name, f"DT_{name.upper()}")


class Dim(Message):
    FIELDS: ClassVar[Fields] = {"size": Field(1, "int"), "name": Field(2, "string")}


class TensorShapeProto(Message):
    """A shape; a size of -1 is not known."""

    FIELDS: ClassVar[Fields] = {"dim": Field(2, "message", Dim, repeated=True), "unknown_rank": Field(3, "bool")}
    Dim = Dim


class TensorProto(Message):
    """An array."""

    FIELDS: ClassVar[Fields] = {
        "dtype": Field(1, "int"),
        "tensor_shape": Field(2, "message", TensorShapeProto),
        "version_number": Field(3, "int"),
        "tensor_content": Field(4, "bytes"),
        "float_val": Field(5, "float", repeated=True),
        "double_val": Field(6, "double", repeated=True),
        "int_val": Field(7, "int", repeated=True),
        "string_val": Field(8, "bytes", repeated=True),
        "int64_val": Field(10, "int", repeated=True),
        "bool_val": Field(11, "bool", repeated=True),
    }


class ListValue(Message):
    FIELDS: ClassVar[Fields] = {
        "s": Field(2, "bytes", repeated=True),
        "i": Field(3, "int", repeated=True),
        "f": Field(4, "float", repeated=True),
        "b": Field(5, "bool", repeated=True),
        "type": Field(6, "int", repeated=True),
        "shape": Field(7, "message", TensorShapeProto, repeated=True),
    }


class AttrValue(Message):
    """The value of a node's attribute."""

    FIELDS: ClassVar[Fields] = {
        "list": Field(1, "message", ListValue, oneof="value"),
        "s": Field(2, "bytes", oneof="value"),
        "i": Field(3, "int", oneof="value"),
        "f": Field(4, "float", oneof="value"),
        "b": Field(5, "bool", oneof="value"),
        "type": Field(6, "int", oneof="value"),
        "shape": Field(7, "message", TensorShapeProto, oneof="value"),
        "tensor": Field(8, "message", TensorProto, oneof="value"),
    }


class NodeDef(Message):
    """A node: its type, what is wired to it (``name``, ``name:1``, ``^name`` for the order only), its attributes."""

    FIELDS: ClassVar[Fields] = {
        "name": Field(1, "string"),
        "op": Field(2, "string"),
        "input": Field(3, "string", repeated=True),
        "device": Field(4, "string"),
        "attr": Field(5, "message", AttrValue, map=True),
    }


class VersionDef(Message):
    FIELDS: ClassVar[Fields] = {"producer": Field(1, "int"), "min_consumer": Field(2, "int")}


class GraphDef(Message):
    FIELDS: ClassVar[Fields] = {
        "node": Field(1, "message", NodeDef, repeated=True),
        "versions": Field(4, "message", VersionDef),
    }


def shape_proto(sizes: Sequence[int | None] | None) -> TensorShapeProto:
    """The message for a shape; None is one of unknown rank, a size of None an unknown size."""
    if sizes is None:
        return TensorShapeProto(unknown_rank=True)
    return TensorShapeProto(dim=[Dim(size=-1 if size is None else size) for size in sizes])
