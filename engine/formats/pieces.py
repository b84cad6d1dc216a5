"""A ``.graph`` file in pieces: each node with the wires that end at it, and the rest.

After an edit only the pieces that it touched are written anew, however large the graph is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import msgspec

from ..graph import Graph, Operation
from ..graph.attributes import array_to_json
from ..model import Model
from .writing import model_text, node_text, wire_texts


class NodePiece(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A node as the file has it."""

    #: Its place in the order in which the nodes were made.
    number: int
    text: str
    #: The wires that end at it.
    wires: tuple[str, ...]


def node_piece(model: Model, op: Operation) -> NodePiece:
    """The piece of an operation as it is now."""
    return NodePiece(op.number, node_text(model, op), tuple(wire_texts(model, op)))


def rest_text(model: Model) -> str:
    """Everything but nodes, wires and trained values: data, run settings, frames, and what else the model holds."""
    return model_text(dataclasses.replace(model, graph=Graph(), values={}))


def values_text(model: Model) -> str:
    """The trained values that are saved with the document, as JSON."""
    return msgspec.json.encode({name: array_to_json(value) for name, value in model.values.items()}).decode()


def put_together(pieces: Iterable[NodePiece], rest: str, values: str) -> bytes:
    """The bytes of a ``.graph`` file with these pieces. Raises msgspec.MsgspecError for a rest that is no JSON."""
    ordered = sorted(pieces, key=lambda piece: piece.number)
    sections = msgspec.json.decode(rest, type=dict[str, msgspec.Raw])
    sections["nodes"] = _list(piece.text for piece in ordered)
    sections["wires"] = _list(wire for piece in ordered for wire in piece.wires)
    if msgspec.json.decode(values, type=dict[str, msgspec.Raw]):
        sections["values"] = msgspec.Raw(values.encode())
    return msgspec.json.encode(sections)


def _list(texts: Iterable[str]) -> msgspec.Raw:
    return msgspec.Raw(f"[{','.join(texts)}]".encode())
