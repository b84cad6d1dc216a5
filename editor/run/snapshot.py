"""What of a document decides how it trains, taken at the moment a run begins."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from editor.document import Document
from engine.formats.graph_file import model_to_bytes
from engine.graph import Graph
from engine.graph.literals import format_array, format_number
from engine.model import DataSource, RunSettings, TypedValues
from engine.training.paths import resolve_path


@dataclass(frozen=True, slots=True)
class Conditions:
    """Data and settings of a run, comparable: the same ones mean that a run goes on as it began."""

    data: dict[str, DataSource]
    settings: RunSettings

    @classmethod
    def of(cls, document: Document) -> Conditions:
        """Those of a document now. Where it is saved does not matter, nor for how many epochs it is to train."""
        return cls(
            {name: _placed(source, document) for name, source in document.model.data.items()},
            replace(document.model.run, epochs=0),
        )


#: Attributes by node, as they were when a run began.
Attributes = Mapping[str, Mapping[str, Any]]

#: More changed attributes are not told one by one.
_TOLD_ATTRIBUTES = 2
_LONGEST_VALUE = 16


def attributes_of(document: Document) -> Attributes:
    """The attributes of all nodes now. Values are shared: an edit puts another one in their place."""
    return {op.name: dict(op.attributes) for op in document.graph.get_operations()}


def fork_words(before: Conditions, now: Conditions, attributes: Attributes, graph: Graph, is_rewired: bool) -> str:
    """What is different for a run that goes on after an edit, in a few words: ``learning rate 0.1 → 0.05``.

    ``attributes`` are those before, ``graph`` is the one now; ``is_rewired``: nodes or wires came or went in between.
    """
    tr = QCoreApplication.translate
    words = []
    data = [name for name in now.data if now.data[name] != before.data.get(name)]
    if data:
        words.append(tr("Runs", "data of {names}").format(names=", ".join(data)))
    if before.settings != now.settings:
        words.append(tr("Runs", "run settings"))
    changed = _changed_attributes(attributes, graph)
    if 0 < len(changed) <= _TOLD_ATTRIBUTES:
        words += changed
    if is_rewired or len(changed) > _TOLD_ATTRIBUTES or not words:
        words.append(tr("Runs", "graph"))
    return ", ".join(words)


def _changed_attributes(before: Attributes, graph: Graph) -> list[str]:
    """The attributes that nodes which were there before have other values of, with both."""
    return [
        f"{attribute.name.replace('_', ' ')} {_value_text(old)} → {_value_text(op.attributes[attribute.name])}"
        for op in graph.get_operations()
        if op.name in before
        for attribute in op.declaration.attributes
        if attribute.name in before[op.name]
        and not attribute.same(old := before[op.name][attribute.name], op.attributes[attribute.name])
    ]


def _value_text(value: Any) -> str:
    if isinstance(value, np.ndarray | np.generic):
        text = format_array(np.asarray(value), 4)
    else:
        text = format_number(value, 4) if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST_VALUE else "…"


def model_bytes(document: Document) -> bytes:
    """The document's model without trained values. Raises EngineError when it cannot be written."""
    return model_to_bytes(replace(document.model, values={}))


def folder_of(document: Document) -> str | None:
    """Where the document's relative paths start, as messages tell it."""
    return None if document.folder is None else str(document.folder)


def _placed(source: DataSource, document: Document) -> DataSource:
    if isinstance(source, TypedValues):
        return source
    return replace(source, path=os.path.abspath(resolve_path(source.path, document.folder)))
