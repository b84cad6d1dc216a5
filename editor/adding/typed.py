"""Entries for what a person types out: a value becomes a constant, a name and attributes become that operation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from editor.adding.operations import OperationEntry, operation_entries
from engine.graph import DType, EngineError, OpDeclaration, bool_, float32, int32
from engine.graph.dtypes import string
from engine.graph.literals import parse_array

_BEGINS_VALUE = re.compile(r"[-+]?[\d.(\[]|true\b|false\b", re.IGNORECASE)
_QUOTED = re.compile(r"(['\"])(.*)\1")
_ATTRIBUTE = re.compile(r"\b([A-Za-z_]\w*)\s*=")
#: What a value behind the name alone is meant for, where that is not the first attribute.
_MAIN_ATTRIBUTE = {"Variable": "shape", "Placeholder": "shape"}


def typed_entries(query: str) -> list[OperationEntry]:
    """What ``query`` spells out: ``0.5``, ``[1, 2]``, ``'text'``, ``Variable [3, 2]``, ``ReduceSum axis=1``."""
    text = query.strip()
    return _constants(text) or _with_attributes(text)


def _constants(text: str) -> list[OperationEntry]:
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        return _constant(text, quoted.group(2), string)
    if not _BEGINS_VALUE.match(text):
        return []
    try:
        value = parse_array(text)
    except EngineError:
        return []
    if value.dtype.kind == "b":
        return _constant(text, value, bool_)
    is_whole = value.dtype.kind in "iu"
    return [*_constant(text, value, float32), *(_constant(text, value, int32) if is_whole else ())]


def _constant(text: str, value: Any, dtype: DType) -> list[OperationEntry]:
    described = QCoreApplication.translate("Palette", "A fixed value, {dtype}.").format(dtype=dtype.name)
    return _entry("Constant", text, {"value": value, "dtype": dtype}, described)


def _with_attributes(text: str) -> list[OperationEntry]:
    name, _, rest = text.partition(" ")
    entry = next((entry for entry in operation_entries() if name.lower() == entry.title.lower()), None)
    if entry is None or not rest.strip():
        return []
    attributes = _attributes(entry.declaration, rest)
    return [] if not attributes else _entry(entry.key, rest.strip(), attributes, entry.description)


def _attributes(declaration: OpDeclaration, text: str) -> dict[str, Any]:
    """``axis=1 keepdims=true``, or one value for the main attribute; {} for what it cannot be."""
    parts = _ATTRIBUTE.split(text)
    given = {name: value.strip(" ,") for name, value in zip(parts[1::2], parts[2::2], strict=True)}
    if parts[0].strip():
        first = declaration.attributes[0].name if declaration.attributes else ""
        given[_MAIN_ATTRIBUTE.get(declaration.type, first)] = parts[0].strip()
    converted: dict[str, Any] = {}
    for name, value in given.items():
        attribute = declaration.attribute(name)
        if attribute is None:
            return {}
        try:
            converted[name] = attribute.convert(value)
        except EngineError:
            return {}
    return converted


def _entry(op_type: str, text: str, attributes: Mapping[str, Any], description: str) -> list[OperationEntry]:
    plain = next(entry for entry in operation_entries() if entry.key == op_type)
    return [plain.with_attributes(f"{plain.title} {text}", description, attributes)]
