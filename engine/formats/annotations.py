"""Frames, notes and saved views, from and to their entries in a ``.graph`` file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..model import Frame, Note, SavedView
from .structure import FrameEntry, NoteEntry, ViewEntry


def read_frame(entry: FrameEntry) -> Frame:
    return Frame(*entry.position, *entry.size, entry.title, entry.color)


def read_note(entry: NoteEntry) -> Note:
    return Note(*entry.position, *entry.size, entry.text, entry.color)


def read_views(entries: Iterable[ViewEntry]) -> tuple[SavedView, ...]:
    """The views, of several with one name the last."""
    return tuple({entry.name: SavedView(entry.name, *entry.center, entry.zoom) for entry in entries}.values())


def view_fields(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "center": _plain(view.x, view.y), "zoom": _plain(view.zoom)[0]}


def frame_fields(frame: Frame) -> dict[str, Any]:
    """The fields of an entry that differ from their defaults."""
    return _without_defaults({"title": frame.title, **_place(frame), "color": frame.color})


def note_fields(note: Note) -> dict[str, Any]:
    """The fields of an entry that differ from their defaults."""
    return _without_defaults({"text": note.text, **_place(note), "color": note.color})


def _place(area: Frame | Note) -> dict[str, list[float]]:
    return {"position": _plain(area.left, area.top), "size": _plain(area.width, area.height)}


def _plain(*values: float) -> list[float]:
    """Whole numbers where they are whole."""
    return [int(value) if value == int(value) else value for value in values]


def _without_defaults(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value != ""}
