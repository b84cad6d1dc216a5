"""Paths of data files: relative to the document's folder where that can be, so that both can move together."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ..model import DataSource, TypedValues


def resolve_path(path: str, folder: Path | None) -> Path:
    """Where a data file lies. ``folder`` is the document's; None takes the present folder."""
    return (folder or Path()) / path


def relative_path(path: Path, folder: Path | None) -> str:
    """How a document in ``folder`` names a data file, with forward slashes.

    Relative; absolute when the document has not been saved (None) or lies on another drive.
    """
    absolute = path.absolute()
    if folder is None:
        return absolute.as_posix()
    try:
        return Path(os.path.relpath(absolute, folder.absolute())).as_posix()
    except ValueError:
        return absolute.as_posix()


def moved_source(source: DataSource, old_folder: Path | None, new_folder: Path | None) -> DataSource:
    """The same data, named from another folder: for a document that is saved elsewhere."""
    if isinstance(source, TypedValues) or old_folder == new_folder:
        return source
    if Path(source.path).is_absolute() and old_folder is not None:
        return source
    return replace(source, path=relative_path(resolve_path(source.path, old_folder), new_folder))
