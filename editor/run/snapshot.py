"""What of a document decides how it trains, taken at the moment a run begins."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from editor.document import Document
from engine.formats.graph_file import model_to_bytes
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


def fork_words(before: Conditions, now: Conditions) -> str:
    """What is different for a run that goes on after an edit, in a few words."""
    changed = [name for name in now.data if now.data[name] != before.data.get(name)]
    tr = QCoreApplication.translate
    if changed:
        return tr("Runs", "data of {names}").format(names=", ".join(changed))
    if before.settings != now.settings:
        return tr("Runs", "run settings")
    return tr("Runs", "graph")


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
