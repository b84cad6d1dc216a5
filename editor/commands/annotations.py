"""Frames and notes, collapsed nodes, and the direction in which values flow on the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.model import FlowDirection, Frame, Model, Note

from .command import DocumentCommand, Host
from .edits import Edit, Position, SetField, field_edit, place_edits
from .routes import without_routes_at
from .words import translate

Area = Frame | Note
#: What is there and what takes its place: None before adds, None after takes away.
AreaChange = tuple[Area | None, Area | None]


class ChangeAreas(DocumentCommand):
    """Adds, changes and takes away frames and notes. What is not there (any more) is passed over."""

    def __init__(self, host: Host, text: str, changes: Iterable[AreaChange]) -> None:
        super().__init__(host, text, area_edits(host.model, changes))


class CollapseNodes(DocumentCommand):
    """Shows nodes as their title line only, or whole again."""

    def __init__(self, host: Host, names: Sequence[str], is_collapsed: bool) -> None:
        before = host.model.collapsed
        chosen = frozenset(name for name in names if name in host.model.graph)
        after = before | chosen if is_collapsed else before - chosen
        text = _collapse_words(sorted(after ^ before), is_collapsed)
        super().__init__(host, text, field_edit(host.model, "collapsed", after))


class SetDirection(DocumentCommand):
    """Lets values flow to the right or down; ``places`` are where an :class:`Arrangement` has laid the nodes out."""

    def __init__(
        self,
        host: Host,
        direction: FlowDirection,
        places: Mapping[str, Position],
        areas: Iterable[AreaChange] = (),
    ) -> None:
        edits: list[Edit] = [*field_edit(host.model, "direction", direction)]
        if edits:
            edits += [*place_edits(host.model, places), *area_edits(host.model, areas)]
            edits += without_routes_at(host.model, places)
        text = (
            translate("Commands", "Lay out from top to bottom")
            if direction is FlowDirection.DOWN
            else translate("Commands", "Lay out from left to right")
        )
        super().__init__(host, text, edits)


def area_edits(model: Model, changes: Iterable[AreaChange]) -> list[SetField]:
    """The edits that carry changes of frames and notes out."""
    frames: list[Frame | None] = list(model.frames)
    notes: list[Note | None] = list(model.notes)
    for before, after in changes:
        if isinstance(before, Frame) or (before is None and isinstance(after, Frame)):
            _change(frames, before, after)
        else:
            _change(notes, before, after)
    return [
        *field_edit(model, "frames", tuple(frame for frame in frames if frame is not None)),
        *field_edit(model, "notes", tuple(note for note in notes if note is not None)),
    ]


def areas_of(model: Model) -> list[Area]:
    """All frames and notes."""
    return [*model.frames, *model.notes]


def _change(areas: list[Any], before: Area | None, after: Area | None) -> None:
    """What is taken away leaves a gap, so that equal areas are told apart by their places."""
    if before is None:
        areas.append(after)
    elif before in areas:
        areas[areas.index(before)] = after


def move_area_words(count: int) -> str:
    if count == 1:
        return translate("Commands", "Move a frame or note")
    return translate("Commands", "Move frames and notes")


def delete_area_words(areas: Sequence[Area]) -> str:
    if len(areas) != 1:
        return translate("Commands", "Delete frames and notes")
    if isinstance(areas[0], Note):
        return translate("Commands", "Delete a note")
    return translate("Commands", "Delete the frame {title}").format(title=areas[0].title)


def _collapse_words(names: Sequence[str], is_collapsed: bool) -> str:
    if len(names) == 1:
        text = translate("Commands", "Collapse {name}") if is_collapsed else translate("Commands", "Expand {name}")
        return text.format(name=names[0])
    return translate("Commands", "Collapse nodes") if is_collapsed else translate("Commands", "Expand nodes")
