"""Frames and notes, from and to their entries in a ``.graph`` file."""

from __future__ import annotations

from typing import Any

from ..model import Frame, Note
from .structure import FrameEntry, NoteEntry


def read_frame(entry: FrameEntry) -> Frame:
    return Frame(*entry.position, *entry.size, entry.title, entry.color)


def read_note(entry: NoteEntry) -> Note:
    return Note(*entry.position, *entry.size, entry.text, entry.color)


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
