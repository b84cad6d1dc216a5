"""From a model to the text of a ``.graph`` file: stable order, one node and one wire a line."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ..blocks.contents import members_of
from ..blocks.definition import Definition, Instance
from ..graph import FileFormatError, Operation
from ..graph.attributes import array_to_json
from ..model import CsvColumns, DataSource, FlowDirection, Frame, Model, Note, NumpyArray, TypedValues
from .annotations import frame_fields, note_fields, view_fields
from .migrations import VERSION
from .routes import via
from .structure import FORMAT, CsvEntry, NumpyEntry, RunEntry, TypedEntry


def model_text(model: Model) -> str:
    """The whole model. Raises FileFormatError for a text in it that is not Unicode."""
    ops = model.graph.get_operations()
    data_in_order = {op.name: model.data[op.name] for op in ops if op.name in model.data} | model.data
    sections = _graph_sections(model, ops, data_in_order)
    sections["run"] = _block_of_fields(msgspec.to_builtins(RunEntry(**dataclasses.asdict(model.run))))
    if model.values:
        sections["values"] = _block_of_fields({name: array_to_json(value) for name, value in model.values.items()})
    if model.folded:
        sections["folded"] = _block("[", [_json(scope) for scope in sorted(model.folded)], "]")
    sections |= _picture_sections((*model.frames, *model.notes), model.collapsed)
    if model.direction is not FlowDirection.RIGHT:
        sections["direction"] = _json(model.direction.value)
    if model.views:
        sections["views"] = _block("[", [_json(view_fields(view)) for view in model.views], "]")
    sections |= _block_sections(model.definitions, model.instances)
    return _document(sections | model.extra)


def fragment_text(model: Model, names: Iterable[str], areas: Iterable[Frame | Note] = ()) -> str:
    """The named nodes, the wires among them, and their data; frames and notes; the blocks that are whole in it."""
    chosen = set(names)
    ops = [op for op in model.graph.get_operations() if op.name in chosen]
    sections = _graph_sections(model, ops, {op.name: model.data[op.name] for op in ops if op.name in model.data})
    members = members_of(model.graph, model.instances)
    whole = [scope for scope, inside in members.items() if inside and all(op.name in chosen for op in inside)]
    instances = {scope: model.instances[scope] for scope in whole}
    folded = sorted(scope for scope in whole if scope in model.folded)
    if folded:
        sections["folded"] = _block("[", [_json(scope) for scope in folded], "]")
    sections |= _picture_sections(areas, model.collapsed & chosen)
    needed = needed_definitions(model.definitions, (instance.definition for instance in instances.values()))
    return _document(sections | _block_sections(needed, instances))


def _picture_sections(areas: Iterable[Frame | Note], collapsed: frozenset[str]) -> dict[str, str]:
    """What is drawn beside the nodes, as far as there is any."""
    sections: dict[str, str] = {}
    found = list(areas)
    frames = [_json(frame_fields(area)) for area in found if isinstance(area, Frame)]
    notes = [_json(note_fields(area)) for area in found if isinstance(area, Note)]
    if frames:
        sections["frames"] = _block("[", frames, "]")
    if notes:
        sections["notes"] = _block("[", notes, "]")
    if collapsed:
        sections["collapsed"] = _block("[", [_json(name) for name in sorted(collapsed)], "]")
    return sections


def needed_definitions(definitions: Mapping[str, Definition], names: Iterable[str]) -> dict[str, Definition]:
    """The definitions with these names, and those of the blocks inside them."""
    needed: dict[str, Definition] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in needed:
            needed[name] = definitions[name]
            waiting.extend(definitions[name].needed())
    return needed


def definition_library_text(definitions: Mapping[str, Definition]) -> str:
    """Definitions alone, as a file of a library."""
    header = {"format": _json(FORMAT), "version": _json(VERSION)}
    return _document(header | _block_sections(definitions, {}))


def _block_sections(definitions: Mapping[str, Definition], instances: Mapping[str, Instance]) -> dict[str, str]:
    sections: dict[str, str] = {}
    if definitions:
        lines = [f"{_json(name)}: {_definition_text(definitions[name])}" for name in sorted(definitions)]
        sections["definitions"] = _block("{", lines, "}")
    if instances:
        sections["instances"] = _block_of_fields({name: _instance(instances[name]) for name in sorted(instances)})
    return sections


def _definition_text(definition: Definition) -> str:
    parts: dict[str, str] = {}
    if definition.description:
        parts["description"] = _json(definition.description)
    if definition.parameters:
        parameters = []
        for each in definition.parameters:
            entry = {"name": each.name, "kind": each.kind.value, "default": each.default}
            fields = ("description", "choices", "minimum", "maximum")
            rest = {field: getattr(each, field) for field in fields if getattr(each, field) not in ("", (), None)}
            # The same bound has the same text, whether it was written 2 or 2.0.
            rest |= {field: _shortest(rest[field]) for field in ("minimum", "maximum") if field in rest}
            parameters.append(_json(entry | rest))
        parts["parameters"] = _block("[", parameters, "]", 3)
    if definition.rules:
        parts["rules"] = _block("[", [_json(dataclasses.asdict(rule)) for rule in definition.rules], "]", 3)
    parts["nodes"] = _block("[", definition.nodes, "]", 3)
    parts["wires"] = _block("[", definition.wires, "]", 3)
    if definition.instances:
        inner = [f"{_json(name)}: {_json(_instance(instance))}" for name, instance in definition.instances]
        parts["instances"] = _block("{", inner, "}", 3)
    if definition.folded:
        parts["folded"] = _json(sorted(definition.folded))
    return _block("{", [f"{_json(key)}: {text}" for key, text in parts.items()], "}", 2)


def _instance(instance: Instance) -> dict[str, Any]:
    parameters = {"parameters": dict(instance.values)} if instance.values else {}
    return {"definition": instance.definition} | parameters


def _graph_sections(model: Model, ops: Sequence[Operation], data: Mapping[str, DataSource]) -> dict[str, str]:
    return {
        "format": _json(FORMAT),
        "version": _json(VERSION),
        "nodes": _block("[", node_lines(model, ops), "]"),
        "wires": _block("[", wire_lines(model, ops), "]"),
        "data": _block_of_fields({name: msgspec.to_builtins(_data_entry(source)) for name, source in data.items()}),
    }


def node_lines(model: Model, ops: Sequence[Operation]) -> list[str]:
    """Each node as its text in a file."""
    return [node_text(model, op) for op in ops]


def wire_lines(model: Model, ops: Sequence[Operation]) -> list[str]:
    """Each wire among these nodes as its text in a file."""
    present = set(ops)
    return [
        text
        for op in ops
        for wire, text in zip(model.graph.wires_into(op), wire_texts(model, op), strict=True)
        if wire.source.op in present
    ]


def wire_texts(model: Model, op: Operation) -> list[str]:
    """The wires that end at an operation, each as it stands in the file."""
    return [
        _json({"from": f"{wire.source.op.name}:{wire.source.port}", "to": f"{op.name}:{wire.port}"} | via(model, wire))
        for wire in model.graph.wires_into(op)
    ]


def node_text(model: Model, op: Operation) -> str:
    """An operation as it stands in the file, without its wires."""
    fields = dict(op.extra) if op.is_unknown else {}
    _put(fields, "name", op.name)
    _put(fields, "type", op.type)
    attributes = _attributes(op)
    if attributes:
        _put(fields, "attributes", attributes)
    if op.gradient_name:
        _put(fields, "gradient", op.gradient_name)
    if op.is_muted:
        _put(fields, "muted", True)
    position = _position(model.positions.get(op.name))
    if position is not None:
        _put(fields, "position", position)
    elif fields.get("position") != "null":
        fields.pop("position", None)
    return _object_on_a_line(fields if op.is_unknown else fields | op.extra)


def _put(fields: dict[str, str], key: str, value: Any) -> None:
    """Sets a field, but leaves a text that says the same as it is: unknown nodes are written as they were read."""
    if key not in fields or msgspec.json.decode(fields[key]) != value:
        fields[key] = _json(value)


def _attributes(op: Operation) -> dict[str, Any]:
    """The attributes that differ from the defaults, in the order of the declaration."""
    return {
        attribute.name: attribute.to_json(op.attributes[attribute.name])
        for attribute in op.declaration.attributes
        if not attribute.same(op.attributes[attribute.name], attribute.default)
    }


def _position(point: tuple[float, float] | None) -> list[float] | None:
    """A position with whole numbers where they are whole; None for one that is nowhere."""
    if point is None or not all(math.isfinite(value) for value in point):
        return None
    return [_shortest(value) for value in point]


def _shortest(value: float) -> float:
    """A number as a whole one where it is whole."""
    return int(value) if value == int(value) else float(value)


def _data_entry(source: DataSource) -> TypedEntry | CsvEntry | NumpyEntry:
    match source:
        case TypedValues(text):
            return TypedEntry(text=text)
        case CsvColumns(path, columns, as_matrix):
            return CsvEntry(path=path, columns=list(columns), as_matrix=as_matrix)
        case NumpyArray(path, key):
            return NumpyEntry(path=path, key=key)


def _document(sections: Mapping[str, str]) -> str:
    lines = ",\n".join(f"  {_json(key)}: {text}" for key, text in sections.items())
    text = f"{{\n{lines}\n}}\n"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FileFormatError(
            f"The graph cannot be written: {text[max(error.start - 20, 0) : error.start]!r} is followed by something "
            "that is no Unicode character; look for a file name or a text with it."
        ) from None
    return text


def _block(opening: str, lines: Sequence[str], closing: str, depth: int = 1) -> str:
    """A JSON list or object with one entry a line, which stands ``depth`` levels deep in the file."""
    if not lines:
        return opening + closing
    indent = "  " * depth
    return f"{opening}\n{indent}  " + f",\n{indent}  ".join(lines) + f"\n{indent}{closing}"


def _block_of_fields(fields: Mapping[str, Any]) -> str:
    return _block("{", [f"{_json(key)}: {_json(value)}" for key, value in fields.items()], "}")


def _object_on_a_line(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_json(key)}: {text}" for key, text in fields.items()) + "}"


#: Made once: json.dumps makes one at each call.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _json(value: Any) -> str:
    return _encode(value)
