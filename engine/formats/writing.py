"""From a model to the text of a ``.graph`` file: stable order, one node and one wire a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ..graph import FileFormatError, Operation
from ..graph.attributes import array_to_json
from ..model import CsvColumns, DataSource, Model, NumpyArray, TypedValues
from .migrations import VERSION
from .structure import FORMAT, CsvEntry, NumpyEntry, RunEntry, TypedEntry


def model_text(model: Model) -> str:
    """The whole model. Raises FileFormatError for a text in it that is not Unicode."""
    sections = _graph_sections(model, model.graph.get_operations())
    sections["run"] = _object(_fields(_run_entry(model)))
    if model.values:
        sections["values"] = _object({name: array_to_json(value) for name, value in model.values.items()})
    return _document(sections | model.extra)


def fragment_text(model: Model, names: Iterable[str]) -> str:
    """The named nodes, the wires among them, and their data."""
    chosen = set(names)
    return _document(_graph_sections(model, [op for op in model.graph.get_operations() if op.name in chosen]))


def _graph_sections(model: Model, ops: list[Operation]) -> dict[str, str]:
    present = set(ops)
    wires = [
        _json({"from": f"{wire.source.op.name}:{wire.source.port}", "to": f"{op.name}:{wire.port}"})
        for op in ops
        for wire in model.graph.wires_into(op)
        if wire.source.op in present
    ]
    names = {op.name for op in ops}
    data = {name: _fields(_data_entry(source)) for name, source in model.data.items() if name in names}
    return {
        "format": _json(FORMAT),
        "version": _json(VERSION),
        "nodes": _block("[", [_node_text(model, op) for op in ops], "]"),
        "wires": _block("[", wires, "]"),
        "data": _object(data),
    }


def _node_text(model: Model, op: Operation) -> str:
    position = _position(model.positions.get(op.name))
    fields = {} if op.is_unknown else {"name": "", "type": _json(op.type)} | _attribute_field(op)
    known = fields | op.extra
    if op.is_unknown:
        known = {"name": "", "type": _json(op.type)} | known if "name" not in known else known
    _put(known, "name", op.name)
    if position is not None:
        _put(known, "position", position)
    else:
        known.pop("position", None)
    return "{" + ", ".join(f"{_json(key)}: {text}" for key, text in known.items()) + "}"
