"""Paths of data files as seen from a document's folder, wherever the document goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.model import CsvColumns, DataSource, NumpyArray


def moved_source(source: DataSource, old_folder: Path | None, new_folder: Path | None) -> DataSource:
    """The same data for a document in another folder; unchanged when the folder is the same."""
    if old_folder == new_folder or not isinstance(source, CsvColumns | NumpyArray):
        return source
    from engine.training.data import relative_path, resolve_path

    return replace(source, path=relative_path(resolve_path(source.path, old_folder), new_folder))
